"""Score feedback loops: which of them a variable's change comes from, and when.

The score of a link is the part of its effect's change that is due to its cause, with the sign of
the link; the score of a loop is the product of its links' scores (Schoenberg, Davidsen and Eberlein
2020). The share of a loop in the change of a variable is the chance that somebody closes it first
who goes back from the variable along its causes, each chosen in proportion to the absolute score.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xhsim.engine.insight.link_changes import LinkChanges, LinkEquations
from xhsim.engine.insight.loop_search import LoopSearch, link_shares, sum_by_effect

__all__ = ["LoopScores", "LoopShares", "loop_scores", "loop_shares"]

Array = NDArray[np.float64]
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class LoopShares:
    """Shares in the change of a variable. They add up to 1 with what was not followed.

    Attributes
    ----------
    share : ndarray, shape (loops, steps, draws)
        NaN at steps in which the variable does not change.
    sign : ndarray, shape (loops, steps, draws)
        From 1, if all of the loop's share is reinforcing, to -1, if all of it is balancing.
    outside : ndarray, shape (steps, draws)
        What comes from outside all loops.
    """

    share: Array
    sign: Array
    outside: Array


@dataclass(frozen=True)
class LoopScores:
    """The scores of loops as published.

    Attributes
    ----------
    score : ndarray, shape (loops, steps, draws)
        Product of the link scores; positive for a reinforcing loop. Infinite where a variable of
        the loop turns.
    relative : ndarray, shape (loops, steps, draws)
        Share of the sum of all absolute scores within the loop's strongly connected set, with the
        sign of the score.
    """

    score: Array
    relative: Array


def loop_shares(
    prepared: LinkEquations, changes: LinkChanges, search: LoopSearch, elements: tuple[int, ...]
) -> LoopShares:
    """Compute the share of each loop in the change of the variable of a search.

    Parameters
    ----------
    prepared : LinkEquations
    changes : LinkChanges
        Of the searched run, or of other draws.
    search : LoopSearch
    elements : tuple of int
        The numbers of the nodes of the variable in `prepared.nodes`.

    Returns
    -------
    LoopShares
    """
    steps, draws = changes.total.shape[1:]
    size = np.abs(changes.total[list(elements)]) if elements else np.zeros((1, steps, draws))
    whole = size.sum(axis=0)
    still = whole == 0
    share = np.zeros((len(search.loops), steps, draws))
    outside = np.ones((steps, draws))
    signed = np.zeros(share.shape)
    if search.start >= 0:
        shares = link_shares(prepared, changes, search.inner)
        rows = [elements.index(node) for node in search.groups[search.start].nodes]
        weights = size[rows] / np.where(still, 1.0, whole)
        walk = _WalkBack(prepared, shares, search)
        outside -= weights.sum(axis=0)
        outside += walk.follow(weights, share)
        signed = _directions(prepared, shares * changes.sign, search)
    share[:, still] = np.nan
    outside[still] = np.nan
    return LoopShares(share, signed, outside)


class _WalkBack:
    """Carry the shares of the elements of a variable back along the ways of a search."""

    def __init__(self, prepared: LinkEquations, shares: Array, search: LoopSearch) -> None:
        # Half the digits are enough for shares, and half the memory takes half the time.
        self._shares = shares.astype(np.float32)
        self._search = search
        self._below: dict[int, list[int]] = defaultdict(list)
        for number, way in enumerate(search.ways):
            self._below[way.before].append(number)
        fed = search.fed[prepared.cause][:, None, None]
        self._fed = sum_by_effect(prepared, shares * fed).astype(np.float32)
        self._plans = {pair: self._plan(prepared, *pair) for pair in search.links}

    def _plan(
        self, prepared: LinkEquations, effect: int, cause: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Return links in the order of causes, their rows, and where each cause begins."""
        links = self._search.links[effect, cause]
        row = {node: place for place, node in enumerate(self._search.groups[effect].nodes)}
        column = {node: place for place, node in enumerate(self._search.groups[cause].nodes)}
        to = np.array([column[node] for node in prepared.cause[links].tolist()])
        order = np.argsort(to, kind="stable")
        links, to = links[order], to[order]
        rows = np.array([row[node] for node in prepared.effect[links].tolist()])
        columns, begins = np.unique(to, return_index=True)
        return links, rows, columns, begins

    def follow(self, weights: Array, share: Array) -> Array:
        """Add to the shares of the loops; return what comes from outside."""
        outside = np.zeros(weights.shape[1:])
        open_ends: list[tuple[int, Floats]] = [(0, weights.astype(np.float32))]
        while open_ends:
            number, mass = open_ends.pop()
            group = self._search.ways[number].group
            nodes = list(self._search.groups[group].nodes)
            outside += mass.sum(axis=0) - (mass * self._fed[nodes]).sum(axis=0)
            for below in self._below[number]:
                way = self._search.ways[below]
                there = self._spread(mass, group, way.group)
                if way.loop >= 0:
                    share[way.loop] += there.sum(axis=0)
                else:
                    open_ends.append((below, there))
        return outside

    def _spread(self, mass: Floats, effect: int, cause: int) -> Floats:
        links, rows, columns, begins = self._plans[effect, cause]
        parts = mass[rows] * self._shares[links]
        summed = parts if begins.size == links.size else np.add.reduceat(parts, begins, axis=0)
        size = len(self._search.groups[cause].nodes)
        if columns.size == size:
            return np.asarray(summed)
        whole = np.zeros((size, *mass.shape[1:]), dtype=np.float32)
        whole[columns] = summed
        return whole


