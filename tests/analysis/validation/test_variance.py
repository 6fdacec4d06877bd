"""Spread of the targets, in a study in which one number decides each target."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.analysis.studies import copy_of_linear
from tests.analysis.validation.firms import changed, failures
from xhsim.analysis.opening import open_study
from xhsim.analysis.study import Study
from xhsim.analysis.validation.findings import Finding
from xhsim.analysis.validation.variance import check_variance

CHECKS = """\
variance:
  draws: 256
  except:
    Growth: one number is all there is
    zone growth[South]: likewise
  yearly: {variables: [yield], share: [99, 100]}
"""


def study_with(folder: Path, checks: str, **files: str | None) -> Study:
    """Open the linear study with a file of checks."""
    return open_study(copy_of_linear(folder / "study", **{"model/checks.yaml": checks}, **files))


def named(findings: list[Finding]) -> dict[str, Finding]:
    return {finding.name: finding for finding in findings}


def test_exceptions_are_known_differences(tmp_path: Path) -> None:
    found = check_variance(study_with(tmp_path, CHECKS))
    assert failures(found) == []
    size = named(found)["size"]
    assert size.figure == "at most 100 %, by growth"
    assert size.remarks == ("size: growth explains 100 %: one number is all there is",)
    assert named(found)["exceptions"].figure == "2 are needed"
    assert named(found)["single years: yield"].figure == (
        "yearly shocks bring 100 % of the variance in 2025, expected 99 to 100 %"
    )


def test_a_number_that_decides_a_target_fails(tmp_path: Path) -> None:
    checks = changed(CHECKS, "zone growth[South]", "zone growth[North]")
    assert failures(check_variance(study_with(tmp_path, checks))) == [
        "south: zone growth[South] explains 100 % of the variance, more than 60 %",
        "zone growth[North] explains less than 60 % of every target; take it out of checks.yaml",
    ]


def test_an_exception_may_be_the_whole_parameter(tmp_path: Path) -> None:
    checks = changed(CHECKS, "zone growth[South]", "zone growth")
    assert failures(check_variance(study_with(tmp_path, checks))) == []


def test_two_equal_numbers_explain_half_each(tmp_path: Path) -> None:
    """Yield is now the sum of two normal numbers, with a squared rank correlation of 0.47 each."""
    model = (copy_of_linear(tmp_path / "a") / "model" / "linear.mdl").read_text(encoding="utf-8")
    both = changed(model, "yield = weather", "yield = growth + weather")
    targets = """\
yield:
  label: {en: Yield, zh: 收成}
  variable: yield
  measure: level
  direction: ">="
  value: 12
  unit: unit/year
  period: [2020, 2022]
  group: all
  place: made up
"""
    parameters = (tmp_path / "a" / "model" / "parameters.yaml").read_text(encoding="utf-8")
    same = changed(parameters, "90% in [2, 4]", "90% in [1, 5]")  # as wide as weather
    study = study_with(
        tmp_path / "b",
        "variance: {yearly: {variables: [yield], share: [45, 55], year: 2022}}",
        **{
            "model/linear.mdl": both,
            "model/targets.yaml": targets,
            "model/parameters.yaml": same,
        },
    )
    findings = named(check_variance(study))
    share = float(findings["yield"].figure.split()[2])
    assert share == pytest.approx(46.6, abs=3)  # (6 / pi asin(rho / 2))^2 with rho^2 = 1/2
    assert findings["single years: yield"].passed


def test_a_share_of_single_years_outside_its_range_fails(tmp_path: Path) -> None:
    checks = changed(CHECKS, "[yield], share: [99, 100]", "[size], share: [25, 60]")
    assert failures(check_variance(study_with(tmp_path, checks))) == [
        "size: yearly shocks bring 0 % of the variance in 2025, expected 25 to 60 %"
    ]


def test_what_cannot_be_checked_is_skipped(tmp_path: Path, linear: Study) -> None:
    (finding,) = check_variance(linear)
    assert finding.passed is None
    later = changed(CHECKS, "share: [99, 100]", "share: [99, 100], year: 2050")
    found = check_variance(study_with(tmp_path, later))
    assert found[-1].figure == "the run does not cover 2050"
