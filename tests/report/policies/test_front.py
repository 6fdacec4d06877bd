"""A front as tables and files: it says what holds, what is beaten, and where things are."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from tests.plots.fronts import made_up_front
from xhsim.analysis.fronts.question import front_question
from xhsim.analysis.fronts.seeds import Effort
from xhsim.analysis.study import Study
from xhsim.commands.common import print_parts
from xhsim.errors import InputError
from xhsim.report.policies import front as module
from xhsim.report.policies.front import FrontReport, front_report

SHORT = Effort(seeds=1, generations=1, population=8)


def _told(report: FrontReport, capsys: pytest.CaptureFixture[str], *, quiet: bool = False) -> str:
    print_parts(*report.parts(quiet=quiet))
    return capsys.readouterr().out


def test_tables_say_what_is_beaten_and_what_money_buys(
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = _told(FrontReport(made_up_front(), Path("out")), capsys)
    lines = [" ".join(line.split()) for line in told.splitlines()]
    assert "7 55 53 57 30 beaten promotion 5, talent 3, RD support 5" in lines
    assert "plan 30 28 32 31.3 beaten" in lines
    assert "16 to 20 +6.5 +6 +7" in lines
    assert any("what one more 100 million yuan a year buys" in line for line in lines)
    assert "1 of 8 packages are beaten by another on these draws." in lines
    assert "Limits: money 31." in lines
    assert any("98.3 %, 96.9 %" in line for line in lines)
    quiet = _told(FrontReport(made_up_front(), Path("out")), capsys, quiet=True)
    assert "packages tried" not in quiet


def test_it_says_if_the_search_was_short_or_the_worst_counts(
    capsys: pytest.CaptureFixture[str],
) -> None:
    front = made_up_front(3)
    made = {**front.made, "under": ["dry", "wet"], "limits": {}}
    told = _told(FrontReport(replace(front, made=made, scenarios=()), Path("out")), capsys)
    assert "Values are those of the worst of dry, wet." in told
    assert "It still grew at the end" in told
    assert "Scenarios of the study" not in told


def test_everything_is_written_once_the_search_is_over(
    returns: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = front_question(returns, ["far", "money"], draws=16)
    out = tmp_path / "out"

    def run(**scenarios: int) -> FrontReport:
        return front_report(
            returns,
            asked,
            SHORT,
            members=4,
            fresh_draws=256,
            out=out,
            scenarios=scenarios,
            command=["xhsim", "front", "--out", str(out)],
            quiet=True,
        )

    monkeypatch.setattr(module, "LANGUAGES", ("en",))  # each language takes a second
    report = run(found=2)
    record = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert record["command"] == ["xhsim", "front"]
    assert record["made"]["tried"] == report.front.made["tried"]
    assert {"front.json", "values.csv", "levels.csv", "front.png", "found.yaml"} <= set(
        record["results"]
    )
    for name, digest in record["results"].items():
        assert hashlib.sha256((out / name).read_bytes()).hexdigest() == digest
    values = pd.read_csv(out / "values.csv")
    assert {"label", "label_zh", "value", "low", "high", "holds"} <= set(values)
    assert report.written == (out / "found.yaml",)
    assert report.as_record()["scenario_files"] == {"found": str(out / "found.yaml")}
    monkeypatch.setattr(module, "_draw", lambda *_: None)  # pictures take most of the time
    again = run(other=1)
    assert again.front.as_record() == report.front.as_record()
    with pytest.raises(InputError, match="the file exists already"):
        run(found=1)
    with pytest.raises(InputError, match='there is a scenario "programme" already'):
        run(programme=1)
