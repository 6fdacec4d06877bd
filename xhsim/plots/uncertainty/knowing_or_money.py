"""Knowing or money: bars of what knowing an unknown adds, and of what more money adds."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from xhsim.arguments import checked
from xhsim.errors import InputError
from xhsim.plots.canvas import style
from xhsim.plots.canvas.colours import INK, tint
from xhsim.plots.canvas.frame import chosen_label, origin_text, write_source, write_title
from xhsim.plots.canvas.pictures import points_a_pixel
from xhsim.plots.canvas.rows import SIZE, left_margin, row_axes
from xhsim.wording.label import Label, Language, check_language
from xhsim.wording.line_breaks import capitalised
from xhsim.wording.phrases import PICTURES
from xhsim.wording.punctuation import ENUMERATION
from xhsim.wording.units import amount_text

__all__ = ["knowing_or_money"]

MOST_NAMES = 6  # of scenarios, in a line
KNOWN, MONEY = "#7a5195", "#e08a00"


@checked
def knowing_or_money(
    known: pd.DataFrame,
    money: pd.DataFrame | None = None,
    *,
    top: int = 8,
    lang: str = "en",
    ax: Axes | None = None,
) -> Axes:
    """Draw what knowing each unknown adds to a choice, beside what more money adds, on one scale.

    Parameters
    ----------
    known : DataFrame
        From ``study.value_of_information``.
    money : DataFrame, optional
        From ``study.more_money``, for the same target or number of targets.
    top : int
        Bars of each kind, at most.
    lang : {"en", "zh"}
    ax : Axes, optional
        By default those of a new figure.

    Returns
    -------
    Axes
        A bar for all unknowns together, for each unknown, and for each spending line; with 95 %
        intervals.

    Raises
    ------
    InputError
        If there is nothing to draw, or the tables are about different targets.

    Examples
    --------
    >>> row = {"unknown": "tax", "label": "Tax", "value": 0.02, "low": 0.01, "high": 0.03}
    >>> known = pd.DataFrame([row])
    >>> known.attrs = {"everything": 0.3, "everything_low": 0.2, "everything_high": 0.4}
    >>> known.attrs |= {"scenarios": {"plan": 11.0, "balanced": 11.2}, "best": "balanced"}
    >>> [float(bar.get_width()) for bar in knowing_or_money(known).patches]
    [0.3, 0.02]
    """
    language = check_language(lang)
    if known.empty or "everything" not in known.attrs or top < 1:
        raise InputError(
            "there is nothing to draw", hint="give the result of study.value_of_information"
        )
    if money is not None and money.attrs.get("target") != known.attrs.get("target"):
        raise InputError(
            "the tables are about different targets", hint="give both functions the same target"
        )
    bars = _bars(known, money, top, language)
    names = [str(bar["name"]) for bar in bars]
    ax = row_axes(names, language, ax, right=0.9, top=0.85)
    reach = max(float(bar["high"]) for bar in bars)
    least = min(0.0, *(float(bar["low"]) for bar in bars))
    ax.set_xlim(1.05 * least, 1.12 * reach or 1.0)
    ax.axvline(0, color="#9a9a9a", linewidth=0.8)
    for place, bar in enumerate(bars):
        value, low, high, colour = (bar[key] for key in ("value", "low", "high", "colour"))
        ax.barh(place, value, height=0.62, color=tint(colour, 0.6), zorder=2)
        ax.hlines(place, low, high, color=colour, linewidth=1.2, zorder=3)
        style.write(
            ax,
            f"{value:.3f}" if abs(value) < 0.1 else f"{value:.2f}",
            (max(high, 0), place),
            coordinates="data",
            offset=(4, 0),
            lang=language,
            size=SIZE - 1,
            weight="bold",
            colour=INK,
            va="center_baseline",
        )
    _headings(ax, known, money, names, language)
    return ax


def _bars(
    known: pd.DataFrame, money: pd.DataFrame | None, top: int, lang: Language
) -> list[dict[str, Any]]:
    about = known.attrs
    bars: list[dict[str, Any]] = [
        {
            "name": PICTURES.say("worth_everything", lang),
            "value": about["everything"],
            "low": about["everything_low"],
            "high": about["everything_high"],
            "colour": KNOWN,
        }
    ]
    parts = [(known, "unknown", "value", KNOWN)]
    if money is not None:
        parts.append((money, "lever", "gain", MONEY))
    for table, key, value, colour in parts:
        bars += [
            {
                "name": capitalised(chosen_label(row, row[key], lang)),
                "value": row[value],
                "low": row["low"],
                "high": row["high"],
                "colour": colour,
            }
            for row in table.head(top).to_dict("records")
        ]
    return bars


def _headings(
    ax: Axes, known: pd.DataFrame, money: pd.DataFrame | None, names: list[str], lang: Language
) -> None:
    left = -left_margin(names, lang)
    about = known.attrs
    chinese = about.get("labels_zh", {})
    scenarios = [Label(name, chinese.get(name, "")).in_(lang) for name in about["scenarios"]]
    best = Label(about["best"], chinese.get(about["best"], "")).in_(lang)
    line = PICTURES.say("worth_choice", lang, names=ENUMERATION.in_(lang).join(scenarios))
    if len(scenarios) > MOST_NAMES:
        line = PICTURES.say("worth_choices", lang, n=len(scenarios))
    unit = PICTURES.say("worth_targets" if about.get("target") is None else "worth_chance", lang)
    write_title(ax, PICTURES.say("worth_or_money", lang), [line, unit], lang, left=left)
    marks, texts = [Patch(facecolor=tint(KNOWN, 0.6))], [PICTURES.say("worth_known", lang)]
    if money is not None:
        more = amount_text(float(money.attrs["amount"]), str(money.attrs["unit"]), lang)
        name = Label(money.attrs["scenario"], money.attrs.get("scenario_label_zh", "")).in_(lang)
        marks.append(Patch(facecolor=tint(MONEY, 0.6)))
        texts.append(PICTURES.say("worth_money", lang, amount=more, name=name))
    ax.legend(
        marks,
        texts,
        loc="upper left",
        bbox_to_anchor=(0.0, -20 / 72 / (ax.bbox.height * points_a_pixel(ax) / 72)),
        ncols=1,
        frameon=False,
        borderpad=0.0,
        prop=style.font(lang, SIZE - 1),
    )
    source = [PICTURES.say("worth_best", lang, name=best), origin_text(about, lang)]
    write_source(ax, "\n".join(filter(None, source)), lang, left=left, down=56.0)
