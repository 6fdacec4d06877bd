"""Random numbers inside a model: the same for the same seed, whatever is computed beside them.

A number belongs to a seed, a stream (one for each random function of the model), an element, a
step and a draw; a counter-based generator finds it without drawing the others first. So a draw
sees the same numbers in any block, and all stages of a step see one number.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

__all__ = ["FUNCTIONS", "make_noise"]

Value = Any
PER_COUNT = 4  # numbers that the generator makes of each value of its counter


def make_noise(
    seed: int, number_at: Callable[[float], int], draws: slice
) -> Callable[[int, tuple[int, ...], float], NDArray[np.float64]]:
    """Return the source of a block's random numbers.

    Parameters
    ----------
    seed : int
        Of the run.
    number_at : callable
        Turns the clock into the number of the step.
    draws : slice
        The block.

    Returns
    -------
    callable
        ``noise(stream, sizes, clock)`` gives numbers uniform on 0 to 1, shape ``(*sizes, draws)``.
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
        # 53 bits, in the middle of their interval: never 0, never 1.
        bits = (np.stack(rows) >> 11).astype(np.float64)
        return np.asarray((bits + 0.5) * 2.0**-53).reshape(*sizes, -1)

    return noise


def random_uniform(noise: Value, low: Value, high: Value) -> Value:
    """Turn uniform numbers into ones between `low` and `high`."""
    return low + noise * (high - low)


def random_normal(noise: Value, low: Value, high: Value, mean: Value, spread: Value) -> Value:
    """Turn uniform numbers into normal ones, truncated to `low` and `high`."""
    below, above = ndtr((low - mean) / spread), ndtr((high - mean) / spread)
    return np.clip(mean + spread * ndtri(below + noise * (above - below)), low, high)


def random_exponential(noise: Value, low: Value, high: Value, start: Value, scale: Value) -> Value:
    """Turn uniform numbers into exponential ones from `start` on, truncated to `low` and `high`."""
    first = np.maximum(low, start)
    return first - scale * np.log1p(noise * np.expm1((first - high) / scale))


FUNCTIONS = (random_uniform, random_normal, random_exponential)
