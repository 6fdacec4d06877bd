"""Fixed-step methods as SciPy `OdeSolver` classes: they count steps, so that time never drifts."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import DenseOutput, OdeSolver

from xhsim.engine.grid import NEAR, Grid

__all__ = ["RK2", "RK4", "Clock", "Euler", "Kept", "Leaps"]

Array = NDArray[np.float64]


@dataclass
class Clock:
    """The time that decides about branches; solvers move it on."""

    now: float = 0.0


@dataclass(frozen=True)
class Leaps:
    """Several steps in one call, for code that takes them faster than the solver could.

    Attributes
    ----------
    advance : callable
        ``advance(first, count, state)`` gives the state `count` steps after step `first`, by the
        arithmetic of the method.
    stops : tuple of int
        After how many steps the state is wanted; increasing, the last one ends the run.
    """

    advance: Callable[[int, int, Array], Array]
    stops: tuple[int, ...]

    def count_from(self, done: int) -> int:
        """Return how many steps there are to the next stop."""
        return self.stops[bisect_right(self.stops, done)] - done


class Kept:
    """Makes a solver note itself in the list `keep`, so that it can be emptied after use.

    A SciPy solver refers to itself through its function. Without help it would stay, with all
    its arrays, until Python's collector comes by.
    """

    def __init__(self, *args: Any, keep: list[OdeSolver] | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        if keep is not None:
            keep.append(self)


class _ShorterStep(DenseOutput):
    """Values inside a step: a shorter step of the same method from the step's start."""

    t: float
    t_old: float
    _end: Array

    def __init__(self, solver: _FixedStep, start: Array) -> None:
        super().__init__(solver.t_old, solver.t)
        self._advance = solver.advance
        self._end = solver.y
        self._start = start

    def _call_impl(self, t: Any) -> Array:
        if np.ndim(t) == 0:
            return self._at(float(t))
        return np.stack([self._at(float(time)) for time in t], axis=1)

    def _at(self, time: float) -> Array:
        if time == self.t:
            return self._end
        if time == self.t_old:
            return self._start
        return self._advance(self.t_old, self._start, time - self.t_old)


class _FixedStep(Kept, OdeSolver):
    """A solver that counts its steps, so that time never drifts.

    Parameters
    ----------
    fun, t0, y0, t_bound, vectorized
        As for any SciPy `OdeSolver`.
    grid : Grid
        The steps; `t_bound` is the end of one of them, or infinite.
    clock : Clock
        Set to the start of each step.
    settle : callable, optional
        ``settle(time, before, after) -> after``, called at the end of each step with the time and
        the state at its start: for what changes only between steps.
    leaps : Leaps, optional
        Takes all steps to the next saved time at once.
    keep : list, optional
        The solver notes itself there.
    """

    t: float
    t_bound: float
    y: Array

    def __init__(
        self,
        fun: Callable[[float, Array], Array],
        t0: float,
        y0: Array,
        t_bound: float,
        vectorized: bool = False,
        *,
        grid: Grid,
        clock: Clock,
        settle: Callable[[float, Array, Array], Array] | None = None,
        leaps: Leaps | None = None,
        keep: list[OdeSolver] | None = None,
    ) -> None:
        super().__init__(fun, t0, y0, t_bound, vectorized, keep=keep)
        self._settle = settle
        self._leaps = leaps
        self._grid = grid
        self._done = 0
        self._clock = clock
        self._start = y0

    def _step_impl(self) -> tuple[bool, str | None]:
        self._clock.now = self.t
        self._start = self.y
        count = 1 if self._leaps is None else self._leaps.count_from(self._done)
        time, length = self._grid.time_of(self._done + count), self._grid.length_at(self.t)
        if self._leaps is None:
            self.y = self.advance(self.t, self.y, length)
        else:
            self.y = self._leaps.advance(self._done, count, self.y)
        self._done += count
        if self._settle is not None:
            self.y = self._settle(self.t, self._start, self.y)
        self.t = self.t_bound if abs(time - self.t_bound) < NEAR * length else time
        return True, None

    def _dense_output_impl(self) -> DenseOutput:
        return _ShorterStep(self, self._start)

    def advance(self, time: float, state: Array, length: float) -> Array:
        """Return the state one step of `length` later."""
        raise NotImplementedError


class Euler(_FixedStep):
    """Euler's method with a fixed step, as an `OdeSolver`; the error falls with the step.

    Examples
    --------
    >>> from scipy.integrate import solve_ivp
    >>> solution = solve_ivp(
    ...     lambda t, y: -y, (0, 1), [1.0], method=Euler, grid=Grid(0, 0.5), clock=Clock()
    ... )
    >>> solution.y[0].tolist()
    [1.0, 0.5, 0.25]
    """

    def advance(self, time: float, state: Array, length: float) -> Array:
        """Return the state one step of `length` later."""
        return np.asarray(state + length * self.fun(time, state))


class RK2(_FixedStep):
    """The midpoint method, of second order, with a fixed step, as an `OdeSolver`.

    Examples
    --------
    >>> from scipy.integrate import solve_ivp
    >>> solution = solve_ivp(
    ...     lambda t, y: -y, (0, 1), [1.0], method=RK2, grid=Grid(0, 0.5), clock=Clock()
    ... )
    >>> solution.y[0].tolist()
    [1.0, 0.625, 0.390625]
    """

    def advance(self, time: float, state: Array, length: float) -> Array:
        """Return the state one step of `length` later."""
        half = 0.5 * length
        middle = state + half * self.fun(time, state)
        return np.asarray(state + length * self.fun(time + half, middle))


class RK4(_FixedStep):
    """The classical fourth-order Runge-Kutta method with a fixed step, as an `OdeSolver`.

    Examples
    --------
    >>> from scipy.integrate import solve_ivp
    >>> solution = solve_ivp(
    ...     lambda t, y: -y, (0, 1), [1.0], method=RK4, grid=Grid(0, 0.1), clock=Clock()
    ... )
    >>> round(float(solution.y[0, -1] - np.exp(-1)), 6)
    0.0
    """

    def advance(self, time: float, state: Array, length: float) -> Array:
        """Return the state one step of `length` later."""
        half = 0.5 * length
        first = self.fun(time, state)
        second = self.fun(time + half, state + half * first)
        third = self.fun(time + half, state + half * second)
        fourth = self.fun(time + length, state + length * third)
        return np.asarray(state + (length / 6.0) * (first + 2.0 * (second + third) + fourth))
