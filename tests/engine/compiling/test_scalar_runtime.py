"""Functions for single numbers give the numbers of the NumPy runtime."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from xhsim.engine.compiling import numpy_runtime as runtime
from xhsim.engine.compiling import scalar_runtime
from xhsim.engine.compiling.numpy_program import functions_of
from xhsim.engine.language.functions import FUNCTIONS

NUMBERS = (-2.5, -1.0, -1e-7, 0.0, 0.3, 1.0, 1.5, 2.0, 4.0)


@pytest.mark.parametrize(
    "name", sorted(name for name, row in FUNCTIONS.items() if row.scalar is not None)
)
def test_each_function_is_that_of_the_table(name: str) -> None:
    function = FUNCTIONS[name]
    assert function.scalar is not None
    given = [f"a{place}" for place in range(len(function.arguments))]
    known = ", ".join([*given, "time", "clock", "time_step"])
    code = function.scalar.format(*given, now=function.now, noise="0.3")
    ours = functions_of(f"def of({known}): return {code}", scalar_runtime.NAMESPACE)["of"]
    code = function.template.format(*given, noise="np.asarray(0.3)")
    theirs = functions_of(f"def of({known}): return {code}", runtime.NAMESPACE)["of"]
    compared = 0
    for values in itertools.product(NUMBERS, repeat=min(len(given), 3)):
        numbers = [*values, 2.0, 7.0][: len(given)] if len(given) > 3 else list(values)
        if function.conditions:
            numbers = [
                x > 0 if place in function.conditions else x for place, x in enumerate(numbers)
            ]
        for now in (0.0, 1.5, 3.0):
            with np.errstate(all="ignore"):
                expected = theirs(*map(np.asarray, numbers), now, now, 0.5)
            try:
                found = ours(*numbers, now, now, 0.5)
            except (ArithmeticError, ValueError):
                continue
            assert found == pytest.approx(float(expected), rel=1e-14, nan_ok=True), numbers
            compared += 1
    assert compared
