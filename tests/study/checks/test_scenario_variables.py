"""The variables of paths and targets against those of the model."""

from __future__ import annotations

from typing import Any

import pytest

from xhsim.errors import InputError
from xhsim.study.checks.names import ModelVariable
from xhsim.study.checks.scenario_variables import check_variables
from xhsim.study.files.mistakes import Mistakes
from xhsim.study.scenarios.scenario import make_scenario

AREAS, KINDS = ("north", "south"), ("a", "b")
VARIABLES = [
    ModelVariable("flow", "m/year"),
    ModelVariable("level", "m", is_stock=True),
    ModelVariable("step", "1", is_constant=True),
    ModelVariable("by area", "m", elements=(AREAS,)),
    ModelVariable("by both", "m", elements=(AREAS, KINDS)),
    ModelVariable("FINAL TIME", "year"),
]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"paths": {"flaw": 1}}, 'unknown variable "flaw"'),
        ({"paths": {"level": 1}}, "is a stock: its flows decide it"),
        ({"paths": {"step": 1}}, "is a constant"),
        ({"paths": {"FINAL TIME": 1}}, "is a constant"),
        ({"paths": {"flow": "1 m"}}, "given in m, but its unit is m/year"),
        ({"paths": {"by area[west]": 1}}, 'unknown element of "by area" "west"'),
        ({"paths": {"by both[north]": 1}}, "has 2 dimensions"),
        ({"meet": {"by area": {}}}, "a target is about one number"),
        ({"meet": {"by both": {}}}, "a target is about one number"),
        ({"meet": {"flow growth": {}}}, "write the growth of"),
        ({"meet": {"flaw growth": {}}}, 'unknown variable "flaw growth"'),
        ({"meet": {"flow": {"path": "1 m"}}}, "given in m, but its unit is m/year"),
    ],
)
def test_what_is_refused(content: dict[str, Any], message: str) -> None:
    if "meet" in content:
        rest = {"path": 1, "by": "x", "from": 2022}
        content = {"meet": {name: rest | item for name, item in content["meet"].items()}}
    mistakes = Mistakes()
    check_variables([make_scenario("x", **content)], VARIABLES, mistakes)
    with pytest.raises(InputError) as caught:
        mistakes.check()
    assert message in str(caught.value)


def test_what_is_accepted() -> None:
    meet = {
        "level": {"path": "1 m", "by": "x", "from": 2022},
        "by area[south]": {"growth": "1 %", "by": "y", "from": 2022},
    }
    paths = {"flow": "1 m/year", "by area[north]": 1, "by both": 2}
    mistakes = Mistakes()
    check_variables([make_scenario("x", meet=meet, paths=paths)], VARIABLES, mistakes)
    assert len(mistakes) == 0
