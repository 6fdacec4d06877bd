"""Parts of fan charts: bands, history, target, limits of the axes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.ticker import Formatter, MaxNLocator
from numpy.typing import NDArray

from xhsim.errors import InputError, did_you_mean
from xhsim.plots.canvas import style
from xhsim.plots.canvas.colours import INK, TARGET_COLOUR, scenario_colour, tint
from xhsim.plots.canvas.pictures import points_a_pixel
from xhsim.plots.canvas.series import Paths, Required
from xhsim.plots.canvas.years import mark_years
from xhsim.study.targets import Target
from xhsim.wording.label import Language
from xhsim.wording.line_breaks import capitalised
from xhsim.wording.numbers import number_text, probability_sentence
from xhsim.wording.phrases import PICTURES
from xhsim.wording.units import display_unit

__all__ = [
    "CHART",
    "INNER",
    "OUTER",
    "PANEL",
    "Figures",
    "Look",
    "chance_of",
    "colour_of",
    "draw_fan",
    "draw_history",
    "draw_target",
    "set_limits",
    "title_and_unit",
]

OUTER, INNER = (0.05, 0.95), (0.25, 0.75)
# Matplotlib's carets with their base at the marked point.
UPWARDS: Literal[10] = 10
DOWNWARDS: Literal[11] = 11
YEAR_WIDTH = 3.1  # room for a year below an axis, as a multiple of the font size


@dataclass(frozen=True)
class Look:
    """Sizes of text and marks, which differ between a single chart and a panel of a page."""

    text: float
    line: float
    dot: float
    year_ticks: int
    value_ticks: int


CHART = Look(text=8.5, line=1.8, dot=4.0, year_ticks=12, value_ticks=6)
PANEL = Look(text=6.8, line=1.2, dot=2.4, year_ticks=3, value_ticks=5)


def draw_fan(
    ax: Axes,
    paths: Paths,
    required: Required | None,
    target: Target | None,
    seen: pd.DataFrame,
    colour: str,
    look: Look,
    lang: Language,
) -> None:
    """Draw bands, median, history and target on axes.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    paths : Paths
        The trajectories.
    required, target : Required and Target, or None
        What the target requires, and the target.
    seen : DataFrame
        The table that `history_of` returned.
    colour : str
        Colour of the scenario.
    look : Look
        Sizes of text and marks.
    lang : {"en", "zh"}
        Language of the numbers on the axes.
    """
    style.clean_axes(ax, lang, look.text - 0.5)
    low, inner_low, middle, inner_high, high = paths.quantiles(
        OUTER[0], INNER[0], 0.5, INNER[1], OUTER[1]
    )
    years = paths.years
    ax.fill_between(
        years, low, high, color=tint(colour, 0.22), linewidth=0, gid="band 5-95", zorder=1.5
    )
    ax.fill_between(
        years,
        inner_low,
        inner_high,
        color=tint(colour, 0.48),
        linewidth=0,
        gid="band 25-75",
        zorder=1.6,
    )
    ax.plot(years, middle, color=colour, linewidth=look.line, gid="median", zorder=3)
    draw_history(ax, seen, look)
    if required is not None and target is not None:
        draw_target(ax, required, target.direction, look)
    everything = [low, high, seen["value"].to_numpy(dtype=float)]
    if required is not None:
        everything += [required.values, np.array([required.mark[1]])]
    set_limits(ax, np.concatenate(everything), years, seen, required, look)


def draw_history(ax: Axes, seen: pd.DataFrame, look: Look) -> None:
    """Draw observations: a line through the first vintage of each year, rings for the others."""
    line = seen[seen["first"] == True]  # noqa: E712 - an empty column has no bool dtype
    others = seen[seen["first"] == False]  # noqa: E712
    ax.plot(
        line["year"],
        line["value"],
        color=INK,
        linewidth=look.line * 0.65,
        marker="o",
        markersize=look.dot,
        gid="history",
        zorder=4,
    )
    ax.plot(
        others["year"],
        others["value"],
        linestyle="none",
        marker="o",
        markersize=look.dot,
        markerfacecolor="white",
        markeredgecolor=INK,
        markeredgewidth=0.7,
        gid="other vintages",
        zorder=4,
    )


def draw_target(ax: Axes, required: Required, direction: str, look: Look) -> None:
    """Draw a target: its path, its level at the deadline, an arrow to the side that meets it."""
    colour, level = TARGET_COLOUR, required.mark[1]
    ax.plot(
        required.years,
        required.values,
        color=colour,
        linewidth=look.line * 0.65,
        dashes=(4, 2),
        gid="required path",
        zorder=4.5,
    )
    ax.plot(
        required.span,
        (level, level),
        color=colour,
        linewidth=look.line,
        gid="target line",
        zorder=5,
    )
    # The arrow is on the side where the target is attained.
    ax.plot(
        *required.mark,
        color=colour,
        marker=UPWARDS if direction.startswith(">") else DOWNWARDS,
        markersize=look.dot * 1.6,
        linestyle="none",
        gid="target",
        zorder=5,
    )


def set_limits(
    ax: Axes,
    values: NDArray[np.float64],
    years: NDArray[np.float64],
    seen: pd.DataFrame,
    required: Required | None,
    look: Look,
) -> None:
    """Set limits and ticks of both axes to fit values, history and target."""
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    space = (high - low) * 0.07 or abs(high) * 0.05 or 1.0
    # Start at zero where that costs little room: readers can then compare heights as lengths.
    bottom = 0.0 if 0 <= low < 0.3 * high else low - space
    ax.set_ylim(bottom, high + space)
    first = min(years[0], seen["year"].min() if len(seen) else years[0])
    last = max(years[-1], required.mark[0] if required is not None else years[-1])
    ax.set_xlim(first - 0.3, last + (0.5 if required is not None else 0.15))
    # Label only as many years as fit.
    room = ax.bbox.width * points_a_pixel(ax) / (look.text * YEAR_WIDTH)
    step = max(1, math.ceil((last - first) / min(look.year_ticks - 1, max(1.0, room))))
    if look is PANEL:
        step = max(5, step)
    mark_years(ax, first, last, step)
    ax.yaxis.set_major_locator(
        MaxNLocator(look.value_ticks, steps=[1, 2, 2.5, 5, 10], min_n_ticks=3)
    )
    ax.yaxis.set_major_formatter(Figures())


class Figures(Formatter):
    """Format the numbers of an axis: thousands separated, all with the same decimals."""

    def __call__(self, x: float, pos: int | None = None) -> str:
        """Format one number."""
        return number_text(x)

    def format_ticks(self, values: Any) -> list[str]:
        """Format the numbers at these places."""
        places = [float(value) for value in values]
        exact = (d for d in range(7) if all(math.isclose(v, round(v, d)) for v in places))
        decimals = next(exact, 6)
        return [f"{value:,.{decimals}f}".replace("-", "−") for value in places]


def colour_of(ensemble: xr.Dataset) -> str:
    """Return the colour of an ensemble's scenario; grey if it names none.

    Examples
    --------
    >>> colour_of(xr.Dataset(attrs={"scenario": "plan"})), colour_of(xr.Dataset())
    ('#0072b2', '#4d4d4d')
    """
    return scenario_colour(str(ensemble.attrs.get("scenario", "baseline")))


def title_and_unit(paths: Paths, target: Target | None, lang: Language) -> tuple[str, str]:
    """Return the title of a chart of a variable and the label of its vertical axis.

    If there is a target, its label is the title. The axis label then also names the variable, which
    is often the level behind a growth rate.
    """
    unit = display_unit(paths.unit, lang)
    name = paths.label.in_(lang)
    if target is None:
        return capitalised(name), unit
    title = target.label.in_(lang)
    is_named = paths.label.has(lang) and name.casefold() != title.casefold()
    if not target.measure.is_level and is_named:
        name = capitalised(name)
        unit = PICTURES.say("of", lang, unit=unit, name=name) if unit else name
    return title, unit


def chance_of(attainment: pd.DataFrame | None, target: Target, lang: Language) -> str:
    """Return the sentence with a target's probability, or an empty text without a table.

    Raises
    ------
    InputError
        If the table does not list the target.
    """
    if attainment is None:
        return ""
    if target.id not in attainment.index:
        known = [str(name) for name in attainment.index]
        raise InputError(
            f"the attainment table has no target {target.id!r}",
            hint=did_you_mean(target.id, known) or "give the table of the same study",
        )
    row: dict[str, Any] = dict(attainment.loc[target.id])
    word = row.get("word", "")
    return probability_sentence(
        float(row["probability"]),
        row.get("ci_low"),
        row.get("ci_high"),
        word if isinstance(word, str) else "",
        lang,
    )
