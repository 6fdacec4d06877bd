"""Left-hand sides of a Vensim model."""

from __future__ import annotations

import pytest

from xhsim.engine.reading.vensim.left_sides import LeftSide, split_definition
from xhsim.engine.reading.vensim.tokens import VensimSyntaxError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = 1", LeftSide("x", (), (), "", "=", "1")),
        ("x == 1", LeftSide("x", (), (), "", "==", "1")),
        ("x := y", LeftSide("x", (), (), "", ":=", "y")),
        ("x[A, b]", LeftSide("x", ("A", "b"), (), "", "", "")),
        ("x ((0,1))", LeftSide("x", (), (), "", "()", "((0,1))")),
        ("x :RAW: := 3", LeftSide("x", (), (), "raw", ":=", "3")),
        ("x:Hold  backward::=y", LeftSide("x", (), (), "hold backward", ":=", "y")),
        ('"a = [b]"[A] = 2', LeftSide('"a = [b]"', ("A",), (), "", "=", "2")),
        ("f :IS: 'a.csv'", LeftSide("f", (), (), "is", "", "'a.csv'")),
        (
            'x[A,B] :EXCEPT: [a1,B], ["a 2", b1] = 3',
            LeftSide("x", ("A", "B"), (("a1", "B"), ('"a 2"', "b1")), "", "=", "3"),
        ),
    ],
)
def test_parts(text: str, expected: LeftSide) -> None:
    assert split_definition(text) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("= 3", "does not begin with a name"),
        ("R&D = 3", "the name `R&D` needs double quotes"),
        ("x[] = 3", "square brackets are empty"),
        ("x[A] y = 3", "`y = 3` cannot follow its name"),
        ("x[A] :EXCEPT: a = 3", ":EXCEPT: must be followed"),
    ],
)
def test_what_is_no_left_side(text: str, words: str) -> None:
    with pytest.raises(VensimSyntaxError, match=words):
        split_definition(text)
