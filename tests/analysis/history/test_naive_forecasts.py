"""Naive forecasts by hand, and the coverage of their intervals."""

from __future__ import annotations

import math

import numpy as np
import pytest

from xhsim.analysis.history.naive_forecasts import last_growth, mean_growth


def test_a_series_continues_its_last_growth() -> None:
    years, logs = (2012, 2014, 2015, 2016), (0.0, 0.2, 0.35, 0.4)
    forecast = last_growth(years, logs, 2018)
    assert forecast.mean == pytest.approx(0.4 + 2 * 0.05)
    # Growth of 0.1 a year on average; over two years it was met, then missed by 0.05 twice.
    spread = math.sqrt((0.0**2 / 2 + 0.05**2 + 0.05**2) / 2)
    assert forecast.deviation == pytest.approx(spread * math.sqrt(2))


def test_a_series_continues_its_mean_growth() -> None:
    years, logs = (2012, 2014, 2015, 2016), (0.0, 0.2, 0.35, 0.4)
    forecast = mean_growth(years, logs, 2019)
    spread = math.sqrt((0.05**2 + 0.05**2) / 2)
    assert forecast.mean == pytest.approx(0.4 + 3 * 0.1)
    assert forecast.deviation == pytest.approx(spread * math.sqrt(3 + 9 / 4))


def test_one_growth_has_no_spread() -> None:
    assert last_growth((2015, 2016), (0.0, 0.1), 2017).deviation == 0
    assert mean_growth((2015, 2016), (0.0, 0.1), 2017).deviation == 0


def test_the_spread_of_the_mean_forecast_is_right() -> None:
    """Random walks forecast by it fall into its 90 % as often as a few years of growth allow."""
    generator = np.random.default_rng(0)
    walks = np.cumsum(generator.normal(0.08, 0.03, (4000, 14)), axis=1)
    inside = 0
    for walk in walks:
        forecast = mean_growth(tuple(range(2001, 2013)), tuple(walk[:12]), 2014)
        inside += abs(walk[13] - forecast.mean) <= 1.6449 * forecast.deviation
    # The spread is itself estimated from 11 moves: Student's t says 0.872 where normal says 0.9.
    assert inside / len(walks) == pytest.approx(0.872, abs=0.015)
