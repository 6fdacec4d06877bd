"""Probabilities estimated from draws, each with an interval and a likelihood word."""

from __future__ import annotations

import math
from typing import NamedTuple

from xhsim.wording.likelihood import NO_DATA, word_for

__all__ = ["Chance", "chance"]

Z = 1.959963984540054  # 97.5 % point of the standard normal distribution


class Chance(NamedTuple):
    """A probability estimated from draws.

    Attributes
    ----------
    probability : float
        Share of the draws; NaN if there are no draws.
    ci_low, ci_high : float
        Wilson's 95 % interval for the share among infinitely many draws.
    word : str
        The IPCC's likelihood word; the weaker one if the interval allows two.
    """

    probability: float
    ci_low: float
    ci_high: float
    word: str


def chance(met: int, draws: int) -> Chance:
    """Estimate a probability from draws.

    Parameters
    ----------
    met : int
        Number of draws in which the event happened.
    draws : int
        Number of all draws.

    Returns
    -------
    Chance
        The interval is Wilson's (1927). It stays between 0 and 1 and covers well near both ends.
        It assumes independent draws; Sobol points are spread more evenly, so for them it is wider
        than necessary.

    Examples
    --------
    >>> chance(0, 1000).ci_high < 0.005
    True
    >>> chance(900, 1000).word
    'likely'
    """
    if draws == 0:
        return Chance(math.nan, math.nan, math.nan, NO_DATA.en)
    share = met / draws
    widened = 1 + Z * Z / draws
    centre = (share + Z * Z / (2 * draws)) / widened
    reach = Z / widened * math.sqrt(share * (1 - share) / draws + (Z / (2 * draws)) ** 2)
    low = 0.0 if met == 0 else max(0.0, centre - reach)
    high = 1.0 if met == draws else min(1.0, centre + reach)
    return Chance(share, low, high, word_for(low, high))
