"""The command line as a whole: help, bad input, interrupts, and the process."""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

import xhsim
from tests.analysis.studies import LINEAR, copy_of_linear
from tests.commands.running import Output
from tests.places import ROOT
from xhsim import cli, plots
from xhsim.analysis.study import Study


def _process(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "xhsim.cli", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=ROOT,
        check=False,
        **options,
    )


# --- help ---------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["", "attain", "run", "show", "parameters", "check"])
def test_help_is_worth_reading(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main([*command.split(), "--help"])
    text = capsys.readouterr().out
    assert ended.value.code == 0
    assert text.startswith(f"usage: xhsim {command}".rstrip())
    for word in ["--study DIR", "--quiet", "--json"] if command else ["attain", "exit status"]:
        assert word in text
    assert max(map(len, text.splitlines())) <= 100


def test_examples_of_the_help_run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[str]] = []

    def remember(options: argparse.Namespace) -> int:
        asked.append(options.command_line)
        return 0

    for module in cli.COMMANDS.values():
        monkeypatch.setattr(f"xhsim.commands.{module}.act", remember)
    lines = re.findall(r"^  (xhsim .*?)  ", cli.EXAMPLES, re.MULTILINE)
    assert len(lines) >= 6
    for line in lines:
        assert cli.main(line.split()[1:]) == 0
    assert [" ".join(words) for words in asked] == lines


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_each_command_is_declared_by_its_own_module(name: str) -> None:
    options = cli._parser([name])._subparsers
    assert options is not None
    assert list(options._group_actions[0].choices or ()) == [name]


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"xhsim {xhsim.__version__}\n"


# --- bad input ----------------------------------------------------------------------------

PARAMETERS = (LINEAR / "model" / "parameters.yaml").read_text(encoding="utf-8")
MODEL = (LINEAR / "model" / "linear.mdl").read_text(encoding="utf-8")
TARGETS = (LINEAR / "model" / "targets.yaml").read_text(encoding="utf-8")
SCENARIO = "label: {en: A, zh: 甲}\ndescription: Something.\n"

