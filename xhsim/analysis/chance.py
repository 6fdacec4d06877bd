"""Probabilities with what belongs to them: an interval and a word."""

from __future__ import annotations

import math
from typing import NamedTuple

__all__ = ["Chance", "chance", "probability_text", "word_for"]

Z = 1.959963984540054  # 97.5 % point of the standard normal distribution

# Mastrandrea and others (2010), Guidance note for lead authors of the IPCC fifth assessment
# report on consistent treatment of uncertainties, table 1.
WORDS = (
    (0.99, "virtually certain"),
    (0.90, "very likely"),
    (0.66, "likely"),
    (0.33, "about as likely as not"),
    (0.10, "unlikely"),
    (0.01, "very unlikely"),
)
LAST_WORD = "exceptionally unlikely"


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
        return Chance(math.nan, math.nan, math.nan, "no data")
    share = met / draws
    widened = 1 + Z * Z / draws
    centre = (share + Z * Z / (2 * draws)) / widened
    reach = Z / widened * math.sqrt(share * (1 - share) / draws + (Z / (2 * draws)) ** 2)
    low = 0.0 if met == 0 else max(0.0, centre - reach)
    high = 1.0 if met == draws else min(1.0, centre + reach)
    return Chance(share, low, high, word_for(low, high))


def word_for(low: float, high: float) -> str:
    """Return the IPCC's word for a probability in an interval: that of its least certain end.

    Parameters
    ----------
    low, high : float
        Ends of the interval, between 0 and 1.

    Returns
    -------
    str
        From ``exceptionally unlikely`` to ``virtually certain``.

    Examples
    --------
    >>> word_for(0.92, 0.95), word_for(0.88, 0.93), word_for(0.45, 0.55)
    ('very likely', 'likely', 'about as likely as not')
    """
    nearest = min(max(0.5, low), high)
    for least, word in WORDS:
        if nearest > least or (nearest == least and least < 0.5):
            return word
    return LAST_WORD


def probability_text(
    probability: float, ci_low: float | None = None, ci_high: float | None = None
) -> str:
    """Write a probability as whole percent, never claiming what draws cannot show.

    Parameters
    ----------
    probability : float
        Between 0 and 1, or NaN.
    ci_low, ci_high : float, optional
        Its Monte Carlo interval: when no draw (or every draw) met the target, the bound
        written is that of the interval, so that ten draws do not look like a thousand.

    Returns
    -------
    str
        Without the percent sign; below 1 % ``<1`` and above 99 % ``>99``; empty for NaN.

    Examples
    --------
    >>> [probability_text(p) for p in (0.0, 0.004, 0.01, 0.625, 0.99, 0.9951, 1.0)]
    ['<1', '<1', '1', '63', '99', '>99', '>99']
    >>> probability_text(0.0, 0.0, 0.278), probability_text(1.0, 0.722, 1.0)
    ('<28', '>72')
    """
    if math.isnan(probability):
        return ""
    if probability <= 0 and ci_high is not None and math.isfinite(ci_high):
        return f"<{max(1, math.ceil(100 * ci_high))}"
    if probability >= 1 and ci_low is not None and math.isfinite(ci_low):
        return f">{min(99, math.floor(100 * ci_low))}"
    if probability < 0.01:
        return "<1"
    if probability > 0.99:
        return ">99"
    # Halves go up; the tiny addition takes back what binary fractions lose (0.565 * 100).
    return str(math.floor(100 * probability + 0.5 + 1e-9))
