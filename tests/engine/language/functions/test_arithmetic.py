"""Arithmetic, rounding and division: values worked out by hand, in NumPy and in Python."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.engine.language.functions.forms import by_numpy, by_python, of_both


@pytest.mark.parametrize(
    ("function", "arguments", "expected"),
    [
        ("add", (2, 3), 5),
        ("subtract", (2, 3), -1),
        ("multiply", (2, 3), 6),
        ("divide", (3, 2), 1.5),
        ("power", (2.0, -1.0), 0.5),
        ("negative", (2,), -2),
        ("abs", (-2.5,), 2.5),
        ("min", (2, 3), 2),
        ("max", (2, 3), 3),
        ("game", (7,), 7),
        # Towards zero, not down.
        ("integer", (-2.7,), -2),
        ("int_xmile", (-2.7,), -3),
        ("int_xmile", (2.7,), 2),
        ("int_xmile", (-3.0,), -3),
        ("round_xmile", (2.5,), 3),
        ("round_xmile", (-2.5,), -3),
        ("round_xmile", (-2.4,), -2),
        ("sign_xmile", (-2.5,), -1),
        ("sign_xmile", (0.0,), 0),
        ("sign_xmile", (2.5,), 1),
        ("quantum", (-7.5, 2.0), -6),
        ("modulo", (-7.5, 2.0), -1.5),
        ("modulo", (7.5, -2.0), 0),
        ("zidz", (6, 4), 1.5),
        ("zidz", (6, 1e-7), 0),
        ("zidz", (6, -1e-7), 0),
        ("zidz", (6, 1e-5), 6e5),
        ("xidz", (6, 4, 9), 1.5),
        ("xidz", (6, 0.0, 9), 9),
    ],
)
def test_values(function: str, arguments: tuple[float, ...], expected: float) -> None:
    assert of_both(function, *arguments) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("function", ["min", "max"])
def test_a_number_beside_nan_is_nan(function: str) -> None:
    for pair in ((math.nan, 1.0), (1.0, math.nan)):
        assert math.isnan(by_numpy(function, *pair))
        assert math.isnan(by_python(function, *pair))


def test_each_element_of_an_array_is_divided_by_itself() -> None:
    below = np.array([2.0, 0.0, -4.0])
    assert by_numpy("zidz", 8.0, below).tolist() == [4.0, 0.0, -2.0]
