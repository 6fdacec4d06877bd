"""Scores of quantiles, compared with closed forms and with numerical integrals."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import ndtr, ndtri

from xhsim.analysis.forecasts.quantile_scores import crps_of_quantiles, pit_of_quantiles
from xhsim.analysis.forecasts.sealing import LEVELS
from xhsim.analysis.history.scores import crps_of_draws, crps_of_normal

FEW = (0.05, 0.25, 0.5, 0.75, 0.95)
NUMBERS = st.floats(-50, 50)


@given(mean=NUMBERS, deviation=st.floats(0.01, 20), observed=NUMBERS)
def test_a_normal_forecast_is_scored_by_the_closed_form(
    mean: float, deviation: float, observed: float
) -> None:
    for levels in (FEW, LEVELS):
        quantiles = mean + deviation * ndtri(levels)
        score = crps_of_quantiles(levels, quantiles, observed)
        assert score == pytest.approx(
            float(crps_of_normal(mean, deviation, observed)), rel=1e-7, abs=1e-9
        )
        place = pit_of_quantiles(levels, quantiles, observed)
        assert place == pytest.approx(ndtr((observed - mean) / deviation), abs=1e-9)


@given(quantiles=st.lists(NUMBERS, min_size=5, max_size=5).map(sorted), observed=st.floats(-60, 60))
def test_it_is_twice_the_mean_pinball_loss(quantiles: list[float], observed: float) -> None:
    """The loss is integrated on a grid over the levels, along the same quantile function."""
    levels = (np.arange(20_000) + 0.5) / 20_000
    z = ndtri(levels)
    at = ndtri(FEW)
    drawn = np.interp(z, at, quantiles)
    ends = (z < at[0], z > at[-1])
    drawn[ends[0]] += (z[ends[0]] - at[0]) * (quantiles[1] - quantiles[0]) / (at[1] - at[0])
    drawn[ends[1]] += (z[ends[1]] - at[-1]) * (quantiles[-1] - quantiles[-2]) / (at[-1] - at[-2])
    loss = (levels - (observed < drawn)) * (observed - drawn)
    expected = 2 * loss.mean()
    assert crps_of_quantiles(FEW, quantiles, observed) == pytest.approx(
        expected, rel=2e-3, abs=2e-3
    )


def test_it_agrees_with_the_score_of_draws() -> None:
    draws = np.random.default_rng(1).gamma(3.0, 2.0, 20_000)
    quantiles = np.quantile(draws, LEVELS)
    for observed in (0.5, 3.0, 6.0, 25.0):
        found = crps_of_quantiles(LEVELS, quantiles, observed)
        assert found == pytest.approx(float(crps_of_draws(draws, observed)), rel=0.01)
        place = pit_of_quantiles(LEVELS, quantiles, observed)
        assert place == pytest.approx((draws < observed).mean(), abs=0.01)


def test_the_square_is_integrated() -> None:
    quantiles = [1.0, 2.0, 4.0, 4.5, 9.0]

    def missed(x: float, observed: float) -> float:
        return (pit_of_quantiles(FEW, quantiles, x) - (x >= observed)) ** 2

    for observed in (-1.0, 3.0, 12.0):
        parts = sorted([-30.0, *quantiles, observed, 60.0])
        area = sum(quad(missed, low, high, args=(observed,))[0] for low, high in pairwise(parts))
        assert crps_of_quantiles(FEW, quantiles, observed) == pytest.approx(area, rel=1e-6)


@pytest.mark.parametrize("observed", [1.0, 3.0, 7.5])
def test_a_forecast_without_spread_misses_by_its_error(observed: float) -> None:
    assert crps_of_quantiles(FEW, [3.0] * 5, observed) == pytest.approx(abs(observed - 3))
    place = {1.0: 0.0, 3.0: 0.5, 7.5: 1.0}[observed]
    assert pit_of_quantiles(FEW, [3.0] * 5, observed) == place


def test_a_step_counts_half() -> None:
    quantiles = [1.0, 2.0, 2.0, 2.0, 5.0]
    assert pit_of_quantiles(FEW, quantiles, 2.0) == pytest.approx(0.5)
    assert pit_of_quantiles(FEW, quantiles, 1.9999999) == pytest.approx(0.25, abs=1e-6)
    assert crps_of_quantiles(FEW, quantiles, 2.0) > 0


@given(quantiles=st.lists(NUMBERS, min_size=5, max_size=5).map(sorted), observed=NUMBERS)
def test_places_and_scores_are_in_range(quantiles: list[float], observed: float) -> None:
    assert 0 <= pit_of_quantiles(FEW, quantiles, observed) <= 1
    assert crps_of_quantiles(FEW, quantiles, observed) >= -1e-9


def test_each_level_needs_its_quantile() -> None:
    with pytest.raises(ValueError, match="one for each level"):
        crps_of_quantiles(FEW, [1.0, 2.0], 1.0)
