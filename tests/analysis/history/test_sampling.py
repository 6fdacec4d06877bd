"""The sampler on densities with known moments, its rounds, and when it ends."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from xhsim.analysis.history import sampling
from xhsim.analysis.history.sampling import Student, agree, explore

OPTIONS: dict[str, Any] = {"walkers": 16, "steps": 4000, "ensembles": 2}


def test_a_student_distribution_is_that_of_scipy() -> None:
    root = np.array([[2.0, 0], [0.5, 0.3]])
    made = Student(np.array([1.0, -1.0]), root)
    points = np.array([[1.0, -1.0], [2.0, 0.5], [-4.0, 1.0]])
    known = stats.multivariate_t([1.0, -1.0], root @ root.T, df=sampling.FREEDOM)
    found, wanted = made.log_density(points), known.logpdf(points)
    assert found - found[0] == pytest.approx(wanted - wanted[0])
    draws = made.draw(40_000, np.random.RandomState(1))
    wide = sampling.FREEDOM / (sampling.FREEDOM - 2)
    np.testing.assert_allclose(np.cov(draws.T), wide * root @ root.T, rtol=0.05)
    again = Student.like(draws)
    np.testing.assert_allclose(again.root @ again.root.T, np.cov(draws.T))


@pytest.mark.parametrize("off", [0.0, 1.0])
def test_moments_of_a_normal_density(off: float) -> None:
    """Even a proposal that is off by a standard deviation, and twice too wide, is corrected."""
    mean = np.array([0.5, -1.0, 0.0])
    root = np.array([[1.0, 0, 0], [0.9, 0.3, 0], [-0.5, 0.2, 0.05]])
    inverse = np.linalg.inv(root)

    def log_density(points: Any) -> Any:
        return -0.5 * (((points - mean) @ inverse.T) ** 2).sum(axis=1)

    start = Student(mean + off * root.sum(axis=1), root * (1 + off))
    made = explore(log_density, start, **OPTIONS, generator=np.random.default_rng(0))
    assert agree(made.r_hat, made.sample_size).all()
    draws = made.chains.reshape(-1, 3)
    covariance = root @ root.T
    spread = np.sqrt(np.diag(covariance))
    noise = 4 / np.sqrt(made.sample_size)
    assert (np.abs(draws.mean(axis=0) - mean) / spread < noise).all()
    assert (np.abs(draws.std(axis=0) / spread - 1) < noise).all()
    exact = covariance / np.outer(spread, spread)
    np.testing.assert_allclose(np.corrcoef(draws.T), exact, atol=0.05)


def test_a_density_with_a_wall() -> None:
    """Half a normal distribution: its mean and standard deviation are known."""

    def log_density(points: Any) -> Any:
        return np.where(points[:, 0] > 0, -0.5 * points[:, 0] ** 2, -np.inf)

    start = Student(np.array([0.5]), np.array([[0.7]]))
    made = explore(log_density, start, **OPTIONS, generator=np.random.default_rng(1))
    draws = made.chains.ravel()
    assert draws.min() > 0
    assert draws.mean() == pytest.approx(math.sqrt(2 / math.pi), abs=0.03)
    assert draws.std() == pytest.approx(math.sqrt(1 - 2 / math.pi), abs=0.03)


def test_two_hills_that_walkers_cannot_leave_are_seen() -> None:
    def log_density(points: Any) -> Any:
        distance = np.minimum(np.abs(points + 60), np.abs(points - 60))
        return -0.5 * (distance[:, 0] * 20) ** 2

    start = Student(np.array([0.0]), np.array([[50.0]]))
    made = explore(
        log_density, start, walkers=16, steps=400, ensembles=2, generator=np.random.default_rng(2)
    )
    assert not agree(made.r_hat, made.sample_size).all()


@given(st.integers(1, 20_000))
def test_rounds_get_longer_and_use_all_steps(steps: int) -> None:
    rounds = sampling._rounds(steps)
    assert sum(rounds) == steps
    assert all(later >= 2 * before for before, later in itertools.pairwise(rounds))
    assert rounds[-1] >= steps / 2


def test_it_ends_when_the_chains_agree() -> None:
    counted: list[int] = []
    start = Student(np.zeros(2), np.eye(2))
    made = explore(
        lambda points: -0.5 * (points**2).sum(axis=1),
        start,
        walkers=8,
        steps=20_000,
        ensembles=2,
        generator=np.random.default_rng(3),
        progress=counted.append,
    )
    assert 2 * (250 + 500) <= sum(counted) < 2 * 20_000
    assert made.chains.shape[0] == 16
    assert made.chains.shape[1] < sum(counted) / 2  # only the last round counts


def test_agreement() -> None:
    r_hat = np.array([1.01, 1.0101, 1.0, np.nan])
    sizes = np.array([400.0, 1000, 399, 1000])
    assert agree(r_hat, sizes).tolist() == [True, False, False, False]
    assert agree(np.array([1.005, 1.006]), np.array([800.0, 800]), 2.0).tolist() == [True, False]


def test_walkers_that_never_move_keep_the_proposal() -> None:
    before = Student(np.zeros(2), np.eye(2))
    assert sampling._fitted(np.ones((8, 10, 2)), before) is before
