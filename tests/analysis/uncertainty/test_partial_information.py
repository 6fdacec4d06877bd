"""What a number tells about an outcome, against closed forms and against brute force."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import multivariate_normal, norm

from xhsim.analysis.uncertainty.partial_information import narrowing

Array = NDArray[np.float64]
DRAWS = 1000


def normal_pairs(rho: float, draws: int, seed: int) -> tuple[Array, Array]:
    first, other = np.random.default_rng(seed).standard_normal((2, draws))
    return first, rho * first + np.sqrt(1 - rho**2) * other


def share_of_event(rho: float, chance: float) -> float:
    """Return Var(E[A | X]) / Var(A) where A is that a correlated normal is in the upper tail."""
    at = norm.ppf(chance)
    both = multivariate_normal.cdf([at, at], cov=[[1, rho**2], [rho**2, 1]])
    return float((both - chance**2) / (chance * (1 - chance)))


def move_of_event(rho: float, chance: float) -> float:
    """Return E|E[A | X] - P(A)|, by the midpoints of many slices of X."""
    known = norm.ppf((np.arange(100_000) + 0.5) / 100_000)
    given_it = norm.cdf((rho * known + norm.ppf(chance)) / np.sqrt(1 - rho**2))
    return float(np.abs(given_it - chance).mean())


@pytest.mark.parametrize("chance", [0.5, 0.1])
@pytest.mark.parametrize("rho", [0.2, 0.5, 0.8, 0.95])
def test_two_normals_have_a_closed_form(rho: float, chance: float) -> None:
    found, wanted = [], (share_of_event(rho, chance), move_of_event(rho, chance))
    for seed in range(20):
        known, outcome = normal_pairs(rho, DRAWS, seed)
        event = (outcome > norm.ppf(1 - chance)).astype(float)
        found.append(narrowing([known], [event, outcome]))
    shares = np.array([[*each.share[0]] for each in found])
    errors = np.array([[*each.share_error[0]] for each in found])
    moves = np.array([[*each.move[0]] for each in found])
    # The mean of 20 shows a bias; the standard errors are those of single estimates.
    for place, truth in enumerate((wanted[0], rho**2)):
        error = errors[:, place].mean()
        assert abs(shares[:, place].mean() - truth) < 3 * error / np.sqrt(20)
        assert 0.6 * error < shares[:, place].std() < 1.5 * error
        inside = np.abs(shares[:, place] - truth) < 2 * errors[:, place]
        assert inside.mean() >= 0.75
    move_error = np.mean([each.move_error[0, 0] for each in found])
    assert abs(moves[:, 0].mean() - wanted[1]) < 3 * move_error / np.sqrt(20)
    # The mean of a normal given the other is a normal with standard deviation rho.
    assert moves[:, 1].mean() == pytest.approx(rho * np.sqrt(2 / np.pi), abs=0.03)


def test_a_number_without_effect_tells_nothing() -> None:
    rng = np.random.default_rng(3)
    outcomes = [rng.standard_normal(DRAWS), (rng.random(DRAWS) < 0.1).astype(float)]
    found = narrowing(rng.standard_normal((200, DRAWS)), outcomes)
    assert np.abs(found.share.mean(axis=0)).max() < 0.003
    assert (np.abs(found.share) < 2 * found.share_error).mean() > 0.93
    assert (found.move < 2 * found.move_error).mean() > 0.9


def test_it_agrees_with_nested_simulation() -> None:
    """A noisy figure of a cause that acts through its square, and an event with its own noise."""
    rng = np.random.default_rng(5)
    noise, own, limit = 0.6, 0.4, 1.0
    cause = rng.standard_normal(20_000)
    figure = cause + noise * rng.standard_normal(cause.size)
    event = cause**2 + own * rng.standard_normal(cause.size) > limit
    found = narrowing([figure], [event.astype(float)])
    # Outside: what is published. Inside: the causes that are then possible, by the normal formula.
    outer, inner = 600, 2000
    published = np.sqrt(1 + noise**2) * norm.ppf((np.arange(outer) + 0.5) / outer)
    mean, spread = published / (1 + noise**2), np.sqrt(noise**2 / (1 + noise**2))
    causes = mean[:, np.newaxis] + spread * rng.standard_normal((outer, inner))
    chances = (causes**2 + own * rng.standard_normal(causes.shape) > limit).mean(axis=1)
    chance = chances.mean()
    between = chances.var() - (chances * (1 - chances)).mean() / inner
    assert found.share[0, 0] == pytest.approx(between / (chance * (1 - chance)), abs=0.02)
    assert found.move[0, 0] == pytest.approx(np.abs(chances - chance).mean(), abs=0.01)


def test_the_share_of_one_of_several_causes() -> None:
    """Linear and normal: the share is the square of the correlation, whatever else acts."""
    rng = np.random.default_rng(8)
    weights = np.array([2.0, 1.0, 0.5, 0.0])
    causes = rng.standard_normal((4, 4000))
    found = narrowing(causes, [weights @ causes])
    assert found.share[:, 0] == pytest.approx(weights**2 / (weights**2).sum(), abs=0.03)
    assert found.move[:, 0] == pytest.approx(weights * np.sqrt(2 / np.pi), abs=0.06)


def test_repeated_draws_count_once() -> None:
    shares = []
    for seed in range(60):
        known, outcome = normal_pairs(0.6, 300, seed)
        idle = np.random.default_rng(1000 + seed).standard_normal(300)
        event = (outcome > 0.5).astype(float)
        numbers, outcomes = (np.repeat(each, 4, axis=-1) for each in ([known, idle], [event]))
        shares.append(narrowing(numbers, outcomes, worth=300).share[:, 0])
    truth = [share_of_event(0.6, float(norm.cdf(-0.5))), 0.0]
    assert np.mean(shares, axis=0) == pytest.approx(truth, abs=0.02)


def test_what_does_not_vary_has_no_share() -> None:
    found = narrowing([np.arange(50.0)], [np.ones(50), np.arange(50.0)])
    assert all(np.isnan(array[0, 0]) for array in found)
    assert found.share[0, 1] == pytest.approx(1, abs=0.005)
    assert found.move[0, 1] == pytest.approx(12.5, abs=0.05)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(4, 400), st.floats(0.1, 5))
def test_only_the_order_of_a_number_matters(seed: int, draws: int, scale: float) -> None:
    rng = np.random.default_rng(seed)
    known, outcome = rng.standard_normal((2, draws))
    shuffled = rng.permutation(draws)
    one = narrowing([known, np.exp(scale * known)], [outcome, 7 - 3 * outcome])
    two = narrowing([known[shuffled]], [outcome[shuffled]])
    assert one.share == pytest.approx(np.full((2, 2), one.share[0, 0]))
    assert one.move[1] == pytest.approx(one.move[0, 0] * np.array([1, 3]))
    assert two.share[0, 0] == pytest.approx(one.share[0, 0])
    assert (one.share <= 1).all()
    assert (one.share_error > 0).all()
