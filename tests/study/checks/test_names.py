"""The study's files against the model's variables, given as plain data."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.places import DATA
from xhsim.errors import InputError, InputErrors
from xhsim.study.checks.names import ModelVariable, check_against_model
from xhsim.study.files.mistakes import Place
from xhsim.study.folder import StudyFiles, read_study
from xhsim.study.names import Reference, find_elements, find_name, parse_reference

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


@pytest.mark.parametrize("text", ["", "[AI]", "a[", "a[]", "a]b", "a[b]c", "a[b,]", "a[b[c]]"])
def test_names_that_are_none(text: str) -> None:
    with pytest.raises(InputError, match="is not a name"):
        parse_reference(text)
    with pytest.raises(InputError, match=r"^f:3: "):
        parse_reference(text, Place("f", 3))


def test_names_are_found_in_either_spelling() -> None:
    known = {"RD spending": 1, "GDP (real)": 2}
    assert find_name("rd_spending", known, "variable", None) == 1
    assert find_name("gdp_real", known, "variable", None) == 2
    with pytest.raises(InputError, match=r"known: RD spending, GDP \(real\)"):
        find_name("zz", known, "variable", None)
    with pytest.raises(InputError, match="known: none"):
        find_name("zz", {}, "variable", None)
    with pytest.raises(InputError, match=r"known: v0, v1, .*v7, \.\.\."):
        find_name("zzzzz", {f"v{i}": i for i in range(9)}, "variable", None)
    assert parse_reference(" x [A, B] ") == Reference("x", ("A", "B"))
    assert str(Reference("x", ("A", "B"))) == "x[A, B]"
    assert find_elements(Reference("x", ("b", "A")), ("A", "B"), None) == ("B", "A")
    assert find_elements(Reference("x"), ("A", "B"), None) == ("A", "B")
