"""Waterfall: contribution of each policy to the effect of a scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes

from xhsim.arguments import checked
from xhsim.errors import InputError
from xhsim.plots.canvas.colours import GREY, TARGET_COLOUR, scenario_colour
from xhsim.plots.canvas.fan_parts import Figures
from xhsim.plots.canvas.frame import chosen_label, origin_text, write_source, write_title
from xhsim.plots.canvas.rows import left_margin, row_axes
from xhsim.plots.canvas.steps import WaterfallStep, draw_end, draw_step
from xhsim.wording.label import Language, check_language
from xhsim.wording.phrases import PICTURES
from xhsim.wording.units import display_unit

if TYPE_CHECKING:
    from xhsim.analysis.policies.split import Split

__all__ = ["split_waterfall"]


@checked
def split_waterfall(
    split: Split, *, top: int = 10, lang: str = "en", ax: Axes | None = None
) -> Axes:
    """Draw the contribution of each policy to the effect of a scenario on a target.

    Parameters
    ----------
    split : Split
        From ``study.split(scenario, target)``.
    top : int
        Number of policies with a separate bar; the others share one.
    lang : {"en", "zh"}
    ax : Axes, optional
        By default those of a new figure.

    Returns
    -------
    Axes
        Bars lead from the measure without the policies to the measure with all of them. Each step
        is a Shapley value, with a line of twice its standard error to both sides.

    Raises
    ------
    InputError
        If `top` is less than 1.

    Examples
    --------
    >>> import xhsim
    >>> split = xhsim.open_study().split("rd-push", "rd_intensity", draws=32, orders=2)
    >>> ax = split_waterfall(split, top=3)
    >>> bars = [bar for bar in ax.patches if bar.get_gid() == "policy"]
    >>> bool(abs(sum(bar.get_width() for bar in bars) - 100 * (split.after - split.before)) < 1e-6)
    True
    """
    language = check_language(lang)
    if top < 1:
        raise InputError(f"{top} policies cannot be shown", hint="choose 1 or more")
    scale = 100.0 if split.measure == "probability" else 1.0
    steps = _steps(split, top, scale, language)
    names = [
        PICTURES.say("split_before", language),
        *(step.name for step in steps),
        PICTURES.say("split_after", language),
    ]
    ax = row_axes(names, language, ax, right=0.9, top=1.0)
    colour = scenario_colour(split.scenario.name)
    ends = [(0, scale * split.before, GREY), (len(names) - 1, scale * split.after, colour)]
    for place, value, shade in ends:
        draw_end(ax, place, value, shade, language)
    for place, step in enumerate(steps, 1):
        shown = _rounded(step.added, split.measure)
        draw_step(ax, place, step, shown, language, "policy")
    _set_limits(ax, split, steps, scale)
    _headings(ax, split, names, language)
    return ax


def _steps(split: Split, top: int, scale: float, lang: Language) -> list[WaterfallStep]:
    shown = split.table.head(top)
    steps, level = [], scale * split.before
    for key, row in shown.iterrows():
        added = scale * float(row["shapley"])
        steps.append(
            WaterfallStep(chosen_label(row, key, lang), level, added, scale * float(row["error"]))
        )
        level += added
    rest = split.table.iloc[top:]
    if len(rest):
        added = scale * float(rest["shapley"].sum())
        error = scale * float(np.sqrt((rest["error"] ** 2).sum()))
        steps.append(
            WaterfallStep(PICTURES.say("split_rest", lang, n=len(rest)), level, added, error)
        )
    return steps


def _rounded(added: float, measure: str) -> float:
    # Differences below a tenth of a percentage point are within the noise of the draws.
    return round(added, 1) if measure == "probability" else float(f"{added:.2g}")


def _set_limits(ax: Axes, split: Split, steps: list[WaterfallStep], scale: float) -> None:
    places = [scale * split.before, scale * split.after]
    places += [step.end for step in steps]
    low, high = min(0.0, *places), max(0.0, *places)
    if split.measure == "median":
        # From zero, a high level would hide the contributions.
        low, high = min(places), max(places)
        space = (high - low) or abs(high) or 1.0
        low, high = low - 0.25 * space, high + 0.1 * space
    ax.set_xlim(low, high + 0.12 * (high - low or 1.0))
    ax.xaxis.set_major_formatter(Figures())
    if split.measure == "median" and ax.get_xlim()[0] <= split.target.value <= ax.get_xlim()[1]:
        ax.axvline(split.target.value, color=TARGET_COLOUR, linewidth=1.6, zorder=1.5, gid="target")


def _headings(ax: Axes, split: Split, names: list[str], lang: Language) -> None:
    left = -left_margin(names, lang)
    unit = (
        PICTURES.say("split_probability", lang)
        if split.measure == "probability"
        else PICTURES.say("split_median", lang, unit=display_unit(split.target.unit, lang))
    )
    key = "split_title_changes" if split.holds else "split_title"
    title = PICTURES.say(key, lang, name=split.target.label.in_(lang))
    write_title(ax, title, [PICTURES.say("split_line", lang), unit], lang, left=left)
    about = {
        "scenario": split.scenario.name,
        "scenario_label_zh": split.scenario.label.zh,
        "draws": split.draws,
        "seed": split.seed,
    }
    write_source(ax, origin_text(about, lang), lang, left=left)
