"""The command line: what it prints, what it writes, and how it refuses."""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import xhsim
from tests.analysis.studies import LINEAR, copy_of_linear
from tests.places import ROOT
from xhsim import cli, plots
from xhsim.analysis.study import Study

Output = Callable[..., tuple[int, str, str]]


@pytest.fixture
def xhsim_command(capsys: pytest.CaptureFixture[str]) -> Output:
    """Run a command line on the linear study; return exit status, output and errors."""

    def run(*arguments: object, study: Path | None = LINEAR) -> tuple[int, str, str]:
        words = [str(argument) for argument in arguments]
        status = cli.main([*words, *(["--study", str(study)] if study else [])])
        out, err = capsys.readouterr()
        return status, out, err

    return run


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

    for command in cli.COMMANDS:
        monkeypatch.setattr(command, "act", remember)
    lines = re.findall(r"^  (xhsim .*?)  ", cli.EXAMPLES, re.MULTILINE)
    assert len(lines) >= 6
    for line in lines:
        assert cli.main(line.split()[1:]) == 0
    assert [" ".join(words) for words in asked] == lines


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"xhsim {xhsim.__version__}\n"


# --- attain -------------------------------------------------------------------------------


def test_attain_compares_scenarios(xhsim_command: Output) -> None:
    status, out, err = xhsim_command("attain", "--draws", 1000)
    assert (status, err) == (0, "")
    lines = out.splitlines()
    for name in ("baseline", "programme", "doubt", "nothing"):
        assert name in lines[0]
    assert re.search(r"^1 +Size +>= 117 unit +2[56] ", out, re.MULTILINE)
    assert "Average yield" not in out  # of the text, not of the table of indicators
    assert "All 3 targets together" in out
    assert re.search(r"Attained on average, of 3 +1\.[23] ", out)
    assert "1,000 draws with seed 0" in out
    assert "up to 3 points" in out


def test_attain_every_shows_the_texts_targets_too(xhsim_command: Output) -> None:
    for names in (["baseline"], ["baseline", "programme"]):
        _, out, _ = xhsim_command("attain", *names, "--draws", 16, "--every")
        assert "Average yield" in out


def test_attain_one_scenario_in_full(xhsim_command: Output) -> None:
    status, out, _ = xhsim_command("attain", "baseline", "--draws", 1000, "--quiet")
    assert status == 0
    for heading in ("asks for", "median", "5-95 %", "95 % interval", "in words"):
        assert heading in out.splitlines()[0]
    row = next(line for line in out.splitlines() if "Size" in line)
    assert re.search(r">= 117 unit +115 +110 to 120 +2[56] +2[23].\d to 2[78].\d +unlikely", row)
    assert "zones: its one target" in out
    assert "draws" not in out  # the remarks are left out


def test_attain_explains_the_words_of_the_table(xhsim_command: Output) -> None:
    _, out, _ = xhsim_command("attain", "baseline", "--draws", 1000)
    legend = next(line for line in out.splitlines() if line.startswith("The words are the IPCC's"))
    assert "unlikely (0–33 %)" in legend
    assert "virtually certain" not in legend  # it is not in the table
    _, out, _ = xhsim_command("attain", "baseline", "programme", "--draws", 16)
    assert "The words are" not in out  # there are none


def test_attain_json_is_what_study_compare_gives(xhsim_command: Output) -> None:
    status, out, err = xhsim_command(
        "attain", "programme", "baseline", "--json", "--draws", 64, "--seed", 5
    )
    assert (status, err) == (0, "")
    record = json.loads(out)
    table = xhsim.open_study(LINEAR).compare(["programme", "baseline"], draws=64, seed=5)
    assert list(record) == ["programme", "baseline"]
    for row, probability in zip(table.index, table["probability"], strict=True):
        scenario, name = row
        assert record[scenario][name]["probability"] == probability
    assert record["baseline"]["yields"]["label_zh"] == "平均收成"


def test_same_seed_same_answer_and_another_seed_another(xhsim_command: Output) -> None:
    def answer(seed: int) -> str:
        return xhsim_command("attain", "baseline", "--json", "--draws", 100, "--seed", seed)[1]

    assert answer(1) == answer(1)
    assert answer(1) != answer(2)


