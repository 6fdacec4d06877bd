"""Boxes: a few limits on numbers inside which something happens much more often than outside.

There are hundreds of numbers, and readers want few limits. So numbers get limits one after another:
each time the cut that tells most, of all cuts of all numbers. What a box tells is twice the
logarithm of the likelihood ratio of two rates, inside and outside, against one. A number gets a
limit only if that is worth more than the best of so many cuts is by chance. Then the limits are
moved to where they tell most, given the others.

For a purer box, a twentieth of the draws is cut off one end of one number again and again, as PRIM
does (Friedman and Fisher 1999, doi 10.1023/A:1008894516817). PRIM alone would begin with such small
cuts, and of hundreds of numbers the best small cut is one of noise.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Bounds", "find_bounds"]

Array = NDArray[np.float64]
PEEL = 0.05  # share of the draws in a box that one cut removes, for a purer box
LEAST = 0.05  # share of all draws that a box must hold
CUTS = 200  # of one end of a number; of 100 numbers of noise, a box is then found once in 20 times
SWEEPS = 3  # rounds in which limits are moved


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
        How often it must happen inside, at least. By default the box that tells most, which is a
        wide one. If it is not reached, the box is as pure as cuts make it.
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
    box = _moved(x, y, _chosen(x, y, kinds, limits, toll))
    if box and density is not None:
        box = _purer(x, y, kinds, box, limits, density)
    return _ordered(x, y, box)


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


def _inside(x: Array, box: Iterable[Bounds]) -> NDArray[np.bool_]:
    held = np.ones(x.shape[1], dtype=bool)
    for bound in box:
        held &= bound.hold(x[bound.number])
    return held


def _worth(x: Array, y: Array, box: Iterable[Bounds]) -> float:
    held = _inside(x, box)
    return float(_evidence(np.asarray(y[held].sum()), np.asarray(float(held.sum())), y))


def _chosen(x: Array, y: Array, kinds: NDArray[np.bool_], limits: int, toll: float) -> list[Bounds]:
    """Give numbers limits one after another, while that is worth more than chance."""
    box: list[Bounds] = []
    worth = 0.0
    while len(box) < limits:
        free = np.setdiff1d(np.arange(len(x)), [bound.number for bound in box])
        held = _inside(x, box)
        found = [
            *_ends(x[np.ix_(free[~kinds[free]], held)], y[held], y, free[~kinds[free]]),
            *(_values(x, held, y, int(number)) for number in free[kinds[free]]),
        ]
        best = max(found, key=lambda cut: cut[0], default=(0.0, Bounds(0)))
        if best[0] - worth <= toll:
            break
        worth = best[0]
        box.append(best[1])
    return box


def _ends(
    values: Array, inner: Array, y: Array, numbers: NDArray[np.int64]
) -> list[tuple[float, Bounds]]:
    """Return the best cut of the low end, and of the high end, of all numbers."""
    if not len(numbers):
        return []
    order = np.argsort(values, axis=1, kind="stable")
    ranked = np.take_along_axis(values, order, axis=1)
    many = np.arange(1, inner.size + 1, dtype=np.float64)
    hits = np.cumsum(inner[order], axis=1)
    found = []
    for high_end in (True, False):
        # Up to each value, or from the value after it on; equal values are cut together.
        size = many if high_end else inner.size - many
        count = hits if high_end else hits[:, -1:] - hits
        worth = _evidence(count, np.broadcast_to(size, count.shape), y)
        apart = np.ones(ranked.shape, dtype=bool)
        apart[:, :-1] = ranked[:, 1:] > ranked[:, :-1]
        apart[:, -1] = False  # all values, or none
        worth = np.where(apart & (size >= LEAST * y.size), worth, 0.0)
        row, place = divmod(int(worth.argmax()), worth.shape[1])
        number = int(numbers[row])
        end = float(ranked[row, place if high_end else min(place + 1, inner.size - 1)])
        bound = Bounds(number, high=end) if high_end else Bounds(number, low=end)
        found.append((float(worth[row, place]), bound))
    return found


def _values(x: Array, held: NDArray[np.bool_], y: Array, number: int) -> tuple[float, Bounds]:
    """Return the best choice of values of a category: those in which it happens most."""
    known = np.unique(x[number])
    rates = [y[held & (x[number] == value)] for value in known]
    order = np.argsort([-each.mean() if each.size else 0.0 for each in rates], kind="stable")
    best = (0.0, Bounds(number, allowed=tuple(map(float, known))))
    for count in range(1, known.size):
        allowed = tuple(sorted(float(value) for value in known[order[:count]]))
        kept = held & np.isin(x[number], allowed)
        if kept.sum() >= LEAST * y.size:
            worth = float(_evidence(np.asarray(y[kept].sum()), np.asarray(float(kept.sum())), y))
            best = max(best, (worth, Bounds(number, allowed=allowed)), key=lambda cut: cut[0])
    return best


def _moved(x: Array, y: Array, box: list[Bounds]) -> list[Bounds]:
    """Move each limit to where it tells most, given the others; drop an end that tells little."""
    for _ in range(SWEEPS):
        before = list(box)
        for place, bound in enumerate(box):
            if bound.allowed:
                continue
            number = bound.number
            for high_end in (True, False):
                bound = box[place]
                kept = replace(bound, high=math.inf) if high_end else replace(bound, low=-math.inf)
                others = [*box[:place], kept, *box[place + 1 :]]
                held = _inside(x, others)
                cuts = _ends(x[number : number + 1, held], y[held], y, np.array([number]))
                worth, cut = cuts[0 if high_end else 1]
                if worth - _worth(x, y, others) > 2 * math.log(CUTS):
                    kept = replace(kept, high=cut.high) if high_end else replace(kept, low=cut.low)
                box[place] = kept
        if box == before:
            break
    return box


def _purer(
    x: Array,
    y: Array,
    kinds: NDArray[np.bool_],
    box: list[Bounds],
    limits: int,
    density: float,
) -> list[Bounds]:
    """Cut a box again and again until it happens often enough inside, or nothing can be cut."""
    while True:
        held = _inside(x, box)
        rate, size = y[held].mean(), int(held.sum())
        step = max(1, int(PEEL * size))
        if rate >= density or size - step < LEAST * y.size:
            return box
        known = {bound.number: place for place, bound in enumerate(box)}
        every = np.arange(len(x)) if len(box) < limits else np.array(sorted(known))
        usable = every[~kinds[every]]
        if not usable.size:
            return box
        values = x[np.ix_(usable, held)]
        ends = np.partition(values, (step, size - 1 - step), axis=1)
        best, chosen = float(rate), None
        for low_end, at in ((True, ends[:, step]), (False, ends[:, size - 1 - step])):
            kept = values >= at[:, np.newaxis] if low_end else values <= at[:, np.newaxis]
            count = kept.sum(axis=1)
            fine = (count < size) & (count >= LEAST * y.size)
            rates = np.where(fine, kept @ y[held] / np.maximum(count, 1), 0.0)
            row = int(rates.argmax())
            if rates[row] > best:
                best, chosen = float(rates[row]), (int(usable[row]), low_end, float(at[row]))
        if chosen is None:
            return box
        number, low_end, end = chosen
        old = box[known[number]] if number in known else Bounds(number)
        new = replace(old, low=end) if low_end else replace(old, high=end)
        box = [new if bound.number == number else bound for bound in box]
        if number not in known:
            box.append(new)


def _ordered(x: Array, y: Array, box: list[Bounds]) -> list[Bounds]:
    """Return the limits, those without which the box would tell least first."""
    without = [_worth(x, y, [other for other in box if other is not one]) for one in box]
    return [box[place] for place in np.argsort(without, kind="stable")]
