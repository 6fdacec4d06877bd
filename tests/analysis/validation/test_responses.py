"""Responses to shocks, on straight lines: sizes of 100 + 3 t, 10 + t and 10 + 2 t."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.analysis.studies import copy_of_linear
from tests.analysis.validation.firms import changed, failures
from xhsim.analysis.opening import open_study
from xhsim.analysis.study import Study
from xhsim.analysis.validation.responses import check_responses, response_table
from xhsim.errors import InputError

CHECKS = """\
responses:
  - name: faster
    zh: 加速
    says: Growth is 4 from 2022 on.
    set: {growth: {step: {year: 2022, to: 4}}}
    expect:
      - {variable: size, percent: {2025: [2, 3], 2030: [6, 6.2]}, evidence: a straight line}
      - {variable: "size + zone size", year: 2025, percent: [2, 2.1], evidence: "none: judgement"}
      - {variable: "zone size[South]", year: 2030, percent: [0, 0], evidence: "none: judgement"}
      - {variable: growth, year: 2025, points: [1, 1], evidence: by definition}
  - name: half as much policy
    says: The programme is cut by half from 2024 on.
    base: programme
    scale: {from: 2024, by: 0.5}
    expect:
      - {variable: size, year: 2025, percent: [-1, 0], evidence: a straight line}
      - {variable: spent, year: 2025, points: [-0.5, -0.5], evidence: a straight line}
"""


def study_with(folder: Path, checks: str = CHECKS) -> Study:
    """Open the linear study with a file of checks."""
    return open_study(copy_of_linear(folder / "study", **{"model/checks.yaml": checks}))


def test_responses_are_those_of_straight_lines(tmp_path: Path) -> None:
    findings = check_responses(study_with(tmp_path))
    assert failures(findings) == []
    assert [finding.passed for finding in findings] == [True, True]
    assert findings[0].figure.startswith("5 of 5 in their range; Growth is 4")
    changes = [figure.change for finding in findings for figure in finding.measured]  # type: ignore[union-attr]
    # The disturbed runs gain 3 a year until 2022, or until 2025 in the sum with 20 + 3 t.
    expected = [300 / 115, 800 / 130, 300 / 150, 0, 1, -50 / 117, -0.5]
    assert changes == pytest.approx(expected)


def test_a_response_outside_its_range_fails_or_is_a_known_difference(tmp_path: Path) -> None:
    checks = changed(CHECKS, "percent: {2025: [2, 3], 2030: [6, 6.2]}", "percent: {2025: [4, 5]}")
    (finding, _) = check_responses(study_with(tmp_path / "a", checks))
    assert failures([finding]) == ["faster: size +2.61 % in 2025, not 4 to 5"]
    assert [figure.passed for figure in finding.measured][:2] == [False, True]  # type: ignore[union-attr]
    known = changed(
        checks,
        'evidence: a straight line}\n      - {variable: "size +',
        'evidence: a straight line, differs: it is slow}\n      - {variable: "size +',
    )
    (finding, _) = check_responses(study_with(tmp_path / "b", known))
    assert finding.passed
    assert finding.remarks == ("faster: size +2.61 % in 2025, not 4 to 5: it is slow",)
    past = changed(known, "[4, 5]", "[2, 3]")
    (finding, _) = check_responses(study_with(tmp_path / "c", past))
    assert failures([finding]) == [
        "faster: size in 2025 no longer differs; take it out of checks.yaml"
    ]


def test_a_change_from_nothing_is_undefined_and_fails(tmp_path: Path) -> None:
    checks = changed(CHECKS, "points: [-0.5, -0.5]", "percent: [-100, 100]")
    checks = changed(checks, "    base: programme\n", "    set: {policy: 1}\n")
    assert failures(check_responses(study_with(tmp_path, checks))) == [
        "half as much policy: size +3.91 % in 2025, not -1 to 0",
        "half as much policy: spent +nan % in 2025, not -100 to 100",
    ]


def test_one_lever_or_one_element_is_scaled(tmp_path: Path) -> None:
    checks = """\
responses:
  - name: less policy
    says: No policy.
    base: programme
    scale: {from: 2024, by: 0, levers: [policy]}
    expect: [{variable: spent, year: 2025, points: [-1, -1], evidence: a straight line}]
"""
    assert failures(check_responses(study_with(tmp_path, checks))) == []


def test_an_unknown_scenario_is_named_with_its_line(tmp_path: Path) -> None:
    study = study_with(tmp_path, changed(CHECKS, "base: programme", "base: programm"))
    with pytest.raises(InputError, match=r'checks.yaml:11: unknown scenario "programm".*programme'):
        check_responses(study)


def test_without_shocks_the_check_is_skipped(linear: Study) -> None:
    (finding,) = check_responses(linear)
    assert finding.passed is None
    assert response_table(linear).empty


def test_the_table_has_labels_in_both_languages(tmp_path: Path) -> None:
    table = response_table(study_with(tmp_path))
    assert len(table) == 7
    row = table.iloc[2]
    assert (row["shock"], row["shock_zh"], row["label"]) == ("faster", "加速", "size + zone size")
    assert table["shock_zh"].iloc[-1] == "half as much policy"
