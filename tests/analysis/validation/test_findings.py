"""Findings of checks, and shares written in per cent."""

from __future__ import annotations

import pytest

from xhsim.analysis.validation.findings import Finding, percent


def test_a_finding_passes_if_nothing_is_wrong() -> None:
    assert Finding.of("part", "name", "1 %") == Finding("part", "name", True, "1 %")
    wrong = Finding.of("part", "name", "9 %", iter(["a", "b"]), ["c"])
    assert wrong == Finding("part", "name", False, "9 %", ("a", "b"), ("c",))


def test_a_known_difference_does_not_fail_a_check() -> None:
    assert Finding.of("part", "name", "9 %", remarks=["known"]).passed is True


def test_a_skipped_check_has_neither_passed_nor_failed() -> None:
    finding = Finding.skipped("units", "pysimlin", "not installed")
    assert finding.passed is None
    assert finding.figure == "not installed"


@pytest.mark.parametrize(
    ("share", "digits", "text"),
    [
        (0.0, 3, "0 %"),
        (0.5, 3, "+50 %"),
        (-0.012345, 3, "-1.23 %"),
        (0.012345, 4, "+1.234 %"),
        (12.5, 3, "+1.25e+03 %"),
    ],
)
def test_shares_in_per_cent(share: float, digits: int, text: str) -> None:
    assert percent(share, digits) == text
