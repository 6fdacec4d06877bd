"""The probability of each target over the dates of releases, a panel for each target."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from xhsim.arguments import checked
from xhsim.errors import InputError, did_you_mean
from xhsim.plots.canvas import style
from xhsim.plots.canvas.colours import GREY, INK, scenario_colour, tint
from xhsim.plots.canvas.fan_parts import PANEL
from xhsim.plots.canvas.frame import chosen_label
from xhsim.plots.canvas.panels import (
    broken_to_fit,
    page_of,
    write_above,
    write_headings,
    write_key,
    write_notes,
)
from xhsim.plots.canvas.pictures import Page
from xhsim.plots.monitoring.release_dates import (
    DATE_COLOUR,
    ReleaseDates,
    draw_lights,
    draw_steps,
    lights_lines,
    origin_as_of,
    released_lines,
    rows_of,
)
from xhsim.wording.label import Language, check_language
from xhsim.wording.likelihood import NOT_ASSESSABLE, UNASSESSABLE_MARK, likelihood_word
from xhsim.wording.numbers import probability_text
from xhsim.wording.phrases import PICTURES
from xhsim.wording.punctuation import COMMA

__all__ = ["chosen_targets", "probability_by_date"]


@checked
def probability_by_date(
    table: pd.DataFrame, targets: Sequence[str] | None = None, *, lang: str = "en"
) -> Page:
    """Draw how each published figure moved the probability of each target.

    Parameters
    ----------
    table : DataFrame
        From ``study.monitor().probabilities()``.
    targets : sequence of str, optional
        Ids; by default all of the table.
    lang : {"en", "zh"}

    Returns
    -------
    Page
        A panel for each target: the probability as steps over dates, with its 95 % interval. A
        thin line stands on each date of a release. Left of the first is the probability before any
        release. The background has the colours of the lights. What was published is below.

    Raises
    ------
    InputError
        If there is nothing to draw, or the table has no such target.

    Examples
    --------
    >>> from datetime import date
    >>> row = {"label": "GDP", "ci_low": 0.4, "ci_high": 0.6, "word": "about as likely as not"}
    >>> days = [(None, "gdp"), (date(2023, 1, 31), "gdp")]
    >>> index = pd.MultiIndex.from_tuples(days, names=["published", "target_id"])
    >>> table = pd.DataFrame([row | {"probability": 0.5}, row | {"probability": 0.45}], index)
    >>> page = probability_by_date(table)
    >>> next(one for one in page[0].lines if one.get_gid() == "probability").get_ydata().tolist()
    [50.0, 45.0, 45.0]
    """
    language = check_language(lang)
    dates = ReleaseDates.of(table)
    chosen = chosen_targets(table, targets)
    page = page_of(len(chosen))
    colour = scenario_colour(str(table.attrs.get("scenario", "baseline")))
    marked = False
    for ax, target in zip(page, chosen, strict=True):
        rows = rows_of(table, target)
        style.clean_axes(ax, language, PANEL.text - 0.8)
        draw_lights(ax, table.attrs, dates, language)
        dates.label(ax, language, PANEL.text - 0.8)
        draw_steps(ax, rows, dates, colour, PANEL.line, PANEL.dot)
        label = broken_to_fit(chosen_label(rows.iloc[0], target, language), ax)
        told, unassessed = _told(rows, language)
        marked |= unassessed
        lines = (
            (told, PANEL.text, "normal", GREY, 4.5),
            (label, PANEL.text + 0.7, "bold", INK, 14.5),
        )
        write_above(ax, lines, language)
    notes = released_lines(table.attrs.get("released", {}), language)
    notes += lights_lines(table.attrs, language)
    if marked:
        notes.append(f"{UNASSESSABLE_MARK} {NOT_ASSESSABLE.in_(language)}")
    write_notes(page, notes, language)
    write_headings(
        page, PICTURES.say("dates_title", language), origin_as_of(table.attrs, language), language
    )
    _key(page, colour, language)
    return page


def chosen_targets(table: pd.DataFrame, targets: Sequence[str] | None) -> list[str]:
    """Return the targets to draw, in the order asked for, or in that of the table.

    Parameters
    ----------
    table : DataFrame
        From ``Monitoring.probabilities``.
    targets : sequence of str or None

    Raises
    ------
    InputError
        If the table has no such target, or none is asked for.
    """
    known = list(dict.fromkeys(map(str, table.index.get_level_values("target_id"))))
    chosen = known if targets is None else list(dict.fromkeys(targets))
    for name in chosen:
        if name not in known:
            raise InputError(
                f"the table has no target {name!r}",
                hint=did_you_mean(name, known) or "ask Monitoring.probabilities for it",
            )
    if not chosen:
        raise InputError("there are no targets to draw", hint="give at least one")
    return chosen


def _told(rows: pd.DataFrame, lang: Language) -> tuple[str, bool]:
    """Return the probabilities before any release and now, and whether they hang on a base."""
    before, now = (
        probability_text(*(float(row[key]) for key in ("probability", "ci_low", "ci_high")))
        for row in (rows.iloc[0], rows.iloc[-1])
    )
    word = str(rows.iloc[-1].get("word", ""))
    unassessed = word == NOT_ASSESSABLE.en
    text = PICTURES.say("before_and_now", lang, before=before, now=now)
    if unassessed:
        return f"{text} {UNASSESSABLE_MARK}", True
    return text + (COMMA.in_(lang) + likelihood_word(word, lang) if word else ""), False


def _key(page: Page, colour: str, lang: Language) -> None:
    marks = [
        Line2D([], [], color=colour, marker="o", markersize=3, linewidth=1.4),
        Patch(facecolor=tint(colour, 0.35)),
        Line2D([], [], color=DATE_COLOUR, linewidth=0.8),
    ]
    names = [PICTURES.say(key, lang) for key in ("probability", "interval", "release")]
    write_key(page, marks, names, lang)
