"""Figures without pyplot: making them, showing them in a notebook, writing them to files."""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from pathlib import Path

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from xhsim.atomic import write_bytes
from xhsim.errors import InputError

__all__ = ["Page", "Picture", "new_axes", "new_figure", "points_a_pixel", "save"]

DOTS_PER_INCH = 200
# In a notebook: sharp at the width of its column, and small enough to be stored with it.
DOTS_PER_INCH_SHOWN = 144


class Picture(Axes):
    """Matplotlib axes that a notebook shows when they are a cell's last value.

    Pictures are made without pyplot, so that nothing is drawn twice and no figure stays
    open; this small addition keeps them visible.
    """

    def _repr_png_(self) -> bytes:
        return _bytes(self, "png", DOTS_PER_INCH_SHOWN)


class Page(tuple[Axes, ...]):
    """The axes of a page of pictures, in order; a notebook shows the whole page.

    Examples
    --------
    >>> page = Page([new_axes()])
    >>> len(page), page.figure is page[0].figure
    (1, True)
    """

    __slots__ = ()

    @property
    def figure(self) -> Figure:
        """The figure that holds the axes."""
        return _figure_of(self[0])

    def _repr_png_(self) -> bytes:
        return _bytes(self, "png", DOTS_PER_INCH_SHOWN)


def new_figure(width: float, height: float) -> Figure:
    """Make an empty white figure, unknown to pyplot.

    Parameters
    ----------
    width, height : float
        In inches.

    Examples
    --------
    >>> new_figure(6, 4).get_size_inches().tolist()
    [6.0, 4.0]
    """
    return Figure(figsize=(width, height), dpi=100, facecolor="white")


def new_axes(
    width: float = 7.2,
    height: float = 4.2,
    margins: tuple[float, float, float, float] = (0.7, 0.6, 1.4, 0.85),
) -> Axes:
    """Make axes in a figure of their own.

    Parameters
    ----------
    width, height : float
        Of the figure, in inches.
    margins : tuple of float
        Left, bottom, right, top: inches between the axes and the edge of the figure.

    Examples
    --------
    >>> new_axes(5, 4, (1, 1, 1, 1)).get_position()
    Bbox([[0.2, 0.25], [0.8, 0.75]])
    """
    left, bottom, right, top = margins
    box = (
        left / width,
        bottom / height,
        (width - left - right) / width,
        (height - bottom - top) / height,
    )
    return new_figure(width, height).add_axes(box, axes_class=Picture)


def points_a_pixel(ax: Axes) -> float:
    """Return how many points (1/72 inch) a pixel of the axes' figure measures.

    Examples
    --------
    >>> points_a_pixel(new_axes())
    0.72
    """
    return 72 / float(_figure_of(ax).dpi)


def save(picture: Figure | Axes | Sequence[Axes], path: str | os.PathLike[str]) -> Path:
    """Write a picture to a file: the same picture gives the same bytes.

    Parameters
    ----------
    picture : Figure, Axes or Page
        What a function of this package returned. A page keeps the size of its paper, any
        other picture is cut to what it shows.
    path : path
        Ends in ``.png`` (200 dots per inch), ``.svg`` or ``.pdf``; missing folders are made.
        The file appears whole or not at all.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    InputError
        For any other ending, for an empty page, or if the file cannot be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     save(new_axes(), Path(folder) / "empty.png").name
    'empty.png'
    """
    target = Path(path)
    kind = target.suffix.lower().lstrip(".")
    if kind not in ("png", "svg", "pdf"):
        raise InputError(
            f"cannot write a picture as {target.name!r}",
            hint="end the file's name in .png, .svg or .pdf",
        )
    write_bytes(target, _bytes(picture, kind))
    return target


def _figure_of(picture: Figure | Axes | Sequence[Axes]) -> Figure:
    if isinstance(picture, Figure):
        return picture
    axes = picture if isinstance(picture, Axes) else next(iter(picture), None)
    if not isinstance(axes, Axes):
        raise InputError(
            "there is no picture to write", hint="give what a function of xhsim.plots returned"
        )
    # Axes in a part of a figure: its own figure is the whole.
    part = axes.figure
    return part if isinstance(part, Figure) else part.figure


def _bytes(
    picture: Figure | Axes | Sequence[Axes], kind: str, dots_per_inch: int = DOTS_PER_INCH
) -> bytes:
    figure = _figure_of(picture)
    # Dates and versions are left out, and svg ids are fixed, so that equal pictures are equal.
    metadata: dict[str, dict[str, str | None]] = {
        "png": {"Software": None},
        "svg": {"Date": None, "Creator": None},
        "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
    }
    buffer = io.BytesIO()
    with matplotlib.rc_context({"svg.hashsalt": "xhsim", "hatch.linewidth": 0.6}):
        figure.savefig(
            buffer,
            format=kind,
            dpi=dots_per_inch,
            # A page keeps the size of its paper; any other picture is cut to what it shows.
            bbox_inches=None if isinstance(picture, Page) else "tight",
            pad_inches=0.12,
            facecolor="white",
            metadata=metadata[kind],
        )
    return buffer.getvalue()
