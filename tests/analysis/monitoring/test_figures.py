"""Likelihoods of figures against SciPy's distributions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from xhsim.analysis.monitoring.figures import FigureBounds, log_likelihood, predictive_share

numbers = st.floats(-50, 50)


@given(numbers, numbers, st.floats(0.01, 20))
def test_a_point_has_the_normal_density(seen, value, error):
    found = log_likelihood(np.array([[seen]]), FigureBounds.points([value], [error]))
    assert found[0, 0] == pytest.approx(norm.logpdf(value, seen, error), rel=1e-12, abs=1e-12)


@given(numbers, numbers, st.floats(0.1, 20), st.floats(0.5, 20))
def test_bounds_have_the_probability_between_them(seen, low, width, error):
    figures = FigureBounds(
        np.array([low, low, -np.inf]),
        np.array([low + width, np.inf, low]),
        np.full(3, error),
    )
    between, floor, ceiling = log_likelihood(np.full((1, 3), seen), figures)[0]
    assert floor == pytest.approx(norm.logsf(low, seen, error), rel=1e-9, abs=1e-12)
    assert ceiling == pytest.approx(norm.logcdf(low, seen, error), rel=1e-9, abs=1e-12)
    # SciPy subtracts numbers near 1 above the bounds, so compare on the exact side.
    mirrored = seen if seen <= low else 2 * low + width - seen
    exact = norm.sf(low, mirrored, error) - norm.sf(low + width, mirrored, error)
    if exact > 1e-290:
        assert between == pytest.approx(np.log(exact), rel=1e-6, abs=1e-9)


def test_a_run_that_failed_cannot_have_made_a_figure():
    figures = FigureBounds.points([1.0], [1.0]).joined(
        FigureBounds(np.array([0.0]), np.array([np.inf]), np.array([1.0]))
    )
    found = log_likelihood(np.array([[np.nan, np.inf], [1.0, 2.0]]), figures)
    assert np.isneginf(found[0]).all()
    assert np.isfinite(found[1]).all()


def test_where_a_figure_lies_in_a_forecast():
    seen = norm.ppf((np.arange(4000) + 0.5) / 4000)[:, np.newaxis] * 3
    point = FigureBounds.points([2.0], [4.0])  # forecast and error together: 5
    assert predictive_share(seen, point) == pytest.approx([norm.cdf(2 / 5)], abs=1e-3)
    floor = FigureBounds(np.array([2.0]), np.array([np.inf]), np.array([4.0]))
    assert predictive_share(seen, floor) == pytest.approx([norm.sf(2 / 5)], abs=1e-3)
