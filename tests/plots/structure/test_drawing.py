"""Axes in points, and texts broken into lines, measured and written."""

from __future__ import annotations

import pytest

from xhsim.plots.structure.drawing import bare_axes, font_of, lines_of, text_size, write_lines


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 10, ()),
        ("one", 10, ("one",)),
        ("aa bb cc dd", 8, ("aa bb", "cc dd")),  # two lines of equal length, not "aa bb cc", "dd"
        ("unbreakable of", 6, ("unbreakable", "of")),
        ("high-tech firms", 10, ("high-tech", "firms")),
        ("研发经费投入强度", 8, ("研发经费", "投入强度")),
    ],
)
def test_a_text_is_broken_into_lines_of_about_equal_length(
    text: str, width: int, lines: tuple[str, ...]
) -> None:
    assert lines_of(text, width) == lines


def test_the_size_of_lines_is_that_of_the_widest_and_of_their_number() -> None:
    wide, high = text_size(("iii", "mmmmmm"), 10)
    assert high == pytest.approx(2 * 10 * 1.18)
    assert wide == text_size(("mmmmmm",), 10)[0]
    assert text_size((), 10) == (0.0, 0.0)


def test_a_point_of_the_axes_is_a_point_of_the_figure() -> None:
    ax = bare_axes(300, 100)
    left, right = ax.get_xlim()
    bottom, top = ax.get_ylim()
    assert (left, right, bottom, top) == (-6, 306, 106, -6)
    assert ax.figure.get_size_inches().tolist() == pytest.approx([312 / 72, 112 / 72])  # type: ignore[union-attr]


def test_a_narrow_picture_is_in_the_middle_of_a_wide_figure() -> None:
    ax = bare_axes(100, 50, least=300)
    assert ax.get_xlim() == (-106, 206)


def test_lines_are_written_around_their_centre() -> None:
    ax = bare_axes(100, 50)
    write_lines(ax, ("a", "b", "c"), 40, 20, size=10, colour=["red", "green", "blue"], gid="x")
    assert [text.get_position()[0] for text in ax.texts] == [40, 40, 40]
    assert [text.get_position()[1] for text in ax.texts] == pytest.approx([8.2, 20, 31.8])
    assert [text.get_color() for text in ax.texts] == ["red", "green", "blue"]
    assert {text.get_gid() for text in ax.texts} == {"x"}


def test_a_label_has_the_font_of_its_letters(chinese_font: None) -> None:
    assert font_of("GDP", 8).get_family() == ["DejaVu Sans"]
    assert font_of("GDP增速", 8).get_family()[0] != "DejaVu Sans"
