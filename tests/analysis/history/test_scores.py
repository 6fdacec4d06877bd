"""Scores of forecasts against their definition."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import norm

from xhsim.analysis.history.scores import crps_of_draws, crps_of_normal

NUMBERS = st.floats(-100, 100)


@given(NUMBERS, st.floats(0.05, 20), NUMBERS)
def test_a_normal_forecast_is_scored_by_the_definition(
    mean: float, deviation: float, observed: float
) -> None:
    """The integral of the squared distance between the two distribution functions."""
    forecast = norm(mean, deviation)
    low = min(observed, mean - 12 * deviation)
    high = max(observed, mean + 12 * deviation)
    below, _ = quad(lambda x: forecast.cdf(x) ** 2, low, observed, limit=200, points=[mean])
    above, _ = quad(lambda x: forecast.sf(x) ** 2, observed, high, limit=200, points=[mean])
    assert float(crps_of_normal(mean, deviation, observed)) == pytest.approx(
        below + above, rel=1e-5, abs=1e-6
    )


@given(st.lists(NUMBERS, min_size=1, max_size=12), NUMBERS)
def test_draws_are_scored_by_the_definition(draws: list[float], observed: float) -> None:
    """Between neighbouring points the distribution function is flat, so the integral is a sum."""
    points = np.sort([*draws, observed])
    gaps = np.diff(points)
    share = np.searchsorted(np.sort(draws), points[:-1], side="right") / len(draws)
    step = points[:-1] >= observed
    expected = float((gaps * (share - step) ** 2).sum())
    assert float(crps_of_draws(draws, observed)) == pytest.approx(expected, abs=1e-9)


def test_many_draws_score_as_the_distribution_they_are_from() -> None:
    draws = norm(2, 3).ppf((np.arange(20_000) + 0.5) / 20_000)
    assert float(crps_of_draws(draws, 4.0)) == pytest.approx(
        float(crps_of_normal(2, 3, 4.0)), rel=1e-3
    )


def test_several_at_once() -> None:
    draws = np.array([[0.0, 10.0], [1.0, 20.0]])
    assert crps_of_draws(draws, [0.5, 15.0]) == pytest.approx([0.25, 2.5])
    assert crps_of_normal([1.0, 2.0], 0.0, 0.0) == pytest.approx([1.0, 2.0])
