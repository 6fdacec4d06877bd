"""Sizes beyond which a model is refused, because it would take very long or fill the memory.

The limits are far above the models that people write. One environment variable raises all of
them: with ``XHSIM_LIMITS=10`` each is ten times as high.
"""

from __future__ import annotations

import math
import os

from xhsim.errors import InputError

__all__ = [
    "DIMENSIONS",
    "ELEMENTS",
    "EVALUATIONS",
    "EXCEPTIONS",
    "HIDDEN",
    "NESTED",
    "PLACES",
    "RANGE",
    "STAGES",
    "TERMS",
    "TOTAL",
    "VARIABLE",
    "advice",
    "most",
    "raise_hint",
    "shown",
]

ELEMENTS = 1_000_000  # of one variable
TOTAL = 5_000_000  # elements of all variables, with those that delays, smooths and macros make
RANGE = 100_000  # elements of one range
TERMS = 5_000_000  # elements that one SUM, or another function over ranges, goes through
EXCEPTIONS = 10_000  # blocks of elements that :EXCEPT: leaves of an equation
HIDDEN = 30_000  # variables that delays, smooths and macros make
STAGES = 1_000  # the order of a delay or smooth
PLACES = 10_000_000  # of one conveyor or delay, in all draws of a block: about 600 MB
EVALUATIONS = 200_000  # of the flows by an adaptive method; a fixed step takes one to four
DIMENSIONS = 50  # NumPy's arrays have at most 64, and runs add times and draws: not raised

# The hint for equations that are nested more deeply than Python's own stack allows.
NESTED = "split it into several variables; this limit cannot be raised"

VARIABLE = "XHSIM_LIMITS"


def most(limit: int) -> int:
    """Return a limit, raised as the user wants it.

    Parameters
    ----------
    limit : int
        One of the limits of this module.

    Returns
    -------
    int

    Raises
    ------
    InputError
        If ``XHSIM_LIMITS`` is not a number of 1 or more.

    Examples
    --------
    >>> most(STAGES)
    1000
    """
    chosen = os.environ.get(VARIABLE, "").strip() or "1"
    try:
        factor = float(chosen)
    except ValueError:
        factor = math.nan
    if not 1 <= factor < math.inf:
        raise InputError(
            f"{VARIABLE} must be a number of 1 or more, not {chosen!r}",
            hint="10 raises the limits on the size of models tenfold",
        )
    return int(limit * factor)


def raise_hint(number: float, limit: int) -> str | None:
    """Return how to raise a limit that a number exceeds; nothing if it does not.

    Examples
    --------
    >>> raise_hint(1200, STAGES)
    'set XHSIM_LIMITS=2 to raise the limits on the size of models 2-fold, if memory and time allow'
    >>> raise_hint(1000, STAGES) is None
    True
    """
    if number <= limit or number <= most(limit):
        return None
    if number > 1000 * limit:
        return f"the environment variable {VARIABLE} raises the limits on the size of models"
    needed = math.ceil(number / limit)
    return (
        f"set {VARIABLE}={needed} to raise the limits on the size of models {needed}-fold, if "
        "memory and time allow"
    )


def advice(instead: str, number: float, limit: int) -> str:
    """Return what to do about a number that exceeds a limit.

    Parameters
    ----------
    instead : str
        What else the user can do.
    number : float
    limit : int

    Returns
    -------
    str

    Examples
    --------
    >>> advice("choose a lower order", 1000, STAGES)
    'choose a lower order'
    >>> advice("choose a lower order", 1e9, STAGES).partition("; ")[2]
    'the environment variable XHSIM_LIMITS raises the limits on the size of models'
    """
    return "; ".join(filter(None, [instead, raise_hint(number, limit)]))


def shown(number: float) -> str:
    """Return a size as it stands in messages.

    Examples
    --------
    >>> shown(1000000), shown(10**40)
    ('1,000,000', '1e+40')
    """
    return f"{number:,.0f}" if number < 1e15 else f"{number:.3g}"