def test_attain_twice_the_same_scenario_is_once(xhsim_command: Output) -> None:
    _, out, _ = xhsim_command("attain", "baseline", "baseline", "--json", "--draws", 8)
    assert list(json.loads(out)) == ["baseline"]


def test_attain_writes_results(xhsim_command: Output, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "results [1]"
    status, out, _ = xhsim_command("attain", "baseline", "--draws", 16, "--out", folder)
    assert status == 0
    assert f"Written to {folder}" in "".join(out.split("\n")).replace("  ", " ")
    assert {path.name for path in folder.iterdir()} == {
        *("attainment.csv", "attainment.json", "fan-baseline.png", "heatmap.png"),
        "manifest.json",
    }
    record = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert record["command"][:3] == ["xhsim", "attain", "baseline"]
    assert record["command"][-2:] == ["--study", str(LINEAR)]


def test_attain_says_how_many_draws_failed(xhsim_command: Output, tmp_path: Path) -> None:
    model = (LINEAR / "model" / "linear.mdl").read_text(encoding="utf-8")
    broken = model.replace("yield = weather ~", "yield = weather + LN(growth - 2) ~")
    study = copy_of_linear(tmp_path / "s", **{"model/linear.mdl": broken})
    status, out, _ = xhsim_command("attain", "baseline", "--draws", 1000, study=study)
    assert status == 0
    assert re.search(r"baseline: up to 5\d of 1,000 draws overflowed or gave no number", out)
    hopeless = model.replace("yield = weather ~", "yield = weather + LN(growth - 200) ~")
    (study / "model" / "linear.mdl").write_text(hopeless, encoding="utf-8")
    status, out, _ = xhsim_command("attain", "baseline", "--draws", 10, study=study)
    assert status == 0
    assert "no data" in out
    assert "nan" not in out
    status, out, _ = xhsim_command("attain", "baseline", "--draws", 10, "--json", study=study)
    assert json.loads(out)["baseline"]["size"]["probability"] is None


# --- run, show, check ---------------------------------------------------------------------


def test_run_prints_trajectories(xhsim_command: Output) -> None:
    status, out, _ = xhsim_command("run", "programme")
    assert status == 0
    assert out.splitlines()[0].split() == [
        *("variable", "2020", "2021", "2022", "2023", "2024", "2025")
    ]
    assert re.search(r"^size, unit +100 +103 +106 +109 +113 +117", out, re.MULTILINE)
    assert re.search(r"^zone size\[South\], unit +10 +12 +14 +16 +18 +20", out, re.MULTILINE)


def test_run_json_variables_and_methods(xhsim_command: Output) -> None:
    words = ("run", "doubt", "--json", "--variable", "echo", "--variable", "Zone growth")
    status, out, _ = xhsim_command(*words, "--method", "euler")
    assert status == 0
    rows = json.loads(out)
    assert [row["variable"] for row in rows] == [
        *("echo", "zone growth[North]", "zone growth[South]")
    ]
    assert rows[0]["2025"] == pytest.approx(3)
    assert rows[2]["unit"] == "unit/year"


def test_run_json_has_null_where_numbers_overflow(xhsim_command: Output, tmp_path: Path) -> None:
    model = (LINEAR / "model" / "linear.mdl").read_text(encoding="utf-8")
    broken = model.replace("yield = weather ~", "yield = LN(Time - 2023) ~")
    study = copy_of_linear(tmp_path / "s", **{"model/linear.mdl": broken})
    status, out, _ = xhsim_command("run", "baseline", "--json", study=study)
    row = next(row for row in json.loads(out) if row["variable"] == "yield")
    assert (status, row["2020"], row["2024"]) == (0, None, 0.0)
    assert " - " in xhsim_command("run", "baseline", study=study)[1]


def test_show_lists_scenarios_targets_and_levers(xhsim_command: Output) -> None:
    status, out, _ = xhsim_command("show")
    assert status == 0
    for words in (
        *("linear.mdl", "Scenarios", "One unit a year more from 2023.", "Targets", ">= 117 unit"),
        *("cumulative increase", "2020-2025", "Levers", "Programme", "0 to 5"),
    ):
        assert words in out
    record = json.loads(xhsim_command("show", "--json")[1])
    assert [row["scenario"] for row in record["scenarios"]] == list(
        xhsim.open_study(LINEAR).scenarios
    )
    size = record["targets"][0]
    assert (size["direction"], size["value"], size["unit"]) == (">=", 117, "unit")
    assert record["levers"][0]["range"] == [0, 5]


def test_show_scenario_tells_values_and_places(xhsim_command: Output) -> None:
    status, out, _ = xhsim_command("show", "doubt")
    assert status == 0
    assert "baseline -> programme -> doubt" in out
    assert re.search(
        r"^policy +0, then 1 from 2023 +unit/year +lever +"
        r"scenarios/programme.yaml:5; model/parameters.yaml:11",
        out,
        re.MULTILINE,
    )
    assert re.search(r"^growth +2 .*90% in \[1, 3\] +scenarios/doubt.yaml:7", out, re.MULTILINE)
    assert "zone growth" not in out


def test_show_resolved_tells_every_parameter(xhsim_command: Output) -> None:
    record = json.loads(xhsim_command("show", "baseline", "--resolved", "--json")[1])
    rows = {row["parameter"]: row for row in record["values"]}
    assert list(rows) == [
        *("growth", "policy", "zone growth[North]", "zone growth[South]", "weather", "idle")
    ]
    assert rows["zone growth[South]"]["value"] == 2
    assert rows["zone growth[South]"]["uncertain"] == "90% in [1.5, 2.5] uniform"
    assert rows["weather"]["uncertain"] == "yearly from 2022, 90% in [-2, 2]"
    assert rows["idle"]["from"] == ["model/parameters.yaml:39"]
    assert "none: the scenario changes nothing" in xhsim_command("show", "baseline")[1]


def test_shown_texts_are_no_markup(xhsim_command: Output, tmp_path: Path) -> None:
    files = {
        "scenarios/odd.yaml": "label: {en: '[red]odd[/red]', zh: 怪}\n"
        "description: 'Brackets [/bold] of [a, b].'\n",
    }
    study = copy_of_linear(tmp_path / "s", **files)
    assert "[/bold] of [a, b]" in xhsim_command("show", study=study)[1]
    assert "[red]odd[/red]" in xhsim_command("show", "odd", study=study)[1]


def test_check_passes_and_says_of_what(xhsim_command: Output) -> None:
    status, out, _ = xhsim_command("check")
    assert status == 0
    assert "3 of 3 within 3 %" in out
    assert "Contradictions in the plan: none found" in out
    assert xhsim_command("check", "--quiet")[:2] == (0, "")
    record = json.loads(xhsim_command("check", "--json")[1])
    assert record["passed"] is True
    assert [row["series"] for row in record["base_year"]] == ["size", "south", "yield"]


def test_check_fails_with_1_where_the_model_misses_the_base_year(
    xhsim_command: Output, tmp_path: Path
) -> None:
    history = (LINEAR / "model" / "history.csv").read_text(encoding="utf-8")
    rows = "size,2020,100,", "yield,2020,9.9,", "south,2020,10,"
    for row, other in zip(
        rows, ("size,2020,90,", "yield,2020,0,", "south,2020,10.1,"), strict=True
    ):
        history = history.replace(row, other)
    study = copy_of_linear(tmp_path / "s", **{"model/history.csv": history})
    status, out, _ = xhsim_command("check", "--quiet", study=study)
    assert status == 1
    assert re.search(r"^size +90 +100 +unit +\+11.1 % +FAILED", out, re.MULTILINE)
    assert re.search(r"^yield +0 +10 +unit/year +FAILED", out, re.MULTILINE)
    assert "south" not in out
    status, out, _ = xhsim_command("check", "--json", study=study)
    record = json.loads(out)
    assert (status, record["passed"]) == (1, False)
    assert record["base_year"][2]["deviation"] is None


def test_check_prints_contradictions_of_the_plan(xhsim_command: Output, tmp_path: Path) -> None:
    notes = """half:
  title: {en: Half is not a third, zh: 一半}
  explanation: The text says half [sic].
  figures: {half: 0.5, third: 0.333}
  source: page 1
"""
    study = copy_of_linear(tmp_path / "s", **{"model/inconsistencies.yaml": notes})
    status, out, _ = xhsim_command("check", study=study)
    assert status == 0  # a finding, not a failure
    assert "Contradictions in the plan: 1" in out
    for words in ("Half is not a third", "half [sic]", "half: 0.5, third: 0.333", "Source: page 1"):
        assert words in out


def test_check_names_equations_whose_units_do_not_agree(
    xhsim_command: Output, tmp_path: Path
) -> None:
    right = (LINEAR / "model" / "linear.mdl").read_text(encoding="utf-8")
    wrong = right.replace("INTEG(growth + policy, 100)", "INTEG(growth + weather*idle*spent, 100)")
    study = copy_of_linear(tmp_path / "s", **{"model/linear.mdl": wrong})
    status, out, _ = xhsim_command("check", study=study)
    assert status == 0  # a finding, not a failure
    assert "Equations whose units do not agree: 1" in out
    assert re.search(r'line 8: "size": .*unit/year', out)
    assert "Equations whose units do not agree: none" in xhsim_command("check")[1]


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
    "unknown option": (["attain", "--drawz", "3"], {}, r"--drawz.*see xhsim --help"),
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
        ["show"],
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
        r'targets.yaml:1: target "size" looks at 2030.*it has 2020 to 2025',
    ),
    "target before the start": (
        ["attain"],
        {"model/targets.yaml": TARGETS.replace("[2020, 2025]", "[2019, 2025]")},
        r'targets.yaml:14: target "modest" looks at 2019.*it has 2020 to 2025',
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


def test_out_onto_a_file_is_refused_before_the_work(
    tmp_path: Path, xhsim_command: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Study, "ensemble", None)  # would fail if it were called
    (tmp_path / "file").write_text("mine")
    for out in (tmp_path / "file", tmp_path / "file" / "below"):
        status, _, err = xhsim_command("attain", "--out", out)
        assert status == 2
        assert err.count("\n") == 1
        assert "is a file. name a folder" in err
    assert (tmp_path / "file").read_text() == "mine"


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


def test_xuhui_attain(xhsim_command: Output) -> None:
    status, out, _ = xhsim_command(
        "attain", "baseline", "plan", "--draws", 32, "--json", study=None
    )
    record = json.loads(out)
    assert status == 0
    for rows in record.values():
        ranked = [row for row in rows.values() if row["rank"]]
        assert [row["rank"] for row in ranked] == list(range(1, 19))
        assert all(0 <= row["probability"] <= 1 for row in ranked)
        assert all(row["draws"] == 32 for row in rows.values())


def test_xuhui_attain_table(xhsim_command: Output) -> None:
    status, out, _ = xhsim_command("attain", "--draws", 16, study=None)
    assert status == 0
    numbers = [line.split()[0] for line in out.splitlines() if re.match(r" ?\d+ ", line)]
    assert numbers == [str(number) for number in range(1, 19)]
    assert "All 18 targets together" in out


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


# --- calibrate ----------------------------------------------------------------------------------


def test_calibrate_prints_and_writes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    few = ["--walkers", "64", "--steps", "4", "--quiet", "--out", str(out)]
    assert cli.main(["calibrate", *few]) == 1  # so few steps cannot have converged
    printed = capsys.readouterr().out
    assert "certification rate" in printed
    assert "modern_services_revenue" in printed
    assert sorted(path.name for path in out.iterdir()) == [
        "calibration.json",
        "manifest.json",
        "posterior.csv",
        "posterior.png",
    ]
    draws = pd.read_csv(out / "posterior.csv")
    assert "entry rate[Digital]" in draws.columns
    record = json.loads((out / "calibration.json").read_text(encoding="utf-8"))
    assert record["converged"] is False
    assert len(record["observations"]) > 50


def test_calibrate_needs_enough_walkers(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["calibrate", "--walkers", "8"]) == 2
    assert "8 walkers are too few for" in capsys.readouterr().err
