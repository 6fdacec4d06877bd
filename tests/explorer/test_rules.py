"""The numbers of rules: the same decisions for all scenarios, off where a scenario lacks them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from xhsim.analysis.study import Study
from xhsim.explorer.rules import rule_inputs

RULE: dict[str, Any] = {
    "label": {"en": "Help the slow", "zh": "扶持慢者"},
    "check": 2023,
    "if": {"variable": "size", "below": 105.8},
    "then": {"set": {"policy": 2}},
}


@pytest.fixture(scope="module")
def study(linear: Study) -> Study:
    late = {"share": "80% in [0.5, 0.9] uniform", "delay": "80% in [0.5, 1] uniform"}
    study = linear.with_scenario("slow", rules={"help": RULE})
    study = study.with_scenario("slower", rules={"help": RULE | {"then": {"set": {"policy": 3}}}})
    return study.with_scenario("late", rules={"help": RULE}, delivery=late)


def test_rules_that_differ_in_numbers_are_one_decision(study: Study) -> None:
    worlds = [study.world(name, 8) for name in ("baseline", "slow", "slower")]
    rules = rule_inputs(worlds)
    assert len(rules.decisions) == 1
    levels = [rules.of(world)["decision 0 then 0"] for world in worlds]
    assert levels == [0.0, 2.0, 3.0]
    assert [rules.of(world)["decision 0 enabled 0"] for world in worlds] == [0.0, 1.0, 1.0]


def test_what_differs_between_draws_anywhere_may_differ_everywhere(study: Study) -> None:
    rules = rule_inputs([study.world(name, 8) for name in ("slow", "late")])
    assert len(rules.decisions) == 2, "a late decision is another one"
    assert np.shape(rules.widest["decision 1 share 0"]) == (8,)
    assert np.shape(rules.widest["decision 1 then 0"]) == ()


def test_without_rules_nothing_is_added(linear: Study) -> None:
    rules = rule_inputs([linear.world("baseline", 8)])
    assert (rules.decisions, rules.keys) == ((), ())
