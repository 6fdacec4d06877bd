"""A quick posterior: a normal distribution at the most probable point, corrected by weights.

Hindcasts calibrate a study many times, and each calibration uses only a few figures. Draws come
from a normal distribution with the curvature of the density at its most probable point, and are
weighted by the ratio of the two densities. The largest weights are smoothed (Vehtari and others
2024, Journal of Machine Learning Research 25:72). Their shape, k-hat, tells whether the draws can
be trusted: up to 0.7 they can, if they are worth at least a hundred independent ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.inference.density import Density
from xhsim.errors import InputError
from xhsim.study.files.mistakes import Place
from xhsim.study.parameters.posterior import Posterior

__all__ = ["LARGEST_K_HAT", "SMALLEST_SAMPLE", "Approximation", "approximate"]

Array = NDArray[np.float64]
STEP = 1e-4  # step of a coordinate, for differences
LARGEST_K_HAT, SMALLEST_SAMPLE = 0.7, 100.0  # with which draws can be trusted
GOOD = 0.5  # with a smaller k-hat, better proposals are not worth their time
PROPOSALS = 2048
ROWS = PROPOSALS  # so that each proposal is used once if all weigh the same
ROUNDS = 3
FAR = 1e6  # the distance of a run that is not finite, in standard deviations
LONGEST_SEARCH = 40


@dataclass(frozen=True)
class Approximation:
    """Draws from the density of a calibration.

    Attributes
    ----------
    density : Density
    centre : ndarray, shape (unknowns,)
        The most probable values.
    draws : ndarray, shape (rows, unknowns)
    k_hat : float
        The shape of the largest weights; up to 0.7 the draws can be trusted.
    sample_size : float
        How many independent draws the weighted draws are worth.
    """

    density: Density
    centre: Array
    draws: Array
    k_hat: float
    sample_size: float

    def posterior(self, until: int, where: Place) -> Posterior:
        """Return the draws in the form from which a study's ensembles are drawn.

        Parameters
        ----------
        until : int
            The last year of the figures that were used.
        where : Place

        Returns
        -------
        Posterior
            Without the offsets of vintages, which are not inputs of a run. Its rows are sorted
            along the direction of largest variance.
        """
        unknowns = self.density.unknowns
        kept = [n for n, unknown in enumerate(unknowns) if unknown.parameter is not None]
        draws = self.draws[:, kept]
        scaled = (draws - draws.mean(axis=0)) / np.maximum(draws.std(axis=0), 1e-300)
        order = np.argsort(scaled @ np.linalg.svd(scaled, full_matrices=False)[2][0])
        numbers = []
        for unknown in (unknowns[n] for n in kept):
            parameter = unknown.parameter
            assert parameter is not None
            element = parameter.elements[unknown.element] if parameter.elements else ""
            numbers.append((parameter.name, element))
        return Posterior(tuple(numbers), draws[order], self.centre[kept], until, {}, where)


def approximate(density: Density, *, seed: int = 0) -> Approximation:
    """Approximate a density by weighted draws from a normal distribution.

    If the weights are uneven, the normal distribution takes the mean and covariance of the weighted
    draws, and draws again.

    Parameters
    ----------
    density : Density
    seed : int
        The same seed gives the same draws.

    Returns
    -------
    Approximation

    Raises
    ------
    InputError
        If an optional package is not installed, or no run is finite.
    """
    from scipy.special import ndtri
    from scipy.stats import qmc

    generator = np.random.default_rng((seed, 2))
    best = _most_probable(density)
    centre, covariance = best, _covariance(density, best)
    curved = covariance
    found: tuple[float, float, Array, Array] | None = None
    for _ in range(ROUNDS):
        points = qmc.Sobol(len(best), rng=generator).random(PROPOSALS)
        normal = ndtri(np.clip(points, 2.0**-40, 1 - 2.0**-40))
        drawn = centre + normal @ np.linalg.cholesky(covariance).T
        ratios = density.log_density(drawn) + 0.5 * (normal**2).sum(axis=1)
        if not np.isfinite(ratios).any():
            raise InputError(
                "no run near the most probable parameters is finite",
                hint="narrow the priors of the parameters that are calibrated",
            )
        weights, k_hat = _smoothed(ratios)
        size = float(1 / (weights**2).sum())
        if found is None or k_hat < found[0]:
            found = (k_hat, size, drawn, weights)
        if k_hat < GOOD:
            break
        centre = weights @ drawn
        spread = ((drawn - centre).T * weights) @ (drawn - centre)
        share = size / (size + len(best))  # few draws say little about a covariance
        covariance = share * spread + (1 - share) * curved
    assert found is not None
    k_hat, size, drawn, weights = found
    # Evenly spaced positions on the cumulated weights: each draw appears as often as it weighs. In
    # random order, because every second point of a Sobol sequence is not spread evenly.
    order = generator.permutation(len(weights))
    places = (np.arange(ROWS) + generator.random()) / ROWS
    chosen = np.minimum(np.searchsorted(np.cumsum(weights[order]), places), len(weights) - 1)
    chosen = order[chosen]
    middle = density.values(np.stack([best, best]))[0]
    return Approximation(density, middle, density.values(drawn[chosen]), k_hat, size)


def _most_probable(density: Density) -> Array:
    from scipy.optimize import least_squares

    def misfit(points: Array) -> Array:
        found = np.nan_to_num(density.residuals(points), nan=FAR, posinf=FAR, neginf=-FAR)
        return np.concatenate([found, points], axis=1)

    def at(point: Array) -> Array:
        return np.asarray(misfit(np.stack([point, point]))[0])

    def slopes(point: Array) -> Array:
        ahead, behind = np.split(misfit(_around(point)), 2)
        return np.asarray((ahead - behind).T / (2 * STEP))

    start = np.zeros(len(density.unknowns))
    return np.asarray(least_squares(at, start, jac=slopes, max_nfev=LONGEST_SEARCH).x)


def _covariance(density: Density, best: Array) -> Array:
    """Return the covariance implied by the curvature at the most probable point."""
    ahead, behind = np.split(density.residuals(_around(best)), 2)
    slopes = (ahead - behind).T / (2 * STEP)
    precision = slopes.T @ slopes + np.eye(len(best))
    if not np.isfinite(precision).all():
        return np.eye(len(best))
    covariance = np.linalg.inv(precision)
    return np.asarray((covariance + covariance.T) / 2)


def _around(point: Array) -> Array:
    """Return the points one step ahead in each coordinate, and those one step behind."""
    moves = STEP * np.eye(len(point))
    return np.concatenate([point + moves, point - moves])


def _smoothed(ratios: Array) -> tuple[Array, float]:
    """Return smoothed weights, which sum to 1, and k-hat."""
    finite = np.where(np.isfinite(ratios), ratios, -np.inf)
    usable = np.isfinite(finite)
    logs = np.full(len(ratios), -np.inf)
    if np.ptp(finite[usable]) < 1e-9:  # all alike: nothing to smooth, and no tail to fit
        logs[usable], k_hat = 0.0, -np.inf
    else:
        # The function is written for likelihoods of figures left out, whose weights are inverse.
        smooth, shape = _statistics().psislw(finite[usable].max() - finite[usable])
        logs[usable], k_hat = smooth, float(shape)
    weights = np.exp(logs - logs[usable].max())
    return weights / weights.sum(), k_hat


def _statistics() -> Any:
    from importlib import import_module

    try:
        return import_module("arviz_stats.base").array_stats
    except ImportError:
        raise InputError(
            "a hindcast needs the package arviz_stats", hint='pip install "xhsim[calibrate]"'
        ) from None
