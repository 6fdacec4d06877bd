"""Limits and shares in words, in both languages."""

from __future__ import annotations

import math

import pytest

from xhsim.wording.separation import SAYINGS, limit_text, rate_text, value_text

INF = math.inf


@pytest.mark.parametrize(
    ("low", "high", "english", "chinese"),
    [
        (-INF, 2.0, "Wait is at most 2 years (the lowest 25 %)", "等待不高于2年（最低的25%）"),
        (1.5, INF, "Wait is at least 1.5 years (the highest 25 %)", "等待不低于1.5年（最高的25%）"),
        (
            1.0,
            2.0,
            "Wait is from 1 years to 2 years (the middle 25 %)",
            "等待在1年至2年之间（居中的25%）",
        ),
    ],
)
def test_limits(low: float, high: float, english: str, chinese: str) -> None:
    assert limit_text("Wait", low, high, 0.25, "year") == english
    assert limit_text("等待", low, high, 0.25, "year", "zh") == chinese


def test_a_choice_and_money() -> None:
    said = limit_text("Structure", -INF, INF, 0.48, "", "en", ("Trend", "Mixed"))
    assert said == "Structure is Trend or Mixed (48 %)"
    said = limit_text("模型结构", -INF, INF, 0.48, "", "zh", ("趋势", "混合"))
    assert said == "模型结构为趋势或混合（48%）"
    assert value_text(2, "CNY100M/year") == "2 × 100 million yuan per year"
    assert value_text(2, "CNY100M/year", "zh") == "2亿元/年"


def test_an_interval_is_rounded_outwards() -> None:
    assert rate_text(0.5, 0.421, 0.579) == "50 % (42–58)"


def test_every_saying_has_both_languages() -> None:
    assert all(each.en and each.zh for each in SAYINGS.values())