def _directions(prepared: LinkEquations, signed: Array, search: LoopSearch) -> Array:
    """Return the sign of each loop; between -1 and 1 where its elements differ in sign."""
    links = {
        pair: (signed[found].sum(axis=0), np.abs(signed[found]).sum(axis=0))
        for pair, found in search.links.items()
    }
    found = np.zeros((len(search.loops), *signed.shape[1:]))
    for number, loop in enumerate(search.loops):
        total = np.ones(signed.shape[1:])
        for cause, effect in zip(loop, (*loop[1:], loop[0]), strict=True):
            net, size = links[effect, cause]
            total *= np.divide(net, size, out=np.zeros_like(net), where=size > 0)
        found[number] = total
    return found


def loop_scores(prepared: LinkEquations, changes: LinkChanges, search: LoopSearch) -> LoopScores:
    """Compute the scores of loops as published.

    Parameters
    ----------
    prepared : LinkEquations
    changes : LinkChanges
    search : LoopSearch
        With the elements of arrays apart.

    Returns
    -------
    LoopScores

    Raises
    ------
    ValueError
        If the search took elements together: then a loop stands for many, and has no one score.
    """
    if not search.is_apart:
        raise ValueError("scores need the elements of arrays apart")
    shape = (len(search.loops), *changes.total.shape[1:])
    finite, turns = np.ones(shape), np.zeros(shape, dtype=np.int64)
    for number, loop in enumerate(search.loops):
        for cause, effect in zip(loop, (*loop[1:], loop[0]), strict=True):
            (link,) = search.links[effect, cause].tolist()
            total = np.abs(changes.total[prepared.effect[link]])
            turn = (total == 0) & (changes.change[link] != 0)
            size = np.abs(changes.change[link]) / np.where(total == 0, 1.0, total)
            finite[number] *= size * changes.sign[link]
            turns[number] += turn
    score = np.where((turns > 0) & (finite != 0), np.copysign(np.inf, finite), finite)
    return LoopScores(score, _relative(finite, turns, search))


def _relative(finite: Array, turns: NDArray[np.int64], search: LoopSearch) -> Array:
    """Divide by the sum of absolute scores. Of infinite scores those with most turns count."""
    relative = np.zeros(finite.shape)
    systems = [search.groups[loop[0]].system for loop in search.loops]
    turns = np.where(finite == 0, -1, turns)
    for system in dict.fromkeys(systems):
        rows = [number for number, own in enumerate(systems) if own == system]
        top = turns[rows] == turns[rows].max(axis=0)
        size = np.where(top, finite[rows], 0.0)
        whole = np.abs(size).sum(axis=0)
        relative[rows] = size / np.where(whole == 0, 1.0, whole)
    return relative
