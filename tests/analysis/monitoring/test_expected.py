"""What was expected of figures, against closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import norm

from tests.analysis.monitoring.conftest import SIZE, study_with
from xhsim.analysis.monitoring.expected import expected_figures, forecast_quantiles
from xhsim.analysis.monitoring.figures import FigureBounds, predictive_share

NUMBERS = st.floats(-1e3, 1e3)


def test_draws_that_are_equal_leave_the_error() -> None:
    found = forecast_quantiles(np.full((4, 2), 3.0), np.array([1.0, 0.1]), [0.05, 0.5])
    assert found == pytest.approx(3 + np.outer(norm.ppf([0.05, 0.5]), [1.0, 0.1]))


@given(
    arrays(float, (7, 1), elements=NUMBERS),
    st.floats(1e-3, 1e2),
    st.floats(0.01, 0.99),
)
def test_a_quantile_has_its_share_below(draws: np.ndarray, error: float, level: float) -> None:
    (found,) = forecast_quantiles(draws, np.array([error]), [level])
    share = predictive_share(draws, FigureBounds.points(found, [error]))
    assert share == pytest.approx([level], abs=1e-6)


def test_draws_that_failed_are_left_out() -> None:
    draws = np.array([[1.0, np.nan], [2.0, 2.0], [2.0, 2.0]])
    found = forecast_quantiles(draws, np.full(2, 0.1), [0.5])
    assert found == pytest.approx(np.array([[2.0, 2.0]]))


def test_each_release_and_its_forecast(monitored) -> None:
    table = expected_figures(monitored)
    size, gathered = table.to_dict("records")
    assert (size["series"], size["label"], size["value"], size["unit"]) == (
        *("size", "size, 2022", 108.0),
        "unit",
    )
    # Size of 2022 is 100 and twice a growth of 2 to 4, 0.5 % more or less.
    spread = np.hypot(2 / norm.ppf(0.95), 0.005 * 106)
    expected = 106 + spread * norm.ppf([0.05, 0.5, 0.95])
    assert [size["p05"], size["median"], size["p95"]] == pytest.approx(expected, abs=0.15)
    assert size["share"] == monitored.updates[1].shares[0]
    assert gathered["share"] == monitored.updates[2].shares[0]
    assert not table["surprise"].any()
    assert table["counts"].all()


def test_surprises_bounds_and_later_vintages(tmp_path) -> None:
    far = SIZE.replace("2022,108", "2022,120")
    later = SIZE.replace("2023-01", "2023-06")
    floor = "size,2023,50,,unit,size,level,floor,0.01,,2024-01,office\n"
    found = study_with(tmp_path / "study", far, later, floor).monitor(draws=64)
    table = expected_figures(found)
    assert table["surprise"].tolist() == [True, True, False]
    assert table["counts"].tolist() == [False, True, True]
    assert table["kind"].tolist() == ["point", "point", "floor"]
    assert table["share"].iloc[2] == pytest.approx(1)
