"""Rules of scenarios: how they are read, and which are in force."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.study.scenarios.test_writer import read_back
from xhsim.errors import InputError
from xhsim.study.scenarios.rules import PolicyRule, RuleOff, combined_rules
from xhsim.study.scenarios.scenario import Scenario, make_scenario
from xhsim.study.scenarios.shapes import Constant, Ramp
from xhsim.study.scenarios.writer import scenario_text
from xhsim.wording.label import Label

RULE: dict[str, Any] = {
    "check": {"from": 2023, "until": 2024.9, "every": 0.5},
    "if": {"variable": "RD intensity", "below": "8.2 percent", "until above": 8.5},
    "then": {"set": {"RD support": 6, "cluster support[AI]": {"ramp": {"from": 0, "until": 1,
                                                                       "to": 2}}}},
}  # fmt: skip


def _made(rules: dict[str, Any], **others: Any) -> Scenario:
    return make_scenario("s", rules=rules, **others)


def _rule(**changed: Any) -> PolicyRule:
    (rule,) = _made({"more": RULE | changed}).rules
    assert isinstance(rule, PolicyRule)
    return rule


def test_a_rule_is_read() -> None:
    rule = _rule(label={"en": "More", "zh": "加"}, **{"at most": 2, "release": "never"})
    assert rule.label == Label("More", "加")
    assert list(rule.checks) == [2023, 2023.5, 2024, 2024.5]
    assert [change.shape for change in rule.then] == [Constant(6.0), Ramp(0, 1, 2.0)]
    assert rule.needs_all
    assert rule.stays
    assert rule.at_most == 2
    (test,) = rule.tests
    assert (test.is_below, test.level, test.until, test.lag) == (True, 8.2, 8.5, 1.0)
    assert test.unit == "percent"
    assert [_made(rules).only_changes for rules in ({}, {"more": RULE})] == [True, False]


def test_the_newest_figure_is_that_of_the_last_whole_year() -> None:
    (test,) = _rule().tests
    assert [test.year_of(check) for check in (2023.0, 2023.2, 2023.99)] == [2022] * 3
    (soon,) = _rule(**{"if": {"variable": "x", "above": 1, "lag": 0.25}}).tests
    assert [soon.year_of(check) for check in (2023.2, 2023.25)] == [2022, 2023]


def test_children_switch_off_and_replace() -> None:
    parent = _made({"more": RULE, "Other": RULE})
    child = _made({"MORE": "off", "other": RULE | {"at most": 1}})
    assert child.rules[0] == RuleOff("MORE", child.rules[0].where)
    (left,) = combined_rules([parent.rules, child.rules])
    assert (left.name, left.at_most) == ("other", 1)
    assert len(combined_rules([parent.rules])) == 2


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ({"a b": RULE, "a_B": RULE}, 'rule "a_B" has the same name as "a b"'),
        ({"a": RULE | {"check": [2024, 2023]}}, "the check 2023 is not after the one before it"),
        ({"a": RULE | {"then": {"set": {"x[": 1}}}}, '"x[" is not a name'),
        ({"a": RULE | {"if": {"all": [{"variable": "x[", "below": 1}]}}}, '"x[" is not a name'),
        ({"a": RULE | {"chek": 1}}, 'unknown key "chek". did you mean "check"?'),
    ],
)
def test_mistakes(rules: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError) as caught:
        _made(rules)
    assert words in str(caught.value)


LEVELS = st.floats(-1e6, 1e6)
TESTS = st.fixed_dictionaries(
    {"variable": st.sampled_from(["x", "x[A, B]", "甲: 乙"])},
    optional={
        "lag": st.floats(0, 20),
        "rounded": st.floats(1e-6, 100),
        "measure": st.sampled_from(["level", "growth"]),
        "published": st.sampled_from(["off", "table: 3", "2"]),
    },
).flatmap(
    lambda own: st.one_of(
        LEVELS.map(lambda level: own | {"below": level}),
        LEVELS.map(lambda level: own | {"above": level, "until below": level - 1}),
    )
)
ACTIONS = st.fixed_dictionaries(
    {
        "set": st.dictionaries(
            st.sampled_from(["RD support", "other", "a[B]"]),
            LEVELS | st.just({"pulse": {"from": 0, "until": 0.5, "to": "6 CNY"}}),
            min_size=1,
        )
    }
)
RULES = st.just("off") | st.fixed_dictionaries(
    {
        "check": st.lists(st.floats(1900, 2100), min_size=1, max_size=3, unique=True).map(sorted),
        "if": TESTS | st.lists(TESTS, min_size=1, max_size=2).map(lambda each: {"any": each}),
        "then": ACTIONS,
    },
    optional={
        "else": ACTIONS,
        "at most": st.integers(1, 9),
        "release": st.just("never"),
        "label": st.just({"en": "On: yes", "zh": "是"}),
    },
)


@given(st.dictionaries(st.sampled_from(["more", "2", "off", "若: 则"]), RULES, max_size=2))
def test_what_is_written_reads_back(rules: dict[str, Any]) -> None:
    scenario = _made(rules)
    again = read_back(scenario)
    assert scenario_text(again) == scenario_text(scenario)
    for one, other in zip(again.rules, scenario.rules, strict=True):
        assert type(one) is type(other)
        if isinstance(one, PolicyRule) and isinstance(other, PolicyRule):
            assert (one.checks, one.at_most) == (other.checks, other.at_most)
            assert [test.level for test in one.tests] == [test.level for test in other.tests]
