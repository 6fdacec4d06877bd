"""Boxes: a few limits on numbers inside which something happens much more often than outside.

The search peels, as PRIM does (Friedman and Fisher 1999, doi 10.1023/A:1008894516817): it cuts
a twentieth of the draws off one end of one number, the end with which the rest separates best from
what is outside, again and again. It differs in three ways, because readers want few limits and
there are hundreds of numbers: at most a few numbers get limits; what a cut is worth is the
logarithm of the likelihood ratio of two rates against one; and each number with a limit must be
worth more than the best of so many tries is by chance.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Bounds", "find_bounds"]

Array = NDArray[np.float64]
PEEL = 0.05  # share of the draws in the box that one cut removes
LEAST = 0.05  # share of all draws that a box must hold
CUTS = 20  # about how many cuts of one end of a number are tried


@dataclass(frozen=True)
class Bounds:
    """Limits of one number.

    Attributes
    ----------
    number : int
        Which number.
    low, high : float
        The least and the largest value inside; infinite where there is no limit.
    allowed : tuple of float
        For a category, the values inside; empty for a number.
    """

    number: int
    low: float = -math.inf
    high: float = math.inf
    allowed: tuple[float, ...] = ()

    def hold(self, values: Array) -> NDArray[np.bool_]:
        """Return which values are within the limits.

        Parameters
        ----------
        values : ndarray
            Of the number.

        Returns
        -------
        ndarray of bool

        Examples
        --------
        >>> Bounds(0, high=1.0).hold(np.array([0.0, 1.0, 2.0])).tolist()
        [True, True, False]
        """
        if self.allowed:
            return np.isin(values, self.allowed)
        return (values >= self.low) & (values <= self.high)


def find_bounds(
    numbers: ArrayLike,
    happens: ArrayLike,
    *,
    limits: int = 3,
    density: float | None = None,
    categories: ArrayLike | None = None,
) -> list[Bounds]:
    """Find the box that separates best the draws in which something happens.

    Parameters
    ----------
    numbers : array_like, shape (numbers, draws)
    happens : array_like of bool, shape (draws,)
    limits : int
        How many numbers may get limits.
    density : float, optional
        How often it must happen inside, at least. By default the box with the most evidence for
        two rates, which is a wide one. If no box reaches it, the one that comes nearest.
    categories : array_like of bool, shape (numbers,), optional
        Which numbers are categories, of which values are cut one by one.

    Returns
    -------
    list of Bounds
        The most telling number first; empty if no box is worth more than chance.

    Examples
    --------
    >>> numbers = np.random.default_rng(0).random((5, 1000))
    >>> (bounds,) = find_bounds(numbers, numbers[3] > 0.6)
    >>> bounds.number, round(bounds.low, 1), bounds.high
    (3, 0.6, inf)
    """
    x, y = np.asarray(numbers, dtype=np.float64), np.asarray(happens, dtype=np.float64)
    kinds = np.zeros(len(x), dtype=bool) if categories is None else np.asarray(categories)
    if not 0 < y.sum() < y.size or len(x) == 0:
        return []
    toll = 2 * math.log(2 * CUTS * len(x))
    found = _peeled(x, y, kinds, limits)
    fitting = [box for box in found if box.evidence > toll * len(box.bounds)]
    if not fitting:
        return []
    if density is None:
        best = max(fitting, key=lambda box: box.evidence - toll * len(box.bounds))
    else:
        dense = [box for box in fitting if box.rate >= density]
        best = (
            max(dense, key=lambda box: box.size)
            if dense
            else max(fitting, key=lambda box: (box.rate, box.size))
        )
    return _pruned(x, y, best.bounds, toll)


@dataclass(frozen=True)
class _Box:
    bounds: tuple[Bounds, ...]
    size: int
    rate: float
    evidence: float


def _evidence(hits: Array, size: Array, y: Array) -> Array:
    """Return twice the logarithm of the likelihood ratio of a box; 0 if less happens inside."""
    every, total = y.size, y.sum()

    def fit(part: Array, of: Array) -> Array:
        with np.errstate(divide="ignore", invalid="ignore"):
            rate = np.where(of > 0, part / np.maximum(of, 1), 0.0)
            yes = np.where(part > 0, part * np.log(rate), 0.0)
            no = np.where(of > part, (of - part) * np.log1p(-rate), 0.0)
        return np.asarray(yes + no)

    more = hits * every > total * size
    whole = fit(np.asarray(total), np.asarray(float(every)))
    both = fit(hits, size) + fit(total - hits, every - size)
    return np.where(more, 2 * (both - whole), 0.0)


def _peeled(x: Array, y: Array, kinds: NDArray[np.bool_], limits: int) -> list[_Box]:
    """Return the boxes of peeling from all draws to few."""
    inside, bounds = np.ones(y.size, dtype=bool), dict[int, Bounds]()
    found: list[_Box] = []
    while True:
        usable = np.arange(len(x)) if len(bounds) < limits else np.array(sorted(bounds))
        best: tuple[float, Bounds] | None = None
        for cut in _cuts(x[:, inside], y[inside], y, usable, kinds, bounds):
            if best is None or cut[0] > best[0]:
                best = cut
        if best is None or best[0] <= 0:
            return found
        worth, bound = best
        bounds[bound.number] = bound
        inside &= bound.hold(x[bound.number])
        size, rate = int(inside.sum()), float(y[inside].mean())
        found.append(_Box(tuple(bounds.values()), size, rate, worth))


def _cuts(
    x: Array,
    inner: Array,
    y: Array,
    usable: NDArray[np.int64],
    kinds: NDArray[np.bool_],
    bounds: dict[int, Bounds],
) -> list[tuple[float, Bounds]]:
    """Return the best cut of all numbers, and the best of each category, each with its worth."""
    found = []
    size = inner.size
    scales = usable[~kinds[usable]]
    step = max(1, int(PEEL * size))
    if scales.size and size - step >= LEAST * y.size:
        values = x[scales]
        ends = np.partition(values, (step, size - 1 - step), axis=1)
        for low_end, at in ((True, ends[:, step]), (False, ends[:, size - 1 - step])):
            kept = values >= at[:, np.newaxis] if low_end else values <= at[:, np.newaxis]
            count = kept.sum(axis=1)
            # Equal values are cut together, or not at all.
            fine = (count < size) & (count >= LEAST * y.size)
            worth = np.where(fine, _evidence(kept @ inner, count, y), 0.0)
            place = int(worth.argmax())
            number = int(scales[place])
            old, end = bounds.get(number, Bounds(number)), float(at[place])
            new = Bounds(number, end, old.high) if low_end else Bounds(number, old.low, end)
            found.append((float(worth[place]), new))
    for number in usable[kinds[usable]]:
        known = np.unique(x[number])
        for value in known if known.size > 1 else ():
            kept = x[number] != value
            if kept.sum() >= LEAST * y.size:
                worth = _evidence(inner @ kept, np.asarray(float(kept.sum())), y)
                allowed = tuple(float(each) for each in known if each != value)
                found.append((float(worth), Bounds(int(number), allowed=allowed)))
    return found


def _pruned(x: Array, y: Array, bounds: tuple[Bounds, ...], toll: float) -> list[Bounds]:
    """Drop limits that are worth no more than chance beside the others; the most telling first."""

    def worth(some: list[Bounds]) -> float:
        inside = np.ones(y.size, dtype=bool)
        for bound in some:
            inside &= bound.hold(x[bound.number])
        return float(_evidence(np.asarray(y[inside].sum()), np.asarray(float(inside.sum())), y))

    kept = list(bounds)
    while True:
        whole = worth(kept)
        gains = [whole - worth([other for other in kept if other is not one]) for one in kept]
        least = int(np.argmin(gains))
        if len(kept) == 1 or gains[least] > toll:
            order = np.argsort(gains)[::-1]
            return [kept[place] for place in order]
        del kept[least]
