"""What separates draws, printed and as JSON."""

from __future__ import annotations

import json
from dataclasses import replace

from tests.plots.separated import separated
from tests.report.terminal.printing import printed
from xhsim.report.uncertainty.separate import SeparationReport


def test_sentences_and_json() -> None:
    report = SeparationReport(separated())
    said = " ".join(printed(*report.parts()).split())
    assert "R&D expenditure in GDP is missed in" in said
    assert "Half of the draws chose the limits" in said
    assert "Half of the draws" not in printed(*report.parts(quiet=True))
    record = json.loads(json.dumps(report.as_record(), allow_nan=False))
    first, second, third = record["boxes"][0]["limits"]
    assert {first["unknown"], second["unknown"], third["unknown"]} == {
        "growth of research",
        "district shock, 2023",
        "structure",
    }
    assert first["low"] is None
    assert record["boxes"][0]["density"]["ci_low"] > record["share"]["probability"]
    assert record["outcome"] == "missed"


def test_chinese_and_nothing_found() -> None:
    report = SeparationReport(replace(separated(), boxes=()), "zh")
    assert "没有任何因素" in printed(*report.parts(quiet=True))
    assert report.as_record()["boxes"] == []
