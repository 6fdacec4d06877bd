"""Functions that generated Python code for a single run calls; each takes single numbers.

Python raises an error where NumPy returns infinity or NaN. Careful code calls `CAREFUL`, whose
functions return these, too.
"""

from __future__ import annotations

import math
import operator
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from functools import reduce
from types import FunctionType
from typing import Any

import numpy as np
from scipy.special import ndtr, ndtri

from xhsim.engine.compiling import numpy_runtime, random_numbers
from xhsim.engine.compiling import vector_functions as vectors

__all__ = ["CAREFUL", "NAMESPACE"]

Numbers = Sequence[float]


def whole(number: float) -> float:
    """Round towards zero to a whole number."""
    return float(math.trunc(number))


def quantum(number: float, unit: float) -> float:
    """Round towards zero to a multiple of `unit`. If `unit` is not positive, change nothing."""
    return unit * whole(number / unit) if unit >= 1e-6 else number


def ramp(slope: float, start: float, end: float, time: float, time_step: float) -> float:
    """Return a line of `slope` from half a step before `start`, and its last value from `end`."""
    last = min(end, time) if time > start + 1e-6 else time
    return (time + 0.5 * time_step > start) * slope * (last - start)


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


def extrapolate(argument: float, points: tuple[Numbers, Numbers]) -> float:
    """Interpolate linearly, and extrapolate beyond the first and the last point."""
    x, y = points
    if len(x) == 1:
        return y[0] if argument == argument else math.nan
    if argument < x[0]:
        return y[0] + (argument - x[0]) * (y[1] - y[0]) / (x[1] - x[0])
    if argument > x[-1]:
        return y[-1] + (argument - x[-1]) * (y[-1] - y[-2]) / (x[-1] - x[-2])
    place = bisect_right(x, argument) - 1
    if argument == x[place]:
        return y[place]
    if argument != argument:
        return math.nan
    return (y[place + 1] - y[place]) / (x[place + 1] - x[place]) * (argument - x[place]) + y[place]


def hold_backward(argument: float, points: tuple[Numbers, Numbers]) -> float:
    """Return the value at the last point that is reached."""
    x, y = points
    return y[max(bisect_right(x, argument) - 1, 0)] if argument == argument else math.nan


def look_forward(argument: float, points: tuple[Numbers, Numbers]) -> float:
    """Return the value at the next point."""
    x, y = points
    return y[min(bisect_left(x, argument), len(x) - 1)] if argument == argument else math.nan


def raw(argument: float, points: tuple[Numbers, Numbers]) -> float:
    """Return the values at the points; a missing value between them."""
    x, y = points
    place = min(bisect_left(x, argument), len(x) - 1)
    found = y[place] if x[place] == argument else -(2.0**109)
    return found if argument == argument else math.nan


# --- vectors, which are tuples ---------------------------------------------------------------


def vector_sort_order(vector: Numbers, direction: Numbers) -> Numbers:
    """Return the positions (from 0) that sort a vector: ascending if `direction` is positive."""
    order: list[float] = np.argsort(vector).astype(float).tolist()
    return order if direction[0] > 0 else order[::-1]


def vector_rank(vector: Numbers, direction: Numbers) -> Numbers:
    """Return the rank (from 1) of each element in the sorted vector."""
    ranks: list[float] = (np.argsort(vector_sort_order(vector, direction)) + 1.0).tolist()
    return ranks


def vector_reorder(vector: Numbers, order: Numbers) -> Numbers:
    """Reorder a vector by positions. A position that does not exist gives NaN."""
    return [vector[int(place)] if -1 < place < len(vector) else math.nan for place in order]


def vector_select(
    chosen: Numbers, values: Numbers, missing: float, action: float, objection: float
) -> float:
    """Fold the elements of `values` for which `chosen` is not zero, as that of NumPy does."""
    is_usual = objection == 0 and action in FOLD
    if not (is_usual and all(map(math.isfinite, (*chosen, *values)))):
        which, what, none, code, error = (
            np.array(each)[..., np.newaxis] for each in (chosen, values, missing, action, objection)
        )
        with np.errstate(all="ignore"):
            return float(vectors.vector_select(which, what, none, code, error, 1)[0])
    kept = [c * v for c, v in zip(chosen, values, strict=True) if c != 0]
    return FOLD[action](kept) if kept else missing


# The actions of VECTOR SELECT that multiply the elements by how much they are chosen.
FOLD: dict[float, Callable[[list[float]], float]] = {
    0: lambda kept: reduce(operator.add, kept),
    1: lambda kept: reduce(operator.mul, kept),
    2: min,
    3: max,
    4: lambda kept: reduce(operator.add, kept) / len(kept),
}


