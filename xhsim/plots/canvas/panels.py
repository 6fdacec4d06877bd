"""A page of panels of one size, with headings, source and key."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Literal

from matplotlib.artist import Artist
from matplotlib.axes import Axes

from xhsim.plots.canvas import style
from xhsim.plots.canvas.colours import GREY, INK
from xhsim.plots.canvas.pictures import Page, Picture, new_figure
from xhsim.wording.label import Language
from xhsim.wording.line_breaks import wrap

__all__ = [
    "PanelLine",
    "broken_to_fit",
    "page_of",
    "write_above",
    "write_headings",
    "write_key",
    "write_notes",
]

PanelLine = tuple[str, float, str, str, float]  # text, size, weight, colour, height in points

LETTERS = 14.5  # letters of a heading per inch
NOTE_LETTERS, NOTE_LINE = 17, 0.15  # letters per inch, and inches per line
A4_LANDSCAPE = (11.69, 8.27)  # inches
FEW = 4
SOURCE_ABOVE_KEY = 0.34  # inches
LOWEST = 0.8  # inches, of a panel
SMALL = (8.27, 5.85)  # A5, for a few panels: on A4 their texts would be too small


def page_of(panels: int) -> Page:
    """Make a page of panels: A4 landscape with up to six in a row; A5 for up to four panels.

    The page is longer than A4 if the rows do not fit.

    Parameters
    ----------
    panels : int
        How many.

    Returns
    -------
    Page
        Their Axes, row by row; above each is room for a heading of several lines.

    Examples
    --------
    >>> len(page_of(7))
    7
    """
    columns = next((c for c in (1, 2, 3, 4, 5) if c * math.ceil(c * 0.6) >= panels), 6)
    lines = math.ceil(panels / columns)
    width, height = SMALL if panels <= FEW else A4_LANDSCAPE
    left, right, bottom, top, gap, head, foot = 0.55, 0.3, 0.35, 0.62, 0.5, 0.72, 0.36
    wide = (width - left - right - gap * (columns - 1)) / columns
    high = max(LOWEST, (height - bottom - top) / lines - head - foot)
    height = bottom + top + lines * (head + high + foot)
    figure = new_figure(width, height)
    axes = []
    for place in range(panels):
        line, column = divmod(place, columns)
        x = left + column * (wide + gap)
        y = height - top - line * (high + head + foot) - head - high
        box = (x / width, y / height, wide / width, high / height)
        axes.append(figure.add_axes(box, axes_class=Picture))
    return Page(axes)


def broken_to_fit(text: str, ax: Axes, letters: float = LETTERS) -> str:
    """Break a heading, or a text with other `letters` per inch, into lines that fit its panel.

    Examples
    --------
    >>> broken_to_fit("Buildings paying 100 million yuan in tax", page_of(18)[0]).splitlines()
    ['Buildings paying 100', 'million yuan in tax']
    """
    figure = ax.get_figure(root=True)
    assert figure is not None
    return wrap(text, int(ax.get_position().width * figure.get_size_inches()[0] * letters))


def write_above(ax: Axes, lines: Iterable[PanelLine], lang: Language) -> None:
    """Write lines of text above a panel, except empty ones.

    Parameters
    ----------
    ax : Axes
    lines : iterable of tuple
        Text, size, weight, colour, and height above the panel in points.
    lang : {"en", "zh"}
    """
    for text, size, weight, colour, height in lines:
        if text:
            style.write(
                ax,
                text,
                (0, 1),
                offset=(-16.0, height),
                lang=lang,
                size=size,
                weight=weight,
                colour=colour,
                va="bottom",
            )


def write_headings(page: Page, title: str, source: str, lang: Language) -> None:
    """Write the title at the top of a page and the source of the numbers at its foot.

    Parameters
    ----------
    page : Page
    title, source : str
    lang : {"en", "zh"}
    """
    figure = page.figure
    width, height = figure.get_size_inches()
    figure.text(
        0.33 / width,
        1 - 0.38 / height,
        title,
        fontproperties=style.font(lang, 13, "bold"),
        color=INK,
    )
    figure.text(
        0.33 / width,
        0.2 / height,
        source,
        fontproperties=style.font(lang, 7),
        color=GREY,
        gid="source",
    )


def write_notes(page: Page, notes: Sequence[str], lang: Language) -> None:
    """Make a page longer for lines of text above its source; before its headings are written.

    Parameters
    ----------
    page : Page
    notes : sequence of str
        Lines that are too long are broken.
    lang : {"en", "zh"}

    Examples
    --------
    >>> page = page_of(2)
    >>> write_notes(page, ["GDP grew by 0.5 %"], "en")
    >>> float((page.figure.get_size_inches()[1] - 5.85).round(2))
    0.25
    """
    figure = page.figure
    width, height = figure.get_size_inches()
    letters = int((width - 2 * 0.33) * NOTE_LETTERS)
    lines = [line for note in notes for line in wrap(note, letters).splitlines()]
    if not lines:
        return
    added = NOTE_LINE * len(lines) + 0.1
    boxes = [(ax, ax.get_position()) for ax in figure.axes]
    longer = height + added
    figure.set_size_inches(width, longer)
    for ax, box in boxes:
        part = height / longer
        ax.set_position((box.x0, (box.y0 * height + added) / longer, box.width, box.height * part))
    for place, line in enumerate(lines):
        figure.text(
            0.33 / width,
            (0.2 + NOTE_LINE * (len(lines) - place)) / longer,
            line,
            fontproperties=style.font(lang, 7),
            color=INK,
            gid="note",
        )


def write_key(page: Page, marks: Sequence[Artist], names: Sequence[str], lang: Language) -> None:
    """Write the key of a page: beside the title if there is room, otherwise at the foot.

    Parameters
    ----------
    page : Page
        With its title and source written.
    marks : sequence of Artist
    names : sequence of str
    lang : {"en", "zh"}
    """
    figure = page.figure
    width, height = figure.get_size_inches()
    places: dict[Literal["upper right", "lower right"], tuple[float, float]] = {
        "upper right": (1 - 0.25 / width, 1 - 0.12 / height),
        "lower right": (1 - 0.25 / width, 0.02 / height),
    }
    title = max(figure.texts, key=lambda text: text.get_fontsize())
    for place, anchor in places.items():
        key = figure.legend(
            marks,
            names,
            loc=place,
            bbox_to_anchor=anchor,
            ncols=len(marks),
            frameon=False,
            prop=style.font(lang, 8),
            labelcolor=INK,
            handlelength=1.8,
            columnspacing=1.4,
        )
        if not key.get_window_extent().overlaps(title.get_window_extent()):
            for text in figure.texts:
                # Above a key that is as wide as the page.
                if text.get_gid() == "source" and text.get_window_extent().overlaps(
                    key.get_window_extent()
                ):
                    text.set_y(SOURCE_ABOVE_KEY / height)
            return
        key.remove()
    raise AssertionError("a title is never at the foot of a page")
