"""Comparisons and conditions, also for numbers that are not a number."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.engine.language.functions.forms import by_numpy, by_python
from xhsim.engine.language.functions import FUNCTIONS

COMPARISONS = {  # for 1 against 2, 2 against 2, 3 against 2
    "equal": [False, True, False],
    "not_equal": [True, False, True],
    "less": [True, False, False],
    "less_equal": [True, True, False],
    "greater": [False, False, True],
    "greater_equal": [False, True, True],
}


@pytest.mark.parametrize("function", COMPARISONS)
def test_comparisons(function: str) -> None:
    expected = COMPARISONS[function]
    assert by_numpy(function, np.array([1.0, 2.0, 3.0]), 2.0).tolist() == expected
    assert [by_python(function, number, 2.0) for number in (1.0, 2.0, 3.0)] == expected
    assert FUNCTIONS[function].result == "condition"


@pytest.mark.parametrize("function", COMPARISONS)
def test_nan_differs_from_every_number_and_is_not_comparable(function: str) -> None:
    for pair in ((math.nan, 1.0), (1.0, math.nan), (math.nan, math.nan)):
        assert by_numpy(function, *pair) == by_python(function, *pair)
        assert by_python(function, *pair) == (function == "not_equal")


def test_conditions() -> None:
    one, other = np.array([True, True, False, False]), np.array([True, False, True, False])
    assert by_numpy("and", one, other).tolist() == [True, False, False, False]
    assert by_numpy("or", one, other).tolist() == [True, True, True, False]
    assert by_numpy("not", one).tolist() == [False, False, True, True]
    assert by_numpy("if_then_else", one, 5.0, 6.0).tolist() == [5, 5, 6, 6]
    assert by_python("if_then_else", True, 5.0, 6.0) == 5
