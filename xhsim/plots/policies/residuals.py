"""What an instrument has to be so that a scenario meets its target, year by year."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from xhsim.arguments import checked
from xhsim.errors import InputError
from xhsim.plots.canvas import style
from xhsim.plots.canvas.colours import GREY, INK, scenario_colour, tint
from xhsim.plots.canvas.fan_parts import Figures
from xhsim.plots.canvas.frame import origin_text, write_source, write_title
from xhsim.plots.canvas.pictures import new_axes
from xhsim.plots.canvas.years import mark_years
from xhsim.wording.label import Language, check_language
from xhsim.wording.line_breaks import capitalised
from xhsim.wording.numbers import number_text
from xhsim.wording.phrases import PICTURES
from xhsim.wording.units import display_unit

__all__ = ["residuals_chart"]

HALF = 0.32  # of a year: half the width of a band


@checked
def residuals_chart(
    table: pd.DataFrame,
    instrument: str | None = None,
    *,
    lang: str = "en",
    ax: Axes | None = None,
) -> Axes:
    """Draw the values of an instrument that meet a target, over the draws of each year.

    Parameters
    ----------
    table : DataFrame
        From ``study.residuals``.
    instrument : str, optional
        By default the first of the table.
    lang : {"en", "zh"}
    ax : Axes, optional
        By default those of a new figure.

    Returns
    -------
    Axes
        For each year bands of 5-95 and 25-75 % of the draws, and the median with its value.

    Raises
    ------
    InputError
        If the table lacks the instrument, or the language is not supported.

    Examples
    --------
    >>> row = {"variable": "GDP", "unit": "1/year", "q05": -0.1, "q25": -0.05, "median": -0.01}
    >>> row |= {"q75": 0.02, "q95": 0.1, "outside": 0.0, "failed": 0}
    >>> index = pd.MultiIndex.from_tuples([("shock", 2022)], names=["instrument", "year"])
    >>> residuals_chart(pd.DataFrame([row], index=index)).lines[-1].get_ydata().tolist()
    [-0.01, -0.01]
    """
    language = check_language(lang)
    known = list(dict.fromkeys(table.index.get_level_values("instrument")))
    name = known[0] if instrument is None and known else instrument
    if name not in known:
        raise InputError(
            f'the table has no instrument "{name}"', hint=f"it has {', '.join(known) or 'none'}"
        )
    rows = table.xs(name, level="instrument")
    ax = new_axes(6.4, 3.8, (0.75, 0.8, 1.25, 1.05)) if ax is None else ax
    style.clean_axes(ax, language)
    colour = scenario_colour(str(table.attrs.get("scenario", "")))
    ax.axhline(0, color=GREY, linewidth=0.8, zorder=1)
    for year, row in rows.iterrows():
        _draw_year(ax, float(str(year)), row, colour, language)
    years = rows.index.to_numpy(dtype=float)
    ax.set_xlim(years.min() - 0.6, years.max() + 0.6)
    mark_years(ax, years.min(), years.max(), max(1, round((years.max() - years.min()) / 8)))
    ax.yaxis.set_major_locator(MaxNLocator(6))
    ax.yaxis.set_major_formatter(Figures())
    _explain(ax, rows.iloc[-1], years.max(), colour, language)
    labels = table.attrs.get("labels", {})
    shown = {each: labels.get(each, {}).get(language, each) for each in (name, *rows["variable"])}
    target = PICTURES.say("residuals_target", language, target=shown[rows["variable"].iloc[0]])
    unit = display_unit(str(rows["unit"].iloc[0]), language)
    notes = [capitalised(target), *([unit] if unit else [])]
    left = style.left_edge(ax)
    write_title(ax, capitalised(shown[name]), notes, language, left=left)
    source = origin_text(table.attrs, language, failed=int(rows["failed"].max()))
    write_source(ax, source, language, down=30, left=left)
    return ax


def _draw_year(ax: Axes, year: float, row: pd.Series, colour: str, lang: Language) -> None:
    for low, high, strength in (("q05", "q95", 0.22), ("q25", "q75", 0.5)):
        ax.fill_between(
            [year - HALF, year + HALF],
            row[low],
            row[high],
            color=tint(colour, strength),
            linewidth=0,
            zorder=2,
        )
    ax.plot([year - HALF, year + HALF], [row["median"]] * 2, color=colour, linewidth=1.8, zorder=3)
    if np.isfinite(row["median"]):
        style.write(
            ax,
            number_text(float(row["median"]), digits=2),
            (year, float(row["median"])),
            coordinates="data",
            offset=(0, 4),
            lang=lang,
            size=8,
            colour=INK,
            ha="center",
        )


def _explain(ax: Axes, last: pd.Series, year: float, colour: str, lang: Language) -> None:
    """Name the bands beside those of the last year, from top to bottom."""
    places = [
        (float(last["q95"]), PICTURES.say("band_outer", lang), GREY),
        (float(last["q75"]), PICTURES.say("band_inner", lang), GREY),
        (float(last["median"]), PICTURES.say("median", lang), colour),
    ]
    bottom, top = ax.get_ylim()
    line = 0.06 * (top - bottom)
    height = np.inf
    for value, text, shade in places:
        if not np.isfinite(value):
            continue
        height = min(value, height - line)
        style.write(
            ax,
            text,
            (year + HALF, height),
            coordinates="data",
            offset=(6, 0),
            lang=lang,
            size=8,
            colour=shade,
            va="center",
        )
