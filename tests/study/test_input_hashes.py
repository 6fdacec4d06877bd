"""Hashes of inputs: every file that is read, and no results."""

from __future__ import annotations

import hashlib
from pathlib import Path

import xhsim
from tests.analysis.studies import LINEAR, copy_of_linear
from xhsim.study.input_hashes import changed_inputs, input_hashes, run_hashes
from xhsim.study.scenarios.scenario import read_scenario


def test_files_are_hashed_and_results_left_out(tmp_path: Path) -> None:
    folder = copy_of_linear(tmp_path / "study")
    before = input_hashes(folder)
    (folder / "model" / "forecasts").mkdir()
    (folder / "model" / "forecasts" / "a.json").write_text("{}")
    (folder / "model" / "monitoring_twins.csv").write_text("")
    assert input_hashes(folder) == before
    history = (folder / "model" / "history.csv").read_bytes()
    assert before["model/history.csv"] == hashlib.sha256(history).hexdigest()


def test_changed_new_and_missing_files_are_named() -> None:
    before = {"a": "1", "b": "1", "c": "1"}
    assert changed_inputs(before, before) == ()
    assert changed_inputs(before, {"a": "1", "b": "2", "d": "1"}) == ("b", "c", "d")


def test_scenarios_from_elsewhere_are_hashed(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("label: {en: Mine, zh: 我的}\ndescription: x\nextends: baseline\n", "utf-8")
    study = xhsim.open_study(LINEAR).with_scenario("in code", {"policy": 1.0})
    assert run_hashes(study.files) == input_hashes(LINEAR)
    added = run_hashes(study.with_scenario(read_scenario(file)).files)
    assert added == input_hashes(LINEAR) | {
        str(file): hashlib.sha256(file.read_bytes()).hexdigest()
    }
