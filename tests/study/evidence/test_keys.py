"""The records of evidence.yaml: what each grade needs, and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from xhsim.study.evidence.keys import EvidenceRecord

FOUND: dict[str, Any] = {
    "line": "policy",
    "effect": "It helps.",
    "study": "Somebody: A title, A journal",
    "year": 2010,
    "setting": "somewhere, 2000-2005, firms",
    "size": 0.2,
    "range": [0.1, 0.3],
    "unit": "elasticity",
    "grade": "found",
    "source": "https://example.org/1",
    "used": {"growth": "its centre"},
}
NONE: dict[str, Any] = {
    "line": "policy",
    "effect": "Judgement.",
    "grade": "none",
    "used": {"growth": "judgement"},
}


def refusal(record: dict[str, Any]) -> str:
    """Return the message with which a record is refused."""
    with pytest.raises(ValidationError) as caught:
        EvidenceRecord.model_validate(record)
    (error,) = caught.value.errors()
    return str(error["msg"])


def without(record: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name not in names}


@pytest.mark.parametrize(
    "record",
    [
        FOUND,
        NONE,
        without(FOUND, "source") | {"grade": "memory"},
        without(FOUND, "size", "range", "unit"),
        without(FOUND, "line") | {"link": {"en": "Floor to rent", "zh": "楼面到租金"}},
    ],
)
def test_complete_cards(record: dict[str, Any]) -> None:
    read = EvidenceRecord.model_validate(record)
    assert read.grade == record["grade"]
    assert (read.line is None) == ("line" not in record)


@pytest.mark.parametrize(
    ("record", "words"),
    [
        (without(FOUND, "line"), "about a line or a link"),
        (FOUND | {"link": {"en": "a", "zh": "甲"}}, "about a line or a link"),
        (without(FOUND, "setting"), '"setting" is missing'),
        (without(FOUND, "unit"), '"unit" is missing'),
        (without(FOUND, "source"), "not the address of a text"),
        (FOUND | {"source": "a library"}, "not the address of a text"),
        (FOUND | {"grade": "memory"}, "no text was seen"),
        (FOUND | {"size": 0.4}, "0.4 is not in the range [0.1, 0.3]"),
        (FOUND | {"range": [0.3, 0.1]}, "not below its upper end"),
        (NONE | {"study": "Somebody"}, "no study was found"),
        (NONE | {"range": [0.0, 1.0]}, "no study was found"),
    ],
)
def test_each_grade_refuses_what_contradicts_it(record: dict[str, Any], words: str) -> None:
    assert words in refusal(record)


@given(size=st.floats(-10, 10), low=st.floats(-10, 10), high=st.floats(-10, 10))
def test_a_size_is_in_its_range(size: float, low: float, high: float) -> None:
    record = FOUND | {"size": size, "range": [low, high]}
    if low <= size <= high and low < high:
        assert EvidenceRecord.model_validate(record).size == size
    else:
        assert "range" in refusal(record)
