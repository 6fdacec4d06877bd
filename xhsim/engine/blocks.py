"""Solving a planned model for all draws, block by block."""

from __future__ import annotations

import itertools
import math
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from xhsim.engine.arrays import ArrayBlock, ArrayRun, begin, inputs_of
from xhsim.engine.beginning import Beginning
from xhsim.engine.emit import Program
from xhsim.engine.emit_scalar import ScalarProgram, emit_scalar, follow, stepper_of
from xhsim.engine.equations import Equations
from xhsim.engine.fast import CALLING, WORTH_COMPILING, FastBlock, is_installed
from xhsim.engine.grid import Grid
from xhsim.engine.inputs import Inputs
from xhsim.engine.jacobian import sparsity
from xhsim.engine.plan import Plan
from xhsim.engine.running.tableaux import Tableau
from xhsim.engine.solvers import Method, Problem, SolverStopped, solve
from xhsim.errors import InputError

if TYPE_CHECKING:
    from xhsim.engine.emit_llvm import LLVMProgram

__all__ = ["Compiled", "Ensemble", "OtherOrders", "Times"]

Array = NDArray[np.float64]
WIDEST_ARRAY = 256 * 1024  # bytes of a temporary array that the system need not clear each time
SMALLEST_BLOCK, LARGEST_BLOCK = 256, 4096  # draws
MANY_ROWS = 50  # of the state, from which on sparse linear algebra is the quicker
FAST_BLOCK = 1024  # draws of a block in machine code: what it reads and writes stays in the cache


@dataclass(frozen=True)
class Compiled:
    """A plan and the program that carries it out; other forms of it are made when wanted."""

    plan: Plan
    program: Program
    _scalar: list[ScalarProgram | None] = field(default_factory=list, repr=False, compare=False)
    _sparsity: list[NDArray[np.bool_]] = field(default_factory=list, repr=False, compare=False)
    _fast: dict[tuple[frozenset[str], Tableau], LLVMProgram | None] = field(
        default_factory=dict, repr=False, compare=False
    )

    def scalar(self, equations: Equations) -> ScalarProgram | None:
        """Return the program for single runs, or None if the plan has no scalar form."""
        if not self._scalar:
            self._scalar.append(emit_scalar(equations, self.plan))
        return self._scalar[0]

    def sparsity(self, equations: Equations) -> NDArray[np.bool_]:
        """Return where the Jacobian of the flows may differ from zero."""
        if not self._sparsity:
            self._sparsity.append(sparsity(equations, self.plan, self.program.rows))
        return self._sparsity[0]

    def fast(
        self, equations: Equations, varying: frozenset[str], tableau: Tableau
    ) -> LLVMProgram | None:
        """Return machine code for ensembles, or None if there is none for this plan."""
        if (varying, tableau) not in self._fast:
            from xhsim.engine.emit_llvm import emit_llvm  # llvmlite may not be installed

            self._fast[varying, tableau] = emit_llvm(equations, self.plan, varying, tableau)
        return self._fast[varying, tableau]


@dataclass(frozen=True)
class Times:
    """The steps of a run and which times it saves."""

    grid: Grid
    saved: Array


class OtherOrders(Exception):
    """Some delays are too short for their order, or long enough for a higher one than they have.

    Parameters
    ----------
    orders : dict of int to int
        By the number of the delay: the order that fits.
    """

    def __init__(self, orders: dict[int, int]) -> None:
        super().__init__(str(orders))
        self.orders = orders


