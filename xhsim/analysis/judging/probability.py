"""Probabilities estimated from draws, each with an interval and a word."""

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
        Share of the draws; nan if there were none.
    ci_low, ci_high : float
        Wilson's 95 % interval for what infinitely many draws would give.
    word : str
        The IPCC's word for it, the weaker one where the interval leaves a choice.
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
        In how many draws it happened.
    draws : int
        How many draws there were.

    Returns
    -------
    Chance
        The interval is Wilson's (1927), which stays inside 0 to 1 and is honest at both ends. It
        takes draws as independent; Sobol points are spread more evenly, so that it errs on the
        wide side.

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
