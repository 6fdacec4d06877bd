"""Shared parts of diagrams: sizes, colours, broken and measured texts, axes in points."""

from __future__ import annotations

import textwrap
from functools import cache

from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextToPath

from xhsim.plots.canvas.colours import INK
from xhsim.plots.canvas.pictures import Picture, new_figure
from xhsim.plots.canvas.style import font
from xhsim.wording.line_breaks import wrap

__all__ = [
    "ARROW",
    "LESS",
    "LINE",
    "SIZE",
    "bare_axes",
    "font_of",
    "lines_of",
    "text_size",
    "write_lines",
]

SIZE = 6.8
LINE = 1.18
ARROW = "#4a6fa5"
LESS = "#a5396b"
MARGIN = 6.0


def bare_axes(width: float, height: float, ax: Axes | None = None, least: float = 0.0) -> Axes:
    """Prepare axes without a frame, in points, with y downwards.

    Parameters
    ----------
    width, height : float
        Size of the drawing, in points.
    ax : Axes, optional
        By default those of a new figure of this size.
    least : float
        Least width of the figure; a narrower drawing is in its middle.

    Returns
    -------
    Axes

    Examples
    --------
    >>> bare_axes(132, 60).figure.get_size_inches().tolist()
    [2.0, 1.0]
    """
    wide, high = max(width, least) + 2 * MARGIN, height + 2 * MARGIN
    if ax is None:
        ax = new_figure(wide / 72, high / 72).add_axes((0, 0, 1, 1), axes_class=Picture)
    left = (wide - 2 * MARGIN - width) / 2
    ax.set_xlim(-MARGIN - left, wide - MARGIN - left)
    ax.set_ylim(high - MARGIN, -MARGIN)
    ax.set_aspect("equal")
    ax.axis("off")
    return ax


def _is_chinese(text: str) -> bool:
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)


def font_of(text: str, size: float, weight: str = "normal") -> FontProperties:
    """Return the font of a label: the Chinese one if it contains Chinese characters.

    Examples
    --------
    >>> font_of("GDP", 8).get_family()
    ['DejaVu Sans']
    """
    return font("zh" if _is_chinese(text) else "en", size, weight)


@cache
def text_size(lines: tuple[str, ...], size: float) -> tuple[float, float]:
    """Return width and height of lines of text, in points.

    Examples
    --------
    >>> text_size(("abc",), 10)[0] < text_size(("abcdef",), 10)[0]
    True
    """
    measure = TextToPath()
    widths = [
        measure.get_text_width_height_descent(line, font_of(line, size), False)[0] for line in lines
    ]
    return max(widths, default=0.0), len(lines) * size * LINE


def lines_of(text: str, width: int) -> tuple[str, ...]:
    """Break a text into the fewest lines that fit, of about equal length.

    Parameters
    ----------
    text : str
    width : int
        Letters in a line. A longer word is not broken.

    Examples
    --------
    >>> lines_of("listing pipeline", 14)
    ('listing', 'pipeline')
    """

    def broken(letters: int) -> list[str]:
        return textwrap.wrap(text, letters, break_long_words=False, break_on_hyphens=False)

    if not text:
        return ()
    if _is_chinese(text):
        return tuple(wrap(text, width).splitlines())
    count = len(broken(width))
    for narrower in range(max(len(text) // count, 4), width):
        if len(broken(narrower)) <= count:
            return tuple(broken(narrower))
    return tuple(broken(width))


def write_lines(
    ax: Axes,
    lines: tuple[str, ...],
    x: float,
    y: float,
    *,
    size: float = SIZE,
    colour: str | list[str] = INK,
    gid: str = "",
) -> None:
    """Write lines of text, centred at a point.

    Each line is a separate text, because the line spacing of matplotlib depends on the letters.

    Parameters
    ----------
    ax : Axes
        Prepared by `bare_axes`.
    lines : tuple of str
    x, y : float
        Centre of the lines.
    size : float
        Font size in points.
    colour : str or list of str
        Of all lines, or one for each.
    gid : str

    Examples
    --------
    >>> ax = bare_axes(100, 50)
    >>> write_lines(ax, ("one", "two"), 50, 25)
    >>> len(ax.texts)
    2
    """
    for number, line in enumerate(lines):
        ax.text(
            x,
            y + (number - (len(lines) - 1) / 2) * size * LINE,
            line,
            ha="center",
            va="center_baseline",
            fontproperties=font_of(line, size),
            color=colour if isinstance(colour, str) else colour[number],
            zorder=5,
            gid=gid,
        )
