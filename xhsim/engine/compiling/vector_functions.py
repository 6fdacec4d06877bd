"""Functions of vectors and matrices: sort, select, invert and allocate.

Arrays have the shape ``(*elements, draws)``. `axis` counts from the end; the draws are axis -1.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from xhsim.errors import InputError

__all__ = ["FUNCTIONS", "PROFILES", "allocated", "allocated_by_priority", "demanded_share"]

Array = np.ndarray
Value = Any


def vector_sort_order(vector: Array, direction: Array, axis: int) -> Array:
    """Return the positions (from 0) that sort a vector: ascending if `direction` is positive."""
    order = np.argsort(vector, axis=axis)
    return np.where(direction > 0, order, np.flip(order, axis=axis)).astype(float)


def vector_rank(vector: Array, direction: Array, axis: int) -> Array:
    """Return the rank (from 1) of each element in the sorted vector."""
    order = vector_sort_order(vector, direction, axis)
    return np.argsort(order, axis=axis).astype(float) + 1.0


def vector_reorder(vector: Array, order: Array, axis: int) -> Array:
    """Reorder a vector by positions. A position that does not exist gives NaN."""
    draws = max(vector.shape[-1], order.shape[-1])
    wide = [np.broadcast_to(array, (*array.shape[:-1], draws)) for array in (vector, order)]
    exists = (wide[1] > -1) & (wide[1] < vector.shape[axis])
    places = np.where(exists, wide[1], 0.0).astype(int)
    return np.where(exists, np.take_along_axis(wide[0], places, axis=axis), np.nan)


LEAST_SPREAD = 0.05  # the least standard deviation of a normal profile in Vensim
PROFILES = {0.0, 1.0, 2.0, 3.0, 4.0}
# By profile: how many widths from its middle demand ends, or is lost in rounding.
REACH = {0.0: 0.0, 1.0: 0.5, 2.0: 0.5, 3.0: 9.0, 4.0: 40.0}
NEAR = 1e-13
FARTHEST = max(REACH.values())
HALVINGS = 64  # of an interval of prices
KNOWN_PROFILES = (
    "use 0 (fixed), 1 (rectangular), 2 (triangular), 3 (normal) or 4 (exponential); for a constant "
    "elasticity (5) write the equation of the curve, and for whole numbers (10 and more) round the "
    "result"
)
COMBINE: dict[int, Callable[[Array, Array], Array]] = {
    **dict.fromkeys(range(5), lambda chosen, value: chosen * value),
    5: lambda chosen, value: value**chosen,
    **dict.fromkeys(range(6, 11), lambda chosen, value: value),
}
FOLD: dict[int, Callable[..., Array]] = {
    **dict.fromkeys((0, 6), np.nansum),
    **dict.fromkeys((1, 5, 7), np.nanprod),
    **dict.fromkeys((2, 8), np.nanmin),
    **dict.fromkeys((3, 9), np.nanmax),
    **dict.fromkeys((4, 10), np.nanmean),
}


def vector_select(
    chosen: Array, value: Array, missing: Value, action: Value, error: Value, axes: int
) -> Array:
    """Fold the elements of `value` for which `chosen` is not zero.

    `action` and `error` are Vensim's codes: how to fold the elements, and whether no element or
    more than one is an error. A draw whose codes are not known numbers is NaN.
    """
    # All elements go to one axis, directly before the draws.
    draws = max(np.shape(array)[-1] if np.ndim(array) else 1 for array in (chosen, value, action))
    lead = chosen.shape[: chosen.ndim - axes - 1]
    chosen, value = (
        np.broadcast_to(array, (*array.shape[:-1], draws)).reshape(*lead, -1, draws)
        for array in (chosen, value)
    )
    count = (chosen != 0).sum(axis=-2)
    missing, action, error = (_without_axes(each, axes, count) for each in (missing, action, error))
    codes, objections = np.trunc(action), np.trunc(error)
    unknown = np.isfinite(codes) & ~np.isin(codes, list(COMBINE))
    if unknown.all():
        raise InputError(f"VECTOR SELECT has the actions 0 to 10, not {codes[unknown][0]:g}")
    wrong = np.isin(objections, (1, 3)) & (count == 0)
    wrong |= np.isin(objections, (2, 3)) & (count > 1)
    if wrong.all():
        raise InputError("VECTOR SELECT selects no element, or more than one")
    found = np.full(count.shape, np.nan)
    codes = np.where(unknown, np.nan, codes)
    for code in np.unique(codes[np.isfinite(codes)]).astype(int).tolist():
        kept = np.where(chosen != 0, COMBINE[code](chosen, value), np.nan)
        # Otherwise a draw in which no element is selected would give a warning.
        kept = np.where((count == 0)[..., np.newaxis, :], 0.0, kept)
        found = np.where(codes == code, FOLD[code](kept, axis=-2), found)
    none = np.where(np.isfinite(codes), missing, np.nan)
    return np.where(wrong | ~np.isfinite(objections), np.nan, np.where(count == 0, none, found))


def element_of_rank(values: Array, second: Array, rank: Value, axes: int) -> Array:
    """Return the position (from 1) of the element that has a rank (from 1, the least).

    Equal elements are in the order of the second values. A rank that does not exist, and an element
    that is not a number, give NaN.
    """
    draws = max(np.shape(each)[-1] if np.ndim(each) else 1 for each in (values, second, rank))
    lead = values.shape[: values.ndim - axes - 1]
    values, second = (
        np.broadcast_to(array, (*array.shape[:-1], draws)).reshape(*lead, -1, draws)
        for array in (values, second)
    )
    unknown = (np.isnan(values) | np.isnan(second)).any(axis=-2)
    place = np.trunc(_without_axes(rank, axes, unknown)) - 1.0
    exists = (place >= 0) & (place < values.shape[-2]) & ~unknown
    wanted = np.where(exists, place, 0.0).astype(int)[..., np.newaxis, :]
    order = np.lexsort((second, values), axis=-2)
    return np.where(exists, np.take_along_axis(order, wanted, axis=-2)[..., 0, :] + 1.0, np.nan)


def _without_axes(value: Value, axes: int, like: Array) -> Array:
    """Return a value that does not depend on the folded axes, in the shape of the result."""
    array = np.asarray(value)
    if array.ndim > like.ndim:
        for _ in range(axes):
            array = array.take(0, axis=-2)
    return np.broadcast_to(array, like.shape)


def invert_matrix(matrix: Array, row: int, column: int) -> Array:
    """Invert a matrix for each draw. A matrix without an inverse gives NaN."""
    stacked = np.moveaxis(matrix, (row, column), (-2, -1))
    try:
        inverse = np.linalg.inv(stacked)
    except np.linalg.LinAlgError:
        flat = stacked.reshape(-1, *stacked.shape[-2:])
        inverse = np.stack([_inverse(one) for one in flat]).reshape(stacked.shape)
    return np.moveaxis(inverse, (-2, -1), (row, column))


def _inverse(matrix: Array) -> Array:
    try:
        return np.linalg.inv(matrix)
    except np.linalg.LinAlgError:
        return np.full_like(matrix, np.nan)


def allocate_by_priority(
    request: Array, priority: Array, width: Array, supply: Array, axis: int
) -> Array:
    """Allocate a supply to requests, high priority first."""
    return _for_each(
        lambda r, p, w, s: allocated_by_priority(r, p, w[0], s[0]),
        axis,
        request,
        priority,
        width,
        supply,
    )


def allocated_by_priority(
    request: Sequence[float], priority: Sequence[float], width: float, supply: float
) -> Sequence[float]:
    """Allocate a supply to the requests of one draw.

    It flows to the highest priority first. The next one joins when the last one that has joined has
    got a part of its request: the difference of their priorities over the width, at most all of it.
    Those who have joined share the flow in proportion to their requests until they have them.
    """
    if not _is_sound(request, priority, (width,), supply):
        return [math.nan] * len(request)
    if supply >= math.fsum(request):
        return request
    order = sorted((n for n, want in enumerate(request) if want > 0), key=lambda n: -priority[n])
    got = [0.0] * len(request)
    joined, left = 1, supply
    while left > 0 and order:
        open_ones = [n for n in order[:joined] if got[n] < request[n]]
        last, waits = order[joined - 1], joined < len(order)
        if not open_ones or (waits and last not in open_ones):
            if not waits:
                break
            joined += 1
            continue
        total = math.fsum(request[n] for n in open_ones)
        rates = {n: request[n] / total for n in open_ones}
        until_full = {n: (request[n] - got[n]) / rates[n] for n in open_ones}
        move, joins = min(left, *until_full.values()), math.inf
        if waits:
            part = min((priority[last] - priority[order[joined]]) / width, 1.0)
            joins = max(part * request[last] - got[last], 0.0) / rates[last]
            move = min(move, joins)
        for n in open_ones:
            got[n] = request[n] if until_full[n] == move else got[n] + rates[n] * move
        joined += joins <= move * (1 + NEAR)
        left -= move
    return got


def allocate_available(
    request: Array,
    kind: Array,
    priority: Array,
    width: Array,
    extra: Array,
    supply: Array,
    axis: int,
) -> Array:
    """Allocate a supply to requests by their priority profiles.

    The price at which the requests add up to the supply is found by halving an interval, for all
    draws together. Requests of a fixed quantity come first. A supply below zero gives nothing.
    """
    _refuse_other_profiles(np.unique(kind[np.isfinite(kind)]).tolist())
    # The requests that compete come first, so that sums go along axis 0.
    arrays = (request, kind, priority, width, extra, supply)
    request, kind, priority, width, extra, supply = np.broadcast_arrays(
        *(np.moveaxis(array, axis, 0) for array in arrays)
    )
    supply = supply[0]
    width = np.where(kind == 3, np.maximum(width, LEAST_SPREAD), width)
    sound = np.isfinite(supply) & (request >= 0).all(axis=0)
    sound &= ((width > 0) | (request == 0)).all(axis=0)
    for array in (request, kind, priority, width, extra):
        sound &= np.isfinite(array).all(axis=0)
    fixed = np.where(kind == 0, request, 0.0)
    wanted = _total(fixed)
    given = fixed * np.minimum(1.0, np.maximum(supply, 0.0) / np.where(wanted > 0, wanted, 1.0))
    left = np.where(kind == 0, 0.0, request)
    rest = np.maximum(supply - wanted, 0.0)
    price = _clearing_price(left, kind, priority, width, rest)
    sold = left * _shares_of(kind)((price - priority) / np.where(width > 0, width, 1.0))
    sold = np.where(rest >= _total(left), left, np.where(rest > 0, sold, 0.0))
    return np.moveaxis(np.where(sound, given + sold, np.nan), 0, axis)


def _clearing_price(
    request: Array, kind: Array, priority: Array, width: Array, supply: Array
) -> Array:
    """Return the price at which requests along axis 0 add up to the supply."""
    asks, share_at = request > 0, _shares_of(kind)
    size = np.where(width > 0, width, 1.0)
    reach = np.where(asks, FARTHEST * width, 0.0)
    low = np.where(asks, priority - reach, np.inf).min(axis=0)
    high = np.where(asks, priority + reach, -np.inf).max(axis=0)
    low, high = (np.where(asks.any(axis=0), end, 0.0) for end in (low, high))
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        scarce = _total(request * share_at((middle - priority) / size)) > supply
        low, high = np.where(scarce, middle, low), np.where(scarce, high, middle)
    return 0.5 * (low + high)


def _shares_of(kind: Value) -> Callable[[Value], Value]:
    """Return what gives the share that is demanded at a price so many widths above the middle."""
    present = [(np.equal(kind, code), share) for code, share in SHARES.items()]
    present = [(where, share) for where, share in present if np.any(where)]
    if len(present) == 1 and np.all(present[0][0]):
        return present[0][1]

    def share_at(away: Value) -> Value:
        found: Value = np.nan
        for where, share in present:
            found = np.where(where, share(away), found)
        return found

    return share_at


def _total(array: Array) -> Array:
    """Return the sum along axis 0, always in the same order."""
    total: Array = np.add.accumulate(array, axis=0)[-1]
    return total


def _triangular(away: Value) -> Value:
    steep = np.clip(away, -0.5, 0.5)
    return np.where(steep < 0, 1.0 - 2.0 * (steep + 0.5) ** 2, 2.0 * (0.5 - steep) ** 2)


def _normal(away: Value) -> Value:
    from scipy.special import ndtr  # few models need it

    return ndtr(-away)


def _exponential(away: Value) -> Value:
    tail = 0.5 * np.exp(-np.abs(away))
    return np.where(away < 0, 1.0 - tail, tail)


SHARES: dict[float, Callable[[Value], Value]] = {
    0.0: lambda away: np.where(np.isnan(away), np.nan, 1.0),
    1.0: lambda away: 0.5 - np.clip(away, -0.5, 0.5),
    2.0: _triangular,
    3.0: _normal,
    4.0: _exponential,
}


def _refuse_other_profiles(kinds: Iterable[float]) -> None:
    unknown = set(kinds) - PROFILES
    if unknown:
        raise InputError(
            f"ALLOCATE AVAILABLE does not support the priority profile {min(unknown):g}",
            hint=KNOWN_PROFILES,
        )


def allocated(
    request: Sequence[float],
    kind: Sequence[float],
    priority: Sequence[float],
    width: Sequence[float],
    supply: float,
) -> Sequence[float]:
    """Allocate a supply to the requests of one draw; those of a fixed quantity come first.

    The others get what they demand at the price at which they demand all that is left.
    """
    width = [widened(*each) for each in zip(kind, width, strict=True)]
    if not (_is_sound(request, priority, width, supply) and all(map(math.isfinite, kind))):
        return [math.nan] * len(request)
    _refuse_other_profiles(kind)
    supply = max(supply, 0.0)
    fixed = math.fsum(want for want, which in zip(request, kind, strict=True) if which == 0)
    part = min(1.0, supply / fixed) if fixed > 0 else 0.0
    rest, wanted = max(supply - fixed, 0.0), math.fsum(request) - fixed
    every = list(zip(request, kind, priority, width, strict=True))
    curves = [each for each in every if each[0] > 0 and each[1] != 0]
    if rest >= wanted or rest == 0:
        share = 1.0 if rest > 0 else 0.0
        return [
            want * (share if which else part) for want, which in zip(request, kind, strict=True)
        ]
    from scipy.optimize import brentq  # few models need it

    def missing(price: float) -> float:
        return math.fsum(_demand(*each, price) for each in curves) - rest

    low = min(middle - REACH[which] * size for _, which, middle, size in curves)
    high = max(middle + REACH[which] * size for _, which, middle, size in curves)
    if missing(low) <= 0 or missing(high) >= 0:  # nearly all, or nearly nothing
        price = low if missing(low) <= 0 else high
    else:
        finest = NEAR * min(size for _, _, _, size in curves)
        price = brentq(missing, low, high, xtol=finest, rtol=4 * sys.float_info.epsilon)
    share = rest / max(missing(price) + rest, rest)
    return [
        _demand(want, which, middle, size, price) * share if which and want > 0 else want * part
        for want, which, middle, size in every
    ]


def widened(kind: float, width: float) -> float:
    """Return the width that Vensim uses: a normal profile has a least spread."""
    return max(width, LEAST_SPREAD) if kind == 3 else width


def _demand(quantity: float, kind: float, middle: float, width: float, price: float) -> float:
    """Return the part of a quantity that is demanded at a price, for one draw."""
    return quantity * demanded_share(kind, (price - middle) / width)


def demanded_share(kind: float, away: float) -> float:
    """Return the share of a quantity that is demanded at a price.

    `away` is how many widths the price is above the middle of the profile.
    """
    if kind == 0:
        return math.nan if math.isnan(away) else 1.0
    if kind == 1:
        return 0.5 - min(max(away, -0.5), 0.5)
    if kind == 2:
        steep = min(max(away, -0.5), 0.5)
        return 1.0 - 2.0 * (steep + 0.5) ** 2 if steep < 0 else 2.0 * (0.5 - steep) ** 2
    if kind == 3:
        return 0.5 * math.erfc(away * math.sqrt(0.5))
    tail = 0.5 * math.exp(-abs(away))
    return 1.0 - tail if away < 0 else tail


def _is_sound(
    request: Sequence[float], priority: Sequence[float], width: Sequence[float], supply: float
) -> bool:
    """Tell whether requests are not negative, their widths positive, and all finite."""
    numbers = (*request, *priority, *width, supply)
    every = width if len(width) == len(request) else (width[0],) * len(request)
    return (
        all(map(math.isfinite, numbers))
        and all(want >= 0 for want in request)
        and all(size > 0 or want == 0 for want, size in zip(request, every, strict=True))
    )


def demand_at_price(
    quantity: Value, kind: Value, middle: Value, width: Value, extra: Value, price: Value
) -> Value:
    """Return the part of a quantity that is demanded at a price, by its priority profile."""
    known = np.atleast_1d(np.isin(kind, tuple(PROFILES)) | np.isnan(kind))
    if not known.any(axis=-1).all():  # in no draw; a single draw with such a profile is NaN
        raise InputError(
            "a profile of supply or demand is not supported",
            hint=KNOWN_PROFILES,
        )
    width = np.where(kind == 3, np.maximum(width, LEAST_SPREAD), width)
    away = np.where(price == middle, 0.0, (price - middle) / width)
    return quantity * _shares_of(kind)(away)


def supply_at_price(
    quantity: Value, kind: Value, middle: Value, width: Value, extra: Value, price: Value
) -> Value:
    """Return the part of a quantity that is supplied at a price, by its priority profile."""
    demanded = demand_at_price(quantity, kind, middle, width, extra, price)
    return np.where(kind == 0, quantity, quantity - demanded)


def _for_each(function: Callable[..., Sequence[float]], axis: int, *arrays: Array) -> Array:
    """Apply a function of vectors along an axis, for each draw and each other element."""
    moved = np.broadcast_arrays(*(np.moveaxis(array, axis, -1) for array in arrays))
    result = np.empty(moved[0].shape)
    for place in np.ndindex(*moved[0].shape[:-1]):
        result[place] = function(*(array[place].tolist() for array in moved))
    return np.moveaxis(result, -1, axis)


FUNCTIONS = (
    vector_sort_order,
    vector_rank,
    vector_reorder,
    vector_select,
    element_of_rank,
    invert_matrix,
    allocate_by_priority,
    allocate_available,
    demand_at_price,
    supply_at_price,
)
