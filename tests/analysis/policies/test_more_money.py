"""What more money buys, where the answer has a closed form, and what pays for it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from xhsim.analysis.policies.more_money import more_money, raised
from xhsim.analysis.study import Study
from xhsim.engine.paths import Path
from xhsim.errors import InputError

SLOPE = norm(3, 1 / norm.ppf(0.95))  # of growth


def test_a_line_adds_what_the_formula_says(linear: Study) -> None:
    """One unit more, rising over 2021: 3.5 until 2025, so that growth of 2.7 suffices, not 3.4."""
    table = linear.more_money(draws=2048, target="size")
    (row,) = table.to_dict("records")
    truth = float(SLOPE.sf(2.7) - SLOPE.sf(3.4))
    assert row["lever"] == "policy"
    assert row["gain"] == pytest.approx(truth, abs=0.01)
    assert row["low"] < truth < row["high"]
    assert np.isnan(row["paid"])
    assert table.attrs["funded_by"] is None
    assert table.attrs["unit"] == "unit/year"
    # The number of indicators: the one for which more is too much is lost as often.
    both = more_money(linear, draws=2048)
    lost = float(SLOPE.cdf(3.0) - SLOPE.cdf(2.3))
    assert both.loc[0, "gain"] == pytest.approx(truth - lost, abs=0.01)


def test_new_money_is_new(xuhui: Study) -> None:
    """What is paid rises by about the amount, and no other line is cut for it."""
    table = xuhui.more_money(draws=32, target="new_listed_firms")
    assert table.attrs["funded_by"] == "programme share"
    assert table["paid"].between(0.8, 1.5).all()
    assert table["gain"].is_monotonic_decreasing
    assert "cluster support[Digital]" in set(table["lever"])
    assert table["lever"].is_unique


def test_mistakes_are_told(linear: Study) -> None:
    with pytest.raises(InputError, match="unknown target"):
        linear.more_money(target="nothing")


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.floats(2000, 2040), min_size=1, max_size=6),
    st.floats(-5, 5),
    st.floats(2005, 2030),
    st.floats(0.25, 3),
    st.integers(0, 1000),
)
def test_a_raised_path_differs_by_the_rise_alone(
    times: list[float], amount: float, first: float, length: float, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    path = Path(sorted([*times, times[0]]), rng.standard_normal((len(times) + 1, 2, 3)))
    more = np.array([amount, 0.0])
    found = raised(path, more, (first, first + length))
    when = np.concatenate([rng.uniform(1990, 2050, 40), times])
    rise = np.clip((when - first) / length, 0, 1)
    wanted = path.at(when) + rise[:, np.newaxis, np.newaxis] * more[:, np.newaxis]
    assert found.at(when) == pytest.approx(wanted, abs=1e-6)
    before = when[when < first]
    assert (found.at(before) == path.at(before)).all()
