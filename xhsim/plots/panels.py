"""A page of panels, all of one size."""

from __future__ import annotations

import math

from xhsim.plots.pictures import Page, Picture, new_figure

__all__ = ["page_of"]

A4_LANDSCAPE = (11.69, 8.27)  # inches


def page_of(panels: int) -> Page:
    """Lay panels out on A4 landscape: six a row when there are many.

    Parameters
    ----------
    panels : int
        How many.

    Returns
    -------
    Page
        Their Axes, row by row; above each is room for a heading of several lines.

    Examples
    --------
    >>> len(page_of(7))
    7
    """
    columns = next((c for c in (1, 2, 3, 4, 5) if c * math.ceil(c * 0.6) >= panels), 6)
    lines = math.ceil(panels / columns)
    width, height = A4_LANDSCAPE
    left, right, bottom, top, gap, head, foot = 0.55, 0.3, 0.35, 0.62, 0.5, 0.72, 0.36
    wide = (width - left - right - gap * (columns - 1)) / columns
    high = (height - bottom - top) / lines - head - foot
    figure = new_figure(width, height)
    axes = []
    for place in range(panels):
        line, column = divmod(place, columns)
        x = left + column * (wide + gap)
        y = height - top - line * (high + head + foot) - head - high
        box = (x / width, y / height, wide / width, high / height)
        axes.append(figure.add_axes(box, axes_class=Picture))
    return Page(axes)
