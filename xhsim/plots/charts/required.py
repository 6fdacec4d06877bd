"""Required path: the path that a target requires, against the projection."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from xhsim.arguments import checked
from xhsim.errors import InputError
from xhsim.plots.canvas import style
from xhsim.plots.canvas.colours import GREY, INK, TARGET_COLOUR, scenario_colour, tint
from xhsim.plots.canvas.fan_parts import CHART, set_limits
from xhsim.plots.canvas.frame import direct_labels, origin_text, write_source, write_title
from xhsim.plots.canvas.pictures import new_axes
from xhsim.plots.canvas.series import Required, history_of
from xhsim.study.targets import Target
from xhsim.wording.label import Language, check_language
from xhsim.wording.numbers import number_text
from xhsim.wording.phrases import PICTURES
from xhsim.wording.punctuation import PERCENT
from xhsim.wording.units import display_unit

__all__ = ["required_path_chart"]


@checked
def required_path_chart(
    path: pd.DataFrame,
    target: Target,
    *,
    unit: str | None = None,
    year: int | None = None,
    lang: str = "en",
    ax: Axes | None = None,
) -> Axes:
    """Draw the path that leads to a target, the projection, and the gap between them.

    Parameters
    ----------
    path : DataFrame
        From ``study.required(ensemble, target)``.
    target : Target
        The same target.
    unit : str, optional
        Unit of the variable, as in the model file; by default the unit in the path's attributes.
    year : int, optional
        First year of the required and the projected growth in the subtitle; by default the year
        after the base year.
    lang : {"en", "zh"}
    ax : Axes, optional
        By default those of a new figure.

    Returns
    -------
    Axes
        The dashed line is the required path. Bands are 5-95 % and 25-75 % of the draws. The gap
        is marked at the deadline.

    Raises
    ------
    InputError
        If the table is not a required path, belongs to another target, or lacks the year.

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> path = study.required(study.ensemble(draws=32), "culture_growth")
    >>> ax = required_path_chart(path, study.targets["culture_growth"])
    >>> [line.get_gid() for line in ax.lines]
    ['median', 'required path', 'gap']
    """
    language = check_language(lang)
    _check(path, target)
    ax = new_axes() if ax is None else ax
    style.clean_axes(ax, language, CHART.text - 0.5)
    colour = scenario_colour(str(path.attrs.get("scenario", "baseline")))
    years = path.index.to_numpy(dtype=float)
    ax.fill_between(years, path["p05"], path["p95"], color=tint(colour, 0.22), linewidth=0)
    ax.fill_between(years, path["p25"], path["p75"], color=tint(colour, 0.48), linewidth=0)
    ax.plot(years, path["median"], color=colour, linewidth=CHART.line, gid="median", zorder=3)
    ax.plot(
        years,
        path["required"],
        color=TARGET_COLOUR,
        linewidth=1.4,
        dashes=(4, 2),
        marker="o",
        markersize=3,
        gid="required path",
        zorder=4,
    )
    last = path.iloc[-1]
    everything = path[["p05", "p95", "required"]].to_numpy(dtype=float).ravel()
    path_drawn = Required(
        years, path["required"].to_numpy(), (years[-1], last["required"]), (0.0, 0.0)
    )
    set_limits(ax, everything, years, history_of(None, ""), path_drawn, CHART)
    _draw_gap(ax, float(years[-1]), float(last["median"]), float(last["required"]))
    labels = [
        (float(last["median"]), _with_number("median", last["median"], language), colour, "bold"),
        (
            float(last["required"]),
            _with_number("required", last["required"], language),
            TARGET_COLOUR,
            "bold",
        ),
        (
            float(last["p75"] + last["p95"]) / 2,
            PICTURES.say("band_outer", language),
            GREY,
            "normal",
        ),
        (
            float(last["p25"] + last["median"]) / 2,
            PICTURES.say("band_inner", language),
            GREY,
            "normal",
        ),
    ]
    direct_labels(ax, labels, language, CHART.text)
    subtitle = _sentence(path, target, year, language)
    unit = str(path.attrs.get("unit", "")) if unit is None else unit
    write_title(ax, target.label.in_(language), [subtitle, display_unit(unit, language)], language)
    write_source(ax, origin_text(path.attrs, language), language)
    return ax


def _draw_gap(ax: Axes, year: float, median: float, required: float) -> None:
    """Draw a line between the two ends, if they are far enough apart to see it."""
    bottom, top = ax.get_ylim()
    if abs(median - required) > 0.02 * (top - bottom):
        end = [year + 0.12] * 2
        ax.plot(end, [median, required], color=INK, linewidth=1.0, gid="gap", zorder=5)


def _check(path: pd.DataFrame, target: Target) -> None:
    if "required" not in path or path.empty:
        raise InputError(
            "the table is not a required path", hint="give the table that study.required returned"
        )
    of = path.attrs.get("target_id", target.id)
    if of != target.id:
        raise InputError(
            f'the path is of target "{of}", not of "{target.id}"', hint="give the same target"
        )


def _with_number(key: str, value: float, lang: Language) -> str:
    return f"{PICTURES.say(key, lang)} {number_text(float(value), digits=3)}"


def _sentence(path: pd.DataFrame, target: Target, year: int | None, lang: Language) -> str:
    start = target.base_year + 1 if year is None else year
    if start not in path.index:
        raise InputError(
            f"the path has no year {start}", hint=f"it has {path.index[0]} to {path.index[-1]}"
        )
    gap = float(path["gap"].iloc[-1])
    about = {
        "year": int(path.index[-1]),
        "gap": number_text(abs(gap), digits=3),
        "side": PICTURES.say("side_beyond" if gap >= 0 else "side_short", lang),
        "start": start,
    }
    needed, made = (float(path[f"growth_{key}"][start]) for key in ("needed", "projected"))
    if math.isnan(needed) or math.isnan(made):
        return PICTURES.say("required_gap_flat", lang, **about)
    percent = PERCENT.in_(lang)
    rates = (number_text(float(np.round(rate, 1))) + percent for rate in (needed, made))
    return PICTURES.say(
        "required_gap", lang, **about, **dict(zip(("needed", "made"), rates, strict=True))
    )
