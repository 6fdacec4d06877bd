"""Rules in words in both languages, and how often they act as a table."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from rich.console import Console

from xhsim.report.policies.rules import firings_rows, rule_sentences
from xhsim.study.labels import Labels
from xhsim.study.scenarios.rules import PolicyRule
from xhsim.study.scenarios.scenario import make_scenario
from xhsim.wording.label import Label

LABELS = Labels(
    variables={"rd_intensity": Label("R&D intensity", "研发投入强度")},
    elements={"AI": Label("artificial intelligence", "人工智能")},
)


def _rule(**changed: Any) -> PolicyRule:
    rule = {
        "check": ["2023-07-02", 2024],
        "if": {"variable": "RD intensity", "below": 8.8},
        "then": {"set": {"RD support": 6}},
    }
    (made,) = make_scenario("s", rules={"r": rule | changed}).rules
    assert isinstance(made, PolicyRule)
    return made


@pytest.mark.parametrize(
    ("changed", "en", "zh"),
    [
        (
            {},
            "Checked in 2023.5, 2024. If R&D intensity, published 1 year later, is below 8.8: "
            "RD support is 6.",
            "检查时点：2023.5、2024。若研发投入强度（滞后1年公布）低于8.8，则RD support为6。",
        ),
        (
            {
                "check": 2023,
                "if": {
                    "any": [
                        {"variable": "x", "above": 9, "until below": 8, "lag": 0.5},
                        {"variable": "y[AI]", "measure": "growth", "below": 4},
                    ]
                },
                "then": {"set": {"a": {"ramp": {"from": 0, "until": 1, "to": 6}}}},
                "else": {"set": {"b": {"knots": {0: 1, 2: 3}}}},
                "at most": 1,
                "release": "never",
            },
            "Checked in 2023. If x, published 0.5 years later, is above 9 (and then until it is "
            "below 8) or growth of y (artificial intelligence), published 1 year later, is below "
            "4 %: a moves to 6 between 0 and 1 years after the check. Otherwise b is 1 from 0 "
            "years after the check; b is 3 from 2 years after the check. It begins to act at most "
            "once. Once it acts, it is not released.",
            "检查时点：2023。若x（滞后0.5年公布）高于9（启动后直至低于8）或y（人工智能）增速"
            "（滞后1年公布）低于4%，则a在检查后0至1年间调至6。否则b自检查0年后为1；b自检查2年后为3。"
            "最多启动1次。启动后不再解除。",
        ),
    ],
)
def test_rules_in_words(changed: dict[str, Any], en: str, zh: str) -> None:
    rule = _rule(**changed)
    assert rule_sentences(rule, LABELS) == en
    assert rule_sentences(rule, LABELS, "zh") == zh


def test_other_shapes() -> None:
    step = _rule(then={"set": {"a": {"step": {"year": 1, "to": 2}}}}, **{"at most": 3})
    assert "a is 2 from 1 years after the check." in rule_sentences(step, LABELS)
    assert "最多启动3次。" in rule_sentences(step, LABELS, "zh")
    pulse = _rule(then={"set": {"a": {"pulse": {"from": 0, "until": 2, "to": 2}}}})
    assert "a is 2 between 0 and 2 years after the check." in rule_sentences(pulse, LABELS)


def test_the_table_of_firings() -> None:
    index = pd.MultiIndex.from_tuples([("r", "2023"), ("r", "any")], names=["rule", "check"])
    numbers = {"probability": 0.4, "ci_low": 0.31, "ci_high": 0.5, "begins": 0.4, "first": 0.4}
    table = pd.DataFrame([{**numbers, "ends": 0.0}] * 2, index)
    console = Console(width=100)
    with console.capture() as caught:
        console.print(firings_rows(table, {"r": "More research"}))
    text = caught.get()
    assert "More research  2023" in text
    assert "40 (31–50)" in text
    assert "at any check" in text
    with console.capture() as caught:
        console.print(firings_rows(table, {"r": "加大研发"}, "zh"))
    assert "检查时点" in caught.get()
