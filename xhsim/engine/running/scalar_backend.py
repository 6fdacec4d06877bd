"""The backend for single runs: plain Python, without the overhead of NumPy calls."""

from __future__ import annotations

import math
import struct
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xhsim.engine.compiling.random_numbers import make_noise_of_one
from xhsim.engine.compiling.scalar_program import (
    BYTES,
    How,
    ScalarProgram,
    emit_scalar,
    follow,
)
from xhsim.engine.containers.belts import MovingBelt
from xhsim.engine.containers.descriptions import Belt
from xhsim.engine.containers.plain_belts import PlainBelt, is_plain
from xhsim.engine.containers.run import Running, begun, stepped
from xhsim.engine.running.backend import Backend, Declined, Outcome, Solved
from xhsim.engine.running.discrete_changes import SMALL, containers_of
from xhsim.engine.running.numpy_solving import inputs_of, tolerance_of
from xhsim.engine.running.planned import PlannedRun, Times
from xhsim.engine.running.solvers import Problem, solve_fixed
from xhsim.engine.running.steps import MOST_HALVINGS

__all__ = ["ScalarBackend"]

Array = NDArray[np.float64]
# Python's arithmetic raises these errors where NumPy continues with infinity or NaN.
NOT_FINITE = (ArithmeticError, ValueError)
MOST_NUMBERS = 2_000_000  # of outputs that are kept before they are handed out
DIRECTLY, OTHERWISE = 1, 2  # how the outputs of a step are saved


class ScalarBackend(Backend):
    """Solves a run without draws, with fixed steps or steps that are cut in halves."""

    def accepts(self, run: PlannedRun) -> bool:
        """Accept a run that has a scalar form."""
        return (
            run.given.draws is None
            and run.method.tableau is not None
            and _program_of(run, _how(run, _marks(run.times))) is not None
        )

    def solve(self, run: PlannedRun, part: slice, results: list[Array]) -> Outcome:
        """Solve the run. If a number is not finite, solve it again in careful code."""
        marks = _marks(run.times)
        how = _how(run, marks)
        # Where an earlier run was not finite, this one hardly is. It changes no number.
        lost = run.compiled.form(("scalar, not finite", how), _no_runs)
        for careful in (True,) if lost else (False, True):
            program = _program_of(run, replace(how, is_careful=careful))
            assert program is not None
            try:
                _Walk(run, marks, program, is_careful=careful).solve(results)
                return Solved()
            except NOT_FINITE:
                pass
            lost.append(run.seed)
        return Declined()


def _no_runs() -> list[int]:
    return []


def _marks(times: Times) -> bytearray:
    """Return for each step how its outputs are saved."""
    steps, last = times.steps, times.last
    marks = np.zeros(last + 1, dtype=np.uint8)
    marks[steps] = np.where(times.starts[steps] == times.saved, DIRECTLY, OTHERWISE)
    marks[np.bincount(steps, minlength=last + 1) > 1] = OTHERWISE
    return bytearray(marks.tobytes())


def _how(run: PlannedRun, marks: bytearray) -> How:
    """Return what the code must be able to do."""
    method = run.method
    assert method.tableau is not None
    return How(
        method.tableau,
        MOST_HALVINGS if method.is_automatic else 0,
        reports=OTHERWISE in marks,
        shortens=bool(run.times.is_within.any()),
        is_uneven=not run.grid.is_even,
    )


def _program_of(run: PlannedRun, how: How) -> ScalarProgram | None:
    return run.compiled.form(("scalar", how), lambda: emit_scalar(run.equations, run.plan, how))


