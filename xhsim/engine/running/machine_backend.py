"""The machine-code backend: solves large ensembles, if llvmlite is installed."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from xhsim.engine.running.backend import Backend, Outcome, Solved
from xhsim.engine.running.numpy_solving import inputs_of
from xhsim.engine.running.planned import PlannedRun
from xhsim.engine.running.shared_start import Known, RememberedBlock
from xhsim.engine.running.solvers import Problem, solve_fixed
from xhsim.engine.tableaux import Tableau

if TYPE_CHECKING:
    from xhsim.engine.compiling.machine_code import LLVMProgram

__all__ = ["MachineBackend", "is_installed"]

Array = NDArray[np.float64]
# Draws x steps x stages. In the time in which quick code of the model of Xuhui is compiled, NumPy
# does about 70,000 of them. Later runs and processes use the code, too.
WORTH_COMPILING = 100_000
# Optimised code is a fifth faster. With this many, that is worth compiling twice as long.
WORTH_OPTIMISING = 3_000_000
CALLING = 400  # draws; NumPy's call overhead takes as long as this many draws
BLOCK = 1024  # draws; all data of a block of this size stay in the cache
MOST_KEPT = 65_536  # numbers of outputs that are kept before they are handed out


@cache
def is_installed() -> bool:
    """Tell whether llvmlite can be imported."""
    return find_spec("llvmlite") is not None


@dataclass(frozen=True)
class MachineBackend(Backend):
    """Solves ensembles with a fixed step and saved times that are whole steps.

    Attributes
    ----------
    least_work : int
        From how many draws x steps x stages on compiling is worth its time.
    """

    least_work: int = WORTH_COMPILING

    def accepts(self, run: PlannedRun) -> bool:
        """Accept an ensemble that is worth compiling and has a form in machine code."""
        tableau = run.method.steps
        if run.given.draws is None or tableau is None or run.times.counts is None:
            return False
        if not is_installed():
            return False
        return _work(run) >= self.least_work and self.program(run, tableau) is not None

    def program(self, run: PlannedRun, tableau: Tableau) -> LLVMProgram | None:
        """Return the compiled code, or None if the plan has no such form."""
        from xhsim.engine.compiling.machine_cache import (
            cached_program,  # llvmlite may not be installed
        )

        optimised = _work(run) >= WORTH_OPTIMISING
        return run.compiled.form(
            ("machine code", run.varying, tableau, optimised),
            lambda: cached_program(
                run.equations, run.plan, run.varying, tableau, optimised=optimised
            ),
        )

    def block_size(self, run: PlannedRun) -> int:
        """Return how many draws to solve together."""
        return BLOCK

    def solve(self, run: PlannedRun, part: slice, results: list[Array]) -> Outcome:
        """Solve a block in groups of draws."""
        tableau, counts = run.method.tableau, run.times.counts
        assert tableau is not None
        assert counts is not None
        program = self.program(run, tableau)
        assert program is not None
        return _Block(run, part, program, tableau, counts).solve(results)


def _work(run: PlannedRun) -> int:
    """Return the work of all such runs: draws x steps x stages, and what calling NumPy costs."""
    tableau, counts = run.method.tableau, run.times.counts
    assert tableau is not None
    assert counts is not None
    return run.runs * ((run.given.draws or 1) + CALLING) * counts[-1] * tableau.stages


@dataclass(frozen=True)
class _Block:
    """A block of draws and the code that solves it; `counts` are the saved times in steps."""

    run: PlannedRun
    part: slice
    program: LLVMProgram
    tableau: Tableau
    counts: tuple[int, ...]

    def solve(self, results: list[Array]) -> Outcome:
        """Solve the block and fill in its part of the results."""
        run, part, program, counts = self.run, self.part, self.program, self.counts
        start, step, draws = run.grid.start, run.grid.step, part.stop - part.start
        code = program.code
        stride = -(-draws // code.width) * code.width
        shared, apart = self._inputs(stride)
        paths, places = self._paths(stride)
        arrays = [array.ctypes.data for array in (shared, apart, paths, places)]
        rows = code.rows
        state = np.empty((rows, stride))
        program.begin(stride, start, step, *arrays, state.ctypes.data, stride)
        dated = run.dated
        due = dated.by_count(run.grid)
        ends = tuple(sorted({count for count in due if count <= counts[-1]} | {*counts}))
        scratch = np.empty(code.rooms * rows * code.width)
        together = max(1, MOST_KEPT // max(code.outputs * stride, 1))  # saved times
        out = np.empty((together, code.outputs, stride))
        begun = self._beginning(shared, apart)
        earlier = begun.earlier if begun is not None and begun.goes_on_from(counts) else None
        remembered = 0 if begun is None else begun.steps

        saved: dict[int, list[int]] = {}  # the saved times by the number of steps
        for number, count in enumerate(counts):
            saved.setdefault(count, []).append(number)

        def hand_out(numbers: slice, rows: Array) -> None:
            """Copy the outputs of saved times that follow each other to the results."""
            _hand_out(rows[..., :draws], [result[numbers][..., part] for result in results])

        def follow(first: int, leaps: Sequence[tuple[int, int]]) -> None:
            """Take the steps up to each stop, and save there; -1: nothing is to be saved."""
            for place in range(0, len(leaps), together):
                some = leaps[place : place + together]
                numbers = [number for _, number in some if number >= 0]
                rows = itertools.count()
                saves = [next(rows) if number >= 0 else -1 for _, number in some]
                about = (
                    np.array([stop for stop, _ in some], dtype=np.int64),
                    np.array(saves, dtype=np.int64),
                    np.array([run.saved[number] for _, number in some]),
                )
                given = [array.ctypes.data for array in about]
                into = [array.ctypes.data for array in (state, scratch, out)]
                where = (*given, start, step, *arrays, *into, stride)
                program.follow(stride, first, len(some), *where)
                if numbers:
                    hand_out(slice(numbers[0], numbers[-1] + 1), out[: len(numbers)])
                first = some[-1][0]

        def leaps_to(stops: Iterable[int]) -> list[tuple[int, int]]:
            return [(stop, number) for stop in stops for number in saved.get(stop, (-1,))]

        def jump(count: int) -> None:
            """Make the changes after a number of steps."""
            for changes in due.get(count, ()):
                assert program.jump is not None
                values = np.empty((code.jumps, stride))
                known = (run.grid.time_of(count), step, *arrays, state.ctypes.data)
                program.jump(stride, *known, values.ctypes.data, stride)
                for number in changes:
                    places = dated.places[number]
                    state[dated.rows[number]] = values[places.start : places.stop]

        def advance(first: int, count: int, before: Array) -> Array:
            # The state is changed in place: copying it would take longer than the steps. SciPy is
            # asked for one leap to the end, since each of its own takes as long as many steps.
            wanted = [end for end in ends if first < end <= first + count]
            for alone, some in itertools.groupby(
                wanted, lambda end: end in due or end <= remembered
            ):
                stops = list(some)
                if not alone:
                    follow(first, leaps_to(stops))
                for end in stops if alone else ():
                    go_on(first, end)
                    first = end
                first = stops[-1]
            return state.reshape(-1)

        def go_on(first: int, reached: int) -> None:
            """Take the steps to a date, or to a saved time that is or will be remembered."""
            for known, until in ((begun, remembered), (earlier, earlier.steps if earlier else 0)):
                if known is None or begun is None or known.state is None or reached > until:
                    continue
                state[...] = known.state
                begun.reports[reached] = known.reports[reached]
                for number in saved.get(reached, ()):
                    hand_out(slice(number, number + 1), known.reports[reached][np.newaxis])
                return
            if reached in due:
                follow(first, [(reached, -1)])
                jump(reached)
            follow(first if reached not in due else reached, leaps_to([reached]))
            if begun is not None and reached <= begun.steps:
                begun.reports[reached] = out[len(saved.get(reached, (0,))) - 1].copy()
                begun.state = state.copy() if reached == begun.steps else None

        if not code.rows:  # nothing to solve
            follow(0, [(0, number) for number in range(len(counts))])
            return Solved()
        jump(0)
        if 0 in saved:
            follow(0, leaps_to([0]))
        problem = Problem(_no_flows, state, run.grid, run.saved[-1:], np.empty(0), advance=advance)
        solve_fixed(problem, self.tableau)
        return Solved()

    def _beginning(self, shared: Array, apart: Array) -> RememberedBlock | None:
        """Return the remembered start of this block, or the one to be filled in."""
        run = self.run
        if run.beginning is None:
            return None
        early = [n for n in self.counts if run.grid.time_of(n) <= run.beginning.until]
        if not early or early[-1] == 0:
            return None
        numbers = (shared, apart, np.array([run.grid.start, run.grid.step]))
        paths = [run.given.paths[key] for key in run.plan.paths]
        known = Known(self.program, numbers, paths, run.saved)
        return run.beginning.of_block(self.part, known, early[-1])

    def _inputs(self, stride: int) -> tuple[Array, Array]:
        """Return the arrays of shared and of different values, with the inputs filled in."""
        run, code = self.run, self.program.code
        inputs = inputs_of(run.equations, run.plan, run.given, self.part)
        shared = np.zeros(max(code.shared, 1))
        apart = np.zeros((max(code.apart, 1), stride))
        for key, value in zip(run.plan.inputs, inputs, strict=True):
            elements = code.inputs.get(key, ())
            if isinstance(value, float) and len(elements) == 1 and elements[0][1].is_shared:
                shared[elements[0][1].number] = value  # most inputs are single numbers
                continue
            flat = np.reshape(value, (-1, np.shape(value)[-1] if np.ndim(value) else 1))
            for position, place in elements:
                if place.is_shared:
                    shared[place.number] = flat[position, 0]
                else:
                    apart[place.number] = _padded(flat[position], stride)
        return shared, apart

    def _paths(self, stride: int) -> tuple[Array, NDArray[np.int64]]:
        """Return the numbers of all paths in one array, and where each path begins in it."""
        pieces: list[Array] = [np.zeros(1)]
        places: list[int] = []
        total = 1
        for key in self.run.plan.paths:
            path = self.run.given.paths[key]
            several = path.values.shape[-1] > 1
            places.append(path.times.size)
            for array in (path.times, path.values, path.slopes):
                numbers = array
                if array.ndim > 1 and several:
                    numbers = _padded(array[..., self.part], stride)
                pieces.append(np.ravel(numbers))
                places.append(total)
                total += numbers.size
        return np.concatenate(pieces), np.array([*places, 0], dtype=np.int64)


def _hand_out(rows: Array, results: list[Array]) -> None:
    """Copy the rows of each time to the results, in order."""
    row = 0
    for result in results:
        size = math.prod(result.shape[1:-1])
        result[...] = rows[:, row : row + size].reshape(result.shape)
        row += size


def _padded(array: Array, length: int) -> Array:
    """Repeat the last draw up to the wanted length, so that no number is undefined."""
    missing = length - array.shape[-1]
    return np.concatenate([array, np.repeat(array[..., -1:], missing, axis=-1)], axis=-1)


def _no_flows(time: float, clock: float, state: Array) -> Array:
    raise AssertionError("the compiled code takes all steps")
