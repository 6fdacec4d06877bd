"""What emitted code for a single run calls: functions of the NumPy runtime, for one number.

Python raises where NumPy gives infinities or no number; such a run has to be done again in NumPy.
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
    """Cut off what is behind the point."""
    return float(math.trunc(number))


def quantum(number: float, unit: float) -> float:
    """Round towards zero to a multiple of `unit`; leave alone where `unit` is not positive."""
    return unit * whole(number / unit) if unit >= 1e-6 else number


def ramp(slope: float, start: float, end: float, time: float) -> float:
    """Give 0 until `start`, then a line of `slope`, then its top from `end` on."""
    return (time + 1e-6 > start) * slope * (min(end, time) - start)


def pulse_train(start: float, every: float, width: float, end: float, clock: float) -> float:
    """Give 1 for `width`, again and again `every` so often, from `start` until `end`."""
    if every == 0:
        return (start - 1e-6 <= clock < start + width) * 1.0
    since = math.fmod(clock - start + 1e-6, every)
    return (start <= clock < end and since < width) * 1.0


def pulse_of(start: float, amount: float, clock: float, time_step: float) -> float:
    """Give `amount` within one time step, at `start` (the PULSE of XMILE)."""
    return (start - 1e-6 <= clock < start + 0.5 * time_step) * 1.0 * amount / time_step


def pulse_train_of(
    start: float, every: float, amount: float, clock: float, time_step: float
) -> float:
    """Give `amount` within one time step, at `start` and `every` so often (PULSE of XMILE)."""
    return pulse_train(start, every, 0.5 * time_step, math.inf, clock) * amount / time_step


def interpolate(argument: float, points: tuple[Numbers, Numbers, Numbers]) -> float:
    """Look up by straight lines between the points, held flat beyond them."""
    x, y, slopes = points
    if argument >= x[-1]:
        return y[-1]
    if argument < x[0]:
        return y[0]
    piece = bisect_right(x, argument) - 1
    if argument == x[piece]:
        return y[piece]  # also where the next point is so near that the slope is infinite
    return slopes[piece] * (argument - x[piece]) + y[piece]


NAMESPACE: dict[str, Any] = {
    "power": math.pow,  # ** would give complex numbers
    **{
        name: getattr(math, name)
        for name in (
            *("exp", "log", "sqrt", "fabs", "fmod", "pi", "inf", "sin", "cos", "tan"),
            *("asin", "acos", "atan", "sinh", "cosh", "tanh"),
        )
    },
    # All functions of this module.
    **{name: value for name, value in globals().items() if isinstance(value, FunctionType)},
}
