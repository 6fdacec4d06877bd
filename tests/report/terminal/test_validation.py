"""Results of validation checks: tables, summary and JSON."""

from __future__ import annotations

import pytest

from tests.report.terminal.printing import printed
from xhsim.analysis.validation import Finding, Validation
from xhsim.report.terminal.validation import validation_parts, validation_record


@pytest.fixture
def validation() -> Validation:
    return Validation(
        (
            Finding("structure", "balance", True, "0 %", remarks=("firms: rounding",)),
            Finding("structure", "signs", False, "1 of 3", ("lever: raises costs",)),
            Finding("history", "fit", None, "there is no history"),
        )
    )


def test_results_are_grouped_and_counted(validation: Validation) -> None:
    text = printed(*validation_parts(validation, quiet=False))
    assert "Structure\ncheck    result  figure" in text.replace("  \n", "\n")
    assert "signs    FAILED  1 of 3" in text
    assert "fit    skipped  there is no history" in text
    assert "Failures\n  lever: raises costs" in text
    assert "Known differences\n  firms: rounding" in text
    assert "1 of 3 checks passed, 1 failed, 1 skipped, 1 known differences" in text


def test_quiet_shows_failures_only(validation: Validation) -> None:
    text = printed(*validation_parts(validation, quiet=True))
    assert "signs" in text
    assert "balance" not in text
    assert "checks passed" not in text


def test_a_skipped_check_is_null_in_json(validation: Validation) -> None:
    record = validation_record(validation)
    assert record["passed"] is False
    assert [finding["passed"] for finding in record["findings"]] == [True, False, None]
