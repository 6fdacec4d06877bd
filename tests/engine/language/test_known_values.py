"""Values that numbers determine."""

from __future__ import annotations

import pytest

from xhsim.engine.language.functions import FUNCTIONS as TABLE
from xhsim.engine.language.known_values import FUNCTIONS, known_value
from xhsim.engine.language.syntax import Call, Name, Number

TWO, THREE = Number(2.0), Number(3.0)


def test_every_function_is_one_of_the_language() -> None:
    assert FUNCTIONS.keys() <= TABLE.keys()


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (Call("power", (TWO, THREE)), 8.0),
        (Call("if_then_else", (Call("less", (THREE, TWO)), TWO, THREE)), 3.0),
        (Call("quantum", (Number(-7.0), TWO)), -6.0),
        (Call("int_xmile", (Number(-2.5),)), -3.0),
        (Call("round_xmile", (Number(-2.5),)), -3.0),
        (Call("sign_xmile", (Number(-2.5),)), -1.0),
        (Call("modulo", (Number(-7.0), THREE)), -1.0),
        (Call("xidz", (TWO, Number(0.0), THREE)), 3.0),
        (Call("divide", (TWO, Number(0.0))), None),
        (Call("ln", (Number(-1.0),)), None),
        (Call("power", (Number(-8.0), Number(0.5))), None),
        (Call("min", (TWO, Name("x"))), None),
        (Call("add", (TWO,)), None),
    ],
)
def test_values_by_hand(call: Call, expected: float | None) -> None:
    assert known_value(call, lambda node: None) == expected
