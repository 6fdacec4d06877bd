"""Random numbers inside a model. The same seed gives the same numbers in any block of draws.

Each number belongs to a seed, a stream (one for each random function of the model), an element, a
step and a draw. A counter-based generator computes it without the others. So a draw gets the same
numbers in any block, and all stages of a step use the same number.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

__all__ = ["FUNCTIONS", "make_noise", "make_noise_of_one"]

Value = Any
PER_COUNT = 4  # numbers that the generator returns for each value of its counter


def make_noise(
    seed: int, number_at: Callable[[float], int], draws: slice
) -> Callable[[int, tuple[int, ...], float], NDArray[np.float64]]:
    """Return the function that generates the random numbers of a block.

    Parameters
    ----------
    seed : int
        The seed of the run.
    number_at : callable
        Converts the clock to the number of the step.
    draws : slice
        The draws of the block.

    Returns
    -------
    callable
        ``noise(stream, sizes, clock)`` returns uniform numbers between 0 and 1, of shape
        ``(*sizes, draws)``.
    """
    skipped = draws.start % PER_COUNT
    count = draws.stop - draws.start + skipped

    def noise(stream: int, sizes: tuple[int, ...], clock: float) -> NDArray[np.float64]:
        step = number_at(float(clock))
        rows = [
            np.random.Philox(
                key=[seed, stream], counter=[draws.start // PER_COUNT, step, element, 0]
            ).random_raw(count)[skipped:]
            for element in range(math.prod(sizes))
        ]
        # 53 bits, at the middle of their interval, so never 0 and never 1.
        bits = (np.stack(rows) >> 11).astype(np.float64)
        return np.asarray((bits + 0.5) * 2.0**-53).reshape(*sizes, -1)

    return noise


def make_noise_of_one(
    seed: int, number_at: Callable[[float], int]
) -> Callable[[int, int, float], float]:
    """Return the function that generates the random numbers of a run without draws, one by one.

    Parameters
    ----------
    seed, number_at
        As for `make_noise`.

    Returns
    -------
    callable
        ``noise(stream, element, clock)`` returns the number that `make_noise` gives the first draw.

    Examples
    --------
    >>> one, several = make_noise_of_one(7, round), make_noise(7, round, slice(0, 1))
    >>> bool(one(3, 1, 4.0) == several(3, (2,), 4.0)[1, 0])
    True
    """
    last: dict[tuple[int, int], tuple[float, float]] = {}  # all stages of a step ask for it

    def noise(stream: int, element: int, clock: float) -> float:
        then, number = last.get((stream, element), (math.nan, 0.0))
        if clock != then:
            counter = [0, number_at(float(clock)), element, 0]
            bits = np.random.Philox(key=[seed, stream], counter=counter).random_raw() >> 11
            number = (bits + 0.5) * 2.0**-53
            last[stream, element] = clock, number
        return number

    return noise


def random_uniform(noise: Value, low: Value, high: Value) -> Value:
    """Scale uniform numbers to the interval from `low` to `high`."""
    return low + noise * (high - low)


def random_normal(noise: Value, low: Value, high: Value, mean: Value, spread: Value) -> Value:
    """Convert uniform numbers to normal ones, truncated to `low` and `high`.

    Without a spread every number is the mean.
    """
    below, above = ndtr((low - mean) / spread), ndtr((high - mean) / spread)
    drawn = np.where(spread == 0, mean, mean + spread * ndtri(below + noise * (above - below)))
    return np.clip(drawn, low, high)


def random_exponential(noise: Value, low: Value, high: Value, start: Value, scale: Value) -> Value:
    """Convert uniform numbers to exponential ones from `start`, truncated to `low` and `high`."""
    first = np.maximum(low, start)
    return first - scale * np.log1p(noise * np.expm1((first - high) / scale))


FUNCTIONS = (random_uniform, random_normal, random_exponential)
