"""Syntax records: their checks, their bytes, and the two forms of a name."""

from __future__ import annotations

import msgspec
import pytest

from xhsim.engine.language import syntax
from xhsim.engine.language.syntax import Call, Name, Number, NumberArray, Range, Table, Tables


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        (NumberArray, ((1.0, 2.0, 3.0), (2, 2)), "does not match the number of values"),
        (Table, ((0.0, 1.0), (5.0,)), "x and y differ in length"),
        (Tables, ((0.0, 1.0), (5.0, 6.0, 7.0), (2, 2)), "does not match the points"),
        (Tables, ((0.0, 1.0), (5.0, 6.0, 7.0), (3,)), "does not match the points"),
        (Range, ("A", ("a",), ("B", "C"), 0, (("b",),)), "of all ranges in the mapping"),
    ],
)
def test_records_that_contradict_themselves_are_refused(
    kind: type, fields: tuple[object, ...], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        kind(*fields)


def test_records_survive_their_bytes() -> None:
    node: syntax.Node = Call("add", (Name("x", ("north",)), Number(1.5)))
    data = msgspec.msgpack.encode(node)
    assert msgspec.msgpack.decode(data, type=syntax.Node) == node


def test_bytes_with_an_unknown_word_are_refused() -> None:
    data = msgspec.msgpack.encode(["Table", [0.0], [1.0], "guess"])
    with pytest.raises(msgspec.ValidationError, match="guess"):
        msgspec.msgpack.decode(data, type=syntax.Node)


def test_records_are_frozen() -> None:
    with pytest.raises(AttributeError):
        Number(1.0).value = 2.0  # type: ignore[misc]


@pytest.mark.parametrize(
    "name", ["R&D spending", '"R&D spending"', "r&d_Spending", " R&D  spending"]
)
def test_spellings_of_one_name_have_one_key(name: str) -> None:
    assert syntax.match_key(name) == "r&d_spending"


@pytest.mark.parametrize(
    ("name", "expected"), [("R&D spending", "r_d_spending"), ("人口 (万)", "人口_万"), ("%", "")]
)
def test_names_in_results(name: str, expected: str) -> None:
    assert syntax.canonical(name) == expected
