"""Prior and posterior intervals of each parameter."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from xhsim.arguments import checked
from xhsim.errors import InputError
from xhsim.plots.canvas import style
from xhsim.plots.canvas.colours import GREY, GRID, INK, scenario_colour
from xhsim.plots.canvas.frame import chosen_label, keep_inside
from xhsim.plots.canvas.pictures import new_axes
from xhsim.wording.label import Language, check_language
from xhsim.wording.numbers import number_text
from xhsim.wording.phrases import PICTURES
from xhsim.wording.punctuation import TO
from xhsim.wording.units import display_unit

__all__ = ["posterior_chart"]

COLOUR = scenario_colour("plan")
LINE = 0.2  # height of a row, in inches
LENGTH = 3.25  # of a row, in inches
SIZE, GAP = 7.5, 8.0  # font size, and distance between a name and its row, in points


@checked
def posterior_chart(table: pd.DataFrame, *, lang: str = "en", ax: Axes | None = None) -> Axes:
    """Draw the prior and posterior interval of each parameter.

    Parameters
    ----------
    table : DataFrame
        Indexed by parameter, with ``prior_low``, ``prior_high``, ``low``, ``median``, ``high`` and
        ``narrowed``: from ``study.calibrate().table()`` or
        `xhsim.analysis.history.calibration.stored_table`. Optional columns: ``label``,
        ``label_zh``, ``unit``.
    lang : {"en", "zh"}
        Language of names, title and axis.
    ax : Axes, optional
        By default those of a new figure.

    Returns
    -------
    Axes
        The grey line is the prior's 90 % interval, the same length for every parameter; the blue
        one is the posterior's. The texts on the right are their ends, in the unit after the
        parameter's name.

    Raises
    ------
    InputError
        If there is no parameter.

    Examples
    --------
    >>> import pandas as pd
    >>> row = {"prior_low": 0.0, "prior_high": 1.0, "low": 0.4, "median": 0.5, "high": 0.6}
    >>> ax = posterior_chart(pd.DataFrame([row | {"narrowed": 0.8}], index=["rate"]))
    >>> len(ax.texts) > 3
    True
    """
    language = check_language(lang)
    if table.empty:
        raise InputError("there is no parameter to draw", hint="calibrate first")
    rows = table.sort_values("narrowed")
    count = len(rows)
    names = [_name(row, key, language) for key, row in rows.iterrows()]
    left = max(style.text_width(name, language, SIZE) for name in names) + GAP
    if ax is None:
        beside = left / 72 + 0.15
        ax = new_axes(beside + LENGTH + 2.6, LINE * count + 1.15, (beside, 0.45, 2.6, 0.7))
    style.clean_axes(ax, language, SIZE)
    for number, (name, row) in enumerate(zip(names, rows.to_dict("records"), strict=True)):
        _draw_row(ax, number, name, row, language)
    ax.set_ylim(-0.7, count - 0.3)
    ax.set_xlim(-0.03, 1.03)
    ax.set_yticks([])
    ax.set_xticks(
        [0, 1], [PICTURES.say("prior_low", language), PICTURES.say("prior_high", language)]
    )
    ax.grid(visible=False)
    _write_headings(ax, left, language)
    keep_inside(ax)
    return ax


def _name(row: pd.Series[Any], key: object, lang: Language) -> str:
    """Return the label of a parameter with its unit."""
    name = chosen_label(row, key, lang)
    unit = display_unit(str(row.get("unit", "")), lang)
    return PICTURES.say("of", lang, name=name, unit=unit) if unit else name


def _draw_row(
    ax: Axes, number: int, name: str, row: Mapping[Hashable, Any], lang: Language
) -> None:
    width = row["prior_high"] - row["prior_low"]
    low, middle, high = ((row[key] - row["prior_low"]) / width for key in ("low", "median", "high"))
    ax.plot([0, 1], [number, number], color=GRID, linewidth=4.5, solid_capstyle="butt")
    ax.plot([low, high], [number, number], color=COLOUR, linewidth=4.5, solid_capstyle="butt")
    ax.plot([middle], [number], color="white", marker="|", markersize=5, markeredgewidth=1.2)
    before, after = (
        TO.in_(lang).join(_short(row[end]) for end in (one, two))
        for one, two in (("prior_low", "prior_high"), ("low", "high"))
    )
    for text, place, colour, side in (
        (name, (0.0, number), INK, "right"),
        (before, (1.0, number), GREY, "left"),
        (after, (1.0, number), COLOUR, "left"),
    ):
        shift = -GAP if side == "right" else 92.0 if colour == COLOUR else 8.0
        ax.annotate(
            text,
            place,
            xytext=(shift, 0),
            textcoords="offset points",
            ha=side,
            va="center_baseline",
            color=colour,
            fontproperties=style.font(lang, SIZE),
            annotation_clip=False,
        )


def _write_headings(ax: Axes, left: float, language: Language) -> None:
    ax.annotate(
        PICTURES.say("posterior_title", language),
        (0, 1),
        xycoords="axes fraction",
        xytext=(-left, 22),
        textcoords="offset points",
        color=INK,
        fontproperties=style.font(language, 11, "bold"),
        annotation_clip=False,
    )
    for text, shift, colour in (("prior", 8.0, GREY), ("posterior", 92.0, COLOUR)):
        ax.annotate(
            PICTURES.say(text, language),
            (1, 1),
            xycoords=("data", "axes fraction"),
            xytext=(shift, 4),
            textcoords="offset points",
            color=colour,
            fontproperties=style.font(language, SIZE, "bold"),
            annotation_clip=False,
        )


def _short(value: float) -> str:
    return number_text(0.0 if abs(value) < 1e-12 else value, digits=3)
