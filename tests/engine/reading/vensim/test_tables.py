"""Points of lookups and lists of numbers in a Vensim file."""

from __future__ import annotations

import math

import pytest

from xhsim.engine.language.syntax import Number, NumberArray, Table
from xhsim.engine.reading.vensim.tables import number_list, odd_limits, table_of
from xhsim.engine.reading.vensim.tokens import VensimSyntaxError

RISING = Table((0.0, 1.0, 2.0), (10.0, 20.0, 30.0))


@pytest.mark.parametrize(
    "text",
    [
        "(0,10),(1,20),(2,30)",
        "( 2 , 30) (0,+1e1),(1,20.)",
        "[(0,0)-(9,9)],(0,10),(1,20),(2,30)",
        "[(0,0)-(9,9),(1,1),(2,2)],(0,10),(1,20),(2,30)",
        "0,1,2, 10,20,30",  # the old form: all x, then all y
        "[(0,0)-(9,9)], 0,1,2,10,20,30",
    ],
)
def test_points(text: str) -> None:
    assert table_of(text) == RISING


def test_points_with_one_x_keep_their_order() -> None:
    found = table_of("(0,1),(1,5),(1,2),(2,0)")
    assert found == Table((0.0, 1.0, math.nextafter(1, 2), 2.0), (1.0, 5.0, 2.0, 0.0))
    assert table_of("(0,1),(0,2),(0,3)").x == (0.0, 1e-200, 2e-200)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("(0,1),(1,2", r"`\(1,2` is not a point"),
        ("(0,1),(x,2)", r"`\(x,2\)` is not a point"),
        ("0,1,2,10,20", "5 numbers"),
        ("0,one", "`one` is not a number"),
        ("", "no points"),
    ],
)
def test_what_is_no_table(text: str, words: str) -> None:
    with pytest.raises(VensimSyntaxError, match=words):
        table_of(text)


def test_lists() -> None:
    assert number_list("1, 2; 3, 4;") == NumberArray((1.0, 2.0, 3.0, 4.0), (2, 2))
    assert number_list("1, 2, 3,") == NumberArray((1.0, 2.0, 3.0), (3,))
    found = number_list("1, :na:")
    assert isinstance(found, NumberArray)
    assert found.values[1] == -(2.0**109)
    assert number_list("5 - 3 - 1") == Number(1.0)
    assert number_list("2*3") is None


def test_limits() -> None:
    assert odd_limits("([(0,0)-(2,2),(1,1)],(0,1))") is None
    assert odd_limits("([rm],(0,1))") == "rm"
