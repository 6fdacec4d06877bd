"""Splitting the text of a Vensim model: definitions, macros, groups and their lines."""

from __future__ import annotations

import pytest

from xhsim.engine.reading.vensim.definitions import (
    Definition,
    Groups,
    body_of,
    clean,
    cut_macros,
    definitions,
    is_too_large,
)

MACROS = """x = 1 ~~|
:MACRO: SPLIT(a, b : rest)
SPLIT = a ~~|
:END OF MACRO:
y = 2 ~~|
"""


def test_definitions_have_their_unit_comment_and_line() -> None:
    text = "{UTF-8}\nx = 1\n\t~ year [0,?]\n\t~ Some words.\n\t|\n\ny = {note} 2 ~~|\n"
    assert list(definitions(text)) == [
        Definition("x = 1", "year [0,?]", "Some words.", 2),
        Definition("y = 2", "", "", 7),
    ]


def test_marks_in_quotes_and_braces_are_text() -> None:
    text = '"a~b|c" = 1 {~|} ~ unit ~ |\nd = 2 ~~|'
    assert [(found.equation, found.line) for found in definitions(text)] == [
        ('"a~b|c" = 1', 1),
        ("d = 2", 2),
    ]


def test_comments_within_comments() -> None:
    text = "x = {a {b ~ {c} |} d} 1 {e} ~~|\ny = 2 ~~|"
    assert [found.equation for found in definitions(text)] == ["x = 1", "y = 2"]


def test_entries_that_lack_a_unit_or_a_comment_end_nothing() -> None:
    text = "x = 1 ~ m | no\n |\n***\n.Title\n***~ a group |y = 2 | Area: a, b ~| z = 3 ~~|"
    assert list(definitions(text)) == [
        Definition("x = 1", "m", "", 1),
        Definition("y = 2", "", "", 5),
        Definition("Area: a, b", "", "", 5),
        Definition("z = 3", "", "", 5),
    ]


def test_text_after_the_last_mark_is_ignored() -> None:
    assert [found.equation for found in definitions("x = 1 ~~| y = 2")] == ["x = 1"]


def test_macros_are_cut_out_and_lines_stay() -> None:
    rest, (split,) = cut_macros(MACROS)
    assert (split.name, split.inputs, split.outputs, split.line) == (
        "SPLIT",
        ("a", "b"),
        ("rest",),
        2,
    )
    assert [(found.equation, found.line) for found in definitions(rest)] == [
        ("x = 1", 1),
        ("y = 2", 5),
    ]
    inside = list(definitions(MACROS, split.start, split.end))
    assert [(found.equation, found.line) for found in inside] == [("SPLIT = a", 3)]


@pytest.mark.parametrize(
    ("text", "line"),
    [("\n:MACRO: F(x)", "2"), (":END OF MACRO:", "1"), ("\n\n:MACRO: F\n:END OF MACRO:", "3")],
)
def test_a_macro_without_end_or_head_is_an_error_with_its_line(text: str, line: str) -> None:
    with pytest.raises(ValueError, match=f"^{line}$"):
        cut_macros(text)


def test_groups_contain_the_lines_after_their_title() -> None:
    stars = "*" * 20
    body = f"x = 1 ~~|\n{stars}\n\t.Land use\n{stars}~\n\t\tWhat it\n contains|\ny = 2 ~~|\n"
    groups = Groups(body)
    assert groups.groups == (("Land use", "What it contains"),)
    assert (groups.at(1), groups.at(7)) == ("", "Land use")
    assert [found.equation for found in definitions(body)] == ["x = 1", "y = 2"]


def test_the_sketch_is_not_part_of_the_equations() -> None:
    for line in ("\\\\\\---/// Sketch", "\\\\---//", "\\\\\\\\------///", "///---\\\\\\"):
        assert body_of(f"x = 1/2 ~~|\n{line}\ny = 2 ~~|") == "x = 1/2 ~~|\n"


def test_continued_lines_and_blanks_become_one_blank() -> None:
    assert clean("  a +\\\n\t b \n c ") == "a + b c"


@pytest.mark.parametrize(
    ("text", "expected"), [('\\"' * 10_001, True), (":MACRO:" * 2_001, True), (MACROS, False)]
)
def test_texts_that_would_take_too_long(text: str, expected: bool) -> None:
    assert is_too_large(text) is expected
