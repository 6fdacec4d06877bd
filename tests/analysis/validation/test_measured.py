"""Figures that are reported one by one travel with the findings."""

from __future__ import annotations

from xhsim.analysis.validation import Finding, Validation
from xhsim.analysis.validation.measured import LoopResponse, Response

RESPONSE = Response("no floor", "GDP", 2030, -5.0, -20, -4, "%", "none: judgement", passed=True)
LOOP = LoopResponse("crowding", "firms", 2030, 1.0, 2.0, "dampens", is_asked=True)


def test_a_validation_lists_them_by_kind() -> None:
    findings = [
        Finding.of("responses", "no floor", "1 of 1").with_measured([RESPONSE]),
        Finding.of("loops", "crowding", "").with_measured([LOOP]),
        Finding.skipped("units", "pysimlin", "not installed"),
    ]
    validation = Validation(tuple(findings))
    assert (validation.responses, validation.loops) == ((RESPONSE,), (LOOP,))
