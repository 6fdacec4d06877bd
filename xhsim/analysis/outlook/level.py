"""Mean growth of each quantity: a level today, and a decline from one plan to the next.

Mean growth of quantity q in year t is ``level exp(-decline (t - today) / 5)``: five years, the
length of a plan, divide it by exp(decline). Levels and declines have a common part, so a quantity
with few figures takes after the others. The priors are weak, and a judgement.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.outlook.growth import Cells

__all__ = ["PLAN_YEARS", "mean_growth_of", "prior_of_levels"]

Array = NDArray[np.float64]
PLAN_YEARS = 5
LEVEL, LEVEL_COMMON, LEVEL_OWN = 9.0, 4.0, 4.0  # percent a year: centre, standard deviations
DECLINE, DECLINE_COMMON, DECLINE_OWN = 0.25, 0.2, 0.2  # 0.25: a plan's growth is 78 % of the last


def prior_of_levels(count: int) -> tuple[Array, Array]:
    """Return centre and covariance of the levels, then the declines, of `count` quantities.

    Examples
    --------
    >>> centre, covariance = prior_of_levels(2)
    >>> centre.tolist(), covariance.shape
    ([9.0, 9.0, 0.25, 0.25], (4, 4))
    """
    centre = np.repeat([LEVEL, DECLINE], count)
    covariance = np.zeros((2 * count, 2 * count))
    one = np.eye(count)
    covariance[:count, :count] = LEVEL_COMMON**2 + LEVEL_OWN**2 * one
    covariance[count:, count:] = DECLINE_COMMON**2 + DECLINE_OWN**2 * one
    return centre, covariance


def mean_growth_of(cells: Cells, levels: Array, today: int) -> tuple[Array, Array]:
    """Return mean growth in each cell, and its derivatives by levels and declines.

    Parameters
    ----------
    cells : Cells
    levels : ndarray, shape (2 * quantities,)
        Levels, then declines.
    today : int
        The year in which growth is at its level.

    Returns
    -------
    mean : ndarray, shape (cells,)
    derivatives : ndarray, shape (cells, 2 * quantities)
    """
    count = len(levels) // 2
    ahead = (cells.year - today) / PLAN_YEARS
    shrinking = np.exp(-levels[count + cells.quantity] * ahead)
    mean = levels[cells.quantity] * shrinking
    derivatives = np.zeros((len(cells.year), 2 * count))
    rows = np.arange(len(cells.year))
    derivatives[rows, cells.quantity] = shrinking
    derivatives[rows, count + cells.quantity] = -ahead * mean
    return mean, derivatives
