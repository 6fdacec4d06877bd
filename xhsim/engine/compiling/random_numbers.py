"""Random numbers inside a model. The same seed gives the same numbers in any block of draws.

Each number belongs to a seed, a stream (one for each random function of the model), an element, a
step and a draw. A counter-based generator computes it without the others. So a draw gets the same
numbers in any block, and all stages of a step use the same number.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special
from scipy.special import ndtr, ndtri

__all__ = ["FUNCTIONS", "make_noise", "make_noise_of_one"]

Value = Any
PER_COUNT = 4  # numbers that the generator returns for each value of its counter
MOST_TOGETHER = 4096  # numbers of a single run; more leave the cache
# The constants of Philox 4x64.
PHILOX_ROUNDS = 10
FACTORS = (np.uint64(0xD2E7470EE14C6C93), np.uint64(0xCA5A826395121157))
KEY_STEPS = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBB67AE8584CAA73B))


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
    seed: int, number_at: Callable[[float], int], which: Sequence[tuple[int, int]], steps: int
) -> Callable[[float], list[float]]:
    """Return the function that generates the random numbers of a run without draws.

    Parameters
    ----------
    seed, number_at
        As for `make_noise`.
    which : sequence of (int, int)
        Stream and element of each number of a step.
    steps : int
        How many steps the run has. Those of many steps are computed together.

    Returns
    -------
    callable
        ``noise(clock)`` returns the numbers that `make_noise` gives the first draw.

    Examples
    --------
    >>> one = make_noise_of_one(7, round, [(3, 0), (3, 1)], 5)
    >>> several = make_noise(7, round, slice(0, 1))
    >>> one(4.0) == several(3, (2,), 4.0)[:, 0].tolist()
    True
    """
    together = max(1, min(steps + 1, MOST_TOGETHER // max(len(which), 1)))
    keys = [np.random.Philox(key=[seed, stream]).state["state"]["key"] for stream, _ in which]
    elements = np.array([element for _, element in which], dtype=np.uint64)
    known: dict[int, list[list[float]]] = {}  # by group of steps
    then, now = math.nan, [0.0]

    def noise(clock: float) -> list[float]:
        nonlocal then, now
        if clock != then:  # all stages of a step ask for it
            group, place = divmod(number_at(float(clock)), together)
            if group not in known:
                known.clear()
                known[group] = _first_numbers(keys, elements, group * together, together)
            then, now = clock, known[group][place]
        return now

    return noise


def _first_numbers(
    keys: Sequence[NDArray[np.uint64]], elements: NDArray[np.uint64], first: int, count: int
) -> list[list[float]]:
    """Return a row of numbers for each of some steps, as NumPy's Philox generates them.

    For each number NumPy would need a new generator, which takes longer than all of this. What is
    computed is published: Salmon and others, "Parallel random numbers: as easy as 1, 2, 3" (2011).
    """
    shape = (count, elements.size)
    steps = np.arange(first, first + count, dtype=np.uint64)[:, np.newaxis]
    # NumPy's generator counts on before it gives its first number.
    words = [np.ones(shape, np.uint64), steps, elements, np.zeros(shape, np.uint64)]
    words = [np.broadcast_to(word, shape) for word in words]
    key = [np.array([each[place] for each in keys], np.uint64) for place in (0, 1)]
    with np.errstate(over="ignore"):  # products and sums of whole numbers wrap around
        for _ in range(PHILOX_ROUNDS):
            products = [
                _product(words[place], factor)
                for place, factor in zip((0, 2), FACTORS, strict=True)
            ]
            (high_0, low_0), (high_2, low_2) = products
            words = [high_2 ^ words[1] ^ key[0], low_2, high_0 ^ words[3] ^ key[1], low_0]
            key = [each + step for each, step in zip(key, KEY_STEPS, strict=True)]
        rows: list[list[float]] = (((words[0] >> np.uint64(11)) + 0.5) * 2.0**-53).tolist()
    return rows


def _product(
    numbers: NDArray[np.uint64], factor: np.uint64
) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Return the high and the low 64 bits of products, which have 128."""
    half, mask = np.uint64(32), np.uint64(2**32 - 1)
    high, low = numbers >> half, numbers & mask
    above, below = factor >> half, factor & mask
    middle = high * below + (low * below >> half)
    cross = low * above + (middle & mask)
    return high * above + (middle >> half) + (cross >> half), numbers * factor


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


def _within(
    noise: Value, low: Value, high: Value, shift: Value, stretch: Value, share: Any, inverse: Any
) -> Value:
    """Draw from a continuous distribution that is stretched, then shifted, then truncated.

    `share` is its cumulative distribution function, and `inverse` the inverse of it.
    """
    ends = share((low - shift) / stretch), share((high - shift) / stretch)
    drawn = shift + stretch * inverse(ends[0] + noise * (ends[1] - ends[0]))
    return np.clip(np.where(stretch == 0, shift, drawn), low, high)


