"""Keys of checks.yaml: defaults, and values that no check can have."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from xhsim.study.checks.keys import ChecksRecord


def test_an_empty_file_has_the_defaults() -> None:
    record = ChecksRecord.model_validate({})
    assert (record.steps.halved, record.steps.fine_step) == (0.5, 1 / 256)
    assert record.non_negative.draws == 200
    assert (record.extremes, record.levers, record.budget) == (None, None, None)


def test_keys_that_are_words_of_python_have_another_name() -> None:
    content = {
        "non_negative": {"except": {"debt": "may be negative"}},
        "conservation": {
            "chains": {"people": {"says": "all", "in": ["births"], "out": ["deaths"]}}
        },
    }
    record = ChecksRecord.model_validate(content)
    assert record.non_negative.exceptions == {"debt": "may be negative"}
    assert record.conservation is not None
    assert record.conservation.chains["people"].inflows == ["births"]


@pytest.mark.parametrize(
    "content",
    [
        {"steps": {"halved": 0}},
        {"non_negative": {"draws": 0}},
        {"extremes": {"conditions": {}}},
        {"fit": {"years": [2018], "plan_year": 2020}},
        {
            "extremes": {
                "conditions": {"a": {"says": "b", "set": {"c": 1}, "expect": {"d": "more"}}}
            }
        },
    ],
)
def test_values_that_are_refused(content: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ChecksRecord.model_validate(content)
