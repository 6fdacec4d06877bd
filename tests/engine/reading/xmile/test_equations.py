"""Equations of XMILE: operators, names, calls, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.reading.xmile.texts import (
    TIME,
    Y,
    aux,
    component_of,
    read,
)
from xhsim.engine.language.syntax import Call, Name, Number
from xhsim.errors import ModelError


def is_(name: str, value: float) -> Call:
    return Call("equal", (Name(name), Number(value)))


EQUATIONS = {
    "1.5e2": Number(150.0),
    "-3": Number(-3.0),
    "-2^2": Call("negative", (Call("power", (Number(2.0), Number(2.0))),)),
    "2^3^2": Call("power", (Number(2.0), Call("power", (Number(3.0), Number(2.0))))),
    "2^-1": Call("power", (Number(2.0), Number(-1.0))),
    "1 - 2 - 3": Call("subtract", (Call("subtract", (Number(1.0), Number(2.0))), Number(3.0))),
    "y*2 MOD 3": Call("modulo", (Call("multiply", (Y, Number(2.0))), Number(3.0))),
    "y mod 3 + 1": Call("add", (Call("modulo", (Y, Number(3.0))), Number(1.0))),
    "{a} y { b ( }\n": Y,
    "DT": Name("time_step"),
    "StartTime + STOPTIME": Call("add", (Name("initial_time"), Name("final_time"))),
    "TIME": TIME,
    "PI": Call("pi", ()),
    "LOG10(y)": Call("log", (Y, Number(10.0))),
    "notes": Name("notes"),
    "order": Name("order"),
    "modest": Name("modest"),
    "iffy": Name("iffy"),
    "NOT y = 1": Call("not", (is_("y", 1.0),)),
    "y = 1 OR y = 2 and y = 3": Call(
        "or", (is_("y", 1.0), Call("and", (is_("y", 2.0), is_("y", 3.0))))
    ),
    "y <> 1": Call("not_equal", (Y, Number(1.0))),
    "y >= 1": Call("greater_equal", (Y, Number(1.0))),
    "IF y = 1 THEN 2 ELSE 3 + 4": Call(
        "if_then_else", (is_("y", 1.0), Number(2.0), Call("add", (Number(3.0), Number(4.0))))
    ),
    "1 + if (y = 1) then 2 else if y = 2 then 3 else 4": Call(
        "add",
        (
            Number(1.0),
            Call(
                "if_then_else",
                (
                    is_("y", 1.0),
                    Number(2.0),
                    Call("if_then_else", (is_("y", 2.0), Number(3.0), Number(4.0))),
                ),
            ),
        ),
    ),
    "IF y = 1 THEN IF y = 2 THEN 3 ELSE 4 ELSE 5": Call(
        "if_then_else",
        (
            is_("y", 1.0),
            Call("if_then_else", (is_("y", 2.0), Number(3.0), Number(4.0))),
            Number(5.0),
        ),
    ),
    '"a \\n b"': Name("a_b"),
    "RAMP(1, 2)": Call("xramp", (Number(1.0), Number(2.0))),
    "RAMP(1, 2, 3)": Call("ramp", (Number(1.0), Number(2.0), Number(3.0))),
    "PULSE(5, 2)": Call("xpulse", (Number(2.0), Number(5.0))),
    "PULSE(5, 2, 3)": Call("xpulse_train", (Number(2.0), Number(3.0), Number(5.0))),
    "DELAY(y, 2)": Call("delay_fixed", (Y, Number(2.0), Y)),
    "SMTH3(y, 2, 1)": Call("smooth", (Y, Number(2.0), Number(1.0), Number(3.0))),
    "DELAYN(y, 2, 4)": Call("delay_n", (Y, Number(2.0), Y, Number(4.0))),
    "TREND(y, 2)": Call("trend", (Y, Number(2.0), Number(0.0))),
    "FORCST(y, 2, 3)": Call("forecast", (Y, Number(2.0), Number(3.0), Number(0.0))),
    "INIT(y)": Call("initial", (Y,)),
    "SAFEDIV(y, 2)": Call("zidz", (Y, Number(2.0))),
    "SAFEDIV(y, 2, 1)": Call("xidz", (Y, Number(2.0), Number(1.0))),
    "INT(y)": Call("int_xmile", (Y,)),
    "MAX(y, 2, 3)": Call("max", (Call("max", (Y, Number(2.0))), Number(3.0))),
    "MAX(y, 2)": Call("max", (Y, Number(2.0))),
    "MIN(y)": Call("vmin_xmile", (Y,)),
    "y // 2 // 3": Call("zidz", (Call("zidz", (Y, Number(2.0))), Number(3.0))),
    "PREVIOUS(SELF, 1)": Call("previous", (Name("z"), Number(1.0))),
    "Sub.y": Name("sub.y"),
}


@pytest.mark.parametrize("equation", EQUATIONS)
def test_equations(tmp_path: Path, equation: str) -> None:
    assert component_of(tmp_path, aux(equation)).expression == EQUATIONS[equation]


def test_variable_with_the_name_of_a_time_is_a_variable(tmp_path: Path) -> None:
    found = component_of(tmp_path, aux("DT") + '<aux name="dt"><eqn>1</eqn></aux>')
    assert found.expression == Name("dt")


VARIABLES = {
    "unreadable": (aux("1 ? 2"), "reading stopped before `? 2`"),
    "half": (aux("2*"), "its end is missing"),
    "no else": (aux("IF y THEN 2"), "ELSE is missing"),
    "no then": (aux("IF y ELSE 2"), "THEN is missing"),
    "bracket": (aux("(2"), "`)` is missing"),
    "rest": (aux("2 y"), "reading stopped before `y`"),
    "chain": (aux("1 < y < 3"), "join them with AND"),
    "arity": (aux("SMTH1(y)"), "SMTH1 has too few or too many arguments"),
    "subscript": (aux("y[1 2]"), "a subscript must be a name, a number or an expression"),
    "range": (aux("y[1:(2)]"), "a range of subscripts ends with a name or a number"),
    "uneven rows": (aux("1,2;3"), "the rows of the table differ"),
}


@pytest.mark.parametrize("name", VARIABLES)
def test_equation_refused(tmp_path: Path, name: str) -> None:
    text, words = VARIABLES[name]
    with pytest.raises(ModelError) as caught:
        read(tmp_path, text)
    assert words in str(caught.value)
    assert caught.value.line == 4
    assert "\n" not in str(caught.value)
