"""The shares of feedback loops in the change of a variable, stacked by year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from xhsim.analysis.loops.shares import LoopsOverDraws
from xhsim.arguments import checked
from xhsim.plots.canvas import style
from xhsim.plots.canvas.colours import GREY, INK
from xhsim.plots.canvas.fan_parts import PANEL
from xhsim.plots.canvas.frame import origin_text
from xhsim.plots.canvas.panels import page_of, write_above, write_headings
from xhsim.plots.canvas.pictures import Page
from xhsim.plots.canvas.years import mark_years
from xhsim.wording.label import Language, check_language
from xhsim.wording.line_breaks import wrap
from xhsim.wording.numbers import percent_text
from xhsim.wording.phrases import PICTURES

__all__ = ["loop_shares"]

# Blue to green for what is mostly reinforcing, red to yellow for what is mostly balancing.
REINFORCING = ("#0072b2", "#009e73", "#69b3e7", "#1d4e89", "#7fc8a9", "#3f8f9b")
BALANCING = ("#c44e00", "#e69f00", "#a5396b", "#d98c6a", "#7a3b12", "#f0c75e")
OTHER = "#6f6f6f"
# Neither reinforcing nor balancing: drawn apart, and not as plain areas.
OUTSIDE, MISSED, LINES = "#e4e4e4", "#ffffff", "#8a8a8a"
HATCHES = {OUTSIDE: "////", MISSED: "...."}
BETWEEN = 0.24  # inches from the loops to the band of what is no loop; its heading is there
LOW_PANEL = 1.4  # inches; of less than twice that the marks are far apart
HEADED = 0.42  # inches above panels that a page keeps for longer headings
KEY_LINE, LETTERS = 0.19, 15.0  # inches of a line of the key; letters per inch
GAP = 0.25  # inches above the key
WIDTH = 0.82  # of a year's bar


@checked
def loop_shares(
    found: LoopsOverDraws, *, by_structure: bool = False, top: int = 6, lang: str = "en"
) -> Page:
    """Draw which feedback loops the change of a variable comes from, year by year.

    Parameters
    ----------
    found : LoopsOverDraws
        From ``study.loops(variable)``.
    by_structure : bool
        A panel for each structure in place of one for all draws.
    top : int
        How many loops have a colour of their own.
    lang : {"en", "zh"}

    Returns
    -------
    Page
        Bars with the mean share of each loop: above zero as far as it reinforces, below as far as
        it balances. What comes from outside, and what was not followed, is neither: it stands on a
        line of its own above.

    Raises
    ------
    InputError
        If the language is not supported.

    Examples
    --------
    >>> import xhsim
    >>> loops = xhsim.open_study().loops("price level", draws=2)
    >>> len(loop_shares(loops))
    1
    """
    language = check_language(lang)
    names = [name for name in found.structure_labels if name in found.structures]
    parts = [found]
    headings = [""]
    if by_structure and names:
        parts = [found.of_structure(name) for name in names]
        headings = [found.structure_labels[name].in_(language) for name in names]
    top = min(top, len(found.loops), len(REINFORCING))
    colours = _colours(found, top)
    page = page_of(len(parts))
    _use_room(page, HEADED if len(parts) > 1 else HEADED + 0.15)
    limits = _limits(parts, top, _height(page))
    for ax, part, heading in zip(page, parts, headings, strict=True):
        _draw(ax, part, top, colours, limits, language)
        write_above(ax, ((heading, 8.0, "bold", INK, 5.0),), language)
    entries = [*zip(colours, (_name(found, n, language) for n in range(top)), strict=True)]
    entries += [(OTHER, PICTURES.say("loops_other", language))]
    entries += [(OUTSIDE, PICTURES.say("loops_outside", language))]
    entries += [(MISSED, PICTURES.say("loops_missed", language))]
    _write_key(page, entries, language)
    title = PICTURES.say("loops_title", language, name=found.label.in_(language))
    about = {
        "scenario": found.scenario,
        "scenario_label_zh": found.scenario_label.zh,
        "draws": found.draws,
        "seed": found.seed,
    }
    write_headings(page, title, origin_text(about, language), language)
    width, height = page.figure.get_size_inches()
    page.figure.text(
        0.33 / width,
        1 - 0.58 / height,
        PICTURES.say("loops_unit", language),
        fontproperties=style.font(language, 8),
        color=GREY,
    )
    return page


def _use_room(page: Page, spare: float) -> None:
    """Make panels higher by some inches of the room above them."""
    height = page.figure.get_size_inches()[1]
    for ax in page:
        box = ax.get_position()
        ax.set_position((box.x0, box.y0, box.width, box.height + spare / height))


def _height(page: Page) -> float:
    """Return the height of a panel in inches."""
    return float(page[0].get_position().height * page.figure.get_size_inches()[1])


@dataclass(frozen=True)
class _Limits:
    """What all panels show, in percent: the loops, and on a line of its own what is none."""

    low: float
    line: float  # where the band of what is no loop begins
    high: float
    step: int  # between marks of the loops


def _stack(
    found: LoopsOverDraws, top: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return percentages: above and below zero, with all other loops last, and of what is none."""
    above, below = (
        np.concatenate([whole[:top], whole[top:].sum(axis=0, keepdims=True)])
        for whole in (found.mean(found.reinforcing), found.mean(found.balancing))
    )
    neither = np.stack([found.mean(found.outside), found.mean(found.not_followed)])
    return 100 * above, 100 * below, 100 * neither


