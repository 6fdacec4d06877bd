"""Excerpts of a model file for messages."""

from __future__ import annotations

import pytest

from xhsim.engine.reading.excerpts import shorten


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("  one\n two  ", "one two"),
        ("x" * 60, "x" * 60),
        ("x" * 61, "x" * 59 + "…"),
    ],
)
def test_a_text_on_one_line_of_at_most_sixty_characters(text: str, expected: str) -> None:
    assert shorten(text) == expected


def test_a_huge_text_is_cut_before_it_is_split() -> None:
    assert shorten("a " * 10_000_000, 10) == "a a a a a…"
