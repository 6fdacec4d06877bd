"""The backend for single runs: plain Python, without the overhead of NumPy calls."""

from __future__ import annotations

import math
import struct
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
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
from xhsim.engine.containers.run import begun, stepped
from xhsim.engine.running.backend import Backend, Declined, Outcome, Solved
from xhsim.engine.running.discrete_changes import SMALL, containers_of
from xhsim.engine.running.grid import NEAR
from xhsim.engine.running.numpy_solving import inputs_of, tolerance_of
from xhsim.engine.running.planned import PlannedRun
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
            and _program_of(run, _Saves(run), careful=False) is not None
        )

    def solve(self, run: PlannedRun, part: slice, results: list[Array]) -> Outcome:
        """Solve the run. If a number is not finite, solve it again in careful code."""
        saves = _Saves(run)
        # Where an earlier run was not finite, this one hardly is. It changes no number.
        lost = run.compiled.form(("scalar, not finite", saves.how), _no_runs)
        for careful in (True,) if lost else (False, True):
            program = _program_of(run, saves, careful=careful)
            assert program is not None
            try:
                if _Walk(run, saves, program).solve(results, finite=not careful):
                    return Solved()
            except NOT_FINITE:
                pass
            lost.append(run.seed)
        return Declined()


def _no_runs() -> list[int]:
    return []


@dataclass(frozen=True)
class _Saves:
    """Which outputs are saved when.

    A saved time belongs to a step: it is its start, or lies within it.
    """

    run: PlannedRun

    @cached_property
    def last(self) -> int:
        """The number of steps of the run."""
        return self.run.grid.count_to(float(self.run.saved[-1]))

    @cached_property
    def starts(self) -> Array:
        """The start of each step, and the end of the last."""
        grid = self.run.grid
        if grid.is_even:
            return np.asarray(grid.start + np.arange(self.last + 1) * grid.step, dtype=np.float64)
        return np.array(grid.begins[: self.last + 1], dtype=np.float64)

    @cached_property
    def is_within(self) -> NDArray[np.bool_]:
        """Whether each saved time lies within a step."""
        grid, saved = self.run.grid, self.run.saved
        return np.abs(saved - grid.nearest(saved)) >= NEAR * grid.step

    @cached_property
    def steps(self) -> NDArray[np.int64]:
        """The number of the step of each saved time."""
        behind = np.searchsorted(self.starts, self.run.saved)
        within = np.clip(behind - 1, 0, self.last)
        nearer = np.clip(behind, 0, self.last)
        gap = np.abs(self.starts[nearer] - self.run.saved)
        nearest = np.where(np.abs(self.starts[within] - self.run.saved) <= gap, within, nearer)
        return np.where(self.is_within, within, nearest)

    @cached_property
    def marks(self) -> bytearray:
        """For each step, how its outputs are saved."""
        marks = np.zeros(self.last + 1, dtype=np.uint8)
        counts = np.bincount(self.steps, minlength=self.last + 1)
        marks[self.steps] = np.where(self.starts[self.steps] == self.run.saved, DIRECTLY, OTHERWISE)
        marks[counts > 1] = OTHERWISE
        return bytearray(marks.tobytes())

    @cached_property
    def how(self) -> How:
        """What the code must be able to do."""
        method = self.run.method
        assert method.tableau is not None
        return How(
            method.tableau,
            MOST_HALVINGS if method.is_automatic else 0,
            reports=OTHERWISE in self.marks,
            shortens=bool(self.is_within.any()),
            is_uneven=not self.run.grid.is_even,
        )


def _program_of(run: PlannedRun, saves: _Saves, *, careful: bool) -> ScalarProgram | None:
    how = replace(saves.how, is_careful=careful)
    return run.compiled.form(("scalar", how), lambda: emit_scalar(run.equations, run.plan, how))


