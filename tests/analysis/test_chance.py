"""Intervals against SciPy's, words against the IPCC's table."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from xhsim.analysis.chance import LAST_WORD, WORDS, chance, probability_text, word_for


@given(st.integers(1, 100_000), st.floats(0, 1))
def test_interval_is_wilsons(draws: int, share: float) -> None:
    met = round(share * draws)
    wanted = binomtest(met, draws).proportion_ci(confidence_level=0.95, method="wilson")
    got = chance(met, draws)
    assert got.probability == met / draws
    assert got.ci_low == pytest.approx(wanted.low, abs=1e-12)
    assert got.ci_high == pytest.approx(wanted.high, abs=1e-12)
    assert 0 <= got.ci_low <= got.probability <= got.ci_high <= 1


def test_interval_by_hand() -> None:
    # Wilson for 5 of 10: 0.5 +- sqrt(z2 / (10 + z2)) / 2 with z2 = 3.8415.
    reach = math.sqrt(3.841458820694124 / 13.841458820694124) / 2
    got = chance(5, 10)
    assert (got.ci_low, got.ci_high) == pytest.approx((0.5 - reach, 0.5 + reach), rel=1e-12)


def test_no_draw_gives_no_probability() -> None:
    got = chance(0, 0)
    assert all(map(math.isnan, got[:3]))
    assert got.word == "no data"


def test_never_and_always_claim_no_certainty_beyond_the_draws() -> None:
    never, always = chance(0, 1000), chance(1000, 1000)
    assert (never.ci_low, always.ci_high) == (0.0, 1.0)
    assert never.ci_high == pytest.approx(1 - always.ci_low)
    assert (never.word, always.word) == ("exceptionally unlikely", "virtually certain")
    assert chance(3, 3).word == "about as likely as not"  # three draws say little


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
    words = [*(word for _, word in WORDS), LAST_WORD]
    weakest = words.index("about as likely as not")
    low, high = sorted((one, other))

    def strength(lower: float, upper: float) -> int:
        return abs(words.index(word_for(lower, upper)) - weakest)

    assert strength(low, high) <= min(strength(low, low), strength(high, high))


@given(st.floats(0, 1))
def test_words_mirror_each_other(probability: float) -> None:
    words = [*(word for _, word in WORDS), LAST_WORD]
    word, mirrored = (word_for(p, p) for p in (probability, 1 - probability))
    # At a boundary itself rounding of 1 - p may decide either way.
    if (
        min(abs(probability - edge) for edge in (0.01, 0.1, 0.33, 0.34, 0.66, 0.67, 0.9, 0.99))
        > 0.01
    ):
        assert words.index(word) == len(words) - 1 - words.index(mirrored)


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
