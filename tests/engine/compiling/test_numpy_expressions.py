"""Expressions as NumPy code: short, aligned with the axes of their part, and safe."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.engine.models import model_of
from xhsim.engine.compiling.numpy_expressions import Code, Writer
from xhsim.engine.compiling.numpy_program import functions_of
from xhsim.engine.compiling.numpy_runtime import NAMESPACE
from xhsim.engine.equations import (
    Along,
    Apply,
    Axis,
    ConstantArray,
    ConstantNumber,
    Expression,
    Fixed,
    VariableReference,
)

AREA, KIND = Axis("area", ("north", "south", "east")), Axis("kind", ("low", "high"))
TABLE = np.arange(6.0).reshape(3, 2, 1)
ROW = VariableReference("table", (Along("area", (0, 1, 2)), Along("kind", (0, 1))))


@pytest.fixture
def writer(tmp_path: Path) -> Writer:
    text = "x = 1\ny = 2\ntable[Area, Kind] = 0, 1; 2, 3; 4, 5;"
    ranges = "Area: north, south, east\nKind: low, high"
    return Writer(model_of(tmp_path, text, ranges=ranges).equations)


def computed(writer: Writer, code: Code) -> np.ndarray:
    names = {**NAMESPACE, **writer.bound, "table": TABLE, "x": 1.0, "y": 2.0}
    found = functions_of(f"def value():\n    return {code.text}", names)["value"]()
    return np.asarray(found)


def test_sums_need_no_inner_brackets(writer: Writer) -> None:
    total: Expression = VariableReference("x")
    for _ in range(3):
        total = Apply("add", (total, VariableReference("y")))
    assert writer.expression(total, ()).text == "(x + y + y + y)"


@pytest.mark.parametrize(
    ("indices", "axes", "expected"),
    [
        ((Fixed(1), Fixed(0)), (), TABLE[1, 0]),
        ((Along("area", (0, 1, 2)), Fixed(1)), (AREA,), TABLE[:, 1]),
        ((Along("area", (2, 0, 1)), Along("kind", (0, 1))), (AREA, KIND), TABLE[[2, 0, 1]]),
        (ROW.indices, (KIND, AREA), TABLE.transpose(1, 0, 2)),
        ((Along("area", (0, 1, 2)), Fixed(0)), (AREA, KIND), TABLE[:, 0][:, np.newaxis]),
    ],
    ids=["element", "column", "reordered", "transposed", "widened"],
)
def test_references_are_aligned_with_the_part(
    writer: Writer, indices: tuple[Fixed | Along, ...], axes: tuple[Axis, ...], expected: np.ndarray
) -> None:
    code = writer.expression(VariableReference("table", indices), axes)
    np.testing.assert_array_equal(computed(writer, code), expected)


def test_constants_keep_their_bits(writer: Writer) -> None:
    values = (0.1, -1e-300, 3.0)
    code = writer.expression(ConstantArray(values, ("area",)), (AREA,))
    assert computed(writer, code)[:, 0].tolist() == list(values)
    for value in (0.1, -2.5e-308, float("inf"), float("-inf")):
        assert float(computed(writer, writer.expression(ConstantNumber(value), ()))) == value


def test_a_division_of_numbers_by_zero_is_infinite(writer: Writer) -> None:
    code = writer.expression(Apply("divide", (ConstantNumber(1.0), ConstantNumber(0.0))), ())
    with np.errstate(divide="ignore"):
        assert float(computed(writer, code)) == np.inf


def test_conditions_become_numbers_only_where_needed(writer: Writer) -> None:
    condition = Apply("greater", (VariableReference("y"), VariableReference("x")))
    code = writer.expression(condition, ())
    assert code.is_condition
    assert float(computed(writer, writer.number(code))) == 1
    assert writer.number(writer.expression(VariableReference("x"), ())).text == "x"
