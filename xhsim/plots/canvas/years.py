"""Axes of time: whole years, written without a separator."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["mark_years", "year_ticks"]


def year_ticks(first: float, last: float, step: int = 1) -> list[int]:
    """Return the whole years within a period, every `step` of them, the last one included.

    Parameters
    ----------
    first, last : float
        The ends of the period; they need not be whole years.
    step : int
        Years from one tick to the next.

    Returns
    -------
    list of int

    Examples
    --------
    >>> year_ticks(2020.25, 2025.75, 2)
    [2021, 2023, 2025]
    >>> year_ticks(2021.2, 2021.8)
    []
    """
    end = math.floor(last)
    return [year for year in range(math.ceil(first), end + 1) if (end - year) % step == 0]


def mark_years(ax: Axes, first: float, last: float, step: int = 1) -> None:
    """Mark whole years on the horizontal axis, as `year_ticks` lists them.

    Examples
    --------
    >>> from xhsim.plots.canvas.pictures import new_axes
    >>> ax = new_axes()
    >>> mark_years(ax, 2020, 2025, 5)
    >>> [label.get_text() for label in ax.get_xticklabels()]
    ['2020', '2025']
    """
    ticks = year_ticks(first, last, step)
    ax.set_xticks(ticks, [str(year) for year in ticks])
