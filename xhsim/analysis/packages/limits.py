"""What a package of levers may cost and must keep to.

Every limit on levers is a row: a weighted sum of the levels, and the most that it may be. Limits on
money, on the money of a year, on the money of the whole run and on shares of the programme are such
rows. A goal is a probability that a package must reach, which only runs can tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.policies.levers import Lever, levers_named, money_lines
from xhsim.analysis.policies.objective_text import read_objective
from xhsim.analysis.policies.objectives import Objective
from xhsim.errors import InputError
from xhsim.wording.label import Label

if TYPE_CHECKING:
    from xhsim.analysis.fitted import FittedStudy

__all__ = [
    "Goal",
    "LeverLimit",
    "check_feasible",
    "check_years",
    "money_a_year",
    "money_in_a_year",
    "money_in_all",
    "read_goals",
    "share_of_the_programme",
]

Array = NDArray[np.float64]
SLACK = 1e-9  # of the money: what rounding may add


@dataclass(frozen=True, eq=False)
class LeverLimit:
    """A weighted sum of the levels of all levers, and the most that it may be.

    Attributes
    ----------
    label : Label
    weights : ndarray, shape (levers,)
    most : float
    constant : float
        Added to the sum: money that is spent whatever the levels.
    cure : str
        How a user makes room, for messages.

    Examples
    --------
    >>> levers = [Lever("grants", "", 0, 5, 1, True), Lever("homes", "", 0, 9, 2, True)]
    >>> limit = money_a_year(levers, 6.0)
    >>> limit.reached(np.array([[1.0, 2.0], [5.0, 9.0]])).tolist(), limit.most
    ([3.0, 14.0], 6.0)
    """

    label: Label
    weights: Array
    most: float
    constant: float = 0.0
    cure: str = "raise the limit"

    def reached(self, levels: Array) -> Array:
        """Return what packages reach of the limit.

        Parameters
        ----------
        levels : ndarray, shape (packages, levers)

        Returns
        -------
        ndarray, shape (packages,)
        """
        return np.asarray(levels @ self.weights + self.constant)


@dataclass(frozen=True)
class Goal:
    """A probability that a package must reach.

    Attributes
    ----------
    objective : Objective
        A probability.
    least : float
    """

    objective: Objective
    least: float


def money_a_year(levers: Sequence[Lever], most: float) -> LeverLimit:
    """Limit the yearly money, once the levers have reached their levels.

    Parameters
    ----------
    levers : sequence of Lever
    most : float

    Returns
    -------
    LeverLimit
    """
    return LeverLimit(Label("Money a year", "年度资金"), money_lines(levers), float(most))


def check_years(years: Iterable[float], first: float, last: float) -> None:
    """Check that limits on the money of single years are about years of the package.

    Parameters
    ----------
    years : iterable of float
    first, last : float
        From when levers move, and when runs end.

    Raises
    ------
    InputError
        If a year lies before or after.

    Examples
    --------
    >>> check_years([2035], 2021, 2025)
    Traceback (most recent call last):
    xhsim.errors.InputError: a limit on the money of 2035: runs end in 2025. give a year from ...
    """
    for year in years:
        if not first <= year <= last:
            why = f"runs end in {last:g}" if year > last else f"levers move from {first:g} on"
            raise InputError(
                f"a limit on the money of {year:g}: {why}",
                hint=f"give a year from {first:g} to {last:g}",
            )


def money_in_a_year(
    levers: Sequence[Lever], year: float, most: float, years: tuple[float, float]
) -> LeverLimit:
    """Limit the money of one year, in which levers may still be on the way to their levels.

    Parameters
    ----------
    levers : sequence of Lever
    year : float
    most : float
    years : tuple of float
        Between these dates, levers move in a straight line to their levels.

    Returns
    -------
    LeverLimit

    Examples
    --------
    >>> levers = [Lever("grants", "", 0, 5, 1, True)]
    >>> limit = money_in_a_year(levers, 2022, 4.0, (2021, 2023))
    >>> limit.reached(np.array([[5.0]])).tolist()  # half way from 1 to 5
    [3.0]
    """
    way = _way(year, years)
    start = float(money_lines(levers) @ np.array([lever.start for lever in levers]))
    return LeverLimit(
        Label(f"Money in {year:g}", f"{year:g}年资金"),
        way * money_lines(levers),
        float(most),
        (1 - way) * start,
    )


def money_in_all(
    levers: Sequence[Lever], most: float, years: tuple[float, float], first: int, last: int
) -> LeverLimit:
    """Limit the sum of the money of several years.

    Parameters
    ----------
    levers : sequence of Lever
    most : float
    years : tuple of float
        Between these dates, levers move in a straight line to their levels.
    first, last : int
        The first and the last year of the sum.

    Returns
    -------
    LeverLimit

    Examples
    --------
    >>> levers = [Lever("grants", "", 0, 5, 1, True)]
    >>> limit = money_in_all(levers, 20.0, (2021, 2022), 2021, 2025)
    >>> limit.reached(np.array([[5.0]])).tolist()  # 1 in 2021, then four years of 5
    [21.0]
    """
    each = [money_in_a_year(levers, year, most, years) for year in range(first, last + 1)]
    return LeverLimit(
        Label(f"Money in {first}-{last}", f"{first}—{last}年资金合计"),
        np.sum([one.weights for one in each], axis=0),
        float(most),
        sum(one.constant for one in each),
    )


def share_of_the_programme(levers: Sequence[Lever], written: str, most: float) -> LeverLimit:
    """Limit the share of some levers in the money of the package.

    Parameters
    ----------
    levers : sequence of Lever
    written : str
        Levers, with commas between them. Those that are no spending are refused.
    most : float
        From 0 to 1.

    Returns
    -------
    LeverLimit

    Raises
    ------
    InputError
        If there is no such lever, it is no spending, or `most` is not a share.

    Examples
    --------
    >>> levers = [Lever("grants", "", 0, 5, 1, True), Lever("homes", "", 0, 9, 2, True)]
    >>> limit = share_of_the_programme(levers, "grants", 0.25)
    >>> limit.reached(np.array([[1.0, 3.0], [2.0, 2.0]])).tolist()  # a quarter, and a half
    [0.0, 1.0]
    """
    if not 0 <= most <= 1:
        raise InputError(f"{most:g} is not a share", hint="write a number from 0 to 1")
    chosen = {str(lever) for name in _names(written) for lever in levers_named(name, levers)}
    odd = next((lever for lever in levers if str(lever) in chosen and not lever.is_money), None)
    if odd is not None:
        raise InputError(f'"{odd}" is no spending', hint="name levers that are spending")
    weights = np.array([float(str(lever) in chosen) for lever in levers])
    return LeverLimit(
        Label(
            f"{written}: at most {100 * most:g} % of the money",
            f"{written}占资金不超过{100 * most:g}%",
        ),
        weights - most * money_lines(levers),
        0.0,
        cure="raise the share, or lower the levers' bounds",
    )


def read_goals(study: FittedStudy, goals: Mapping[str, float]) -> list[Goal]:
    """Read the probabilities that a package must reach.

    Parameters
    ----------
    study : FittedStudy
    goals : mapping of str to float
        Text of an objective that is a probability, such as a target's id or ``at least 12``, to
        the least probability.

    Returns
    -------
    list of Goal

    Raises
    ------
    InputError
        If there is no such target, the objective is no probability, or the number is none.

    Examples
    --------
    >>> import xhsim
    >>> [goal.least for goal in read_goals(xhsim.open_study(), {"new_foreign_hq": 0.6})]
    [0.6]
    """
    found = []
    for text, least in goals.items():
        objective = read_objective(text, study)
        if not objective.is_probability:
            raise InputError(
                f'"{text}" is no probability, so it cannot have a least one',
                hint='name a target, or write "at least 12", "all of GROUP" or "weakest"',
            )
        if not 0 < least < 1:
            raise InputError(
                f'the least probability of "{text}" must be between 0 and 1, not {least:g}',
                hint="write a probability such as 0.6",
            )
        found.append(Goal(objective, float(least)))
    return found


def check_feasible(levers: Sequence[Lever], limits: Sequence[LeverLimit]) -> Array:
    """Check that some levels keep to all limits, and return such levels.

    Parameters
    ----------
    levers : sequence of Lever
    limits : sequence of LeverLimit

    Returns
    -------
    ndarray, shape (levers,)
        As far inside the limits as possible.

    Raises
    ------
    InputError
        If no levels keep to them. The message names the limit that cannot be kept, or says that
        they contradict each other.

    Examples
    --------
    >>> levers = [Lever("grants", "", 1, 5, 1, True)]
    >>> check_feasible(levers, [money_a_year(levers, 0.5)])
    Traceback (most recent call last):
    xhsim.errors.InputError: Money a year: 0.5 is less than 1, the least that the levers' bounds ...
    """
    from scipy.optimize import linprog

    low = np.array([lever.low for lever in levers])
    high = np.array([lever.high for lever in levers])
    for limit in limits:
        least = np.where(limit.weights > 0, limit.weights * low, limit.weights * high).sum()
        if least + limit.constant > limit.most + SLACK * max(1.0, abs(limit.most)):
            raise InputError(
                f"{limit.label.en}: {limit.most:g} is less than {least + limit.constant:g}, the "
                "least that the levers' bounds allow",
                hint=f"{limit.cure}, or allow lower levels",
            )
    if not limits:
        return np.asarray((low + high) / 2)
    # The last unknown is the room that every limit leaves, as a share of the levers' whole range.
    rows = [np.append(limit.weights, np.abs(limit.weights) @ (high - low)) for limit in limits]
    best: Any = linprog(
        np.append(np.zeros(len(levers)), -1.0),
        A_ub=np.array(rows),
        b_ub=[limit.most - limit.constant + SLACK for limit in limits],
        bounds=[*zip(low, high, strict=True), (0.0, 0.1)],
    )
    if best.status != 0:
        told = "; ".join(limit.label.en for limit in limits)
        raise InputError(
            f"no package keeps to all limits together: {told}", hint="loosen one of them"
        )
    return np.asarray(np.clip(best.x[:-1], low, high))


def _way(year: float, years: tuple[float, float]) -> float:
    """Return how much of the way to its level a lever has come in a year."""
    first, last = years
    return float(np.clip((year - first) / (last - first), 0.0, 1.0))


def _names(written: str) -> list[str]:
    """Split a list of levers at the commas outside brackets."""
    names, depth = [""], 0
    for sign in written:
        depth += {"[": 1, "]": -1}.get(sign, 0)
        if sign == "," and depth == 0:
            names.append("")
        else:
            names[-1] += sign
    return [name.strip() for name in names]