class _Walk:
    """A run in generated code, in as many calls as the changes at dates and the memory need."""

    def __init__(
        self, run: PlannedRun, marks: bytearray, program: ScalarProgram, *, is_careful: bool
    ) -> None:
        self.run, self.marks, self.program = run, marks, program
        self.may_be_lost = is_careful
        grid = run.grid
        values = inputs_of(run.equations, run.plan, run.given, slice(0, 1))
        inputs = [number for value in values for number in np.ravel(value).tolist()]
        paths = [follow(run.given.paths[key], position) for key, position in program.paths]
        chance = make_noise_of_one(run.seed, grid.number_at, program.randoms, run.times.last)
        tolerance = tolerance_of(run)
        known = (paths, chance, tolerance.absolute, tolerance.relative)
        self.start, delays, self.walk, self.jumps, self.report, self.shorter = program.prepare(
            inputs, grid.start, grid.step, *known
        )
        self.pipes = _pipes(run, self.start, delays, run.times.last + 1)
        self.pack = struct.Struct(f"{program.outputs}d").pack_into
        uneven = not grid.is_even
        self.steps = (list(grid.begins), list(grid.lengths)) if uneven else (None, None)
        self.due = run.dated.by_count(grid)

    def solve(self, results: list[Array]) -> None:
        """Fill in the results.

        Raises
        ------
        ArithmeticError, ValueError
            If a number is not finite. Careful code goes on with such a number, mostly.
        """
        run, last = self.run, self.run.times.last
        levels = self.checked(self.changed(0, self.start))
        if not levels or not last:
            self.checked(self.take(0, last, levels, results))
            return

        def advance(first: int, count: int, now: Array) -> Array:
            return np.array(self.take(first, count, now.tolist(), results))

        state = np.array(levels, dtype=np.float64)[:, np.newaxis]
        end = np.array([run.grid.time_of(last)])
        problem = Problem(_no_flows, state, run.grid, end, np.empty(0), advance=advance)
        assert run.method.tableau is not None
        self.checked(solve_fixed(problem, run.method.tableau)[-1].ravel().tolist())

    def checked(self, numbers: Sequence[float]) -> Sequence[float]:
        """Return the numbers, if they are finite or need not be."""
        if not self.may_be_lost and not all(map(math.isfinite, numbers)):
            raise ArithmeticError("a number is not finite")
        return numbers

    def take(
        self, first: int, count: int, levels: Sequence[float], results: list[Array]
    ) -> Sequence[float]:
        """Take steps, with the changes at dates, and fill in the results."""
        run, last, steps = self.run, first + count, self.run.times.steps
        rows = max(1, min(MOST_NUMBERS // max(self.program.outputs, 1), run.saved.size))
        # So many saved times at most are packed at once.
        full = [int(steps[row]) for row in range(rows, run.saved.size, rows)]
        dates = [number for number in self.due if first < number <= last]
        stops = sorted({*dates, *(number for number in full if first < number <= last), last + 1})
        done = 0
        for stop in stops:
            size = int(np.searchsorted(steps, stop)) - done
            packed = bytearray(BYTES * size * self.program.outputs)
            levels = self.go_on(first, stop, levels, packed)
            table = np.frombuffer(packed).reshape(size, self.program.outputs)
            if not self.may_be_lost and not np.isfinite(table).all():
                raise ArithmeticError("a number is not finite")
            _hand_out(table, [result[done : done + size] for result in results])
            levels = levels if stop > last else self.changed(stop, levels)
            first, done = stop, done + size
        return levels

    def go_on(self, first: int, stop: int, levels: Sequence[float], packed: bytearray) -> Any:
        """Take the steps before `stop`, and pack what is saved."""
        times, grid, row_size = self.run.times, self.run.grid, BYTES * self.program.outputs
        saved, before = self.run.saved, int(np.searchsorted(times.steps, first))
        step = grid.step

        def extra(number: int, at: int, now: Sequence[float]) -> int:
            """Save the outputs at the times of a step that are not just its start."""
            row = before + (at // row_size if row_size else 0)
            start = float(times.starts[number])
            while row < saved.size and times.steps[row] == number:
                time, length = float(saved[row]), step
                if not grid.is_even:
                    length = grid.length_at(time)
                levels = now
                if times.is_within[row]:
                    levels = self.shorter(start, time - start, grid.length_at(start), *now)
                self.pack(packed, at, *self.report(time, time, length, *levels))
                row, at = row + 1, at + row_size
            return at

        given = (self.marks, self.pack, packed, 0, extra, self.pipes, *self.steps)
        return self.walk(first, stop, times.last, levels, *given)[0]

    def changed(self, count: int, levels: Sequence[float]) -> Sequence[float]:
        """Return the levels after the changes at a date, if there are any after so many steps."""
        dated, grid = self.run.dated, self.run.grid
        for together in self.due.get(count, ()):
            time = grid.time_of(count)
            values = self.jumps(time, time, grid.length_at(time), *levels)
            levels = list(levels)
            for number in together:
                places = dated.places[number]
                levels[dated.rows[number]] = values[places.start : places.stop]
        return levels


def _pipes(
    run: PlannedRun, state: Sequence[float], delays: Sequence[float | None], longest: int
) -> list[Any]:
    """Return what is inside each delay and, last, in the containers, as `BetweenSteps` has it."""
    rows = run.compiled.rows
    discrete = [row for key in run.plan.discrete for row in range(rows[key].start, rows[key].stop)]
    contained = containers_of(run.equations, run.plan)
    inside = {
        row
        for key, found in zip(run.plan.discrete, contained, strict=True)
        if found
        for row in range(rows[key].start, rows[key].stop)
    }
    pipes: list[Any] = []
    for row, delay in zip(discrete, delays, strict=True):
        if delay is not None and row not in inside:
            steps = round(max(delay / run.grid.step, 1.0) + SMALL)
            size = min(steps, longest)  # a longer one gives nothing of what it takes in
            pipes.append(deque([state[row]] * size, maxlen=size))
    if inside:
        known = dict(zip(discrete, delays, strict=True))
        pipes.append(_Contents(run, known))
    return pipes


class _Contents:
    """What the conveyors and queues of a run contain. It is called at the end of each step."""

    def __init__(self, run: PlannedRun, known: Mapping[int, float | None]) -> None:
        self.places: dict[str, tuple[int, int, tuple[int, int, int]]] = {}
        self.containers: dict[str, Running] = {}
        self.plain: list[tuple[int, PlainBelt]] = []
        first = 0
        for key, found in zip(
            run.plan.discrete, containers_of(run.equations, run.plan), strict=True
        ):
            if found:
                rows, shape = run.compiled.rows[key], (-1, found[1].size, 1)
                start = np.array([known[row] for row in range(rows.start, rows.stop)], dtype=float)
                container = begun(found[1], start.reshape(shape), run.grid.step)
                size = rows.stop - rows.start
                if isinstance(container, MovingBelt) and is_plain(found[1]):
                    assert isinstance(found[1], Belt)
                    self.plain += [
                        (
                            first + lane * shape[1],
                            PlainBelt(found[1], container, lane, run.grid.step),
                        )
                        for lane in range(size // shape[1])
                    ]
                else:
                    self.containers[key] = container
                    self.places[key] = (first, first + size, shape)
                first += size
        self.size = first

    def __call__(self, taken_in: Sequence[float]) -> list[float]:
        """Take in numbers of all containers, in order, and return what they give."""
        given = [0.0] * self.size
        for first, belt in self.plain:
            given[first] = belt.step(taken_in, first)
        if self.containers:
            numbers = np.array(taken_in, dtype=float)
            parts = {
                key: numbers[first:last].reshape(shape)
                for key, (first, last, shape) in self.places.items()
            }
            for key, each in stepped(self.containers, parts).items():
                first, last, _ = self.places[key]
                given[first:last] = each.ravel().tolist()
        return given


def _hand_out(table: Array, results: list[Array]) -> None:
    """Copy the columns of the table to the results, in order."""
    column = 0
    for result in results:
        width = math.prod(result.shape[1:])
        result[...] = table[:, column : column + width].reshape(result.shape)
        column += width


def _no_flows(time: float, clock: float, state: Array) -> Array:
    raise AssertionError("the generated code takes all steps")
