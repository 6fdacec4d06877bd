"""The board of lights: targets down, dates of releases across."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from xhsim.arguments import checked
from xhsim.errors import InputError
from xhsim.plots.canvas import style
from xhsim.plots.canvas.colours import GREY, INK, LIGHT_COLOURS, text_colour_on
from xhsim.plots.canvas.frame import chosen_label, write_source
from xhsim.plots.canvas.pictures import new_axes
from xhsim.plots.monitoring.release_dates import origin_as_of
from xhsim.study.history.monitoring import LIGHTS
from xhsim.wording.label import Language, check_language
from xhsim.wording.likelihood import NOT_ASSESSABLE, UNASSESSABLE_MARK, likelihood_word
from xhsim.wording.line_breaks import wrap
from xhsim.wording.numbers import percent_text, probability_text
from xhsim.wording.phrases import PICTURES
from xhsim.wording.punctuation import PERCENT, in_brackets

__all__ = ["lights_board"]

WIDE, HIGH = 0.86, 0.285  # of a cell, inches
SIZE, SMALL = 8.5, 7.2
SHAPES = {"green": "o", "amber": "^", "red": "s"}
NO_LIGHT = "#e6e6e6"
RATES = ("missed", "warned", "false_alarm")
APART = 0.22  # between columns beside the cells, inches
HEADING = 16  # letters in a line above a rate
MARK = 0.2  # where the shape is in a cell
NEEDED = ("published", "target_id", "probability", "light")


@checked
def lights_board(table: pd.DataFrame, *, lang: str = "en") -> Axes:
    """Draw the light of each target on each date.

    Parameters
    ----------
    table : DataFrame
        From `xhsim.analysis.early_warning.lights.lights`, or one with ``published``, ``target_id``,
        ``probability`` and ``light`` as columns or levels of the index, and labels. ``word``,
        ``ci_low`` and ``ci_high`` are used if they are there, and so are ``missed``,
        ``missed_low``, ``missed_high``, ``warned`` and ``false_alarm``, the shares of twin
        experiments. If ``sure`` is false, the light could be another within the interval.
    lang : {"en", "zh"}

    Returns
    -------
    Axes
        A cell has the colour of its light, its shape (circle, triangle, square), and the
        probability in percent. The words are those of the last date, and so are the rates.

    Raises
    ------
    InputError
        If there is nothing to draw.

    Examples
    --------
    >>> rows = [(None, "gdp", "GDP", 0.7, "green"), ("2023-01", "gdp", "GDP", 0.2, "red")]
    >>> names = ["published", "target_id", "label", "probability", "light"]
    >>> ax = lights_board(pd.DataFrame(rows, columns=names))
    >>> [text.get_text() for text in ax.texts if text.get_gid() == "probability"]
    ['70', '20']
    """
    language = check_language(lang)
    about = table.attrs
    rows = table.reset_index() if set(NEEDED) - set(table.columns) else table
    if rows.empty or set(NEEDED) - set(rows.columns):
        raise InputError(
            "there is nothing to draw",
            hint=f"give the result of lights: it has {', '.join(NEEDED)}",
        )
    days = list(dict.fromkeys(None if pd.isna(day) else day for day in rows["published"]))
    targets = list(dict.fromkeys(rows["target_id"]))
    cells: dict[tuple[Any, str], dict[Any, Any]] = {
        (None if pd.isna(row["published"]) else row["published"], row["target_id"]): row
        for row in rows.to_dict("records")
    }
    last = {target: cells[days[-1], target] for target in targets if (days[-1], target) in cells}
    names = [_name(next(r for d in days if (r := cells.get((d, t)))), t, language) for t in targets]
    beside = _beside(last, language)
    left = max(style.text_width(name, language, SIZE) for name in names) / 72 + 0.25
    right = sum(width for _, width, _ in beside) + 0.2
    ax = _axes(left, right, len(days), len(targets))
    for place, target in enumerate(targets):
        _write(ax, names[place], (0, place + 0.5), -8, SIZE, "right", language)
        for column, day in enumerate(days):
            row = cells.get((day, target))
            if row is not None:
                _cell(ax, column, place, row, language)
    _headings(ax, days, language)
    _columns(ax, targets, beside, len(days), language)
    notes = _notes(rows, beside, language)
    _key(ax, about, len(targets), -left / WIDE, language)
    style.write(
        ax,
        PICTURES.say("lights_title", language),
        (0, 1),
        offset=(-72 * left + 6, 44),
        lang=language,
        size=12,
        weight="bold",
    )
    source = "\n".join([*notes, origin_as_of(about, language)]).strip()
    write_source(ax, source, language, down=32, left=-72 * left + 6)
    return ax


def _axes(left: float, right: float, columns: int, rows: int) -> Axes:
    top, bottom = 0.95, 1.0
    wide, high = WIDE * columns, HIGH * rows
    ax = new_axes(left + wide + right, top + high + bottom, (left, bottom, right, top))
    ax.set_xlim(0, columns)
    ax.set_ylim(rows, 0)
    ax.set_axis_off()
    return ax


def _name(row: dict[Any, Any], target: str, lang: Language) -> str:
    name = chosen_label(row, target, lang)
    return f"{name} {UNASSESSABLE_MARK}" if _is_unassessed(row) else name


def _is_unassessed(row: dict[Any, Any]) -> bool:
    return bool(row.get("word") == NOT_ASSESSABLE.en)


def _cell(ax: Axes, column: int, place: int, row: dict[Any, Any], lang: Language) -> None:
    light = None if _is_unassessed(row) else row["light"]
    light = light if light in LIGHT_COLOURS else None
    face = LIGHT_COLOURS[light] if light else NO_LIGHT
    colour = text_colour_on(face)
    ax.add_patch(
        Rectangle(
            (column, place), 1, 1, facecolor=face, edgecolor="white", linewidth=1.6, gid="cell"
        )
    )
    if light:
        sure = bool(row.get("sure", True))
        ax.plot(
            column + MARK,
            place + 0.5,
            SHAPES[light],
            markersize=6.5,
            markerfacecolor=colour if sure else "none",
            markeredgecolor=colour,
            markeredgewidth=1.1,
            gid=f"light {light}",
        )
    text = probability_text(float(row["probability"]), row.get("ci_low"), row.get("ci_high"))
    ax.annotate(
        text,
        (column + 0.6, place + 0.5),
        fontproperties=style.font(lang, SIZE, "bold" if light else "normal"),
        color=to_hex(colour),
        ha="center",
        va="center_baseline",
        gid="probability",
    )


def _headings(ax: Axes, days: list[Any], lang: Language) -> None:
    for column, day in enumerate(days):
        text = PICTURES.say("before_release", lang) if day is None else str(day)
        _write(ax, text, (column + 0.5, 0), 0, SMALL, "center", lang, GREY, up=5)


Column = tuple[str, float, dict[str, str]]  # heading, width in inches, text for each target


def _beside(last: dict[str, dict[Any, Any]], lang: Language) -> list[Column]:
    """Return the columns beside the cells, for the last date."""
    found: list[Column] = []
    words = {name: str(row.get("word") or "") for name, row in last.items()}
    if any(words.values()):
        texts = {
            name: "" if word == NOT_ASSESSABLE.en else likelihood_word(word, lang)
            for name, word in words.items()
        }
        found.append(_column(PICTURES.say("in_words", lang), texts, lang))
    for rate in RATES:
        texts = {name: _rate(row, rate, lang) for name, row in last.items()}
        if any(texts.values()):
            found.append(_column(PICTURES.say(f"rate_{rate}", lang), texts, lang))
    return found


def _column(heading: str, texts: dict[str, str], lang: Language) -> Column:
    heading = wrap(heading, HEADING)
    widest = max(style.text_width(text, lang, SMALL + 0.3) for text in (heading, *texts.values()))
    return heading, widest / 72 + APART, texts


def _rate(row: dict[Any, Any], name: str, lang: Language) -> str:
    share = row.get(name)
    if share is None or pd.isna(share) or _is_unassessed(row):
        return ""
    text = percent_text(100 * float(share), lang)
    low, high = row.get(f"{name}_low"), row.get(f"{name}_high")
    if low is None or high is None or pd.isna(low) or pd.isna(high):
        return text
    return text + in_brackets(f"{100 * low:.0f}–{100 * high:.0f}", lang)


def _columns(
    ax: Axes, targets: list[str], columns: list[Column], start: int, lang: Language
) -> None:
    at = start + 0.12 / WIDE
    for heading, width, texts in columns:
        _write(ax, heading, (at, 0), 0, SMALL, "left", lang, GREY, up=5)
        for place, target in enumerate(targets):
            _write(ax, texts.get(target, ""), (at, place + 0.5), 0, SMALL + 0.3, "left", lang)
        at += width / WIDE


def _key(ax: Axes, about: dict[Any, Any], row: int, left: float, lang: Language) -> None:
    """Draw the three shapes with their names below the cells."""
    at = left + 0.25
    for name, label in LIGHTS.items():
        text = label.in_(lang)
        if name in ("green", "red") and name in about:
            share = percent_text(100 * about[name], lang)
            text = PICTURES.say(f"light_{name}", lang, light=text, share=share)
        ax.plot(
            at,
            row + 0.7,
            SHAPES[name],
            markersize=6.5,
            color=LIGHT_COLOURS[name],
            clip_on=False,
            gid="key",
        )
        _write(ax, text, (at, row + 0.7), 8, SMALL + 0.3, "left", lang)
        at += (style.text_width(text, lang, SMALL + 0.3) / 72 + 0.38) / WIDE


def _notes(rows: pd.DataFrame, beside: list[Column], lang: Language) -> list[str]:
    notes = [PICTURES.say("lights_percent", lang, percent=PERCENT.in_(lang).strip())]
    lit = rows[rows["light"].isin(list(LIGHTS))]
    if "sure" in rows and not lit["sure"].all():
        notes.append(PICTURES.say("light_unsure", lang))
    if len(beside) > ("word" in rows):
        notes.append(PICTURES.say("rates_note", lang))
    if "word" in rows and (rows["word"] == NOT_ASSESSABLE.en).any():
        notes.append(f"{UNASSESSABLE_MARK} {NOT_ASSESSABLE.in_(lang)}")
    return notes


def _write(
    ax: Axes,
    text: str,
    at: tuple[float, float],
    aside: float,
    size: float,
    ha: Any,
    lang: Language,
    colour: str = INK,
    *,
    up: float | None = None,
) -> None:
    """Write a text in a row, or above the cells."""
    if text:
        style.write(
            ax,
            text,
            at,
            coordinates="data",
            offset=(aside, up or 0),
            lang=lang,
            size=size,
            colour=colour,
            ha=ha,
            va="center_baseline" if up is None else "bottom",
        )
