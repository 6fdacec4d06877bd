"""The list of measures on the page of the file formats."""

from __future__ import annotations

import importlib

import pytest

from tests.docs.pages import ROOT
from xhsim.study.measures import MEASURES


def test_every_measure_is_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "docs" / "_extensions"))
    heading, line, *rows = importlib.import_module("measure_list").page().splitlines()
    assert (heading.count("|"), line) == (4, "|---|---|---|")
    assert [row.split("`")[1] for row in rows] == list(MEASURES)
    assert rows[1] == "| `average_growth` | ((x(d) / x(b))^(1 / (d - b)) - 1) · 100 | `%/year` |"
    assert rows[0] == "| `level` | x(d) | the variable's |"
    assert "```{measure-list}\n```" in (ROOT / "docs" / "file-formats.md").read_text("utf-8")
