"""Student's t: against SciPy, the integral that defines the score, and mixtures."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from xhsim.analysis.outlook.student import StudentT, matching_mixture

freedoms = st.floats(2.5, 200)
values = st.floats(-20, 20)


@given(freedoms, st.floats(0.1, 5), st.floats(0.01, 0.99))
def test_quantiles_are_those_of_scipy(freedom: float, deviation: float, share: float) -> None:
    found = StudentT(3.0, deviation, freedom)
    theirs = stats.t(freedom, 3.0, found.scale)
    assert theirs.std() == pytest.approx(deviation)
    assert found.quantile(share) == pytest.approx(theirs.ppf(share))
    assert found.probability_below(found.quantile(share)) == pytest.approx(share)


@pytest.mark.parametrize("freedom", [2.5, 4.0, 30.0])
@pytest.mark.parametrize("observed", [-6.0, 1.0, 2.5])
def test_the_score_is_the_integral_of_its_definition(freedom: float, observed: float) -> None:
    found = StudentT(1.0, 2.0, freedom)
    theirs = stats.t(freedom, 1.0, found.scale)
    below, _ = integrate.quad(lambda x: theirs.cdf(x) ** 2, -np.inf, observed)
    above, _ = integrate.quad(lambda x: theirs.sf(x) ** 2, observed, np.inf)
    assert found.crps(observed) == pytest.approx(below + above, rel=1e-5)


@given(freedoms, values)
def test_the_score_is_lowest_at_the_centre(freedom: float, observed: float) -> None:
    found = StudentT(0.0, 1.0, freedom)
    assert 0 < found.crps(0.0) <= found.crps(observed)
    assert found.crps(observed) == pytest.approx(found.crps(-observed))


@pytest.mark.parametrize("freedom", [3.0, 6.0, 40.0])
def test_a_mixture_that_is_a_t_is_found_again(freedom: float) -> None:
    shares = (np.arange(4000) + 0.5) / 4000
    deviations = np.sqrt(freedom / stats.chi2.ppf(shares, freedom))
    found = matching_mixture(5.0, deviations)
    assert found.centre == 5.0
    assert found.freedom == pytest.approx(freedom, rel=0.05)
    assert found.scale == pytest.approx(1.0, rel=0.01)


@given(st.lists(st.floats(0.1, 10), min_size=1, max_size=20))
def test_half_of_a_mixture_is_in_the_50_percent_interval(deviations: list[float]) -> None:
    found = matching_mixture(0.0, deviations)
    for share in (0.5, 0.9):
        half = found.quantile((1 + share) / 2)
        inside = (2 * stats.norm.cdf(half / np.array(deviations)) - 1).mean()
        if 2.6 < found.freedom < 190:  # otherwise no t fits both
            assert inside == pytest.approx(share, abs=0.002)
