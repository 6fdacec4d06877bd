"""What an observation is compared with: a quantity computed from a run, and how far it is.

The level, growth or change of a variable is computed from its levels in one or two years. It is
then compared on a scale on which errors are normal: the logarithm of a level, percentage points of
growth, and the logarithm of the ratio that a change describes. On this scale an observation is a
pair of bounds. They are equal for a point, and one of them is infinite for a floor or a ceiling.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import log_ndtr

if TYPE_CHECKING:
    from xhsim.study.history.observations import Observation

__all__ = ["base_year", "bounds", "deviation", "distance", "quantity", "scaled", "unscaled"]

Array = NDArray[np.float64]


def base_year(row: Observation) -> int:
    """Return the year in which an observed growth or change begins; for a level, its own year.

    Parameters
    ----------
    row : Observation

    Returns
    -------
    int
    """
    return row.last_year if row.measure == "level" else row.first_year - 1


def quantity(row: Observation, start: ArrayLike, end: ArrayLike) -> Array:
    """Compute from a variable's levels what an observation states.

    Parameters
    ----------
    row : Observation
    start, end : array_like
        The levels in `base_year` and in the observation's last year.

    Returns
    -------
    ndarray
        The level, or growth in per cent a year, or the change in per cent. NaN where a growth or a
        change begins or ends at a level that is not positive.

    Examples
    --------
    >>> from xhsim.study.files.mistakes import Place
    >>> from xhsim.study.history.observations import Observation
    >>> row = Observation(
    ...     *("gdp", 2020, 2021, 8.1, "percent", "GDP", "", "", "report", ""),
    ...     Place("history.csv", 2),
    ...     measure="growth",
    ... )
    >>> float(quantity(row, 100.0, 121.0).round(6))
    10.0
    """
    last = np.asarray(end, dtype=np.float64)
    if row.measure == "level":
        return last
    first = np.asarray(start, dtype=np.float64)
    years = row.last_year - base_year(row) if row.measure == "growth" else 1
    with np.errstate(all="ignore"):
        ratio = np.where((first > 0) & (last > 0), last / first, np.nan)
    return np.asarray(100 * np.expm1(np.log(ratio) / years))


def scaled(measure: str, values: ArrayLike) -> Array:
    """Put quantities on the scale on which errors are normal.

    Parameters
    ----------
    measure : str
        ``level``, ``growth`` or ``change``.
    values : array_like

    Returns
    -------
    ndarray
        Not finite for a level that is not positive.
    """
    values = np.asarray(values, dtype=np.float64)
    if measure == "growth":
        return values
    with np.errstate(all="ignore"):
        return np.asarray(np.log(values) if measure == "level" else np.log1p(values / 100))


def unscaled(measure: str, values: ArrayLike) -> Array:
    """Return quantities from their values on the scale: the inverse of `scaled`."""
    values = np.asarray(values, dtype=np.float64)
    if measure == "growth":
        return values
    return np.asarray(np.exp(values) if measure == "level" else 100 * np.expm1(values))


def bounds(row: Observation) -> tuple[float, float]:
    """Return the lowest and highest value that an observation allows, on the scale.

    Parameters
    ----------
    row : Observation

    Returns
    -------
    low, high : float
        Equal for a point; infinite where an observation has no bound.
    """
    value = float(scaled(row.measure, row.value))
    if row.kind == "floor":
        return value, np.inf
    if row.kind == "ceiling":
        return -np.inf, value
    return value, value if row.high is None else float(scaled(row.measure, row.high))


def distance(found: ArrayLike, low: ArrayLike, high: ArrayLike, error: ArrayLike) -> Array:
    """Measure how far quantities are from observations, in standard deviations.

    What was observed is the quantity and a normal error. An observation's likelihood is the
    normal density at a point, and the normal probability of the values between two bounds.
    Minus half the square of the distance is its logarithm, up to a constant.

    Parameters
    ----------
    found : array_like
        On the scale of `scaled`.
    low, high : array_like
        The observations' bounds.
    error : array_like
        Standard deviations.

    Returns
    -------
    ndarray
        Negative below a point, a floor or the middle of an interval. Of a point it is the
        ordinary residual. It is 0 in the middle of an interval and far inside a single bound. NaN
        where `found` is not finite.

    Examples
    --------
    >>> distance([2.0, 3.0], [1.0, 3.0], [1.0, np.inf], 0.5).round(3).tolist()
    [2.0, -1.177]
    """
    found, low, high, error = np.broadcast_arrays(
        *(np.asarray(values, dtype=np.float64) for values in (found, low, high, error))
    )
    found = np.where(np.isfinite(found), found, np.nan)
    points = low == high
    with np.errstate(all="ignore"):
        away = np.where(points, (found - np.where(points, low, 0)) / error, 0.0)
    spans = ~points
    if not spans.any():
        return away
    below, above = (low - found)[spans] / error[spans], (high - found)[spans] / error[spans]
    half = (above - below) / 2
    with np.errstate(all="ignore"):
        lost = np.maximum(_log_share(-half, half) - _log_share(below, above), 0.0)
        sign = np.where(below + above > 0, -1.0, 1.0)
    away[spans] = np.where(np.isnan(found[spans]), np.nan, sign * np.sqrt(2 * lost))
    return away


def _log_share(low: Array, high: Array) -> Array:
    """Return the logarithm of the normal probability between two bounds, also far in a tail."""
    with np.errstate(all="ignore"):
        turned = low + high > 0  # in the lower tail no digits are lost
    low, high = np.where(turned, -high, low), np.where(turned, -low, high)
    upper = log_ndtr(high)
    return np.asarray(upper + np.log(-np.expm1(log_ndtr(low) - upper)))


def deviation(row: Observation, found: float) -> float:
    """Return how far a quantity is outside what was observed.

    Parameters
    ----------
    row : Observation
    found : float
        In the unit of the observation, see `quantity`.

    Returns
    -------
    float
        For a level, the share of the observed value; NaN if that is 0 and the quantity is not. For
        a growth or a change, percentage points divided by 100. 0 inside the bounds of a floor, a
        ceiling or an interval.

    Examples
    --------
    >>> from xhsim.study.files.mistakes import Place
    >>> from xhsim.study.history.observations import Observation
    >>> row = Observation(
    ...     *("share", 2020, 2020, 45.0, "percent", "share", "", "", "report", ""),
    ...     Place("history.csv", 2),
    ...     kind="floor",
    ... )
    >>> deviation(row, 50.0), round(deviation(row, 40.0), 3)
    (0.0, -0.111)
    """
    low = -np.inf if row.kind == "ceiling" else row.value
    high = np.inf if row.kind == "floor" else row.value if row.high is None else row.high
    near = float(min(max(found, low), high))
    if row.measure != "level":
        return (found - near) / 100
    if near == 0:
        return 0.0 if found == 0 else np.nan
    return found / near - 1
