"""Solving a planned model for all draws, block by block."""

from __future__ import annotations

import itertools
import math
import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from xhsim.engine.chance import make_noise
from xhsim.engine.emit import Program
from xhsim.engine.emit_scalar import STEPPERS, ScalarProgram, emit_scalar, follow
from xhsim.engine.equations import Constant, Equations, Rule, Stock
from xhsim.engine.fast import STAGES, WORTH_COMPILING, FastBlock, is_installed
from xhsim.engine.inputs import Inputs, default_value
from xhsim.engine.jacobian import sparsity
from xhsim.engine.memory import Memory
from xhsim.engine.paths import Path
from xhsim.engine.plan import Plan
from xhsim.engine.solvers import Method, Problem, SolverStopped, solve
from xhsim.engine.steps import steps_to
from xhsim.errors import InputError

if TYPE_CHECKING:
    from xhsim.engine.emit_llvm import LLVMProgram

__all__ = ["Compiled", "Ensemble", "OtherOrders", "Times", "inputs_of"]

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
    _fast: dict[tuple[frozenset[str], str], LLVMProgram | None] = field(
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
        self, equations: Equations, varying: frozenset[str], method: str
    ) -> LLVMProgram | None:
        """Return machine code for ensembles, or None if there is none for this plan."""
        if (varying, method) not in self._fast:
            from xhsim.engine.emit_llvm import emit_llvm  # llvmlite may not be installed

            self._fast[varying, method] = emit_llvm(equations, self.plan, varying, method)
        return self._fast[varying, method]


