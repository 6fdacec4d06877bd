"""Levels in another unit get the line in the right one, and the line is accepted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.places import DATA
from tests.study.hints.pasted import pasted
from xhsim.errors import InputError
from xhsim.study.folder import StudyFiles, read_study
from xhsim.study.scenarios.checks import check_scenarios
from xhsim.study.scenarios.scenario import read_scenario

HEAD = "label: {en: Mine}\ndescription: Mine.\nset:\n"


@pytest.fixture(scope="module")
def study() -> StudyFiles:
    return read_study(DATA / "linear")


def check(file: Path, text: str, study: StudyFiles, unit: str, top: float) -> None:
    file.write_text(text, encoding="utf-8")
    policy = replace(study.parameters["policy"], unit=unit, range=(0.0, top), value=3.0)
    check_scenarios({"mine": read_scenario(file)}, {**study.parameters, "policy": policy})


@pytest.mark.parametrize(
    ("unit", "top", "written", "right"),
    [
        ("dmnl", 0.3, "5%", "0.05"),
        ("dmnl", 0.3, "{step: {year: 2022, to: 5 %}}", "{step: {year: 2022, to: 0.05}}"),
        ("dmnl", 0.3, "15", "0.15"),
        ("percent", 20, "0.05", "0.05"),
        ("%/year", 20, "5 %", "5"),
        ("CNY100M/year", 20, "5 亿元", "5"),
        ("CNY100M/year", 20, "5亿元/年", "5"),
        ("CNY100M/year", 20, "500 million CNY", "5"),
        ("CNY100M/year", 20, "50000 万元", "5"),
        ("CNY100M/year", 20, "0.5 CNY bn/year", "5"),
        ("CNY100M/year", 20, "+20%", "3.6"),
    ],
)
def test_the_line_in_the_right_unit(
    unit: str, top: float, written: str, right: str, study: StudyFiles, tmp_path: Path
) -> None:
    file = tmp_path / "mine.yaml"
    text = f"{HEAD}  policy: {written}\n"
    if written == right:  # in its range: nobody can know
        check(file, text, study, unit, top)
        return
    with pytest.raises(InputError) as caught:
        check(file, text, study, unit, top)
    assert pasted(text, caught.value) == f"{HEAD}  policy: {right}\n"
    check(file, pasted(text, caught.value), study, unit, top)


@pytest.mark.parametrize("written", ["5 people", "{knots: {2021: 1 %, 2022: 2 %}}"])
def test_what_cannot_be_converted(written: str, study: StudyFiles, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="convert it to dmnl"):
        check(tmp_path / "a.yaml", f"{HEAD}  policy: {written}\n", study, "dmnl", 1)
