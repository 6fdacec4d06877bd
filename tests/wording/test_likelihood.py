"""Words against the IPCC's table."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xhsim.wording.likelihood import (
    FURTHER,
    NOT_ASSESSABLE,
    SCALE,
    likelihood_legend,
    likelihood_short,
    likelihood_text,
    word_for,
)

WORDS = [entry.word.en for entry in SCALE]


@pytest.mark.parametrize(
    ("low", "high", "word"),
    [
        (0.995, 1.0, "virtually certain"),
        (0.985, 0.999, "very likely"),
        (0.91, 0.97, "very likely"),
        (0.89, 0.92, "likely"),
        (0.70, 0.80, "likely"),
        (0.65, 0.70, "about as likely as not"),
        (0.40, 0.60, "about as likely as not"),
        (0.30, 0.35, "about as likely as not"),
        (0.20, 0.32, "unlikely"),
        (0.08, 0.12, "unlikely"),
        (0.02, 0.08, "very unlikely"),
        (0.0, 0.012, "very unlikely"),
        (0.0, 0.004, "exceptionally unlikely"),
    ],
)
def test_word_is_the_weaker_one_where_the_interval_straddles(
    low: float, high: float, word: str
) -> None:
    assert word_for(low, high) == word


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_wider_interval_never_gets_a_stronger_word(one: float, other: float) -> None:
    words = WORDS
    weakest = words.index("about as likely as not")
    low, high = sorted((one, other))

    def strength(lower: float, upper: float) -> int:
        return abs(words.index(word_for(lower, upper)) - weakest)

    assert strength(low, high) <= min(strength(low, low), strength(high, high))


@given(st.floats(0, 1))
def test_words_mirror_each_other(probability: float) -> None:
    words = WORDS
    word, mirrored = (word_for(p, p) for p in (probability, 1 - probability))
    # At a boundary itself rounding of 1 - p may decide either way.
    if (
        min(abs(probability - edge) for edge in (0.01, 0.1, 0.33, 0.34, 0.66, 0.67, 0.9, 0.99))
        > 0.01
    ):
        assert words.index(word) == len(words) - 1 - words.index(mirrored)


def test_chinese_words_are_the_official_ones_with_their_ranges() -> None:
    scale = sorted((*SCALE, *FURTHER), key=lambda entry: (-entry.low - entry.high, entry.above))
    assert [entry.in_("zh") for entry in scale] == [
        "几乎确定（99–100%）",
        "极有可能（95–100%）",
        "很可能（90–100%）",
        "可能（66–100%）",
        "多半可能（>50–100%）",
        "或许可能（33–66%）",
        "不太可能（0–33%）",
        "很不可能（0–10%）",
        "极不可能（0–5%）",
        "几乎不可能（0–1%）",
    ]


def test_what_is_not_of_the_scale_has_no_range() -> None:
    assert likelihood_text("no data", "zh") == "无数据"
    assert likelihood_text("frequent") == "frequent"


def test_the_legend_has_the_order_of_the_scale() -> None:
    assert likelihood_legend(reversed(WORDS)).split(", ")[0] == "virtually certain (99–100 %)"
    assert likelihood_legend(["no data"], "zh") == ""


def test_room_is_kept_for_the_range_of_a_chinese_word() -> None:
    assert likelihood_short("very likely", "zh") == "很可能（90–100%）"
    assert likelihood_short("very likely") == "very likely"


def test_a_target_without_its_base_has_one_wording() -> None:
    assert likelihood_short(NOT_ASSESSABLE.en) == "not assessable without the base"
    assert likelihood_text(NOT_ASSESSABLE.en, "zh") == "缺少基数，无法评估"
    assert likelihood_legend([NOT_ASSESSABLE.en]) == ""
