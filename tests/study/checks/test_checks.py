"""Names in checks.yaml against the model, the parameters, the targets and history."""

from __future__ import annotations

import pytest

from tests.places import DATA
from xhsim.errors import InputErrors
from xhsim.study.checks.checks import Checks, Mention, check_names
from xhsim.study.checks.names import ModelVariable
from xhsim.study.files.mistakes import Place
from xhsim.study.folder import StudyFiles, read_study

MODEL = [
    ModelVariable("knowledge", "CNY100M", is_stock=True),
    ModelVariable("output", "CNY100M/year", elements=(("AI", "Finance"),)),
]
GOOD = [
    ("stock", "knowledge"),
    ("variable", "Knowledge"),
    ("variable", "output[AI]"),
    ("parameter", "rival supply"),
    ("parameter", "entry rate[finance]"),
    ("lever", "rd_support"),
    ("target", "ai_growth"),
    ("series", "ai_output"),
]


@pytest.fixture(scope="module")
def study() -> StudyFiles:
    return read_study(DATA / "study" / "good")


def check(study: StudyFiles, *names: tuple[str, str]) -> None:
    """Check names, each on a line of its own."""
    mentions = tuple(
        Mention(kind, name, Place("checks.yaml", line))
        for line, (kind, name) in enumerate(names, start=1)
    )
    checks = Checks(mentions=mentions)
    check_names(checks, MODEL, study.parameters, study.targets, study.observations)


def test_names_that_exist(study: StudyFiles) -> None:
    check(study, *GOOD)


def test_every_unknown_name_is_reported(study: StudyFiles) -> None:
    wrong = [
        ("stock", "output"),  # it is a variable, but not a stock
        ("lever", "rival supply"),  # it is a parameter, but not a lever
        ("variable", "output[Finanz]"),
        ("target", "ai_growht"),
        ("series", "zzz"),
    ]
    with pytest.raises(InputErrors) as caught:
        check(study, *GOOD[:1], *wrong)
    assert [error.line for error in caught.value.errors] == [2, 3, 4, 5, 6]
    text = str(caught.value)
    assert 'unknown stock "output"' in text
    assert 'unknown lever "rival supply"' in text
    assert 'did you mean "Finance"?' in text
    assert 'did you mean "ai_growth"?' in text
