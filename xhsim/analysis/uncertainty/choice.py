"""What knowing one number is worth to somebody who chooses among options.

It is the expected value of partial perfect information: how much better the best option is on
average if it is chosen after the number is known. The mean of each option given the number is a
regression on draws that exist already (Strong, Oakley and Brennan 2014, doi
10.1177/0272989X13505910).

The mean of the largest fitted value is too high, because the largest one profits from noise. What
is gained if each draw chooses by the fit without itself is too low, because that choice is not
always right. The two errors are equal to the first order, so the estimate is the middle.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xhsim.analysis.uncertainty.partial_information import Smoothing
from xhsim.errors import InputError

__all__ = ["Gain", "gains", "gains_of_noise"]

Array = NDArray[np.float64]


class Gain(NamedTuple):
    """What numbers are worth to a choice.

    Attributes
    ----------
    value : ndarray, shape (numbers,)
        By how much the best option is better on average if it is chosen after the number is known.
        It may be slightly negative where the value is zero.
    error : ndarray
        Its standard error, from the number of draws.
    changed : ndarray
        Share of draws in which another option would be chosen.
    """

    value: Array
    error: Array
    changed: Array


def gains(numbers: ArrayLike, benefits: ArrayLike, worth: float | None = None) -> Gain:
    """Estimate what knowing each of several numbers is worth to a choice.

    Parameters
    ----------
    numbers : array_like, shape (numbers, draws)
        Finite. A number with few different values is a category.
    benefits : array_like, shape (options, draws)
        What each option brings in each draw, on common draws; at least two options.
    worth : float, optional
        How many independent draws the draws are worth; by default their number.

    Returns
    -------
    Gain

    Raises
    ------
    InputError
        If there are fewer than two options.

    Notes
    -----
    The spread of what choosing by the number brings in a draw gives the standard error; half the
    distance between the estimates that are too high and too low is added.

    Examples
    --------
    An option that brings 1 or -1, known in advance, against one that brings nothing:

    >>> rng = np.random.default_rng(0)
    >>> coin, idle = rng.choice([-1.0, 1.0], (2, 2000))
    >>> found = gains([coin, idle], [np.zeros(2000), coin])
    >>> found.value.round(1).tolist()
    [0.5, 0.0]
    """
    known, options = np.asarray(numbers, dtype=np.float64), _options(benefits)
    draws = options.shape[1]
    smoothing = Smoothing.of_draws(draws, max(1.0, draws / worth) if worth else 1.0)
    rows = [_gain(smoothing, row, options) for row in known]
    return Gain(*np.array(rows, dtype=np.float64).reshape(len(rows), 3).T)


def gains_of_noise(
    benefits: ArrayLike, count: int, seed: int = 0, worth: float | None = None
) -> Array:
    """Estimate the worth of numbers that have nothing to do with the options.

    Parameters
    ----------
    benefits : array_like, shape (options, draws)
    count : int
        How many numbers.
    seed : int
    worth : float, optional
        As for `gains`.

    Returns
    -------
    ndarray, shape (count,)
        They scatter around zero as the estimates of irrelevant unknowns do.

    Examples
    --------
    >>> options = np.random.default_rng(0).standard_normal((2, 1000))
    >>> bool(np.abs(gains_of_noise(options, 5)).max() < 0.1)
    True
    """
    draws = np.shape(benefits)[-1]
    return gains(np.random.default_rng(seed).random((count, draws)), benefits, worth).value


def _options(benefits: ArrayLike) -> Array:
    """Return what each option brings more than the one that is best on average, which is first."""
    brought = np.asarray(benefits, dtype=np.float64)
    if brought.ndim != 2 or len(brought) < 2:
        raise InputError("a choice needs at least two options", hint="name several")
    best = int(brought.mean(axis=1).argmax())
    return np.asarray(np.delete(brought, best, axis=0) - brought[best])


def _gain(smoothing: Smoothing, number: Array, options: Array) -> tuple[float, float, float]:
    y, fitted, left = smoothing.fit(number, options)
    high = float(np.maximum(fitted.max(axis=0), 0).mean())
    without_itself = y - (y - fitted) / left
    chosen = without_itself.argmax(axis=0)
    places = np.arange(y.shape[1])
    changes = without_itself[chosen, places] > 0
    brought = np.where(changes, y[chosen, places], 0.0)
    low, worth = float(brought.mean()), y.shape[1] / smoothing.repeated
    error = math.hypot(float(brought.std()) / math.sqrt(worth), (high - low) / 2)
    return (high + low) / 2, error, float(changes.mean())
