"""Expanding macros: each call has its own copy of the macro's variables."""

from __future__ import annotations

import pytest

from tests.engine.resolving.records import (
    X,
    component,
    element,
    model_text,
    plus,
)
from xhsim.engine.equations import Apply, ConstantNumber, Equations, Rule, Stock, VariableReference
from xhsim.engine.language.syntax import Call, Macro, Name, Node, Number
from xhsim.engine.resolving.resolve import resolve
from xhsim.errors import ModelError

A, LEVEL = Name("a"), Name("level")
FILL = Macro(
    "fill",
    ("a",),
    (),
    (
        element("fill", component(plus(LEVEL, Number(1.0)))),
        element("level", component(Call("integ", (A, Number(0.0))))),
    ),
    3,
)
PONG = Macro("pong", ("a",), (), (element("pong", component(Call("ping", (A,)))),), 3)


def equations_of(node: Node, macro: Macro = FILL) -> Equations:
    return resolve(
        model_text(
            element("x", component(Number(1.0))),
            element("z", component(node)),
            macros=(macro, PONG),
        )
    )


def test_each_call_has_its_own_stock() -> None:
    calls = plus(Call("fill", (X,)), Call("fill", (Number(2.0),)))
    equations = equations_of(calls)
    stocks = [key for key, found in equations.definitions.items() if isinstance(found, Stock)]
    assert len(stocks) == 2
    assert all(equations.variables[key].kind == "stock" for key in stocks)


def test_the_value_of_a_call_is_the_main_output() -> None:
    equations = equations_of(Call("fill", (Number(2.0),)))
    (part,) = rule_of(equations, "z").parts
    assert isinstance(part.expression, VariableReference)
    (output,) = rule_of(equations, part.expression.variable).parts
    assert isinstance(output.expression, Apply)
    level, one = output.expression.arguments
    assert one == ConstantNumber(1.0)
    assert isinstance(level, VariableReference)
    stock = equations.definitions[level.variable]
    assert isinstance(stock, Stock)
    source = stock.flow[0].expression
    assert isinstance(source, VariableReference)
    assert rule_of(equations, source.variable).parts[0].expression == ConstantNumber(2.0)


def rule_of(equations: Equations, key: str) -> Rule:
    found = equations.definitions[key]
    assert isinstance(found, Rule)
    return found


@pytest.mark.parametrize(
    ("macro", "call", "words"),
    [
        (FILL, Call("fill", (X, X, X)), "has 3 arguments; it takes 1"),
        (
            Macro("ping", ("a",), (), (element("ping", component(Call("pong", (A,)))),), 3),
            Call("ping", (X,)),
            "the macro PING calls itself .PING -> PONG -> PING.",
        ),
        (
            Macro("empty", ("a",), (), (element("b", component(A)),), 3),
            Call("empty", (X,)),
            'the macro EMPTY has no equation for its output "empty"',
        ),
        (
            Macro("twice", ("a",), (), (element("a", component(A)),), 3),
            Call("twice", (X,)),
            '"a" is defined twice',
        ),
    ],
)
def test_refused(macro: Macro, call: Node, words: str) -> None:
    with pytest.raises(ModelError, match=words):
        equations_of(call, macro)
