"""Naive forecasts, which need no model: a series continues its past growth."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

__all__ = ["Naive", "last_growth", "mean_growth"]


@dataclass(frozen=True)
class Naive:
    """A normal forecast of the logarithm of a series.

    Attributes
    ----------
    mean, deviation : float
    """

    mean: float
    deviation: float


def last_growth(years: Sequence[int], logs: Sequence[float], year: int) -> Naive:
    """Forecast that a series continues its last growth.

    Parameters
    ----------
    years : sequence of int
        At least two, increasing.
    logs : sequence of float
        Logarithms of the series.
    year : int
        The year to forecast.

    Returns
    -------
    Naive
        With the spread of past growth from year to year; 0 if growth was observed only once.

    Examples
    --------
    >>> last_growth([2015, 2017], [0.0, 0.2], 2018)
    Naive(mean=0.30000000000000004, deviation=0.0)
    """
    ahead = year - years[-1]
    growth = (logs[-1] - logs[-2]) / (years[-1] - years[-2])
    _, spread = _growth(years, logs)
    return Naive(logs[-1] + growth * ahead, spread * math.sqrt(ahead))


def mean_growth(years: Sequence[int], logs: Sequence[float], year: int) -> Naive:
    """Forecast that a series continues its mean growth: a random walk with drift.

    Parameters
    ----------
    years, logs, year
        As for `last_growth`.

    Returns
    -------
    Naive
        With the spread of past growth and the uncertainty of its mean.

    Examples
    --------
    >>> forecast = mean_growth([2015, 2016, 2017], [0.0, 0.1, 0.3], 2018)
    >>> round(forecast.mean, 3), round(forecast.deviation, 4)
    (0.45, 0.0866)
    """
    ahead, seen = year - years[-1], years[-1] - years[0]
    growth, spread = _growth(years, logs)
    return Naive(logs[-1] + growth * ahead, spread * math.sqrt(ahead + ahead**2 / seen))


def _growth(years: Sequence[int], logs: Sequence[float]) -> tuple[float, float]:
    """Return mean and standard deviation of a year's growth; years in between may be missing."""
    spans = [later - earlier for earlier, later in pairwise(years)]
    moves = [later - earlier for earlier, later in pairwise(logs)]
    mean = sum(moves) / sum(spans)
    if len(moves) == 1:
        return mean, 0.0
    squares = sum((move - span * mean) ** 2 / span for move, span in zip(moves, spans, strict=True))
    return mean, math.sqrt(squares / (len(moves) - 1))