@dataclass(frozen=True)
class Ensemble:
    """All draws of a run, solved block by block."""

    equations: Equations
    compiled: Compiled
    given: Inputs
    times: Times
    method: Method
    seed: int
    runs: int = 1
    beginning: Beginning | None = None

    def run(
        self,
        block: int | None = None,
        threads: int | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> list[Array]:
        """Return the outputs, each of shape ``(times, *elements, draws)``."""
        draws = self.given.draws or 1
        if self.given.draws is None:
            single = self._solve_single()
            if single is not None:
                if progress:
                    progress(1)
                return single
        fast = self._fast_block()
        if block is None:
            block = block_size(self.equations, self.compiled.plan) if fast is None else FAST_BLOCK
        shapes = [self.equations.variables[key].shape for key in self.compiled.plan.outputs]
        results = [np.empty((self.times.saved.size, *shape, draws)) for shape in shapes]
        one_by_one = self.method.one_by_one
        blocks = [slice(i, i + 1) for i in range(draws)] if one_by_one else _blocks(draws, block)

        def finish(part: slice) -> int:
            if fast is None:
                self._solve_block(part, results)
            else:
                inputs = inputs_of(self.equations, self.compiled.plan, self.given, part)
                fast.solve(inputs, part, results, self._check_delays)
            return int(part.stop - part.start)

        if len(blocks) == 1:
            done: Iterable[int] = map(finish, blocks)
            for count in done:
                if progress:
                    progress(count)
            return results
        # Solvers that take draws one by one spend their time in Python, and not all of them can
        # do two things at once.
        workers = 1 if one_by_one else threads or os.cpu_count() or 1
        with ThreadPoolExecutor(max_workers=workers) as pool:
            try:
                for count in pool.map(finish, blocks):
                    if progress:
                        progress(count)
            except BaseException:
                pool.shutdown(wait=True, cancel_futures=True)
                raise
        return results

    @property
    def _is_stiff(self) -> bool:
        """Whether the method is one for stiff models, and the model large enough for its zeros."""
        rows = self.compiled.program.rows.values()
        return self.method.uses_jacobian and sum(r.stop - r.start for r in rows) >= MANY_ROWS

    def _fast_block(self) -> FastBlock | None:
        """Return what solves blocks in machine code, or None where NumPy is to do it."""
        tableau, grid = self.method.tableau, self.times.grid
        counts = grid.counts_of(self.times.saved) if grid.is_even else None
        if self.given.draws is None or tableau is None or counts is None or not is_installed():
            return None
        work = self.runs * (self.given.draws + CALLING) * counts[-1] * tableau.stages
        if work < WORTH_COMPILING:
            return None
        plan = self.compiled.plan
        several = {key for key, array in self.given.numbers.items() if array.shape[-1] > 1}
        several |= {key for key, path in self.given.paths.items() if path.values.shape[-1] > 1}
        varying = frozenset(several.intersection((*plan.inputs, *plan.paths)))
        program = self.compiled.fast(self.equations, varying, tableau)
        if program is None:
            return None
        return FastBlock(
            program, plan, self.given, grid, self.times.saved, self.method, self.beginning
        )

    def _solve_single(self) -> list[Array] | None:
        """Solve a run without draws in plain Python; None where that is not possible."""
        tableau, grid, saved = self.method.tableau, self.times.grid, self.times.saved
        if tableau is None or not grid.is_even or grid.counts_of(saved) is None:
            return None
        program = self.compiled.scalar(self.equations)
        if program is None:
            return None
        stepper = stepper_of(tableau)
        values = inputs_of(self.equations, self.compiled.plan, self.given, slice(None))
        inputs = [number for value in values for number in np.ravel(value).tolist()]
        paths = [follow(self.given.paths[key], position) for key, position in program.paths]
        try:
            state, delays, flows, report = program.prepare(inputs, grid.start, grid.step, paths)
            self._check_delays(_portions(delays, program.delays))

            def advance(first: int, count: int, now: Array) -> Array:
                levels = now.tolist()
                for number in range(first, first + count):
                    levels = stepper(flows, grid.time_of(number), grid.step, levels)
                return np.array(levels)

            def change(time: float, clock: float, now: Array) -> Array:
                return np.array(flows(time, clock, now[:, 0].tolist()))[:, np.newaxis]

            first = np.array(state, dtype=np.float64)[:, np.newaxis]
            problem = Problem(change, first, grid, saved, np.empty(0), advance=advance)
            states = solve(problem, self.method)[:, :, 0].tolist()
            table = np.array(
                [report(t, t, now) for t, now in zip(saved.tolist(), states, strict=True)]
            )
        except (ArithmeticError, ValueError):
            # NumPy would go on with infinities and with what is no number.
            return None
        if not (np.isfinite(table).all() and np.isfinite(states).all()):
            return None
        results, column = [], 0
        for key in self.compiled.plan.outputs:
            shape = self.equations.variables[key].shape
            width = math.prod(shape)
            part = table[:, column : column + width]
            results.append(np.ascontiguousarray(part).reshape(-1, *shape, 1))
            column += width
        return results

    def _solve_block(self, part: slice, results: list[Array]) -> None:
        try:
            self._solve_together(part, results)
        except SolverStopped:
            # Some draw has stopped the others; alone, only that one is lost.
            for draw in range(part.start, part.stop):
                self._solve_together(slice(draw, draw + 1), results)

    def _solve_together(self, part: slice, results: list[Array]) -> None:
        block = self._begin(part, self._check_delays)
        stiff = self.compiled.sparsity(self.equations) if self._is_stiff else None
        block.solve(self.times.saved, self.method, results, stiff)

    def _begin(self, part: slice, check: Callable[[dict[int, Array]], None]) -> ArrayBlock:
        plan, program = self.compiled.plan, self.compiled.program
        run = ArrayRun(
            self.equations,
            plan,
            program,
            self.given,
            self.times.grid,
            self.seed,
            self.method.is_fixed,
        )
        return begin(run, part, check)

    @property
    def _every_draw(self) -> slice:
        return slice(0, self.given.draws or 1)

    def at_start(self) -> list[Array]:
        """Return the outputs at the start, each of shape ``(*elements, draws)``."""
        block = self._begin(self._every_draw, lambda _: None)
        with np.errstate(all="ignore"):
            return [np.asarray(value) for value in block.report(self.times.grid.start, block.state)]

    def walk(self) -> Iterator[tuple[float, list[Array]]]:
        """Go through a run step by step with Euler's method, whatever the length of its steps.

        The grid of the times must know each step before it is taken: it may grow on the way.

        Yields
        ------
        float, list of ndarray
            The time and the outputs, each of shape ``(*elements, draws)``.
        """
        return self._begin(self._every_draw, self._check_delays).walk()

    def _check_delays(self, delay_times: dict[int, Array]) -> None:
        """See that each delay has the order that its time allows: n stages need n time steps."""
        fitting = {}
        for number, times in delay_times.items():
            delay = self.equations.delays[number]
            shortest = times.reshape(-1, times.shape[-1]).min(axis=0)
            most = np.floor(shortest / self.times.grid.step + 1e-9)
            orders = np.unique(np.clip(most[np.isfinite(most)], 0, delay.wanted))
            if orders.size and (orders[0] < 1 or orders.size > 1):
                raise InputError(
                    f'the delay in "{delay.owner}" takes {shortest.min():g}, which is less than '
                    f"{delay.wanted} time steps of {self.times.grid.step:g}",
                    hint=f"use dt={shortest.min() / delay.wanted:g} or less, or a longer delay",
                )
            if orders.size and orders[0] != delay.order:
                fitting[number] = int(orders[0])
        if fitting:
            raise OtherOrders(fitting)


def _portions(values: Sequence[float], sizes: dict[int, int]) -> dict[int, Array]:
    """Cut a list of the times of all delays, each with a draw axis of one."""
    edges = [0, *itertools.accumulate(sizes.values())]
    return {
        number: np.array(values[left:right])[:, np.newaxis]
        for number, (left, right) in zip(sizes, pairwise(edges), strict=True)
    }


def block_size(equations: Equations, plan: Plan) -> int:
    """Return how many draws to compute at a time: a power of two, by the widest variable.

    Enough that threads, which hold Python's lock between operations, do not wait for each other;
    few enough that a temporary array is taken from memory at hand: the system clears the pages of
    larger ones each time anew.
    """
    keys = (*plan.stocks, *plan.step, *plan.report)
    widest = max((math.prod(equations.variables[key].shape) for key in keys), default=1)
    fitting = WIDEST_ARRAY // (8 * widest)
    return max(SMALLEST_BLOCK, min(LARGEST_BLOCK, 1 << max(fitting, 1).bit_length() - 1))


def _blocks(draws: int, size: int) -> list[slice]:
    """Cut the draws into blocks, none of a single draw among several.

    NumPy raises an array of one number to a power differently, in the last bit.

    Examples
    --------
    >>> _blocks(5, 2)
    [slice(0, 2, None), slice(2, 5, None)]
    """
    size = max(size, 2)
    edges = [*range(0, draws, size), draws]
    if len(edges) > 2 and edges[-1] - edges[-2] == 1:
        del edges[-2]
    return [slice(left, right) for left, right in pairwise(edges)]
