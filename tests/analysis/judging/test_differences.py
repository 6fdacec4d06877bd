"""Differences of probabilities between two scenarios on the same draws."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from xhsim.analysis.judging.differences import difference_table, paired_difference
from xhsim.analysis.study import Study
from xhsim.errors import InputError


def test_a_difference_is_that_of_two_probabilities(xuhui: Study) -> None:
    table = xuhui.difference("plan", draws=256)
    before, after = (
        xuhui.attainment(xuhui.ensemble(name, 256))["probability"] for name in ("baseline", "plan")
    )
    assert table["difference"].to_numpy() == pytest.approx((after - before).to_numpy())
    assert table["before"].to_numpy() == pytest.approx(before.to_numpy())
    assert (table["gained"] - table["lost"]).to_numpy() == pytest.approx(
        table["difference"].to_numpy()
    )
    assert (table["low"] <= table["difference"]).all()
    assert (table["difference"] <= table["high"]).all()


def test_intervals_of_differences_cover_what_they_should() -> None:
    """Pairs that go together, as draws under two policies do: 95 % of the intervals hold."""
    generator = np.random.default_rng(0)
    law = multivariate_normal([0.0, 0.25], [[1, 0.9], [0.9, 1]], seed=generator)
    truth = 0.5987063256829237 - 0.5  # normal distribution at 0.25, less one half
    held, trials = 0, 1500
    for _ in range(trials):
        one, other = (law.rvs(200) > 0).T
        _, low, high = paired_difference(int((other & ~one).sum()), int((one & ~other).sum()), 200)
        held += low <= truth <= high
    assert held / trials == pytest.approx(0.95, abs=0.02)


def test_other_draws_cannot_be_compared(xuhui: Study) -> None:
    one, other = xuhui.ensemble("baseline", 8, 0), xuhui.ensemble("plan", 8, 1)
    with pytest.raises(InputError, match="differ in seed: 0 and 1"):
        difference_table(one, other, xuhui.targets)
