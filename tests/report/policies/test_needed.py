"""What is printed and written of how much is needed."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.console import Console

import xhsim
from tests.analysis.studies import LINEAR
from xhsim.analysis.study import Study
from xhsim.errors import InputError
from xhsim.report.policies.needed import NeededResult, needed_result
from xhsim.study.scenarios.scenario import read_scenario

COMMAND = ["xhsim", "needed", "policy", "size", "0.8", "--study", str(LINEAR)]


@pytest.fixture(scope="module")
def study() -> Study:
    return xhsim.open_study(LINEAR)


def result(study: Study, out: Path | None = None, lever: object = "policy") -> NeededResult:
    question = {"lever": lever, "target": "size", "probability": 0.8, "draws": 256}
    return needed_result(study, out=out, command=COMMAND, quiet=True, **question)


def printed(found: NeededResult) -> str:
    console = Console(width=160)
    with console.capture() as captured:
        for part in found.parts(quiet=False):
            console.print(part)
    return captured.get()


def test_the_answer_is_written_as_a_scenario(study: Study, tmp_path: Path) -> None:
    file = tmp_path / "enough.yaml"
    found = result(study, file)
    assert found.text == file.read_text(encoding="utf-8")
    scenario = read_scenario(file)
    assert scenario.changes[0].shape.levels == (found.found.answer,)
    assert scenario.reference == "found by xhsim needed policy size 0.8"
    assert f"Written to {file}" in printed(found).replace("\n", "")


def test_the_row_of_the_answer_is_marked(study: Study) -> None:
    lines = printed(result(study)).splitlines()
    (marked,) = [line for line in lines if " < " in line]
    assert marked.split()[2] == "80"
    assert lines[-1].startswith("Not written to a file")


def test_a_package_shows_each_lever(study: Study) -> None:
    text = printed(result(study, lever={"policy": 2.0, "zone growth[South]": 4.0}))
    assert "zone growth[South]" in text
    assert "of the package is needed from 2021 on" in text


def test_a_taken_name_is_refused_before_the_search(study: Study, tmp_path: Path) -> None:
    with pytest.raises(InputError, match='there is a scenario "programme" already'):
        result(study, tmp_path / "programme.yaml")
