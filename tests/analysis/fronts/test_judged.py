"""Values on fresh draws, their intervals, and what a unit of money buys."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from scipy import stats

from xhsim.analysis.fronts.judged import (
    contributions,
    hold,
    judged,
    marginal_gains,
    spread_out,
)
from xhsim.analysis.judging.probability import chance
from xhsim.analysis.policies.objectives import Margins, Objective, ObjectivePart

Array = NDArray[np.float64]
MET = Objective((ObjectivePart("at least", ("x",), number=1),))
MEAN = Objective((ObjectivePart("mean", ("x",)),))
MONEY = Objective((ObjectivePart("money"),), "minimise")


def test_a_probability_has_wilson_s_interval_and_a_mean_that_of_means() -> None:
    draws = np.repeat([0.0, 1.0], [30, 10])
    assert judged(draws, MET) == chance(10, 40)[:3]
    found = judged(draws, MEAN)
    reach = stats.norm.ppf(0.975) * draws.std() / np.sqrt(40)
    assert found == pytest.approx((0.25, 0.25 - reach, 0.25 + reach))
    assert judged(np.full(4, 30.0), MONEY) == (30, 30, 30)


def test_each_package_is_judged_in_its_worst_scenario() -> None:
    good, bad = [1.0, 1.0], [1.0, -1.0]
    margins = Margins(np.array([[[good, bad]], [[bad, good]]]), ("x",), np.ones(1), np.zeros(2))
    assert contributions(margins, MET).tolist() == [[1, 0], [1, 0]]


@given(
    st.integers(2, 30).flatmap(
        lambda count: arrays(np.float64, (count, 2), elements=st.floats(0, 1))
    ),
    st.integers(2, 10),
)
def test_members_are_different_and_include_the_ends(costs: Array, count: int) -> None:
    chosen = spread_out(costs, count)
    assert len(chosen) == min(count, len(costs))
    assert (np.diff(chosen) > 0).all() or len(costs) > len(np.unique(costs, axis=0))
    if len(np.unique(costs, axis=0)) > count:
        assert (costs[chosen].min(axis=0) == costs.min(axis=0)).all()


def test_packages_that_others_beat_do_not_hold() -> None:
    values = np.array([[0.5, 20.0], [0.5, 21.0], [0.7, 30.0], [0.6, 31.0]])
    assert hold(values, [1, -1]).tolist() == [True, False, True, False]


def test_a_difference_is_known_better_than_what_it_is_between() -> None:
    random = np.random.default_rng(1)
    common = random.normal(size=400)
    draws = np.stack([common, common + 2 + 0.1 * random.normal(size=400)])
    (gain,) = marginal_gains(np.array([10.0, 14.0]), draws, 5)
    assert gain[:2] == (10, 14)
    assert gain.low < 0.5 < gain.high
    assert gain.high - gain.low < 0.02


def test_where_all_packages_cost_the_same_money_buys_nothing() -> None:
    assert marginal_gains(np.array([10.0, 10.0]), np.zeros((2, 3)), 4) == ()
    assert marginal_gains(np.array([10.0]), np.zeros((1, 3)), 4) == ()
