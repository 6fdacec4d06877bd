"""Checks of what rules set: levers, inside their ranges, each by one rule."""

from __future__ import annotations

from typing import Any

import pytest

from tests.places import DATA
from xhsim.errors import InputError
from xhsim.study.folder import StudyFiles, read_study
from xhsim.study.scenarios.checks import check_scenarios
from xhsim.study.scenarios.resolve import resolve
from xhsim.study.scenarios.scenario import Scenario, make_scenario

TEST = {"variable": "RD intensity", "below": 8}


@pytest.fixture(scope="module")
def study() -> StudyFiles:
    return read_study(DATA / "study" / "good")


def _rule(**levels: Any) -> dict[str, Any]:
    settings = {name.replace("_", " "): level for name, level in levels.items()}
    return {"check": [2023, 2024], "if": TEST, "then": {"set": settings}}


def _two(parent: dict[str, Any], child: dict[str, Any]) -> dict[str, Scenario]:
    return {
        "p": make_scenario("p", extends=None, rules=parent),
        "c": make_scenario("c", extends="p", rules=child),
    }


def test_rules_of_a_chain(study: StudyFiles) -> None:
    scenarios = _two({"a": _rule(RD_support=5), "b": _rule(**{"cluster support[AI]": 1})}, {})
    check_scenarios(scenarios, study.parameters)
    assert [rule.name for rule in resolve("c", scenarios, study.parameters).rules] == ["a", "b"]
    assert resolve("c", scenarios, study.parameters).first_change == float("inf")
    assert resolve("p", scenarios, study.parameters).first_change == 2023
    # The child equals its parent until the rule that it lacks is checked.
    scenarios["c"] = make_scenario("c", extends="p", rules={"a": "off"})
    child = resolve("c", scenarios, study.parameters)
    assert ([rule.name for rule in child.rules], child.first_change) == (["b"], 2023)
    check_scenarios(scenarios, study.parameters)


@pytest.mark.parametrize(
    ("parent", "child", "words"),
    [
        ({}, {"a": _rule(RD_support=60)}, "set to 60, outside its range [0, 12]"),
        ({}, {"a": _rule(RD_suport=6)}, 'did you mean "RD support"?'),
        ({}, {"a": _rule(knowledge_loss=0.1)}, '"knowledge loss", which is not a lever'),
        (
            {},
            {"a": _rule(RD_support={"step": {"year": 2023, "to": 6}})},
            "the date 2023 in a rule is not from 0 to 50",
        ),
        (
            {},
            {"a": _rule(RD_support={"knots": {-1: 3, 2: 6}})},
            "the date -1 in a rule is not from 0 to 50",
        ),
        (
            {},
            {"a": _rule(RD_support=5), "b": _rule(RD_support=6)},
            'the rules "a" and "b" both set "RD support"',
        ),
        (
            {"z": _rule(**{"cluster support": 1})},
            {"b": _rule(**{"cluster support[AI]": 1})},
            'the rules "z" and "b" both set "cluster support[AI]"',
        ),
        ({}, {"a": "off"}, 'unknown rule of a parent "a"'),
        ({"more": _rule(RD_support=5)}, {"mor": "off"}, 'did you mean "more"?'),
    ],
)
def test_mistakes(
    study: StudyFiles, parent: dict[str, Any], child: dict[str, Any], words: str
) -> None:
    with pytest.raises(InputError) as caught:
        check_scenarios(_two(parent, child), study.parameters)
    assert words in str(caught.value)
    assert str(caught.value).count(words) == 1
