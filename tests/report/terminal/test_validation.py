"""Results of validation checks: tables, summary and JSON."""

from __future__ import annotations

import pytest

from tests.report.terminal.printing import printed
from xhsim.analysis.validation import Finding, Validation
from xhsim.analysis.validation.measured import Response
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


def test_responses_are_a_table_that_repeats_nothing() -> None:
    rows = [
        Response("no floor", "GDP", 2025, -5.0, -20, -4, "%", "a study", passed=True),
        Response("no floor", "GDP", 2030, float("nan"), -20, -4, "%", "a study", passed=False),
    ]
    finding = Finding.of("responses to shocks", "no floor", "1 of 2", ["bad"]).with_measured(rows)
    text = printed(*validation_parts(Validation((finding,)), quiet=False))
    lines = [line.split() for line in text.splitlines()]
    assert ["no", "floor", "GDP", "2025", "-5", "%", "-20", "to", "-4", "ok", "a", "study"] in lines
    assert ["2030", "-", "-20", "to", "-4", "FAILED"] in lines
    few = printed(*validation_parts(Validation((finding,)), quiet=True))
    assert "2025" not in few
    assert "2030" in few
    record = validation_record(Validation((finding,)))
    assert "measured" not in record["findings"][0]
    assert record["responses"][1] == {
        "shock": "no floor",
        "variable": "GDP",
        "year": 2030,
        "change": None,
        "low": -20,
        "high": -4,
        "unit": "%",
        "evidence": "a study",
        "passed": False,
    }


def test_quiet_shows_failures_only(validation: Validation) -> None:
    text = printed(*validation_parts(validation, quiet=True))
    assert "signs" in text
    assert "balance" not in text
    assert "checks passed" not in text


def test_a_skipped_check_is_null_in_json(validation: Validation) -> None:
    record = validation_record(validation)
    assert record["passed"] is False
    assert [finding["passed"] for finding in record["findings"]] == [True, False, None]
