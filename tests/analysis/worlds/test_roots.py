"""Roots of vectorised functions: every draw by itself, and what has no root."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from xhsim.analysis.worlds.roots import Roots, find_roots

Array = NDArray[np.float64]


def solve(function: Any, guess: Array, **options: Any) -> Roots:
    size = np.full(guess.shape, 1e-12)
    with np.errstate(all="ignore"):
        return find_roots(
            function, guess, tolerance=size, width=np.full(len(guess), 0.01), **options
        )


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=8))
def test_each_draw_has_its_own_root(goals: list[float]) -> None:
    wanted = np.exp([goals])
    roots = solve(lambda x: np.exp(x) - wanted, np.zeros((1, len(goals))))
    assert roots.found.all()
    assert np.allclose(roots.values, goals, atol=1e-9)


def test_two_equations_with_unknowns_of_different_size() -> None:
    goals = np.linspace(1.5, 3, 5)

    def function(x: Array) -> Array:
        large = x[1] / 1000
        return np.stack([np.exp(x[0]) + large - goals, x[0] - large**3 + 0.2])

    roots = find_roots(
        function,
        np.zeros((2, 5)),
        tolerance=np.full((2, 5), 1e-12),
        width=np.array([1e-3, 1.0]),
    )
    assert roots.found.all()
    assert np.abs(function(roots.values)).max() < 1e-12


@pytest.mark.parametrize(
    ("function", "flat"),
    [(lambda x: x**2 + 1, False), (lambda x: 0 * x - 1, True), (lambda x: np.sqrt(x - 99), False)],
)
def test_what_has_no_root(function: Any, flat: bool) -> None:
    roots = solve(function, np.ones((1, 3)))
    assert not roots.found.any()
    assert roots.flat == flat


def test_far_away_or_behind_a_flat_part() -> None:
    assert solve(lambda x: np.arctan(x - 20), np.ones((1, 2))).values.round(9).tolist() == [
        [20, 20]
    ]
    capped = solve(lambda x: np.minimum(x, -2.0) + 3.0, np.ones((1, 2)))
    assert capped.values.round(9).tolist() == [[-3, -3]]


def test_draws_that_are_left_out_and_slopes_that_are_kept() -> None:
    count = 0

    def function(x: Array) -> Array:
        nonlocal count
        count += 1
        return np.asarray(2 * x - np.array([[4.0, 6.0, np.nan]]))

    first = solve(function, np.zeros((1, 3)), skip=np.array([False, False, True]))
    assert first.found.tolist() == [True, True, False]
    assert count == 3  # the guess, the slope, the root
    left_out = np.array([False, False, True])
    solve(function, np.zeros((1, 3)), skip=left_out, slopes=first.slopes)
    assert count == 5
