"""Resolving a model: kinds of variables, their definitions, and what is refused."""

from __future__ import annotations

import math

import pytest

from tests.engine.resolving.records import ZONE, X, component, element, model_text
from xhsim.engine.equations import (
    Along,
    Axis,
    ConstantArray,
    ConstantNumber,
    Fixed,
    Lookup,
    Part,
    Rule,
    Stock,
    VariableReference,
)
from xhsim.engine.language.syntax import (
    Call,
    Component,
    ModelText,
    Name,
    Number,
    NumberArray,
    Range,
    Table,
)
from xhsim.engine.resolving.resolve import resolve
from xhsim.errors import ModelError

LARGE = Range("Area", ("north", "south", "east"))
CURVE = Component((), (), Table((0.0, 1.0), (5.0, 6.0)), "lookup", "", 2)
SERIES = Component((), (), Table((0.0, 1.0), (5.0, 6.0)), "data", "", 3)
UNKNOWN = Component((), (), Call("data", ()), "data", "", 4)


def test_kinds_of_variables() -> None:
    equations = resolve(
        model_text(
            element("x", component(Number(1.0))),
            element("level", component(Call("integ", (X, Number(2.0))))),
            element("seen", component(Name("level"))),
            element("curve", CURVE),
            element("series", SERIES),
            element("unknown", UNKNOWN),
        )
    )
    kinds = {key: found.kind for key, found in equations.variables.items() if not found.hidden}
    assert list(kinds.values())[:6] == ["constant", "stock", "auxiliary", "lookup", "data", "data"]
    assert equations.definitions["level"] == Stock(
        (Part((), (), VariableReference("x")),), (Part((), (), ConstantNumber(2.0)),)
    )
    assert equations.definitions["curve"] == Lookup((((0.0, 1.0), (5.0, 6.0)),))
    assert equations.without_values == {"unknown"}


def test_elements_that_the_file_does_not_define_are_nan() -> None:
    equations = resolve(
        model_text(
            element("w", component(X, "south"), component(X, "east")),
            element("x", component(Number(1.0))),
            ranges=(LARGE,),
        )
    )
    rule = equations.definitions["w"]
    assert isinstance(rule, Rule)
    *given, missing = rule.parts
    assert [part.region for part in given] == [(Fixed(1),), (Fixed(2),)]
    assert missing.region == (Fixed(0),)
    assert isinstance(missing.expression, ConstantNumber)
    assert math.isnan(missing.expression.value)


def test_a_list_of_numbers_fills_its_range() -> None:
    numbers = NumberArray((3.0, 4.0), (2,))
    equations = resolve(model_text(element("w", component(numbers, "Zone")), ranges=(ZONE,)))
    axis = Axis("zone", ("north", "south"))
    part = Part((axis,), (Along("zone", (0, 1)),), ConstantArray((3.0, 4.0), ("zone",)))
    assert equations.definitions["w"] == Rule((part,))


def of_zone(*components: Component) -> ModelText:
    return model_text(element("w", *components), ranges=(ZONE,))


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (
            ModelText("model.mdl", (), (element("x", component(Number(1.0))),)),
            "INITIAL TIME is not",
        ),
        (
            of_zone(component(Number(1.0), "Zone"), component(Number(2.0), "south")),
            'an element of "w" is defined more than once. define each element once',
        ),
        (
            of_zone(component(NumberArray((1.0, 2.0, 3.0), (3,)), "Zone")),
            '"w" needs 2 numbers, one for each element, but 3 are given',
        ),
    ],
)
def test_refused(model: ModelText, words: str) -> None:
    with pytest.raises(ModelError, match=words):
        resolve(model)
