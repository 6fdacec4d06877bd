"""Probabilities estimated from draws, each with an interval and a likelihood word."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from xhsim.arguments import checked
from xhsim.wording.likelihood import NO_DATA, word_for

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["JOINT_COLUMNS", "TARGET_COLUMNS", "WORTH", "Chance", "chance", "worth_of"]

Z = 1.959963984540054  # 97.5 % point of the standard normal distribution
WORTH = "draw_worth"  # the attribute of an ensemble that says what one of its draws is worth


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


# The columns of tables of probabilities: by target, and of targets together.
TARGET_COLUMNS = (
    *("rank", "label", "label_zh", "group", *Chance._fields, "median", "p05", "p95"),
    *("direction", "target", "gap", "unit", "measure", "draws", "failed"),
)
JOINT_COLUMNS = ("label", "targets", "expected", *Chance._fields, "draws", "failed")


@checked
def worth_of(ensemble: xr.Dataset) -> float:
    """Return what a draw of an ensemble is worth, in independent draws.

    Parameters
    ----------
    ensemble : Dataset

    Returns
    -------
    float
        1, or less for draws that were updated with figures and so resemble each other.

    Examples
    --------
    >>> import xarray as xr
    >>> worth_of(xr.Dataset()), worth_of(xr.Dataset(attrs={WORTH: 0.8}))
    (1.0, 0.8)
    """
    return float(ensemble.attrs.get(WORTH, 1.0))


def chance(met: int, draws: int, worth: float = 1.0) -> Chance:
    """Estimate a probability from draws.

    Parameters
    ----------
    met : int
        Number of draws in which the event happened.
    draws : int
        Number of all draws.
    worth : float
        Of one draw, see `worth_of`. The interval is that of as many independent draws.

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
    >>> chance(500, 1000, worth=0.5).ci_low == chance(250, 500).ci_low
    True
    """
    if draws == 0:
        return Chance(math.nan, math.nan, math.nan, NO_DATA.en)
    share = met / draws
    count = draws * worth
    widened = 1 + Z * Z / count
    centre = (share + Z * Z / (2 * count)) / widened
    reach = Z / widened * math.sqrt(share * (1 - share) / count + (Z / (2 * count)) ** 2)
    low = 0.0 if met == 0 else max(0.0, centre - reach)
    high = 1.0 if met == draws else min(1.0, centre + reach)
    return Chance(share, low, high, word_for(low, high))
