"""Charts with a line for each name: the first uppermost, each name at its line."""

from __future__ import annotations

import pytest
from matplotlib.text import Annotation

from xhsim.plots.canvas.pictures import new_axes
from xhsim.plots.canvas.rows import left_margin, row_axes
from xhsim.plots.canvas.style import text_width

NAMES = ["short", "a name that is longer", "third"]


def test_names_stand_at_their_lines_left_of_the_axes() -> None:
    ax = row_axes(NAMES, "en")
    texts = [text for text in ax.texts if isinstance(text, Annotation)]
    assert [(text.get_text(), text.xy) for text in texts] == [
        (name, (0, place)) for place, name in enumerate(NAMES)
    ]
    assert all(text.get_window_extent().x1 < ax.bbox.x0 for text in texts)
    low, high = ax.get_ylim()
    assert low > high  # downwards


def test_a_new_figure_has_room_for_the_longest_name_and_every_line() -> None:
    margin = text_width(NAMES[1], "en", 8.5) + 8
    assert left_margin(NAMES, "en") == pytest.approx(margin)
    assert left_margin([], "en") == 8
    size = row_axes(NAMES, "en", width=4.0, right=1.0, top=0.5, bottom=0.5).figure.get_size_inches()  # type: ignore[union-attr]
    assert size.tolist() == pytest.approx([margin / 72 + 0.15 + 5.0, 3 * 0.27 + 0.05 + 1.0])


def test_given_axes_are_used() -> None:
    ax = new_axes()
    assert row_axes(NAMES, "en", ax) is ax
    assert len(ax.texts) == 3
