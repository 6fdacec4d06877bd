"""Solving a block of draws in machine code, where llvmlite is installed and it pays."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from xhsim.engine.beginning import Beginning, Known, RememberedBlock
from xhsim.engine.grid import Grid
from xhsim.engine.inputs import Inputs
from xhsim.engine.plan import Plan
from xhsim.engine.solvers import Method, Problem, solve

if TYPE_CHECKING:
    from xhsim.engine.emit_llvm import LLVMProgram

__all__ = ["CALLING", "WORTH_COMPILING", "FastBlock", "is_installed"]

Array = NDArray[np.float64]
WORTH_COMPILING = 3_000_000  # draws x steps x stages: compiling takes as long as NumPy for a third
CALLING = 400  # draws on which NumPy spends as long as on being called, however few there are


@cache
def is_installed() -> bool:
    """Tell whether llvmlite can be imported."""
    return find_spec("llvmlite") is not None


@dataclass(frozen=True)
class FastBlock:
    """What all blocks of a run in machine code have in common.

    Attributes
    ----------
    program : LLVMProgram
    plan : Plan
    given : Inputs
    grid : Grid
        Of steps that are equally long.
    saved : ndarray
        The saved times, which are whole steps.
    method : Method
    beginning : Beginning or None
        What earlier runs found.
    """

    program: LLVMProgram
    plan: Plan
    given: Inputs
    grid: Grid
    saved: Array
    method: Method
    beginning: Beginning | None = None

    def solve(
        self,
        inputs: tuple[Any, ...],
        part: slice,
        results: list[Array],
        check_delays: Callable[[dict[int, Array]], None],
    ) -> None:
        """Solve a block and fill in its part of the results.

        Parameters
        ----------
        inputs : tuple of ndarray or float
            The values of the plan's inputs for the block.
        part : slice
            Its draws.
        results : list of ndarray, each of shape ``(times, *elements, draws)``
        check_delays : callable
            Called with the delay times, each of shape ``(elements, draws)``.
        """
        program, start, step = self.program, self.grid.start, self.grid.step
        draws = part.stop - part.start
        stride = -(-draws // program.width) * program.width
        shared, apart = self._inputs(inputs, stride)
        paths, places = self._paths(part, stride)
        arrays = [array.ctypes.data for array in (shared, apart, paths, places)]
        rows = len(program.unrolled.start)
        state = np.empty((rows, stride))
        program.begin(stride, start, step, *arrays, state.ctypes.data, stride)
        check_delays(self._delay_times(shared, apart[:, :draws]))
        # Who has no number at the start has none at all, as in the other forms.
        state[:, ~np.isfinite(state).all(axis=0)] = np.nan
        scratch = np.empty(program.rooms * rows * program.width)
        out = np.empty((len(program.unrolled.outputs), stride))
        counts = self.grid.counts_of(self.saved)
        assert counts is not None
        memory = self._memory(part, shared, apart, counts)

        def report(count: int) -> None:
            for number in np.flatnonzero(np.equal(counts, count)):
                known = (float(self.saved[number]), step, *arrays, state.ctypes.data)
                program.report(stride, *known, out.ctypes.data, stride)
                hand_out(int(number), out)

        def hand_out(number: int, rows: Array) -> None:
            _hand_out(rows[:, :draws], [result[number][..., part] for result in results])

        def advance(first: int, count: int, before: Array) -> Array:
            # The state stays where it is: copies of it would take longer than the steps.
            reached = first + count
            if memory is not None and memory.state is not None and reached <= memory.steps:
                state[...] = memory.state
                for number in np.flatnonzero(np.equal(counts, reached)):
                    hand_out(int(number), memory.reports[reached])
                return state.reshape(-1)
            known = (start, step, *arrays, state.ctypes.data, scratch.ctypes.data)
            program.advance(stride, first, count, *known, stride)
            report(reached)
            if memory is not None and reached <= memory.steps:
                memory.reports[reached] = out.copy()
                memory.state = state.copy() if reached == memory.steps else None
            return state.reshape(-1)

        if not rows:  # nothing to solve
            for count in counts:
                report(count)
            return
        report(0)
        problem = Problem(
            _never, state, self.grid, self.saved[-1:], np.empty(0), advance=advance, stops=counts
        )
        solve(problem, self.method)

    def _memory(
        self, part: slice, shared: Array, apart: Array, counts: Sequence[int]
    ) -> RememberedBlock | None:
        """Return what is remembered of how this block begins, or what is to be."""
        if self.beginning is None:
            return None
        early = [int(n) for n in counts if self.grid.time_of(int(n)) <= self.beginning.until]
        if not early or early[-1] == 0:
            return None
        numbers = (shared, apart, np.array([self.grid.start, self.grid.step]), self.saved)
        known = Known(self.program, numbers, [self.given.paths[key] for key in self.plan.paths])
        return self.beginning.memory(part, known, early[-1])

    def _inputs(self, inputs: tuple[Any, ...], stride: int) -> tuple[Array, Array]:
        """Return what all draws share and what differs, with the inputs in their places."""
        program = self.program
        flat = {
            key: np.reshape(value, (-1, np.shape(value)[-1] if np.ndim(value) else 1))
            for key, value in zip(self.plan.inputs, inputs, strict=True)
        }
        shared = np.zeros(max(len(program.shared), 1))
        apart = np.zeros((max(len(program.apart), 1), stride))
        for node in program.unrolled.nodes:
            if node.kind != "input":
                continue
            assert isinstance(node.data, tuple)
            key, position = node.data
            if node.number in program.shared:
                shared[program.shared[node.number]] = flat[key][position, 0]
            else:
                apart[program.apart[node.number]] = _padded(flat[key][position], stride)
        return shared, apart

    def _paths(self, part: slice, stride: int) -> tuple[Array, NDArray[np.int64]]:
        """Return the numbers of all paths one after the other, and where each path's begin."""
        pieces: list[Array] = [np.zeros(1)]
        places: list[int] = []
        total = 1
        for key in self.plan.paths:
            path = self.given.paths[key]
            several = path.values.shape[-1] > 1
            places.append(path.times.size)
            for array in (path.times, path.values, path.slopes):
                numbers = array
                if array.ndim > 1 and several:
                    numbers = _padded(array[..., part], stride)
                pieces.append(np.ravel(numbers))
                places.append(total)
                total += numbers.size
        return np.concatenate(pieces), np.array([*places, 0], dtype=np.int64)

    def _delay_times(self, shared: Array, apart: Array) -> dict[int, Array]:
        program = self.program

        def of(number: int, value: object) -> Array:
            if number in program.shared:
                return shared[program.shared[number] : program.shared[number] + 1]
            if number in program.apart:
                return np.asarray(apart[program.apart[number]])
            return np.array([value], dtype=np.float64)

        return {
            delay: np.stack(np.broadcast_arrays(*(of(node.number, node.data) for node in nodes)))
            for delay, nodes in program.unrolled.delays.items()
        }


def _hand_out(rows: Array, results: list[Array]) -> None:
    """Fill in the results, which take their rows in turn."""
    row = 0
    for result in results:
        size = math.prod(result.shape[:-1])
        result[...] = rows[row : row + size].reshape(result.shape)
        row += size


def _padded(array: Array, length: int) -> Array:
    """Repeat the last draw until there are as many as wanted; none is left to chance."""
    missing = length - array.shape[-1]
    return np.concatenate([array, np.repeat(array[..., -1:], missing, axis=-1)], axis=-1)


def _never(time: float, clock: float, state: Array) -> Array:
    raise AssertionError("all steps are taken by the compiled code")
