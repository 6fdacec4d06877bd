"""A study folder opened: which one, with which beliefs, and a folder that is not a study."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.analysis.studies import LINEAR
from tests.places import ROOT
from xhsim.analysis.opening import open_study
from xhsim.analysis.study import Study
from xhsim.errors import InputError


def test_without_a_folder_it_is_the_study_of_xuhui(xuhui: Study) -> None:
    assert xuhui.files.folder.resolve() == ROOT.resolve()
    assert xuhui.files.model_path.name == "xuhui.mdl"


def test_a_folder_is_given_as_text_or_path() -> None:
    for folder in (str(LINEAR), LINEAR):
        assert open_study(folder).files.model_path.name == "linear.mdl"


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
