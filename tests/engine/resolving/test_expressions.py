"""Resolving expressions: references, sums, lookups, and what is refused."""

from __future__ import annotations

import pytest

from tests.engine.resolving.records import (
    ZONE,
    X,
    Y,
    component,
    element,
    expressions_of,
    model_text,
    plus,
    scope_of,
)
from xhsim.engine.equations import (
    Along,
    Apply,
    Axis,
    ConstantArray,
    ConstantNumber,
    Expression,
    Fixed,
    Reduce,
    VariableReference,
)
from xhsim.engine.language.syntax import Call, Name, Node, Number, Range
from xhsim.errors import ModelError

COAST = Range("Coast", ("south",))


def resolved(node: Node, *subscripts: str) -> Expression:
    """Resolve the equation of `z`, in a model with the plain `x` and `w[Zone]`."""
    model = model_text(
        element("x", component(Number(1.0))),
        element("w", component(Number(2.0), "Zone")),
        element("z", component(node, *subscripts)),
        ranges=(ZONE, COAST),
    )
    expressions = expressions_of(model)
    return expressions.resolve(node, scope_of(expressions, "z"))


WHOLE = VariableReference("w", (Along("zone", (0, 1)),))


def test_references() -> None:
    assert resolved(X) == VariableReference("x")
    assert resolved(Name("time")) == VariableReference("time")
    assert resolved(Name("w", ("Zone",)), "Zone") == WHOLE
    assert resolved(Name("w", ("south",))) == VariableReference("w", (Fixed(1),))
    part = VariableReference("w", (Along("coast", (1,)),))
    assert resolved(Name("w", ("Coast",)), "Coast") == part


def test_calls() -> None:
    assert resolved(plus(X, Number(2.0))) == Apply(
        "add", (VariableReference("x"), ConstantNumber(2.0))
    )


def test_sums_remove_the_marked_axis() -> None:
    axis = Axis("zone!", ("north", "south"))
    marked = VariableReference("w", (Along("zone!", (0, 1)),))
    assert resolved(Call("sum", (Name("w", ("Zone!",)),))) == Reduce("sum", (axis,), (marked,))


def test_ranges_and_elements_as_numbers() -> None:
    assert resolved(Name("zone"), "Zone") == ConstantArray((1.0, 2.0), ("zone",))
    assert resolved(Name("south")) == ConstantNumber(2.0)
    assert resolved(Call("elmcount", (Name("zone"),))) == ConstantNumber(2.0)


@pytest.mark.parametrize(
    ("node", "words"),
    [
        (Y, '"z" uses "y", which the model does not define'),
        (Name("w"), '"z" uses "w" with 0 subscripts; it has 1. write w.Zone.'),
        (Name("w", ("Zone",)), "Zone is not on its left-hand side"),
        (Name("w", ("Zone!",)), "outside a function over a range"),
        (Call("sum", (X,)), "SUM in .z. has no subscript with !. mark the range with !"),
        (Call("max", (X,)), "MAX in .z. has 1 arguments; it takes 2"),
        (Call("ranc", (X,)), 'RANC in "z" is not supported. write it as equations or as a macro'),
        (Call("maxx", (X, X)), 'MAXX in "z" is not supported. did you mean "MAX"'),
        (Call("integ", (X, X)), "must be the whole equation"),
        (Call("get_time_value", (X, X, X)), "write GET TIME VALUE.0, offset, 0."),
    ],
)
def test_refused(node: Node, words: str) -> None:
    with pytest.raises(ModelError, match=words) as caught:
        resolved(node)
    assert caught.value.line == 7
