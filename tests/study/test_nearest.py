"""The study of a folder: in it, above it, or nowhere; and folders that only look like one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.analysis.studies import LINEAR, copy_of_linear
from xhsim.study.bundled import bundled_folder
from xhsim.study.nearest import is_default_study, is_study, nearest_study


def test_the_nearest_study_is_found_from_any_depth(tmp_path: Path) -> None:
    outer = copy_of_linear(tmp_path / "outer")
    inner = copy_of_linear(outer / "results" / "inner")
    for place, study in (
        (outer, outer),
        (outer / "model", outer),
        (outer / "results", outer),
        (inner / "scenarios", inner),
        (tmp_path, None),
    ):
        assert nearest_study(place) == study


def test_folders_of_other_projects_are_no_study(tmp_path: Path) -> None:
    for name in ("model", "scenarios"):
        (tmp_path / name).mkdir()
    (tmp_path / "model" / "layers.py").touch()
    assert not is_study(tmp_path)
    # One that has lost its model file is a study with a mistake, of which commands then tell.
    (tmp_path / "model" / "parameters.yaml").touch()
    assert is_study(tmp_path)
    (tmp_path / "model" / "parameters.yaml").unlink()
    (tmp_path / "model" / "A.MDL").touch()
    assert is_study(tmp_path)


def test_commands_need_not_name_the_study_of_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert is_default_study(bundled_folder())
    assert not is_default_study(LINEAR)
    monkeypatch.chdir(LINEAR / "model")
    assert is_default_study(LINEAR)
    assert not is_default_study(bundled_folder())
