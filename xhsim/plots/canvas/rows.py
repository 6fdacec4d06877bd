"""Axes of charts with one row per name, and the names on the left."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes

from xhsim.plots.canvas import style
from xhsim.plots.canvas.colours import GRID, INK
from xhsim.plots.canvas.pictures import new_axes
from xhsim.wording.label import Language

__all__ = ["SIZE", "left_margin", "row_axes"]

SIZE = 8.5
LINE, TWO_LINES = 0.27, 0.36  # height of a row, in inches
GAP = 8.0  # between a name and the axes, in points


def row_axes(
    names: Sequence[str],
    lang: Language,
    ax: Axes | None = None,
    *,
    right: float = 0.9,
    top: float = 0.8,
    bottom: float = 0.72,
    width: float = 4.4,
) -> Axes:
    """Prepare axes with a row for each name, the first at the top.

    Parameters
    ----------
    names : sequence of str
    lang : {"en", "zh"}
    ax : Axes, optional
        By default those of a new figure, as wide as the names need.
    right, top, bottom : float
        Inches around new axes.
    width : float
        Width of new axes, in inches.

    Returns
    -------
    Axes
        The first row is at height 0, the second at 1; heights grow downwards.

    Examples
    --------
    >>> ax = row_axes(["one", "two"], "en")
    >>> [float(end) for end in ax.get_ylim()]
    [1.6, -0.6]
    """
    if ax is None:
        left = left_margin(names, lang) / 72 + 0.15
        line = TWO_LINES if any("\n" in name for name in names) else LINE
        high = line * len(names) + 0.05
        ax = new_axes(left + width + right, high + top + bottom, (left, bottom, right, top))
    style.clean_axes(ax, lang, SIZE - 0.5)
    ax.grid(visible=False)
    ax.grid(axis="x", color=GRID, linewidth=0.6)
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.set_yticks([])
    for place, name in enumerate(names):
        style.write(
            ax,
            name,
            (0, place),
            coordinates=("axes fraction", "data"),
            offset=(-GAP, 0),
            lang=lang,
            size=SIZE,
            colour=INK,
            ha="right",
            va="center_baseline",
        )
    return ax


def left_margin(names: Sequence[str], lang: Language) -> float:
    """Return the width that names need on the left of axes, in points.

    Examples
    --------
    >>> left_margin(["a"], "en") < left_margin(["longer"], "en")
    True
    """
    return max((style.text_width(name, lang, SIZE) for name in names), default=0.0) + GAP
