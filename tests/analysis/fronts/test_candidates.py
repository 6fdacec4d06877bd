"""Fronts and hypervolumes, against brute force."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from tests.analysis.fronts.quadratic import Quadratic
from xhsim.analysis.fronts.candidates import Candidates, evaluated, hypervolume, on_front

Array = NDArray[np.float64]
COSTS = st.integers(1, 8).flatmap(
    lambda count: arrays(np.float64, (count, 3), elements=st.integers(0, 4).map(float))
)


def _candidates(costs: Array, excess: Array) -> Candidates:
    return Candidates(costs, costs, excess)


@given(COSTS, st.integers(0, 4))
def test_the_front_is_what_no_other_beats(costs: Array, limit: int) -> None:
    front = on_front(_candidates(costs, costs[:, :1] - limit))
    allowed = {tuple(row) for row in costs if row[0] <= limit}
    beaten = {
        one
        for one in allowed
        for other in allowed
        if other != one and all(b <= a for a, b in zip(one, other, strict=True))
    }
    assert sorted(map(tuple, front.costs)) == sorted(allowed - beaten)


@given(COSTS)
def test_a_hypervolume_counts_the_cells_that_a_cost_covers(costs: Array) -> None:
    cells = np.stack(np.meshgrid(*[np.arange(5.0)] * 3), axis=-1).reshape(-1, 3)
    covered = (costs[:, np.newaxis] <= cells).all(axis=-1).any(axis=0).sum()
    assert hypervolume(costs, [5.0, 5.0, 5.0]) == covered
    assert hypervolume(costs[:0], [5.0, 5.0, 5.0]) == 0


def test_a_cost_that_is_not_a_number_is_the_worst() -> None:
    class Failing(Quadratic):
        def judge(self, points: Array) -> tuple[Array, Array]:
            costs, excess = super().judge(points)
            return np.where(points[:, :1] > 0.5, np.nan, costs), excess

    found = evaluated(Failing(levers=2), np.array([[0.2, 0.2], [0.9, 0.9]]))
    assert np.isinf(found.costs[1]).all()
    assert on_front(found).points.tolist() == [[0.2, 0.2]]
