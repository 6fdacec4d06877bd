"""The shares of feedback loops in the change of a variable, stacked by year."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from xhsim.analysis.loops.shares import LoopsOverDraws
from xhsim.plots.canvas import style
from xhsim.plots.canvas.colours import GREY, INK
from xhsim.plots.canvas.fan_parts import PANEL
from xhsim.plots.canvas.frame import origin_text
from xhsim.plots.canvas.panels import page_of, write_above, write_headings
from xhsim.plots.canvas.pictures import Page
from xhsim.wording.label import Language, check_language
from xhsim.wording.line_breaks import wrap
from xhsim.wording.numbers import percent_text
from xhsim.wording.phrases import PICTURES

__all__ = ["loop_shares"]

# Blue to green for what is mostly reinforcing, red to yellow for what is mostly balancing.
REINFORCING = ("#0072b2", "#009e73", "#69b3e7", "#1d4e89", "#7fc8a9", "#3f8f9b")
BALANCING = ("#c44e00", "#e69f00", "#a5396b", "#d98c6a", "#7a3b12", "#f0c75e")
OUTSIDE, OTHER = "#c9c9c9", "#e9e9e9"
KEY_LINE, LETTERS = 0.19, 15.0  # inches of a line of the key; letters per inch
GAP = 0.25  # inches above the key
WIDTH = 0.82  # of a year's bar


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
        it balances. What comes from outside is grey, on top.

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
    headings = [PICTURES.say("loops_all", language)]
    if by_structure and names:
        parts = [found.of_structure(name) for name in names]
        headings = [found.structure_labels[name].in_(language) for name in names]
    top = min(top, len(found.loops), len(REINFORCING))
    colours = _colours(found, top)
    page = page_of(len(parts))
    limits = _limits(parts, top)
    for ax, part, heading in zip(page, parts, headings, strict=True):
        _draw(ax, part, top, colours, limits, language)
        unit = PICTURES.say("loops_unit", language) if len(parts) == 1 else ""
        lines = ((unit, PANEL.text, "normal", GREY, 5.0), (heading, 8.0, "bold", INK, 16.0))
        write_above(ax, lines if unit else ((heading, 8.0, "bold", INK, 5.0),), language)
    entries = [*zip(colours, (_name(found, n, language) for n in range(top)), strict=True)]
    entries += [(OTHER, PICTURES.say("loops_other", language))]
    entries += [(OUTSIDE, PICTURES.say("loops_outside", language))]
    _write_key(page, entries, language)
    title = PICTURES.say("loops_title", language, name=found.label.in_(language))
    about = {
        "scenario": found.scenario,
        "scenario_label_zh": found.scenario_label.zh,
        "draws": found.draws,
        "seed": found.seed,
    }
    write_headings(page, title, origin_text(about, language), language)
    return page


def _stack(
    found: LoopsOverDraws, top: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return mean shares above and below zero, with all other loops last, and from outside."""
    moves = ~np.isnan(found.outside)
    count = np.maximum(moves.sum(axis=-1), 1)

    def mean(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(np.where(moves, values, 0.0).sum(axis=-1) / count)

    above, below = (
        np.concatenate([mean(side[:top]), mean(side[top:]).sum(axis=0, keepdims=True)])
        for side in (found.reinforcing, found.balancing)
    )
    above[-1] += mean(found.not_followed)
    return above, below, mean(found.outside)


def _limits(parts: list[LoopsOverDraws], top: int) -> tuple[float, float]:
    """Return the lowest and the highest percentage that all panels show."""
    stacks = [_stack(part, top) for part in parts]
    low = max(below.sum(axis=0).max() for _, below, _ in stacks)
    high = max((above.sum(axis=0) + outside).max() for above, _, outside in stacks)
    return -100 * float(low) - 3, 100 * float(high) + 3


def _is_in(tick: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= tick <= limits[1]


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
    limits: tuple[float, float],
    lang: Language,
) -> None:
    style.clean_axes(ax, lang, PANEL.text - 0.5)
    above, below, outside = (100 * values for values in _stack(found, top))
    years = np.array(found.years, dtype=float)
    for sign, rows in ((1, above), (-1, below)):
        base = np.zeros(years.size)
        for number in range(len(rows)):
            colour = colours[number] if number < top else OTHER
            ax.bar(years, sign * rows[number], WIDTH, bottom=base, color=colour, linewidth=0)
            base = base + sign * rows[number]
        if sign > 0:
            ax.bar(years, outside, WIDTH, bottom=base, color=OUTSIDE, linewidth=0)
    ax.axhline(0, color=INK, linewidth=0.8)
    ax.set_xlim(years[0] - 0.6, years[-1] + 0.6)
    ax.set_ylim(*limits)
    ticks = [tick for tick in (-100, -75, -50, -25, 0, 25, 50, 75, 100) if _is_in(tick, limits)]
    texts = [f"{tick}".replace("-", "−") for tick in ticks]
    ax.set_yticks(ticks, [*texts[:-1], percent_text(ticks[-1], lang)])
    step = max(1, round((years[-1] - years[0]) / 5))
    marked = [year for year in years if (years[-1] - year) % step == 0]
    ax.set_xticks(marked, [f"{year:.0f}" for year in marked])


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
                edgecolor="none",
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
