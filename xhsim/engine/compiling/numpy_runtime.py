"""Functions that generated NumPy code calls.

Values are floats, arrays of shape ``(draws,)``, or arrays of shape ``(*elements, draws)``. If a
value is the same for all draws, its last axis has length 1. Sums add elements in a fixed order, so
that a draw's result does not depend on the number of draws computed with it.
"""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import Any

import numpy as np

from xhsim.engine.compiling import random_numbers as chance
from xhsim.engine.compiling import vector_functions as vectors

__all__ = ["NAMESPACE"]

Table = tuple[np.ndarray, np.ndarray]
Value = Any  # np.float64 or ndarray: NumPy treats both alike
SMALL = 1e-6  # Vensim's limit for zero in a denominator, and its slack in time
FEW = 4  # terms of a sum
NARROW = 512  # numbers; for fewer at a time calls of NumPy take longer than their arithmetic


def step(height: Value, start: Value, clock: float, time_step: float) -> Value:
    """Return `height` from `start` on, and 0 before; like Vensim, half a time step early."""
    return height * (clock + 0.5 * time_step > start)


def pulse(start: Value, width: Value, clock: float, time_step: float) -> Value:
    """Return 1 from `start` for `width`, and 0 otherwise; like Vensim, half a time step early.

    A width of 0 is one time step.
    """
    soon = clock + 0.5 * time_step
    return ((soon > start) & (soon < start + np.where(width == 0, time_step, width))) * 1.0


def begin_of_step(time: float, clock: float, time_step: float) -> float:
    """Return the start of a step of fixed length, which Vensim uses in all its stages."""
    return time if time_step == 0 else clock


def ramp(slope: Value, start: Value, end: Value, time: float, time_step: float) -> Value:
    """Return 0 until `start`, then a line of `slope`, and its last value from `end` on.

    Like Vensim, the line begins half a time step early: below 0 if `start` is between two steps.
    """
    last = np.where(time > start + SMALL, np.minimum(end, time), time)
    return (time + 0.5 * time_step > start) * slope * (last - start)


def pulse_train(
    start: Value, every: Value, width: Value, end: Value, clock: float, time_step: float
) -> Value:
    """Return 1 for `width` at intervals of `every` from `start` to `end`, and 0 otherwise.

    A pulse lasts at least one time step. If it is not shorter than the interval, there is no pause.
    """
    since = clock + 0.5 * time_step - start
    lasts = np.maximum(width, time_step)
    is_on = (lasts >= every) | (np.fmod(since, np.where(every > 0, every, 1.0)) < lasts)
    return ((since > 0) & (clock <= end + SMALL) & is_on) * 1.0


def pulse_of(start: Value, amount: Value, clock: float, time_step: float) -> Value:
    """Return a pulse that adds `amount` in the first time step from `start` on (PULSE of XMILE)."""
    since = clock - start + SMALL
    return ((since >= 0) & (since < time_step)) * amount / time_step


def pulse_train_of(
    start: Value, every: Value, amount: Value, clock: float, time_step: float
) -> Value:
    """Return such pulses at `start` and at intervals of `every` (PULSE of XMILE)."""
    since = clock - start + SMALL
    again = (since >= 0) & (np.fmod(since, np.where(every > 0, every, 1.0)) < time_step)
    return np.where(every > 0, again * 1.0, (since >= 0) & (since < time_step)) * amount / time_step


def divide_or(numerator: Value, denominator: Value, otherwise: Value) -> Value:
    """Divide, or return `otherwise` where the denominator is (nearly) zero."""
    zero = np.abs(denominator) < SMALL
    return np.where(zero, otherwise, numerator / np.where(zero, 1.0, denominator))


def quantum(number: Value, unit: Value) -> Value:
    """Round towards zero to a multiple of `unit`. If `unit` is not positive, change nothing."""
    whole = unit >= SMALL
    return np.where(whole, unit * np.trunc(number / np.where(whole, unit, 1.0)), number)


def log_gamma(number: Value) -> Value:
    """Return the natural logarithm of the gamma function."""
    from scipy.special import gammaln  # few models need it

    return gammaln(number)


def _fold(array: np.ndarray, axes: int, function: np.ufunc) -> Value:
    """Fold the last `axes` element axes in order, and keep the draw axis."""
    lead = array.shape[: array.ndim - axes - 1]
    flat = array.reshape(*lead, -1, array.shape[-1])
    # All ways add in the same order. NumPy's own sums do not if the numbers of an element are not
    # next to each other, or if there is only one.
    if flat.shape[-1] > 1 and flat.flags.c_contiguous:
        return function.reduce(flat, axis=-2)
    if flat.shape[-2] > FEW and flat.size < NARROW * flat.shape[-2]:
        return function.accumulate(flat, axis=-2)[..., -1, :].copy()
    total = flat[..., 0, :]
    for position in range(1, flat.shape[-2]):
        total = function(total, flat[..., position, :])
    return total


