"""Make figures without pyplot, show them in notebooks, write them to files."""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from pathlib import Path

import matplotlib
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from xhsim.arguments import checked
from xhsim.atomic import check_folder, write_bytes
from xhsim.errors import InputError

__all__ = [
    "Page",
    "Picture",
    "check_file",
    "new_axes",
    "new_figure",
    "points_a_pixel",
    "save",
]

DOTS_PER_INCH = 200
# Sharp at the width of a notebook, and small enough to be stored in it.
DOTS_PER_INCH_SHOWN = 144


class Picture(Axes):
    """Matplotlib axes that a notebook shows if they are the last value of a cell.

    A notebook shows only figures of pyplot by itself. Pictures do not use pyplot, so that nothing
    is drawn twice and no figure stays open.
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
        """The figure of the axes."""
        return _figure_of(self[0])

    def _repr_png_(self) -> bytes:
        return _bytes(self, "png", DOTS_PER_INCH_SHOWN)


def new_figure(width: float, height: float) -> Figure:
    """Make an empty white figure without pyplot.

    Parameters
    ----------
    width, height : float
        In inches.

    Examples
    --------
    >>> new_figure(6, 4).get_size_inches().tolist()
    [6.0, 4.0]
    """
    figure = Figure(figsize=(width, height), dpi=100, facecolor="white")
    # With this canvas all texts are measured by one renderer. Without it, each would make its own.
    FigureCanvasAgg(figure)
    return figure


def new_axes(
    width: float = 7.2,
    height: float = 4.2,
    margins: tuple[float, float, float, float] = (0.7, 0.6, 1.4, 0.85),
) -> Axes:
    """Make axes in a new figure.

    Parameters
    ----------
    width, height : float
        Size of the figure in inches.
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
    """Return the size of a pixel of the axes' figure in points (1/72 inch).

    Examples
    --------
    >>> points_a_pixel(new_axes())
    0.72
    """
    return 72 / float(_figure_of(ax).dpi)


@checked
def save(picture: Figure | Axes | Sequence[Axes], path: str | os.PathLike[str]) -> Path:
    """Write a picture to a file: the same picture gives the same bytes.

    Parameters
    ----------
    picture : Figure, Axes or Page
        The value that a function of this package returned. A page keeps its paper size; any
        other picture is cropped to its contents.
    path : path
        Ends in ``.png`` (200 dots per inch), ``.svg`` or ``.pdf``. Missing folders are created.
        The file is written completely or not at all.

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
    write_bytes(target, _bytes(picture, _kind(target)))
    return target


def check_file(path: Path) -> None:
    """Check before the work begins that a picture can be written to a file.

    Parameters
    ----------
    path : Path

    Raises
    ------
    InputError
        If it has another ending than `save` writes, or its folder is a file or not writable.
    """
    _kind(path)
    check_folder(path.parent)


def _kind(path: Path) -> str:
    kind = path.suffix.lower().lstrip(".")
    if kind not in ("png", "svg", "pdf"):
        raise InputError(
            f"cannot write a picture as {path.name!r}",
            hint="end the file's name in .png, .svg or .pdf",
        )
    return kind


def _figure_of(picture: Figure | Axes | Sequence[Axes]) -> Figure:
    if isinstance(picture, Figure):
        return picture
    axes = picture if isinstance(picture, Axes) else next(iter(picture), None)
    if not isinstance(axes, Axes):
        raise InputError(
            "there is no picture to write", hint="give the result of a function of xhsim.plots"
        )
    # Axes of a subfigure: the subfigure's figure is the whole one.
    part = axes.figure
    return part if isinstance(part, Figure) else part.figure


def _bytes(
    picture: Figure | Axes | Sequence[Axes], kind: str, dots_per_inch: int = DOTS_PER_INCH
) -> bytes:
    figure = _figure_of(picture)
    # Without dates and versions, and with fixed svg ids, equal pictures give equal files.
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
            bbox_inches=None if isinstance(picture, Page) else "tight",
            pad_inches=0.12,
            facecolor="white",
            metadata=metadata[kind],
        )
    return buffer.getvalue()
