"""Which elements of its causes each element of a variable depends on, read from its equation."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

from xhsim.engine.equations import (
    TIME,
    Apply,
    Axis,
    Equations,
    Expression,
    Fixed,
    Index,
    Interpolate,
    Part,
    Random,
    Reduce,
    VariableReference,
    Vector,
)
from xhsim.engine.language.functions import FUNCTIONS

__all__ = ["element_links"]

Pair = tuple[int, int]


def element_links(
    equations: Equations, key: str, parts: Iterable[Part]
) -> dict[str, frozenset[Pair]]:
    """Find the elements that each element of a variable depends on.

    Parameters
    ----------
    equations : Equations
    key : str
        The key of the variable.
    parts : iterable of Part
        Its equation.

    Returns
    -------
    dict of str to frozenset of (int, int)
        By the key of each cause, and `TIME`: pairs of an element of the variable and an element of
        the cause, by their positions in C order.

    Examples
    --------
    >>> import xhsim
    >>> equations = xhsim.open_study().model.equations
    >>> rule = equations.definitions["zone_let_floor"]
    >>> links = element_links(equations, "zone_let_floor", rule.parts)["let_floor"]
    >>> len(links), (0, 0) in links, (0, 6) in links  # each zone adds up its own six activities
    (42, True, False)
    """
    found: dict[str, set[Pair]] = {}
    for part in parts:
        for cause, pair in _links_of_part(equations, key, part):
            found.setdefault(cause, set()).add(pair)
    return {cause: frozenset(pairs) for cause, pairs in found.items()}


def _links_of_part(equations: Equations, key: str, part: Part) -> Iterator[tuple[str, Pair]]:
    shape = equations.variables[key].shape
    for expression, inner in _with_axes(part.expression, ()):
        match expression:
            case VariableReference(variable=cause, indices=indices) if cause != TIME:
                other = equations.variables[cause].shape
                free = _free_axes(inner, part.axes, indices)
                for at in _places(part.axes):
                    effect = _flat(part.region, shape, at)
                    if len(indices) != len(other):  # the whole array
                        for each in range(_size(other)):
                            yield cause, (effect, each)
                        continue
                    for own in _places(free):
                        yield cause, (effect, _flat(indices, other, at | own))
            case VariableReference() | Random():
                yield from ((TIME, (_flat(part.region, shape, at), 0)) for at in _places(part.axes))
            case Apply(function=function) if FUNCTIONS[function].uses_time:
                yield from ((TIME, (_flat(part.region, shape, at), 0)) for at in _places(part.axes))


def _with_axes(
    expression: Expression, inner: tuple[Axis | str, ...]
) -> Iterator[tuple[Expression, tuple[Axis | str, ...]]]:
    """Yield an expression and all inside it, with the axes along which it reads all elements.

    An axis that a function removes is given whole; one of the part that a function of vectors
    reads as a whole is given by its name.
    """
    yield expression, inner
    match expression:
        case Apply(arguments=arguments) | Random(arguments=arguments):
            below = [(argument, inner) for argument in arguments]
        case Reduce(axes=axes, arguments=arguments):
            below = [(argument, (*inner, *axes)) for argument in arguments]
        case Vector(axes=names, arguments=arguments):
            below = [(argument, (*inner, *names)) for argument in arguments]
        case Interpolate(argument=argument):
            below = [(argument, inner)]
        case _:
            below = []
    for argument, axes_of in below:
        yield from _with_axes(argument, axes_of)


def _free_axes(
    inner: tuple[Axis | str, ...], axes: tuple[Axis, ...], indices: tuple[Index, ...]
) -> tuple[Axis, ...]:
    """Return the axes along which a reference reads all elements."""
    known = {axis.name: axis for axis in (*axes, *(a for a in inner if isinstance(a, Axis)))}
    used = {index.axis for index in indices if not isinstance(index, Fixed)}
    names = dict.fromkeys(a.name if isinstance(a, Axis) else a for a in inner)
    return tuple(known[name] for name in names if name in used)


def _places(axes: tuple[Axis, ...]) -> Iterator[dict[str, int]]:
    names = [axis.name for axis in axes]
    for place in itertools.product(*(range(len(axis.elements)) for axis in axes)):
        yield dict(zip(names, place, strict=True))


def _flat(indices: tuple[Index, ...], shape: tuple[int, ...], at: dict[str, int]) -> int:
    flat = 0
    for index, size in zip(indices, shape, strict=True):
        place = index.position if isinstance(index, Fixed) else index.positions[at[index.axis]]
        flat = flat * size + place
    return flat


def _size(shape: tuple[int, ...]) -> int:
    size = 1
    for length in shape:
        size *= length
    return size
