"""Roots of several equations in as many unknowns, in every draw at the same time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Roots", "find_roots"]

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
MOST = 60  # steps; a smooth function takes 3 or 4
PATIENCE = 1 / 64  # part of a step; if an even smaller one does not help, slopes are measured again
# How much wider slopes are measured each time. The sign is the side.
WIDTHS = (1.0, -30.0, 900.0, -27_000.0)


@dataclass(frozen=True)
class Roots:
    """The roots of a function.

    Attributes
    ----------
    values : ndarray, shape (unknowns, draws)
        The nearest that was found.
    found : ndarray of bool, shape (draws,)
        Whether every equation holds.
    slopes : ndarray, shape (draws, equations, unknowns)
        The last slopes, as a start for a similar function; NaN if none was needed.
    flat : bool
        Whether no unknown moved any equation in any draw.
    """

    values: Array
    found: Flags
    slopes: Array
    flat: bool


def find_roots(
    function: Callable[[Array], Array],
    guess: Array,
    *,
    tolerance: Array,
    width: Array,
    slopes: Array | None = None,
    skip: Flags | None = None,
) -> Roots:
    """Find where a function is zero in each draw.

    The method is Broyden's, with shorter steps where a step does not help. With one unknown that is
    the secant method, and a root between two known points is not left any more. Each draw has its
    own iteration; all are evaluated together.

    Parameters
    ----------
    function : callable
        ``function(values) -> residuals``, both of shape ``(unknowns, draws)``. A residual that is
        not finite makes the step shorter.
    guess : ndarray, shape (unknowns, draws)
    tolerance : ndarray, shape (unknowns, draws)
        The largest residual that counts as zero.
    width : ndarray, shape (unknowns,)
        A small change of each unknown, to measure slopes.
    slopes : ndarray, shape (draws, equations, unknowns), optional
        A first idea of the slopes; otherwise they are measured.
    skip : ndarray of bool, shape (draws,), optional
        Draws that are not to be solved.

    Returns
    -------
    Roots

    Examples
    --------
    >>> goal = np.array([[2.0, 3.0]])
    >>> ones = np.ones((1, 2))
    >>> roots = find_roots(lambda x: x**2 - goal, ones, tolerance=1e-12 * ones, width=np.ones(1))
    >>> (roots.values**2).round(9).tolist()
    [[2.0, 3.0]]
    """
    idle = np.zeros(guess.shape[1], dtype=bool) if skip is None else skip
    search = _RootSearch(function, np.array(guess, dtype=np.float64), tolerance, width, idle)
    for _ in range(MOST):
        if not search.is_open.any():
            break
        if slopes is None or (search.is_stuck and search.measured < len(WIDTHS)):
            slopes = search.measure(slopes)
        slopes = search.step(slopes)
    found = (search.size <= 1.0) & ~idle
    if slopes is None:  # the guess is the root
        unknowns, draws = guess.shape
        return Roots(search.values, found, np.full((draws, unknowns, unknowns), np.nan), flat=False)
    # What is left is within the tolerance. A last step, which needs no evaluation, removes it.
    rest = np.where(found, _steps(slopes, search.residuals), 0.0)
    small = np.abs(rest) < width[:, np.newaxis]
    return Roots(search.values + np.where(small, rest, 0.0), found, slopes, not search.has_moved)


class _RootSearch:
    """The state of the search: the best values so far, and the points on both sides of a root."""

    def __init__(
        self,
        function: Callable[[Array], Array],
        values: Array,
        tolerance: Array,
        width: Array,
        idle: Flags,
    ) -> None:
        self.function, self.tolerance, self.width, self.idle = function, tolerance, width, idle
        self.values, self.residuals = values, function(values)
        self.part = np.ones(values.shape[1])
        self.measured = 0
        self.has_moved = False
        self.has_one = len(values) == 1
        self.sides = np.full((2, values.shape[1]), np.nan)  # with negative and positive residuals
        self._note(values, self.residuals)

    @property
    def size(self) -> Array:
        """The largest residual of each draw in units of its tolerance."""
        return self._size(self.residuals)

    @property
    def is_open(self) -> Flags:
        """The draws that are still to be solved."""
        return ~self.idle & ~(self.size <= 1.0)

    @property
    def is_stuck(self) -> bool:
        """Whether shorter steps do not help in some draw."""
        return bool((self.is_open & (self.part < PATIENCE)).any())

    def measure(self, before: Array | None) -> Array:
        """Measure slopes by changing one unknown after the other, each time more."""
        columns = []
        for number, small in enumerate(self.width * WIDTHS[self.measured]):
            moved = self.values.copy()
            moved[number] += small
            residuals = self.function(moved)
            self._note(moved, residuals)
            columns.append((residuals - self.residuals) / small)
        self.measured += 1
        found = np.moveaxis(np.stack(columns, axis=-1), 0, 1)
        self.has_moved = self.has_moved or bool(found[self.is_open].any())  # NaN is a move, too
        found = np.nan_to_num(found)
        if before is None:
            return np.asarray(found)
        again = self.is_open & (self.part < PATIENCE)
        self.part[again] = 1.0
        return np.where(again[:, np.newaxis, np.newaxis], found, before)

    def step(self, slopes: Array) -> Array:
        """Take a step in every open draw, and return the slopes that fit it."""
        is_open, size = self.is_open, self.size
        change = self.part * _steps(slopes, self.residuals)
        change = np.where(is_open, self._between(change), 0.0)
        residuals = self.function(self.values + change)
        better = is_open & (self._size(residuals) < size)
        # A step too far says little about slopes, unless a root is known to lie on the way.
        useful = better | (is_open & self._is_enclosed)
        slopes = _updated(slopes, change, residuals - self.residuals, useful, self.width)
        self._note(self.values + change, np.where(is_open, residuals, np.nan))
        self.has_moved = self.has_moved or bool(better.any())
        self.values = np.where(better, self.values + change, self.values)
        self.residuals = np.where(better, residuals, self.residuals)
        self.part = np.where(better, 1.0, self.part / 4)
        return slopes

    @property
    def _is_enclosed(self) -> Flags:
        return np.asarray(np.isfinite(self.sides).all(axis=0))

    def _between(self, change: Array) -> Array:
        """Go to the middle of the known sides, if a step leaves them or the last one was no use."""
        if not self.has_one:
            return change
        low, high = self.sides.min(axis=0), self.sides.max(axis=0)
        there = self.values[0] + change[0]
        inside = (low < there) & (there < high) & (self.part == 1.0)
        middle = np.where(self._is_enclosed & ~inside, (low + high) / 2, there)
        return np.asarray((middle - self.values[0])[np.newaxis])

    def _note(self, values: Array, residuals: Array) -> None:
        """Remember the nearest points on both sides of a root."""
        if not self.has_one:
            return
        low, high = self.sides.min(axis=0), self.sides.max(axis=0)
        outside = self._is_enclosed & ~((low <= values[0]) & (values[0] <= high))
        for side, sign in enumerate((-1.0, 1.0)):
            here = (residuals[0] * sign > 0) & np.isfinite(residuals[0]) & ~outside
            self.sides[side] = np.where(here, values[0], self.sides[side])

    def _size(self, residuals: Array) -> Array:
        share = np.abs(residuals) / self.tolerance
        return np.asarray(np.where(np.isfinite(share), share, np.inf).max(axis=0))


def _steps(slopes: Array, residuals: Array) -> Array:
    """Return the full steps; none where the slopes are singular."""
    usable = np.isfinite(slopes).all(axis=(1, 2)) & np.isfinite(residuals).all(axis=0)
    with np.errstate(all="ignore"):
        usable = usable & (np.abs(np.linalg.det(np.nan_to_num(slopes))) > 0)
    steps = np.zeros_like(residuals)
    if usable.any():
        right = -residuals[:, usable].T[..., np.newaxis]
        with np.errstate(all="ignore"):
            solved = np.linalg.solve(slopes[usable], right)[..., 0].T
        steps[:, usable] = np.where(np.isfinite(solved), solved, 0.0)
    return steps


def _updated(slopes: Array, change: Array, rise: Array, useful: Flags, width: Array) -> Array:
    """Return slopes that fit the last change exactly: Broyden's update, in units of `width`."""
    direction = change / width[:, np.newaxis] ** 2
    length = (change * direction).sum(axis=0)
    use = useful & (length > 0) & np.isfinite(rise).all(axis=0)
    if not use.any():
        return slopes
    step, along = change[:, use].T, direction[:, use].T  # (draws, unknowns)
    missed = rise[:, use].T - np.einsum("dij,dj->di", slopes[use], step)
    result = slopes.copy()
    result[use] += missed[:, :, np.newaxis] * (along / length[use, np.newaxis])[:, np.newaxis]
    return result
