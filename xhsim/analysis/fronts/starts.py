"""Where a search over several objectives begins: a scouting of each lever, and what it promises.

A genetic search that begins with random packages of many levers spends most of its time on bad
ones. So each lever is first moved alone, to a few levels, and the search begins with packages that
would be best if effects added up, with known scenarios, and with some random ones.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xhsim.analysis.fronts.candidates import Array, Candidates, FrontProblem, evaluated
from xhsim.analysis.fronts.one_at_a_time import imagined_front, moved_alone

__all__ = ["Scouting", "promising", "scout", "sparse"]

LEVELS = (0.1, 0.3, 1.0)  # shares of the way from the start to the upper bound
SEED = 20210101  # of the imagined packages, the same for every search


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
    points = [start[np.newaxis], moved_alone(start, _levels(start))]
    found = evaluated(problem, np.concatenate(points if added is None else [*points, added]))
    finite = np.where(np.isfinite(found.costs), found.costs, -np.inf)
    return Scouting(found, finite.max(axis=0))


def _levels(start: Array) -> list[list[float]]:
    """Return the levels to which each lever is moved."""
    return [
        [
            *([0.0] if level > 0 else []),
            *(float(level + share * (1 - level)) for share in LEVELS if level < 1),
        ]
        for level in start
    ]


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
    ndarray, shape (at most count, levers)
    """
    levels = _levels(problem.start)
    moves = sum(len(of_lever) for of_lever in levels)
    moved = scouting.found.take(slice(1, 1 + moves))
    random = np.random.default_rng(SEED)
    return imagined_front(scouting.found.take([0]), levels, moved, count, random)


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
