"""Whether sealed forecasts were right: reliability of figures and of targets, and the PIT."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from xhsim.arguments import checked
from xhsim.errors import InputError
from xhsim.plots.canvas import style
from xhsim.plots.canvas.colours import GREY, INK, TARGET_COLOUR, scenario_colour, tint
from xhsim.plots.canvas.frame import write_title
from xhsim.plots.canvas.panels import write_headings
from xhsim.plots.canvas.pictures import Page, Picture, new_figure
from xhsim.plots.past.pit import pit_histogram
from xhsim.wording.label import Language, check_language
from xhsim.wording.numbers import percent_text
from xhsim.wording.phrases import PICTURES

if TYPE_CHECKING:
    from xhsim.analysis.forecasts.sealed_scores import SealedScores

__all__ = ["sealed_scores_page"]

COLOUR = scenario_colour("plan")
SIZE = 8.0
WIDTH, HEIGHT = 11.69, 4.6  # inches
LEFT, ROOM, GAP, BOTTOM, TOP = 0.75, 0.3, 0.75, 0.95, 1.25


@checked
def sealed_scores_page(scores: SealedScores, *, lang: str = "en") -> Page:
    """Draw whether sealed forecasts were right.

    Parameters
    ----------
    scores : SealedScores
        From ``study.score()``.
    lang : {"en", "zh"}

    Returns
    -------
    Page
        Three panels. Left: for each level of the forecasts, the share of figures at or below it,
        with 95 % intervals as if the figures were independent. Middle: for targets that have been
        decided, the share attained against the probability that was sealed. Right: where figures
        lay in their forecasts, see `pit_histogram`. Each says how many figures or targets it is
        about.

    Raises
    ------
    InputError
        If no figure has been published yet that a sealed forecast is about.

    Examples
    --------
    >>> import xhsim
    >>> len(sealed_scores_page(xhsim.open_study().score()))
    3
    """
    language = check_language(lang)
    points = scores.points
    if not len(points):
        raise InputError(
            "there is nothing to draw",
            hint="no point figure has been published that a sealed forecast is about",
        )
    page = _page()
    _draw_figures(page[0], scores.reliability(), language)
    _draw_targets(page[1], scores.target_reliability(), len(scores.targets), language)
    pit_histogram(points["pit"], lang=lang, ax=page[2])
    source = PICTURES.say(
        "sealed_source", language, seals=points["seal"].nunique(), figures=len(points)
    )
    afterwards = int(points["afterwards"].sum())
    if afterwards:
        source += PICTURES.say("sealed_afterwards", language, n=afterwards)
    write_headings(page, PICTURES.say("sealed_title", language), source, language)
    return page


def _page() -> Page:
    figure = new_figure(WIDTH, HEIGHT)
    wide = (WIDTH - LEFT - ROOM - 2 * GAP) / 3
    high = HEIGHT - TOP - BOTTOM
    boxes = [
        ((LEFT + n * (wide + GAP)) / WIDTH, BOTTOM / HEIGHT, wide / WIDTH, high / HEIGHT)
        for n in range(3)
    ]
    return Page(figure.add_axes(box, axes_class=Picture) for box in boxes)


def _square(ax: Axes, title: str, unit: str, across: str, lang: Language) -> None:
    """Prepare axes of two shares, with the line on which forecasts are right."""
    style.clean_axes(ax, lang, SIZE)
    ax.plot([0, 100], [0, 100], color=TARGET_COLOUR, linewidth=1.4, zorder=2, gid="calibrated")
    style.write(
        ax,
        PICTURES.say("pit_calibrated", lang),
        (30, 30),
        coordinates="data",
        offset=(5, -9),
        lang=lang,
        size=7.5,
        weight="bold",
        colour=TARGET_COLOUR,
    )
    ax.set_xlim(0, 100)
    ax.set_ylim(-2, 102)
    ticks = [0, 25, 50, 75, 100]
    ax.set_xticks(ticks, [percent_text(tick, lang) for tick in ticks])
    ax.set_yticks(ticks, [f"{tick}" for tick in ticks])
    style.write(
        ax, across, (0.5, 0), offset=(0, -27), lang=lang, size=SIZE, colour=INK, ha="center"
    )
    write_title(ax, title, [unit], lang)


def _draw_figures(ax: Axes, table: pd.DataFrame, lang: Language) -> None:
    unit = PICTURES.say("reliability_unit", lang, n=int(table["figures"].iloc[0]))
    title, across = (PICTURES.say(f"reliability_{part}", lang) for part in ("title", "across"))
    _square(ax, title, unit, across, lang)
    level, observed, low, high = (
        100 * table[column].to_numpy(dtype=float) for column in ("level", "observed", "low", "high")
    )
    ax.fill_between(
        level, low, high, color=tint(COLOUR, 0.2), linewidth=0, zorder=1, gid="interval"
    )
    ax.plot(
        level, observed, color=COLOUR, marker="o", markersize=3.5, linewidth=1.2, gid="observed"
    )


def _draw_targets(ax: Axes, table: pd.DataFrame, targets: int, lang: Language) -> None:
    title, across = (PICTURES.say(f"reliability_targets_{p}", lang) for p in ("title", "across"))
    decided = int(table["targets"].sum())
    unit = PICTURES.say("reliability_targets_unit", lang, n=decided, all=targets)
    _square(ax, title, unit, across, lang)
    if not decided:
        text = PICTURES.say("none_decided", lang)
        style.write(
            ax, text, (0.98, 0.14), lang=lang, size=SIZE + 0.5, colour=GREY, ha="right", va="center"
        ).set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 3})
        return
    chance, share, low, high = (
        100 * table[column].to_numpy(dtype=float)
        for column in ("probability", "attained", "ci_low", "ci_high")
    )
    ax.vlines(chance, low, high, color=COLOUR, linewidth=1.4, zorder=3)
    sizes = 22 * np.sqrt(table["targets"].to_numpy(dtype=float))
    ax.scatter(chance, share, s=sizes, color=COLOUR, zorder=4, gid="attained")
    for place, height, count in zip(chance, share, table["targets"], strict=True):
        style.write(
            ax,
            PICTURES.say("count", lang, n=count),
            (place, height),
            coordinates="data",
            offset=(6 if place < 85 else -6, 5 if height < 90 else -11),
            lang=lang,
            size=SIZE - 1,
            colour=GREY,
            ha="left" if place < 85 else "right",
        )