# What is broken: the arguments, the files of the study, and what the message must say.
BAD: dict[str, tuple[list[str], dict[str, str | None], str]] = {
    "unknown scenario": (
        ["attain", "program"],
        {},
        r'xhsim: unknown scenario "program". did you mean "programme"\?',
    ),
    "unknown second scenario": (["attain", "baseline", "bsaeline"], {}, 'did you mean "baseline"'),
    "unknown scenario to run": (["run", "programm"], {}, 'did you mean "programme"'),
    "unknown scenario to show": (["show", "programm"], {}, 'did you mean "programme"'),
    "unknown variable": (["run", "baseline", "--variable", "sizes"], {}, 'did you mean "size"'),
    "unknown method": (
        ["run", "baseline", "--method", "rk5"],
        {},
        r'method "rk5".*did you mean "RK45"',
    ),
    "resolved without scenario": (["show", "--resolved"], {}, "--resolved needs a scenario"),
    "no command": ([], {}, r"COMMAND.*see xhsim --help"),
    "unknown command": (["atain"], {}, r"atain.*attain.*see xhsim --help"),
    "unknown option": (["attain", "--drawz", "3"], {}, r"--drawz.*see xhsim attain --help"),
    "option without value": (["attain", "--out"], {}, r"--out.*see xhsim attain --help"),
    "no draws": (["attain", "--draws", "0"], {}, "draws must be a whole number from 1, not 0"),
    "negative draws": (["attain", "--draws", "-5"], {}, "draws must be a whole number from 1"),
    "draws in words": (["attain", "--draws", "abc"], {}, '--draws: "abc" is not a whole number'),
    "half a draw": (["attain", "--draws", "1.5"], {}, '--draws: "1.5" is not a whole number'),
    "too many draws": (["attain", "--draws", "99999999999"], {}, "more than the 10,000,000"),
    "negative seed": (["attain", "--seed", "-1"], {}, "seed must be a whole number from 0, not -1"),
    "unknown parameter": (
        ["attain"],
        {"scenarios/a.yaml": SCENARIO + "set:\n  polcy: 1\n"},
        r'scenarios/a.yaml:4.*unknown parameter "polcy".*did you mean "policy"',
    ),
    "text for a number": (
        ["attain"],
        {"scenarios/a.yaml": SCENARIO + "set:\n  policy: much\n"},
        r"scenarios/a.yaml:4.*number",
    ),
    "not a number": (
        ["attain"],
        {"scenarios/a.yaml": SCENARIO + "set:\n  policy: .nan\n"},
        r"scenarios/a.yaml:4.*finite",
    ),
    "negative duration": (
        ["attain"],
        {
            "scenarios/a.yaml": SCENARIO
            + "set:\n  policy: {pulse: {from: 2023, until: 2022, to: 1}}\n"
        },
        r"scenarios/a.yaml:4",
    ),
    "duplicate key": (
        ["attain"],
        {"model/parameters.yaml": PARAMETERS.replace("value: 3\n", "value: 3\n  value: 3\n")},
        r'model/parameters.yaml:5.*"value".*line 4',
    ),
    "empty file": (["attain"], {"model/parameters.yaml": ""}, r"model/parameters.yaml.*empty"),
    "binary file": (["attain"], {"model/targets.yaml": "\x00\x01\x7f"}, r"model/targets.yaml"),
    "parent missing": (
        ["check"],
        {"scenarios/a.yaml": SCENARIO + "extends: basline\n"},
        r'scenarios/a.yaml:3.*did you mean "baseline"',
    ),
    "no model": (["check"], {"model/linear.mdl": None}, "model: there is no model file"),
    "empty model": (["check"], {"model/linear.mdl": ""}, "linear.mdl"),
    "binary model": (["check"], {"model/linear.mdl": "\x00\x01\x7f" * 9}, "linear.mdl"),
    "unsupported function": (
        ["attain"],
        {"model/linear.mdl": MODEL.replace("yield = weather", "yield = RANDOM POISSON(weather)")},
        r"linear.mdl:\d+.*RANDOM POISSON",
    ),
    "value unlike the model's": (
        ["attain"],
        {"model/parameters.yaml": PARAMETERS.replace("value: 3\n", "value: 4\n")},
        r'parameters.yaml:2: parameter "growth" is 4.0, but in the model 3.0. make them equal',
    ),
    "target after the end": (
        ["check"],
        {"model/targets.yaml": TARGETS.replace("[2020, 2025]", "[2020, 2030]", 1)},
        r'targets.yaml:1: target "size" needs 2030.*it has 2020 to 2025',
    ),
    "target before the start": (
        ["attain"],
        {"model/targets.yaml": TARGETS.replace("[2020, 2025]", "[2019, 2025]")},
        r'targets.yaml:14: target "modest" needs 2019.*it has 2020 to 2025',
    ),
    "target called joint": (
        ["attain"],
        {"model/targets.yaml": TARGETS.replace("size:", "joint:", 1)},
        r'targets.yaml:1: a target cannot have the id "joint".*another id',
    ),
    "out without a name": (["attain", "--out", ""], {}, "--out: the name of the folder is empty"),
    "study without a name": (
        ["show", "--study", ""],
        {},
        "--study: the name of the folder is empty",
    ),
    "target of no variable": (
        ["attain"],
        {"model/targets.yaml": TARGETS.replace("variable: yield", "variable: yeild")},
        r'targets.yaml:\d+.*"yeild".*did you mean "yield"',
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_gets_one_message_and_2(
    case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments, files, words = BAD[case]
    study = copy_of_linear(tmp_path / "study", **files)
    extra = ["--study", str(study)] if arguments and "--study" not in arguments else []
    if arguments[:1] == ["attain"] and "--out" not in arguments:
        extra += ["--out", str(tmp_path / "out")]
    if arguments[-1:] == ["--out"]:
        extra = []
    assert cli.main([*arguments, *extra]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("xhsim: ")
    assert err.endswith("\n")
    assert len(err.splitlines()) == 1, err
    assert re.search(words, err), err
    assert "Traceback" not in err
    assert not (tmp_path / "out").exists()


def test_several_mistakes_are_counted_and_each_told_once(
    xhsim_command: Output, tmp_path: Path
) -> None:
    files = {
        "scenarios/a.yaml": SCENARIO + "set:\n  polcy: 1\n  idel: 2\n",
        "scenarios/b.yaml": SCENARIO + "set:\n  policy: 77\n",
    }
    status, out, err = xhsim_command("check", study=copy_of_linear(tmp_path / "s", **files))
    assert (status, out) == (2, "")
    lines = err.splitlines()
    assert lines[0] == "xhsim: 3 mistakes"
    assert [re.findall(r"(\w\.yaml:\d+)", line) for line in lines[1:]] == [
        ["a.yaml:4"],
        ["a.yaml:5"],
        ["b.yaml:4", "s.yaml:11"],
    ]


@pytest.mark.parametrize("what", ["missing", "a file", "empty"])
def test_what_is_no_study_folder(what: str, tmp_path: Path, xhsim_command: Output) -> None:
    study = tmp_path / "study"
    if what == "a file":
        study.write_text("x")
    elif what == "empty":
        study.mkdir()
    status, out, err = xhsim_command("attain", "--out", tmp_path / "out", study=study)
    assert (status, out) == (2, "")
    assert str(study) in err
    assert "a study folder contains model/" in err
    assert not (tmp_path / "out").exists()


def test_a_study_without_scenarios(tmp_path: Path, xhsim_command: Output) -> None:
    names = ("baseline", "doubt", "nothing", "programme")
    study = copy_of_linear(tmp_path / "s", **{f"scenarios/{name}.yaml": None for name in names})
    for words in (["attain", "--out", tmp_path / "out"], ["check"]):
        status, _, err = xhsim_command(*words, study=study)
        assert status == 2
        assert "there is no scenario. add baseline.yaml" in err
    assert not (tmp_path / "out").exists()


def test_too_little_memory_is_told(
    xhsim_command: Output, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def exhaust(*arguments: object, **options: object) -> None:
        raise MemoryError

    monkeypatch.setattr(Study, "ensemble", exhaust)
    status, _, err = xhsim_command("attain", "--out", tmp_path / "out")
    assert (status, err) == (2, "xhsim: there is not enough memory. Ask for fewer --draws\n")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("place", ["ensemble", "save"])
def test_an_interrupt_gives_130_and_leaves_nothing(
    xhsim_command: Output, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, place: str
) -> None:
    def interrupt(*arguments: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Study if place == "ensemble" else plots, place, interrupt)
    status, _, err = xhsim_command("attain", "baseline", "--draws", 8, "--out", tmp_path / "out")
    assert (status, err) == (130, "xhsim: interrupted; nothing was written\n")
    assert not (tmp_path / "out").exists()


# --- as a process -------------------------------------------------------------------------


def test_process_ends_with_the_status() -> None:
    done = _process("check", "--study", str(LINEAR), "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    done = _process("attain", "--draws", "0")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "xhsim: the number of draws must be a whole number from 1, not 0\n"


def test_reader_that_leaves_is_no_error() -> None:
    command = f'"{sys.executable}" -m xhsim.cli show --study "{LINEAR}" | true; '
    done = subprocess.run(
        ["bash", "-c", command + 'echo "${PIPESTATUS[0]}"'],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    assert (done.stdout, done.stderr) == ("0\n", "")


def test_output_needs_no_unicode_terminal() -> None:
    environment = os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = _process("show", "--study", str(LINEAR), env=environment)
    assert (done.returncode, done.stderr) == (0, "")
    done = _process("attain", "--draws", "8", "--json", "--study", str(LINEAR), env=environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["baseline"]["size"]["label_zh"] == "规模"


@pytest.mark.skipif(os.name == "nt", reason="signals are sent differently on Windows")
def test_control_c_while_it_works(tmp_path: Path) -> None:
    words = ["attain", "--study", str(LINEAR), "--draws", "3000000"]
    process = subprocess.Popen(
        [sys.executable, "-m", "xhsim.cli", *words, "--out", str(tmp_path / "out")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    patience = time.monotonic() + 20
    while not (tmp_path / "out").exists() and time.monotonic() < patience:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (130, "")
    assert err == "xhsim: interrupted; nothing was written\n"
    assert not (tmp_path / "out").exists()


# --- the study that ships -----------------------------------------------------------------


def test_xuhui_run_show_and_check(xhsim_command: Output) -> None:
    status, out, _ = xhsim_command("run", "plan", "--json", study=None)
    rows = {row["variable"]: row for row in json.loads(out)}
    assert status == 0
    assert rows["retail sales"]["2020"] == pytest.approx(1072.3, rel=0.03)
    status, out, _ = xhsim_command("show", study=None)
    assert status == 0
    assert "Retail sales" in out
    status, out, _ = xhsim_command("show", "plan", "--resolved", "--json", study=None)
    assert status == 0
    names = {row["parameter"].split("[")[0] for row in json.loads(out)["values"]}
    assert names == set(xhsim.open_study().parameters)
    status, out, _ = xhsim_command("check", "--json", study=None)
    assert status == 0
    assert len(json.loads(out)["inconsistencies"]) >= 3


def test_scenario_given_as_an_option(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["attain", "--scenario", "plan"]) == 2
    assert "write scenarios without an option" in capsys.readouterr().err
