"""Steps of waterfalls: bars that each begin where the one before ends."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from xhsim.plots.canvas import style
from xhsim.plots.canvas.colours import GREY, INK, tint
from xhsim.plots.canvas.rows import SIZE
from xhsim.wording.label import Language
from xhsim.wording.numbers import number_text

__all__ = ["GAIN", "LOSS", "WaterfallStep", "draw_end", "draw_level", "draw_step"]

GAIN, LOSS = "#2c7fb8", "#c0504d"
HEIGHT = 0.66  # of a bar, in rows


@dataclass(frozen=True)
class WaterfallStep:
    """One bar: what a cause adds, with its standard error, and the level where it starts."""

    name: str
    start: float
    added: float
    error: float

    @property
    def end(self) -> float:
        """The level where the bar ends."""
        return self.start + self.added


def draw_end(ax: Axes, place: int, value: float, colour: str, lang: Language) -> None:
    """Draw the level before the first step or after the last one.

    Parameters
    ----------
    ax : Axes
        From `xhsim.plots.canvas.rows.row_axes`.
    place : int
        Its row.
    value : float
    colour : str
    lang : {"en", "zh"}

    Examples
    --------
    >>> from xhsim.plots.canvas.rows import row_axes
    >>> ax = row_axes(["before", "after"], "en")
    >>> draw_end(ax, 0, 30.0, "#000000", "en")
    >>> ax.texts[-1].get_text()
    '30'
    """
    ax.barh(place, value, height=HEIGHT, color=tint(colour, 0.6), zorder=2, gid="end")
    _write_value(ax, place, value, number_text(float(f"{value:.3g}")), lang)


def draw_level(ax: Axes, place: int, value: float, colour: str, lang: Language) -> None:
    """Draw a level as `draw_end` does, on axes that do not begin at zero: a mark and no bar.

    Parameters
    ----------
    ax : Axes
        From `xhsim.plots.canvas.rows.row_axes`.
    place : int
        Its row.
    value : float
    colour : str
    lang : {"en", "zh"}

    Examples
    --------
    >>> from xhsim.plots.canvas.rows import row_axes
    >>> ax = row_axes(["before", "after"], "en")
    >>> draw_level(ax, 0, 30.0, "#000000", "en")
    >>> ax.lines[0].get_xydata().tolist()
    [[30.0, -0.33], [30.0, 0.33]]
    """
    half = HEIGHT / 2
    ax.plot(
        [value, value],
        [place - half, place + half],
        color=colour,
        linewidth=4.0,
        solid_capstyle="butt",
        zorder=3,
        gid="end",
    )
    _write_value(ax, place, value, number_text(float(f"{value:.3g}")), lang)


def draw_step(
    ax: Axes, place: int, step: WaterfallStep, shown: float, lang: Language, gid: str
) -> None:
    """Draw a step, joined to the rows above and below, with a line of twice its standard error.

    Parameters
    ----------
    ax : Axes
        From `xhsim.plots.canvas.rows.row_axes`.
    place : int
        Its row.
    step : WaterfallStep
    shown : float
        What is added, rounded.
    lang : {"en", "zh"}
    gid : str
        Of the bar.

    Examples
    --------
    >>> from xhsim.plots.canvas.rows import row_axes
    >>> ax = row_axes(["before", "grants", "after"], "en")
    >>> draw_step(ax, 1, WaterfallStep("grants", 30.0, 12.5, 1.0), 12.5, "en", "policy")
    >>> float(ax.patches[0].get_width()), ax.texts[-1].get_text()
    (12.5, '+12.5')
    """
    ax.barh(
        place,
        step.added,
        left=step.start,
        height=HEIGHT,
        color=GAIN if step.added >= 0 else LOSS,
        zorder=2,
        gid=gid,
    )
    ax.vlines(step.start, place - 1, place, color=GREY, linewidth=0.6, zorder=1)
    ax.vlines(step.end, place, place + 1, color=GREY, linewidth=0.6, zorder=1)
    reach = 2 * step.error if np.isfinite(step.error) else 0.0
    if np.isfinite(step.error):
        ax.hlines(place, step.end - reach, step.end + reach, color=INK, linewidth=1.0)
    text = number_text(shown, signed=True) if shown else "±0"
    _write_value(ax, place, max(step.start, step.end + reach), text, lang)


def _write_value(ax: Axes, place: int, value: float, text: str, lang: Language) -> None:
    style.write(
        ax,
        text,
        (value, place),
        coordinates="data",
        offset=(4, 0),
        lang=lang,
        size=SIZE - 1,
        va="center_baseline",
    )