def sum_over(array: np.ndarray, axes: int) -> Value:
    """Return the sum over the last `axes` element axes."""
    return _fold(array, axes, np.add)


def product_over(array: np.ndarray, axes: int) -> Value:
    """Return the product over the last `axes` element axes."""
    return _fold(array, axes, np.multiply)


def minimum_over(array: np.ndarray, axes: int) -> Value:
    """Return the minimum over the last `axes` element axes."""
    return _fold(array, axes, np.minimum)


def maximum_over(array: np.ndarray, axes: int) -> Value:
    """Return the maximum over the last `axes` element axes."""
    return _fold(array, axes, np.maximum)


def interpolate(argument: Value, table: Table) -> Value:
    """Interpolate linearly between the points; beyond them the value is constant."""
    if table[0].size == 1:
        return np.where(np.isnan(argument), np.nan, table[1][0])
    return np.interp(argument, *table)


def interpolate_steep(argument: Value, table: Table) -> Value:
    """Interpolate between points whose slope would overflow."""
    x, y = table
    place = np.clip(np.searchsorted(x, argument, side="right") - 1, 0, max(x.size - 2, 0))
    following = np.minimum(place + 1, x.size - 1)
    # With halves no difference overflows; but the half of a tiny number is not exact.
    scale = np.where(np.isfinite(x[following] - x[place]), 1.0, 0.5)
    length = x[following] * scale - x[place] * scale
    share = (argument * scale - x[place] * scale) / np.where(length > 0, length, 1.0)
    found = y[place] * (1.0 - share) + y[following] * share
    low, high = np.minimum(y[place], y[following]), np.maximum(y[place], y[following])
    found = np.minimum(np.maximum(found, low), high)
    return np.where(argument < x[0], y[0], np.where(argument >= x[-1], y[-1], found))


def extrapolate(argument: Value, table: Table) -> Value:
    """Interpolate linearly, and extrapolate beyond the first and the last point."""
    x, y = table
    if x.size == 1:
        return interpolate(argument, table)
    inside = np.interp(argument, x, y)
    below = y[0] + (argument - x[0]) * (y[1] - y[0]) / (x[1] - x[0])
    above = y[-1] + (argument - x[-1]) * (y[-1] - y[-2]) / (x[-1] - x[-2])
    return np.where(argument < x[0], below, np.where(argument > x[-1], above, inside))


def hold_backward(argument: Value, table: Table) -> Value:
    """Return the value at the last point that is reached."""
    x, y = table
    found = y[np.maximum(np.searchsorted(x, argument, side="right") - 1, 0)]
    return np.where(np.isnan(argument), np.nan, found)


def look_forward(argument: Value, table: Table) -> Value:
    """Return the value at the next point."""
    x, y = table
    found = y[np.minimum(np.searchsorted(x, argument, side="left"), x.size - 1)]
    return np.where(np.isnan(argument), np.nan, found)


def raw(argument: Value, table: Table) -> Value:
    """Return the values at the points; a missing value between them."""
    x, y = table
    place = np.minimum(np.searchsorted(x, argument, side="left"), x.size - 1)
    found = np.where(x[place] == argument, y[place], -(2.0**109))
    return np.where(np.isnan(argument), np.nan, found)


def each(
    look_up: Callable[[Value, Table], Value], argument: np.ndarray, tables: tuple[Table, ...]
) -> np.ndarray:
    """Look up each element of `argument` in its own table."""
    flat = argument.reshape(len(tables), -1)
    rows = [look_up(row, table) for row, table in zip(flat, tables, strict=True)]
    return np.stack(rows).reshape(argument.shape)


def spread(value: Value, sizes: tuple[int, ...]) -> np.ndarray:
    """Broadcast a value to all element axes."""
    array = np.atleast_1d(value)
    return np.broadcast_to(array, (*sizes, array.shape[-1]))


def join(shape: tuple[int, ...], *parts: tuple[tuple[Any, ...], Value]) -> np.ndarray:
    """Combine the parts of a variable. Each part comes with its place in the variable."""
    draws = max(np.shape(value)[-1] if np.ndim(value) else 1 for _, value in parts)
    whole = np.empty((*shape, draws))
    for place, value in parts:
        whole[place] = value
    return whole


NAMESPACE: dict[str, Any] = {
    "np": np,
    **{function.__name__: function for function in (*vectors.FUNCTIONS, *chance.FUNCTIONS)},
    # All public functions of this module.
    **{
        name: value
        for name, value in globals().items()
        if isinstance(value, FunctionType) and not name.startswith("_")
    },
}
