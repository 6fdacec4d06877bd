"""Where a search over several objectives begins: a scouting of each lever, and what it promises.

A genetic search that begins with random packages of forty levers spends most of its time on bad
ones. So each lever is first moved alone, to a few levels. If effects simply added up, this would
give the whole front. Packages on that imagined front are good places to begin.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xhsim.analysis.fronts.candidates import (
    Array,
    Candidates,
    FrontProblem,
    evaluated,
    on_front,
)

__all__ = ["Scouting", "promising", "scout", "sparse"]

LEVELS = (0.1, 0.3, 1.0)  # shares of the way from the start to the upper bound
WEIGHTS = 4000  # imagined packages from which the promising ones are chosen
WEIGHTS_SEED = 20210101  # the same for every search


@dataclass(frozen=True)
class Scouting:
    """What was found by moving each lever alone.

    Parameters
    ----------
    found : Candidates
        The start, each lever at each of its levels, and what the caller added.
    worst : ndarray
        The worst cost of each objective among them, from which hypervolumes are measured.
    """

    found: Candidates
    worst: Array


def scout(problem: FrontProblem, added: Array | None = None) -> Scouting:
    """Move each lever alone, and judge all these packages in one run.

    Parameters
    ----------
    problem : FrontProblem
    added : ndarray, optional
        Points that are judged with them, such as those of existing scenarios.

    Returns
    -------
    Scouting
    """
    start = problem.start
    points = [start, *(point for moved in _moves(start) for point in moved)]
    if added is not None:
        points += list(added)
    found = evaluated(problem, np.array(points))
    finite = np.where(np.isfinite(found.costs), found.costs, -np.inf)
    return Scouting(found, finite.max(axis=0))


def _levels(start: float) -> list[float]:
    """Return the levels to which a lever is moved."""
    upwards = [start + share * (1 - start) for share in LEVELS if start < 1]
    return [*([0.0] if start > 0 else []), *upwards]


def _moves(start: Array) -> list[list[Array]]:
    """Return the points at which one lever is moved, by lever and level."""
    moves = []
    for place, level in enumerate(start):
        moved = []
        for other in _levels(float(level)):
            point = start.copy()
            point[place] = other
            moved.append(point)
        moves.append(moved)
    return moves


def promising(problem: FrontProblem, scouting: Scouting, count: int) -> Array:
    """Choose packages that would be on the front if the effects of levers added up.

    Parameters
    ----------
    problem : FrontProblem
    scouting : Scouting
    count : int
        The largest number of packages.

    Returns
    -------
    ndarray
        Shape ``(at most count, levers)``.
    """
    start, moves = problem.start, _moves(problem.start)
    found = scouting.found
    worth = np.concatenate([found.costs, found.excess], axis=1)
    worth = np.where(np.isfinite(worth), worth, np.nanmax(np.where(np.isfinite(worth), worth, 0)))
    here = worth[0]
    # What each level of each lever would add; a lever has level 0 where it stays.
    most = 1 + max(len(moved) for moved in moves)
    adds = np.zeros((len(moves), most, worth.shape[1]))
    levels = np.repeat(start[:, np.newaxis], most, axis=1)
    place = 1
    for lever, moved in enumerate(moves):
        for number, point in enumerate(moved, start=1):
            adds[lever, number] = worth[place] - here
            levels[lever, number] = point[lever]
            place += 1
    scale = np.abs(adds).max(axis=1).sum(axis=0)
    scale[scale == 0] = 1.0
    random = np.random.default_rng(WEIGHTS_SEED)
    weights = random.dirichlet(np.full(worth.shape[1], 0.5), WEIGHTS) / scale
    chosen = np.unique((adds @ weights.T).argmin(axis=1).T, axis=0)  # (packages, levers)
    every = np.arange(len(moves))
    points: Array = levels[every, chosen]
    expected = here + adds[every, chosen].sum(axis=1)
    objectives = found.costs.shape[1]
    imagined = Candidates(points, expected[:, :objectives], expected[:, objectives:])
    best = on_front(imagined)
    if not len(best):  # then those that break constraints least
        over = np.maximum(imagined.excess, 0) / scale[objectives:]
        nearest: Array = points[np.argsort(over.sum(axis=1), kind="stable")[:count]]
        return nearest
    order = np.lexsort(best.costs.T[::-1])
    spread = np.unique(np.linspace(0, len(best) - 1, count).round().astype(int))
    chosen_points: Array = best.points[order][spread]
    return chosen_points


def sparse(random: np.random.Generator, count: int, start: Array) -> Array:
    """Draw random packages in which some levers move and the others stay where they are.

    Parameters
    ----------
    random : Generator
    count : int
    start : ndarray
        Shape ``(levers,)``.

    Returns
    -------
    ndarray
        Shape ``(count, levers)``. The share of levers that move differs from package to package.

    Examples
    --------
    >>> points = sparse(np.random.default_rng(0), 50, np.full(4, 0.25))
    >>> points.shape, bool(0.2 < (points == 0.25).mean() < 0.8)
    ((50, 4), True)
    """
    moved = random.random((count, len(start))) < random.random((count, 1))
    return np.where(moved, random.random((count, len(start))), start)
