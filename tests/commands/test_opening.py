"""The study of a command, and scenario files: what is found, what is said, what is refused."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analysis.studies import LINEAR, copy_of_linear
from tests.commands.running import Output
from xhsim.commands.opening import open_study, scenario, scenario_of_study, study_folder
from xhsim.errors import InputError

MINE = """\
label: {en: Mine, zh: 我的}
description: Two units a year more from 2023.
extends: PARENT
set:
  policy: {step: {year: 2023, to: 2}}
"""
SHORT = ["--draws", "8"]


def options(**given: object) -> argparse.Namespace:
    return argparse.Namespace(**{"study": None, "quiet": False, "json": False} | given)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder: an empty one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_which_study_it_is(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert study_folder(options()) is None
    assert capsys.readouterr().err == "Study: Xuhui, which ships with xhsim\n"
    study = copy_of_linear(here / "mine")
    assert study_folder(options(study=study)) == study
    assert capsys.readouterr().err == "", "it is on the command line"
    (study / "results").mkdir()
    with pytest.MonkeyPatch.context() as inside:
        inside.chdir(study / "results")
        assert study_folder(options()) == study
        assert capsys.readouterr().err == f"Study: {study}\n"
        assert study_folder(options(json=True)) == study_folder(options(quiet=True)) == study
        assert capsys.readouterr().err == ""


def test_names_and_files_on_the_command_line() -> None:
    for text in ("plan", "RD support=6.5", "a/b", "2022.5"):
        assert (scenario(text), scenario(text).file) == (text, None)
    for text in ("./mine.yaml", "../x/mine.yml", "mine.YAML"):
        assert (scenario(text), scenario(text).file) == ("mine", Path(text))
    assert scenario_of_study("plan") == "plan"
    with pytest.raises(argparse.ArgumentTypeError, match="move the file into its scenarios/"):
        scenario_of_study("mine.yaml")


def test_a_file_is_a_scenario_of_the_study(here: Path, xhsim_command: Output) -> None:
    (here / "mine.yaml").write_text(MINE.replace("PARENT", "baseline"), encoding="utf-8")
    status, out, err = xhsim_command("attain", "programme", "./mine.yaml", *SHORT, "--json")
    assert (status, err) == (0, "")
    assert json.loads(out).keys() >= {"programme", "mine"}
    # What it is computed from includes the file.
    assert xhsim_command("attain", "mine.yaml", *SHORT, "--out", "out")[0] == 0
    inputs = json.loads((here / "out" / "manifest.json").read_text("utf-8"))["inputs"]
    assert {"mine.yaml", "scenarios/programme.yaml"} <= inputs.keys()


def test_files_may_extend_each_other(here: Path) -> None:
    for name, parent in (("child", "mine"), ("mine", "baseline")):
        text = MINE.replace("PARENT", parent)
        (here / f"{name}.yaml").write_text(text, encoding="utf-8")
    given = options(study=LINEAR, scenarios=[scenario("child.yaml"), scenario("mine.yaml")])
    study = open_study(given)
    assert study.files.resolve("child").chain == ("baseline", "mine", "child")
    assert [type(name) for name in given.scenarios] == [str, str]
    assert study.files.named("mine") == "mine.yaml"
    assert study.files.named("programme") == "programme"


def test_a_file_of_the_study_is_the_scenario_itself(xhsim_command: Output) -> None:
    path = LINEAR / "scenarios" / "programme.yaml"
    assert xhsim_command("show", path) == xhsim_command("show", "programme")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["min.yaml"], 'min.yaml: there is no such scenario file. did you mean "mine.yaml"?'),
        (["x/programme.yaml"], 'the study has a scenario "programme": write it without the ending'),
        (["mine"], 'unknown scenario "mine". did you mean the file "mine.yaml"?'),
        (["x/plan"], 'unknown scenario "x/plan". did you mean the file "x/plan.yaml"?'),
        (["baseline.yaml"], 'baseline.yaml: there is another scenario "baseline". rename the file'),
        (["mine.yaml", "x/mine.yaml"], 'x/mine.yaml: there is another scenario "mine"'),
        (["x"], 'unknown scenario "x"'),
        (["x.yaml"], "x.yaml: this is a folder, not a scenario file"),
        (["x/plan.txt"], "x/plan.txt: the name of a scenario file ends in .yaml"),
    ],
)
def test_mistakes(given: list[str], said: str, here: Path, xhsim_command: Output) -> None:
    (here / "x").mkdir()
    (here / "x.yaml").mkdir()
    (here / "x" / "plan.txt").touch()
    for name in ("mine", "baseline", "x/mine", "x/plan"):
        (here / f"{name}.yaml").write_text(MINE.replace("PARENT", "programme"), encoding="utf-8")
    status, out, err = xhsim_command("attain", *given, *SHORT)
    assert (status, out) == (2, "")
    assert said in err


def test_a_wrong_scenario_stops_only_who_uses_it(here: Path, xhsim_command: Output) -> None:
    wrong = {"scenarios/wrong.yaml": MINE.replace("PARENT", "baseline").replace("policy", "x y")}
    study = copy_of_linear(here / "study", **wrong)
    status, _, err = xhsim_command("run", "programme", study=study)
    assert (status, err) == (0, "Left out because of mistakes (see xhsim check): wrong\n")
    for command in (["run", "wrong"], ["attain", *SHORT], ["check"]):
        status, out, err = xhsim_command(*command, study=study)
        assert (status, out) == (2, "")
        assert "wrong.yaml:5" in err


def test_the_study_in_the_package_keeps_nothing(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = copy_of_linear(here / "site-packages" / "bundled")
    for module in ("xhsim.study.bundled", "xhsim.commands.opening", "xhsim.analysis.opening"):
        monkeypatch.setattr(f"{module}.bundled_folder", lambda: installed)
    assert open_study(options()).files.folder == installed
    with pytest.raises(InputError, match="make a copy to change with xhsim new"):
        open_study(options(), keeps=True)
    assert open_study(options(study=LINEAR), keeps=True).files.folder == LINEAR


@settings(max_examples=25)
@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=300))
def test_any_text_is_a_name_or_a_file(text: str) -> None:
    named = scenario(text)
    ending = text.rstrip("/").lower().endswith((".yaml", ".yml"))
    assert (named.file is not None) <= ending
    assert named.file is None or named == named.file.stem
    with pytest.raises(InputError, match="scenario"):
        open_study(options(study=LINEAR, scenario=scenario(f"no {text}.yaml")))


def test_what_the_run_does_not_reach_is_told(here: Path, xhsim_command: Output) -> None:
    """A label is enough, and may be plain text."""
    late = "label: Late\nset: {policy: {step: {year: 2027, to: 4}}}\nextends: programme\n"
    (here / "late.yaml").write_text(late, encoding="utf-8")
    status, _, err = xhsim_command("attain", "late.yaml", *SHORT)
    assert status == 0
    assert err.count("Warning: ") == 1
    assert 'late.yaml:2: "policy" reaches its level in 2027, but the run ends in 2025' in err
    assert "run: {until: 2027}" in err
    (here / "late.yaml").write_text(late.replace("programme", "programm") + "x: 1\n")
    status, _, err = xhsim_command("attain", "late.yaml", *SHORT)
    assert status == 2
    assert 'extends "programm", which does not exist' in err
    assert 'unknown key "x"' in err
