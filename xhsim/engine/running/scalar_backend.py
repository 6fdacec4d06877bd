"""The backend for single runs: plain Python, without the overhead of NumPy calls."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from xhsim.engine.compiling.random_numbers import make_noise_of_one
from xhsim.engine.compiling.scalar_program import ScalarProgram, emit_scalar, follow, stepper_of
from xhsim.engine.equations import Stock
from xhsim.engine.running.backend import Backend, Declined, Outcome, Solved
from xhsim.engine.running.discrete_changes import SMALL
from xhsim.engine.running.numpy_solving import inputs_of
from xhsim.engine.running.planned import PlannedRun
from xhsim.engine.running.solvers import Problem, solve_fixed

__all__ = ["ScalarBackend"]

Array = NDArray[np.float64]
# Python's arithmetic raises these errors where NumPy continues with infinity or NaN.
NOT_FINITE = (ArithmeticError, ValueError)


class ScalarBackend(Backend):
    """Solves a run without draws, with a fixed step and saved times that are whole steps."""

    def accepts(self, run: PlannedRun) -> bool:
        """Accept a run that has a scalar form."""
        return (
            run.given.draws is None
            and run.method.steps is not None
            and run.times.counts is not None
            and _program_of(run) is not None
        )

    def solve(self, run: PlannedRun, part: slice, results: list[Array]) -> Outcome:
        """Solve the run. Decline if a number is not finite, since NumPy's result is to be used."""
        tableau, grid, program = run.method.tableau, run.grid, _program_of(run)
        assert tableau is not None
        assert program is not None
        step, start, length = stepper_of(tableau), grid.start, grid.step
        values = inputs_of(run.equations, run.plan, run.given, part)
        inputs = [number for value in values for number in np.ravel(value).tolist()]
        paths = [follow(run.given.paths[key], position) for key, position in program.paths]
        noise = make_noise_of_one(run.seed, grid.number_at)
        try:
            state, delays, flows, jumps, begins, saves = program.prepare(
                inputs, start, length, paths, noise
            )
            settle = _settling(run, state, delays)
        except NOT_FINITE:
            return Declined()
        counts = run.times.counts
        assert counts is not None
        saved: dict[int, list[tuple[int, float]]] = {}  # by count: the rows of the table, the times
        for row, (count, time) in enumerate(zip(counts, run.saved.tolist(), strict=True)):
            saved.setdefault(count, []).append((row, time))
        states: list[Sequence[float]] = [()] * len(counts)
        table: list[Sequence[float]] = [()] * len(counts)
        dated = run.dated
        due = dated.by_count(grid)

        def changed(count: int, levels: Sequence[float]) -> Sequence[float]:
            for together in due.get(count, ()):
                time = grid.time_of(count)
                values, levels = jumps(time, time, levels), list(levels)
                for number in together:
                    places = dated.places[number]
                    levels[dated.rows[number]] = values[places.start : places.stop]
            return levels

        def save(count: int, levels: Sequence[float]) -> tuple[Sequence[float], ...] | None:
            """Fill in the outputs. Return the flows and the next discrete values if known."""
            known = None
            for row, time in saved.get(count, ()):
                *begun, table[row] = saves(time, time, levels)
                states[row] = levels
                if time == start + count * length:
                    known = tuple(begun)
            return known

        def advance(first: int, count: int, now: Array) -> Array:
            levels: Sequence[float] = now.tolist()
            for number in range(first, first + count):
                time, known = start + number * length, save(number, levels)
                if known is None:
                    known = (
                        begins(time, time, levels)
                        if begins is not None
                        else (flows(time, time, levels), ())
                    )
                levels = step(known[0], flows, time, length, levels)
                if settle is not None:
                    settle(known[1], levels)
                levels = changed(number + 1, levels)
            save(first + count, levels)
            return np.array(levels)

        def change(time: float, clock: float, now: Array) -> Array:
            return np.array(flows(time, clock, now[:, 0].tolist()))[:, np.newaxis]

        try:
            levels = changed(0, list(state))
            begun = np.array(levels, dtype=np.float64)[:, np.newaxis]
            if not np.isfinite(begun).all():
                return Declined()
            if begun.size and counts[-1]:
                last = run.saved[-1:]
                problem = Problem(change, begun, grid, last, np.empty(0), advance=advance)
                solve_fixed(problem, tableau)
            else:
                for count in saved:
                    save(count, levels)
        except NOT_FINITE:
            return Declined()
        rows = np.array(table)
        if not (np.isfinite(rows).all() and np.isfinite(states).all()):
            return Declined()
        column = 0
        for result in results:
            width = math.prod(result.shape[1:])
            result[...] = rows[:, column : column + width].reshape(result.shape)
            column += width
        return Solved()


def _settling(
    run: PlannedRun, state: Sequence[float], delays: Sequence[float | None]
) -> Callable[[Sequence[float], list[float]], None] | None:
    """Return ``settle(following, levels)``, which makes the changes at the end of each step.

    It does what `xhsim.engine.running.discrete_changes.BetweenSteps` does for arrays.
    """
    rows = run.program.rows
    discrete = [row for key in run.plan.discrete for row in range(rows[key].start, rows[key].stop)]
    at_least_zero = [
        row
        for key in run.plan.stocks
        if isinstance(stock := run.equations.definitions[key], Stock) and stock.non_negative
        for row in range(rows[key].start, rows[key].stop)
    ]
    if not discrete and not at_least_zero:
        return None
    counts = run.times.counts
    assert counts is not None
    longest = counts[-1] + 1
    pipes: list[deque[float] | None] = []
    for row, delay in zip(discrete, delays, strict=True):
        if delay is None:
            pipes.append(None)
            continue
        steps = round(max(delay / run.grid.step, 1.0) + SMALL)
        size = min(steps, longest)  # a longer one gives nothing of what it takes in
        pipes.append(deque([state[row]] * size, maxlen=size))

    def settle(following: Sequence[float], levels: list[float]) -> None:
        for row, pipe, value in zip(discrete, pipes, following, strict=True):
            if pipe is None:
                levels[row] = value
            else:
                pipe.append(value)
                levels[row] = pipe[0]
        for row in at_least_zero:
            levels[row] = max(levels[row], 0.0)

    return settle


def _program_of(run: PlannedRun) -> ScalarProgram | None:
    return run.compiled.form("scalar", lambda: emit_scalar(run.equations, run.plan))
