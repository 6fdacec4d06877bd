"""Keys of rules: dates, thresholds and joined conditions."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from xhsim.study.scenarios.rule_keys import ConditionRecord, RuleRecord, SeveralRecord

TEST = {"variable": "RD intensity", "below": 8}
RULE: dict[str, Any] = {"check": 2023, "if": TEST, "then": {"set": {"RD support": 6}}}


def test_a_whole_rule() -> None:
    rule = RuleRecord.model_validate(
        RULE | {"check": {"from": "2023-01", "until": 2025}, "at most": 1, "else": RULE["then"]}
    )
    assert isinstance(rule.conditions, ConditionRecord)
    assert (rule.conditions.below, rule.conditions.lag, rule.conditions.measure) == (8, 1, "level")
    assert rule.at_most == 1
    joined = RuleRecord.model_validate(RULE | {"if": {"any": [TEST, TEST]}})
    assert isinstance(joined.conditions, SeveralRecord)
    assert joined.conditions.some is not None
    assert len(joined.conditions.some) == 2


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"if": {"variable": "x"}}, 'give either "below" or "above"'),
        ({"if": TEST | {"above": 9}}, "a condition has one threshold"),
        ({"if": TEST | {"until below": 9}}, '"until below" goes with "above"'),
        (
            {"if": {"variable": "x", "above": 9, "until above": 9}},
            '"until above" goes with "below"',
        ),
        ({"if": TEST | {"until above": 7}}, '"until above" 7 is lower than "below" 8'),
        (
            {"if": {"variable": "x", "above": 9, "until below": 10}},
            '"until below" 10 is higher than "above" 9',
        ),
        ({"if": {"all": [TEST], "any": [TEST]}}, 'give either "all" or "any"'),
        ({"check": {"from": 2023, "until": 2022}}, '"until" 2022 is before "from" 2023'),
        ({"check": {"from": 2023, "until": 2025, "every": 0.01}}, "too many checks"),
        ({"at most": 0}, "greater than or equal to 1"),
    ],
)
def test_what_is_refused(changed: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError) as caught:
        RuleRecord.model_validate(RULE | changed)
    errors = caught.value.errors()
    text = f"{caught.value} {[error.get('ctx', {}).get('hint') for error in errors]}"
    assert words in text
