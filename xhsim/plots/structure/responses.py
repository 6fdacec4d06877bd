"""Matrix of responses: how variables of the model respond to shocks, year by year."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from xhsim.arguments import checked
from xhsim.errors import InputError
from xhsim.plots.canvas import style
from xhsim.plots.canvas.colours import GREY, INK, text_colour_on
from xhsim.plots.canvas.frame import keep_inside
from xhsim.plots.canvas.pictures import new_axes
from xhsim.wording.label import Label, Language, check_language
from xhsim.wording.line_breaks import wrap
from xhsim.wording.numbers import number_text
from xhsim.wording.phrases import PICTURES

__all__ = ["response_matrix"]

NEEDED = ("shock", "variable", "year", "change", "unit", "passed")
CELL = (0.76, 0.27)  # inches
GAP = 1.3  # rows between the blocks of two years
SIZE = 8.0
LETTERS = 12  # of a line of a heading
# Bounds of the classes of colours. Responses differ by orders of magnitude, so do the classes.
BOUNDS = (0.1, 0.5, 2.0, 5.0, 15.0)
SMALL = "#f2f2f2"
# Orange and blue, which colour-blind readers can tell apart; darker means larger.
DOWN = ("#fdebd3", "#f9cf9c", "#efa85a", "#d97b1c", "#a8540a")
UP = ("#dfeaf3", "#b3d0e6", "#74aad0", "#3a7fb8", "#1a5490")


@checked
def response_matrix(table: pd.DataFrame, *, lang: str = "en", ax: Axes | None = None) -> Axes:
    """Draw how variables respond to shocks: shocks down, variables across, a block for each year.

    Parameters
    ----------
    table : DataFrame
        From `xhsim.analysis.validation.responses.response_table`: columns ``shock``,
        ``variable``, ``year``, ``change``, ``unit`` and ``passed``; optionally ``shock_zh``,
        ``label`` and ``label_zh``.
    lang : {"en", "zh"}
    ax : Axes, optional
        By default those of a new figure.

    Returns
    -------
    Axes
        Each cell is one unit wide and high. Its colour shows sign and size of the change. A frame
        marks a change outside its expected range. What is not in the table is blank.

    Raises
    ------
    InputError
        If there is nothing to draw.

    Examples
    --------
    >>> table = pd.DataFrame(
    ...     {
    ...         "shock": ["no floor"],
    ...         "variable": ["GDP"],
    ...         "year": [2030],
    ...         "change": [-4.25],
    ...         "unit": ["%"],
    ...         "passed": [True],
    ...     }
    ... )
    >>> ax = response_matrix(table)
    >>> [text.get_text() for text in ax.texts if text.get_gid() == "change"]
    ['−4.2']
    """
    language = check_language(lang)
    if table.empty or any(column not in table for column in NEEDED):
        raise InputError("there is nothing to draw", hint="give the result of response_table")
    rows: list[dict[Any, Any]] = table.to_dict("records")
    shocks = {row["shock"]: _shock(row, language) for row in rows}
    columns = {(row["variable"], row["unit"]): _heading(row, language) for row in rows}
    years = sorted({int(row["year"]) for row in rows})
    height = len(years) * (len(shocks) + GAP)
    if ax is None:
        ax = _axes_for(list(shocks.values()), list(columns.values()), height, language)
    ax.set_xlim(0, len(columns))
    ax.set_ylim(height, 0)
    tops = {year: GAP + block * (len(shocks) + GAP) for block, year in enumerate(years)}
    for row in rows:
        place = list(columns).index((row["variable"], row["unit"]))
        top = tops[int(row["year"])] + list(shocks).index(row["shock"])
        _cell(ax, place, top, row, language)
    _label(ax, tops, list(shocks.values()), list(columns.values()), language)
    _key(ax, language)
    keep_inside(ax)
    return ax


def _shock(row: dict[Any, Any], lang: Language) -> str:
    return Label(str(row["shock"]), str(row.get("shock_zh") or "")).in_(lang)


def _heading(row: dict[Any, Any], lang: Language) -> str:
    name = Label.of_row(row).in_(lang) or str(row["variable"])
    if row["unit"] != "%":
        name = PICTURES.say("in_points", lang, name=name)
    return wrap(name, LETTERS)


def _axes_for(names: Sequence[str], headings: Sequence[str], height: float, lang: Language) -> Axes:
    left = max(style.text_width(name, lang, SIZE) for name in names) / 72 + 0.2
    top = 0.45 + 0.145 * max(heading.count("\n") + 1 for heading in headings)
    wide, high = len(headings) * CELL[0], height * CELL[1]
    return new_axes(left + wide + 0.1, 0.75 + high + top, (left, 0.75, 0.1, top))


def _colour(change: float) -> str:
    kind = bisect_right(BOUNDS, abs(change))
    return SMALL if kind == 0 else (UP if change > 0 else DOWN)[kind - 1]


def _cell(ax: Axes, column: int, top: float, row: dict[Any, Any], lang: Language) -> None:
    change = float(row["change"])
    face = "white" if change != change else _colour(change)
    ax.add_patch(
        Rectangle((column, top), 1, 1, facecolor=face, edgecolor="white", linewidth=1.0, gid="cell")
    )
    if not row["passed"]:
        frame = Rectangle((column + 0.03, top + 0.06), 0.94, 0.88, fill=False, edgecolor=INK)
        frame.set(linewidth=1.3, gid="outside", zorder=3)
        ax.add_patch(frame)
    ax.text(
        column + 0.5,
        top + 0.5,
        _text(change),
        ha="center",
        va="center_baseline",
        color=text_colour_on(face),
        fontproperties=style.font(lang, SIZE),
        gid="change",
    )


def _text(change: float) -> str:
    if change != change:
        return "–"
    return "0" if abs(change) < 0.005 else number_text(change, signed=True, digits=2)


def _label(
    ax: Axes, tops: dict[int, float], names: list[str], headings: list[str], lang: Language
) -> None:
    places = [top + place + 0.5 for top in tops.values() for place in range(len(names))]
    ax.set_yticks(places, names * len(tops))
    ax.set_xticks([column + 0.5 for column in range(len(headings))], headings)
    ax.tick_params(axis="y", length=0, pad=5)
    ax.tick_params(
        axis="x", length=0, pad=-8, top=False, labeltop=True, bottom=False, labelbottom=False
    )
    for tick in ax.get_yticklabels():
        tick.set(fontproperties=style.font(lang, SIZE), color=INK)
        tick.set_verticalalignment("center_baseline")
    for tick in ax.get_xticklabels():
        tick.set(fontproperties=style.font(lang, SIZE - 0.5), color=INK)
    for side in ax.spines.values():
        side.set_visible(False)
    for year, top in tops.items():
        style.write(
            ax,
            str(year),
            (0, top - 0.3),
            coordinates="data",
            offset=(-5, 0),
            lang=lang,
            size=SIZE + 1,
            weight="bold",
            ha="right",
        )
    lines = max(heading.count("\n") + 1 for heading in headings)
    style.write(
        ax,
        PICTURES.say("responses_title", lang),
        (0, 1),
        offset=(style.left_edge(ax), 4 + 10.5 * lines),
        lang=lang,
        size=12,
        weight="bold",
    )


def _key(ax: Axes, lang: Language) -> None:
    """Write the classes of colours below the cells, and what a frame means."""
    bounds = [f"{bound:g}" for bound in BOUNDS]
    spans = [f"<{bounds[0]}"]
    spans += [f"{low}–{high}" for low, high in pairwise(bounds)]
    spans.append(f">{bounds[-1]}")
    left, step = style.left_edge(ax), 42.0
    for line, (colours, key) in enumerate(((UP, "responses_up"), (DOWN, "responses_down"))):
        down = -14.0 - 15 * line
        style.write(
            ax, PICTURES.say(key, lang), (0, 0), offset=(left, down - 3), lang=lang, size=SIZE - 1
        )
        for place, (colour, span) in enumerate(zip((SMALL, *colours), spans, strict=True)):
            written = style.write(
                ax,
                span,
                (0, 0),
                offset=(left + 60 + step * place, down - 3),
                lang=lang,
                size=SIZE - 1,
                colour=text_colour_on(colour),
            )
            written.set_bbox({"facecolor": colour, "edgecolor": "none", "pad": 2.5})
    style.write(
        ax,
        PICTURES.say("responses_frame", lang),
        (0, 0),
        offset=(left, -47.0),
        lang=lang,
        size=SIZE - 1,
        colour=GREY,
    ).set_gid("source")
