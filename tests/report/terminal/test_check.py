"""The check of a study: deviations from the base year, and what is printed."""

from __future__ import annotations

from dataclasses import replace

import pytest

import xhsim
from tests.analysis.studies import LINEAR
from tests.report.terminal.printing import printed
from xhsim.report.terminal.check import TOLERANCE, CheckResult, check_study


@pytest.fixture(scope="module")
def result() -> CheckResult:
    return check_study(xhsim.open_study(LINEAR))


def test_the_linear_study_meets_its_base_year(result: CheckResult) -> None:
    assert result.passed
    assert result.fit["series"].tolist() == ["size", "south", "yield"]
    assert (result.fit["deviation"].abs() <= TOLERANCE).all()
    assert result.units == []
    assert result.inconsistencies == []
    assert "5 parameters, 4 targets (3 numbered)" in result.summary


@pytest.mark.parametrize(("deviation", "passes"), [(0.03, True), (-0.03, True), (0.031, False)])
def test_the_tolerance_is_three_percent(
    result: CheckResult, deviation: float, passes: bool
) -> None:
    changed = replace(result, fit=result.fit.assign(deviation=[0.0, deviation, 0.0]))
    assert changed.passed is passes
    text = printed(*changed.parts(quiet=True))
    assert ("FAILED" in text) is not passes
    assert changed.as_record()["passed"] is passes


def test_an_unknown_deviation_fails_and_is_null(result: CheckResult) -> None:
    changed = replace(result, fit=result.fit.assign(deviation=[0.0, float("nan"), 0.0]))
    assert not changed.passed
    assert changed.as_record()["base_year"][1]["deviation"] is None
