"""Conversion of PySD's trees: order of operations, calls, and unknown forms."""

from __future__ import annotations

from functools import reduce

import numpy as np
import pytest
from pysd.translators.structures import abstract_expressions as pysd_tree

from xhsim.engine.language.syntax import Call, Name, Node, Number, NumberArray, Text
from xhsim.engine.reading.pysd_trees import to_syntax
from xhsim.errors import ModelError

PLACE = {"file": "model.mdl", "line": 3}


def converted(tree: object) -> Node:
    return to_syntax(tree, "z", PLACE)


def arithmetic(operators: list[str], *numbers: float) -> Node:
    return converted(pysd_tree.ArithmeticStructure(operators, numbers))


def chain(function: str, *numbers: float) -> Node:
    """Nest from the left."""
    nodes: list[Node] = [Number(float(number)) for number in numbers]
    return reduce(lambda left, right: Call(function, (left, right)), nodes)


def test_operators_nest_from_the_left_and_powers_from_the_right() -> None:
    assert arithmetic(["-", "-"], 7, 2, 1) == chain("subtract", 7, 2, 1)
    assert arithmetic(["^", "^"], 2, 3, 2) == Call("power", (Number(2.0), chain("power", 3, 2)))
    assert arithmetic(["negative"], 2) == Call("negative", (Number(2.0),))


def test_and_binds_more_tightly_than_or() -> None:
    # PySD gives `1 :OR: 2 :AND: 3` as one flat list.
    flat = pysd_tree.LogicStructure([":OR:", ":AND:"], (1, 2, 3))
    assert converted(flat) == Call("or", (Number(1.0), chain("and", 2, 3)))
    flat = pysd_tree.LogicStructure([":AND:", ":OR:"], (1, 2, 3))
    assert converted(flat) == Call("or", (chain("and", 1, 2), Number(3.0)))


def test_values_and_names() -> None:
    assert converted(2) == Number(2.0)
    assert converted("data.csv") == Text("data.csv")
    assert converted(np.array([[1, 2], [3, 4]])) == NumberArray((1.0, 2.0, 3.0, 4.0), (2, 2))
    assert converted(pysd_tree.ReferenceStructure("R&D Spending")) == Name("r&d_spending")
    assert converted(Name("kept")) == Name("kept")


def test_structures_become_calls_with_arguments_in_order() -> None:
    smooth = pysd_tree.SmoothStructure(1, 2, 3, 4)
    arguments = (Number(1.0), Number(2.0), Number(3.0), Number(4.0))
    assert converted(smooth) == Call("smooth", arguments)
    bounded = pysd_tree.IntegStructure(1, 2, non_negative=True)
    assert converted(bounded) == Call("integ_non_negative", (Number(1.0), Number(2.0)))


def test_an_unknown_form_is_named() -> None:
    with pytest.raises(ModelError, match=r'model.mdl:3: .*"z" uses a form .*\(complex\)'):
        converted(1j)
