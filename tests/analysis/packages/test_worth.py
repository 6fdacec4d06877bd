"""What a package is worth: intervals and paired differences of objectives."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from xhsim.analysis.judging.differences import paired_difference
from xhsim.analysis.judging.probability import chance
from xhsim.analysis.packages.worth import _counting, _difference, _estimate, _mean
from xhsim.analysis.policies.objectives import Margins, Objective, ObjectivePart


def test_a_probability_has_the_interval_of_a_probability() -> None:
    draws = np.repeat([1.0, 0.0], [30, 70])
    found = _estimate(draws, is_share=True)
    assert list(found.values()) == list(chance(30, 100)[:3])
    other = np.roll(draws, 10)
    difference = _difference(draws, other, is_share=True)
    assert list(difference.values()) == list(paired_difference(10, 10, 100))


def test_a_mean_has_the_interval_of_a_mean() -> None:
    draws = np.random.default_rng(1).normal(3, 2, 400)
    low, high = stats.norm.interval(0.95, draws.mean(), stats.sem(draws))
    assert list(_mean(draws, "abc").values()) == pytest.approx([draws.mean(), low, high])


def test_the_scenario_that_counts_is_the_worst_one() -> None:
    """Met in 3 draws of 4 in the first scenario, in 1 of 4 in the second."""
    values = np.array([[[[1.0, 1.0, 1.0, -1.0]]], [[[1.0, -1.0, -1.0, -2.0]]]])
    margins = Margins(values, ("a",), np.ones(1), np.zeros(1))
    objective = Objective((ObjectivePart("probability", ("a",)),))
    draws, place = _counting(objective, margins, [])
    assert (draws.tolist(), place) == ([1, 0, 0, 0], 1)
    falling = Objective((ObjectivePart("shortfall", ("a",)),), "minimise")
    assert _counting(falling, margins, [])[1] == 1
    # The best package of the first scenario meets all draws, that of the second one draw.
    best = [replace(margins, values=np.abs(values))]
    draws, place = _counting(objective, margins, [*best, margins])
    assert (draws.tolist(), place) == ([0, 0, 0, 1], 0)
