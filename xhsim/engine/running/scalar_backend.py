"""The backend for single runs: plain Python, without the overhead of NumPy calls."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from xhsim.engine.compiling.scalar_program import ScalarProgram, emit_scalar, follow, stepper_of
from xhsim.engine.running.backend import Backend, Declined, Outcome, Solved
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
        step = stepper_of(tableau)
        values = inputs_of(run.equations, run.plan, run.given, part)
        inputs = [number for value in values for number in np.ravel(value).tolist()]
        paths = [follow(run.given.paths[key], position) for key, position in program.paths]
        try:
            state, flows, jumps, report = program.prepare(inputs, grid.start, grid.step, paths)
        except NOT_FINITE:
            return Declined()
        dated = run.dated
        due = dated.by_count(grid)

        def changed(count: int, levels: list[float]) -> list[float]:
            for together in due.get(count, ()):
                time = grid.time_of(count)
                values, levels = jumps(time, time, levels), list(levels)
                for number in together:
                    places = dated.places[number]
                    levels[dated.rows[number]] = values[places.start : places.stop]
            return levels

        def advance(first: int, count: int, now: Array) -> Array:
            levels = now.tolist()
            for number in range(first, first + count):
                levels = changed(number + 1, step(flows, grid.time_of(number), grid.step, levels))
            return np.array(levels)

        def change(time: float, clock: float, now: Array) -> Array:
            return np.array(flows(time, clock, now[:, 0].tolist()))[:, np.newaxis]

        try:
            first = np.array(changed(0, list(state)), dtype=np.float64)[:, np.newaxis]
            problem = Problem(change, first, grid, run.saved, np.empty(0), advance=advance)
            states = solve_fixed(problem, tableau)[:, :, 0].tolist()
            table = np.array(
                [report(t, t, now) for t, now in zip(run.saved.tolist(), states, strict=True)]
            )
        except NOT_FINITE:
            return Declined()
        if not (np.isfinite(table).all() and np.isfinite(states).all()):
            return Declined()
        column = 0
        for result in results:
            width = math.prod(result.shape[1:])
            result[...] = table[:, column : column + width].reshape(result.shape)
            column += width
        return Solved()


def _program_of(run: PlannedRun) -> ScalarProgram | None:
    return run.compiled.form("scalar", lambda: emit_scalar(run.equations, run.plan))
