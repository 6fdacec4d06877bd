"""The command that makes a study: what it says, and that what it says comes next works."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.commands.running import Output


def test_a_new_study_does_what_comes_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, xhsim_command: Output
) -> None:
    monkeypatch.chdir(tmp_path)
    status, out, _ = xhsim_command("new", "my district", "--blank", study=None)
    assert status == 0
    assert "a small study with invented numbers" in out
    said = re.findall(r"^  (?:cd|xhsim) .*", out, re.MULTILINE)
    assert [line.split()[:2] for line in said] == [
        ["cd", "'my"],
        ["xhsim", "check"],
        ["xhsim", "attain"],
    ]
    folder = tmp_path / "my district"
    assert 'In Python: xhsim.open_study("my district")' in out
    for name in re.findall(r"\S+\.yaml", out):
        assert (folder / name.strip(",.")).is_file(), name
    monkeypatch.chdir(folder)
    for words in (["check"], ["attain", "--draws", "8"]):
        status, _, err = xhsim_command(*words, study=None)
        assert (status, err) == (0, f"Study: {folder}\n")
    page = tmp_path / "page.html"
    assert xhsim_command("publish", "--draws", "8", "--out", page, study=None)[0] == 0
    assert xhsim_command("new", ".", study=None)[0] == 2


def test_in_the_working_folder_and_quietly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, xhsim_command: Output
) -> None:
    monkeypatch.chdir(tmp_path)
    assert xhsim_command("new", "a", "--blank", "--quiet", study=None) == (0, "", "")
    (tmp_path / "b").mkdir()
    monkeypatch.chdir(tmp_path / "b")
    status, out, _ = xhsim_command("new", ".", "--blank", "--horizon", "2030", study=None)
    assert (status, "  cd" in out) == (0, False)
    for words, said in (
        (["c", "--blank", "--from", "xuhui"], "not allowed with"),
        (["c", "--from", "huangpu"], "invalid choice"),
        (["c", "--horizon", "soon"], "not a whole number"),
    ):
        status, _, err = xhsim_command("new", *words, study=None)
        assert status == 2
        assert said in err
