"""Waterfall of a revision: from the probability before any release to the one now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from xhsim.arguments import checked
from xhsim.errors import InputError, did_you_mean
from xhsim.plots.canvas.colours import GREY, scenario_colour
from xhsim.plots.canvas.fan_parts import Figures
from xhsim.plots.canvas.frame import chosen_label, write_source, write_title
from xhsim.plots.canvas.rows import left_margin, row_axes
from xhsim.plots.canvas.steps import WaterfallStep, draw_level, draw_step
from xhsim.plots.monitoring.release_dates import origin_as_of
from xhsim.wording.label import Language, check_language
from xhsim.wording.line_breaks import capitalised, wrap
from xhsim.wording.numbers import number_text
from xhsim.wording.phrases import PICTURES

if TYPE_CHECKING:
    from xhsim.analysis.monitoring.revision import Revision

__all__ = ["revision_waterfall"]

LETTERS = 50  # of a name in a line
NARROWEST = 25.0  # percentage points that the axis covers at least
TOP = 8


@checked
def revision_waterfall(
    revision: Revision, target: str, *, top: int = TOP, lang: str = "en", ax: Axes | None = None
) -> Axes:
    """Draw what each release, or each channel, added to the probability of a target.

    Parameters
    ----------
    revision : Revision
        From ``revision_by_release`` or ``revision_by_channel``.
    target : str
        Its id.
    top : int
        Number of causes with a separate bar, those that moved it most; the others share one.
    lang : {"en", "zh"}
    ax : Axes, optional
        By default those of a new figure.

    Returns
    -------
    Axes
        Steps lead from the probability before any release to the one now, in percent. Each is a
        Shapley value, so they add up whatever their order. A line shows twice the standard error
        to both sides. The text above tells what the causes would add up to if each were alone.

    Raises
    ------
    InputError
        If the revision has no such target, or `top` is less than 1.

    Examples
    --------
    >>> from xhsim.analysis.monitoring.revision import Revision
    >>> rows = [("gdp", 0, "GDP, 2022", -0.1, 0.01), ("gdp", 1, "revenue, 2022", 0.02, 0.01)]
    >>> table = pd.DataFrame(rows, columns=["target_id", "cause", "label", "shapley", "error"])
    >>> ends = {"label": "GDP", "before": 0.5, "after": 0.42, "interaction": 0.0}
    >>> ax = revision_waterfall(Revision(table, pd.DataFrame([ends], ["gdp"]), 900.0), "gdp")
    >>> [round(float(bar.get_width()), 6) for bar in ax.patches if bar.get_gid() == "cause"]
    [-10.0, 2.0]
    """
    language = check_language(lang)
    if top < 1:
        raise InputError(f"{top} causes cannot be shown", hint="choose 1 or more")
    if target not in revision.totals.index:
        known = [str(name) for name in revision.totals.index]
        raise InputError(
            f"the revision has no target {target!r}",
            hint=did_you_mean(target, known) or "split it for this target",
        )
    ends = revision.totals.loc[[target]].iloc[0]
    rows = revision.table[revision.table["target_id"] == target]
    before, after = (100 * float(ends[name]) for name in ("before", "after"))
    steps = _steps(rows, before, top, language)
    names = [
        PICTURES.say("revision_before", language),
        *(step.name for step in steps),
        PICTURES.say("revision_after", language),
    ]
    about = revision.totals.attrs
    ax = row_axes(names, language, ax, right=0.9, top=1.05)
    draw_level(ax, 0, before, GREY, language)
    colour = scenario_colour(str(about.get("scenario", "baseline")))
    draw_level(ax, len(names) - 1, after, colour, language)
    for place, step in enumerate(steps, 1):
        draw_step(ax, place, step, round(step.added, 1), language, "cause")
    ax.set_xlim(*_limits([before, after], steps))
    ax.xaxis.set_major_formatter(Figures())
    left = -left_margin(names, language)
    by = "channel" if about.get("by") == "channel" else "release"
    title = PICTURES.say(f"revision_by_{by}", language, name=chosen_label(ends, target, language))
    lines = [_alone(ends, language), PICTURES.say("revision_unit", language)]
    write_title(ax, title, lines, language, left=left)
    write_source(ax, origin_as_of(about, language), language, left=left)
    return ax


def _steps(rows: pd.DataFrame, before: float, top: int, lang: Language) -> list[WaterfallStep]:
    """Return the steps in the order of the table; the smallest together in the last one."""
    order = rows["shapley"].abs().sort_values(ascending=False, kind="stable").index
    own = rows.loc[sorted(order[:top])] if len(rows) > top + 1 else rows
    rest = rows.drop(index=own.index)
    parts = [
        (wrap(capitalised(chosen_label(row, row["cause"], lang)), LETTERS), row)
        for _, row in own.iterrows()
    ]
    found, level = [], before
    for name, row in parts:
        added = 100 * float(row["shapley"])
        found.append(WaterfallStep(name, level, added, 100 * float(row["error"])))
        level += added
    if len(rest):
        error = 100 * float(np.sqrt((rest["error"] ** 2).sum()))
        name = PICTURES.say("split_rest", lang, n=len(rest))
        found.append(WaterfallStep(name, level, 100 * float(rest["shapley"].sum()), error))
    return found


def _limits(ends: list[float], steps: list[WaterfallStep]) -> tuple[float, float]:
    """Return limits around all steps and their errors, so far apart that noise looks small."""
    reaches = [2 * step.error if np.isfinite(step.error) else 0.0 for step in steps]
    around = [
        (step.end - reach, step.end + reach) for step, reach in zip(steps, reaches, strict=True)
    ]
    low = min([*ends, *(one for one, _ in around)])
    high = max([*ends, *(other for _, other in around)])
    missing = max(0.0, NARROWEST - (high - low)) / 2
    low, high = max(low - missing, min(low, 0.0)), high + missing
    space = high - low
    return low - 0.05 * space, high + 0.14 * space


def _alone(ends: pd.Series[Any], lang: Language) -> str:
    """Tell the change, and what the causes would add up to if each were alone."""
    change = 100 * float(ends["after"] - ends["before"])
    alone = change - 100 * float(ends["interaction"])
    together, apart = (
        number_text(round(value, 1), signed=True) if round(value, 1) else "±0"
        for value in (change, alone)
    )
    return PICTURES.say("revision_alone", lang, together=together, apart=apart)
