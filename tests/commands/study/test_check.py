"""The command `check`: the base year, units, and contradictions in the plan."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.analysis.studies import LINEAR, STRUCTURES, copy_of_linear, copy_of_study
from tests.commands.running import Output


def test_check_passes_and_says_of_what(xhsim_command: Output) -> None:
    status, out, _ = xhsim_command("check")
    assert status == 0
    assert "3 of 3 within 3 %" in out
    assert "Contradictions in the plan: none found" in out
    assert xhsim_command("check", "--quiet")[:2] == (0, "")
    record = json.loads(xhsim_command("check", "--json")[1])
    assert record["passed"] is True
    assert [row["series"] for row in record["base_year"]] == ["size", "south", "yield"]


def test_check_fails_with_1_where_the_model_misses_the_base_year(
    xhsim_command: Output, tmp_path: Path
) -> None:
    history = (LINEAR / "model" / "history.csv").read_text(encoding="utf-8")
    rows = "size,2020,100,", "yield,2020,9.9,", "south,2020,10,"
    for row, other in zip(
        rows, ("size,2020,90,", "yield,2020,0,", "south,2020,10.1,"), strict=True
    ):
        history = history.replace(row, other)
    study = copy_of_linear(tmp_path / "s", **{"model/history.csv": history})
    status, out, _ = xhsim_command("check", "--quiet", study=study)
    assert status == 1
    assert re.search(r"^size +90 +100 +unit +\+11.1 % +FAILED", out, re.MULTILINE)
    assert re.search(r"^yield +0 +10 +unit/year +FAILED", out, re.MULTILINE)
    assert "south" not in out
    status, out, _ = xhsim_command("check", "--json", study=study)
    record = json.loads(out)
    assert (status, record["passed"]) == (1, False)
    assert record["base_year"][2]["deviation"] is None


def test_check_prints_contradictions_of_the_plan(xhsim_command: Output, tmp_path: Path) -> None:
    notes = """half:
  title: {en: Half is not a third, zh: 一半}
  explanation: The text says half [sic].
  figures: {half: 0.5, third: 0.333}
  source: page 1
"""
    study = copy_of_linear(tmp_path / "s", **{"model/inconsistencies.yaml": notes})
    status, out, _ = xhsim_command("check", study=study)
    assert status == 0  # a finding, not a failure
    assert "Contradictions in the plan: 1" in out
    for words in ("Half is not a third", "half [sic]", "half: 0.5, third: 0.333", "Source: page 1"):
        assert words in out


def test_check_names_equations_whose_units_do_not_agree(
    xhsim_command: Output, tmp_path: Path
) -> None:
    right = (LINEAR / "model" / "linear.mdl").read_text(encoding="utf-8")
    wrong = right.replace("INTEG(growth + policy, 100)", "INTEG(growth + weather*idle*spent, 100)")
    study = copy_of_linear(tmp_path / "s", **{"model/linear.mdl": wrong})
    status, out, _ = xhsim_command("check", study=study)
    assert status == 0  # a finding, not a failure
    assert "Equations whose units do not agree: 1" in out
    assert re.search(r'line 8: "size": .*unit/year', out)
    assert "Equations whose units do not agree: none" in xhsim_command("check")[1]


def test_check_tells_the_weights_of_structures(xhsim_command: Output, tmp_path: Path) -> None:
    _, out, _ = xhsim_command("check", study=STRUCTURES)
    told = "Structures: 3 Steady 50 %, Boosted 25 %, Exact 25 % (weights from structures.yaml)"
    assert told in " ".join(out.split())
    assert "The main structure sets" not in out
    text = (STRUCTURES / "model" / "structures.yaml").read_text(encoding="utf-8")
    changed = {
        "model/structures.yaml": text.replace("boost switch: 0", "boost switch: 1"),
        "model/structures.json": json.dumps(
            {
                "weights": {"steady": 1, "boosted": 0, "exact": 0},
                "fingerprint": {"structures": "0"},
            }
        ),
    }
    study = copy_of_study(STRUCTURES, tmp_path / "s", **changed)
    _, out, _ = xhsim_command("check", study=study)
    assert "Steady 100 % (weights from rolling hindcasts)" in out
    assert "out of date: the model's equations and the settings of structures and" in out
    assert "The main structure sets boost switch to other values than the model has." in out
    _, out, _ = xhsim_command("check", "--json", study=study)
    assert json.loads(out)["structures"]["departures"] == ["boost switch"]
    assert "structures" not in json.loads(xhsim_command("check", "--json")[1])
