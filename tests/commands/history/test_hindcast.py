"""The command `hindcast`: what it needs is checked before the work."""

from __future__ import annotations

from pathlib import Path

from tests.commands.running import Output


def test_a_study_without_calibration_has_no_hindcast(xhsim_command: Output, tmp_path: Path) -> None:
    status, out, err = xhsim_command("hindcast", "--out", tmp_path / "out")
    assert (status, out) == (2, "")
    assert "calibration.yaml" in err
    assert not (tmp_path / "out").exists()


def test_a_file_cannot_be_the_folder_of_results(xhsim_command: Output, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    status, _, err = xhsim_command("hindcast", "--out", tmp_path / "file")
    assert status == 2
    assert "is a file. name a folder" in err
