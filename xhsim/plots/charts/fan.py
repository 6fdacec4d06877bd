"""Fan chart: projection of a variable, its uncertainty, history and target."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes

from xhsim.arguments import checked
from xhsim.plots.canvas import style
from xhsim.plots.canvas.colours import GREY, TARGET_COLOUR
from xhsim.plots.canvas.fan_parts import (
    CHART,
    INNER,
    OUTER,
    chance_of,
    colour_of,
    draw_fan,
    title_and_unit,
)
from xhsim.plots.canvas.frame import direct_labels, origin_text, write_source, write_title
from xhsim.plots.canvas.pictures import new_axes, points_a_pixel
from xhsim.plots.canvas.series import Paths, Required, history_of, paths_of, required_by
from xhsim.study.names import Reference
from xhsim.study.targets import Target
from xhsim.wording.label import Language, check_language
from xhsim.wording.numbers import number_text
from xhsim.wording.phrases import PICTURES

__all__ = ["fan_chart"]


@checked
def fan_chart(
    ensemble: xr.Dataset,
    variable: str | Reference,
    *,
    target: Target | None = None,
    history: pd.DataFrame | None = None,
    attainment: pd.DataFrame | None = None,
    element: str | Sequence[str] | None = None,
    ax: Axes | None = None,
    lang: str = "en",
) -> Axes:
    """Draw a variable over time: bands 5-95 % and 25-75 %, median, history and target.

    Parameters
    ----------
    ensemble : xarray.Dataset
        From ``study.ensemble``: dimensions draw, time and those of the model.
    variable : str or Reference
        As in the model file or canonical, with or without ``[element]``.
    target : Target, optional
        Marked at its deadline. Average growth also has its required path. Increases and changes
        are marked at the level that they lead to from the median of the base year.
    history : DataFrame, optional
        Rows of history.csv (columns ``year``, ``value``, ``variable``).
    attainment : DataFrame, optional
        From ``study.attainment``; the chart then shows the target's probability.
    element : str or sequence of str, optional
        Instead of ``[element]`` in the name.
    ax : Axes, optional
        By default those of a new figure.
    lang : {"en", "zh"}
        Language.

    Returns
    -------
    Axes
        Horizontal axis: years. Vertical axis: the variable in its unit.

    Raises
    ------
    InputError
        If the variable or element is unknown, no draw is finite, or `attainment` does not list
        the target.

    Examples
    --------
    >>> ensemble = xr.Dataset(
    ...     {"gdp": (("draw", "time"), [[1.0, 2.0], [1.0, 4.0]])}, coords={"time": [2020, 2021]}
    ... )
    >>> fan_chart(ensemble, "GDP").lines[0].get_ydata().tolist()
    [1.0, 3.0]
    """
    language = check_language(lang)
    paths = paths_of(ensemble, variable, element)
    chance = "" if target is None else chance_of(attainment, target, language)
    required = None if target is None else required_by(target, paths)
    if chance:
        chance = PICTURES.say("attained", language, chance=chance)
    ax = new_axes() if ax is None else ax
    seen = history_of(history, paths.name)
    colour = colour_of(ensemble)
    draw_fan(ax, paths, required, target, seen, colour, CHART, language)
    _direct_labels(ax, paths, required, target, seen, colour, language)
    title, unit = title_and_unit(paths, target, language)
    write_title(ax, title, [chance, unit], language)
    write_source(ax, origin_text(ensemble.attrs, language, paths.failed), language)
    return ax


def _direct_labels(
    ax: Axes,
    paths: Paths,
    required: Required | None,
    target: Target | None,
    seen: pd.DataFrame,
    colour: str,
    lang: Language,
) -> None:
    """Label bands, median and target at the right edge, and the history near its middle."""
    low, inner_low, middle, inner_high, high = (
        float(row[-1]) for row in paths.quantiles(OUTER[0], INNER[0], 0.5, INNER[1], OUTER[1])
    )
    median = f"{PICTURES.say('median', lang)} {number_text(middle, digits=3)}"
    labels = [(middle, median, colour, "bold")]
    if high > low:
        labels.append(((high + inner_high) / 2, PICTURES.say("band_outer", lang), GREY, "normal"))
        labels.append(((inner_low + middle) / 2, PICTURES.say("band_inner", lang), GREY, "normal"))
    if required is not None and target is not None:
        wanted = target.aim_text(lang)
        text = PICTURES.say("target_is", lang, target=wanted)
        labels.append((required.mark[1], text, TARGET_COLOUR, "bold"))
    direct_labels(ax, labels, lang, CHART.text)
    if len(seen):
        word = PICTURES.say("history", lang)
        wide = style.text_width(word, lang, CHART.text) + 5
        year = _year_with_room(ax, seen, wide)
        # On the free side of the line: above it, to the left if it rises, to the right if it falls.
        falls = seen["value"].iloc[-1] < seen["value"].iloc[0]
        style.write(
            ax,
            word,
            (year, _highest(ax, paths, seen, year, wide if falls else -wide)),
            coordinates="data",
            offset=(5 if falls else -5, 6),
            lang=lang,
            size=CHART.text,
            ha="left" if falls else "right",
        )


def _highest(ax: Axes, paths: Paths, seen: pd.DataFrame, year: float, wide: float) -> float:
    """Return the highest value drawn between a year and `wide` points to its right or left."""
    first, last = ax.get_xlim()
    end = year + wide * (last - first) / (ax.bbox.width * points_a_pixel(ax))
    years = np.linspace(min(year, end), max(year, end), 9)
    observed = np.interp(years, seen["year"], seen["value"], left=-np.inf, right=-np.inf)
    upper = np.interp(years, paths.years, paths.quantiles(OUTER[1])[0], left=-np.inf, right=-np.inf)
    return float(max(observed.max(), upper.max()))


def _year_with_room(ax: Axes, seen: pd.DataFrame, needed: float) -> float:
    """Return the year of the first observation from the middle on with room to its left.

    `needed` is in points. The middle observation itself is the fallback.
    """
    years = [float(year) for year in seen["year"].iloc[(len(seen) - 1) // 2 :]]
    scale = points_a_pixel(ax)
    rooms = [(float(ax.transData.transform((year, 0))[0]) - ax.bbox.x0) * scale for year in years]
    return next((year for year, room in zip(years, rooms, strict=True) if room >= needed), years[0])
