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
    status, told, _ = xhsim_command("verify", out, file, "--json", study=study)
    found = json.loads(told)
    assert (status, found["passed"], found["checked"]) == (0, True, [0])
    model = study / "model" / "linear.mdl"
    model.write_text(model.read_text("utf-8").replace(", 100)", ", 101)"), "utf-8")
    runner_of.cache_clear()
    status, told, _ = xhsim_command("verify", out, file, study=study)
    assert status == 1
    assert "changed: model/linear.mdl" in told
    assert "do NOT match" in told


def test_a_folder_without_a_sweep_is_bad_input(xhsim_command: Output, tmp_path: Path) -> None:
    file = tmp_path / "grid.yaml"
    file.write_text(SWEEP, encoding="utf-8")
    status, _, err = xhsim_command("verify", tmp_path / "nothing", file)
    assert status == 2
    assert "there is no sweep in" in err
