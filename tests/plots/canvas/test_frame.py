"""Texts around axes have room: the figure grows, or the axes become narrower."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.axes import Axes

from xhsim.plots.canvas.colours import INK
from xhsim.plots.canvas.frame import (
    direct_labels,
    keep_inside,
    label_shifts,
    origin_text,
    scenario_text,
    scenario_texts,
    write_source,
    write_title,
)
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


def test_direct_labels_never_overlap() -> None:
    ax = new_axes()
    ax.set_ylim(0, 100)
    heights = [50.0, 50.5, 51.0, 90.0, 50.2]
    shifts = label_shifts(ax, heights, 11.5)
    pixels = ax.transData.transform([(0, value) for value in heights])[:, 1] * 0.72
    places = np.sort(pixels + shifts)
    assert np.diff(places).min() > 11.5 - 1e-9
    assert shifts[3] == pytest.approx(0)


def test_lines_above_axes_are_written_from_the_top_down_and_empty_ones_take_no_room() -> None:
    heights = []
    for lines in (["first", "", "unit"], ["first", "unit"]):
        ax = new_axes()
        write_title(ax, "title", lines, "en")
        written = sorted(ax.texts, key=lambda text: -text.get_window_extent().y0)
        assert [text.get_text() for text in written] == ["title", "first", "unit"]
        heights.append([text.get_window_extent().y0 - ax.bbox.y1 for text in written])
    assert heights[0] == pytest.approx(heights[1])


@pytest.mark.parametrize(
    ("about", "failed", "text"),
    [
        ({}, 0, ""),
        ({"scenario": "plan", "draws": 1000, "seed": 0}, 0, "scenario plan, 1,000 draws, seed 0"),
        ({"draws": 10, "failed": 2}, 1, "10 draws (2 failed)"),
        ({"draws": 10, "failed": 2}, 3, "10 draws (3 failed)"),
    ],
)
def test_the_origin_says_scenario_draws_and_seed(
    about: dict[str, object], failed: int, text: str
) -> None:
    assert origin_text(about, "en", failed) == text


def test_scenarios_have_their_names_in_english_and_their_labels_in_chinese() -> None:
    about = {"scenario": "plan", "scenario_label_zh": "规划"}
    assert (scenario_text(about, "en"), scenario_text(about, "zh")) == ("plan", "规划")
    assert scenario_text({"scenario": "plan"}, "zh") == "plan"
    several = {"scenario_labels_zh": {"plan": "规划", "mine": ""}}
    assert scenario_texts(several, "zh") == {"plan": "规划", "mine": "mine"}
    assert scenario_texts({}, "zh") == {}
