"""The command `show`: the contents of a study, and the settings of a scenario."""

from __future__ import annotations

import json
import re
from pathlib import Path

import xhsim
from tests.analysis.studies import LINEAR, copy_of_linear
from tests.commands.running import Output


def test_show_lists_scenarios_targets_and_levers(xhsim_command: Output) -> None:
    status, out, _ = xhsim_command("show")
    assert status == 0
    for words in (
        *("linear.mdl", "Scenarios", "One unit a year more from 2023.", "Targets", ">= 117 unit"),
        *("cumulative increase", "2020-2025", "Levers", "Programme", "0 to 5"),
    ):
        assert words in out
    record = json.loads(xhsim_command("show", "--json")[1])
    assert [row["scenario"] for row in record["scenarios"]] == list(
        xhsim.open_study(LINEAR).scenarios
    )
    size = record["targets"][0]
    assert (size["direction"], size["value"], size["unit"]) == (">=", 117, "unit")
    assert record["levers"][0]["range"] == [0, 5]


def test_show_scenario_tells_values_and_places(xhsim_command: Output) -> None:
    status, out, _ = xhsim_command("show", "doubt")
    assert status == 0
    assert "baseline -> programme -> doubt" in out
    assert re.search(
        r"^policy +0, then 1 from 2023 +unit/year +lever +"
        r"scenarios/programme.yaml:5; model/parameters.yaml:11",
        out,
        re.MULTILINE,
    )
    assert re.search(r"^growth +2 .*90% in \[1, 3\] +scenarios/doubt.yaml:7", out, re.MULTILINE)
    assert "zone growth" not in out


def test_show_resolved_tells_every_parameter(xhsim_command: Output) -> None:
    record = json.loads(xhsim_command("show", "baseline", "--resolved", "--json")[1])
    rows = {row["parameter"]: row for row in record["values"]}
    assert list(rows) == [
        *("growth", "policy", "zone growth[North]", "zone growth[South]", "weather", "idle")
    ]
    assert rows["zone growth[South]"]["value"] == 2
    assert rows["zone growth[South]"]["uncertain"] == "90% in [1.5, 2.5] uniform"
    assert rows["weather"]["uncertain"] == "yearly from 2022, 90% in [-2, 2]"
    assert rows["idle"]["from"] == ["model/parameters.yaml:39"]
    assert "none: the scenario changes nothing" in xhsim_command("show", "baseline")[1]


def test_shown_texts_are_no_markup(xhsim_command: Output, tmp_path: Path) -> None:
    files = {
        "scenarios/odd.yaml": "label: {en: '[red]odd[/red]', zh: 怪}\n"
        "description: 'Brackets [/bold] of [a, b].'\n",
    }
    study = copy_of_linear(tmp_path / "s", **files)
    assert "[/bold] of [a, b]" in xhsim_command("show", study=study)[1]
    assert "[red]odd[/red]" in xhsim_command("show", "odd", study=study)[1]