def _limits(parts: list[LoopsOverDraws], top: int, inches: float) -> _Limits:
    stacks = [_stack(part, top) for part in parts]
    low = max(float(below.sum(axis=0).max()) for _, below, _ in stacks)
    high = max(float(above.sum(axis=0).max()) for above, _, _ in stacks)
    neither = max(float(band.sum(axis=0).max()) for _, _, band in stacks)
    between = (low + high + neither + 2) * BETWEEN / (inches - BETWEEN)
    step = 10 if max(low, high) < 30 and inches > 2 * LOW_PANEL else 25
    return _Limits(-low - 1, high + between, high + between + neither + 1, step)


def _colours(found: LoopsOverDraws, top: int) -> list[str]:
    more, less = iter(REINFORCING), iter(BALANCING)
    colours = []
    for number in range(top):
        net = np.nansum(found.reinforcing[number]) - np.nansum(found.balancing[number])
        colours.append(next(more) if net > 0 else next(less))
    return colours


def _draw(
    ax: Axes,
    found: LoopsOverDraws,
    top: int,
    colours: list[str],
    limits: _Limits,
    lang: Language,
) -> None:
    style.clean_axes(ax, lang, PANEL.text - 0.5)
    above, below, neither = _stack(found, top)
    years = np.array(found.years, dtype=float)
    for sign, rows in ((1, above), (-1, below)):
        base = np.zeros(years.size)
        for number in range(len(rows)):
            colour = colours[number] if number < top else OTHER
            ax.bar(years, sign * rows[number], WIDTH, bottom=base, color=colour, linewidth=0)
            base = base + sign * rows[number]
    base = np.full(years.size, limits.line)
    for colour, row in zip((OUTSIDE, MISSED), neither, strict=True):
        bars = ax.bar(years, row, WIDTH, bottom=base, color=colour, linewidth=0.4)
        for bar in bars:
            bar.set_edgecolor(LINES)
            bar.set_hatch(HATCHES[colour])
        base = base + row
    for place in (0, limits.line):
        ax.axhline(place, color=INK, linewidth=0.8)
    style.write(
        ax,
        PICTURES.say("loops_neither", lang),
        (0, (limits.line - limits.low) / (limits.high - limits.low)),
        offset=(2.0, -3.0),
        lang=lang,
        size=PANEL.text - 0.5,
        colour=GREY,
        va="top",
    )
    ax.set_xlim(years[0] - 0.6, years[-1] + 0.6)
    ax.set_ylim(limits.low, limits.high)
    _mark(ax, limits, lang)
    step = max(1, round((years[-1] - years[0]) / 5))
    mark_years(ax, years[0], years[-1], step)


def _mark(ax: Axes, limits: _Limits, lang: Language) -> None:
    """Mark percentages of both parts, each from its own line."""
    room = limits.line - 0.6 * limits.step
    loops = [tick for tick in range(-100, 101, limits.step) if limits.low <= tick < room]
    step = 25 if limits.high - limits.line < 55 else 50
    band = [tick for tick in range(0, 101, step) if limits.line + tick <= limits.high]
    texts = [f"{tick}".replace("-", "−") for tick in (*loops, *band)]
    texts[-1] = percent_text(band[-1], lang)
    ax.set_yticks([*loops, *(limits.line + tick for tick in band)], texts)


def _name(found: LoopsOverDraws, number: int, lang: Language) -> str:
    loop = found.loops[number]
    return f"{loop.id}  {loop.label.in_(lang)}"


def _write_key(page: Page, entries: list[tuple[str, str]], lang: Language) -> None:
    """Make a page longer for its key, one entry on a line, above the source."""
    figure = page.figure
    width, height = figure.get_size_inches()
    lines = [wrap(text, int((width - 0.9) * LETTERS)).splitlines() for _, text in entries]
    added = KEY_LINE * sum(map(len, lines)) + GAP
    longer = height + added
    boxes = [(ax, ax.get_position()) for ax in figure.axes]
    figure.set_size_inches(width, longer)
    for ax, box in boxes:
        bottom = (box.y0 * height + added) / longer
        ax.set_position((box.x0, bottom, box.width, box.height * height / longer))
    y = 0.38 + added - GAP
    for (colour, _), texts in zip(entries, lines, strict=True):
        figure.add_artist(
            Rectangle(
                (0.38 / width, (y - KEY_LINE) / longer),
                0.16 / width,
                0.1 / longer,
                facecolor=colour,
                edgecolor=LINES if colour in HATCHES else "none",
                linewidth=0.4,
                hatch=HATCHES.get(colour),
                transform=figure.transFigure,
            )
        )
        for text in texts:
            y -= KEY_LINE
            figure.text(
                0.62 / width,
                y / longer,
                text,
                fontproperties=style.font(lang, 8),
                color=INK,
                gid="key",
            )