def element_of_rank(values: Numbers, second: Numbers, rank: float) -> float:
    """Return the position (from 1) of the element that has a rank, as that of NumPy does."""
    if not 1 <= rank < len(values) + 1 or any(map(math.isnan, (*values, *second))):
        return math.nan
    order = sorted(range(len(values)), key=lambda place: (values[place], second[place]))
    return order[math.trunc(rank) - 1] + 1.0


def invert_matrix(matrix: Numbers, sizes: tuple[int, int]) -> Numbers:
    """Invert a matrix, whose rows follow each other. One without an inverse gives NaN."""
    try:
        inverse: list[float] = np.linalg.inv(np.reshape(matrix, sizes)).ravel().tolist()
    except np.linalg.LinAlgError:
        return [math.nan] * len(matrix)
    return inverse


def allocate_by_priority(
    request: Numbers, priority: Numbers, width: float, supply: float
) -> Numbers:
    """Allocate a supply to requests, high priority first."""
    return vectors.allocated_by_priority(request, priority, width, supply)


def allocate_available(
    request: Numbers,
    kind: Numbers,
    priority: Numbers,
    width: Numbers,
    extra: Numbers,
    supply: float,
) -> Numbers:
    """Allocate a supply to requests by their priority profiles."""
    return vectors.allocated(request, kind, priority, width, supply)


def demand_at_price(
    quantity: float, kind: float, middle: float, width: float, extra: float, price: float
) -> float:
    """Return the part of a quantity that is demanded at a price, by its priority profile."""
    if kind not in vectors.PROFILES:  # an error, or NaN
        return float(vectors.demand_at_price(quantity, kind, middle, width, extra, price))
    width = vectors.widened(kind, width)
    away = (price - middle) / width if price != middle else 0.0
    return quantity * vectors.demanded_share(kind, away)


def supply_at_price(
    quantity: float, kind: float, middle: float, width: float, extra: float, price: float
) -> float:
    """Return the part of a quantity that is supplied at a price, by its priority profile."""
    demanded = demand_at_price(quantity, kind, middle, width, extra, price)
    return quantity if kind == 0 else quantity - demanded


# --- random numbers --------------------------------------------------------------------------


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


# --- numbers that are not finite -------------------------------------------------------------


def quotient(above: float, below: float) -> float:
    """Divide as NumPy does: a number over zero is infinite."""
    if below:
        return above / below
    if above == 0 or above != above or below != below:
        return math.nan
    return math.copysign(math.inf, above) * math.copysign(1.0, below)


def _as_numpy(fast: Callable[..., float], exact: Callable[..., Any]) -> Callable[..., float]:
    """Return a function that gives what NumPy gives where Python raises an error."""

    def value(*arguments: float) -> float:
        try:
            return fast(*arguments)
        except (ArithmeticError, ValueError):
            with np.errstate(all="ignore"):
                return float(exact(*map(np.float64, arguments)))

    return value


def _of_one(function: Callable[..., Any]) -> Callable[..., float]:
    """Return a function of arrays as one of single numbers."""

    def of_one(*numbers: float) -> float:
        with np.errstate(all="ignore"):
            return float(function(*map(np.float64, numbers)))

    return of_one


NAMESPACE: dict[str, Any] = {
    "power": math.pow,  # ** would return complex numbers
    "nan": math.nan,
    "range": range,
    **{
        name: getattr(math, name)
        for name in (
            *("exp", "log", "sqrt", "fabs", "fmod", "pi", "inf", "sin", "cos", "tan"),
            *("asin", "acos", "atan", "sinh", "cosh", "tanh", "lgamma", "copysign"),
        )
    },
    **{function.__name__: _of_one(function) for function in random_numbers.FUNCTIONS},
    # All functions of this module, some of which are faster forms of those above.
    **{name: value for name, value in globals().items() if isinstance(value, FunctionType)},
}

# What NumPy has for a function that raises an error where a number is not finite.
NUMPY = {
    "power": np.power,
    "whole": np.trunc,
    "asin": np.arcsin,
    "acos": np.arccos,
    "lgamma": numpy_runtime.log_gamma,
    **{
        name: getattr(np, name)
        for name in ("exp", "log", "sqrt", "fmod", "sin", "cos", "tan", "sinh", "cosh")
    },
    **{
        name: getattr(numpy_runtime, name)
        for name in ("quantum", "ramp", "pulse", "pulse_train", "pulse_of", "pulse_train_of")
    },
    "demand_at_price": vectors.demand_at_price,
    "supply_at_price": vectors.supply_at_price,
    **{function.__name__: function for function in random_numbers.FUNCTIONS},
}
# What careful code, whose numbers need not be finite, calls instead.
CAREFUL = {name: _as_numpy(NAMESPACE[name], form) for name, form in NUMPY.items()}
