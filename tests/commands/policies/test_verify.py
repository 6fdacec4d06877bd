"""The command `verify`: its exit status and JSON."""

from __future__ import annotations

import json
from pathlib import Path

from tests.analysis.studies import copy_of_linear
from tests.commands.running import Output
from xhsim.report.sweeps.run import runner_of

SWEEP = """label: {en: Grid, zh: 格}
description: A grid.
scenario: programme
draws: 8
grid: {policy: [0, 1]}
"""


def test_results_match_until_an_input_changes(xhsim_command: Output, tmp_path: Path) -> None:
    study = copy_of_linear(tmp_path / "s")
    file, out = tmp_path / "grid.yaml", tmp_path / "out"
    file.write_text(SWEEP, encoding="utf-8")
    assert xhsim_command("sweep", file, "--out", out, "--quiet", study=study)[0] == 0
    file.unlink()
    status, told, _ = xhsim_command("verify", out, "--json", study=None)
    found = json.loads(told)
    assert (status, found["passed"], found["checked"]) == (0, True, [0])
    model = study / "model" / "linear.mdl"
    model.write_text(model.read_text("utf-8").replace(", 100)", ", 101)"), "utf-8")
    runner_of.cache_clear()
    status, told, _ = xhsim_command("verify", out, study=None)
    assert status == 1
    assert "changed: model/linear.mdl" in told
    assert "do NOT match" in told


def test_a_folder_without_a_sweep_is_bad_input(xhsim_command: Output, tmp_path: Path) -> None:
    file = tmp_path / "grid.yaml"
    file.write_text(SWEEP, encoding="utf-8")
    status, _, err = xhsim_command("verify", tmp_path / "nothing")
    assert status == 2
    assert "there is no sweep in" in err
    (tmp_path / "search.json").write_text("{}", encoding="utf-8")
    assert "it holds a front" in xhsim_command("verify", tmp_path)[2]


def test_a_table_of_points_is_stored_too_and_the_study_is_looked_for(
    xhsim_command: Output, tmp_path: Path
) -> None:
    study = copy_of_linear(tmp_path / "s")
    file, out, table = tmp_path / "grid.yaml", tmp_path / "out", tmp_path / "points.csv"
    file.write_text(SWEEP.replace("grid: {policy: [0, 1]}", "rows: points.csv"), encoding="utf-8")
    table.write_text("policy\n0\n1\n", encoding="utf-8")
    assert xhsim_command("sweep", file, "--out", out, "--quiet", study=study)[0] == 0
    table.unlink()
    assert xhsim_command("verify", out, study=None)[0] == 0
    status, _, err = xhsim_command("verify", out, tmp_path / "no.yaml", study=None)
    assert (status, "no such sweep file" in err) == (2, True)
    study.rename(tmp_path / "moved")
    status, _, err = xhsim_command("verify", out, study=None)
    assert status == 2
    assert "is no longer at" in err
    assert xhsim_command("verify", out, study=tmp_path / "moved")[0] == 0
