"""Comparison of two scenarios: their levels, and their difference draw by draw."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes

from xhsim.arguments import checked
from xhsim.errors import InputError
from xhsim.plots.canvas import style
from xhsim.plots.canvas.colours import GREY, INK, TARGET_COLOUR, scenario_colours, tint
from xhsim.plots.canvas.fan_parts import (
    INNER,
    OUTER,
    PANEL,
    Look,
    draw_history,
    draw_target,
    set_limits,
    title_and_unit,
)
from xhsim.plots.canvas.frame import (
    direct_labels,
    origin_text,
    scenario_text,
    write_source,
    write_title,
)
from xhsim.plots.canvas.pictures import Page, Picture, new_figure
from xhsim.plots.canvas.series import Paths, Required, history_of, paths_of, required_by
from xhsim.study.names import Reference
from xhsim.study.targets import Target
from xhsim.wording.label import Label, Language, check_language
from xhsim.wording.numbers import number_text
from xhsim.wording.phrases import PICTURES
from xhsim.wording.units import display_unit

__all__ = ["scenario_comparison"]

PERCENT = ("percent", "%")

LOOK = Look(text=8, line=1.6, dot=3.2, year_ticks=6, value_ticks=6)
SIZE = (10.4, 4.2)  # inches
PANELS = ((0.62, 3.4), (5.75, 3.4))  # left edge and width, inches
BOTTOM, HEIGHT = 0.6, 2.72


@checked
def scenario_comparison(
    ensemble: xr.Dataset,
    baseline: xr.Dataset,
    variable: str | Reference,
    *,
    target: Target | None = None,
    history: pd.DataFrame | None = None,
    element: str | Sequence[str] | None = None,
    lang: str = "en",
) -> Page:
    """Draw a variable in two scenarios, and their difference in each draw.

    Parameters
    ----------
    ensemble, baseline : xarray.Dataset
        From ``study.ensemble`` for two scenarios, with the same draws and seed.
    variable : str or Reference
        As in the model file or canonical, with or without ``[element]``.
    target : Target, optional
        Marked in the panel of levels. A target that starts from the base year uses the
        baseline's median in that year.
    history : DataFrame, optional
        Rows of history.csv.
    element : str or sequence of str, optional
        Instead of ``[element]`` in the name.
    lang : {"en", "zh"}

    Returns
    -------
    Page
        Two Axes: levels (median and 5-95 % of draws of each), and the difference of each draw to
        the same draw of the baseline (median, 25-75 % and 5-95 %).

    Raises
    ------
    InputError
        See `xhsim.plots.fan_chart`; also if the two ensembles have different draws.

    Examples
    --------
    >>> one = xr.Dataset(
    ...     {"gdp": (("draw", "time"), [[1.0, 2.0], [1.0, 4.0]])}, coords={"time": [2020, 2021]}
    ... )
    >>> levels, difference = scenario_comparison(one + 1, one, "GDP")
    >>> difference.lines[0].get_ydata().tolist()
    [1.0, 1.0]
    """
    language = check_language(lang)
    after, before = _same_draws(ensemble, baseline, variable, element)
    required = None if target is None else required_by(target, before)
    figure = new_figure(*SIZE)
    page = Page(
        [
            figure.add_axes(
                (left / SIZE[0], BOTTOM / SIZE[1], wide / SIZE[0], HEIGHT / SIZE[1]),
                axes_class=Picture,
            )
            for left, wide in PANELS
        ]
    )
    both = ((ensemble, "scenario"), (baseline, "baseline"))
    names = [str(made.attrs.get("scenario", name)) for made, name in both]
    colours = list(scenario_colours(names).values()) if names[0] != names[1] else [INK, GREY]
    shown = [scenario_text(made.attrs, language) or name for made, name in both]
    seen = history_of(history, after.name)
    # The levels last, because their labels must end where the other panel begins.
    _draw_difference(page[1], after, before, colours[0], language)
    _draw_levels(page[0], (after, before), shown, colours, required, target, seen, language)
    name, unit = title_and_unit(after, target, language)
    write_title(page[0], name, [unit], language)
    title = PICTURES.say("difference_title", language, name=shown[1])
    # Percentages differ by percentage points; readers would take "%" for a relative change.
    apart = display_unit("percentage point" if after.unit in PERCENT else after.unit, language)
    write_title(page[1], title, [PICTURES.say("difference_unit", language, unit=apart)], language)
    write_source(page[0], origin_text(ensemble.attrs, language, after.failed), language)
    return page


def _same_draws(
    ensemble: xr.Dataset,
    baseline: xr.Dataset,
    variable: str | Reference,
    element: str | Sequence[str] | None,
) -> tuple[Paths, Paths]:
    for key in ("draws", "seed", "beliefs"):
        if ensemble.attrs.get(key) != baseline.attrs.get(key):
            raise InputError(
                f"the ensembles differ in {key}: {ensemble.attrs.get(key)} and "
                f"{baseline.attrs.get(key)}",
                hint="make both with the same draws and seed",
            )
    after, before = (paths_of(made, variable, element) for made in (ensemble, baseline))
    if after.values.shape != before.values.shape or not np.array_equal(after.years, before.years):
        raise InputError(
            "the ensembles do not cover the same draws and years",
            hint="make both with the same draws, seed and horizon, from runs that do not fail",
        )
    return after, before


def _draw_levels(
    ax: Axes,
    both: tuple[Paths, Paths],
    names: Sequence[str],
    colours: Sequence[str],
    required: Required | None,
    target: Target | None,
    seen: pd.DataFrame,
    lang: Language,
) -> None:
    style.clean_axes(ax, lang, LOOK.text - 0.5)
    everything, labels = [seen["value"].to_numpy(dtype=float)], []
    for paths, name, colour in zip(both, names, colours, strict=True):
        low, middle, high = paths.quantiles(OUTER[0], 0.5, OUTER[1])
        ax.fill_between(
            paths.years, low, high, color=colour, alpha=0.16, linewidth=0, gid="band 5-95"
        )
        ax.plot(paths.years, middle, color=colour, linewidth=LOOK.line, gid="median", zorder=3)
        everything += [low, high]
        text = f"{name} {number_text(float(middle[-1]), digits=3)}"
        labels.append((float(middle[-1]), text, colour, "bold"))
    draw_history(ax, seen, LOOK)
    if required is not None and target is not None:
        draw_target(ax, required, target.direction, LOOK)
        everything.append(np.array([required.mark[1]]))
        wanted = target.aim_text(lang)
        label = PICTURES.say("target_is", lang, target=wanted)
        labels.append((required.mark[1], label, TARGET_COLOUR, "bold"))
    set_limits(ax, np.concatenate(everything), both[0].years, seen, required, LOOK)
    direct_labels(ax, labels, lang, LOOK.text)


def _draw_difference(ax: Axes, after: Paths, before: Paths, colour: str, lang: Language) -> None:
    style.clean_axes(ax, lang, LOOK.text - 0.5)
    differences = Paths("", Label(), "", after.years, after.values - before.values)
    shares = (OUTER[0], INNER[0], 0.5, INNER[1], OUTER[1])
    low, inner_low, middle, inner_high, high = differences.quantiles(*shares)
    years = after.years
    ax.fill_between(years, low, high, color=tint(colour, 0.22), linewidth=0, gid="band 5-95")
    ax.fill_between(
        years, inner_low, inner_high, color=tint(colour, 0.48), linewidth=0, gid="band 25-75"
    )
    ax.plot(years, middle, color=colour, linewidth=LOOK.line, gid="median", zorder=3)
    ax.axhline(0, color=INK, linewidth=0.7, zorder=2.5)
    none = history_of(None, "")
    set_limits(ax, np.concatenate([low, high, np.zeros(1)]), years, none, None, LOOK)
    if ax.get_ylim()[0] == 0:
        ax.set_ylim(-0.02 * ax.get_ylim()[1], ax.get_ylim()[1])
    median = (
        f"{PICTURES.say('median', lang)} {number_text(float(middle[-1]), signed=True, digits=3)}"
    )
    labels = [
        (float(middle[-1]), median, colour, "bold"),
        (float(high[-1] + inner_high[-1]) / 2, PICTURES.say("band_outer", lang), GREY, "normal"),
        (float(inner_low[-1] + middle[-1]) / 2, PICTURES.say("band_inner", lang), GREY, "normal"),
    ]
    direct_labels(ax, labels, lang, PANEL.text + 0.8)
