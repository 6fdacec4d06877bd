"""Write expressions of the intermediate form as NumPy code for all elements and draws."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from xhsim.engine.equations import (
    TIME,
    Along,
    Apply,
    Axis,
    ConstantArray,
    ConstantNumber,
    Equations,
    Expression,
    Fixed,
    Index,
    Interpolate,
    Lookup,
    Part,
    Random,
    Reduce,
    VariableReference,
    Vector,
    is_steep,
)
from xhsim.engine.language.functions import FUNCTIONS

__all__ = ["Code", "Writer"]

# The functions of `numpy_runtime` that find values between points, by the kind of a lookup.
INTERPOLATIONS = {
    name: name for name in ("interpolate", "extrapolate", "look_forward", "hold_backward", "raw")
}

CHAINS = {
    (outer, inner)
    for level in (("add", "subtract"), ("multiply", "divide"))
    for outer in level
    for inner in level
}


@dataclass(frozen=True)
class Code:
    """A piece of code, and the axes and type of its value.

    `axes` are the axes along which it varies. Its value has an array axis for each axis of the
    part, beginning with the first of these (length 1 if it does not vary), and then the draws.
    """

    text: str
    axes: frozenset[str] = frozenset()
    is_condition: bool = False


class Writer:
    """Write expressions, and keep the tables and arrays that the code uses.

    Parameters
    ----------
    equations : Equations

    Attributes
    ----------
    bound : dict of str to object
        The tables and arrays by their name in the code.
    """

    def __init__(self, equations: Equations) -> None:
        self.equations = equations
        self.bound: dict[str, Any] = {}
        self._taken = {variable.identifier for variable in equations.variables.values()}
        odd = [identifier for identifier in self._taken if not identifier.isidentifier()]
        if odd:
            raise ValueError(f"{odd[0]!r} is no name that code may contain")

    def identifier(self, key: str) -> str:
        """Return the name of a variable in the code."""
        return TIME if key == TIME else self.equations.variables[key].identifier

    def value(self, key: str, parts: tuple[Part, ...], *, full: bool = False) -> str:
        """Return code for the whole value of a variable; with all its axes if `full`."""
        shape = self.equations.variables[key].shape
        if len(parts) == 1 and parts[0].region == _whole(shape, parts[0].axes):
            part = parts[0]
            code = self.number(self.expression(part.expression, part.axes))
            return self._spread(code, part.axes) if full and shape else code.text
        pieces = []
        for part in parts:
            code = self.number(self.expression(part.expression, part.axes))
            place = _place(part.region)
            text = code.text
            if place is None:
                # Lists select all combinations only in an open mesh; it needs lists of one, too.
                lists = [_positions_of(index) for index in part.region]
                place = np.ix_(*lists)
                sizes = ", ".join(str(len(positions)) for positions in lists)
                text = f"{self._spread(code, part.axes)}.reshape({sizes}, -1)"
            pieces.append(f"({self.bind('place', place)}, {text})")
        return f"join({shape!r}, {', '.join(pieces)})"

    def _spread(self, code: Code, axes: tuple[Axis, ...]) -> str:
        """Return code whose value has all axes."""
        if code.axes == {axis.name for axis in axes}:
            return code.text
        sizes = tuple(len(axis.elements) for axis in axes)
        return f"spread({code.text}, {sizes!r})"

    def number(self, code: Code) -> Code:
        """Return code that converts a condition to a number. Numbers stay as they are."""
        return Code(f"({code.text} * 1.0)", code.axes) if code.is_condition else code

    def _condition(self, code: Code) -> Code:
        return code if code.is_condition else Code(f"({code.text} != 0)", code.axes, True)

    def expression(self, expression: Expression, axes: tuple[Axis, ...]) -> Code:
        """Return code for an expression in a part that runs along `axes`."""
        match expression:
            case ConstantNumber(value=value):
                return Code(_literal(value))
            case ConstantArray():
                return self._array(expression, axes)
            case VariableReference():
                return self._reference(expression, axes)
            case Apply():
                return self._apply(expression, axes)
            case Reduce():
                return self._reduce(expression, axes)
            case Vector():
                return self._vector(expression, axes)
            case Random():
                return self._random(expression, axes)
            case Interpolate():
                return self._interpolate(expression, axes)

    def bind(self, role: str, value: Any) -> str:
        """Store a value under a new name for use in the code."""
        name = f"{role}_{len(self.bound) + 1}"
        while name in self._taken:
            name = f"_{name}"
        self.bound[name] = value
        return name

    def _apply(self, expression: Apply, axes: tuple[Axis, ...]) -> Code:
        function = FUNCTIONS[expression.function]
        codes = [self.expression(argument, axes) for argument in expression.arguments]
        if codes and all(isinstance(argument, ConstantNumber) for argument in expression.arguments):
            # With Python's numbers 1 / 0 is an error, and ~ of its conditions is not a condition.
            codes[0] = Code(f"np.float64({codes[0].text})")
        codes = [
            self._condition(code) if number in function.conditions else self.number(code)
            for number, code in enumerate(codes)
        ]
        texts = [code.text for code in codes]
        left = expression.arguments[0] if codes else None
        if isinstance(left, Apply) and (expression.function, left.function) in CHAINS:
            # Write a + b + c, not ((a + b) + c): Python refuses 200 nested brackets.
            texts[0] = texts[0][1:-1]
        return Code(
            function.template.format(*texts),
            frozenset().union(*(code.axes for code in codes)),
            function.result == "condition",
        )

    def _reduce(self, expression: Reduce, axes: tuple[Axis, ...]) -> Code:
        inner = (*axes, *expression.axes)
        codes = [self.number(self.expression(a, inner)) for a in expression.arguments]
        reduced = {axis.name for axis in expression.axes}
        texts = [code.text for code in codes]
        carried = frozenset().union(*(code.axes for code in codes))
        # A folded argument must have all reduced axes; several arguments must have equal axes.
        folded = FUNCTIONS[expression.function].folded
        if len(codes) > 1 or not reduced <= codes[0].axes:
            texts[:folded] = [self._spread(code, inner) for code in codes[:folded]]
            carried = frozenset(axis.name for axis in inner)
        template = FUNCTIONS[expression.function].template
        return Code(template.format(*texts, n=len(expression.axes)), carried - reduced)

    def _vector(self, expression: Vector, axes: tuple[Axis, ...]) -> Code:
        order = [axis.name for axis in axes]
        # The draws are the last axis, so the last element axis is -2.
        places = [order.index(name) - len(order) - 1 for name in expression.axes]
        texts = [
            self._spread(self.number(self.expression(argument, axes)), axes)
            for argument in expression.arguments
        ]
        template = FUNCTIONS[expression.function].template
        return Code(template.format(*texts, axis=", ".join(map(str, places))), frozenset(order))

    def _random(self, expression: Random, axes: tuple[Axis, ...]) -> Code:
        sizes = tuple(len(axis.elements) for axis in axes)
        texts = [
            f"np.float64({text})" if isinstance(argument, ConstantNumber) else text  # 1 / 0 is an
            for argument in expression.arguments  # error with Python's numbers
            for text in [self.number(self.expression(argument, axes)).text]
        ]
        noise = f"noise({expression.stream}, {sizes!r}, clock)"
        template = FUNCTIONS[expression.function].template
        every = frozenset(axis.name for axis in axes)
        return Code(template.format(*texts, noise=noise), every)

    def _interpolate(self, expression: Interpolate, axes: tuple[Axis, ...]) -> Code:
        lookup = self.equations.definitions[expression.lookup]
        assert isinstance(lookup, Lookup)
        # Whatever becomes code is checked here, wherever the equations come from.
        kind = INTERPOLATIONS[lookup.kind]
        if kind == "interpolate" and any(is_steep(x, y) for x, y in lookup.tables):
            kind = "interpolate_steep"
        tables = [(np.array(x), np.array(y)) for x, y in lookup.tables]
        code = self.number(self.expression(expression.argument, axes))
        along = {index.axis for index in expression.indices if isinstance(index, Along)}
        shape = self.equations.variables[expression.lookup].shape
        if not along:
            (position,) = _flat_positions(expression.indices, shape, {})
            table = self.bind("table", tables[position])
            return Code(f"{kind}({code.text}, {table})", code.axes)
        chosen = tuple(
            tables[position]
            for place in np.ndindex(*(len(axis.elements) for axis in axes))
            for position in _flat_positions(
                expression.indices, shape, dict(zip((a.name for a in axes), place, strict=True))
            )
        )
        text = self._spread(code, axes)
        every = frozenset(axis.name for axis in axes)
        return Code(f"each({kind}, {text}, {self.bind('tables', chosen)})", every)

    def _array(self, expression: ConstantArray, axes: tuple[Axis, ...]) -> Code:
        sizes = {axis.name: len(axis.elements) for axis in axes}
        shape = tuple(sizes[name] for name in expression.axes)
        array = np.array(expression.values).reshape(*shape, 1)
        indices = tuple(
            Along(name, tuple(range(size)))
            for name, size in zip(expression.axes, shape, strict=True)
        )
        text = self.bind("numbers", array) + _selection(indices, shape, axes)
        return Code(text, frozenset(expression.axes))

    def _reference(self, expression: VariableReference, axes: tuple[Axis, ...]) -> Code:
        name = self.identifier(expression.variable)
        if not expression.indices:
            return Code(name)
        shape = self.equations.variables[expression.variable].shape
        along = [index.axis for index in expression.indices if isinstance(index, Along)]
        return Code(name + _selection(expression.indices, shape, axes), frozenset(along))


def _selection(indices: tuple[Index, ...], shape: tuple[int, ...], axes: tuple[Axis, ...]) -> str:
    """Return code that selects from an array and aligns it with the axes of a part."""
    text = ""
    plain = [_plain_index(index, size) for index, size in zip(indices, shape, strict=True)]
    while plain and plain[-1] == ":":
        plain.pop()  # x[:, :] is x
    if plain:
        text += f"[{', '.join(item or ':' for item in plain)}]"
    left = [index for index in indices if isinstance(index, Along)]
    for number, index in enumerate(left):
        if _plain_index(index, shape[indices.index(index)]) is None:
            text += f".take({list(index.positions)!r}, axis={number})"
    order = [axis.name for axis in axes]
    found = [index.axis for index in left]
    wanted = sorted(found, key=order.index)
    if wanted != found:
        moves = [found.index(name) for name in wanted]
        text += f".transpose({', '.join(map(str, [*moves, len(moves)]))})"
    if wanted:
        tail = order[order.index(wanted[0]) :]
        if len(tail) != len(wanted):
            text += f"[{', '.join(':' if name in wanted else 'None' for name in tail)}]"
    return text


def _plain_index(index: Index, size: int) -> str | None:
    """Return an index in NumPy's basic notation, or None if that is impossible."""
    if isinstance(index, Fixed):
        return str(index.position)
    first, last = index.positions[0], index.positions[-1] + 1
    if index.positions != tuple(range(first, last)):
        return None
    return ":" if (first, last) == (0, size) else f"{first}:{last}"


