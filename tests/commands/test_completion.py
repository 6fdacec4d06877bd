"""The Tab key: what shells are taught, and which names they are told."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import xhsim
from tests.analysis.studies import LINEAR
from tests.places import DATA, ROOT
from xhsim.cli import main
from xhsim.commands.completion import SHELLS, known_names

GOOD = DATA / "study" / "good"

# What a person has typed, and what is offered. Bash is asked as it asks itself.
OFFERED = {
    "xhsim att": {"attain"},
    "xhsim attain r": {"rd-push", "rival-office-supply"},
    "xhsim attain plan r": {"rd-push", "rival-office-supply"},
    f"xhsim attain --study {GOOD} r": {"rival-supply"},
    "xhsim explain plan new_f": {"new_foreign_hq"},
    "xhsim design x --from b": {"balanced", "baseline", "budget-cut", "building-renewal"},
    "xhsim attain --dr": {"--draws"},
    "xhsim draw --format ": {"png", "svg", "pdf"},
    "xhsim completion ": set(SHELLS),
    "xhsim completion --n": set(),  # what only the scripts use
}
ASK = """
source "$1"
COMP_LINE=$2
read -ra COMP_WORDS <<<"$2"
[[ $2 == *" " ]] && COMP_WORDS+=("")
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_shtab_xhsim
printf '%s\\n' "${COMPREPLY[@]}"
"""


def script_of(shell: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["completion", shell]) == 0
    return capsys.readouterr().out


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Where a shell finds this xhsim."""
    command = tmp_path / "bin" / "xhsim"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m xhsim.cli "$@"\n')
    command.chmod(0o755)
    path = f"{command.parent}{os.pathsep}{os.environ['PATH']}"
    return os.environ | {"PATH": path, "PYTHONPATH": str(ROOT)}


@pytest.mark.skipif(shutil.which("bash") is None or os.name == "nt", reason="there is no bash")
def test_bash_offers_what_fits(
    tmp_path: Path, environment: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "xhsim.bash"
    file.write_text(script_of("bash", capsys))
    for line, expected in OFFERED.items():
        done = subprocess.run(
            ["bash", "--norc", "-c", ASK, "bash", file, line],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        assert set(done.stdout.split()) == expected, line
        assert done.stderr == "", line


@pytest.mark.parametrize("shell", SHELLS)
def test_scripts_are_in_the_language_of_their_shell(
    shell: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = script_of(shell, capsys)
    assert "xhsim completion --names targets" in text
    for command in ("attain", "explain", "import", "completion"):
        assert command in text
    if shutil.which(shell) is None:
        pytest.skip(f"there is no {shell}")
    file = tmp_path / "script"
    file.write_text(text)
    subprocess.run([shell, "-n", file], check=True)


def test_zsh_completes_every_one_of_several_scenarios(capsys: pytest.CaptureFixture[str]) -> None:
    text = script_of("zsh", capsys)
    assert text.count('"*:default\\: all:_xhsim_scenarios"') == 3  # attain, lint, export
    assert '"(*)' not in text


def test_names_are_those_of_the_study_on_the_line(tmp_path: Path) -> None:
    study = xhsim.open_study()
    assert known_names("scenarios", "xhsim attain ") == sorted(study.scenarios)
    assert known_names("targets", "") == sorted(study.targets)
    own = yaml.safe_load((GOOD / "model" / "targets.yaml").read_text(encoding="utf-8"))
    for line in (f"xhsim run --study {GOOD} ", f"xhsim run --study={GOOD} ", f"x --study '{GOOD}'"):
        assert known_names("scenarios", line) == ["austerity", "baseline", "plan", "rival-supply"]
        assert known_names("targets", line) == sorted(own)
    assert known_names("scenarios", "xhsim run --study ") == sorted(study.scenarios)
    assert known_names("scenarios", f"xhsim run --study {tmp_path} ") == []
    assert known_names("scenarios", 'xhsim report plan --title "What') == sorted(study.scenarios)


def test_names_are_those_of_the_study_of_the_working_folder(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(LINEAR / "model")
    assert known_names("scenarios", "xhsim attain ") == [
        "baseline",
        "doubt",
        "nothing",
        "programme",
    ]


def test_a_file_whose_name_is_a_command_is_not_offered(tmp_path: Path) -> None:
    """Bash would run it: it expands the words that it is offered."""
    (tmp_path / "scenarios").mkdir()
    for name in ("$(touch x)", "`x`", "a b", "-x", "plan", "研发"):
        (tmp_path / "scenarios" / f"{name}.yaml").touch()
    assert known_names("scenarios", f"xhsim run --study {tmp_path}") == ["plan", "研发"]


def test_without_a_shell_it_says_which_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion"]) == 2
    assert "write xhsim completion bash, zsh or fish" in capsys.readouterr().err
