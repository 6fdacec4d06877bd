"""Calibration of hindcasts: where figures lay in their forecasts, and coverage by years ahead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes

from xhsim.arguments import checked
from xhsim.plots.canvas import style
from xhsim.plots.canvas.colours import TARGET_COLOUR, scenario_colour, tint
from xhsim.plots.canvas.frame import write_title
from xhsim.plots.canvas.panels import page_of, write_headings
from xhsim.plots.canvas.pictures import Page
from xhsim.plots.past.pit import pit_histogram
from xhsim.wording.label import Language, check_language
from xhsim.wording.numbers import percent_text
from xhsim.wording.phrases import PICTURES

if TYPE_CHECKING:
    from xhsim.analysis.history.hindcast import HindcastResult

__all__ = ["hindcast_scores_page"]

COLOUR = scenario_colour("plan")
SIZE = 8.0
# By interval the nominal share, the colour, and the place beside the year.
NOMINAL = {"inside_50": (0.5, tint(COLOUR, 0.55), 0.08), "inside_90": (0.9, COLOUR, -0.08)}


@checked
def hindcast_scores_page(result: HindcastResult, *, lang: str = "en") -> Page:
    """Draw whether hindcasts were calibrated.

    Parameters
    ----------
    result : HindcastResult
        From ``study.hindcast()``.
    lang : {"en", "zh"}

    Returns
    -------
    Page
        Two panels. Left: where the figures lay in their forecasts, see `pit_histogram`. Right: the
        share of figures inside the 50 % and 90 % intervals by years ahead, with 95 % intervals for
        independent figures.

    Examples
    --------
    >>> import xhsim
    >>> from xhsim.analysis.history.stored_hindcast import stored_hindcast
    >>> page = hindcast_scores_page(stored_hindcast(xhsim.open_study()))
    >>> len(page)
    2
    """
    language = check_language(lang)
    page = page_of(2)
    pit_histogram(result.forecasts["pit"], lang=lang, ax=page[0])
    _draw_coverage(page[1], result, language)
    first, last = result.origins[0], result.origins[-1]
    years = str(first) if first == last else PICTURES.say("years", language, first=first, last=last)
    title = PICTURES.say("hindcast_scores_title", language, years=years)
    figures = PICTURES.say("hindcast_scores_source", language, figures=len(result.forecasts))
    drawn = style.source_text(scenario=None, draws=result.draws, seed=result.seed, lang=language)
    write_headings(page, title, f"{figures} {drawn}", language)
    return page


def _draw_coverage(ax: Axes, result: HindcastResult, lang: Language) -> None:
    style.clean_axes(ax, lang, SIZE)
    table = result.by_horizon().drop(index="all")
    places = np.arange(len(table))
    for name, (share, colour, shift) in NOMINAL.items():
        found = 100 * table[name].to_numpy()
        low, high = (100 * table[f"{name}_{end}"].to_numpy() for end in ("low", "high"))
        ax.axhline(100 * share, color=TARGET_COLOUR, linewidth=1.2, zorder=1)
        aside = places + shift
        ax.vlines(aside, low, high, color=colour, linewidth=1.6, zorder=2)
        ax.plot(aside, found, "o", color=colour, markersize=6, zorder=3, gid=name)
    ax.set_xlim(-0.5, len(table) - 0.5)
    ax.set_xticks(places, [f"{year}\nn = {n}" for year, n in table["observations"].items()])
    ax.set_ylim(0, 104)
    ax.set_yticks([0, 50, 90], [percent_text(level, lang) for level in (0, 50, 90)])
    unit = PICTURES.say("coverage_unit", lang)
    write_title(ax, PICTURES.say("coverage_title", lang), [unit], lang)
