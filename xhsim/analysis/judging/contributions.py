"""Contributions of several causes to one effect: alone, added last, and by Shapley's value.

Causes interact, so that the effect of one depends on which others are there. *Alone* is the effect
of a cause without the others. *Last* is the loss without it when all others stay. Shapley's value
(Shapley 1953) is the mean of its contribution over all orders of the causes. The three are equal if
causes do not interact.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import factorial
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Contributions", "Group", "contributions", "groups_of"]

Array = NDArray[np.float64]
Group: TypeAlias = NDArray[np.bool_]  # shape (causes,): which causes are there
ALL_ORDERS = 10  # causes, up to which each group is computed and Shapley's value is exact


@dataclass(frozen=True)
class Contributions:
    """What each cause contributes to each effect.

    Attributes
    ----------
    before, after : ndarray, shape (effects,)
        Without any cause, and with all of them.
    alone, last, shapley, error : ndarray, shape (causes, effects)
        `error` is the standard error of `shapley` from random orders; 0 if all were taken.
    """

    before: Array
    after: Array
    alone: Array
    last: Array
    shapley: Array
    error: Array

    @property
    def interaction(self) -> Array:
        """The whole effect minus the sum of `alone`: positive if causes help each other."""
        return np.asarray(self.after - self.before - self.alone.sum(axis=0))


def contributions(
    causes: int,
    effects_of: Callable[[Sequence[Group]], Array],
    *,
    orders: int | None = None,
    seed: Sequence[int] = (0,),
) -> Contributions:
    """Divide effects among causes.

    Parameters
    ----------
    causes : int
    effects_of : callable
        Takes groups of causes and returns their effects, shape (groups, effects).
    orders : int, optional
        Number of random orders, each taken forwards and backwards. By default all groups are
        computed, which is exact, or 64 orders if there are more than 10 causes.
    seed : sequence of int
        Of the orders.

    Returns
    -------
    Contributions

    Examples
    --------
    >>> def product(groups):  # two causes that only work together
    ...     return np.array([[float(group.all())] for group in groups])
    >>> found = contributions(2, product)
    >>> found.alone[:, 0].tolist(), found.last[:, 0].tolist(), found.shapley[:, 0].tolist()
    ([0.0, 0.0], [1.0, 1.0], [0.5, 0.5])
    """
    sequences = _sequences(causes, orders, seed)
    nothing, everything = np.zeros(causes, dtype=bool), np.ones(causes, dtype=bool)
    wanted = groups_of(causes, orders=orders, seed=seed)
    effects = dict(zip(map(_key, wanted), effects_of(wanted), strict=True))
    before, after = effects[_key(nothing)], effects[_key(everything)]
    one = np.eye(causes, dtype=bool)
    shape = (causes, len(before))
    if not sequences:
        shapley, error = _shapley(causes, effects).reshape(shape), np.zeros(shape)
    else:
        added = np.array([_added(sequence, effects) for sequence in sequences])
        added = (added[0::2] + added[1::2]) / 2  # an order and its reverse belong together
        shapley = added.mean(axis=0).reshape(shape)
        count = len(added)
        error = np.full(shape, np.nan)
        if count > 1:
            error = (added.std(axis=0, ddof=1) / np.sqrt(count)).reshape(shape)
    return Contributions(
        before,
        after,
        np.array([effects[_key(row)] - before for row in one]).reshape(shape),
        np.array([after - effects[_key(row)] for row in ~one]).reshape(shape),
        shapley,
        error,
    )


def groups_of(causes: int, *, orders: int | None = None, seed: Sequence[int] = (0,)) -> list[Group]:
    """Return the groups of causes whose effects `contributions` asks for, each once.

    Parameters
    ----------
    causes, orders, seed
        As for `contributions`.

    Returns
    -------
    list of ndarray of bool

    Examples
    --------
    >>> [group.tolist() for group in groups_of(1)]
    [[False], [True]]
    """
    nothing, everything = np.zeros(causes, dtype=bool), np.ones(causes, dtype=bool)
    groups = [nothing, everything, *np.eye(causes, dtype=bool), *~np.eye(causes, dtype=bool)]
    sequences = _sequences(causes, orders, seed)
    if sequences:
        groups += [group for sequence in sequences for group in _growing(sequence)]
    else:
        groups += [np.array(bits, dtype=bool) for bits in np.ndindex(*(2,) * causes)]
    return list({_key(group): group for group in groups}.values())


def _sequences(causes: int, orders: int | None, seed: Sequence[int]) -> list[NDArray[np.int64]]:
    """Return the orders of causes that are taken; none if all groups are."""
    if orders is None and causes <= ALL_ORDERS:
        return []
    generator = np.random.default_rng(tuple(seed))
    rows = [generator.permutation(causes) for _ in range(64 if orders is None else orders)]
    return [row for each in rows for row in (each, each[::-1])]


def _key(group: Group) -> bytes:
    return np.asarray(group, dtype=bool).tobytes()


def _growing(sequence: NDArray[np.int64]) -> list[Group]:
    group = np.zeros(len(sequence), dtype=bool)
    found = [group.copy()]
    for place in sequence:
        group[place] = True
        found.append(group.copy())
    return found


def _added(sequence: NDArray[np.int64], effects: dict[bytes, Array]) -> Array:
    """Return the contribution of each cause when they come in an order."""
    values = np.array([effects[_key(group)] for group in _growing(sequence)])
    found = np.empty_like(values[1:])
    found[sequence] = np.diff(values, axis=0)
    return found


def _shapley(causes: int, effects: dict[bytes, Array]) -> Array:
    """Return Shapley's value from the effects of all groups."""
    found = np.zeros((causes, len(next(iter(effects.values())))))
    for bits in np.ndindex(*(2,) * causes):
        group = np.array(bits, dtype=bool)
        size = int(group.sum())
        for cause in np.flatnonzero(~group):
            larger = group.copy()
            larger[cause] = True
            share = factorial(size) * factorial(causes - size - 1) / factorial(causes)
            found[cause] += share * (effects[_key(larger)] - effects[_key(group)])
    return found
