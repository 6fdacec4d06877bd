"""Probability of each target year by year: met in that year, and met in it or before."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from xhsim.arguments import checked
from xhsim.errors import InputError
from xhsim.plots.canvas import style
from xhsim.plots.canvas.colours import INK, scenario_colour, tint
from xhsim.plots.canvas.fan_parts import PANEL
from xhsim.plots.canvas.frame import chosen_label, origin_text, scenario_text
from xhsim.plots.canvas.panels import broken_to_fit, page_of, write_above, write_headings, write_key
from xhsim.plots.canvas.pictures import Page
from xhsim.plots.canvas.years import mark_years
from xhsim.wording.label import Language, check_language
from xhsim.wording.numbers import percent_text
from xhsim.wording.phrases import PICTURES

__all__ = ["probability_by_year"]


@checked
def probability_by_year(table: pd.DataFrame, *, lang: str = "en") -> Page:
    """Draw the probability that targets are met, year by year.

    Parameters
    ----------
    table : DataFrame
        From ``study.by_year(ensemble)``, or from ``study.by_year(ensemble, study.indicators)``
        for the plan's numbered targets.
    lang : {"en", "zh"}

    Returns
    -------
    Page
        A panel for each target. Solid line: met in that year, with its 95 % interval. Dotted
        line: met by that year.

    Raises
    ------
    InputError
        If there is nothing to draw.

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> some = {"rd_intensity": study.targets["rd_intensity"]}
    >>> len(probability_by_year(study.by_year(study.ensemble(draws=32), some)))
    1
    """
    language = check_language(lang)
    if table.empty or "ever" not in table or table.index.nlevels != 2:
        raise InputError("there is nothing to draw", hint="give the result of study.by_year")
    targets = list(dict.fromkeys(table.index.get_level_values(0)))
    page = page_of(len(targets))
    colour = scenario_colour(str(table.attrs.get("scenario", "baseline")))
    for ax, target in zip(page, targets, strict=True):
        rows = table.loc[target]
        _draw(ax, rows, colour, language)
        label = broken_to_fit(chosen_label(rows.iloc[0], target, language), ax)
        write_above(ax, ((label, PANEL.text + 0.5, "bold", INK, 5.0),), language)
    _headings(page, table, colour, language)
    return page


def _draw(ax: Axes, rows: pd.DataFrame, colour: str, lang: Language) -> None:
    style.clean_axes(ax, lang, PANEL.text - 0.5)
    years = rows.index.to_numpy(dtype=float)
    percent = 100 * rows[["probability", "ci_low", "ci_high", "ever"]]
    ax.fill_between(
        years, percent["ci_low"], percent["ci_high"], color=tint(colour, 0.3), linewidth=0
    )
    ax.plot(
        years,
        percent["probability"],
        color=colour,
        linewidth=PANEL.line,
        marker="o",
        markersize=PANEL.dot,
        gid="probability",
    )
    ax.plot(years, percent["ever"], color=INK, linewidth=0.8, linestyle=":", gid="ever")
    ax.set_ylim(-3, 103)
    ax.set_xlim(years[0] - 0.3, years[-1] + 0.3)
    ax.set_yticks([0, 50, 100], ["0", "50", percent_text(100, lang)])
    step = max(1, round((years[-1] - years[0]) / 4))
    mark_years(ax, years[0], years[-1], step)


def _headings(page: Page, table: pd.DataFrame, colour: str, lang: Language) -> None:
    scenario = scenario_text(table.attrs, lang)
    title = (
        PICTURES.say("years_title_of", lang, name=scenario)
        if scenario
        else PICTURES.say("years_title", lang)
    )
    write_headings(page, title, origin_text(table.attrs, lang), lang)
    write_key(
        page,
        [
            Line2D([], [], color=colour, marker="o", markersize=3, linewidth=1.4),
            Line2D([], [], color=INK, linewidth=0.8, linestyle=":"),
        ],
        [PICTURES.say("in_year", lang), PICTURES.say("ever", lang)],
        lang,
    )
