"""Hindcast: forecasts of past years and the observations, a panel for each series."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from xhsim.arguments import checked
from xhsim.errors import InputError
from xhsim.plots.canvas import style
from xhsim.plots.canvas.colours import GREY, INK, TARGET_COLOUR, scenario_colour, tint
from xhsim.plots.canvas.fan_parts import PANEL, Figures
from xhsim.plots.canvas.panels import broken_to_fit, page_of, write_above, write_headings, write_key
from xhsim.plots.canvas.pictures import Page
from xhsim.plots.canvas.years import mark_years
from xhsim.wording.label import Language, check_language
from xhsim.wording.line_breaks import capitalised
from xhsim.wording.phrases import PICTURES
from xhsim.wording.units import display_unit

if TYPE_CHECKING:
    from xhsim.analysis.history.hindcast import HindcastResult

__all__ = ["hindcast_page"]

COLOUR = scenario_colour("plan")
QUANTILES = ["p05", "p25", "median", "p75", "p95"]


@checked
def hindcast_page(
    result: HindcastResult,
    history: pd.DataFrame,
    labels: Mapping[str, str] | None = None,
    *,
    origin: int | None = None,
    lang: str = "en",
) -> Page:
    """Draw one forecast of a hindcast: the history known then, its bands, and what happened.

    Parameters
    ----------
    result : HindcastResult
        From ``study.hindcast()``.
    history : DataFrame
        ``study.history``.
    labels : mapping of str to str, optional
        Titles of the panels by series; by default the variables that they are compared with.
    origin : int, optional
        The year of the forecast; by default the first.
    lang : {"en", "zh"}
        Language of headings and key.

    Returns
    -------
    Page
        A panel for each series of levels, in the order of the result.

    Raises
    ------
    InputError
        If there is no forecast from this year, or the result was stored.

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> found = study.hindcast(origins=[2018], draws=64)
    >>> len(hindcast_page(found, study.history)) == found.table["series"].nunique()
    True
    """
    language = check_language(lang)
    year = result.origins[0] if origin is None else origin
    table, fans = (_of(one, result.headline, year) for one in (result.forecasts, result.fans))
    if table.empty or fans.empty:
        raise InputError(
            f"there is no forecast from {year} to draw",
            hint=f"origins: {', '.join(map(str, result.origins))}; stored forecasts have no fans",
        )
    table = table[table["measure"] == "level"]
    series = list(dict.fromkeys(table["series"]))
    page = page_of(len(series))
    for ax, name in zip(page, series, strict=True):
        seen = _levels(history, name)
        rows = table[table["series"] == name]
        _draw(ax, rows, fans[fans["series"] == name], seen, language)
        label = (labels or {}).get(name, str(rows["variable"].iloc[0]))
        unit = display_unit(str(seen["unit"].iloc[0]), language)
        lines = (
            (unit, 6.2, "normal", GREY, 5.0),
            (broken_to_fit(capitalised(label), ax), PANEL.text + 0.7, "bold", INK, 14.0),
        )
        write_above(ax, lines, language)
    _headings(page, result, year, language)
    return page


def _of(rows: pd.DataFrame, structure: str, origin: int) -> pd.DataFrame:
    if rows.empty:
        return rows
    return rows[(rows["structure"] == structure) & (rows["origin"] == origin)]


def _levels(history: pd.DataFrame, name: str) -> pd.DataFrame:
    rows = history[(history["series"] == name) & (history["first_year"] == history["last_year"])]
    rows = rows[(rows["measure"] == "level") & (rows["kind"] == "point")]
    return rows.drop_duplicates("first_year", keep="last").sort_values("first_year")


def _draw(
    ax: Axes, table: pd.DataFrame, fan: pd.DataFrame, seen: pd.DataFrame, lang: Language
) -> None:
    style.clean_axes(ax, lang, PANEL.text - 0.5)
    table = table.sort_values("year")
    known = int(table["known"].iloc[0])
    before = seen[seen["first_year"] <= known]
    start = float(table["anchor"].iloc[0])
    years = np.array([known, *fan["year"]], dtype=float)
    p05, p25, median, p75, p95 = (np.array([start, *fan[q]], dtype=float) for q in QUANTILES)
    ax.fill_between(years, p05, p95, color=tint(COLOUR, 0.22), linewidth=0, zorder=1.5)
    ax.fill_between(years, p25, p75, color=tint(COLOUR, 0.48), linewidth=0, zorder=1.6)
    ax.plot(years, median, color=COLOUR, linewidth=PANEL.line, zorder=3, gid="median")
    ax.plot(
        before["first_year"],
        before["value"],
        color=INK,
        linewidth=PANEL.line * 0.65,
        marker="o",
        markersize=PANEL.dot,
        zorder=4,
        gid="known",
    )
    ax.plot(
        table["year"],
        table["observed"],
        color=TARGET_COLOUR,
        linestyle="none",
        marker="D",
        markersize=PANEL.dot * 1.5,
        zorder=5,
        gid="came",
    )
    values = np.concatenate([p05, p95, before["value"], table["observed"]])
    low, high = float(values.min()), float(values.max())
    ax.set_ylim(0.0 if low < 0.3 * high else low - 0.07 * (high - low), high * 1.02)
    first, last = min(known, *before["first_year"]), int(years[-1])
    ax.set_xlim(first - 0.4, last + 0.4)
    mark_years(ax, first, last, 3)
    ax.yaxis.set_major_locator(MaxNLocator(PANEL.value_ticks, steps=[1, 2, 2.5, 5, 10]))
    ax.yaxis.set_major_formatter(Figures())


def _headings(page: Page, result: HindcastResult, origin: int, lang: Language) -> None:
    failed = int(result.runs.loc[result.runs["origin"] == origin, "failed"].sum())
    source = style.source_text(
        scenario=None, draws=result.draws, failed=failed, seed=result.seed, lang=lang
    )
    title = PICTURES.say("hindcast_title", lang, year=origin)
    write_headings(page, title, source, lang)
    key = [
        Line2D([], [], color=INK, marker="o", markersize=3, linewidth=1),
        Line2D([], [], color=COLOUR, linewidth=1.6),
        Patch(facecolor=tint(COLOUR, 0.48)),
        Patch(facecolor=tint(COLOUR, 0.22)),
        Line2D([], [], color=TARGET_COLOUR, marker="D", markersize=4, linestyle="none"),
    ]
    names = ("known_then", "median", "band_inner", "band_outer", "came")
    write_key(
        page,
        key,
        [PICTURES.say(name, lang) for name in names],
        lang,
    )
