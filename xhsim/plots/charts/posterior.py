"""What history has told: each parameter's interval before and after it was asked."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from xhsim.errors import InputError
from xhsim.plots.canvas import style
from xhsim.plots.canvas.colours import GREY, GRID, INK, scenario_colour
from xhsim.plots.canvas.pictures import new_axes
from xhsim.wording.label import Language, check_language
from xhsim.wording.phrases import PICTURES

__all__ = ["posterior_chart"]

COLOUR = scenario_colour("plan")
LINE = 0.2  # inches for a parameter


def posterior_chart(table: pd.DataFrame, *, lang: str = "en", ax: Axes | None = None) -> Axes:
    """Draw prior against posterior, a line for each parameter.

    Parameters
    ----------
    table : DataFrame
        Indexed by parameter, with ``prior_low``, ``prior_high``, ``low``, ``median``, ``high`` and
        ``narrowed``: what ``study.calibrate().table()`` returned, or
        `xhsim.analysis.history.calibration.stored_table`.
    lang : {"en", "zh"}
        Language of title and axis.
    ax : Axes, optional
        Where to draw; by default a picture of its own.

    Returns
    -------
    Axes
        The grey line is the prior's 90 % interval, the same length for every parameter; the blue
        one is the posterior's. Their ends stand beside, in the parameter's unit.

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
    if ax is None:
        ax = new_axes(8.6, LINE * count + 1.15, (2.75, 0.45, 2.6, 0.7))
    style.clean_axes(ax, language, 7.5)
    for number, row in enumerate(rows.reset_index(names="name").to_dict("records")):
        _draw_row(ax, number, row)
    ax.set_ylim(-0.7, count - 0.3)
    ax.set_xlim(-0.03, 1.03)
    ax.set_yticks([])
    ax.set_xticks(
        [0, 1], [PICTURES.say("prior_low", language), PICTURES.say("prior_high", language)]
    )
    ax.grid(visible=False)
    _write_headings(ax, language)
    return ax


def _draw_row(ax: Axes, number: int, row: Mapping[Hashable, Any]) -> None:
    width = row["prior_high"] - row["prior_low"]
    low, middle, high = ((row[key] - row["prior_low"]) / width for key in ("low", "median", "high"))
    ax.plot([0, 1], [number, number], color=GRID, linewidth=4.5, solid_capstyle="butt")
    ax.plot([low, high], [number, number], color=COLOUR, linewidth=4.5, solid_capstyle="butt")
    ax.plot([middle], [number], color="white", marker="|", markersize=5, markeredgewidth=1.2)
    before, after = (
        f"{_short(row[one])} – {_short(row[two])}"
        for one, two in (("prior_low", "prior_high"), ("low", "high"))
    )
    for text, place, colour, side in (
        (str(row["name"]), (0.0, number), INK, "right"),
        (before, (1.0, number), GREY, "left"),
        (after, (1.0, number), COLOUR, "left"),
    ):
        shift = -8.0 if side == "right" else 92.0 if colour == COLOUR else 8.0
        ax.annotate(
            text,
            place,
            xytext=(shift, 0),
            textcoords="offset points",
            ha=side,
            va="center_baseline",
            color=colour,
            fontproperties=style.font("en", 7.5),
            annotation_clip=False,
        )


def _write_headings(ax: Axes, language: Language) -> None:
    ax.annotate(
        PICTURES.say("posterior_title", language),
        (0, 1),
        xycoords="axes fraction",
        xytext=(-190, 22),
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
            fontproperties=style.font(language, 7.5, "bold"),
            annotation_clip=False,
        )


def _short(value: float) -> str:
    return f"{0.0 if abs(value) < 1e-12 else value:.3g}"
