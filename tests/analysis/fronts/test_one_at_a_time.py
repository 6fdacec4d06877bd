"""Levers moved alone, and the front that there would be if effects added up."""

from __future__ import annotations

from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from xhsim.analysis.fronts.candidates import Candidates, on_front
from xhsim.analysis.fronts.one_at_a_time import imagined_front, moved_alone

Array = NDArray[np.float64]
LEVELS = [[0.5, 1.0], [1.0], []]
BASE = np.array([0.0, 0.0, 0.25])


def _judged(points: Array, gains: Array, limit: float) -> Candidates:
    """Effects that add up: the first lever costs 1, the second 2, the third nothing."""
    costs = points @ np.array([1.0, 2.0, 0.0])
    return Candidates(points, np.stack([-points @ gains, costs], 1), costs[:, None] - limit)


@settings(max_examples=15)
@given(st.lists(st.integers(1, 9), min_size=2, max_size=2), st.sampled_from([0.9, 2.0, 9.0]))
def test_where_effects_add_up_packages_on_the_true_front_are_found(
    worths: list[int], limit: float
) -> None:
    gains = np.array([*map(float, worths), 0.0])
    base = _judged(BASE[None], gains, limit)
    moved = _judged(moved_alone(BASE, LEVELS), gains, limit)
    found = imagined_front(base, LEVELS, moved, 50, np.random.default_rng(1))
    every = np.array(list(product([0.0, 0.5, 1.0], [0.0, 1.0], [0.25])))
    best = {tuple(point) for point in on_front(_judged(every, gains, limit)).points}
    assert {tuple(point) for point in found} <= best
    assert len(found) >= 1


def test_if_nothing_keeps_to_a_limit_the_nearest_are_chosen() -> None:
    gains = np.ones(3)
    base = _judged(BASE[None], gains, -1.0)
    moved = _judged(moved_alone(BASE, LEVELS), gains, -1.0)
    found = imagined_front(base, LEVELS, moved, 2, np.random.default_rng(1))
    assert found[0].tolist() == BASE.tolist()
    assert len(found) == 2


def test_a_failed_move_is_not_chosen() -> None:
    gains = np.ones(3)
    base = _judged(BASE[None], gains, 9.0)
    moved = _judged(moved_alone(BASE, LEVELS), gains, 9.0)
    moved.costs[1] = np.inf
    found = imagined_front(base, LEVELS, moved, 50, np.random.default_rng(1))
    assert (found[:, 0] < 1).all()
