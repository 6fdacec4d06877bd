"""The quick posterior against closed forms, on densities that need no model."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from numpy.typing import NDArray

from xhsim.analysis.history.approximation import SMALLEST_SAMPLE, approximate
from xhsim.errors import InputError
from xhsim.study.files.mistakes import Place

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Curve:
    """A density of points whose values are their coordinates."""

    found: Any
    count: int

    @property
    def unknowns(self) -> tuple[Any, ...]:
        parameters = [SimpleNamespace(name=f"x{n}", elements=()) for n in range(self.count)]
        return tuple(SimpleNamespace(parameter=p, element=0) for p in parameters)

    def residuals(self, points: Array) -> Array:
        return np.asarray(self.found(points))

    def log_density(self, points: Array) -> Array:
        squares = (self.residuals(points) ** 2).sum(axis=1) + (points**2).sum(axis=1)
        return np.where(np.isfinite(squares), -0.5 * squares, -np.inf)

    def values(self, points: Array) -> Array:
        return points


def approximated(found: Any, count: int) -> Any:
    return approximate(cast("Any", Curve(found, count)), seed=1)


def test_a_linear_model_has_a_normal_posterior() -> None:
    slopes = np.array([[2.0, 1.0, 0.0], [0.0, 1.0, -3.0]])
    made = approximated(lambda points: points @ slopes.T - [1.0, 2.0], 3)
    covariance = np.linalg.inv(slopes.T @ slopes + np.eye(3))
    mean = covariance @ slopes.T @ [1.0, 2.0]
    assert made.centre == pytest.approx(mean, abs=1e-6)
    assert made.draws.mean(axis=0) == pytest.approx(mean, abs=0.02)
    assert np.cov(made.draws.T) == pytest.approx(covariance, abs=0.02)
    assert made.k_hat < 0.5
    assert made.sample_size > 1500


def test_weights_correct_a_skewed_density() -> None:
    """Compared with the integral on a grid."""
    grid = np.linspace(-6, 6, 20001)[:, None]
    density = np.exp(Curve(lambda p: 0.7 * (np.exp(p) - 1.5), 1).log_density(grid))
    density /= density.sum()
    mean = float(density @ grid[:, 0])
    deviation = float(np.sqrt(density @ (grid[:, 0] - mean) ** 2))
    made = approximated(lambda p: 0.7 * (np.exp(p) - 1.5), 1)
    assert made.centre[0] != pytest.approx(mean, abs=0.05)
    assert made.draws.mean() == pytest.approx(mean, abs=0.02)
    assert made.draws.std() == pytest.approx(deviation, rel=0.03)


def test_a_density_that_the_proposals_miss_is_noticed() -> None:
    """A banana in many dimensions."""

    def bent(points: Array) -> Array:
        first, others = points[:, :1], points[:, 1:]
        return 30 * (others - 3 * first**2 + 1)

    made = approximated(bent, 16)
    assert made.k_hat > 0.7 or made.sample_size < SMALLEST_SAMPLE


def test_runs_that_are_not_finite_have_no_weight() -> None:
    made = approximated(lambda points: np.where(points < -0.5, np.nan, 0.1 * points), 1)
    assert made.draws.min() >= -0.5
    with pytest.raises(InputError, match="no run near"):
        approximated(lambda points: np.full_like(points, np.nan), 1)


def test_the_same_seed_gives_the_same_draws() -> None:
    one, other = (approximated(lambda points: points - 1, 2) for _ in range(2))
    assert (one.draws == other.draws).all()


def test_a_posterior_keeps_parameters_together() -> None:
    """Both sums are observed almost exactly, so the second is one less than the first."""
    made = approximated(lambda p: 100 * (p[:, :1] + p[:, 1:] - 1), 2)
    posterior = made.posterior(2018, Place("here", 1))
    assert posterior.until == 2018
    total = posterior.column("x0") + posterior.column("x1")
    assert total == pytest.approx(np.ones(len(total)), abs=0.05)
    # Evenly spread rows are evenly spread along the direction of largest variance.
    moves = np.diff(posterior.column("x0") - posterior.column("x1"))
    assert (moves >= -0.05).all() or (moves <= 0.05).all()
