"""The page of the plan's coverage: every row, with totals that add up."""

from __future__ import annotations

import importlib
import re

import pytest

from tests.docs.pages import ROOT
from xhsim.study.coverage import coverage_counts, read_coverage


def test_every_row_is_on_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "docs" / "_extensions"))
    text = importlib.import_module("plan_coverage").page()
    rows = read_coverage(ROOT / "model" / "coverage.csv")
    counts = coverage_counts(rows)
    assert len(re.findall(r"^\| .+ \| (?:number|heading) \| ", text, re.M)) == len(rows)
    assert f"| numbers and headings | {len(rows)} |" in text
    assert f"| left out | {counts['left out']} |" in text
    page = (ROOT / "docs" / "model" / "coverage.md").read_text("utf-8")
    assert "```{plan-coverage}\n```" in page
