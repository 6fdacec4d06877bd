"""Growth figures of the reference class, as the outlook uses them.

Growth is used as printed, never as a difference of levels. A figure is of one year or the average
of several whole years; figures of parts of a year are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xhsim.study.history.reference import OutlookPlan

__all__ = ["Cells", "Growth", "averaging", "cells_of", "growth_figures", "known_until"]

Array = NDArray[np.float64]
Key = tuple[str, int, int]


@dataclass(frozen=True)
class Growth:
    """The growth of a quantity in a place.

    Attributes
    ----------
    place : str
    quantity : int
        Position of the quantity among those that have figures.
    first_year, last_year : int
        Equal for a single year.
    value : float
        Percent a year. Of several figures of the same growth it is the mean.
    """

    place: str
    quantity: int
    first_year: int
    last_year: int
    value: float

    @property
    def years(self) -> range:
        """The years that the figure covers."""
        return range(self.first_year, self.last_year + 1)


def growth_figures(plan: OutlookPlan) -> tuple[Growth, ...]:
    """Return the growth figures of a plan, each place, quantity and period once.

    Parameters
    ----------
    plan : OutlookPlan

    Returns
    -------
    tuple of Growth
        In the order of places, quantities and years.

    Examples
    --------
    >>> import xhsim
    >>> figures = growth_figures(xhsim.open_study().files.outlook_plan)
    >>> [f.value for f in figures if (f.place, f.quantity, f.first_year) == ("Xuhui", 0, 2020)]
    [2.5]
    """
    used = [quantity for quantity in plan.quantities if quantity.series]
    number = {name: n for n, quantity in enumerate(used) for name in quantity.series}
    found: dict[tuple[str, int, int, int], list[float]] = {}
    for figure in plan.figures:
        years = figure.whole_years
        if figure.series in number and years and years[1] <= plan.until:
            key = (figure.place, number[figure.series], *years)
            found.setdefault(key, []).append(figure.value)
    return tuple(Growth(*key, float(np.mean(values))) for key, values in sorted(found.items()))


def known_until(figures: Sequence[Growth], year: int) -> tuple[Growth, ...]:
    """Return the figures that end in a year or before it."""
    return tuple(figure for figure in figures if figure.last_year <= year)


@dataclass(frozen=True)
class Cells:
    """Years of a quantity in a place, as arrays.

    Attributes
    ----------
    keys : tuple of (place, quantity, year)
    place, city : ndarray of str
    quantity, year : ndarray of int
    weight : ndarray
        Relevance of the place.
    """

    keys: tuple[Key, ...]
    place: NDArray[np.str_]
    city: NDArray[np.str_]
    quantity: NDArray[np.int64]
    year: NDArray[np.int64]
    weight: Array


def cells_of(keys: Sequence[Key], plan: OutlookPlan) -> Cells:
    """Arrange years of quantities in places as arrays."""
    places = [place for place, _, _ in keys]
    return Cells(
        tuple(keys),
        np.array(places),
        np.array([plan.city_of(place) for place in places]),
        np.array([quantity for _, quantity, _ in keys], dtype=np.int64),
        np.array([year for _, _, year in keys], dtype=np.int64),
        np.array([plan.weight_of(place) for place in places]),
    )


def averaging(figures: Sequence[Growth], plan: OutlookPlan) -> tuple[Cells, Array]:
    """Return the cells that figures cover, and the matrix that averages cells to figures.

    Parameters
    ----------
    figures : sequence of Growth
    plan : OutlookPlan

    Returns
    -------
    cells : Cells
    matrix : ndarray, shape (figures, cells)
        Each row adds up to 1.
    """
    keys = sorted({(f.place, f.quantity, year) for f in figures for year in f.years})
    position = {key: n for n, key in enumerate(keys)}
    matrix = np.zeros((len(figures), len(keys)))
    for row, figure in enumerate(figures):
        for year in figure.years:
            matrix[row, position[figure.place, figure.quantity, year]] = 1 / len(figure.years)
    return cells_of(keys, plan), matrix
