"""Paths and targets against the parameters and the other settings of a scenario's ancestors."""

from __future__ import annotations

from typing import Any

import pytest

from tests.analysis.studies import LINEAR
from xhsim.errors import InputError
from xhsim.study.parameters.parameter import read_parameters
from xhsim.study.scenarios.checks import check_scenarios
from xhsim.study.scenarios.resolve import resolve
from xhsim.study.scenarios.scenario import make_scenario

PARAMETERS = read_parameters(LINEAR / "model" / "parameters.yaml")
RULE = {
    "label": {"en": "Help", "zh": "扶持"},
    "check": 2024,
    "if": {"variable": "size", "below": 108.0},
    "then": {"set": {"growth": 2}},
}
GROWING = {"size": {"growth": "4 %", "by": "growth", "from": 2022}}


def family(child: dict[str, Any], **parent: Any) -> dict[str, Any]:
    scenarios = [make_scenario("parent", extends=None, **parent)]
    scenarios.append(make_scenario("child", extends="parent", **child))
    return {scenario.name: scenario for scenario in scenarios}


@pytest.mark.parametrize(
    ("child", "message"),
    [
        ({"changes": {"growth": 2.0}}, 'the instrument "growth" is also set'),
        ({"paths": {"size": 2.0}}, '"size" has a path (scenario "child") and is to be met'),
        (
            {"meet": {"spent": {"path": 1, "by": "growth", "from": 2023}}},
            'is the instrument of "size", too',
        ),
        ({"rules": {"help": RULE}}, 'the rule "help" sets the instrument "growth"'),
        (
            {"meet": {"growth": {"path": 1, "by": "policy", "from": 2023}}},
            '"growth" is a parameter',
        ),
        ({"meet": {"spent": {"path": 1, "by": "grow", "from": 2023}}}, 'unknown parameter "grow"'),
    ],
)
def test_a_child_cannot_contradict_its_parent(child: dict[str, Any], message: str) -> None:
    scenarios = family(child, meet=GROWING)
    with pytest.raises(InputError) as caught:
        check_scenarios(scenarios, PARAMETERS)
    assert message in str(caught.value)
    with pytest.raises(InputError) as caught:
        resolve("child", scenarios, PARAMETERS)
    assert message in str(caught.value)


def test_a_child_inherits_or_replaces() -> None:
    later = {"size": {"path": 200, "by": "growth", "from": 2024}}
    scenarios = family({"meet": later, "paths": {"pace": 3}}, meet=GROWING, paths={"echo": 2})
    found = resolve("child", scenarios, PARAMETERS)
    assert [str(path.reference) for path in found.paths] == ["echo", "pace"]
    assert [(meet.measure, meet.first_year) for meet in found.meets] == [("path", 2024)]
    assert resolve("parent", scenarios, PARAMETERS).first_change == float("-inf")
    assert resolve("parent", family({}, meet=GROWING), PARAMETERS).first_change == 2021
