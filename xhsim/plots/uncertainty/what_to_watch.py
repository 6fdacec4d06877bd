"""What to watch next: bars of how far each unpublished figure may move each probability."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from xhsim.analysis.uncertainty.what_to_watch import shortlist
from xhsim.arguments import checked
from xhsim.errors import InputError
from xhsim.plots.canvas import style
from xhsim.plots.canvas.colours import GREY, scenario_colour, tint
from xhsim.plots.canvas.frame import chosen_label, origin_text, scenario_text
from xhsim.plots.canvas.panels import write_headings
from xhsim.plots.canvas.pictures import Page, Picture, new_figure
from xhsim.wording.label import Label, Language, check_language
from xhsim.wording.likelihood import NOT_ASSESSABLE
from xhsim.wording.line_breaks import capitalised, wrap
from xhsim.wording.numbers import probability_text
from xhsim.wording.phrases import PICTURES
from xhsim.wording.punctuation import ENUMERATION, PERCENT, SEMICOLON

__all__ = ["what_to_watch_page"]

WIDTH, ONE_COLUMN = 11.0, 5.7  # inches
EDGE, TOP, LINE, FOOT = 0.33, 0.62, 0.16, 0.5  # around the panels; LINE for each of the unit
ROW, HEAD, BELOW = 0.21, 0.3, 0.1  # height of a bar, of a heading, and of the room below a panel
BARS, BEYOND = 1.5, 1.2  # least width of bars; their axes reach beyond the longest, for its number
FEW = 4  # panels in one column
SIZE, LETTERS = 7.5, 56  # of names
Z = 1.96


@checked
def what_to_watch_page(
    table: pd.DataFrame, *, top: int = 3, every_year: bool = False, lang: str = "en"
) -> Page:
    """Draw the unpublished figures that would tell most about each target.

    Parameters
    ----------
    table : DataFrame
        From ``study.to_watch``.
    top : int
        Bars for each target, at most.
    every_year : bool
        Also later figures of a series than its next one.
    lang : {"en", "zh"}

    Returns
    -------
    Page
        A panel for each target that is not nearly decided. The bars are the percentage points by
        which a figure is expected to move the probability, with 95 % intervals. A figure that does
        not narrow a target for sure has no bar.

    Raises
    ------
    InputError
        If there is nothing to draw.

    Examples
    --------
    >>> row = {"target": "sales", "target_label": "Sales", "probability": 0.5, "label": "Sales"}
    >>> row |= {"year": 2022, "measure": "level", "next": True, "sure": True, "share": 0.2}
    >>> table = pd.DataFrame([row | {"points": 19.0, "points_error": 1.5}])
    >>> [float(bar.get_width()) for bar in what_to_watch_page(table)[0].patches]
    [19.0]
    """
    language = check_language(lang)
    is_open = table["share"].notna() if "share" in table else pd.Series(dtype=bool)
    if not is_open.any():
        raise InputError(
            "there is nothing to draw", hint="give the result of study.to_watch with open targets"
        )
    shown = shortlist(table[is_open], top, every_year=every_year)
    targets = list(dict.fromkeys(table.loc[is_open, "target"]))
    rows = {target: shown[shown["target"] == target].to_dict("records") for target in targets}
    names = {
        target: [_name(row, language) for row in of_target] for target, of_target in rows.items()
    }
    unit = _unit(len(targets), language)
    page = _panels(list(names.values()), _names_room(names, language), unit.count("\n"))
    reach = max([1.0, *(shown["points"] + Z * shown["points_error"])])
    first = table.drop_duplicates("target").set_index("target").to_dict("index")
    colour = scenario_colour(str(table.attrs.get("scenario", "")))
    for ax, target in zip(page, targets, strict=True):
        ax.set_xlim(0, BEYOND * reach)
        _draw(ax, rows[target], names[target], colour, language)
        _write_heading(ax, first[target], target, language)
    decided = table.loc[~is_open].drop_duplicates("target").to_dict("records")
    _write_around(page, table, unit, decided, language)
    return page


def _unit(panels: int, lang: Language) -> str:
    text = PICTURES.say("watch_unit", lang)
    return wrap(text, 75) if panels <= FEW else text


def _name(row: dict[Any, Any], lang: Language) -> str:
    name = chosen_label(row, row.get("series", ""), lang)
    key = "watch_growth" if row["measure"] == "growth" else "watch_level"
    text = PICTURES.say(key, lang, name=name, year=row["year"])
    return wrap(capitalised(text), LETTERS)


def _names_room(names: dict[str, list[str]], lang: Language) -> float:
    """Return the room that names need on the left of bars, in inches."""
    lines = [line for each in names.values() for name in each for line in name.splitlines()]
    widest = max((style.text_width(line, lang, SIZE) for line in lines), default=0.0)
    return 1.04 * widest / 72 + 0.12  # letters are a little wider at another resolution


def _panels(names: list[list[str]], left: float, breaks: int) -> Page:
    """Make a panel for each target, down the first column and then down the second."""
    bars = [max(len(each), 1) for each in names]
    lines = 1 + max((name.count("\n") for each in names for name in each), default=0)
    row, above = ROW + 0.12 * (lines - 1), TOP + LINE * (1 + breaks)
    columns = 1 if len(bars) <= FEW else 2
    heights = [HEAD + each * row + BELOW for each in bars]
    lines = math.ceil(len(bars) / columns)
    width = ONE_COLUMN if columns == 1 else WIDTH
    high = max(sum(heights[start : start + lines]) for start in range(0, len(bars), lines))
    height = above + high + FOOT
    column = (width - EDGE) / columns
    left = min(left, column - BARS - EDGE)
    figure = new_figure(width, height)
    axes: list[Axes] = []
    for place, count in enumerate(bars):
        before, line = divmod(place, lines)
        top = height - above - sum(heights[place - line : place]) - HEAD
        box = (
            (EDGE + before * column + left) / width,
            (top - count * row) / height,
            (column - left - EDGE) / width,
            count * row / height,
        )
        axes.append(figure.add_axes(box, axes_class=Picture))
    return Page(axes)


def _draw(
    ax: Axes, rows: list[dict[Any, Any]], names: list[str], colour: str, lang: Language
) -> None:
    style.clean_axes(ax, lang)
    ax.grid(visible=False)
    ax.spines["bottom"].set_visible(False)
    ax.spines["left"].set(visible=True, color="#9a9a9a")
    ax.set_xticks([])
    ax.set_yticks([])
    ax.set_ylim(max(len(rows), 1) - 0.5, -0.5)
    if not rows:
        text = PICTURES.say("watch_none", lang)
        style.write(
            ax, text, (0, 0.5), offset=(5, 0), lang=lang, size=SIZE, colour=GREY, va="center"
        )
        return
    points = np.array([row["points"] for row in rows])
    errors = Z * np.array([row["points_error"] for row in rows])
    places = range(len(rows))
    ax.barh(places, points, height=0.62, color=tint(colour, 0.55), gid="points")
    ax.hlines(places, np.maximum(points - errors, 0), points + errors, color=colour, linewidth=1.1)
    for place, name, value, error in zip(places, names, points, errors, strict=True):
        style.write(
            ax,
            name,
            (0, place),
            coordinates=("axes fraction", "data"),
            offset=(-6, 0),
            lang=lang,
            size=SIZE,
            ha="right",
            va="center",
        )
        style.write(
            ax,
            f"{value:.0f}",
            (value + error, place),
            coordinates="data",
            offset=(4, 0),
            lang=lang,
            size=SIZE,
            weight="bold",
            va="center",
        )


def _write_heading(ax: Axes, record: dict[Any, Any], target: str, lang: Language) -> None:
    label = capitalised(Label.of_row(record, "target_label").in_(lang) or target)
    rank = record.get("rank")
    heading = label if rank is None or pd.isna(rank) else f"{rank:.0f}  {label}"
    chance = probability_text(float(record["probability"])) + PERCENT.in_(lang)
    now = PICTURES.say("watch_now", lang, chance=chance)
    if not record.get("assessable", True):
        now = NOT_ASSESSABLE.in_(lang)
    figure = ax.get_figure(root=True)
    assert figure is not None
    width = figure.get_size_inches()[0]
    place = ax.get_position().x0 * width
    column = EDGE if place < width / 2 else EDGE + (width - EDGE) / 2
    style.write(
        ax,
        heading,
        (0, 1),
        offset=(72 * (column - place), 4),
        lang=lang,
        size=8.5,
        weight="bold",
    )
    style.write(ax, now, (1, 1), offset=(0, 4), lang=lang, size=8.5, colour=GREY, ha="right")


def _write_around(
    page: Page, table: pd.DataFrame, unit: str, decided: list[dict[Any, Any]], lang: Language
) -> None:
    name = scenario_text(table.attrs, lang)
    source = [origin_text(table.attrs, lang), PICTURES.say("watch_interval", lang)]
    title = PICTURES.say("watch_title", lang, name=name)
    write_headings(page, title, SEMICOLON.in_(lang).join(filter(None, source)), lang)
    width, height = page.figure.get_size_inches()
    lines = [(unit, 1 - 0.5 / height, 8.5, "top")]
    if decided:
        known = [
            f"{Label.of_row(row, 'target_label').in_(lang) or row['target']} "
            f"{probability_text(row['probability'])}{PERCENT.in_(lang)}"
            for row in decided
        ]
        text = PICTURES.say("watch_decided", lang, targets=ENUMERATION.in_(lang).join(known))
        lines.append((text, 0.36 / height, 7.0, "baseline"))
    for text, y, size, va in lines:
        written = page.figure.text(EDGE / width, y, text, fontproperties=style.font(lang, size))
        written.set(color=GREY, verticalalignment=va)
