"""The response of a probability to an instrument, and how much of it is needed."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from xhsim.analysis.policies.needed_answer import FOUND, Needed
from xhsim.arguments import checked
from xhsim.errors import InputError
from xhsim.plots.canvas import style
from xhsim.plots.canvas.colours import GREY, INK, TARGET_COLOUR, scenario_colour, tint
from xhsim.plots.canvas.fan_parts import Figures
from xhsim.plots.canvas.frame import write_source, write_title
from xhsim.plots.canvas.pictures import new_axes
from xhsim.wording.label import Language, check_language
from xhsim.wording.line_breaks import capitalised, wrap
from xhsim.wording.numbers import percent_text
from xhsim.wording.phrases import PICTURES
from xhsim.wording.units import display_unit

__all__ = ["needed_curve"]

LETTERS = 88  # of a line under the title
COLOUR = scenario_colour("plan")


@checked
def needed_curve(found: Needed, *, lang: str = "en", ax: Axes | None = None) -> Axes:
    """Draw the response of a probability to an instrument, and how much of it is needed.

    Parameters
    ----------
    found : Needed
        From ``study.needed``.
    lang : {"en", "zh"}
    ax : Axes, optional
        By default those of a new figure.

    Returns
    -------
    Axes
        The probability with its 95 % band, the wanted probability as a dashed line, the answer as
        a point with its interval on the axis below, and the probability without the change as a
        ring.

    Raises
    ------
    InputError
        If the language is not supported.

    Examples
    --------
    >>> import xhsim
    >>> found = xhsim.open_study().needed("HQ scheme", "new_foreign_hq", 0.8, draws=32)
    >>> ax = needed_curve(found)
    >>> float(ax.lines[0].get_xdata()[-1])  # the bound of the lever
    8.0
    """
    language = check_language(lang)
    if not len(found.curve.points):
        raise InputError("there is nothing to draw", hint="give the result of study.needed")
    ax = new_axes(6.6, 4.6, (0.75, 0.85, 0.4, 1.15)) if ax is None else ax
    style.clean_axes(ax, language)
    points = found.curve.points
    low, high = found.curve.bands
    ax.plot(points, 100 * found.curve.probabilities, color=COLOUR, linewidth=1.6, gid="response")
    ax.fill_between(points, 100 * low, 100 * high, color=tint(COLOUR, 0.2), linewidth=0, zorder=1)
    _set_limits(ax, found, language)
    _draw_wanted(ax, found, language)
    _draw_without(ax, found, language)
    if found.status == FOUND:
        _draw_answer(ax, found)
    # A Chinese line break could fall into a number, so each clause has its own line.
    texts = [
        each for text in found.sentences(lang) for each in text.replace("。", "。\n").split("\n")
    ]
    lines = [line for text in texts for line in wrap(text, LETTERS).splitlines()]
    left = style.left_edge(ax)
    unit = PICTURES.say("needed_unit_line", language)
    write_title(ax, found.goal.label.in_(language), [*lines, unit], language, left=left)
    style.write(
        ax,
        _across(found, language),
        (1, 0),
        offset=(0, -24),
        lang=language,
        size=8,
        colour=GREY,
        ha="right",
        va="top",
    )
    source = style.source_text(draws=found.draws, seed=found.seed, lang=language)
    write_source(ax, source, language, down=40, left=left)
    return ax


def _across(found: Needed, lang: Language) -> str:
    kind = found.move.kind
    if kind != "level":
        name = found.name(lang)
        return capitalised(PICTURES.say(f"needed_across_{kind}", lang, name=name))
    unit = display_unit(found.move.levers[0].unit, lang)
    name = found.name(lang)
    return PICTURES.say("of", lang, name=name, unit=unit) if unit else name


def _set_limits(ax: Axes, found: Needed, lang: Language) -> None:
    points = found.curve.points
    low, high = found.curve.bands
    bottom = min(float(np.nanmin(low)), found.wanted, found.without.probability)
    top = max(float(np.nanmax(high)), found.wanted, found.without.probability)
    room = max(0.04, 0.12 * (top - bottom))
    ax.set_ylim(100 * max(0.0, bottom - room), 100 * min(1.0, top + room))
    ax.set_xlim(points[0], points[-1])
    ax.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: percent_text(value, lang)))
    ax.xaxis.set_major_locator(
        MaxNLocator(6, integer=found.move.is_dated, steps=[1, 2, 2.5, 5, 10])
    )
    ax.xaxis.set_major_formatter(Figures())
    if found.move.kind == "year":
        ax.xaxis.set_major_formatter("{x:.0f}")
    if found.move.kind == "share":
        ax.xaxis.set_major_formatter(
            FuncFormatter(lambda value, _: percent_text(100 * value, lang))
        )


def _draw_wanted(ax: Axes, found: Needed, lang: Language) -> None:
    height = 100 * found.wanted
    ax.axhline(height, color=TARGET_COLOUR, linewidth=1.1, linestyle=(0, (5, 3)), gid="wanted")
    # On the side where the curve is far from the line.
    ends = np.abs(100 * found.curve.probabilities[[0, -1]] - height)
    is_left = bool(ends[0] > ends[1])
    above = 100 * float(found.curve.probabilities[0 if is_left else -1]) < height
    style.write(
        ax,
        PICTURES.say("needed_wanted", lang, wanted=percent_text(height, lang)),
        (0.0 if is_left else 1.0, height),
        coordinates=("axes fraction", "data"),
        offset=(4 if is_left else -4, 4 if above else -4),
        lang=lang,
        size=8,
        colour=TARGET_COLOUR,
        ha="left" if is_left else "right",
        va="bottom" if above else "top",
    )


def _draw_without(ax: Axes, found: Needed, lang: Language) -> None:
    """Draw the probability without the change: a ring where it is, or a line if it is nowhere."""
    height, place = 100 * found.without.probability, found.move.without
    if not math.isfinite(place):
        place = found.curve.points[-1]
    ax.plot(
        place,
        height,
        marker="o",
        markersize=8,
        markerfacecolor="white",
        markeredgecolor=INK,
        linestyle="none",
        zorder=4,
        clip_on=False,
        gid="without",
    )
    is_right = place > sum(ax.get_xlim()) / 2
    style.write(
        ax,
        PICTURES.say("needed_as_is", lang, without=percent_text(height, lang)),
        (place, height),
        coordinates="data",
        offset=(-8 if is_right else 8, -12),
        lang=lang,
        size=8,
        ha="right" if is_right else "left",
        va="center",
    )


def _draw_answer(ax: Axes, found: Needed) -> None:
    bottom = ax.get_ylim()[0]
    height = 100 * found.chance.probability
    first, last = ax.get_xlim()
    ends = np.clip([found.low, found.high], first, last)
    ax.vlines(found.answer, bottom, height, color=INK, linewidth=0.9, zorder=3)
    ax.plot(found.answer, height, "o", color=INK, markersize=6, zorder=5, gid="answer")
    ax.plot(
        ends,
        [bottom, bottom],
        color=INK,
        linewidth=5,
        solid_capstyle="butt",
        alpha=0.55,
        zorder=5,
        clip_on=False,
        gid="interval",
    )
