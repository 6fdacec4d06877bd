"""Contributions of causes against values worked by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xhsim.analysis.judging.contributions import ALL_ORDERS, contributions, groups_of


def _additive(weights):
    return lambda groups: np.array([[float(np.dot(group, weights))] for group in groups])


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=6))
def test_causes_that_do_not_interact_have_one_effect(weights):
    found = contributions(len(weights), _additive(weights))
    for column in (found.alone, found.last, found.shapley):
        assert column[:, 0] == pytest.approx(weights, abs=1e-9)
    assert found.interaction == pytest.approx([0.0], abs=1e-9)
    assert not found.error.any()


def test_gloves_are_worth_something_in_pairs_only():
    """One left glove and two right ones: Shapley's values are 2/3, 1/6 and 1/6."""

    def pairs(groups):
        return np.array([[float(group[0] and group[1:].any())] for group in groups])

    found = contributions(3, pairs)
    assert found.shapley[:, 0] == pytest.approx([2 / 3, 1 / 6, 1 / 6])
    assert found.alone[:, 0].tolist() == [0, 0, 0]
    assert found.last[:, 0].tolist() == [1, 0, 0]
    assert found.interaction.tolist() == [1]


def test_random_orders_estimate_the_same_with_an_error():
    generator = np.random.default_rng(3)
    table = generator.random(2**5)
    powers = 2 ** np.arange(5)

    def effects(groups):
        return np.array([[table[int(group @ powers)]] for group in groups])

    exact = contributions(5, effects)
    sampled = contributions(5, effects, orders=200, seed=(1,))
    gaps = (sampled.shapley - exact.shapley) / sampled.error
    assert np.abs(gaps).max() < 4
    assert sampled.shapley.sum() == pytest.approx(float((exact.after - exact.before).sum()))


def test_many_causes_are_not_taken_in_all_groups():
    assert len(groups_of(ALL_ORDERS)) == 2**ALL_ORDERS
    assert len(groups_of(ALL_ORDERS + 1)) < 2**ALL_ORDERS
    assert len(groups_of(3, orders=1)) <= 8
