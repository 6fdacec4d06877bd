"""Manifests: hashes of inputs, versions, and commands without places."""

from __future__ import annotations

from pathlib import Path

import pytest

import xhsim
from tests.analysis.studies import copy_of_linear
from xhsim.analysis.study import Study
from xhsim.report.files.manifest import manifest, without_places


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return xhsim.open_study(copy_of_linear(tmp_path / "study"))


def test_manifest_hashes_every_spelling_of_the_files_that_are_read(study: Study) -> None:
    folder = study.files.folder
    (folder / "scenarios" / "extra.yml").write_text("label: x")
    (folder / "model" / "notes.tmp").write_text("x")
    assert "scenarios/extra.yml" in manifest(study.files, command=[])["inputs"]
    assert "model/notes.tmp" not in manifest(study.files, command=[])["inputs"]


def test_manifest_outside_a_checkout_has_no_git_state(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    assert manifest(study.files, command=[])["git"] is None


def test_folders_are_left_out_of_a_command() -> None:
    words = ["xhsim", "design", "new", "--study", "a b", "--spending", "3", "--out=x.yaml"]
    assert without_places(words) == ["xhsim", "design", "new", "--spending", "3"]
