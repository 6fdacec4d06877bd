"""Scores of forecasts that are given by quantiles: their CRPS and the place of the observed value.

Between two quantiles, and beyond the outermost two, the forecast is taken to be a piece of a normal
distribution: straight lines if the levels are drawn as points of the standard normal distribution.
So a normal forecast is scored exactly, whatever its levels.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["crps_of_quantiles", "pit_of_quantiles"]

Array = NDArray[np.float64]


def crps_of_quantiles(levels: Sequence[float], quantiles: ArrayLike, observed: float) -> float:
    """Score a forecast by the continuous ranked probability score.

    It is the integral of the squared difference between the distribution function and the step at
    the observed value, which is twice the mean pinball loss over all levels.

    Parameters
    ----------
    levels : sequence of float
        Increasing, between 0 and 1, at least two.
    quantiles : array_like
        At these levels; not decreasing.
    observed : float

    Returns
    -------
    float
        In the unit of the quantiles; 0 is perfect.

    Examples
    --------
    >>> from scipy.special import ndtri
    >>> levels = [0.05, 0.25, 0.5, 0.75, 0.95]
    >>> round(crps_of_quantiles(levels, ndtri(levels), 0.0), 4)  # that of a normal forecast
    0.2337
    >>> crps_of_quantiles(levels, [3.0] * 5, 5.0)
    2.0
    """
    z, x = _pieces(levels, quantiles)
    low, high = z[:-1], z[1:]
    ends = np.clip(observed, x[:-1], x[1:])
    slopes = np.diff(x) / np.diff(z)
    wide = slopes > 0
    with np.errstate(all="ignore"):
        middle = np.where(wide, low + (ends - x[:-1]) / slopes, low)
    # Left of the observed value the function itself is squared, and right of it what is missing.
    inner = np.where(wide, slopes * (_area(low, middle) + _area(-high, -middle)), 0.0)
    first, last = slopes[0], slopes[-1]
    outer = _tail(-x[0], -z[0], first, -observed) + _tail(x[-1], z[-1], last, observed)
    return float(inner.sum() + outer)


def pit_of_quantiles(levels: Sequence[float], quantiles: ArrayLike, observed: float) -> float:
    """Return the probability that a forecast gives to values up to the observed one.

    Parameters
    ----------
    levels, quantiles, observed
        As for `crps_of_quantiles`.

    Returns
    -------
    float
        Between 0 and 1. In the middle of the step if many draws have the observed value.

    Examples
    --------
    >>> pit_of_quantiles([0.25, 0.5, 0.75], [1.0, 2.0, 3.0], 2.0)
    0.5
    >>> pit_of_quantiles([0.25, 0.5, 0.75], [1.0, 2.0, 3.0], 1e6)
    1.0
    """
    from scipy.special import ndtr

    z, x = _pieces(levels, quantiles)
    same = np.flatnonzero(x == observed)
    if same.size:
        low = -np.inf if same[0] == 0 and x[1] == x[0] else z[same[0]]
        high = np.inf if same[-1] == len(x) - 1 and x[-2] == x[-1] else z[same[-1]]
        return float((ndtr(low) + ndtr(high)) / 2)
    piece = int(np.clip(np.searchsorted(x, observed) - 1, 0, len(x) - 2))
    step = x[piece + 1] - x[piece]
    if step == 0:  # beyond an end of which no more is known
        return float(observed > x[piece])
    share = (observed - x[piece]) / step
    return float(ndtr(z[piece] + share * (z[piece + 1] - z[piece])))


def _pieces(levels: Sequence[float], quantiles: ArrayLike) -> tuple[Array, Array]:
    from scipy.special import ndtri

    x = np.asarray(quantiles, dtype=np.float64)
    if len(x) != len(levels) or len(x) < 2:
        raise ValueError("a forecast needs two quantiles or more, one for each level")
    return ndtri(np.asarray(levels, dtype=np.float64)), np.maximum.accumulate(x)


def _area(low: Array, high: Array) -> Array:
    """Integrate the squared normal distribution function."""
    return _integral(high) - _integral(low)


def _integral(z: Array) -> Array:
    from scipy.special import ndtr

    density = np.exp(-(np.clip(z, -40, 40) ** 2) / 2) / np.sqrt(2 * np.pi)
    below = ndtr(z)
    return np.asarray(z * below**2 + 2 * below * density - ndtr(np.sqrt(2) * z) / np.sqrt(np.pi))


def _tail(end: float, z: float, slope: float, observed: float) -> float:
    """Integrate beyond an outermost quantile; the left tail is turned around."""
    beyond = max(observed - end, 0.0)
    if slope <= 1e-12 * beyond:
        return beyond
    far = z + beyond / slope
    near, there = np.asarray(z), np.asarray(far)
    # Up to the observed value the function squared; from there to infinity what is missing of it.
    return float(slope * (_area(near, there) + _integral(-there)))
