"""VECTOR LOOKUP: elements read as the points of a lookup at equal distances."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

from xhsim.engine.equations import Apply, ConstantNumber, Expression

__all__ = ["choose", "read_vector"]

DEEPEST = 20
Once = Callable[[str, Expression], Expression]


def read_vector(
    points: Sequence[Expression],
    limits: tuple[Expression, Expression, Expression],
    mode: int,
    once: Once,
) -> Expression:
    """Read values as a lookup.

    Parameters
    ----------
    points : sequence of Expression
        The values, which may change over time.
    limits : tuple of Expression
        Where it is read, and the x of the first and of the last value.
    mode : int
        Vensim's code, from 0 to 9.
    once : callable
        Makes a hidden variable of an expression that is used several times.

    Examples
    --------
    >>> values = [ConstantNumber(2.0)]
    >>> read_vector(values, (values[0],) * 3, 0, lambda role, found: found)
    ConstantNumber(value=2.0)
    """
    x, low, high = limits
    count = len(points)
    if count == 1:
        return points[0]
    low, high = once("smallest", low), once("largest", high)
    width = Apply("divide", (Apply("subtract", (high, low)), _number(count - 1)))
    if mode in {5, 8}:
        place = _place_of(points, once("y", x), once, extrapolates=mode == 8)
        return Apply("add", (low, Apply("multiply", (place, width))))
    place = Apply("divide", (Apply("subtract", (x, low)), width))
    if mode in {0, 1}:
        place = Apply("max", (_number(0), Apply("min", (_number(count - 1), place))))
    place = once("place", place)
    if mode == 2:
        return choose(points, lambda number: Apply("less", (place, _number(number))))
    if mode == 4:
        return choose(points, lambda number: Apply("less_equal", (place, _number(number - 1))))
    rises = [Apply("subtract", (after, before)) for before, after in itertools.pairwise(points)]
    if mode in {6, 9}:
        slope = choose(rises, lambda number: Apply("less", (place, _number(number))))
        slope = Apply("divide", (slope, width))
        outside = Apply(
            "or",
            (
                Apply("less", (place, _number(0))),
                Apply("greater_equal", (place, _number(count - 1))),
            ),
        )
        flat = Apply("if_then_else", (outside, _number(0), slope))
        return slope if mode == 9 else flat
    lines: list[Expression] = [
        _line(place, at, points[at], points[at + 1]) for at in range(count - 1)
    ]
    if mode in {1, 7}:
        lines = _areas_under(points, lines, place, once)
    found = choose(lines, lambda number: Apply("less", (place, _number(number))))
    return Apply("multiply", (width, found)) if mode in {1, 7} else found


def _areas_under(
    points: Sequence[Expression],
    lines: Sequence[Expression],
    place: Expression,
    once: Once,
) -> list[Expression]:
    """Return the area from the first point to a place, for each interval it may be in."""
    found: list[Expression] = []
    before: Expression = _number(0)
    for at, line in enumerate(lines):
        since = Apply("subtract", (place, _number(at)))
        height = Apply("multiply", (_number(0.5), Apply("add", (points[at], line))))
        found.append(Apply("add", (before, Apply("multiply", (since, height)))))
        middle = Apply("multiply", (_number(0.5), Apply("add", (points[at], points[at + 1]))))
        before = once("area", Apply("add", (before, middle)))
    return found


def _place_of(
    points: Sequence[Expression], y: Expression, once: Once, *, extrapolates: bool
) -> Expression:
    """Return where the values pass y first; of values that only rise or only fall."""
    places: list[Expression] = []
    for at, (before, after) in enumerate(itertools.pairwise(points)):
        since, rise = Apply("subtract", (y, before)), Apply("subtract", (after, before))
        level = Apply("equal", (rise, _number(0)))
        share = Apply("if_then_else", (level, _number(0), Apply("divide", (since, rise))))
        places.append(Apply("add", (_number(at), share)))
    last = len(points) - 1
    rises = Apply("greater", (points[-1], points[0]))
    is_before = Apply(
        "or",
        (
            Apply("and", (rises, Apply("less", (y, points[0])))),
            Apply("and", (Apply("not", (rises,)), Apply("greater", (y, points[0])))),
        ),
    )
    ends = (places[0], places[-1]) if extrapolates else (_number(0), _number(last))
    found: Expression = Apply("if_then_else", (is_before, *ends))
    for at in reversed(range(last)):
        gaps = [Apply("subtract", (y, points[n])) for n in (at, at + 1)]
        passes = Apply("less_equal", (Apply("multiply", tuple(gaps)), _number(0)))
        found = Apply("if_then_else", (passes, places[at], found))
        if at % DEEPEST == 0:  # many elements would be nested too deeply
            found = once("place", found)
    return found


def _line(place: Expression, start: int, before: Expression, after: Expression) -> Expression:
    since = Apply("subtract", (place, _number(start)))
    rise = Apply("multiply", (since, Apply("subtract", (after, before))))
    return Apply("add", (before, rise))


def choose(
    options: Sequence[Expression], is_before: Callable[[int], Expression], first: int = 0
) -> Expression:
    """Return conditions that choose an option. `is_before` says whether it comes before one."""
    if len(options) == 1:
        return options[0]
    half = len(options) // 2
    return Apply(
        "if_then_else",
        (
            is_before(first + half),
            choose(options[:half], is_before, first),
            choose(options[half:], is_before, first + half),
        ),
    )


def _number(value: float) -> ConstantNumber:
    return ConstantNumber(float(value))
