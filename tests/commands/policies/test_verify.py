"""The command `verify`: its exit status and JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.analysis.studies import copy_of_linear
from tests.commands.running import Output
from xhsim.report.sweeps.run import runner_of
from xhsim.report.terminal import attain

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


class NoPictures:
    """In place of the workers that draw."""

    waiting = 0

    def __init__(self, *_: Any) -> None: ...

    def __enter__(self) -> NoPictures:
        return self

    def __exit__(self, *_: object) -> None: ...

    def ask(self, *_: Any) -> None: ...

    def finish(self, *_: Any) -> None: ...


def test_a_folder_of_attain_is_computed_again(
    xhsim_command: Output, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attain, "Painter", NoPictures)
    study, out = copy_of_linear(tmp_path / "s"), tmp_path / "out"
    words = ("attain", "baseline", "--draws", 8, "--quiet", "--out", out)
    assert xhsim_command(*map(str, words), study=study)[0] == 0
    assert xhsim_command("verify", out, study=None) == (
        0,
        "3 files compared, none computed again (--all does it): the stored results match\n",
        "",
    )
    assert "2 computed again" in xhsim_command("verify", out, "--all", study=None)[1]
    text = (out / "manifest.json").read_text("utf-8")
    (out / "manifest.json").write_text(text.replace('"8"', '"9"'), "utf-8")
    status, told, _ = xhsim_command("verify", out, "--all", "--json", study=None)
    found = json.loads(told)
    assert (status, found["different"]) == (1, ["attainment.csv", "attainment.json"])
    (out / "manifest.json").write_text(text.replace('"attain"', '"new"'), "utf-8")
    status, _, err = xhsim_command("verify", out, "--all", study=None)
    assert (status, 'results of "xhsim new" cannot be computed again' in err) == (2, True)


def test_a_sweep_of_an_older_xhsim_needs_its_file(xhsim_command: Output, tmp_path: Path) -> None:
    study = copy_of_linear(tmp_path / "s")
    file, out = tmp_path / "grid.yaml", tmp_path / "out"
    file.write_text(SWEEP, encoding="utf-8")
    assert xhsim_command("sweep", file, "--out", out, "--quiet", study=study)[0] == 0
    record = json.loads((out / "manifest.json").read_text("utf-8"))
    del record["study"], record["sweep"]["files"]
    (out / "manifest.json").write_text(json.dumps(record), "utf-8")
    status, _, err = xhsim_command("verify", out, study=study)
    assert (status, "do not hold their sweep file" in err) == (2, True)
    assert f"xhsim verify {out} FILE" in err
    assert xhsim_command("verify", out, file, study=study)[0] == 0
    del record["blocks"]
    (out / "manifest.json").write_text(json.dumps(record), "utf-8")
    status, _, err = xhsim_command("verify", out, study=study)
    assert (status, "the record of the sweep is damaged" in err) == (2, True)


def test_a_folder_without_results_is_bad_input(xhsim_command: Output, tmp_path: Path) -> None:
    file = tmp_path / "grid.yaml"
    file.write_text(SWEEP, encoding="utf-8")
    status, _, err = xhsim_command("verify", tmp_path / "nothing")
    assert status == 2
    assert "there are no results with a manifest.json in" in err
    (tmp_path / "search.json").write_text("{}", encoding="utf-8")
    assert "the search for a front" in xhsim_command("verify", tmp_path)[2]
    assert "grid.yaml: this is a file" in xhsim_command("verify", file)[2]


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
