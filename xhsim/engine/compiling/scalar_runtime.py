"""Functions that generated Python code for a single run calls; each takes single numbers.

Python raises an error where NumPy returns infinity or NaN. Such a run is repeated in NumPy.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from types import FunctionType
from typing import Any

from scipy.special import ndtr, ndtri

__all__ = ["NAMESPACE"]

Numbers = Sequence[float]


def whole(number: float) -> float:
    """Round towards zero to a whole number."""
    return float(math.trunc(number))


def quantum(number: float, unit: float) -> float:
    """Round towards zero to a multiple of `unit`. If `unit` is not positive, change nothing."""
    return unit * whole(number / unit) if unit >= 1e-6 else number


def ramp(slope: float, start: float, end: float, time: float) -> float:
    """Return 0 until `start`, then a line of `slope`, and its last value from `end` on."""
    return (time > start + 1e-6) * slope * (min(end, time) - start)


def pulse(start: float, width: float, clock: float, time_step: float) -> float:
    """Return 1 from half a step before `start` for `width`; a width of 0 is one time step."""
    soon = clock + 0.5 * time_step
    return (start < soon < start + (width if width != 0 else time_step)) * 1.0


def pulse_train(
    start: float, every: float, width: float, end: float, clock: float, time_step: float
) -> float:
    """Return 1 for `width` at intervals of `every` from `start` to `end`, and 0 otherwise."""
    since = clock + 0.5 * time_step - start
    lasts = max(width, time_step)
    is_on = lasts >= every or math.fmod(since, every) < lasts
    return (since > 0 and clock <= end + 1e-6 and is_on) * 1.0


def pulse_of(start: float, amount: float, clock: float, time_step: float) -> float:
    """Return a pulse that adds `amount` in the first time step from `start` on (PULSE of XMILE)."""
    return (0.0 <= clock - start + 1e-6 < time_step) * amount / time_step


def pulse_train_of(
    start: float, every: float, amount: float, clock: float, time_step: float
) -> float:
    """Return such pulses at `start` and at intervals of `every` (PULSE of XMILE)."""
    since = clock - start + 1e-6
    if since > 0 and every > 0:
        since = math.fmod(since, every)
    return (0.0 <= since < time_step) * amount / time_step


def interpolate(argument: float, points: tuple[Numbers, Numbers, Numbers]) -> float:
    """Interpolate linearly between the points; beyond them the value is constant."""
    x, y, slopes = points
    if argument >= x[-1]:
        return y[-1]
    if argument < x[0]:
        return y[0]
    piece = bisect_right(x, argument) - 1
    if argument == x[piece]:
        return y[piece]  # also if the next point is so near that the slope is infinite
    return slopes[piece] * (argument - x[piece]) + y[piece]


def interpolate_steep(argument: float, points: tuple[Numbers, Numbers]) -> float:
    """Interpolate between points whose slope would overflow."""
    x, y = points
    if argument >= x[-1]:
        return y[-1]
    if argument < x[0]:
        return y[0]
    place = min(bisect_right(x, argument) - 1, len(x) - 2)
    scale = 1.0 if math.isfinite(x[place + 1] - x[place]) else 0.5
    length = x[place + 1] * scale - x[place] * scale
    share = (argument * scale - x[place] * scale) / (length if length > 0 else 1.0)
    found = y[place] * (1.0 - share) + y[place + 1] * share
    low, high = min(y[place], y[place + 1]), max(y[place], y[place + 1])
    return found if found != found else min(max(found, low), high)


def random_uniform(noise: float, low: float, high: float) -> float:
    """Scale a uniform number to the interval from `low` to `high`."""
    return low + noise * (high - low)


def random_normal(noise: float, low: float, high: float, mean: float, spread: float) -> float:
    """Convert a uniform number to a normal one, truncated to `low` and `high`."""
    if spread == 0:
        return min(max(mean, low), high)
    below, above = float(ndtr((low - mean) / spread)), float(ndtr((high - mean) / spread))
    return min(max(mean + spread * float(ndtri(below + noise * (above - below))), low), high)


def random_exponential(noise: float, low: float, high: float, start: float, scale: float) -> float:
    """Convert a uniform number to an exponential one from `start`, truncated at the bounds."""
    first = max(low, start)
    return first - scale * math.log1p(noise * math.expm1((first - high) / scale))


NAMESPACE: dict[str, Any] = {
    "power": math.pow,  # ** would return complex numbers
    **{
        name: getattr(math, name)
        for name in (
            *("exp", "log", "sqrt", "fabs", "fmod", "pi", "inf", "sin", "cos", "tan"),
            *("asin", "acos", "atan", "sinh", "cosh", "tanh", "lgamma"),
        )
    },
    # All functions of this module.
    **{name: value for name, value in globals().items() if isinstance(value, FunctionType)},
}
