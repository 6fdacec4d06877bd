"""Checks of scenarios: unknown names, units, ranges, shocks and correlations."""

from __future__ import annotations

import pytest

from tests.places import DATA
from xhsim.errors import InputError
from xhsim.study.files.mistakes import Mistakes, Place
from xhsim.study.folder import StudyFiles, read_study
from xhsim.study.names import Reference
from xhsim.study.scenarios.checks import check_scenario, check_scenarios, selected
from xhsim.study.scenarios.resolve import resolve
from xhsim.study.scenarios.scenario import make_scenario

GOOD = DATA / "study" / "good"


@pytest.fixture(scope="module")
def study() -> StudyFiles:
    return read_study(GOOD)


def test_resolving_refuses_what_checking_refuses(study: StudyFiles) -> None:
    scenario = make_scenario("s", {"RD support": 99.0, "nothing": 1.0}, extends=None)
    with pytest.raises(InputError) as caught:
        resolve("s", {"s": scenario}, study.parameters)
    assert "outside its range [0, 12]" in str(caught.value)
    assert 'unknown parameter "nothing"' in str(caught.value)


def test_a_parameter_without_a_range_may_be_set_to_anything(study: StudyFiles) -> None:
    scenario = make_scenario("s", {"knowledge loss": 9.0}, extends=None)
    assert resolve("s", {"s": scenario}, study.parameters).values["knowledge loss"] == 9.0


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"changes": {"RD support": "60 CNY100M/year"}}, "set to 60, outside its range [0, 12]"),
        ({"changes": {"RD support": "6 CNY"}}, "is given in CNY, but its unit is CNY100M/year"),
        ({"changes": {"cluster support[Ai, Finanz]": 1}}, 'did you mean "Finance"?'),
        ({"shocks": {"RD support": "off"}}, '"RD support" has no yearly shock to change'),
        ({"uncertain": {"market growth": "90% in [0, 0.1]"}}, "a yearly shock, not a prior"),
        ({"uncertain": {"knowledge loss": "90% in [0, 0.1]"}}, "a prior needs a range"),
        (
            {"correlations": [{"between": ["entry rate", "talent attraction"], "rank": 0.5}]},
            '"entry rate" has several elements. select one, such as "entry rate[AI]"',
        ),
    ],
)
def test_each_mistake_is_collected(
    study: StudyFiles, content: dict[str, dict[str, object]], words: str
) -> None:
    mistakes = Mistakes()
    check_scenario(make_scenario("s", extends=None, **content), study.parameters, mistakes)
    with pytest.raises(InputError) as caught:
        mistakes.check()
    assert words in str(caught.value)


def test_a_parent_that_is_missing_is_a_mistake(study: StudyFiles) -> None:
    with pytest.raises(InputError, match='extends "plam", which does not exist'):
        check_scenarios({"s": make_scenario("s", extends="plam")}, study.parameters)
    check_scenarios(study.scenarios, study.parameters)


def test_the_numbers_that_a_reference_selects(study: StudyFiles) -> None:
    def numbers(name: str, *elements: str) -> list[tuple[str, str]]:
        return selected(Reference(name, elements), Place("s.yaml", 1), study.parameters)

    assert numbers("rd_support") == [("RD support", "")]
    assert numbers("entry rate") == [("entry rate", "AI"), ("entry rate", "Finance")]
    assert numbers("entry rate", "finance") == [("entry rate", "Finance")]