def _whole_within(
    noise: Value, low: Value, high: Value, shift: Value, stretch: Value, share: Any, inverse: Any
) -> Value:
    """Draw from a distribution of whole numbers that is stretched, then shifted, then truncated."""
    ends = (low - shift) / stretch, (high - shift) / stretch
    below = share(np.ceil(np.minimum(*ends)) - 1.0)
    wanted = below + noise * (share(np.floor(np.maximum(*ends))) - below)
    number = np.ceil(inverse(wanted))
    smaller = np.maximum(number - 1.0, 0.0)  # where the inverse was rounded up
    number = np.where(share(smaller) >= wanted, smaller, number)
    return np.clip(np.where(stretch == 0, shift, shift + stretch * number), low, high)


def random_beta(
    noise: Value, low: Value, high: Value, a: Value, b: Value, shift: Value, stretch: Value
) -> Value:
    """Convert uniform numbers to those of a beta distribution."""
    return _within(
        noise,
        *(low, high, shift, stretch),
        lambda x: special.betainc(a, b, np.clip(x, 0.0, 1.0)),
        lambda share: special.betaincinv(a, b, share),
    )


def random_gamma(
    noise: Value, low: Value, high: Value, order: Value, shift: Value, stretch: Value
) -> Value:
    """Convert uniform numbers to those of a gamma distribution, whose order is at least 1."""
    order = np.maximum(order, 1.0)
    return _within(
        noise,
        *(low, high, shift, stretch),
        lambda x: special.gammainc(order, np.maximum(x, 0.0)),
        lambda share: special.gammaincinv(order, share),
    )


def random_weibull(
    noise: Value, low: Value, high: Value, shape: Value, shift: Value, stretch: Value
) -> Value:
    """Convert uniform numbers to those of a Weibull distribution with the mean 1."""
    scale = 1.0 / special.gamma(1.0 + 1.0 / shape)
    return _within(
        noise,
        *(low, high, shift, stretch),
        lambda x: -np.expm1(-((np.maximum(x, 0.0) / scale) ** shape)),
        lambda share: scale * (-np.log1p(-share)) ** (1.0 / shape),
    )


def random_triangular(
    noise: Value, low: Value, high: Value, start: Value, peak: Value, stop: Value
) -> Value:
    """Convert uniform numbers to those of a triangular distribution."""
    width = stop - start
    left, right = width * (peak - start), width * (stop - peak)

    def share(x: Value) -> Value:
        x = np.clip(x, start, stop)
        rising = (x - start) ** 2 / np.where(left > 0, left, 1.0)
        falling = 1.0 - (stop - x) ** 2 / np.where(right > 0, right, 1.0)
        return np.where(x < peak, rising, np.where(right > 0, falling, 1.0))

    def inverse(part: Value) -> Value:
        return np.where(
            part * width < peak - start,
            start + np.sqrt(part * left),
            stop - np.sqrt((1.0 - part) * right),
        )

    return _within(noise, low, high, 0.0, 1.0, share, inverse)


def random_poisson(
    noise: Value, low: Value, high: Value, mean: Value, shift: Value, stretch: Value
) -> Value:
    """Convert uniform numbers to those of a Poisson distribution."""
    return _whole_within(
        noise,
        *(low, high, shift, stretch),
        lambda x: np.where(x < 0, 0.0, special.pdtr(np.maximum(x, 0.0), mean)),
        lambda share: special.pdtrik(share, mean),
    )


def random_binomial(
    noise: Value,
    low: Value,
    high: Value,
    chance: Value,
    trials: Value,
    shift: Value,
    stretch: Value,
) -> Value:
    """Convert uniform numbers to the successes in a number of trials."""
    trials = np.round(trials)

    def share(x: Value) -> Value:
        known = np.clip(x, 0.0, trials)
        fewer = special.betainc(np.maximum(trials - known, 1.0), known + 1.0, 1.0 - chance)
        return np.where(x < 0, 0.0, np.where(x >= trials, 1.0, fewer))

    return _whole_within(
        noise,
        *(low, high, shift, stretch),
        share,
        lambda share: special.bdtrik(share, trials, chance),
    )


def random_negative_binomial(
    noise: Value,
    low: Value,
    high: Value,
    chance: Value,
    wanted: Value,
    shift: Value,
    stretch: Value,
) -> Value:
    """Convert uniform numbers to the trials that a number of successes takes."""
    wanted = np.round(wanted)
    return _whole_within(
        noise,
        *(low, high, shift + stretch * wanted, stretch),  # the failures are counted first
        lambda x: np.where(
            x < 0, 0.0, special.betainc(wanted, np.maximum(np.floor(x), 0.0) + 1.0, chance)
        ),
        lambda share: special.nbdtrik(share, wanted, chance),
    )


FUNCTIONS = (
    random_uniform,
    random_normal,
    random_exponential,
    random_beta,
    random_gamma,
    random_weibull,
    random_triangular,
    random_poisson,
    random_binomial,
    random_negative_binomial,
)
