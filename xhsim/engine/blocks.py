"""Solving a planned model for all draws, block by block."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xhsim.engine.emit import Program
from xhsim.engine.equations import Equations
from xhsim.engine.inputs import Inputs, default_value
from xhsim.engine.paths import Path
from xhsim.engine.plan import Plan
from xhsim.engine.solvers import Method, Problem, SolverStopped, solve
from xhsim.errors import InputError

__all__ = ["Compiled", "Ensemble", "Times", "inputs_of"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Compiled:
    """A plan and the program that carries it out."""

    plan: Plan
    program: Program


@dataclass(frozen=True)
class Times:
    """When a run starts, which times it saves, and its time step."""

    start: float
    saved: Array
    step: float


@dataclass(frozen=True)
class Ensemble:
    """All draws of a run, solved block by block."""

    equations: Equations
    compiled: Compiled
    given: Inputs
    times: Times
    method: Method

    def run(self, block: int, progress: Callable[[int], None] | None) -> list[Array]:
        """Return the outputs, each of shape ``(times, *elements, draws)``."""
        draws = self.given.draws or 1
        shapes = [self.equations.variables[key].shape for key in self.compiled.plan.outputs]
        results = [np.empty((self.times.saved.size, *shape, draws)) for shape in shapes]
        one_by_one = self.method.one_by_one
        blocks = [slice(i, i + 1) for i in range(draws)] if one_by_one else _blocks(draws, block)

        def finish(part: slice) -> int:
            self._solve_block(part, results)
            return int(part.stop - part.start)

        if len(blocks) == 1:
            done: Iterable[int] = map(finish, blocks)
            for count in done:
                if progress:
                    progress(count)
            return results
        # Solvers that take draws one by one spend their time in Python, and not all of them can
        # do two things at once.
        workers = 1 if one_by_one else os.cpu_count() or 1
        with ThreadPoolExecutor(max_workers=workers) as pool:
            try:
                for count in pool.map(finish, blocks):
                    if progress:
                        progress(count)
            except BaseException:
                pool.shutdown(wait=True, cancel_futures=True)
                raise
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
        step = np.float64(self.times.step)
        begin = np.float64(self.times.start)
        draws = part.stop - part.start
        # Draws that overflow are found in the results; NumPy need not warn of each.
        with np.errstate(all="ignore"):
            constants = program.constants(inputs_of(self.equations, plan, self.given, part))
            paths = [_follow(self.given.paths[key], part) for key in plan.paths]
            stocks, held, delays = program.start(begin, begin, step, constants, paths)
            self._check_delays(constants, delays)
            state = np.empty((sum(r.stop - r.start for r in program.rows.values()), draws))
            for key, value in zip(plan.stocks, stocks, strict=True):
                rows = program.rows[key]
                state[rows] = np.reshape(value, (rows.stop - rows.start, -1))

            def change(time: float, clock: float, now: Array) -> Array:
                # Within a piece of an adaptive solve the branch is that of its middle.
                slack = step if self.method.is_fixed else np.float64(0.0)
                return program.change(
                    np.float64(time), np.float64(clock), slack, now, constants, held, paths
                )

            states = solve(
                Problem(change, state, begin, self.times.saved, step, self._breakpoints(constants)),
                self.method,
            )
            for number, time in enumerate(np.float64(t) for t in self.times.saved):
                values = program.report(time, time, step, states[number], constants, held, paths)
                for result, value in zip(results, values, strict=True):
                    result[number][..., part] = value

    def _breakpoints(self, constants: tuple[Any, ...]) -> Array:
        if self.method.is_fixed:
            return np.empty(0)
        times = [np.ravel(value) for value in self.compiled.program.breakpoints(constants)]
        times += [np.array(path.breakpoints) for path in self.given.paths.values()]
        return np.unique(np.concatenate(times)) if times else np.empty(0)

    def _check_delays(self, constants: tuple[Any, ...], moving: tuple[Any, ...]) -> None:
        """Refuse a delay of order n with fewer than n time steps in its delay time at the start."""
        plan = self.compiled.plan
        names = (*plan.inputs, *plan.constants, *plan.moving_delays)
        for delay in self.equations.delays:
            if delay.delay_time not in names:
                continue
            shortest = float(np.min((*constants, *moving)[names.index(delay.delay_time)]))
            if delay.order * self.times.step > shortest * (1 + 1e-9):
                raise InputError(
                    f'the delay in "{delay.owner}" takes {shortest:g}, which is less than '
                    f"{delay.order} time steps of {self.times.step:g}",
                    hint=f"use dt={shortest / delay.order:g} or less, or a longer delay",
                )


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
    values = []
    for key in plan.inputs:
        variable = equations.variables[key]
        array = given.numbers.get(key)
        if array is None:
            array = default_value(equations, variable)
        elif array.shape[-1] > 1:
            array = array[..., part]
        alone = not variable.shape and array.shape[-1] == 1
        values.append(np.float64(array[0]) if alone else np.ascontiguousarray(array))
    return tuple(values)


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
