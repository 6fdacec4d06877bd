"""The machine-code forms, computed with plain numbers in place of LLVM values."""

from __future__ import annotations

import math
import operator
from typing import Any

import pytest

from xhsim.engine.language import machine_forms

SIGNS = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
}


class Numbers:
    """Instructions and intrinsics of LLVM as functions of Python numbers."""

    fadd = staticmethod(operator.add)
    fsub = staticmethod(operator.sub)
    fmul = staticmethod(operator.mul)
    and_ = staticmethod(operator.and_)
    at = property(lambda self: self)

    def fdiv(self, above: float, below: float) -> float:
        return above / below if below else math.inf

    def fcmp_ordered(self, sign: str, one: float, other: float) -> bool:
        return bool(SIGNS[sign](one, other))

    def select(self, condition: bool, one: float, other: float) -> float:
        return one if condition else other

    def number(self, value: float) -> float:
        return value

    def time_step(self) -> float:
        return 0.5

    def intrinsic(self, name: str, *given: float) -> float:
        found: dict[str, Any] = {"trunc": math.trunc, "fabs": abs, "minimum": min}
        return float(found[name](*given))


MATHS = Numbers()


@pytest.mark.parametrize(
    ("number", "unit", "expected"), [(7.5, 2.0, 6.0), (-7.5, 2.0, -6.0), (7.5, 1e-7, 7.5)]
)
def test_quantum(number: float, unit: float, expected: float) -> None:
    assert machine_forms.quantum(MATHS, number, unit) == expected


@pytest.mark.parametrize(("below", "expected"), [(4.0, 1.5), (1e-7, 9.0), (-1e-7, 9.0)])
def test_division_by_nearly_zero(below: float, expected: float) -> None:
    assert machine_forms.divide_or(MATHS, 6.0, below, 9.0) == expected


def test_values_over_time() -> None:
    times = [0.0, 1.0, 1.5, 2.0, 3.0, 4.0]
    assert [machine_forms.step(MATHS, 7.0, 1.75, t) for t in times] == [0, 0, 0, 7, 7, 7]
    assert [machine_forms.pulse(MATHS, 1.0, 2.0, t) for t in times] == [0, 1, 1, 1, 0, 0]
    assert [machine_forms.ramp(MATHS, 2.0, 1.0, 3.0, t) for t in times] == [0, 0, 1, 2, 4, 4]
    assert [machine_forms.ramp(MATHS, 2.0, 1.125, 3.0, t) for t in times[1:3]] == [-0.25, 0.75]
    assert [machine_forms.endless_ramp(MATHS, 2.0, 1.0, t) for t in times] == [0, 0, 1, 2, 4, 6]


def test_forms_that_are_one_instruction() -> None:
    assert machine_forms.instruction("fadd")(MATHS, 2.0, 3.0) == 5.0
    assert machine_forms.intrinsic("fabs")(MATHS, -2.0) == 2.0
    assert machine_forms.comparison("<")(MATHS, 2.0, 3.0) is True
    assert machine_forms.comparison("<")(MATHS, math.nan, 3.0) is False
    assert [machine_forms.as_number(MATHS, condition) for condition in (True, False)] == [1, 0]
