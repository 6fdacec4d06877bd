"""How a target's measure is read off a trajectory: one small function for each.

Each takes the values of a variable by year and the years of the target, and keeps any other
axes (draws) that the values have.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

__all__ = ["MEASURES", "meets", "years_of"]

Array = NDArray[np.float64]
ByYear = Mapping[int, Array]


def level(values: ByYear, base: int, deadline: int) -> Array:
    """Return the value at the deadline.

    Examples
    --------
    >>> level({2020: np.array([1.0]), 2025: np.array([3.0])}, 2020, 2025).tolist()
    [3.0]
    """
    return values[deadline]


def average_growth(values: ByYear, base: int, deadline: int) -> Array:
    """Return the average growth from the base year to the deadline, in percent a year.

    What falls to nothing, or below, has grown by -100 % a year. Growth from nothing is not a
    number.

    Examples
    --------
    >>> doubled = {2020: np.array([100.0]), 2025: np.array([200.0])}
    >>> average_growth(doubled, 2020, 2025).round(2).tolist()
    [14.87]
    """
    left = np.maximum(_share_of_base(values, base, deadline), 0.0)
    return np.asarray(100.0 * (left ** (1.0 / (deadline - base)) - 1.0))


def cumulative_increase(values: ByYear, base: int, deadline: int) -> Array:
    """Return the increase over the period.

    Examples
    --------
    >>> cumulative_increase({2020: np.array([90.0]), 2025: np.array([125.0])}, 2020, 2025).tolist()
    [35.0]
    """
    return np.asarray(values[deadline] - values[base])


def cumulative_change(values: ByYear, base: int, deadline: int) -> Array:
    """Return the change over the period, in percent of the base year.

    A change from nothing, or from less, is not a number.

    Examples
    --------
    >>> cumulative_change({2020: np.array([2.0]), 2025: np.array([1.5])}, 2020, 2025).tolist()
    [-25.0]
    """
    return np.asarray(100.0 * (_share_of_base(values, base, deadline) - 1.0))


def average_flow(values: ByYear, base: int, deadline: int) -> Array:
    """Return the mean of the years after the base year.

    Examples
    --------
    >>> years = {2020: np.array([9.0]), 2021: np.array([2.0]), 2022: np.array([4.0])}
    >>> average_flow(years, 2020, 2022).tolist()
    [3.0]
    """
    return np.asarray(np.mean([values[year] for year in range(base + 1, deadline + 1)], axis=0))


def _share_of_base(values: ByYear, base: int, deadline: int) -> Array:
    before = np.where(values[base] > 0, values[base], np.nan)
    return np.asarray(values[deadline] / before)


MEASURES: dict[str, Callable[[ByYear, int, int], Array]] = {
    "level": level,
    "average_growth": average_growth,
    "cumulative_increase": cumulative_increase,
    "cumulative_change": cumulative_change,
    "average_flow": average_flow,
}


def years_of(measure: str, base: int, deadline: int) -> list[int]:
    """Return the years a measure looks at.

    Examples
    --------
    >>> years_of("level", 2020, 2025), years_of("average_growth", 2020, 2025)
    ([2025], [2020, 2025])
    """
    if measure == "level":
        return [deadline]
    return list(range(base + 1, deadline + 1)) if measure == "average_flow" else [base, deadline]


def meets(value: Array, direction: str, aim: float) -> NDArray[np.bool_]:
    """Tell which values meet an aim; a value that is not a number meets none.

    Examples
    --------
    >>> meets(np.array([4.0, 5.0, 6.0]), ">", 5.0).tolist()
    [False, False, True]
    """
    comparisons = {">=": np.greater_equal, ">": np.greater, "<=": np.less_equal}
    return np.asarray(comparisons[direction](value, aim))
