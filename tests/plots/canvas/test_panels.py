"""Pages of panels: none so low that nothing can be read from it."""

from __future__ import annotations

import itertools

import pytest
from matplotlib.lines import Line2D

from xhsim.plots.canvas.colours import INK
from xhsim.plots.canvas.panels import broken_to_fit, page_of, write_above, write_headings, write_key
from xhsim.plots.canvas.style import text_width


@pytest.mark.parametrize(("panels", "high"), [(4, 5.85), (18, 8.27)])
def test_few_panels_fit_on_a_sheet(panels: int, high: float) -> None:
    assert page_of(panels).figure.get_size_inches()[1] == pytest.approx(high)


@pytest.mark.parametrize("panels", [34, 60])
def test_a_page_of_many_panels_is_longer(panels: int) -> None:
    page = page_of(panels)
    wide, high = page.figure.get_size_inches()
    assert wide == pytest.approx(11.69)
    assert min(ax.get_position().height for ax in page) * high == pytest.approx(0.8)
    lowest, highest = page[-1].get_position(), page[0].get_position()
    assert lowest.y0 * high == pytest.approx(0.35 + 0.36)
    assert (1 - highest.y1) * high == pytest.approx(0.62 + 0.72)


@pytest.mark.parametrize(("panels", "columns"), [(1, 1), (4, 2), (6, 3), (12, 4), (18, 6)])
def test_panels_of_one_size_fill_the_page_row_by_row(panels: int, columns: int) -> None:
    page = page_of(panels)
    boxes = [ax.get_position() for ax in page]
    assert len({(round(box.width, 9), round(box.height, 9)) for box in boxes}) == 1
    assert [round(box.x0, 9) for box in boxes[:columns]] == sorted(
        {round(box.x0, 9) for box in boxes}
    )
    assert all(one.y0 >= other.y0 for one, other in itertools.pairwise(boxes))
    assert 0 < min(box.x0 for box in boxes) < max(box.x1 for box in boxes) < 1


def test_a_heading_is_no_wider_than_its_panel() -> None:
    ax = page_of(18)[0]
    lines = broken_to_fit("Growth of the output of the modern finance cluster", ax).splitlines()
    assert len(lines) > 1
    assert all(text_width(line, "en", 7.3) < 1.1 * ax.bbox.width * 0.72 for line in lines)


def test_lines_stand_above_a_panel_at_their_heights() -> None:
    ax = page_of(4)[0]
    write_above(ax, (("unit", 6, "normal", INK, 5.0), ("", 6, "normal", INK, 9.0)), "en")
    (text,) = ax.texts
    bottom = text.get_window_extent().y0 - ax.bbox.y1
    assert bottom * 0.72 == pytest.approx(5, abs=1)


@pytest.mark.parametrize(("title", "at_top"), [("Short", True), ("A long title " * 8, False)])
def test_the_key_is_beside_the_title_or_at_the_foot(title: str, at_top: bool) -> None:
    page = page_of(18)
    write_headings(page, title.strip(), "from a test", "en")
    marks = [Line2D([], []), Line2D([], [])]
    write_key(page, marks, ["what the first line means", "what the second means"], "en")
    (key,) = page.figure.legends
    middle = page.figure.bbox.height / 2
    assert (key.get_window_extent().y0 > middle) == at_top
    assert [text.get_text() for text in page.figure.texts] == [title.strip(), "from a test"]
