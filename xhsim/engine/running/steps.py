"""Fixed-step methods as one SciPy `OdeSolver`."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import DenseOutput, OdeSolver

from xhsim.engine.running.grid import NEAR, Grid
from xhsim.engine.tableaux import Combination, Tableau

__all__ = ["Clock", "FixedStep", "Leaps", "Releasable", "SolverInUse", "Tolerance"]

Array = NDArray[np.float64]
MOST_HALVINGS = 10  # of a step that is cut; its parts are then a thousandth of it


@dataclass
class Clock:
    """The time that selects the branch of STEP and similar functions. Solvers update it."""

    now: float = 0.0


@dataclass(frozen=True)
class Tolerance:
    """The error that a step may have, in a method that cuts its steps.

    Attributes
    ----------
    absolute, relative : float
        Their sum is allowed; `relative` is a share of the level. The defaults are Vensim's.
    """

    absolute: float = 0.001
    relative: float = 0.001

    def is_exceeded(self, rough: Array, fine: Array) -> Array:
        """Tell where two results of a step differ by more. A result that is not finite never does.

        Examples
        --------
        >>> Tolerance().is_exceeded(np.array([1.0, np.nan]), np.array([1.01, 1.0])).tolist()
        [True, False]
        """
        return np.asarray(np.abs(rough - fine) > self.absolute + self.relative * np.abs(fine))


@dataclass(frozen=True)
class Leaps:
    """Several steps in one call, for code that is faster than the solver.

    Attributes
    ----------
    advance : callable
        ``advance(first, count, state)`` returns the state `count` steps after step `first`, with
        the arithmetic of the method.
    stops : tuple of int
        Numbers of steps after which the state is wanted; increasing. The last ends the run.
    """

    advance: Callable[[int, int, Array], Array]
    stops: tuple[int, ...]

    def count_from(self, done: int) -> int:
        """Return the number of steps up to the next stop."""
        return self.stops[bisect_right(self.stops, done)] - done


@dataclass
class SolverInUse:
    """The solver that SciPy has created for a solve, so that it can be released after use."""

    solver: OdeSolver | None = None

    def release(self) -> None:
        """Release all that the solver refers to."""
        if self.solver is not None:
            vars(self.solver).clear()


class Releasable:
    """A solver that registers itself in `in_use`, so that it can be released after use.

    A SciPy solver refers to itself through its function. Otherwise it and its arrays would stay
    in memory until Python's next garbage collection.
    """

    def __init__(self, *args: Any, in_use: SolverInUse | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        if in_use is not None:
            in_use.solver = self


class _ShorterStep(DenseOutput):
    """Values inside a step, by a shorter step of the same method from the same start."""

    t: float
    t_old: float
    _end: Array

    def __init__(self, solver: FixedStep, start: Array) -> None:
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


class FixedStep(Releasable, OdeSolver):
    """A Runge-Kutta method with a fixed step. It counts its steps, so that time does not drift.

    Parameters
    ----------
    fun, t0, y0, t_bound, vectorized
        As for any SciPy `OdeSolver`.
    tableau : Tableau
        The method.
    grid : Grid
        The steps. `t_bound` is the end of a step, or infinite.
    clock : Clock
        Set to the start of each step.
    settle : callable, optional
        ``settle(time, before, after) -> after``, called at the end of each step with the time and
        the state at its start. It makes the changes between steps.
    leaps : Leaps, optional
        Takes all steps up to the next saved time in one call.
    done : int
        Number of steps that were taken before `t0`.
    tolerance : Tolerance, optional
        Cuts a step in halves, and these again, in each draw where its error is larger.
    draws : int
        How many draws the state has, for `tolerance`.
    begin : ndarray, optional
        The state at the start, if it is not finite, which SciPy does not accept as `y0`.
    in_use : SolverInUse, optional
        The solver registers itself there.

    Examples
    --------
    >>> from scipy.integrate import solve_ivp
    >>> from xhsim.engine.tableaux import EULER
    >>> options = {"method": FixedStep, "grid": Grid(0, 0.5), "clock": Clock()}
    >>> solve_ivp(lambda t, y: -y, (0, 1), [1.0], tableau=EULER, **options).y[0].tolist()
    [1.0, 0.5, 0.25]
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
        tableau: Tableau,
        grid: Grid,
        clock: Clock,
        settle: Callable[[float, Array, Array], Array] | None = None,
        leaps: Leaps | None = None,
        done: int = 0,
        tolerance: Tolerance | None = None,
        draws: int = 1,
        begin: Array | None = None,
        in_use: SolverInUse | None = None,
    ) -> None:
        super().__init__(fun, t0, y0, t_bound, vectorized, in_use=in_use)
        if begin is not None:
            self.y = begin
        self._tolerance, self._draws = tolerance, draws
        self._tableau = tableau
        self._settle = settle
        self._leaps = leaps
        self._grid = grid
        self._done = done
        self._clock = clock
        self._start = self.y

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

    def advance(self, time: float, state: Array, length: float, halvings: int = 0) -> Array:
        """Return the state after one step of `length`, in parts where the tolerance wants it."""
        whole = self._once(time, state, length)
        if self._tolerance is None or halvings == MOST_HALVINGS:
            return whole
        half = length / 2
        fine = self._once(time + half, self._once(time, state, half), half)
        rough = self._tolerance.is_exceeded(whole, fine).reshape(-1, self._draws).any(axis=0)
        if not rough.any():
            return whole
        middle = self.advance(time, state, half, halvings + 1)
        fine = self.advance(time + half, middle, half, halvings + 1)
        # A draw is the same whatever the others need.
        shape = (-1, self._draws)
        return np.where(rough, fine.reshape(shape), whole.reshape(shape)).reshape(-1)

    def _once(self, time: float, state: Array, length: float) -> Array:
        tableau = self._tableau
        flows = [self.fun(time, state)]
        for node, combination in zip(tableau.nodes, tableau.between, strict=True):
            there = state + _rise(combination, flows, length)
            flows.append(self.fun(time + node * length, there))
        return np.asarray(state + _rise(tableau.whole, flows, length))


def _rise(combination: Combination, flows: Sequence[Array], length: float) -> Array:
    """Return the change of state: ``(length / divisor) * total``, in exactly this order."""
    parts = []
    for term in combination.terms:
        part = reduce(add, (flows[number] for number in term.flows))
        parts.append(part if term.weight == 1 else float(term.weight) * part)
    return (length / combination.divisor) * reduce(add, parts)
