"""The command `publish`: one file, and where it is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.analysis.studies import LINEAR, copy_of_linear
from xhsim import cli


def test_it_writes_a_page_and_says_where(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "page.html"
    command = ["publish", "programme", "--study", str(LINEAR), "--draws", "16", "--lang", "zh"]
    assert cli.main([*command, "--out", str(file)]) == 0
    assert f"Written to {file}" in capsys.readouterr().out
    assert '<html lang="zh-Hans">' in file.read_text(encoding="utf-8")


def test_scenarios_that_are_left_out_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    label = "label: {en: Given, zh: 给定}\ndescription: A path.\nextends: baseline\n"
    text = label + "paths: {echo: 2}\n"
    study = copy_of_linear(tmp_path / "study", **{"scenarios/given.yaml": text})
    command = ["publish", "--study", str(study), "--draws", "16", "--out"]
    assert cli.main([*command, str(tmp_path / "page.html")]) == 0
    said = capsys.readouterr().err
    assert said == 'Left out: scenario "given" has paths of computed variables.\n'


def test_mistakes_write_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["publish", "--study", str(LINEAR), "--draws", "16", "--out"]
    assert cli.main([*command, str(tmp_path / "page.txt")]) == 2
    assert "end the name in .html" in capsys.readouterr().err
    assert cli.main([*command, str(tmp_path / "page.html"), "program"]) == 2
    assert 'did you mean "programme"' in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_without_a_compiler_it_says_what_to_install(tmp_path: Path) -> None:
    """In a process of its own: in this one the compiler is loaded already."""
    command = ["publish", "--study", str(LINEAR), "--out", str(tmp_path / "page.html")]
    code = f"import sys; sys.modules['llvmlite'] = None; from xhsim import cli; command = {command}"
    ran = subprocess.run(
        [sys.executable, "-c", f"{code}; sys.exit(cli.main(command))"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, "Traceback" in ran.stderr) == (2, False), ran.stderr
    assert 'needs llvmlite. install it: pip install "xhsim[fast]"' in ran.stderr
    assert not list(tmp_path.iterdir())
