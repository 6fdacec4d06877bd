"""The command `attain`: its tables, remarks, JSON and folder of results."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import xhsim
from tests.analysis.hanging import hanging_study
from tests.analysis.studies import LINEAR, STRUCTURES, copy_of_linear
from tests.commands.running import Output
from xhsim.analysis.study import Study


def test_attain_compares_scenarios(xhsim_command: Output) -> None:
    status, out, err = xhsim_command("attain", "--draws", 1000)
    assert (status, err) == (0, "")
    lines = out.splitlines()
    for name in ("baseline", "programme", "doubt", "nothing"):
        assert name in lines[0]
    assert re.search(r"^1 +Size +>= 117 unit +2[56] ", out, re.MULTILINE)
    assert "Average yield" not in out  # of the text, not of the table of indicators
    assert "All 3 targets together" in out
    assert re.search(r"Attained on average, of 3 +1\.[23] ", out)
    assert "1,000 draws with seed 0" in out
    assert "up to 3 points" in out


def test_attain_every_shows_the_texts_targets_too(xhsim_command: Output) -> None:
    for names in (["baseline"], ["baseline", "programme"]):
        _, out, _ = xhsim_command("attain", *names, "--draws", 16, "--every")
        assert "Average yield" in out


def test_attain_one_scenario_in_full(xhsim_command: Output) -> None:
    status, out, _ = xhsim_command("attain", "baseline", "--draws", 1000, "--quiet")
    assert status == 0
    for heading in ("asks for", "median", "5-95 %", "95 % interval", "in words"):
        assert heading in out.splitlines()[0]
    row = next(line for line in out.splitlines() if "Size" in line)
    assert re.search(r">= 117 unit +115 +110 to 120 +2[56] +2[23].\d to 2[78].\d +unlikely", row)
    assert "zones: its one target" in out
    assert "draws" not in out  # the remarks are left out


def test_attain_explains_the_words_of_the_table(xhsim_command: Output) -> None:
    _, out, _ = xhsim_command("attain", "baseline", "--draws", 1000)
    legend = next(line for line in out.splitlines() if line.startswith("The words are the IPCC's"))
    assert "unlikely (0–33 %)" in legend
    assert "virtually certain" not in legend  # it is not in the table
    _, out, _ = xhsim_command("attain", "baseline", "programme", "--draws", 16)
    assert "The words are" not in out  # there are none


def test_attain_json_is_what_study_compare_gives(xhsim_command: Output) -> None:
    status, out, err = xhsim_command(
        "attain", "programme", "baseline", "--json", "--draws", 64, "--seed", 5
    )
    assert (status, err) == (0, "")
    record = json.loads(out)
    table = xhsim.open_study(LINEAR).compare(["programme", "baseline"], draws=64, seed=5)
    assert list(record) == ["programme", "baseline"]
    for row, probability in zip(table.index, table["probability"], strict=True):
        scenario, name = row
        assert record[scenario][name]["probability"] == probability
    assert record["baseline"]["yields"]["label_zh"] == "平均收成"


def test_same_seed_same_answer_and_another_seed_another(xhsim_command: Output) -> None:
    def answer(seed: int) -> str:
        return xhsim_command("attain", "baseline", "--json", "--draws", 100, "--seed", seed)[1]

    assert answer(1) == answer(1)
    assert answer(1) != answer(2)


def test_attain_twice_the_same_scenario_is_once(xhsim_command: Output) -> None:
    _, out, _ = xhsim_command("attain", "baseline", "baseline", "--json", "--draws", 8)
    assert list(json.loads(out)) == ["baseline"]


def test_attain_writes_results(xhsim_command: Output, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "results [1]"
    status, out, _ = xhsim_command("attain", "baseline", "--draws", 16, "--out", folder)
    assert status == 0
    assert f"Written to {folder}" in "".join(out.split("\n")).replace("  ", " ")
    assert {path.name for path in folder.iterdir()} == {
        *("attainment.csv", "attainment.json", "fan-baseline.png", "heatmap.png"),
        *("attainment.xlsx", "manifest.json"),
    }
    record = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert record["command"][:3] == ["xhsim", "attain", "baseline"]
    assert record["command"][-2:] == ["--study", str(LINEAR)]


def test_attain_says_how_many_draws_failed(xhsim_command: Output, tmp_path: Path) -> None:
    model = (LINEAR / "model" / "linear.mdl").read_text(encoding="utf-8")
    broken = model.replace("yield = weather ~", "yield = weather + LN(growth - 2) ~")
    study = copy_of_linear(tmp_path / "s", **{"model/linear.mdl": broken})
    status, out, _ = xhsim_command("attain", "baseline", "--draws", 1000, study=study)
    assert status == 0
    assert re.search(r"baseline: up to 5\d of 1,000 draws overflowed or gave no number", out)
    hopeless = model.replace("yield = weather ~", "yield = weather + LN(growth - 200) ~")
    (study / "model" / "linear.mdl").write_text(hopeless, encoding="utf-8")
    for options in ((), ("--json",)):
        status, out, error = xhsim_command(
            "attain", "baseline", "--draws", 10, *options, study=study
        )
        assert status == 2
        assert "in all 10 draws of scenario" in error
        assert not out


def test_out_onto_a_file_is_refused_before_the_work(
    tmp_path: Path, xhsim_command: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Study, "ensemble", None)  # would fail if it were called
    (tmp_path / "file").write_text("mine")
    for out in (tmp_path / "file", tmp_path / "file" / "below"):
        status, _, err = xhsim_command("attain", "--out", out)
        assert status == 2
        assert err.count("\n") == 1
        assert "is a file. name a folder" in err
    assert (tmp_path / "file").read_text() == "mine"


def test_xuhui_attain(xhsim_command: Output) -> None:
    status, out, _ = xhsim_command(
        "attain", "baseline", "plan", "--draws", 32, "--json", study=None
    )
    record = json.loads(out)
    assert status == 0
    for rows in record.values():
        ranked = [row for row in rows.values() if row["rank"]]
        assert [row["rank"] for row in ranked] == list(range(1, 19))
        assert all(0 <= row["probability"] <= 1 for row in ranked)
        assert all(row["draws"] == 32 for row in rows.values())


def test_xuhui_attain_table(xhsim_command: Output) -> None:
    status, out, _ = xhsim_command("attain", "--draws", 16, study=None)
    assert status == 0
    numbers = [line.split()[0] for line in out.splitlines() if re.match(r" ?\d+ ", line)]
    assert numbers == [str(number) for number in range(1, 19)]
    assert "All 18 targets together" in out


def test_readings_and_unpublished_bases(xhsim_command: Output, tmp_path: Path) -> None:
    study = hanging_study(tmp_path / "study").files.folder
    draws = ("--draws", 400)
    _, out, _ = xhsim_command("attain", "baseline", *draws, study=study)
    assert "or: Size of the south" not in out
    text = " ".join(out.split())
    assert "Total size >= 136 unit" in text
    assert (
        'Total size: not assessable without the base. If "Growth" (unit per year) is 2 (5 %' in text
    )
    _, out, _ = xhsim_command("attain", "baseline", *draws, "--readings", "--quiet", study=study)
    row = next(line for line in out.splitlines() if "or: Size of the south" in line)
    assert re.search(r">= 20 unit +20 +17.5 to 22.5 +5[01] ", row)
    _, out, _ = xhsim_command("attain", "baseline", "programme", *draws, "--readings", study=study)
    assert re.search(r"^4 +Total size † +>= 136 unit +\d+ +\d+ *$", out, re.MULTILINE)
    assert re.search(r"or: Size of the south † +>= 20 unit +5[01] +5[01] *$", out, re.MULTILINE)
    assert "† not assessable without the base" in out
    _, out, _ = xhsim_command("attain", "baseline", "programme", *draws, "--json", study=study)
    for record in json.loads(out).values():
        assert list(record["total"]["readings"]) == ["increase", "south"]
        assert record["total"]["readings"]["south"]["label_zh"] == "南部规模"
        assert record["total"]["by_base"]["parameter"] == "growth"
        rows = record["total"]["by_base"]["rows"]
        assert [row["quantile"] for row in rows] == [0.05, 0.25, 0.5, 0.75, 0.95]
        assert all(row["draws"] == 256 for row in rows)
        assert "readings" not in record["size"]


def test_folder_has_readings_and_bases(xhsim_command: Output, tmp_path: Path) -> None:
    study = hanging_study(tmp_path / "study").files.folder
    folder = tmp_path / "out"
    xhsim_command("attain", "baseline", "--draws", 16, "--out", folder, study=study)
    assert {path.name for path in folder.iterdir()} >= {
        *("readings.csv", "by_base.csv", "by-base-baseline-total.png"),
    }
    header, *rows = (folder / "readings.csv").read_text(encoding="utf-8").splitlines()
    assert header.startswith("scenario,target_id,reading,rank,label")
    assert [row.split(",")[2] for row in rows] == ["main", "increase", "south"]
    assert len((folder / "by_base.csv").read_text(encoding="utf-8").splitlines()) == 6


def test_structures_of_one_scenario_have_a_column(xhsim_command: Output) -> None:
    _, out, _ = xhsim_command("attain", "baseline", "--draws", 1024, study=STRUCTURES)
    assert "% by structure" in out.splitlines()[0]
    assert re.search(r"^1 +Size .* 2[56] / (99|>99) / <2 *$", out, re.MULTILINE)
    told = "Structures: Steady 50 %, Boosted 25 %, Exact 25 % (weights from structures.yaml)."
    assert told in out


def test_structures_of_several_scenarios_have_tables(xhsim_command: Output) -> None:
    names = ("baseline", "programme", "--draws", 256)
    _, out, _ = xhsim_command("attain", *names, study=STRUCTURES)
    assert "--by-structure shows the probabilities in each." in out
    _, out, _ = xhsim_command("attain", *names, "--by-structure", study=STRUCTURES)
    assert "Programme: by structure, % (95 % interval)" in out
    assert re.search(r"Size +\d+ \(.*to.*\) +\d+ \(.*\) +>94 \(94\.3 to 100\.0\)", out)


def test_structures_in_json(xhsim_command: Output) -> None:
    _, out, _ = xhsim_command("attain", "baseline", "--draws", 64, "--json", study=STRUCTURES)
    size = json.loads(out)["baseline"]["size"]
    assert list(size["structures"]) == ["steady", "boosted", "exact"]
    exact = size["structures"]["exact"]
    assert (exact["probability"], exact["draws"], exact["weight"]) == (0, 16, 0.25)
    assert not any("[" in key for key in size)


def test_one_structure_for_all_draws(xhsim_command: Output) -> None:
    words = ("attain", "baseline", "--draws", 16, "--structure")
    _, out, _ = xhsim_command(*words, "exact", study=STRUCTURES)
    assert "by structure" not in out
    assert "Structures: Exact 100 % (weights as asked)." in out
    status, _, err = xhsim_command(*words, "exakt", study=STRUCTURES)
    assert (status, 'unknown structure "exakt". did you mean "exact"?' in err) == (2, True)
    status, _, err = xhsim_command(*words, "exact")
    assert (status, "the study has no structures" in err) == (2, True)
    status, out, err = xhsim_command(*words, "exact", "--by-structure", study=STRUCTURES)
    assert (status, out, "the draws have one structure" in err) == (2, "", True)


RULED = """label: {en: Helped, zh: 扶持}
description: Help if slow.
extends: baseline
rules:
  help:
    label: {en: Help the slow, zh: 扶持慢者}
    check: 2023
    if: {variable: size, below: 105.8}
    then: {set: {policy: 2}}
"""


def test_attain_says_how_often_rules_act(xhsim_command: Output, tmp_path: Path) -> None:
    study = copy_of_linear(tmp_path / "study", **{"scenarios/helped.yaml": RULED})
    status, out, _ = xhsim_command("attain", "helped", "--draws", 256, study=study)
    assert status == 0
    # Growth is below 2.9 in 43 % of draws.
    assert re.search(r"^Help the slow +2023 +43 \(37–49\) +43 +0 *$", out, re.MULTILINE)
    assert re.search(r"^ +at any check +43 \(37–49\) *$", out, re.MULTILINE)
    folder = tmp_path / "out"
    options = ("--draws", 8, "--out", folder)
    status, out, _ = xhsim_command("attain", "helped", "baseline", *options, study=study)
    assert status == 0
    assert "Helped: how often its rules act" in out
    lines = (folder / "firings.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("scenario,rule,check,probability")
    assert [line.split(",")[:3] for line in lines[1:]] == [
        ["helped", "help", "2023"],
        ["helped", "help", "any"],
    ]