@dataclass(frozen=True)
class Times:
    """When a run starts, which times it saves, and its time step."""

    start: float
    saved: Array
    step: float


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
        name, times = self.method.solver.__name__, self.times
        counts = steps_to(times.saved, times.start, times.step)
        if self.given.draws is None or name not in STAGES or counts is None or not is_installed():
            return None
        if self.given.draws * counts[-1] * STAGES[name] < WORTH_COMPILING:
            return None
        plan = self.compiled.plan
        several = {key for key, array in self.given.numbers.items() if array.shape[-1] > 1}
        several |= {key for key, path in self.given.paths.items() if path.values.shape[-1] > 1}
        varying = frozenset(several.intersection((*plan.inputs, *plan.paths)))
        program = self.compiled.fast(self.equations, varying, name)
        if program is None:
            return None
        given, start, step = self.given, times.start, times.step
        return FastBlock(program, plan, given, start, step, times.saved, self.method)

    def _solve_single(self) -> list[Array] | None:
        """Solve a run without draws in plain Python; None where that is not possible."""
        stepper = STEPPERS.get(self.method.solver.__name__)
        begin, step = self.times.start, self.times.step
        if stepper is None or steps_to(self.times.saved, begin, step) is None:
            return None
        program = self.compiled.scalar(self.equations)
        if program is None:
            return None
        values = inputs_of(self.equations, self.compiled.plan, self.given, slice(None))
        inputs = [number for value in values for number in np.ravel(value).tolist()]
        paths = [follow(self.given.paths[key], position) for key, position in program.paths]
        try:
            state, delays, flows, report = program.prepare(inputs, begin, step, paths)
            self._check_delays(_portions(delays, program.delays))

            def advance(first: int, count: int, now: Array) -> Array:
                levels = now.tolist()
                for number in range(first, first + count):
                    levels = stepper(flows, begin + number * step, step, levels)
                return np.array(levels)

            def change(time: float, clock: float, now: Array) -> Array:
                return np.array(flows(time, clock, now[:, 0].tolist()))[:, np.newaxis]

            first = np.array(state, dtype=np.float64)[:, np.newaxis]
            saved = self.times.saved
            problem = Problem(change, first, begin, saved, step, np.empty(0), advance=advance)
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
        plan, program = self.compiled.plan, self.compiled.program
        step, begin = np.float64(self.times.step), np.float64(self.times.start)
        # Draws that overflow are found in the results; NumPy need not warn of each.
        with np.errstate(all="ignore"):
            constants = program.constants(inputs_of(self.equations, plan, self.given, part))
            paths = [_follow(self.given.paths[key], part) for key in plan.paths]
            noise = make_noise(self.seed, begin, step, part)
            start = program.start(begin, begin, step, constants, paths, noise)
            stocks, held, moving_delays, fixed_delays = start
            self._check_delays(self._delay_times((*constants, *moving_delays)))
            state = self._state(stocks, part.stop - part.start)
            known = (constants, held, paths, noise)

            def change(time: float, clock: float, now: Array) -> Array:
                # Within a piece of an adaptive solve the branch is that of its middle.
                slack = step if self.method.is_fixed else np.float64(0.0)
                return program.change(np.float64(time), np.float64(clock), slack, now, *known)

            def update(time: float, now: Array) -> tuple[Any, ...]:
                return program.update(np.float64(time), np.float64(time), step, now, *known)

            problem = Problem(
                change,
                state,
                begin,
                self.times.saved,
                step,
                self._breakpoints(constants),
                self._settling(update, fixed_delays, state),
                sparsity=self.compiled.sparsity(self.equations) if self._is_stiff else None,
            )
            states = solve(problem, self.method)
            for number, time in enumerate(np.float64(t) for t in self.times.saved):
                values = program.report(time, time, step, states[number], *known)
                for result, value in zip(results, values, strict=True):
                    result[number][..., part] = value

    def _state(self, stocks: tuple[Any, ...], draws: int) -> Array:
        rows = self.compiled.program.rows
        state = np.empty((sum(r.stop - r.start for r in rows.values()), draws))
        for key, value in zip(self.compiled.plan.stocks, stocks, strict=True):
            state[rows[key]] = np.reshape(value, (rows[key].stop - rows[key].start, -1))
        return state

    def _settling(
        self, update: Callable[..., tuple[Any, ...]], delays: tuple[Any, ...], state: Array
    ) -> Callable[[float, Array, Array], Array] | None:
        """Return what is to happen at the end of each step, or None."""
        plan, rows = self.compiled.plan, self.compiled.program.rows
        discrete = [rows[key] for key in plan.discrete]
        at_least_zero = [
            rows[key]
            for key in plan.stocks
            if isinstance(stock := self.equations.definitions[key], Stock) and stock.non_negative
        ]
        if not discrete and not at_least_zero:
            return None
        return Memory(update, discrete, delays, state, self.times.step, at_least_zero).settle

    def _breakpoints(self, constants: tuple[Any, ...]) -> Array:
        if self.method.is_fixed:
            return np.empty(0)
        times = [np.ravel(value) for value in self.compiled.program.breakpoints(constants)]
        times += [np.array(path.breakpoints) for path in self.given.paths.values()]
        return np.unique(np.concatenate(times)) if times else np.empty(0)

    def _delay_times(self, known: tuple[Any, ...]) -> dict[int, Array]:
        """Return the delay times that matter to this run, by the number of the delay."""
        plan = self.compiled.plan
        names = (*plan.inputs, *plan.constants, *plan.moving_delays)
        return {
            number: np.atleast_1d(known[names.index(delay.delay_time)])
            for number, delay in enumerate(self.equations.delays)
            if delay.delay_time in names
        }

    def _check_delays(self, delay_times: dict[int, Array]) -> None:
        """See that each delay has the order that its time allows: n stages need n time steps."""
        fitting = {}
        for number, times in delay_times.items():
            delay = self.equations.delays[number]
            shortest = times.reshape(-1, times.shape[-1]).min(axis=0)
            most = np.floor(shortest / self.times.step + 1e-9)
            orders = np.unique(np.clip(most[np.isfinite(most)], 0, delay.wanted))
            if orders.size and (orders[0] < 1 or orders.size > 1):
                raise InputError(
                    f'the delay in "{delay.owner}" takes {shortest.min():g}, which is less than '
                    f"{delay.wanted} time steps of {self.times.step:g}",
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


def inputs_of(equations: Equations, plan: Plan, given: Inputs, part: slice) -> tuple[Any, ...]:
    """Return the values of a plan's inputs for a block of draws."""
    values: list[Any] = []
    for key in plan.inputs:
        variable = equations.variables[key]
        array = given.numbers.get(key)
        if array is None:
            number = _own_number(equations, key)
            if number is not None:
                values.append(number)
                continue
            array = default_value(equations, variable)
        elif array.shape[-1] > 1:
            array = array[..., part]
        alone = not variable.shape and array.shape[-1] == 1
        values.append(np.float64(array[0]) if alone else np.ascontiguousarray(array))
    return tuple(values)


def _own_number(equations: Equations, key: str) -> np.float64 | None:
    """Return the value of a constant without dimensions; most are, and all are asked each run."""
    rule = equations.definitions[key]
    if equations.variables[key].shape or not isinstance(rule, Rule):
        return None
    expression = rule.parts[0].expression
    return np.float64(expression.value) if isinstance(expression, Constant) else None


def _follow(path: Path, part: slice) -> Callable[[float, float], Any]:
    """Return a function of time and clock for a block of draws.

    At the time of a jump the value before it holds for a step that ends there, the value after it
    for a step that starts there: the clock, which is the step's start, tells which.
    """
    several = path.values.shape[-1] > 1
    values = np.ascontiguousarray(path.values[..., part] if several else path.values)
    slopes = np.ascontiguousarray(path.slopes[..., part] if several else path.slopes)

    def at(time: float, clock: float) -> Any:
        side = "left" if clock < time else "right"
        piece = int(np.searchsorted(path.times, time, side=side)) - 1  # type: ignore[call-overload]
        if piece < 0:
            return values[0]
        return values[piece] + slopes[piece] * (time - path.times[piece])

    return at
