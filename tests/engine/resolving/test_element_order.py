"""Equations that are a circle by variable, but not by element."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.engine.models import model_of, value
from xhsim.engine.resolving.element_order import elements_apart
from xhsim.errors import ModelError

RANGES = "Area: a, b, c\nLater: b, c -> Before\nBefore: a, b\nKind: k, l"


def test_equations_without_a_circle_stay(tmp_path: Path) -> None:
    model = model_of(tmp_path, "x[Area] = 1\ny[Area] = x[Area]+1", ranges=RANGES)
    assert elements_apart(model.equations, frozenset()) is None


def test_sums_tables_arrays_and_random_numbers_within_a_circle(tmp_path: Path) -> None:
    """By hand: x is 1, then 1+2*1, then 2+2*(1+3); the table gives a tenth of it."""
    model = model_of(
        tmp_path,
        """
        m[Kind, Area] = 1, 2, 3; 4, 5, 6;
        curve[Kind]((0,0),(100,10))
        x[a] = 1
        x[b] = 1 + SUM(m[Kind!, a]*x[a])*0 + 2*x[a]
        x[c] = m[k, b] + 2*SUM(x[Before!])
        t[Kind, Later] = curve[Kind](x[Before])*m[Kind, Later]
        t[Kind, a] = t[Kind, b]*0
        noise[Later] = RANDOM UNIFORM(0, 1, 3)*0+noise[Before]+1
        noise[a] = 0
        """,
        ranges=RANGES,
        end=1,
    )
    run = model.run(method="euler")
    np.testing.assert_allclose(value(run, "x")[0], [1, 3, 10])
    np.testing.assert_allclose(value(run, "t")[0], [[0, 0.2, 0.9], [0, 0.5, 1.8]])
    np.testing.assert_allclose(value(run, "noise")[0], [0, 1, 2])


def test_stocks_that_start_from_each_other(tmp_path: Path) -> None:
    model = model_of(
        tmp_path,
        "s[Later] = INTEG(grow, s[Before]*2)\ns[a] = INTEG(0, 1)\ngrow = 1\nd[Later] = "
        "DELAY FIXED(s[Later], 1, d[Before])\nd[a] = 5",
        ranges=RANGES,
        end=2,
    )
    run = model.run({"grow": np.array([1.0, 3.0])}, method="euler")
    np.testing.assert_allclose(value(run, "s")[1], [[1, 2, 4], [1, 5, 7], [1, 8, 10]])
    smooth = model.run(outputs=["s"], method="RK45")
    np.testing.assert_allclose(value(smooth, "s")[-1], [1, 4, 6])
    np.testing.assert_allclose(value(run, "d")[0], [[5, 5, 5], [5, 2, 4], [5, 3, 5]])


def test_a_file_of_its_own(tmp_path: Path) -> None:
    model = model_of(tmp_path, "x[Later] = x[Before]*2\nx[a] = 1", ranges=RANGES, end=1)
    assert "x_element_1 = " in model.to_python(["x"])


def test_a_given_variable_is_in_no_circle(tmp_path: Path) -> None:
    model = model_of(
        tmp_path, "x[Later] = y[Before]+1\ny[Area] = x[Area]*2\nx[a] = 1", ranges=RANGES, end=1
    )
    np.testing.assert_allclose(value(model.run(), "y")[0], [2, 6, 14])
    given = model.run({"y": np.array([10.0, 20.0, 30.0])})
    np.testing.assert_allclose(value(given, "x")[0], [1, 11, 21])


def test_a_circle_by_element_names_the_elements(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r'in a circle: "x\[a\]" -> "x\[b\]" -> "x\[a\]"') as error:
        model_of(tmp_path, "x[a] = x[b]\nx[b] = x[a]\nx[c] = 1", ranges=RANGES)
    assert error.value.line == 6


def test_functions_of_whole_vectors_stay_whole(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match='"x" -> "x"'):
        model_of(tmp_path, "x[Area] = VECTOR RANK(x[Area], 1)", ranges=RANGES)
