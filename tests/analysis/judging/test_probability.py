"""Intervals against SciPy's, words against the IPCC's table."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from xhsim.analysis.judging.probability import chance


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
