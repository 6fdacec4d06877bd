"""The Tab key: what shells are taught, and which names they are told."""

from __future__ import annotations

import argparse
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
from xhsim.cli import _parser, main
from xhsim.commands.completion import NAMES, SHELLS, known_names
from xhsim.study.names import canonical

GOOD = DATA / "study" / "good"

# What a person has typed, and what is offered. Bash is asked as it asks itself.
OFFERED = {
    "xhsim att": {"attain"},
    "xhsim attain r": {"rd-push", "rival-office-supply"},
    "xhsim attain plan r": {"rd-push", "rival-office-supply"},
    f"xhsim attain --study {GOOD} r": {"rival-supply"},
    "xhsim explain plan new_f": {"new_foreign_hq"},
    "xhsim design x --from b": {"balanced", "baseline", "budget-cut", "building-renewal"},
    "xhsim loops real_gdp": {"real_gdp", "real_gdp_at_start", "real_gdp_index"},
    "xhsim export --variables foreign_h": {"foreign_hq"},
    "xhsim evidence rd_": {"rd_support"},
    "xhsim attain --structure m": {"market-led", "mixed"},
    "xhsim report --lang ": {"en", "zh"},
    "xhsim attain my": {"my.yaml"},  # a scenario file
    "xhsim attain ./s": {"./sub/"},
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
    (tmp_path / "sub").mkdir()
    (tmp_path / "my.yaml").touch()
    (tmp_path / "my.txt").touch()
    for line, expected in OFFERED.items():
        done = subprocess.run(
            ["bash", "--norc", "-c", ASK, "bash", file, line],
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )
        assert set(done.stdout.split()) == expected, line
        assert done.stderr == "", line


@pytest.mark.skipif(shutil.which("fish") is None, reason="there is no fish")
def test_fish_offers_what_fits(
    tmp_path: Path, environment: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "xhsim.fish"
    file.write_text(script_of("fish", capsys))
    (tmp_path / "my.yaml").touch()
    for line in ("xhsim attain my", "xhsim explain plan new_f", "xhsim attain --structure m"):
        done = subprocess.run(
            ["fish", "--no-config", "-c", f"source {file}; complete -C '{line}'"],
            env=environment | {"HOME": str(tmp_path)},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )
        found = {offered.partition("\t")[0] for offered in done.stdout.splitlines()}
        assert found == OFFERED[line], line


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


def test_names_of_the_model_and_the_levers() -> None:
    study = xhsim.open_study()
    variables = known_names("variables", "xhsim loops ")
    assert {*study.model.variables.index} <= {*variables}
    levers = [one.name for one in study.parameters.values() if one.role == "lever"]
    assert known_names("levers", "") == sorted(canonical(name) for name in levers)
    assert study.structures is not None
    assert known_names("structures", "") == sorted(["equal", *study.structures.names])
    line = f"xhsim run --study {LINEAR} "
    own = xhsim.open_study(LINEAR)
    assert {*own.model.variables.index} <= {*known_names("variables", line)}
    assert known_names("structures", line) == []


def test_each_argument_with_a_name_is_completed() -> None:
    """A command that asks for a thing of the study says so in its placeholder."""
    things = {"scenario", "scenarios", "target", "lever", "variable", "variables", "structure"}
    parser = _parser()
    kind = argparse._SubParsersAction
    (commands,) = (one for one in parser._actions if isinstance(one, kind))
    asked = {
        (command, action.dest): action.metavar
        for command, own in commands.choices.items()
        for action in own._actions
        if action.dest in things
    }
    found = {metavar for metavar in asked.values() if isinstance(metavar, str)}
    assert found <= {*NAMES, "NAME=PACKAGE", "NAME=LOW..HIGH"}, asked
