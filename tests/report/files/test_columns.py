"""Columns are described by their name."""

from __future__ import annotations

from xhsim.report.files.columns import describe


def test_all_years_and_all_structures_share_a_description() -> None:
    assert describe(2021).pattern == describe(2025).pattern
    assert describe(2021).pattern.meaning.zh == "YEAR年的数值（单位见本行）"
    assert describe("word[trend]").pattern == describe("word[mixed]").pattern
    assert describe("word[trend]").pattern.name == "word[STRUCTURE]"
    assert describe("gap").pattern == describe("gap")
    assert describe("probability[trend]").kind == "share"
    assert describe("something else").meaning.en == ""
