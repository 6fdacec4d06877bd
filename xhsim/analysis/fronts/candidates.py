"""Candidates of a search over several objectives: points with what they cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.blocks import needed

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Candidates", "FrontProblem", "evaluated", "hypervolume", "on_front"]

Array = NDArray[np.float64]


class FrontProblem(Protocol):
    """What a search needs to know: where it begins, and what points of the unit cube are worth."""

    @property
    def start(self) -> Array:
        """The point from which everything is moved, shape ``(levers,)``."""
        ...

    def judge(self, points: Array) -> tuple[Array, Array]:
        """Compute costs and excesses of points of the unit cube, all in one run.

        Parameters
        ----------
        points : ndarray
            Shape ``(points, levers)``.

        Returns
        -------
        tuple of ndarray
            Costs ``(points, objectives)``: smaller is better in each. Excesses
            ``(points, constraints)``: a point breaks a constraint where it is above 0.
        """
        ...


@dataclass(frozen=True)
class Candidates:
    """Points of the unit cube with their costs and excesses.

    Parameters
    ----------
    points : ndarray
        Shape ``(points, levers)``, from 0 to 1.
    costs : ndarray
        Shape ``(points, objectives)``: smaller is better.
    excess : ndarray
        Shape ``(points, constraints)``: above 0, a constraint is broken.

    Examples
    --------
    >>> zero, one = np.zeros((1, 2)), np.ones((1, 2))
    >>> both = Candidates(zero, zero, zero).joined(Candidates(one, one, one))
    >>> len(both), both.allowed.tolist()
    (2, [True, False])
    """

    points: Array
    costs: Array
    excess: Array

    def __len__(self) -> int:
        """Count the points."""
        return len(self.points)

    @property
    def allowed(self) -> NDArray[np.bool_]:
        """Which points break no constraint."""
        return np.asarray((self.excess <= 0).all(axis=1))

    def take(self, chosen: Any) -> Candidates:
        """Return the candidates of some places."""
        return Candidates(self.points[chosen], self.costs[chosen], self.excess[chosen])

    def joined(self, *others: Candidates) -> Candidates:
        """Return these candidates and others after them."""
        every = (self, *others)
        return Candidates(
            np.concatenate([each.points for each in every]),
            np.concatenate([each.costs for each in every]),
            np.concatenate([each.excess for each in every]),
        )


def evaluated(problem: FrontProblem, points: Array) -> Candidates:
    """Evaluate points of the unit cube.

    Returns
    -------
    Candidates
        A cost that is not a number, because a draw failed, counts as infinite.
    """
    costs, excess = problem.judge(points)
    return Candidates(
        points, np.nan_to_num(costs, nan=np.inf, posinf=np.inf, neginf=-np.inf), excess
    )


def on_front(candidates: Candidates) -> Candidates:
    """Return the allowed candidates of which none is better than another in every objective.

    Examples
    --------
    >>> costs = np.array([[1.0, 2.0], [2.0, 1.0], [2.0, 2.0]])
    >>> on_front(Candidates(costs, costs, np.zeros((3, 0)))).costs.tolist()
    [[1.0, 2.0], [2.0, 1.0]]
    """
    allowed = candidates.take(candidates.allowed & np.isfinite(candidates.costs).all(axis=1))
    if not len(allowed):
        return allowed
    return allowed.take(needed("moocore").is_nondominated(allowed.costs))


def hypervolume(costs: Array, worst: Sequence[float] | Array) -> float:
    """Compute the volume between costs and the worst costs: the larger, the better the front.

    Parameters
    ----------
    costs : ndarray
        Shape ``(points, objectives)``.
    worst : sequence of float
        A cost for each objective. What is worse adds nothing.

    Examples
    --------
    >>> hypervolume(np.array([[1.0, 2.0], [2.0, 1.0]]), [3.0, 3.0])
    3.0
    """
    if not len(costs):
        return 0.0
    return float(needed("moocore").hypervolume(costs, ref=np.asarray(worst, dtype=np.float64)))
