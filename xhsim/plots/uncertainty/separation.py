"""What separates good from bad: draws by their two most telling unknowns, and the box."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from xhsim.analysis.uncertainty.separating import Separation
from xhsim.analysis.uncertainty.unknowns import UnknownFactor
from xhsim.arguments import checked
from xhsim.errors import InputError
from xhsim.plots.canvas import style
from xhsim.plots.canvas.colours import INK, TARGET_COLOUR
from xhsim.plots.canvas.frame import write_source, write_title
from xhsim.plots.canvas.pictures import new_axes, points_a_pixel
from xhsim.wording.label import Language, check_language
from xhsim.wording.line_breaks import capitalised
from xhsim.wording.phrases import PICTURES
from xhsim.wording.punctuation import COMMA
from xhsim.wording.separation import SAYINGS, rate_text, scale_of

__all__ = ["separation_chart"]

MET, MISSED = "#2c6c94", TARGET_COLOUR
MOST = 1500  # points: more of them hide each other
SIZE = 8.0


@checked
def separation_chart(found: Separation, *, lang: str = "en", ax: Axes | None = None) -> Axes:
    """Draw the draws by the two unknowns that separate them best, with the first box.

    Parameters
    ----------
    found : Separation
        From ``study.separating``.
    lang : {"en", "zh"}
    ax : Axes, optional
        By default those of a new figure.

    Returns
    -------
    Axes
        A point for each draw (at most 1,500 of them), coloured by whether the target is met. The
        shaded box has the limits of these two unknowns; other limits of the box are in the note
        below it.

    Raises
    ------
    InputError
        If there are not two unknowns that are numbers.

    Examples
    --------
    >>> import xhsim
    >>> found = xhsim.open_study().separating("plan", "new_foreign_hq", 512)
    >>> separation_chart(found).get_xlabel()
    'Outlook arrival factor'
    """
    language = check_language(lang)
    numbers = [each for each in found.unknowns if each.is_number]
    if len(numbers) < 2:
        raise InputError(
            "there are not two unknown numbers to draw", hint="use found.sentences() instead"
        )
    across, up = numbers[:2]
    if ax is None:
        ax = new_axes(6.6, 5.6, (0.8, 1.15, 0.25, 1.0))
    style.clean_axes(ax, language, SIZE)
    ax.grid(visible=False)
    ax.spines["left"].set(visible=True, color="#9a9a9a")
    scales = [scale_of(each.unit, language) for each in (across, up)]
    values = [each.values * scale for each, (scale, _) in zip((across, up), scales, strict=True)]
    shown = np.arange(min(MOST, found.happens.size))
    met = found.happens if found.outcome == "met" else ~found.happens
    for place, colour, marker in ((~met, MISSED, "x"), (met, MET, "o")):
        rows = shown[place[shown]]
        ax.scatter(
            values[0][rows],
            values[1][rows],
            s=9 if marker == "o" else 11,
            marker=marker,
            facecolors=colour if marker == "x" else "none",
            edgecolors=None if marker == "x" else colour,
            linewidths=0.7,
            alpha=0.65,
            gid="missed" if colour == MISSED else "met",
        )
    # A few far draws would push all others together.
    for axis, row in zip(("x", "y"), values, strict=True):
        low, high = np.quantile(row, [0.003, 0.997])
        space = 0.06 * (high - low)
        getattr(ax, f"set_{axis}lim")(low - space, high + space)
    _draw_box(ax, found, (across, up), [scale for scale, _ in scales])
    for axis, each, (_, unit) in zip(("x", "y"), (across, up), scales, strict=True):
        name = capitalised(each.label.in_(language))
        getattr(ax, f"set_{axis}label")(
            name + (COMMA.in_(language) + unit if unit else ""),
            fontproperties=style.font(language, SIZE + 0.5),
            color=INK,
        )
    _write_around(ax, found, (across, up), language)
    return ax


def _draw_box(
    ax: Axes,
    found: Separation,
    axes: tuple[UnknownFactor, UnknownFactor],
    scales: list[float],
) -> None:
    if not found.boxes:
        return
    known = {limit.unknown: limit for limit in found.boxes[0].limits}
    ends = []
    for unknown, scale, seen in zip(axes, scales, (ax.get_xlim(), ax.get_ylim()), strict=True):
        limit = known.get(unknown)
        low, high = (-math.inf, math.inf) if limit is None else (limit.low, limit.high)
        ends.append((max(seen[0], low * scale), min(seen[1], high * scale)))
    (left, right), (bottom, top) = ends
    box = Rectangle(
        (left, bottom),
        right - left,
        top - bottom,
        facecolor=(0.1, 0.1, 0.1, 0.07),
        edgecolor=INK,
        linewidth=1.4,
        zorder=3,
        gid="box",
    )
    ax.add_patch(box)


def _write_around(
    ax: Axes, found: Separation, axes: tuple[UnknownFactor, UnknownFactor], lang: Language
) -> None:
    target = capitalised(found.target.label.in_(lang))
    title = PICTURES.say("separation_title", lang, target=target)
    share = rate_text(*found.share[:3], lang=lang)
    name = found.scenario.in_(lang)
    line = SAYINGS[found.outcome].in_(lang).format(target=target, scenario=name, share=share)
    left = style.left_edge(ax)
    write_title(ax, title, [line, ""], lang, left=left)
    marks: list[Artist] = [
        Line2D([], [], linestyle="", marker="o", markersize=4, color=MET, fillstyle="none"),
        Line2D([], [], linestyle="", marker="x", markersize=4, color=MISSED),
    ]
    texts = [PICTURES.say("separation_met", lang), PICTURES.say("separation_missed", lang)]
    if found.boxes:
        box = found.boxes[0]
        marks.append(Patch(facecolor=(0.1, 0.1, 0.1, 0.07), edgecolor=INK, linewidth=1.2))
        density = rate_text(*box.density[:3], lang=lang)
        texts.append(PICTURES.say(f"separation_box_{found.outcome}", lang, density=density))
    ax.legend(
        marks,
        texts,
        loc="upper left",
        bbox_to_anchor=(0.0, -40 / 72 / (ax.bbox.height * points_a_pixel(ax) / 72)),
        ncols=len(marks),
        frameon=False,
        borderpad=0.0,
        handletextpad=0.4,
        columnspacing=1.4,
        prop=style.font(lang, SIZE),
    )
    notes = []
    if found.boxes:
        others = [each for each in found.boxes[0].limits if each.unknown not in axes]
        if others:
            said = SAYINGS["and"].in_(lang).join(each.say(lang) for each in others)
            notes.append(PICTURES.say("separation_others", lang, limits=said))
    else:
        notes.append(SAYINGS["none" if found.is_open else "decided"].in_(lang))
    notes.append(style.source_text(draws=found.draws, seed=found.seed, lang=lang))
    write_source(ax, "\n".join(notes), lang, left=left, down=58.0)
