"""Functions with a memory: the stocks and stored values that replace them."""

from __future__ import annotations

import pytest

from tests.engine.resolving.records import (
    X,
    component,
    element,
    expressions_of,
    model_text,
    scope_of,
)
from xhsim.engine.equations import (
    Apply,
    ConstantNumber,
    Discrete,
    Expression,
    Stock,
    VariableReference,
)
from xhsim.engine.language.syntax import Call, Name, Node, Number
from xhsim.engine.resolving.draft import Draft
from xhsim.errors import ModelError


def resolved(node: Node) -> tuple[Expression, Draft]:
    model = model_text(
        element("x", component(Number(1.0))),
        element("order", component(Number(2.0))),
        element("z", component(node)),
    )
    expressions = expressions_of(model)
    return expressions.resolve(node, scope_of(expressions, "z")), expressions.draft


def apply(function: str, *arguments: Expression) -> Apply:
    return Apply(function, arguments)


SOURCE, TWO, THREE = VariableReference("x"), ConstantNumber(2.0), ConstantNumber(3.0)


def test_a_smooth_of_the_second_order_is_two_stocks_in_a_chain() -> None:
    arguments = (X, Number(3.0), Number(5.0), Name("order"))
    value, draft = resolved(Call("smooth_n", arguments))
    assert value == VariableReference("z smooth 2")
    before: Expression = SOURCE
    for key in ("z smooth 1", "z smooth 2"):
        stock = draft.definitions[key]
        assert isinstance(stock, Stock)
        level = VariableReference(key)
        # (before - level) * 2 / 3
        gap = apply("multiply", apply("subtract", before, level), TWO)
        assert stock.flow[0].expression == apply("divide", gap, THREE)
        assert stock.initial[0].expression == ConstantNumber(5.0)
        before = level
    assert draft.structural == {"order"}


def test_a_delay_starts_with_its_material() -> None:
    arguments = (X, Number(3.0), Number(5.0), Number(1.0))
    value, draft = resolved(Call("delay", arguments))
    assert value == apply("divide", VariableReference("z delay 1"), THREE)
    stock = draft.definitions["z delay 1"]
    assert isinstance(stock, Stock)
    assert stock.initial[0].expression == apply("multiply", ConstantNumber(5.0), THREE)


def test_a_sample_keeps_its_value_between_steps() -> None:
    condition = Call("greater", (Name("time"), Number(2.0)))
    value, draft = resolved(Call("sample_if_true", (condition, X, Number(4.0))))
    kept = draft.definitions["z sample 1"]
    assert isinstance(kept, Discrete)
    assert kept.following[0].expression == value
    assert kept.initial[0].expression == ConstantNumber(4.0)


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (Call("add", (Name("order"), Number(1.0))), 3),
        (Call("initial", (Number(2.0),)), 2),
        # STEP has begun at time 0 if its date is at most half a step ahead.
        (Call("add", (Number(1.0), Call("step", (Number(2.0), Number(0.2))))), 3),
        (Call("add", (Number(1.0), Call("step", (Number(2.0), Number(0.3))))), 1),
    ],
)
def test_an_order_that_is_known_at_the_start(order: Node, expected: int) -> None:
    _, draft = resolved(Call("smooth_n", (X, Number(3.0), X, order)))
    assert sum(isinstance(found, Stock) for found in draft.definitions.values()) == expected


@pytest.mark.parametrize(
    ("order", "words"),
    [
        (Number(0.0), "must be from 1 to 1000, not 0"),
        (Call("sin", (X,)), 'SMOOTH N in "z" must be known before the run. write it with numbers'),
    ],
)
def test_orders_that_cannot_be(order: Node, words: str) -> None:
    with pytest.raises(ModelError, match=words):
        resolved(Call("smooth_n", (X, Number(3.0), X, order)))
