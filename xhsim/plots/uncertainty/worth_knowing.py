"""What is worth knowing: a matrix of unknowns and targets, shaded by what each narrows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from xhsim.arguments import checked
from xhsim.errors import InputError
from xhsim.plots.canvas import style
from xhsim.plots.canvas.colours import GREY, INK, scenario_colour, text_colour_on, tint
from xhsim.plots.canvas.frame import chosen_label, origin_text, scenario_text, write_source
from xhsim.plots.canvas.pictures import new_axes
from xhsim.wording.label import Label, Language, check_language
from xhsim.wording.line_breaks import capitalised, wrap
from xhsim.wording.numbers import number_text, probability_text
from xhsim.wording.phrases import PICTURES
from xhsim.wording.punctuation import ENUMERATION, PERCENT

__all__ = ["worth_knowing_matrix"]

CELL = (0.37, 0.25)  # inches
SIZE, HEAD_SIZE = 8.0, 7.5
DARKEST = 40.0  # percent
LETTERS = 26  # of a line of a target's name
EMPTY = "#f6f6f6"


@checked
def worth_knowing_matrix(
    table: pd.DataFrame, *, top: int = 24, lang: str = "en", ax: Axes | None = None
) -> Axes:
    """Draw by how much each unknown would narrow each target, if it were known.

    Parameters
    ----------
    table : DataFrame
        From ``study.worth_knowing``.
    top : int
        How many unknowns to show, at most: those that narrow the targets most together.
    lang : {"en", "zh"}
    ax : Axes, optional
        By default those of a new figure that fits the matrix.

    Returns
    -------
    Axes
        A row for each unknown and a column for each target that is not nearly decided. A cell is
        the share of the uncertainty of the target that goes, in percent. It is empty where the
        share is not above zero for sure.

    Raises
    ------
    InputError
        If there is nothing to draw.

    Examples
    --------
    >>> row = {"target": "sales", "target_label": "Sales", "unknown": "tax", "label": "Tax"}
    >>> table = pd.DataFrame([row | {"share": 0.2, "sure": True}])
    >>> [text.get_text() for text in worth_knowing_matrix(table).texts if text.get_gid() == "share"]
    ['20']
    """
    language = check_language(lang)
    sure = table[table["sure"].astype(bool)] if "sure" in table else pd.DataFrame()
    if sure.empty or top < 1:
        raise InputError(
            "there is nothing to draw", hint="give the result of study.worth_knowing with a draw"
        )
    together = sure.groupby("unknown", sort=False)["share"].sum().sort_values(ascending=False)
    names = list(together.index[:top])
    is_open = table[table["share"].notna()]
    targets = list(dict.fromkeys(is_open["target"]))
    about = sure.drop_duplicates("unknown").set_index("unknown").to_dict("index")
    labels = [capitalised(chosen_label(about[name], name, language)) for name in names]
    heads = is_open.drop_duplicates("target").set_index("target").to_dict("index")
    titles = [_title(heads[target], target, language) for target in targets]
    if ax is None:
        ax = _axes_for(labels, titles, language)
    ax.set_xlim(0, len(targets))
    ax.set_ylim(len(names), 0)
    shares = {(row["unknown"], row["target"]): row["share"] for row in sure.to_dict("records")}
    colour = scenario_colour(str(table.attrs.get("scenario", "")))
    for down, name in enumerate(names):
        for across, target in enumerate(targets):
            _cell(ax, across, down, shares.get((name, target), np.nan), colour, language)
    _write_names(ax, labels, titles, language)
    _write_around(ax, table, labels, titles, language)
    return ax


def _title(record: dict[Any, Any], target: str, lang: Language) -> str:
    label = Label.of_row(record, "target_label").in_(lang) or target
    rank = record.get("rank")
    return wrap(label if rank is None or pd.isna(rank) else f"{rank:.0f}  {label}", LETTERS)


def _axes_for(labels: list[str], titles: list[str], lang: Language) -> Axes:
    left = max(style.text_width(label, lang, SIZE) for label in labels) / 72 + 0.25
    top = 0.8 + _highest(titles, lang) / 72
    wide, high = CELL[0] * len(titles), CELL[1] * len(labels)
    return new_axes(left + wide + 0.3, top + high + 0.7, (left, 0.7, 0.3, top))


def _highest(titles: list[str], lang: Language) -> float:
    """Return the height that the targets' names need, in points: they stand upright."""
    lines = [line for title in titles for line in title.split("\n")]
    return max(style.text_width(line, lang, HEAD_SIZE) for line in lines)


def _cell(ax: Axes, across: int, down: int, share: float, colour: str, lang: Language) -> None:
    known = not np.isnan(share)
    face = tint(colour, 0.12 + 0.88 * min(1.0, 100 * share / DARKEST)) if known else EMPTY
    ax.add_patch(Rectangle((across, down), 1, 1, facecolor=face, edgecolor="white", linewidth=1.2))
    if known:
        text = ax.text(
            across + 0.5,
            down + 0.5,
            "<1" if share < 0.01 else f"{100 * share:.0f}",
            ha="center",
            va="center_baseline",
            color=text_colour_on(to_hex(face)),
            fontproperties=style.font(lang, SIZE - 0.5),
        )
        text.set_gid("share")


def _write_names(ax: Axes, labels: list[str], titles: list[str], lang: Language) -> None:
    style.clean_axes(ax, lang, SIZE)
    ax.grid(visible=False)
    for side in ax.spines.values():
        side.set_visible(False)
    ax.set_yticks([])
    ax.set_xticks([])
    for down, label in enumerate(labels):
        style.write(
            ax,
            label,
            (0, down + 0.5),
            coordinates=("axes fraction", "data"),
            offset=(-7, 0),
            lang=lang,
            size=SIZE,
            ha="right",
            va="center_baseline",
        )
    for across, title in enumerate(titles):
        written = style.write(
            ax,
            title,
            (across + 0.5, 1),
            coordinates=("data", "axes fraction"),
            offset=(0, 5),
            lang=lang,
            size=HEAD_SIZE,
            colour=INK,
            ha="center",
            va="bottom",
        )
        written.set(rotation=90, multialignment="left")


def _write_around(
    ax: Axes, table: pd.DataFrame, labels: list[str], titles: list[str], lang: Language
) -> None:
    left = -7 - max(style.text_width(label, lang, SIZE) for label in labels)
    above = 20 + _highest(titles, lang)
    name = scenario_text(table.attrs, lang)
    title = PICTURES.say("worth_title", lang, name=name)
    error = float(table.attrs.get("error", 0.0))
    unit = PICTURES.say("worth_unit", lang)
    if error:
        share = number_text(100 * error, digits=3) + PERCENT.in_(lang)
        unit = PICTURES.say("worth_measured", lang, error=share)
    style.write(ax, title, (0, 1), offset=(left, above + 15), lang=lang, size=12, weight="bold")
    style.write(ax, unit, (0, 1), offset=(left, above), lang=lang, size=8, colour=GREY)
    decided = table[table["share"].isna()].drop_duplicates("target").to_dict("records")
    known = [
        f"{Label.of_row(row, 'target_label').in_(lang) or row['target']} "
        f"{probability_text(row['probability'])}{PERCENT.in_(lang)}"
        for row in decided
    ]
    text = PICTURES.say("watch_decided", lang, targets=ENUMERATION.in_(lang).join(known))
    source = [PICTURES.say("worth_empty", lang), text if known else ""]
    source.append(origin_text(table.attrs, lang))
    write_source(ax, "\n".join(filter(None, source)), lang, left=left, down=8.0)
