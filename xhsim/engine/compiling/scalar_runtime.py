"""Functions that generated Python code for a single run calls; each takes single numbers.

Python raises an error where NumPy returns infinity or NaN. Such a run is repeated in NumPy.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from types import FunctionType
from typing import Any

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
    return (time + 1e-6 > start) * slope * (min(end, time) - start)


def pulse_train(start: float, every: float, width: float, end: float, clock: float) -> float:
    """Return 1 for `width` at intervals of `every` from `start` until `end`, and 0 otherwise."""
    if every == 0:
        return (start - 1e-6 <= clock < start + width) * 1.0
    since = math.fmod(clock - start + 1e-6, every)
    return (start <= clock < end and since < width) * 1.0


def pulse_of(start: float, amount: float, clock: float, time_step: float) -> float:
    """Return a pulse that adds `amount` within one time step, at `start` (PULSE of XMILE)."""
    return (start - 1e-6 <= clock < start + 0.5 * time_step) * 1.0 * amount / time_step


def pulse_train_of(
    start: float, every: float, amount: float, clock: float, time_step: float
) -> float:
    """Return such pulses at `start` and at intervals of `every` (PULSE of XMILE)."""
    return pulse_train(start, every, 0.5 * time_step, math.inf, clock) * amount / time_step


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
