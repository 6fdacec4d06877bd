"""Powers, logarithms and trigonometry: known values, and inverses of each other."""

from __future__ import annotations

import math

import pytest

from tests.engine.language.functions.forms import of_both


@pytest.mark.parametrize(
    ("function", "arguments", "expected"),
    [
        ("exp", (0.0,), 1),
        ("ln", (math.e**2,), 2),
        ("log", (8.0, 2.0), 3),
        ("sqrt", (6.25,), 2.5),
        ("pi", (), 3.141592653589793),
        ("sin", (math.pi / 6,), 0.5),
        ("cos", (math.pi / 3,), 0.5),
        ("tan", (math.pi / 4,), 1),
        ("arcsin", (0.5,), math.pi / 6),
        ("arccos", (0.5,), math.pi / 3),
        ("arctan", (1.0,), math.pi / 4),
        ("sinh", (math.log(2),), 0.75),
        ("cosh", (math.log(2),), 1.25),
        ("tanh", (math.log(2),), 0.6),
    ],
)
def test_values(function: str, arguments: tuple[float, ...], expected: float) -> None:
    assert of_both(function, *arguments) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize(
    ("outer", "inner"), [("exp", "ln"), ("sin", "arcsin"), ("cos", "arccos"), ("tan", "arctan")]
)
def test_inverses(outer: str, inner: str) -> None:
    assert of_both(outer, of_both(inner, 0.3)) == pytest.approx(0.3, rel=1e-14)
