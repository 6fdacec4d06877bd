"""Contributions of causes to what happens in each draw: alone, added last, and by Shapley's value.

The probability of an event is a mean over draws, so Shapley's value of a probability is the mean
of Shapley's values of single draws. Each draw may then have an order of the causes of its own.
With as many orders as draws, random orders add little to the error that the draws leave anyway.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.judging.contributions import contributions, groups_of

__all__ = ["ALL_GROUPS", "InDraws", "contributions_by_draw", "first_groups"]

Array = NDArray[np.float64]
Members = NDArray[np.bool_]  # shape (causes, 1) or (causes, draws): which causes are there
ALL_GROUPS = 4  # causes, up to which every group is computed and Shapley's value is exact


@dataclass(frozen=True)
class InDraws:
    """What each cause contributes in each draw.

    Attributes
    ----------
    alone, last, shapley : ndarray, shape (causes, effects, draws)
        The sum of `shapley` over causes is the whole effect, in every draw.
    """

    alone: Array
    last: Array
    shapley: Array


def first_groups(causes: int) -> list[Members]:
    """Return the groups that every draw needs: each cause alone, and all without each cause.

    Parameters
    ----------
    causes : int
        With few causes, the result has all groups except the empty one and the whole.

    Returns
    -------
    list of ndarray of bool, shape (causes, 1)

    Examples
    --------
    >>> [group[:, 0].tolist() for group in first_groups(2)]
    [[True, False], [False, True]]
    """
    if causes > ALL_GROUPS:
        one = np.eye(causes, dtype=bool)
        return [row[:, np.newaxis] for row in (*one, *~one)]
    groups = groups_of(causes)
    return [group[:, np.newaxis] for group in groups if 0 < group.sum() < causes]


def contributions_by_draw(
    before: Array,
    after: Array,
    first: Sequence[Array],
    effects_of: Callable[[Sequence[Members]], Sequence[Array]],
    causes: int,
    places: NDArray[np.float64],
) -> InDraws:
    """Divide the effect in each draw among causes.

    Parameters
    ----------
    before, after : ndarray, shape (effects, draws)
        The effects without any cause, and with all of them.
    first : sequence of ndarray, shape (effects, draws)
        The effects of `first_groups`.
    effects_of : callable
        Takes further groups of shape (causes, draws), and returns their effects.
    causes : int
    places : ndarray, shape (draws, causes)
        Random numbers. Their ranks are the order of the causes in each draw, which is taken
        forwards and backwards.

    Returns
    -------
    InDraws

    Examples
    --------
    >>> def any_of_five(groups):  # the effect is there with any cause
    ...     return [group.any(axis=0, keepdims=True).astype(float) for group in groups]
    >>> nothing, whole = np.zeros((1, 2)), np.ones((1, 2))
    >>> first = [np.ones((1, 2))] * 10
    >>> places = np.random.default_rng(0).random((2, 5))
    >>> found = contributions_by_draw(nothing, whole, first, any_of_five, 5, places)
    >>> found.alone[:, 0, 0].tolist(), found.last[:, 0, 0].tolist()
    ([1.0, 1.0, 1.0, 1.0, 1.0], [0.0, 0.0, 0.0, 0.0, 0.0])
    >>> float(found.shapley.sum())  # one in each draw
    2.0
    """
    groups = first_groups(causes)
    known = {group.tobytes(): effect for group, effect in zip(groups, first, strict=True)}
    known[np.zeros(causes, dtype=bool).tobytes()] = before
    known[np.ones(causes, dtype=bool).tobytes()] = after
    if causes <= ALL_GROUPS:
        found = contributions(
            causes, lambda wanted: np.array([known[group.tobytes()].ravel() for group in wanted])
        )
        shape = (causes, *before.shape)
        return InDraws(*(a.reshape(shape) for a in (found.alone, found.last, found.shapley)))
    one = np.eye(causes, dtype=bool)
    single = np.array([known[row.tobytes()] for row in one])
    without = np.array([known[row.tobytes()] for row in ~one])
    forwards = np.argsort(places, axis=1)
    orders = (forwards, forwards[:, ::-1])
    inside = [_reached(order, size) for order in orders for size in range(2, causes - 1)]
    effects = effects_of(inside)
    half = len(inside) // 2
    parts = [
        _added(order, before, after, single, without, effects[start : start + half])
        for order, start in zip(orders, (0, half), strict=True)
    ]
    return InDraws(single - before, after - without, (parts[0] + parts[1]) / 2)


def _reached(order: NDArray[np.int64], size: int) -> Members:
    """Return which causes are there when `size` of them have come, shape (causes, draws)."""
    draws, causes = order.shape
    group = np.zeros((draws, causes), dtype=bool)
    np.put_along_axis(group, order[:, :size], values=True, axis=1)
    return group.T


def _added(
    order: NDArray[np.int64],
    before: Array,
    after: Array,
    single: Array,
    without: Array,
    inside: Sequence[Array],
) -> Array:
    """Return what each cause adds when it comes, shape (causes, effects, draws)."""
    draws, causes = order.shape
    each = np.arange(draws)
    first = single[order[:, 0], :, each].T
    last = without[order[:, -1], :, each].T
    values = np.stack([before, first, *inside, last, after])
    found = np.empty((causes, len(before), draws))
    for place in range(causes):
        found[order[:, place], :, each] = (values[place + 1] - values[place]).T
    return found
