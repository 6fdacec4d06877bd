"""Tornado chart: effect of each uncertain constant on a target's measure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from xhsim.arguments import checked
from xhsim.errors import InputError
from xhsim.plots.canvas import style
from xhsim.plots.canvas.colours import INK, TARGET_COLOUR
from xhsim.plots.canvas.fan_parts import Figures
from xhsim.plots.canvas.frame import chosen_label, origin_text, write_source, write_title
from xhsim.plots.canvas.pictures import points_a_pixel
from xhsim.plots.canvas.rows import SIZE, left_margin, row_axes
from xhsim.study.targets import Target
from xhsim.wording.label import Language, check_language
from xhsim.wording.numbers import number_text
from xhsim.wording.phrases import PICTURES
from xhsim.wording.punctuation import TO
from xhsim.wording.units import display_unit

__all__ = ["tornado_chart"]

LOW, HIGH = "#9ecae1", "#2171b5"


@checked
def tornado_chart(
    table: pd.DataFrame,
    target: Target,
    *,
    top: int = 12,
    lang: str = "en",
    ax: Axes | None = None,
) -> Axes:
    """Draw the effect of each uncertain constant on a target's measure, the largest at the top.

    Parameters
    ----------
    table : DataFrame
        From `xhsim.analysis.uncertainty.sensitivity.tornado`.
    target : Target
        The target of the table.
    top : int
        Number of constants to show.
    lang : {"en", "zh"}
    ax : Axes, optional
        By default those of a new figure.

    Returns
    -------
    Axes
        The horizontal axis is the measure in the target's unit. Bars lead from the middle to the
        measure with the constant at its 5 % point (light) and at its 95 % point (dark). The texts
        on the right are these two values of the constant.

    Raises
    ------
    InputError
        If there is nothing to draw, or the table belongs to another target.

    Examples
    --------
    >>> import xhsim
    >>> from xhsim.analysis.uncertainty.sensitivity import tornado
    >>> study = xhsim.open_study()
    >>> table = tornado(study, "baseline", "energy_intensity_cut")
    >>> ax = tornado_chart(table, study.targets["energy_intensity_cut"], top=5)
    >>> len(ax.patches)
    10
    """
    language = check_language(lang)
    if table.empty or "swing" not in table or top < 1:
        raise InputError("there is nothing to draw", hint="give the result of tornado(...)")
    if table.attrs.get("target", target.id) != target.id:
        raise InputError(
            f'the table is of target "{table.attrs["target"]}", not of "{target.id}"',
            hint="give the same target",
        )
    rows = table.head(top)
    names = [chosen_label(row, key, language) for key, row in rows.iterrows()]
    ax = row_axes(names, language, ax, right=2.0, top=1.0)
    middle = float(table.attrs["middle"])
    for place, row in enumerate(rows.to_dict("records")):
        for end, colour in (("at_low", LOW), ("at_high", HIGH)):
            ax.barh(place, row[end] - middle, left=middle, height=0.66, color=colour, zorder=2)
        _write_range(ax, place, row, language)
    ends = rows[["at_low", "at_high"]].to_numpy(dtype=float)
    low, high = min(ends.min(), target.value), max(ends.max(), target.value)
    space = 0.05 * (high - low) or 1.0
    ax.set_xlim(low - space, high + space)
    ax.xaxis.set_major_formatter(Figures())
    ax.axvline(middle, color=INK, linewidth=0.8, zorder=3)
    ax.axvline(target.value, color=TARGET_COLOUR, linewidth=1.6, zorder=3, gid="target")
    _write_marks(ax, target, middle, language)
    _headings(ax, table, target, names, language)
    return ax


def _write_range(ax: Axes, place: int, row: Mapping[Any, Any], lang: Language) -> None:
    low, high = (number_text(float(row[end]), digits=3) for end in ("low", "high"))
    unit = display_unit(str(row["unit"]), lang)
    if unit.startswith("1/"):
        unit = unit[1:]
    style.write(
        ax,
        f"{low}{TO.in_(lang)}{high} {'× ' if unit[:1].isdigit() else ''}{unit}".rstrip(),
        (1, place),
        coordinates=("axes fraction", "data"),
        offset=(8, 0),
        lang=lang,
        size=SIZE - 1.5,
        va="center_baseline",
    )


def _write_marks(ax: Axes, target: Target, middle: float, lang: Language) -> None:
    wanted = target.aim_text(lang)
    right = target.value >= middle
    style.write(
        ax,
        PICTURES.say("target_is", lang, target=wanted),
        (target.value, 1),
        coordinates=("data", "axes fraction"),
        offset=(-3 if right else 3, 3),
        lang=lang,
        size=SIZE - 1,
        weight="bold",
        colour=TARGET_COLOUR,
        ha="right" if right else "left",
    )


def _headings(
    ax: Axes, table: pd.DataFrame, target: Target, names: list[str], lang: Language
) -> None:
    left = -left_margin(names, lang)
    title = PICTURES.say("tornado_title", lang, name=target.label.in_(lang))
    lines = [PICTURES.say("tornado_line", lang), display_unit(target.unit, lang), " "]
    write_title(ax, title, lines, lang, left=left)
    # Below the axes: inside, it would cover the bars of some tables.
    ax.legend(
        [Patch(facecolor=LOW), Patch(facecolor=HIGH)],
        [PICTURES.say("at_low", lang), PICTURES.say("at_high", lang)],
        loc="upper right",
        bbox_to_anchor=(1.0, -16 / 72 / (ax.bbox.height * points_a_pixel(ax) / 72)),
        ncols=2,
        frameon=False,
        borderpad=0.0,
        prop=style.font(lang, SIZE - 1),
    )
    write_source(ax, origin_text(table.attrs, lang), lang, left=left, down=32.0)
