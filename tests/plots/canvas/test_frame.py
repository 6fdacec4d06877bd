"""What stands around axes has room: the figure grows, or the axes give way."""

from __future__ import annotations

import pytest
from matplotlib.axes import Axes

from xhsim.plots.canvas.colours import INK
from xhsim.plots.canvas.frame import direct_labels, keep_inside, write_source, write_title
from xhsim.plots.canvas.pictures import Picture, new_axes, new_figure


def _size(ax: Axes) -> tuple[float, float]:
    """Return the size of axes in inches."""
    box = ax.bbox
    return box.width / ax.figure.dpi, box.height / ax.figure.dpi


def test_a_title_too_long_makes_the_figure_wider_and_leaves_the_axes() -> None:
    ax = new_axes(4, 3)
    before = _size(ax)
    write_title(ax, "A title that is much longer than the axes below it are wide", ["%"], "en")
    write_source(ax, "from a test", "en")
    figure = ax.get_figure(root=True)
    assert figure is not None
    assert figure.get_size_inches()[0] > 5
    assert _size(ax) == pytest.approx(before)
    for text in ax.texts:
        box = text.get_window_extent()
        assert 0 <= box.x0 < box.x1 <= figure.bbox.x1
        assert 0 <= box.y0 < box.y1 <= figure.bbox.y1


def test_what_has_room_is_left_as_it_is() -> None:
    ax = new_axes(6, 4, (1, 1, 1, 1))
    keep_inside(ax)
    assert ax.figure.get_size_inches().tolist() == [6, 4]  # type: ignore[union-attr]


def test_a_figure_of_several_axes_keeps_its_size() -> None:
    figure = new_figure(4, 3)
    axes = [figure.add_axes((x, 0.2, 0.3, 0.6), axes_class=Picture) for x in (0.1, 0.6)]
    write_title(axes[0], "A title that is much longer than the axes below it are wide", ["%"], "en")
    keep_inside(axes[0])
    assert figure.get_size_inches().tolist() == [4, 3]


def test_axes_give_way_to_labels_at_their_right() -> None:
    ax = new_axes(6, 4, (0.7, 0.6, 1.0, 0.8))
    right = ax.bbox.x1
    direct_labels(ax, [(0.5, "a label of many words", INK, "normal")], "en", 9)
    assert ax.bbox.x1 < right
    assert ax.texts[0].get_window_extent().x1 <= ax.figure.bbox.x1


def test_labels_end_where_the_next_axes_begin() -> None:
    figure = new_figure(8, 3)
    first, second = (figure.add_axes((x, 0.2, 0.36, 0.6), axes_class=Picture) for x in (0.06, 0.56))
    direct_labels(first, [(0.5, "a label of many words", INK, "normal")], "en", 9)
    neighbour = second.get_tightbbox()
    assert neighbour is not None
    assert first.texts[0].get_window_extent().x1 < neighbour.x0
