"""Numbers and probabilities as they are read."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xhsim.wording.numbers import probability_sentence, probability_text


@pytest.mark.parametrize(
    ("probability", "expected"),
    [
        (0.0, "<1"),
        (0.0099, "<1"),
        (0.01, "1"),
        (0.0149, "1"),
        (0.015, "2"),
        (0.565, "57"),
        (0.5, "50"),
        (0.985, "99"),
        (0.99, "99"),
        (0.9901, ">99"),
        (1.0, ">99"),
        (math.nan, ""),
    ],
)
def test_probabilities_are_rounded_honestly(probability: float, expected: str) -> None:
    assert probability_text(probability) == expected


def test_few_draws_widen_the_bound_written() -> None:
    assert probability_text(0.0, 0.0, 0.0038) == "<1"
    assert probability_text(0.0, 0.0, 0.0371) == "<4"
    assert probability_text(1.0, 0.9629, 1.0) == ">96"
    assert probability_text(1.0, 0.9962, 1.0) == ">99"
    assert probability_text(0.0, math.nan, math.nan) == "<1"


@given(st.floats(0, 1))
def test_no_probability_is_written_as_certain(probability: float) -> None:
    assert probability_text(probability) not in {"0", "100", ""}


def test_sentence_rounds_the_interval_outwards() -> None:
    sentence = probability_sentence(0.72, 0.6915, 0.7469, "likely")
    assert sentence == "72 % (69–75), likely"
    assert (
        probability_sentence(0.72, 0.6915, 0.7469, "likely", "zh")
        == "72%（69–75），可能（66–100%）"
    )
    assert probability_sentence(0.0, 0.0, 0.0038, "") == "<1 %"
    assert probability_sentence(math.nan, lang="zh") == "无数据"
