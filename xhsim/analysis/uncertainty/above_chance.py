"""Which numbers a result depends on more than on an irrelevant one, by rank correlation.

Of many irrelevant numbers some correlate with a result by chance. Others do since few draws tie
them to a number that matters: with 256 Sobol points two numbers can correlate by 0.75. So numbers
are accepted one by one, and each is judged by its correlation without those accepted before.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

__all__ = ["above_chance", "chance_limit"]

Array = NDArray[np.float64]
LEVEL = 0.05  # the chance that any irrelevant number is accepted first
TIED = 1e-6  # the share of a number's variance below which the accepted numbers are all of it


def above_chance(inputs: Array, result: Array, worth: float) -> list[int]:
    """Find the numbers on which a result depends beyond chance.

    Parameters
    ----------
    inputs : ndarray, shape (numbers, draws)
        Ranks with mean 0 and variance 1.
    result : ndarray, shape (draws,)
        The same of the result.
    worth : float
        How many independent draws these are worth.

    Returns
    -------
    list of int
        The places of the numbers, in the order of acceptance. The limit is a normal quantile at
        5 %, divided by the number of numbers (Bonferroni).

    Examples
    --------
    >>> draws = np.random.default_rng(0).standard_normal((40, 500))
    >>> above_chance(draws, (draws[3] + draws[7] / 2) / np.sqrt(1.25), 500)
    [3, 7]
    """
    left, rest = np.nan_to_num(inputs), np.nan_to_num(result)
    limit = chance_limit(len(left))
    whole = (left**2).sum(axis=1)
    accepted: list[int] = []
    while worth - 1 - len(accepted) > limit**2:
        sizes = (left**2).sum(axis=1)
        seen = sizes > TIED * whole
        scale = np.sqrt(np.where(seen, sizes, 1.0) * max(float(rest @ rest), 1e-300))
        partial = np.where(seen, np.abs(left @ rest) / scale, 0.0)
        best = int(partial.argmax()) if partial.size else 0
        if not partial.size or partial[best] <= limit / math.sqrt(worth - 1 - len(accepted)):
            break
        accepted.append(best)
        direction = left[best] / math.sqrt(sizes[best])
        left = left - np.outer(left @ direction, direction)
        rest = rest - (rest @ direction) * direction
    return accepted


def chance_limit(numbers: int) -> float:
    """Return the size that the largest of some standard normal numbers seldom exceeds.

    Parameters
    ----------
    numbers : int

    Returns
    -------
    float
        A normal quantile at 5 %, divided by the number of numbers (Bonferroni).

    Examples
    --------
    >>> round(chance_limit(1), 3), round(chance_limit(100), 3)
    (1.96, 3.481)
    """
    from scipy.stats import norm

    return float(norm.isf(LEVEL / 2 / max(1, numbers)))
