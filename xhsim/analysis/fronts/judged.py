"""What packages are worth on draws that the search has not used, with intervals.

A search prefers packages that were lucky on its draws, so their values there are too good. All
packages and scenarios are judged on the same fresh draws: the difference between two of them is
known better than each one.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.fronts.candidates import Array, Candidates, on_front
from xhsim.analysis.judging.probability import Z, chance
from xhsim.analysis.policies.objectives import Margins, Objective

__all__ = [
    "FrontValue",
    "MarginalGain",
    "contributions",
    "hold",
    "judged",
    "marginal_gains",
    "spread_out",
]


class FrontValue(NamedTuple):
    """The value of an objective, with its 95 % interval.

    Attributes
    ----------
    value, low, high : float
    """

    value: float
    low: float
    high: float


class MarginalGain(NamedTuple):
    """What one more unit of money buys between two packages of a front.

    Attributes
    ----------
    money_from, money_to : float
        The yearly spending of the two packages.
    value, low, high : float
        The change of the objective for each unit of money, with its 95 % interval.
    """

    money_from: float
    money_to: float
    value: float
    low: float
    high: float


def contributions(margins: Margins, objective: Objective) -> Array:
    """Return what each draw contributes to an objective, in the worst scenario of each package.

    Returns
    -------
    ndarray, shape (packages, draws)
    """
    every = objective.by_draw(margins)
    worst = (objective.sign * every.mean(axis=-1)).argmin(axis=0)
    return np.asarray(np.take_along_axis(every, worst[np.newaxis, :, np.newaxis], axis=0)[0])


def judged(draws: Array, objective: Objective) -> FrontValue:
    """Estimate the value of an objective from what draws contribute.

    Parameters
    ----------
    draws : ndarray, shape (draws,)
    objective : Objective

    Returns
    -------
    FrontValue
        The interval of a probability is Wilson's; of others it is that of a mean.
    """
    if objective.is_probability:
        found = chance(int(draws.sum()), len(draws))
        return FrontValue(found.probability, found.ci_low, found.ci_high)
    return _mean(draws)


def _mean(draws: Array) -> FrontValue:
    value = float(draws.mean())
    reach = Z * float(draws.std()) / np.sqrt(len(draws))
    return FrontValue(value, value - reach, value + reach)


def hold(values: Array, signs: Sequence[int]) -> NDArray[np.bool_]:
    """Tell which packages no other package beats on fresh draws.

    Parameters
    ----------
    values : ndarray, shape (packages, objectives)
    signs : sequence of int
        1 for an objective of which more is better, -1 for the others.

    Examples
    --------
    >>> hold(np.array([[6.0, 20.0], [7.0, 30.0], [6.5, 31.0]]), [1, -1]).tolist()
    [True, True, False]
    """
    places = np.arange(len(values), dtype=np.float64)[:, np.newaxis]
    costs = -values * np.asarray(signs, dtype=np.float64)
    kept = on_front(Candidates(places, costs, np.zeros((len(values), 0))))
    return np.isin(places[:, 0], kept.points[:, 0])


def spread_out(costs: Array, count: int) -> NDArray[np.int64]:
    """Choose packages that lie far from each other on a front, the ends included.

    Parameters
    ----------
    costs : ndarray, shape (packages, objectives)
    count : int

    Returns
    -------
    ndarray
        Their places, in increasing order.

    Examples
    --------
    >>> costs = np.array([[0.0, 4.0], [0.1, 3.9], [2.0, 2.0], [2.1, 1.9], [4.0, 0.0]])
    >>> spread_out(costs, 3).tolist()
    [0, 2, 4]
    """
    if len(costs) <= count:
        return np.arange(len(costs))
    low, width = costs.min(axis=0), np.ptp(costs, axis=0)
    places = (costs - low) / np.where(width > 0, width, 1.0)
    chosen = list(dict.fromkeys(int(place) for place in places.argmin(axis=0)))[:count]
    apart = np.min([np.linalg.norm(places - places[one], axis=1) for one in chosen], axis=0)
    while len(chosen) < count:
        chosen.append(int(apart.argmax()))
        apart = np.minimum(apart, np.linalg.norm(places - places[chosen[-1]], axis=1))
    return np.array(sorted(chosen))


def marginal_gains(money: Array, draws: Array, steps: int) -> tuple[MarginalGain, ...]:
    """Compute what one more unit of money buys along a front.

    Parameters
    ----------
    money : ndarray, shape (packages,)
        In increasing order.
    draws : ndarray, shape (packages, draws)
        What each draw contributes to the objective.
    steps : int
        Into how many stretches of about the same money the front is divided, at most. Between close
        neighbours the difference would be mostly chance.

    Returns
    -------
    tuple of MarginalGain

    Examples
    --------
    >>> draws = np.array([[0.0, 0.0], [1.0, 1.0], [1.0, 1.0]])
    >>> [gain.value for gain in marginal_gains(np.array([10.0, 12.0, 14.0]), draws, 2)]
    [0.5, 0.0]
    """
    if len(money) < 2 or money[-1] <= money[0]:
        return ()
    edges = np.linspace(money[0], money[-1], steps + 1)
    knots = np.unique([int(np.abs(money - edge).argmin()) for edge in edges])
    gains = []
    for one, other in pairwise(knots):
        more = float(money[other] - money[one])
        if more > 0:
            gain = _mean((draws[other] - draws[one]) / more)
            gains.append(MarginalGain(float(money[one]), float(money[other]), *gain))
    return tuple(gains)
