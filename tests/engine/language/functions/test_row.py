"""A row of the table of functions: what it must contain, and what follows from it."""

from __future__ import annotations

import dataclasses

import pytest

from xhsim.engine.language.functions import FUNCTIONS, Function


@pytest.mark.parametrize(
    "left_out", ["meaning", "arguments", "units", "numpy", "scalar", "machine"]
)
def test_a_row_without_a_required_field_is_an_error(left_out: str) -> None:
    row = FUNCTIONS["abs"]
    given = {field.name: getattr(row, field.name) for field in dataclasses.fields(row)}
    del given[left_out]
    with pytest.raises(TypeError, match=f"required keyword-only argument: '{left_out}'"):
        Function(**given)


def test_a_function_that_is_replaced_has_no_code() -> None:
    with pytest.raises(TypeError, match="should have replaced"):
        _ = FUNCTIONS["smooth"].template


@pytest.mark.parametrize(("function", "expected"), [("step", True), ("ramp", True), ("add", False)])
def test_functions_of_time(function: str, expected: bool) -> None:
    assert FUNCTIONS[function].uses_time is expected
