"""Contours of a number over a grid of two levers."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.ticker import MaxNLocator

from xhsim.arguments import checked
from xhsim.errors import InputError, did_you_mean
from xhsim.plots.canvas import style
from xhsim.plots.canvas.colours import GREY, INK, probability_colours
from xhsim.plots.canvas.fan_parts import CHART, Figures
from xhsim.plots.canvas.frame import chosen_label, origin_text, write_source, write_title
from xhsim.plots.canvas.pictures import new_axes
from xhsim.wording.label import Language, check_language
from xhsim.wording.line_breaks import capitalised
from xhsim.wording.numbers import number_text, percent_text
from xhsim.wording.phrases import PICTURES
from xhsim.wording.punctuation import COLON
from xhsim.wording.units import display_unit

__all__ = ["lever_contour"]


@checked
def lever_contour(
    table: pd.DataFrame,
    x: str,
    y: str,
    value: str = "probability",
    *,
    title: str = "",
    x_label: str | None = None,
    y_label: str | None = None,
    lang: str = "en",
    ax: Axes | None = None,
) -> Axes:
    """Draw a number as a function of two levers.

    Parameters
    ----------
    table : DataFrame
        A row for each point of a full grid, with columns `x`, `y` and `value`: the rows of one
        target, or of all together, from ``xhsim.analysis.policies.sweep``.
    x, y : str
        Columns with the levers' values. The table's attribute ``levers`` contains their labels
        and units.
    value : str
        Column to draw. Shares between 0 and 1 are shown in percent.
    title : str
        By default from the label of the target.
    x_label, y_label : str, optional
        By default the levers' labels and units, or the columns' names without labels.
    lang : {"en", "zh"}
    ax : Axes, optional
        By default those of a new figure.

    Returns
    -------
    Axes
        Filled contours with their values, a small dot at each point of the grid, and a ring around
        the highest point if it is unique. The smaller the range of values, the closer the levels
        of the lines.

    Raises
    ------
    InputError
        If a column is missing, or the points are not a full grid of at least 2 by 2.

    Examples
    --------
    >>> import pandas as pd
    >>> points = [(a, b, a * b) for a in (0.0, 0.5, 1.0) for b in (0.0, 1.0)]
    >>> ax = lever_contour(pd.DataFrame(points, columns=["a", "b", "probability"]), "a", "b")
    >>> [float(end) for end in ax.get_xlim()]
    [0.0, 1.0]
    """
    language = check_language(lang)
    grid = _grid(table, x, y, value)
    numbers = grid.to_numpy(dtype=float)
    is_share = bool(np.nanmin(numbers) >= 0 and np.nanmax(numbers) <= 1)
    ax = new_axes(6.0, 4.9, (0.8, 0.9, 0.5, 0.8)) if ax is None else ax
    style.clean_axes(ax, language, CHART.text - 0.5)
    ax.grid(visible=False)
    across, upwards = (axis.to_numpy(dtype=float) for axis in (grid.columns, grid.index))
    _draw_surface(ax, across, upwards, numbers, is_share, language)
    _mark_points(ax, across, upwards, numbers)
    ax.xaxis.set_major_formatter(Figures())
    ax.yaxis.set_major_formatter(Figures())
    best = float(np.nanmax(numbers))
    shown = percent_text(100 * best, language) if is_share else number_text(best, digits=3)
    write_title(
        ax,
        title or _title(table, value, language),
        [
            PICTURES.say("contour_best", language, value=shown),
            y_label or _axis_label(table, y, language),
        ],
        language,
    )
    style.write(
        ax,
        x_label or _axis_label(table, x, language),
        (1, 0),
        offset=(0, -25),
        lang=language,
        size=8,
        colour=GREY,
        ha="right",
        va="top",
    )
    write_source(ax, origin_text(table.attrs, language), language, down=40)
    return ax


def _title(table: pd.DataFrame, value: str, lang: Language) -> str:
    """Return the title: the target if the table has only one, otherwise the column."""
    row = table.iloc[0]
    name = chosen_label(row, "", lang)
    if not name or table["label"].nunique() > 1:
        return PICTURES.say("contour_any", lang) if value == "probability" else value
    if value != "probability":
        return f"{name}{COLON.in_(lang)}{value}"
    together = pd.notna(row.get("targets", math.nan))
    return PICTURES.say("contour_together" if together else "contour_title", lang, name=name)


def _axis_label(table: pd.DataFrame, column: str, lang: Language) -> str:
    record = table.attrs.get("levers", {}).get(column, {})
    name = chosen_label(record, column, lang)
    unit = display_unit(str(record.get("unit", "")), lang)
    name = capitalised(name)
    return PICTURES.say("of", lang, name=name, unit=unit) if unit else name


def _draw_surface(
    ax: Axes,
    across: np.ndarray,
    upwards: np.ndarray,
    numbers: np.ndarray,
    is_share: bool,
    lang: Language,
) -> None:
    bands, lines = _levels(numbers, is_share)
    # A shade means the same share in every picture. If no share is above a half, the scale ends
    # there.
    ends = (0.0, 1.0 if bands[-1] > 0.5 else 0.5) if is_share else (bands[0], bands[-1])
    shades = Normalize(*ends)
    ax.contourf(
        across, upwards, numbers, levels=bands, cmap=probability_colours(), norm=shades, alpha=0.9
    )
    drawn = ax.contour(across, upwards, numbers, levels=lines, colors=INK, linewidths=0.6)

    def written(level: float) -> str:
        return percent_text(100 * level, lang) if is_share else number_text(level)

    labels = ax.clabel(drawn, fontsize=7.5, fmt=written)
    for label in labels:  # a label at the edge would be cut off
        box = label.get_window_extent()
        if not (ax.bbox.contains(box.x0, box.y0) and ax.bbox.contains(box.x1, box.y1)):
            label.remove()


def _levels(numbers: np.ndarray, is_share: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return the levels of shades and of lines: the smaller the range, the closer the levels."""
    low, high = float(np.nanmin(numbers)), float(np.nanmax(numbers))
    if not is_share:
        bands = np.asarray(MaxNLocator(15).tick_values(low, high))
        return bands, bands[::3]
    step = 5 if high - low > 0.3 else 2 if high - low > 0.1 else 1  # percent
    first, last = math.floor(100 * low / step), math.ceil(100 * high / step)
    places = np.arange(first, max(last, first + 1) + 1)
    labelled = places[(places % 2 == 0) & (places > 0)]
    return places * step / 100, (labelled if labelled.size else places[-1:]) * step / 100


