"""Functions of Stella that are written with others; test_xmile_files.py has numbers."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

import xhsim
from tests.engine.models import value, write
from tests.engine.reading.xmile.texts import aux, text_of
from xhsim.engine.language.functions import FUNCTIONS
from xhsim.engine.language.syntax import Call, Name, Node, Number
from xhsim.engine.reading.xmile.builtins import BUILTINS, rewritten

X, Y = Name("x"), Name("y")


def functions_in(node: Node | None) -> set[str]:
    if not isinstance(node, Call):
        return set()
    return {node.function}.union(*(functions_in(argument) for argument in node.arguments))


def test_each_is_written_with_functions_that_exist() -> None:
    for name, forms in BUILTINS.items():
        for count in forms:
            found = rewritten(name, (X, Y, X, Y, X)[:count])
            assert functions_in(found) <= set(FUNCTIONS), name


@pytest.mark.parametrize(
    ("equation", "allowed"),
    [
        ("INT(RANDOM(0,3))", {0, 1, 2}),
        ("ROUND(RANDOM(2,3))", {2, 3}),
        ("SIGN(RANDOM(-1,1))", {-1, 1}),
    ],
)
def test_a_random_argument_is_drawn_once(
    equation: str, allowed: set[float], tmp_path: Path
) -> None:
    path = write(tmp_path, text_of(aux(equation)), "model.xmile")
    assert set(np.unique(value(xhsim.load_model(path).run(), "z"))) == allowed


def test_optional_arguments() -> None:
    assert rewritten("previous", (X,)) == Call("previous", (X, Number(0.0)))
    assert rewritten("endval", (X, Y)) == Call("initial", (Y,))
    found = rewritten("normal", (X, Y))
    assert found == Call("random_normal", (Number(-math.inf), Number(math.inf), X, Y, Number(0.0)))


def test_other_numbers_of_arguments_are_left_alone() -> None:
    assert rewritten("round", (X, Y)) is None
    assert rewritten("unknown", (X,)) is None
