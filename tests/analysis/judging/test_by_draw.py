"""Contributions in each draw: against all orders, by the axioms of Shapley's value."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from xhsim.analysis.judging.by_draw import InDraws, contributions_by_draw, first_groups

Array = NDArray[np.float64]


class Game:
    """A random effect of every group of causes in every draw."""

    def __init__(self, causes: int, draws: int, seed: int) -> None:
        self.causes, self.draws = causes, draws
        self.table = np.random.default_rng(seed).normal(size=(2**causes, 1, draws))

    def of(self, group: NDArray[np.bool_]) -> Array:
        members = np.broadcast_to(group, (self.causes, self.draws))
        number = (members * 2 ** np.arange(self.causes)[:, np.newaxis]).sum(axis=0)
        return np.asarray(self.table[number, :, np.arange(self.draws)].T)

    def whole(self, *, full: bool) -> Array:
        return self.of(np.full((self.causes, 1), full))

    def exact(self) -> Array:
        """Return Shapley's value by all orders, shape (causes, draws)."""
        found = np.zeros((self.causes, self.draws))
        orders = list(permutations(range(self.causes)))
        for order in orders:
            group = np.zeros((self.causes, 1), dtype=bool)
            for cause in order:
                before = self.of(group)[0]
                group[cause] = True
                found[cause] += (self.of(group)[0] - before) / len(orders)
        return found

    def divided(self, seed: int) -> InDraws:
        places = np.random.default_rng(seed).random((self.draws, self.causes))
        return contributions_by_draw(
            self.whole(full=False),
            self.whole(full=True),
            [self.of(group) for group in first_groups(self.causes)],
            lambda groups: [self.of(group) for group in groups],
            self.causes,
            places,
        )


@given(st.integers(1, 7), st.integers(0, 1000))
def test_the_parts_add_up_in_every_draw(causes: int, seed: int) -> None:
    game = Game(causes, 5, seed)
    found = game.divided(seed)
    whole = game.whole(full=True) - game.whole(full=False)
    assert found.shapley.sum(axis=0) == pytest.approx(whole)
    one = np.eye(causes, dtype=bool)[0][:, np.newaxis]
    assert found.alone[0] == pytest.approx(game.of(one) - game.whole(full=False))
    assert found.last[0] == pytest.approx(game.whole(full=True) - game.of(~one))


@pytest.mark.parametrize("causes", [1, 2, 3, 4])
def test_few_causes_are_exact(causes: int) -> None:
    game = Game(causes, 3, causes)
    assert game.divided(0).shapley[:, 0] == pytest.approx(game.exact())


def test_many_causes_are_right_on_average() -> None:
    """Over many random orders the mean is that of all orders."""
    game = Game(5, 2, 3)
    tries = np.array([game.divided(seed).shapley[:, 0] for seed in range(800)])
    error = tries.std(axis=0) / np.sqrt(len(tries))
    assert (np.abs(tries.mean(axis=0) - game.exact()) < 4 * error).all()
