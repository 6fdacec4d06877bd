"""Hashes of inputs: every file that is read, and no results."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tests.analysis.studies import copy_of_linear
from xhsim.study.input_hashes import changed_inputs, input_hashes


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
