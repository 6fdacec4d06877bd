"""A model during resolving: names, hidden variables, and what it refuses."""

from __future__ import annotations

import math

import pytest

from tests.engine.resolving.records import (
    ZONE,
    X,
    component,
    element,
    expressions_of,
    model_text,
    scope_of,
)
from xhsim.engine.equations import Along, Axis, ConstantNumber, Part, Rule, VariableReference
from xhsim.engine.language.syntax import Element, Number, Table
from xhsim.engine.resolving.draft import Draft, Names
from xhsim.errors import ModelError

ONE = component(Number(1.0))


def draft_of(*elements: Element) -> Draft:
    return Draft(model_text(*elements, ranges=(ZONE,)))


def test_names_in_results_are_unique_and_canonical_names_stay() -> None:
    names = draft_of(element("R&D", ONE), element("r_d", ONE), element("zone", ONE)).canonicals
    assert (names["r&d"], names["r_d"], names["zone"]) == ("r_d_2", "r_d", "zone_2")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("rent", "rent"),
        ("R&D", "r_d"),
        ("人口", "variable"),
        ("lambda", "variable"),
        ("sum_over", "sum_over_2"),
    ],
)
def test_identifiers_are_harmless(name: str, expected: str) -> None:
    assert draft_of().identifier(name) == expected


def test_hidden_variables_belong_to_their_owner() -> None:
    expressions = expressions_of(model_text(element("x", ONE), ranges=(ZONE,)))
    scope = scope_of(expressions, "x")
    axis = Axis("zone", ("north", "south"))
    rule = Rule((Part((), (), ConstantNumber(1.0)),))
    for number in (1, 2):
        reference = expressions.draft.hidden(scope, "level", (axis,), rule)
        assert reference == VariableReference(f"x level {number}", (Along("zone", (0, 1)),))
    found = expressions.draft.variables["x level 2"]
    assert (found.name, found.shape, found.hidden, found.line) == ("level in x", (2,), True, 7)


def test_names_are_new() -> None:
    names = Names({"a", "a_2"})
    assert [names.new(name) for name in ("a", "b", "a", "a_3")] == ["a_3", "b", "a_4", "a_3_2"]


@pytest.mark.parametrize(
    ("elements", "words"),
    [
        ([element("Time", ONE)], "Time cannot be defined"),
        ([element("x", ONE, ONE)], '"x" is defined twice'),
        ([element("x", ONE), element("X", ONE)], '"X" has an equation and is as written'),
    ],
)
def test_definitions_that_cannot_be(elements: list[Element], words: str) -> None:
    with pytest.raises(ModelError, match=words) as caught:
        draft_of(*elements)
    assert caught.value.line == 7


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (Table((0.0, 1.0), (1.0, math.inf)), "has a point that is not finite"),
    ],
)
def test_tables_that_cannot_be(table: Table, words: str) -> None:
    draft = draft_of()
    with pytest.raises(ModelError, match=words):
        draft.check_table(element("x", component(X)), component(table), table)
