"""The study's files against the model's variables, given as plain data."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.places import DATA
from xhsim.errors import InputError, InputErrors
from xhsim.study.checks.names import ModelVariable, check_against_model
from xhsim.study.files.mistakes import Place
from xhsim.study.folder import StudyFiles, read_study
from xhsim.study.history.observations import Observation
from xhsim.study.history.releases import Release, parse_terms
from xhsim.study.names import Reference

GOOD = DATA / "study" / "good"
CLUSTER = (("AI", "Finance"),)
MODEL = [
    ModelVariable("RD support", "CNY100M/year", True, (), 3.0),
    ModelVariable("cluster support", "Dmnl", True, CLUSTER, {"AI": 1.0, "Finance": 1.0}),
    ModelVariable("talent attraction", "Dmnl", True, (), 0.75),
    ModelVariable("entry rate", "1/year", True, CLUSTER, {"AI": 0.1, "Finance": 0.05}),
    ModelVariable("market growth", "1/year", True, (), 0.06),
    ModelVariable("rival supply", "Dmnl", True, (), 1.0),
    ModelVariable("knowledge loss", "1/year", True, (), None),
    ModelVariable("knowledge", "CNY100M"),
    ModelVariable("output", "CNY100M/year", False, CLUSTER),
    ModelVariable("grid", "Dmnl", False, (("AI", "Finance"), ("North", "South"))),
]


@pytest.fixture(scope="module")
def study() -> StudyFiles:
    return read_study(GOOD)


def check(study: StudyFiles, **changes: ModelVariable | None) -> None:
    """Check the study against the model with some variables replaced or removed."""
    model = {variable.name.replace(" ", "_"): variable for variable in MODEL} | changes
    variables = [variable for variable in model.values() if variable is not None]
    check_against_model(variables, study.parameters, study.targets, study.observations)


def test_the_good_study_agrees_with_its_model(study: StudyFiles) -> None:
    check(study)


@pytest.mark.parametrize(
    ("variable", "line", "words"),
    [
        (
            ModelVariable("RD supporting", "x", True),
            2,
            'unknown constant of the model "RD support"',
        ),
        (ModelVariable("RD support", "CNY100M/year"), 2, "is computed by the model"),
        (ModelVariable("RD support", "CNY", True, (), 3.0), 2, 'in the model in "CNY"'),
        (
            ModelVariable("RD support", "CNY100M/year", True, (), 2.5),
            2,
            "is 3.0, but in the model 2.5",
        ),
        (
            ModelVariable("RD support", "CNY100M/year", True, CLUSTER),
            2,
            "the model has AI, Finance",
        ),
        (ModelVariable("RD support", "x", True, CLUSTER * 2), 2, "has 2 dimensions"),
    ],
)
def test_a_parameter_that_disagrees(
    study: StudyFiles, variable: ModelVariable, line: int, words: str
) -> None:
    with pytest.raises(InputError) as caught:
        check(study, RD_support=variable)
    assert words in str(caught.value)
    assert caught.value.line == line


def test_a_parameter_with_elements_that_disagrees(study: StudyFiles) -> None:
    numbers = {"AI": 0.1, "Finance": 0.06}
    with pytest.raises(InputError, match=r"entry rate\[Finance\]\" is 0.05, but in the model 0.06"):
        check(study, entry_rate=ModelVariable("entry rate", "1/year", True, CLUSTER, numbers))
    with pytest.raises(InputError, match="the model has none: it is a single number"):
        check(study, entry_rate=ModelVariable("entry rate", "1/year", True, (), 0.1))


def test_targets_and_history_that_disagree(study: StudyFiles) -> None:
    with pytest.raises(InputErrors) as caught:
        check(study, output=ModelVariable("outputs", "CNY100M/year", False, CLUSTER))
    lines = str(caught.value).splitlines()
    assert len(lines) == 5  # two targets and three rows
    assert all('did you mean "outputs"?' in line for line in lines)
    with pytest.raises(InputErrors) as caught:
        check(study, output=ModelVariable("output", "CNY", False, CLUSTER))
    assert 'target "ai_scale" is in "CNY100M/year", but "output" is in "CNY"' in str(caught.value)
    assert '"finance_output" is in "CNY100M/year", but "output" is in "CNY"' in str(caught.value)
    assert len(caught.value.errors) == 4  # growth is in %/year whatever the variable is in


def test_a_target_is_about_one_number(study: StudyFiles) -> None:
    target = study.targets["knowledge_gain"]
    for reference, words in (
        (Reference("output"), r'write "output\[AI\]"'),
        (Reference("grid", ("AI",)), "has elements"),
        (Reference("output", ("Financ",)), 'did you mean "Finance"'),
        (Reference("knowledge", ("AI",)), "has no elements to select"),
    ):
        targets = {"t": replace(target, variable=reference)}
        with pytest.raises(InputError, match=words):
            check_against_model(MODEL, {}, targets)


@pytest.mark.parametrize(
    ("variable", "unit", "measure", "words"),
    [
        ("output[Finance]", "CNY100M/year", "level", ""),
        ("output[ai] + output[Finance]", "CNY100M/year", "level", ""),
        ("grid[AI, South] + entry rate[AI]", "%", "growth", "adds Dmnl and 1/year"),
        ("grid[AI, South]", "%", "growth", ""),
        ("knowledge", "CNY", "level", 'in "CNY", but "knowledge" is in "CNY100M"'),
        ("outputs[AI]", "%", "growth", 'did you mean "output"'),
        ("output", "%", "growth", '"output" is not one number. write "output[AI]"'),
        ("output[AI, Finance]", "%", "growth", "is not one number"),
        ("output[Finanz]", "%", "growth", 'did you mean "Finance"'),
        ("grid[AI]", "%", "growth", 'write "grid[AI, North]"'),
        ("knowledge[AI]", "%", "growth", "has no elements to select"),
    ],
)
def test_a_release_is_one_number_of_the_model(
    variable: str, unit: str, measure: str, words: str
) -> None:
    figure = Observation(
        *("series", 2022, 2022, 3.0, unit, variable, "", "", "report", ""),
        Place("releases.csv", 7),
        measure=measure,
    )
    day = date(2023, 1, 31)
    row = Release(figure, day, "2023-01", 1.0, parse_terms(variable), None, figure.where)
    if not words:
        check_against_model(MODEL, {}, {}, (), [row])
        return
    with pytest.raises(InputError) as caught:
        check_against_model(MODEL, {}, {}, (), [row])
    assert words in str(caught.value)
    assert "releases.csv:7" in str(caught.value)
