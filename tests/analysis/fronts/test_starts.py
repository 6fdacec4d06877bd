"""Where a search begins: each lever alone, and packages on the front imagined from that."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tests.analysis.fronts.quadratic import Quadratic
from xhsim.analysis.fronts.starts import promising, scout, sparse

Array = NDArray[np.float64]


class Additive(Quadratic):
    """Effects that add up: each lever costs 1 and gives its number."""

    def judge(self, points: Array) -> tuple[Array, Array]:
        gains = points @ np.arange(1.0, 1 + self.levers)
        costs = points.sum(axis=1)
        return np.stack([-gains, costs], axis=1), costs[:, np.newaxis] - self.limit


def test_each_lever_is_moved_alone() -> None:
    problem = Quadratic(levers=3)
    found = scout(problem, np.full((1, 3), 0.8)).found
    assert problem.calls == 1
    assert found.points[0].tolist() == [0, 0, 0]
    assert ((found.points[1:-1] > 0).sum(axis=1) == 1).all()
    assert len(found) == 1 + 3 * 3 + 1
    assert found.costs[-1, 1] == 0


def test_a_lever_in_the_middle_is_also_lowered() -> None:
    class Middle(Quadratic):
        @property
        def start(self) -> Array:
            return np.array([0.5, 1.0])

    points = scout(Middle(levers=2)).found.points
    assert {0.0, 0.55, 0.65, 1.0} <= set(points[:, 0].round(9))
    assert set(points[:, 1]) == {0.0, 1.0}


def test_where_effects_add_up_the_best_order_is_found() -> None:
    problem = Additive(levers=3)
    points = promising(problem, scout(problem), 20)
    assert {(0, 0, 0), (0, 0, 1), (0, 1, 1), (1, 1, 1)} <= {tuple(point) for point in points}


def test_promising_packages_keep_to_limits_or_break_them_least() -> None:
    problem = Additive(levers=3, limit=1.0)
    points = promising(problem, scout(problem), 20)
    assert (points.sum(axis=1) <= 1 + 1e-12).all()
    impossible = Additive(levers=3, limit=-1.0)
    assert promising(impossible, scout(impossible), 4)[0].tolist() == [0, 0, 0]


def test_random_packages_differ_in_how_many_levers_they_move() -> None:
    moved = (sparse(np.random.default_rng(1), 400, np.zeros(40)) > 0).mean(axis=1)
    assert moved.min() < 0.1
    assert moved.max() > 0.9