def _place(region: tuple[Index, ...]) -> tuple[Any, ...] | None:
    """Return a region as a basic NumPy index, or None if that is impossible."""
    place: list[Any] = []
    for index in region:
        positions = _positions_of(index)
        first, last = positions[0], positions[-1] + 1
        if positions != list(range(first, last)):
            return None
        place.append(first if isinstance(index, Fixed) else slice(first, last))
    return tuple(place)


def _positions_of(index: Index) -> list[int]:
    return [index.position] if isinstance(index, Fixed) else list(index.positions)


def _flat_positions(
    indices: tuple[Index, ...], shape: tuple[int, ...], place: dict[str, int]
) -> list[int]:
    flat = 0
    for index, size in zip(indices, shape, strict=True):
        step = index.position if isinstance(index, Fixed) else index.positions[place[index.axis]]
        flat = flat * size + step
    return [flat]


def _whole(shape: tuple[int, ...], axes: tuple[Axis, ...]) -> tuple[Index, ...]:
    if len(axes) != len(shape):
        return ()
    return tuple(
        Along(axis.name, tuple(range(size))) for axis, size in zip(axes, shape, strict=True)
    )


def _literal(value: float) -> str:
    if math.isnan(value):
        return "np.nan"
    if math.isinf(value):
        return "np.inf" if value > 0 else "(-np.inf)"
    return repr(value) if value >= 0 else f"({value!r})"
