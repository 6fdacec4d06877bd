"""Priors: the stated interval has the stated mass; shocks: each year has the stated spread."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from xhsim.study.parameters.prior_text import parse_prior
from xhsim.study.parameters.priors import FAMILIES, Prior, Shock


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("mass", [0.5, 0.8, 0.9, 0.99])
def test_the_interval_carries_the_mass(family: str, mass: float) -> None:
    prior = Prior(mass, 2.0, 4.0, family)
    tail = (1 - mass) / 2
    assert prior.quantile([tail, 1 - tail]).tolist() == pytest.approx([2.0, 4.0])
    assert prior.interval(mass) == pytest.approx((2.0, 4.0))
    middle = math.sqrt(8) if family == "lognormal" else 3.0
    assert prior.median() == pytest.approx(middle)


def test_uniform_and_triangular_reach_beyond_the_interval() -> None:
    assert Prior(0.5, 1.0, 2.0, "uniform").quantile([1e-12, 1 - 1e-12]) == pytest.approx([0.5, 2.5])
    # Half of a triangle's mass lies within 1 - sqrt(1/2) of its reach around the mode.
    reach = 0.5 / (1 - math.sqrt(0.5))
    low, high = Prior(0.5, 1.0, 2.0, "triangular").quantile([1e-13, 1 - 1e-13])
    assert (low, high) == pytest.approx((1.5 - reach, 1.5 + reach), abs=1e-5)


def test_truncation_shares_out_what_lies_outside() -> None:
    # Uniform on [0, 2] cut to [0.5, 2]: the quantiles of a uniform on [0.5, 2].
    prior = Prior(0.5, 0.5, 1.5, "uniform", (0.5, 9.0))
    assert prior.quantile([0.2, 0.5]).tolist() == pytest.approx([0.8, 1.25])
    assert prior.mean() == pytest.approx(1.25)


def test_means() -> None:
    assert Prior(0.9, 2.0, 4.0).mean() == pytest.approx(3.0)
    sigma = math.log(2) / 2 / 1.6448536269514722
    assert Prior(0.9, 2.0, 4.0, "lognormal").mean() == pytest.approx(
        math.sqrt(8) * math.exp(sigma**2 / 2)
    )


def test_quantile_keeps_the_shape_and_refuses_the_ends() -> None:
    prior = Prior(0.9, 0.0, 1.0)
    assert prior.quantile(np.full((2, 3), 0.5)).shape == (2, 3)
    for u in (0.0, 1.0, math.nan):
        with pytest.raises(ValueError, match="strictly between"):
            prior.quantile(u)


@st.composite
def bounded_priors(draw: st.DrawFn) -> Prior:
    """Priors of every family with the interval inside bounds."""
    low = draw(st.floats(0.01, 10))
    high = low + draw(st.floats(0.01, 10))
    bounds = (low - draw(st.floats(0, 5)), high + draw(st.floats(0, 5)))
    mass = draw(st.floats(0.05, 0.99))
    return Prior(mass, low, high, draw(st.sampled_from(FAMILIES)), bounds)


@given(bounded_priors(), st.lists(st.floats(1e-9, 1 - 1e-9), min_size=2, max_size=9))
def test_draws_stay_in_bounds_and_rise_with_u(prior: Prior, u: list[float]) -> None:
    values = prior.quantile(sorted(u))
    assert np.isfinite(values).all()
    assert (values >= prior.bounds[0]).all()
    assert (values <= prior.bounds[1]).all()
    assert (np.diff(values) >= -1e-9 * abs(values[1:])).all()


@given(bounded_priors())
def test_text_and_prior_are_the_same(prior: Prior) -> None:
    again = parse_prior(str(prior))
    assert again.family == prior.family
    assert (again.mass, again.low, again.high) == pytest.approx((prior.mass, prior.low, prior.high))


def test_a_shock_is_a_stationary_autoregression() -> None:
    shock = Shock(2022, Prior(0.9, -0.02, 0.02), 0.5)
    z = np.random.default_rng(1).standard_normal((4, 200_000))
    deviations = shock.paths(z)
    sigma = 0.02 / 1.6448536269514722
    assert deviations.std(axis=1) == pytest.approx([sigma] * 4, rel=0.01)
    for lag in (1, 2, 3):
        correlation = np.corrcoef(deviations[0], deviations[lag])[0, 1]
        assert correlation == pytest.approx(0.5**lag, abs=0.01)
    # The formula itself, on the first two years.
    assert deviations[0] == pytest.approx(sigma * z[0])
    assert deviations[1] == pytest.approx(sigma * (0.5 * z[0] + math.sqrt(0.75) * z[1]))


def test_a_shock_of_another_family_has_that_spread_each_year() -> None:
    spread = Prior(0.9, -0.01, 0.03, "uniform")
    z = np.random.default_rng(2).standard_normal((2, 100_000))
    deviations = Shock(2022, spread, 0.8).paths(z)
    for year in deviations:
        assert np.quantile(year, [0.05, 0.5, 0.95]) == pytest.approx([-0.01, 0.01, 0.03], abs=5e-4)
    assert np.isfinite(Shock(2022, spread, 0.0).paths([[40.0, -40.0]])).all()


def test_a_shock_becomes_a_path_around_the_value() -> None:
    shock = Shock(2022, Prior(0.9, -0.02, 0.02), 0.5)
    path = shock.path_around(0.06, np.array([[1.0, -1.0], [0.0, 0.0]]), bounds=(0.05, 0.2))
    sigma = 0.02 / 1.6448536269514722
    assert path.times.tolist() == [2021, 2022, 2023]
    assert path.at(2000).tolist() == [0.06, 0.06]
    assert path.at(2022).tolist() == pytest.approx([0.06 + sigma, 0.05])
    assert path.at(2021.5)[0] == pytest.approx(0.06 + sigma / 2)


def test_a_shock_over_a_year_holds_from_the_end_of_the_year_before() -> None:
    shock = Shock(2022, Prior(0.9, -0.02, 0.02), 0.0, over_year=True)
    path = shock.path_around(0.06, np.array([[1.0, -1.0], [0.5, 9.0]]), bounds=(0.05, 0.1))
    sigma = 0.02 / 1.6448536269514722
    assert path.at([2000, 2020.99]).tolist() == [[0.06, 0.06]] * 2
    assert path.at([2021, 2021.99])[:, 0] == pytest.approx([0.06 + sigma] * 2)
    assert path.at([2021, 2021.99])[:, 1] == pytest.approx([0.05] * 2)
    assert path.at([2022, 2022.99, 2040])[:, 0] == pytest.approx([0.06 + sigma / 2] * 3)
    assert path.at(2022)[1] == 0.1
    assert path.breakpoints == (2021, 2022)


def test_a_heavy_tailed_shock_has_the_quantiles_of_scipy() -> None:
    spread = parse_prior("t(df=5, scale=0.02)")
    z = np.random.default_rng(3).standard_normal((2, 2000))
    deviations = Shock(2022, spread, 0.6).paths(z)
    steady = np.stack([z[0], 0.6 * z[0] + 0.8 * z[1]])
    expected = stats.t(5, scale=0.02).ppf(stats.norm.cdf(steady))
    assert deviations == pytest.approx(expected, rel=1e-5, abs=1e-8)
    # A probability of 1e-12 is a large deviation, and the range ends it.
    far = stats.norm.ppf(1e-12)
    assert Shock(2022, spread, 0.0).paths([[far, -far]]) == pytest.approx(
        np.array([[1, -1]]) * stats.t(5, scale=0.02).ppf(1e-12), rel=1e-5
    )
    assert np.isfinite(Shock(2022, spread, 0.0).paths([[-40.0, 40.0]])).all()
    path = Shock(2022, spread, 0.0).path_around(0.0, [[-7.0, 7.0]], (-0.1, 0.1))
    assert path.at(2022).tolist() == [-0.1, 0.1]


@given(st.sampled_from(["t(df=3)", "logistic(scale=2)", "laplace()", "skewnorm(a=2, loc=-1)"]))
def test_the_table_of_a_named_spread_rises_with_the_normal_number(text: str) -> None:
    spread, z = parse_prior(text), np.linspace(-8, 8, 999)
    values = spread.at_normal(z)
    assert (np.diff(values) >= 0).all()
    middle = np.abs(z) < 5
    assert values[middle] == pytest.approx(
        spread.quantile(stats.norm.cdf(z[middle])), rel=1e-5, abs=1e-5
    )


def test_a_shock_of_elements_and_draws() -> None:
    shock = Shock(2022, Prior(0.9, -1.0, 1.0), 0.0)
    path = shock.path_around(np.array([[1.0], [2.0]]), np.zeros((3, 2, 5)))
    assert path.at(2024).tolist() == [[1.0] * 5, [2.0] * 5]
