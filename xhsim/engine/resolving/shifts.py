"""SHIFT IF TRUE: elements of a stock that move on by one place, written as flows.

A shift at a step is a flow of the difference between two elements within this step. With Euler's
method the stock is shifted exactly.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from xhsim.engine.equations import (
    Along,
    Apply,
    ConstantArray,
    ConstantNumber,
    Expression,
    Fixed,
    Index,
    Part,
    Stock,
    VariableReference,
)
from xhsim.engine.resolving.draft import Draft
from xhsim.engine.resolving.scope import Shift

__all__ = ["apply_shifts"]

ZERO = ConstantNumber(0.0)


def apply_shifts(draft: Draft) -> None:
    """Add the flows of all shifts to their stocks.

    Parameters
    ----------
    draft : Draft
        With the shifts in ``draft.shifts``.

    Raises
    ------
    ModelError
        If the shifted variable is not a stock, or is shifted in a part of one of its equations.
    """
    for shift, component in draft.shifts:
        definition = draft.definitions[shift.stock]
        name = draft.elements[shift.stock].name
        if not isinstance(definition, Stock):
            raise draft.error(
                f'SHIFT IF TRUE moves "{name}", which is not a stock in all its elements', component
            )
        try:
            flow = tuple(_shifted(part, shift) for part in definition.flow)
        except ValueError:
            raise draft.error(
                f'SHIFT IF TRUE moves only some of the elements of "{name}" that have one equation',
                component,
                "write an equation of its own for them",
            ) from None
        draft.definitions[shift.stock] = replace(definition, flow=flow)


def _shifted(part: Part, shift: Shift) -> Part:
    places: dict[str, Index] = {}
    for here, moved in zip(part.region[:-1], shift.indices[:-1], strict=True):
        found = _place(here, moved)
        if found is None:
            return part  # the shift leaves this part alone
        if isinstance(moved, Along):
            places[moved.axis] = found
    at = tuple(places[index.axis] for index in shift.condition.indices if isinstance(index, Along))
    condition = VariableReference(shift.condition.variable, at)
    enters = VariableReference(shift.enters.variable, at)
    last = shift.indices[-1]
    assert isinstance(last, Fixed)
    first, end = last.position, last.position + shift.size - 1
    own = VariableReference(shift.stock, part.region)
    before = VariableReference(
        shift.stock, (*part.region[:-1], _moved(part.region[-1], lambda p: max(p - 1, first)))
    )

    def where(test: Callable[[int], bool], then: Expression, other: Expression) -> Expression:
        return _where(part.region[-1], test, then, other)

    source = where(lambda p: p == first, enters, before)
    change: Expression = Apply("subtract", (source, own))
    if shift.adds_up:
        change = where(lambda p: p == end, source, change)
    change = where(lambda p: first <= p <= end, change, ZERO)
    rate = Apply("divide", (change, VariableReference("time_step")))
    added = Apply("if_then_else", (condition, rate, ZERO))
    return replace(part, expression=Apply("add", (part.expression, added)))


def _place(own: Index, moved: Index) -> Index | None:
    """Return the place of a part's elements among those of a shift; None if they are others."""
    positions = (moved.position,) if isinstance(moved, Fixed) else moved.positions
    if isinstance(own, Fixed):
        return Fixed(positions.index(own.position)) if own.position in positions else None
    inside = [position in positions for position in own.positions]
    if not any(inside):
        return None
    if not all(inside):
        raise ValueError("only some elements move")
    return Along(own.axis, tuple(positions.index(position) for position in own.positions))


def _moved(index: Index, move: Callable[[int], int]) -> Index:
    if isinstance(index, Fixed):
        return Fixed(move(index.position))
    return Along(index.axis, tuple(move(position) for position in index.positions))


def _where(
    index: Index, test: Callable[[int], bool], then: Expression, other: Expression
) -> Expression:
    """Return an expression that depends on the element."""
    if isinstance(index, Fixed):
        return then if test(index.position) else other
    found = [test(position) for position in index.positions]
    if all(found) or not any(found):
        return then if found[0] else other
    mask = ConstantArray(tuple(map(float, found)), (index.axis,))
    return Apply("if_then_else", (Apply("greater", (mask, ConstantNumber(0.5))), then, other))