def _mark_points(ax: Axes, across: np.ndarray, upwards: np.ndarray, numbers: np.ndarray) -> None:
    """Draw a dot at each point, and a ring around the highest if it is unique."""
    ax.plot(
        *(axis.ravel() for axis in np.meshgrid(across, upwards)), ".", color=INK, markersize=1.5
    )
    highest = np.argwhere(numbers == np.nanmax(numbers))
    if len(highest) > 1:
        return
    row, column = highest[0]
    ax.plot(
        across[column],
        upwards[row],
        marker="o",
        markersize=9,
        markerfacecolor="none",
        markeredgecolor=INK,
        linestyle="none",
        clip_on=False,
        gid="highest",
    )


def _grid(table: pd.DataFrame, x: str, y: str, value: str) -> pd.DataFrame:
    for column in (x, y, value):
        if column not in table:
            known = [str(name) for name in table.columns]
            raise InputError(
                f'the table has no column "{column}"',
                hint=did_you_mean(column, known) or "it has " + ", ".join(known),
            )
    if table.duplicated([x, y]).any():
        raise InputError(
            "the grid has the same point twice", hint="choose the rows of one target first"
        )
    grid = table.pivot_table(index=y, columns=x, values=value, dropna=False)
    if min(grid.shape) < 2 or grid.isna().to_numpy().any():
        raise InputError(
            f'"{x}" and "{y}" are not a full grid of at least 2 by 2',
            hint="sweep every value of one lever with every value of the other",
        )
    return grid
