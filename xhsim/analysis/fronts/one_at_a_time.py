"""Each lever moved alone from a package, and the front that there would be if effects added up.

A genetic search mixes packages at random. Moving one lever at a time tells what each is worth
where a package stands. If effects simply added up, this would give the whole front nearby, so
packages on that imagined front are good ones to try.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from xhsim.analysis.fronts.candidates import Array, Candidates, on_front

__all__ = ["imagined_front", "moved_alone"]

WEIGHTS = 3000  # imagined packages from which those on the front are chosen

Levels = Sequence[Sequence[float]]  # to which each lever is moved; none where it stays


def moved_alone(base: Array, levels: Levels) -> Array:
    """Return the packages in which one lever differs from another package.

    Parameters
    ----------
    base : ndarray, shape (levers,)
    levels : sequence of sequence of float
        For each lever the levels to which it is moved.

    Returns
    -------
    ndarray, shape (moves, levers)
        Lever by lever, in the order of its levels.

    Examples
    --------
    >>> moved_alone(np.array([0.0, 0.5]), [[0.1, 1.0], [0.0]]).tolist()
    [[0.1, 0.5], [1.0, 0.5], [0.0, 0.0]]
    """
    points = []
    for lever, of_lever in enumerate(levels):
        for level in of_lever:
            point = base.copy()
            point[lever] = level
            points.append(point)
    return np.array(points).reshape(-1, len(base))


def imagined_front(
    base: Candidates, levels: Levels, moved: Candidates, count: int, random: np.random.Generator
) -> Array:
    """Choose packages that would be on the front if the effects of levers added up.

    Parameters
    ----------
    base : Candidates
        One package.
    levels : sequence of sequence of float
    moved : Candidates
        The packages of `moved_alone`.
    count : int
        The largest number of packages.
    random : Generator
        For the weights of objectives and limits: for each, the best level of every lever.

    Returns
    -------
    ndarray, shape (at most count, levers)
        If no imagined package keeps to the limits, those that break them least.
    """
    worth = _worth(base.joined(moved))
    adds, places = _effects(base.points[0], levels, worth)
    scale = np.abs(adds).max(axis=1).sum(axis=0)
    scale[scale == 0] = 1.0
    weights = random.dirichlet(np.full(adds.shape[2], 0.5), WEIGHTS) / scale
    chosen = np.unique((adds @ weights.T).argmin(axis=1).T, axis=0)  # (packages, levers)
    every = np.arange(len(levels))
    expected = worth[0] + adds[every, chosen].sum(axis=1)
    objectives = base.costs.shape[1]
    imagined = Candidates(places[every, chosen], expected[:, :objectives], expected[:, objectives:])
    best = on_front(imagined)
    if not len(best):
        over = np.maximum(imagined.excess, 0) / scale[objectives:]
        nearest: Array = imagined.points[np.argsort(over.sum(axis=1), kind="stable")[:count]]
        return nearest
    order = np.lexsort(best.costs.T[::-1])
    spread = np.unique(np.linspace(0, len(best) - 1, count).round().astype(int))
    along: Array = best.points[order][spread]
    return along


def _effects(base: Array, levels: Levels, worth: Array) -> tuple[Array, Array]:
    """Return what each level of each lever adds, and the levels; number 0 is to stay."""
    most = 1 + max(len(of_lever) for of_lever in levels)
    adds = np.zeros((len(levels), most, worth.shape[1]))
    places = np.repeat(base[:, np.newaxis], most, axis=1)
    place = 1
    for lever, of_lever in enumerate(levels):
        for number, level in enumerate(of_lever, start=1):
            adds[lever, number] = worth[place] - worth[0]
            places[lever, number] = level
            place += 1
    return adds, places


def _worth(candidates: Candidates) -> Array:
    """Return costs and excesses side by side; what is infinite counts as the largest."""
    worth = np.concatenate([candidates.costs, candidates.excess], axis=1)
    most = np.abs(worth[np.isfinite(worth)]).max(initial=0.0)
    return np.asarray(np.nan_to_num(worth, nan=most, posinf=most, neginf=-most))