class _Walk:
    """A run in generated code, in as many calls as the changes at dates and the memory need."""

    def __init__(self, run: PlannedRun, saves: _Saves, program: ScalarProgram) -> None:
        self.run, self.saves, self.program = run, saves, program
        grid = run.grid
        values = inputs_of(run.equations, run.plan, run.given, slice(0, 1))
        inputs = [number for value in values for number in np.ravel(value).tolist()]
        paths = [follow(run.given.paths[key], position) for key, position in program.paths]
        chance = make_noise_of_one(run.seed, grid.number_at, program.randoms, saves.last)
        tolerance = tolerance_of(run)
        known = (paths, chance, tolerance.absolute, tolerance.relative)
        self.start, delays, self.walk, self.jumps, self.report, self.shorter = program.prepare(
            inputs, grid.start, grid.step, *known
        )
        self.pipes = _pipes(run, self.start, delays, saves.last + 1)
        self.pack = struct.Struct(f"{program.outputs}d").pack_into
        uneven = not grid.is_even
        self.steps = (list(grid.begins), list(grid.lengths)) if uneven else (None, None)
        self.due = run.dated.by_count(grid)

    def solve(self, results: list[Array], *, finite: bool) -> bool:
        """Fill in the results. Return False if a number should be finite and is not."""
        run, saves = self.run, self.saves
        levels = self.changed(0, self.start)
        if finite and not all(map(math.isfinite, levels)):
            return False
        if not levels or not saves.last:
            after = self.take(0, saves.last, levels, results)
            return not finite or self.are_finite(results, after)
        state = np.array(levels, dtype=np.float64)[:, np.newaxis]

        def advance(first: int, count: int, now: Array) -> Array:
            return np.array(self.take(first, count, now.tolist(), results))

        end = np.array([run.grid.time_of(saves.last)])
        problem = Problem(_no_flows, state, run.grid, end, np.empty(0), advance=advance)
        assert run.method.tableau is not None
        after = solve_fixed(problem, run.method.tableau)[-1].ravel().tolist()
        return not finite or self.are_finite(results, after)

    def are_finite(self, results: list[Array], levels: Sequence[float]) -> bool:
        """Tell whether all outputs and the levels at the end are finite."""
        return all(map(math.isfinite, levels)) and all(
            bool(np.isfinite(result).all()) for result in results
        )

    def take(
        self, first: int, count: int, levels: Sequence[float], results: list[Array]
    ) -> Sequence[float]:
        """Take steps, with the changes at dates, and fill in the results."""
        run, saves, last = self.run, self.saves, first + count
        rows = max(1, min(MOST_NUMBERS // max(self.program.outputs, 1), run.saved.size))
        # So many saved times at most are packed at once.
        full = [int(saves.steps[row]) for row in range(rows, run.saved.size, rows)]
        dates = [number for number in self.due if first < number <= last]
        stops = sorted({*dates, *(number for number in full if first < number <= last), last + 1})
        done = 0
        for stop in stops:
            size = int(np.searchsorted(saves.steps, stop)) - done
            packed = bytearray(BYTES * size * self.program.outputs)
            levels = self.go_on(first, stop, levels, packed)
            table = np.frombuffer(packed).reshape(size, self.program.outputs)
            _hand_out(table, [result[done : done + size] for result in results])
            levels = levels if stop > last else self.changed(stop, levels)
            first, done = stop, done + size
        return levels

    def go_on(self, first: int, stop: int, levels: Sequence[float], packed: bytearray) -> Any:
        """Take the steps before `stop`, and pack what is saved."""
        saves, grid, row_size = self.saves, self.run.grid, BYTES * self.program.outputs
        saved, before = self.run.saved, int(np.searchsorted(saves.steps, first))
        step = grid.step

        def extra(number: int, at: int, now: Sequence[float]) -> int:
            """Save the outputs at the times of a step that are not just its start."""
            row = before + (at // row_size if row_size else 0)
            start = float(saves.starts[number])
            while row < saved.size and saves.steps[row] == number:
                time, length = float(saved[row]), step
                if not grid.is_even:
                    length = grid.length_at(time)
                levels = now
                if saves.is_within[row]:
                    levels = self.shorter(start, time - start, grid.length_at(start), *now)
                self.pack(packed, at, *self.report(time, time, length, *levels))
                row, at = row + 1, at + row_size
            return at

        given = (saves.marks, self.pack, packed, 0, extra, self.pipes, *self.steps)
        return self.walk(first, stop, saves.last, levels, *given)[0]

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
    rows = run.program.rows
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
        self.containers = {}
        first = 0
        for key, found in zip(
            run.plan.discrete, containers_of(run.equations, run.plan), strict=True
        ):
            if found:
                rows, shape = run.program.rows[key], (-1, found[1].size, 1)
                start = np.array([known[row] for row in range(rows.start, rows.stop)], dtype=float)
                self.containers[key] = begun(found[1], start.reshape(shape), run.grid.step)
                size = rows.stop - rows.start
                self.places[key] = (first, first + size, shape)
                first += size

    def __call__(self, taken_in: Sequence[float]) -> list[float]:
        """Take in numbers of all containers, in order, and return what they give."""
        numbers = np.array(taken_in, dtype=float)
        given = stepped(
            self.containers,
            {
                key: numbers[first:last].reshape(shape)
                for key, (first, last, shape) in self.places.items()
            },
        )
        return [float(number) for each in given.values() for number in each.ravel()]


def _hand_out(table: Array, results: list[Array]) -> None:
    """Copy the columns of the table to the results, in order."""
    column = 0
    for result in results:
        width = math.prod(result.shape[1:])
        result[...] = table[:, column : column + width].reshape(result.shape)
        column += width


def _no_flows(time: float, clock: float, state: Array) -> Array:
    raise AssertionError("the generated code takes all steps")
