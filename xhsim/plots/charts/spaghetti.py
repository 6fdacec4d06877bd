"""Spaghetti chart: single draws over time, with percentiles."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes

from xhsim.arguments import checked
from xhsim.errors import InputError
from xhsim.plots.canvas.colours import TARGET_COLOUR, tint
from xhsim.plots.canvas.fan_parts import (
    CHART,
    chance_of,
    colour_of,
    draw_history,
    draw_target,
    set_limits,
    title_and_unit,
)
from xhsim.plots.canvas.frame import direct_labels, origin_text, write_source, write_title
from xhsim.plots.canvas.pictures import new_axes
from xhsim.plots.canvas.series import history_of, paths_of, required_by
from xhsim.plots.canvas.style import clean_axes
from xhsim.study.names import Reference
from xhsim.study.targets import Target
from xhsim.wording.label import check_language
from xhsim.wording.numbers import number_text
from xhsim.wording.phrases import PICTURES

__all__ = ["spaghetti"]

PERCENTILES = (0.05, 0.5, 0.95)


@checked
def spaghetti(
    ensemble: xr.Dataset,
    variable: str | Reference,
    *,
    lines: int = 100,
    target: Target | None = None,
    history: pd.DataFrame | None = None,
    attainment: pd.DataFrame | None = None,
    element: str | Sequence[str] | None = None,
    ax: Axes | None = None,
    lang: str = "en",
) -> Axes:
    """Draw single draws of a variable over time, with the 5th, 50th and 95th percentile.

    A fan chart hides the paths of single draws: whether they cross, jump or turn back.

    Parameters
    ----------
    ensemble : xarray.Dataset
        From ``study.ensemble``.
    variable : str or Reference
        As in the model file or canonical, with or without ``[element]``.
    lines : int
        Number of draws to show, from the first. The percentiles are of all draws.
    target, history, attainment, element, ax, lang
        See `xhsim.plots.fan_chart`.

    Returns
    -------
    Axes

    Raises
    ------
    InputError
        See `xhsim.plots.fan_chart`; also if `lines` is less than 1.

    Examples
    --------
    >>> ensemble = xr.Dataset(
    ...     {"gdp": (("draw", "time"), [[1.0, 2.0], [1.0, 4.0]])}, coords={"time": [2020, 2021]}
    ... )
    >>> ax = spaghetti(ensemble, "GDP")
    >>> sum(line.get_gid() == "draw" for line in ax.lines)
    2
    """
    language = check_language(lang)
    if lines < 1:
        raise InputError(f"{lines} lines cannot be drawn", hint="choose 1 or more")
    paths = paths_of(ensemble, variable, element)
    required = None if target is None else required_by(target, paths)
    chance = "" if target is None else chance_of(attainment, target, language)
    colour = colour_of(ensemble)
    ax = new_axes() if ax is None else ax
    clean_axes(ax, language, CHART.text - 0.5)
    shown = paths.values[:lines]
    for row in shown:
        ax.plot(paths.years, row, color=tint(colour, 0.45), linewidth=0.5, gid="draw", zorder=2)
    low, middle, high = paths.quantiles(*PERCENTILES)
    for values, width in ((low, 1.2), (middle, CHART.line), (high, 1.2)):
        ax.plot(paths.years, values, color=colour, linewidth=width, gid="percentile", zorder=3)
    seen = history_of(history, paths.name)
    draw_history(ax, seen, CHART)
    everything = [shown.ravel(), low, high, seen["value"].to_numpy(dtype=float)]
    labels = [
        (float(high[-1]), PICTURES.say("percentile_95", language), colour, "normal"),
        (
            float(middle[-1]),
            f"{PICTURES.say('median', language)} {number_text(float(middle[-1]), digits=3)}",
            colour,
            "bold",
        ),
        (float(low[-1]), PICTURES.say("percentile_5", language), colour, "normal"),
    ]
    if required is not None and target is not None:
        draw_target(ax, required, target.direction, CHART)
        everything += [required.values, np.array([required.mark[1]])]
        wanted = target.aim_text(language)
        label = PICTURES.say("target_is", language, target=wanted)
        labels.append((required.mark[1], label, TARGET_COLOUR, "bold"))
    set_limits(ax, np.concatenate(everything), paths.years, seen, required, CHART)
    direct_labels(ax, labels, language, CHART.text)
    title, unit = title_and_unit(paths, target, language)
    counts = {"n": number_text(len(shown)), "all": number_text(len(paths.values))}
    subtitle = PICTURES.say("attained", language, chance=chance) if chance else ""
    subtitle = subtitle or PICTURES.say("lines_shown", language, **counts)
    write_title(ax, title, [subtitle, unit], language)
    write_source(ax, origin_text(ensemble.attrs, language, paths.failed), language)
    return ax
