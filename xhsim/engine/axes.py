"""Axes of expressions, and the array positions that indices select."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from xhsim.engine.equations import Along, Axis, Expression, Fixed, Index, free_axes

__all__ = ["axes_of", "positions_of", "whole"]


def axes_of(expressions: Iterable[Expression], available: Mapping[str, Axis]) -> tuple[Axis, ...]:
    """Return the axes along which any expression varies, in the order of `available`."""
    free = set().union(*(free_axes(expression) for expression in expressions))
    return tuple(axis for name, axis in available.items() if name in free)


def whole(axes: tuple[Axis, ...]) -> tuple[Index, ...]:
    """Return the indices that select all elements of the axes."""
    return tuple(Along(axis.name, tuple(range(len(axis.elements)))) for axis in axes)


def positions_of(indices: tuple[Index, ...], shape: tuple[int, ...]) -> list[int]:
    """Return the flat positions (C order) of a region in an array of `shape`."""
    flat = [0]
    for index, size in zip(indices, shape, strict=True):
        steps = (index.position,) if isinstance(index, Fixed) else index.positions
        flat = [position * size + step for position in flat for step in steps]
    return flat
