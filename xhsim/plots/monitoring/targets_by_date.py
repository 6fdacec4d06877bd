"""The probabilities of a few targets over the dates of releases, on the same axes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from xhsim.arguments import checked
from xhsim.errors import InputError
from xhsim.plots.canvas import style
from xhsim.plots.canvas.colours import GREY
from xhsim.plots.canvas.fan_parts import CHART
from xhsim.plots.canvas.frame import chosen_label, direct_labels, write_source, write_title
from xhsim.plots.canvas.pictures import new_axes, points_a_pixel
from xhsim.plots.monitoring.by_date import chosen_targets
from xhsim.plots.monitoring.release_dates import (
    ReleaseDates,
    draw_lights,
    draw_steps,
    lights_lines,
    month_text,
    origin_as_of,
    released_lines,
    rows_of,
)
from xhsim.wording.label import Language, check_language
from xhsim.wording.likelihood import NOT_ASSESSABLE, SCALE, UNASSESSABLE_MARK
from xhsim.wording.line_breaks import wrap
from xhsim.wording.numbers import percent_text, probability_text
from xhsim.wording.phrases import PICTURES
from xhsim.wording.punctuation import PERCENT

__all__ = ["targets_by_date"]

# Readers who cannot tell some of them apart have the labels at the ends of the lines.
COLOURS = ("#0072b2", "#69005a", "#9c5700", "#0f9678", "#4d4d4d", "#d6509b")
NARROWEST = 4.0  # percent, of a range whose word is written
LETTERS = 30  # of a label in a line
MONTH = 7.0  # size of letters
WIDTH, LEFT, RIGHT = 9.6, 1.75, 2.7  # inches


@checked
def targets_by_date(
    table: pd.DataFrame, targets: Sequence[str], *, lang: str = "en", ax: Axes | None = None
) -> Axes:
    """Draw how published figures moved the probabilities of a few targets, on the same axes.

    Parameters
    ----------
    table : DataFrame
        From ``study.monitor().probabilities()``.
    targets : sequence of str
        Ids, at most six.
    lang : {"en", "zh"}
    ax : Axes, optional
        By default those of a new figure.

    Returns
    -------
    Axes
        Steps over dates with 95 % intervals. The words of the IPCC are on the left, beside their
        ranges. A thin line stands on each date of a release, with its month above.

    Raises
    ------
    InputError
        If there is nothing to draw, too many targets are asked for, or the table has no such
        target.

    Examples
    --------
    >>> from datetime import date
    >>> row = {"label": "GDP", "ci_low": 0.4, "ci_high": 0.6, "word": "about as likely as not"}
    >>> days = [(None, "gdp"), (date(2023, 1, 31), "gdp")]
    >>> index = pd.MultiIndex.from_tuples(days, names=["published", "target_id"])
    >>> table = pd.DataFrame([row | {"probability": 0.5}, row | {"probability": 0.45}], index)
    >>> ax = targets_by_date(table, ["gdp"])
    >>> next(one for one in ax.lines if one.get_gid() == "probability").get_ydata().tolist()
    [50.0, 45.0, 45.0]
    """
    language = check_language(lang)
    dates = ReleaseDates.of(table)
    chosen = chosen_targets(table, targets)
    if len(chosen) > len(COLOURS):
        raise InputError(
            f"{len(chosen)} targets are too many for one pair of axes",
            hint=f"choose {len(COLOURS)} or fewer, or draw probability_by_date",
        )
    ax = new_axes(WIDTH, 4.9, (LEFT, 0.6, RIGHT, 0.95)) if ax is None else ax
    style.clean_axes(ax, language, CHART.text - 0.5)
    draw_lights(ax, table.attrs, dates, language)
    dates.label(ax, language, CHART.text - 0.5)
    labels = []
    unassessed = False
    for target, colour in zip(chosen, COLOURS, strict=False):
        rows = rows_of(table, target)
        draw_steps(ax, rows, dates, colour, CHART.line, CHART.dot)
        last = rows.iloc[-1]
        chance, low, high = (float(last[key]) for key in ("probability", "ci_low", "ci_high"))
        text = chosen_label(last, target, language)
        if last.get("word") == NOT_ASSESSABLE.en:
            text, unassessed = f"{text} {UNASSESSABLE_MARK}", True
        said = probability_text(chance, low, high) + PERCENT.in_(language)
        labels.append((100 * chance, f"{wrap(text, LETTERS)} {said}", colour, "bold"))
    _words(ax, language)
    tallest = max(text.count("\n") + 1 for _, text, _, _ in labels)
    direct_labels(ax, labels, language, CHART.text, 11.5 * tallest)
    _months(ax, dates, language)
    notes = [
        *released_lines(table.attrs.get("released", {}), language),
        *lights_lines(table.attrs, language),
        *([f"{UNASSESSABLE_MARK} {NOT_ASSESSABLE.in_(language)}"] if unassessed else []),
        PICTURES.say("words_ipcc", language),
        origin_as_of(table.attrs, language),
    ]
    left = style.left_edge(ax)
    write_title(
        ax,
        PICTURES.say("targets_dates_title", language),
        [PICTURES.say("dates_unit", language), " "],
        language,
        left=left,
    )
    source = "\n".join(wrap(note, 150) for note in notes if note)
    write_source(ax, source, language, left=left, down=28)
    return ax


def _words(ax: Axes, lang: Language) -> None:
    """Write the IPCC's borders on the axis, and each word beside the part that is its own."""
    borders = sorted({100 * end for entry in SCALE for end in (entry.low, entry.high)})
    wide = [border for border in borders if 1 < border < 99 or border in (0, 100)]
    ax.set_yticks(wide, [*(f"{border:.0f}" for border in wide[:-1]), percent_text(100, lang)])
    for border in wide:
        ax.axhline(border, color="white", linewidth=0.8, zorder=0.5)
    words = [entry.word.in_(lang) for entry in reversed(SCALE)]
    for (low, high), word in zip(pairwise(borders), words, strict=True):
        if high - low < NARROWEST:
            continue  # the words of the ends have no room
        style.write(
            ax,
            word,
            (0, (low + high) / 2),
            coordinates=("axes fraction", "data"),
            offset=(-30, 0),
            lang=lang,
            size=7.5,
            colour=GREY,
            ha="right",
            va="center_baseline",
        )


def _months(ax: Axes, dates: ReleaseDates, lang: Language) -> None:
    """Write the month of each release above its line, in a second row where it would touch.

    A month that would touch in both rows is left out; what was published is told below.
    """
    months: dict[str, float] = {}
    for day in dates.dates:
        months.setdefault(month_text(day, lang), float(day.toordinal()))
    scale = points_a_pixel(ax)
    ends = [-np.inf, -np.inf]
    for month, place in months.items():
        centre = float(ax.transData.transform((place, 0))[0]) * scale
        half = style.text_width(month, lang, MONTH) / 2
        row = next((n for n, end in enumerate(ends) if centre - half > end + 3), None)
        if row is None:
            continue
        ends[row] = centre + half
        style.write(
            ax,
            month,
            (place, 1),
            coordinates=("data", "axes fraction"),
            offset=(0, 3 + 9 * row),
            lang=lang,
            size=MONTH,
            colour=GREY,
            ha="center",
        )
