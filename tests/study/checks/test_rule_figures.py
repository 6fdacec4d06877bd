"""Checks of what rules look at: published, a single number, in time."""

from __future__ import annotations

from typing import Any

import pytest

from xhsim.errors import InputError
from xhsim.study.checks.names import ModelVariable
from xhsim.study.checks.rule_figures import check_rule_figures
from xhsim.study.files.mistakes import Mistakes
from xhsim.study.scenarios.scenario import make_scenario

VARIABLES = (
    ModelVariable("RD intensity", "percent"),
    ModelVariable("cluster output", "CNY100M/year", elements=(("AI", "Health"),)),
    ModelVariable("knowledge", "dmnl", is_stock=True),
    ModelVariable("loss", "1/year", is_constant=True),
)


def _check(test: dict[str, Any], check: Any = 2023, until: float = 2025.0) -> None:
    rule = {"check": check, "if": test, "then": {"set": {"RD support": 6}}}
    mistakes = Mistakes()
    scenario = make_scenario("s", rules={"r": rule, "none": "off"})
    observed = {"rd_intensity", "cluster_output"}
    check_rule_figures(scenario, VARIABLES, observed, (2015.0, until), mistakes)
    mistakes.check()


@pytest.mark.parametrize(
    "test",
    [
        {"variable": "rd_intensity", "below": "8 percent"},
        {"variable": "RD intensity", "below": "8 %", "measure": "growth"},
        {"variable": "cluster output[health]", "above": 8, "until below": 7},
        {"variable": "knowledge", "above": 8, "published": "yearbook, table 3"},
    ],
)
def test_what_is_accepted(test: dict[str, Any]) -> None:
    _check(test)


@pytest.mark.parametrize(
    ("test", "words"),
    [
        ({"variable": "RD intensty"}, 'unknown variable "RD intensty". did you mean'),
        ({"variable": "knowledge"}, "nobody publishes: it has no history and no target"),
        ({"variable": "loss", "published": "x"}, "which is a constant of the model"),
        ({"variable": "cluster output"}, 'choose one element, such as "cluster output[AI]"'),
        ({"variable": "cluster output[Bank]"}, 'unknown element of "cluster output" "Bank"'),
        ({"variable": "RD intensity[AI]"}, "has no elements to select"),
        ({"variable": "RD intensity", "below": "8 kg"}, "in kg, but the figure is in percent"),
        (
            {"variable": "RD intensity", "below": "8 kg", "measure": "growth"},
            "in kg, but the figure is in %",
        ),
        ({"variable": "RD intensity", "lag": 9}, "uses a figure of 2014, but the run begins"),
        (
            {"variable": "RD intensity", "lag": 8, "measure": "growth"},
            "uses a figure of 2014, but the run begins in 2015",
        ),
    ],
)
def test_what_is_refused(test: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError) as caught:
        _check({"below": 8} | test)
    assert words in str(caught.value)


@pytest.mark.parametrize(("check", "hint"), [(2026, "until: ...}"), (2015, "check later")])
def test_checks_outside_the_run(check: float, hint: str) -> None:
    with pytest.raises(InputError, match="outside the run, 2015 to 2025") as caught:
        _check({"variable": "RD intensity", "below": 8, "lag": 0}, check)
    assert hint in str(caught.value)
    _check({"variable": "RD intensity", "below": 8}, 2026, until=2030.0)
