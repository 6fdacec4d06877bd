"""A study folder opened: which one, with which beliefs, and a folder that is not a study."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.analysis.studies import LINEAR, copy_of_linear
from tests.places import ROOT
from xhsim.analysis.opening import open_for, open_study
from xhsim.analysis.study import Study
from xhsim.errors import InputError


def test_without_a_folder_it_is_the_study_of_xuhui(xuhui: Study) -> None:
    assert xuhui.files.folder.resolve() == ROOT.resolve()
    assert xuhui.files.model_path.name == "xuhui.mdl"


def test_a_folder_is_given_as_text_or_path() -> None:
    for folder in (str(LINEAR), LINEAR):
        assert open_study(folder).files.model_path.name == "linear.mdl"


def test_the_working_folder_has_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(LINEAR)
    assert open_study(".").files.folder.name == "linear"
    assert open_for(["programme"], ".").files.folder == LINEAR


def test_inside_another_study_a_warning_says_which_one_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = copy_of_linear(tmp_path / "mine")
    monkeypatch.chdir(here / "scenarios")
    with pytest.warns(UserWarning, match=r'ships with xhsim, and not the one in ".*mine"') as told:
        assert open_study().files.model_path.name == "xuhui.mdl"
    assert told[0].filename == __file__
    assert f"open_study({str(here)!r})" in str(told[0].message)
    monkeypatch.chdir(ROOT / "model")
    open_study()


def test_without_the_posterior_the_priors_and_values_of_the_file_apply(xuhui: Study) -> None:
    plain = open_study(posterior=False)
    assert (xuhui.beliefs, plain.beliefs) == ("posterior", "prior")
    posterior = xuhui.files.posterior
    assert posterior is not None
    name = next(n for n, p in plain.parameters.items() if not p.elements and posterior.has(n, ""))
    assert f"{plain.parameters[name].value}" in (ROOT / "model" / "parameters.yaml").read_text()
    assert plain.parameters[name].value != xuhui.parameters[name].value


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="model"):
        open_study(tmp_path)


WRONG = {
    "scenarios/broken.yaml": "label: {en: B, zh: 乙}\ndescription: x\nextends: baseline\nste: {}\n",
    "scenarios/child.yaml": "label: {en: C, zh: 丙}\ndescription: x\nextends: broken\n",
    "scenarios/unknown.yaml": "label: {en: U, zh: 丁}\ndescription: x\nset: {polcy: 1}\n",
}


def test_mistakes_in_scenarios_stop_only_those_who_need_them(tmp_path: Path) -> None:
    folder = copy_of_linear(tmp_path / "study", **WRONG)
    study = open_for(["programme"], folder)
    assert set(study.files.left_out) == {"broken", "child", "unknown"}
    assert list(study.scenarios) == list(open_study(LINEAR).scenarios)
    with pytest.raises(InputError, match="broken") as caught:
        open_study(folder)
    assert "ste" in str(caught.value)
    for needed in ("broken", "child"):
        with pytest.raises(InputError, match='"ste"') as caught:
            open_for(["programme", needed], folder)
        # The child is right; and what nobody asks for is not told.
        assert "child.yaml" not in str(caught.value)
        assert "unknown.yaml" not in str(caught.value)
    with pytest.raises(InputError, match='did you mean "policy"'):
        open_for(["unknown"], folder)


def test_mistakes_elsewhere_stop_everybody(tmp_path: Path) -> None:
    wrong = WRONG | {"model/history.csv": "series\n"}
    with pytest.raises(InputError, match=r"history\.csv"):
        open_for(["programme"], copy_of_linear(tmp_path / "study", **wrong))


def test_a_parent_that_does_not_exist_is_the_childs_mistake(tmp_path: Path) -> None:
    wrong = {"scenarios/a.yaml": "label: {en: A, zh: 甲}\ndescription: x\nextends: programm\n"}
    folder = copy_of_linear(tmp_path / "study", **wrong)
    assert open_for(["baseline", "new"], folder).files.left_out == ("a",)
    with pytest.raises(InputError, match=r'extends "programm".*did you mean "programme"'):
        open_for(["a"], folder)
