"""Scores of forecasts: the continuous ranked probability score.

The score is the integral of the squared difference between the forecast's distribution function and
the step at the observed value. It is a proper score in the unit of the forecast; it rewards both
accuracy and a narrow distribution. For a forecast without spread it is the absolute error (Gneiting
and Raftery 2007, Journal of the American Statistical Association 102:359).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["crps_of_draws", "crps_of_normal"]

Array = NDArray[np.float64]


def crps_of_draws(draws: ArrayLike, observed: ArrayLike) -> Array:
    """Score forecasts that consist of equally likely draws.

    Parameters
    ----------
    draws : array_like, shape (draws, ...)
    observed : array_like, shape (...)

    Returns
    -------
    ndarray, shape (...)
        Exact for the empirical distribution of the draws; 0 is perfect.

    Examples
    --------
    >>> float(crps_of_draws([3.0], 5.0))
    2.0
    >>> float(crps_of_draws([0.0, 1.0], 0.5))
    0.25
    """
    ordered = np.sort(np.asarray(draws, dtype=np.float64), axis=0)
    count = len(ordered)
    distance = np.abs(ordered - np.asarray(observed, dtype=np.float64)).mean(axis=0)
    # The mean distance of two draws, from their ranks: twice the sum of (2 i - n - 1) x_i / n^2.
    ranks = 2 * np.arange(1, count + 1) - count - 1
    apart = 2 * np.tensordot(ranks, ordered, axes=(0, 0)) / count**2
    return np.asarray(distance - apart / 2)


def crps_of_normal(mean: ArrayLike, deviation: ArrayLike, observed: ArrayLike) -> Array:
    """Score normal forecasts by the closed form.

    Parameters
    ----------
    mean, deviation, observed : array_like
        Of shapes that broadcast; a deviation of 0 means a forecast without spread.

    Returns
    -------
    ndarray

    Examples
    --------
    >>> round(float(crps_of_normal(0.0, 1.0, 0.0)), 4)
    0.2337
    >>> float(crps_of_normal(3.0, 0.0, 5.0))
    2.0
    """
    from scipy.special import ndtr

    error = np.asarray(observed, dtype=np.float64) - np.asarray(mean, dtype=np.float64)
    spread = np.asarray(deviation, dtype=np.float64)
    z = np.divide(error, spread, out=np.zeros(np.broadcast(error, spread).shape), where=spread > 0)
    density = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    score = spread * (z * (2 * ndtr(z) - 1) + 2 * density - 1 / np.sqrt(np.pi))
    return np.asarray(np.where(spread > 0, score, np.abs(error)))
