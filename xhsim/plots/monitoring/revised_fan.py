"""The fan of a variable before any release and now, with the figures that were published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes

from xhsim.arguments import checked
from xhsim.engine.language.syntax import canonical
from xhsim.plots.canvas import style
from xhsim.plots.canvas.colours import GREY, INK, TARGET_COLOUR, tint
from xhsim.plots.canvas.fan_parts import (
    CHART,
    DOWNWARDS,
    INNER,
    OUTER,
    UPWARDS,
    colour_of,
    draw_history,
    draw_target,
    set_limits,
    title_and_unit,
)
from xhsim.plots.canvas.frame import direct_labels, origin_text, write_source, write_title
from xhsim.plots.canvas.pictures import new_axes
from xhsim.plots.canvas.series import Paths, history_of, paths_of, required_by
from xhsim.study.history.comparison import base_year, bounds, unscaled
from xhsim.study.names import Reference, parse_reference
from xhsim.study.targets import Target
from xhsim.wording.label import check_language
from xhsim.wording.numbers import number_text
from xhsim.wording.phrases import PICTURES
from xhsim.wording.punctuation import COMMA

if TYPE_CHECKING:
    from xhsim.analysis.monitoring.counterparts import Counterparts
    from xhsim.study.history.releases import Release

__all__ = ["revised_fan"]

NINETY = 1.645  # standard deviations to both sides, as the outer band of a fan
HALF = 0.22  # half the width of a floor or a ceiling, in years


@dataclass(frozen=True)
class _Mark:
    """A published figure as levels: its bounds, and those with 90 % of its error."""

    year: int
    low: float
    high: float
    least: float
    most: float

    @property
    def is_bound(self) -> bool:
        return not (np.isfinite(self.low) and np.isfinite(self.high))

    @property
    def levels(self) -> list[float]:
        return [v for v in (self.low, self.high, self.least, self.most) if np.isfinite(v)]


@checked
def revised_fan(
    before: xr.Dataset,
    after: xr.Dataset,
    variable: str | Reference,
    *,
    figures: Counterparts | None = None,
    target: Target | None = None,
    history: pd.DataFrame | None = None,
    element: str | Sequence[str] | None = None,
    ax: Axes | None = None,
    lang: str = "en",
) -> Axes:
    """Draw a variable as it was projected before any release, and as it is projected now.

    Parameters
    ----------
    before, after : xarray.Dataset
        ``m.ensembles[0]`` and ``m.ensembles[-1]`` of a monitoring ``m``.
    variable : str or Reference
        As in the model file or canonical, with or without ``[element]``.
    figures : Counterparts, optional
        ``m.counted``: the releases that count. Those of this variable are drawn.
    target : Target, optional
        Marked at its deadline.
    history : DataFrame, optional
        Rows of history.csv (columns ``year``, ``value``, ``variable``).
    element : str or sequence of str, optional
        Instead of ``[element]`` in the name.
    ax : Axes, optional
        By default those of a new figure.
    lang : {"en", "zh"}

    Returns
    -------
    Axes
        Dark: bands and median now. Pale, between dashed lines: the band before any release, with
        its median. Diamonds: published figures, with a line over 90 % of their error. A floor or a
        ceiling is a short line with a mark towards the values that it allows. Growth is drawn as
        the level that it leads to from the median of the year before.

    Raises
    ------
    InputError
        If the variable or element is unknown, or no draw is finite.

    Examples
    --------
    >>> years = {"time": [2020, 2021]}
    >>> first = xr.Dataset({"gdp": (("draw", "time"), [[1.0, 2.0], [1.0, 4.0]])}, coords=years)
    >>> ax = revised_fan(first, first * 1.1, "GDP")
    >>> next(one for one in ax.lines if one.get_gid() == "median").get_ydata().round(1).tolist()
    [1.1, 3.3]
    """
    language = check_language(lang)
    first, now = (paths_of(each, variable, element) for each in (before, after))
    required = None if target is None else required_by(target, now)
    seen = history_of(history, now.name)
    marks = [] if figures is None else _marks(figures, now)
    colour = colour_of(after)
    ax = new_axes(7.6, 4.4, (0.7, 0.85, 1.5, 1.0)) if ax is None else ax
    style.clean_axes(ax, language, CHART.text - 0.5)
    low, middle, high = _draw_before(ax, first, colour)
    ends = _draw_now(ax, now, colour)
    draw_history(ax, seen, CHART)
    if required is not None and target is not None:
        draw_target(ax, required, target.direction, CHART)
    everything = [low, high, *ends, seen["value"].to_numpy(dtype=float)]
    everything += [np.array(mark.levels) for mark in marks]
    if required is not None:
        everything += [required.values, np.array([required.mark[1]])]
    set_limits(ax, np.concatenate(everything), now.years, seen, required, CHART)
    for mark in marks:
        _draw_mark(ax, mark)
    labels = [
        (float(line[-1]), _median(key, float(line[-1]), language), shade, weight)
        for key, line, shade, weight in (
            ("median_now", now.quantiles(0.5)[0], colour, "bold"),
            ("median_before", middle, GREY, "normal"),
        )
    ]
    if required is not None and target is not None:
        text = PICTURES.say("target_is", language, target=target.aim_text(language))
        labels.append((required.mark[1], text, TARGET_COLOUR, "bold"))
    direct_labels(ax, labels, language, CHART.text)
    title, unit = title_and_unit(now, target, language)
    write_title(ax, title, [PICTURES.say("revised_line", language), unit], language)
    parts = [origin_text(after.attrs, language, max(first.failed, now.failed))]
    if after.attrs.get("as_of"):
        parts.append(PICTURES.say("as_of", language, date=after.attrs["as_of"]))
    source = COMMA.in_(language).join(part for part in parts if part)
    kinds = {"revised_bounds" if mark.is_bound else "revised_points" for mark in marks}
    keys = ["revised_key", *sorted(kinds, reverse=True)]
    write_source(ax, "\n".join([*(PICTURES.say(key, language) for key in keys), source]), language)
    return ax


def _median(key: str, value: float, lang: str) -> str:
    return PICTURES.say(key, lang, value=number_text(value, digits=3))


def _draw_before(ax: Axes, paths: Paths, colour: str) -> np.ndarray:
    """Draw the band before any release; return its lower end, median and upper end."""
    low, middle, high = paths.quantiles(OUTER[0], 0.5, OUTER[1])
    ax.fill_between(
        paths.years, low, high, color=tint(colour, 0.12), linewidth=0, zorder=1.2, gid="before"
    )
    for line, gid in ((low, "edge"), (high, "edge"), (middle, "median before")):
        ax.plot(
            paths.years,
            line,
            color=GREY,
            linewidth=0.7 if gid == "edge" else 1.1,
            dashes=(3, 2),
            zorder=2.2,
            gid=gid,
        )
    return np.stack([low, middle, high])


def _draw_now(ax: Axes, paths: Paths, colour: str) -> list[np.ndarray]:
    low, inner_low, middle, inner_high, high = paths.quantiles(
        OUTER[0], INNER[0], 0.5, INNER[1], OUTER[1]
    )
    years = paths.years
    ax.fill_between(
        years, low, high, color=tint(colour, 0.36), linewidth=0, zorder=1.5, gid="now 5-95"
    )
    ax.fill_between(
        years,
        inner_low,
        inner_high,
        color=tint(colour, 0.62),
        linewidth=0,
        zorder=1.6,
        gid="now 25-75",
    )
    ax.plot(years, middle, color=colour, linewidth=CHART.line, zorder=3, gid="median")
    return [low, high]


def _marks(figures: Counterparts, paths: Paths) -> list[_Mark]:
    """Return the figures of a variable as levels."""
    wanted = _spelled(parse_reference(paths.name))
    return [
        _mark(release, error, paths)
        for release, error in zip(figures.releases, figures.errors, strict=True)
        if len(release.terms) == 1 and _spelled(release.terms[0]) == wanted
    ]


def _spelled(reference: Reference) -> tuple[str, tuple[str, ...]]:
    return canonical(reference.name), tuple(map(canonical, reference.elements))


def _mark(release: Release, error: float, paths: Paths) -> _Mark:
    row = release.figure
    low, high = bounds(row)
    scale = np.array([low, high, low - NINETY * error, high + NINETY * error])
    values = unscaled(row.measure, scale)
    if row.measure != "level":
        begin = base_year(row)
        years = row.last_year - begin if row.measure == "growth" else 1
        values = paths.median_in(begin) * np.power(1 + values / 100, years)
    if row.kind == "floor":
        values[[1, 2, 3]] = np.inf
    elif row.kind == "ceiling":
        values[[0, 2, 3]] = -np.inf
    return _Mark(row.last_year, *(float(value) for value in values))


def _draw_mark(ax: Axes, mark: _Mark) -> None:
    if mark.is_bound:
        floor = bool(np.isfinite(mark.low))
        level = mark.low if floor else mark.high
        ax.plot(
            [mark.year - HALF, mark.year + HALF],
            [level, level],
            color=INK,
            linewidth=1.6,
            zorder=6,
            gid="bound line",
        )
        ax.plot(
            mark.year,
            level,
            color=INK,
            marker=UPWARDS if floor else DOWNWARDS,
            markersize=CHART.dot * 1.8,
            linestyle="none",
            zorder=6,
            gid="floor" if floor else "ceiling",
        )
        return
    ax.vlines(mark.year, mark.least, mark.most, color=INK, linewidth=1.2, zorder=5.5)
    ax.plot(
        [mark.year] * (1 if mark.low == mark.high else 2),
        [mark.low] if mark.low == mark.high else [mark.low, mark.high],
        color=INK,
        marker="D",
        markersize=CHART.dot * 1.25,
        markerfacecolor="white",
        markeredgecolor=INK,
        markeredgewidth=1.1,
        linewidth=2.4,
        zorder=6,
        gid="figure",
    )
