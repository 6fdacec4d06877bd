"""Observations of each measure and kind: quantities by hand, likelihoods by SciPy."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from xhsim.study.files.mistakes import Place
from xhsim.study.history.comparison import (
    base_year,
    bounds,
    deviation,
    distance,
    quantity,
    scaled,
    unscaled,
)
from xhsim.study.history.observations import MEASURED, Observation

NUMBERS = st.floats(-30, 30)
ERRORS = st.floats(0.05, 5)


def observation(value: float = 10.0, years: tuple[int, int] = (2020, 2020), **what: Any) -> Any:
    texts = ("unit", "size", "", "", "report", "")
    return Observation("size", *years, value, *texts, Place("history.csv", 2), **what)


def log_likelihood(found: float, low: float, high: float, error: float) -> float:
    return float(-0.5 * distance(found, low, high, error) ** 2)


def test_a_period_begins_at_the_end_of_the_year_before_it() -> None:
    assert base_year(observation()) == 2020
    assert base_year(observation(measure="growth")) == 2019
    assert base_year(observation(years=(2016, 2020), measure="change")) == 2015


def test_quantities_by_hand() -> None:
    period = (2016, 2020)
    assert quantity(observation(), 3.0, 5.0) == 5
    assert quantity(observation(measure="growth"), 100.0, 108.0) == pytest.approx(8)
    grown = 100 * 1.07**5
    assert quantity(observation(years=period, measure="growth"), 100, grown) == pytest.approx(7)
    assert quantity(observation(years=period, measure="change"), 200, 150) == pytest.approx(-25)
    draws = quantity(observation(measure="change"), [100.0, 100.0, -1.0], [150.0, 0.0, 2.0])
    assert draws[0] == pytest.approx(50)
    assert np.isnan(draws[1:]).all()


@given(st.sampled_from(MEASURED), st.floats(0.01, 1e6))
def test_the_scale_has_an_inverse(measure: str, value: float) -> None:
    assert unscaled(measure, scaled(measure, value)) == pytest.approx(value, rel=1e-9)


def test_bounds_are_on_the_scale() -> None:
    ten, twelve = math.log(10), math.log(12)
    assert bounds(observation()) == pytest.approx((ten, ten))
    assert bounds(observation(kind="floor")) == pytest.approx((ten, math.inf))
    assert bounds(observation(kind="ceiling")) == pytest.approx((-math.inf, ten))
    assert bounds(observation(kind="interval", high=12.0)) == pytest.approx((ten, twelve))
    assert bounds(observation(measure="growth", kind="floor")) == (10, math.inf)
    low, high = bounds(observation(measure="change", kind="interval", high=12.0))
    assert (low, high) == pytest.approx((math.log(1.1), math.log(1.12)))


@given(NUMBERS, NUMBERS, ERRORS)
def test_a_point_has_the_normal_density(found: float, seen: float, error: float) -> None:
    wanted = stats.norm.logpdf(seen, found, error) - stats.norm.logpdf(0, 0, error)
    assert log_likelihood(found, seen, seen, error) == pytest.approx(wanted, rel=1e-9, abs=1e-9)
    assert distance(found, seen, seen, error) == pytest.approx((found - seen) / error)


@given(NUMBERS, NUMBERS, ERRORS)
def test_a_floor_has_the_survival_function(found: float, seen: float, error: float) -> None:
    floor = log_likelihood(found, seen, np.inf, error)
    wanted = stats.norm.logsf(seen, found, error)
    assert floor == pytest.approx(wanted, rel=1e-9, abs=1e-12)
    ceiling = log_likelihood(found, -np.inf, seen, error)
    assert ceiling == pytest.approx(stats.norm.logcdf(seen, found, error), rel=1e-9, abs=1e-12)


@given(NUMBERS, NUMBERS, st.floats(0.01, 20), ERRORS)
def test_an_interval_has_the_probability_between_its_ends(
    found: float, low: float, width: float, error: float
) -> None:
    def log_probability(middle: float) -> float:
        """Return the logarithm of a difference of two in the tail where no digits are lost."""
        ends = np.array([low, low + width])
        tail = stats.norm.logcdf if middle > low + width / 2 else stats.norm.logsf
        smaller, larger = np.sort(tail(ends, middle, error))
        return float(larger + np.log(-np.expm1(smaller - larger)))

    wanted = log_probability(found) - log_probability(low + width / 2)
    got = log_likelihood(found, low, low + width, error)
    assert got == pytest.approx(wanted, rel=1e-6, abs=1e-6)


def test_a_narrow_interval_is_almost_a_point() -> None:
    away = distance([1.0, 3.0, 9.0], 2.0, 2.001, 0.5)
    assert away.tolist() == pytest.approx(distance([1.0, 3.0, 9.0], 2.0005, 2.0005, 0.5), rel=1e-3)


@given(st.lists(NUMBERS, min_size=2, max_size=2), NUMBERS, st.floats(0.01, 20), ERRORS)
def test_the_distance_grows_with_the_quantity(
    found: list[float], low: float, width: float, error: float
) -> None:
    """So a search by least squares has a slope that leads back to what was observed."""
    found = sorted(found)
    for high in (low, low + width, np.inf):
        near, far = distance(found, low, high, error)
        assert far >= near - 1e-6


def test_distances_are_nan_where_the_model_is() -> None:
    away = distance([np.nan, -np.inf, np.nan, 1.0], [1, 1, 0, 0], [1, np.inf, 2, 2], 1.0)
    assert np.isnan(away[:3]).all()
    assert away[3] == 0
    # Very far away numbers stay finite.
    assert np.isfinite(distance([-1e6, 1e6, 1e6], [0, 0, -np.inf], [0, 1, 1], 0.01)).all()


def test_deviations() -> None:
    assert deviation(observation(), 11.0) == pytest.approx(0.1)
    assert deviation(observation(measure="growth"), 11.0) == pytest.approx(0.01)
    assert deviation(observation(kind="floor"), 11.0) == 0
    assert deviation(observation(kind="floor"), 9.0) == pytest.approx(-0.1)
    assert deviation(observation(kind="ceiling"), 11.0) == pytest.approx(0.1)
    between = observation(kind="interval", high=12.0)
    assert [deviation(between, x) for x in (9.0, 11.0, 15.0)] == pytest.approx([-0.1, 0, 0.25])
    assert deviation(observation(0.0), 0.0) == 0
    assert math.isnan(deviation(observation(0.0), 1.0))
    assert math.isnan(deviation(observation(), math.nan))
