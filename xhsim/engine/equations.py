"""The intermediate form of a model: names are resolved, delays and smooths are stocks.

A model is a set of definitions. Each definition is a list of parts. A part is one expression that
fills a region of a variable's array. The part says along which axes it runs, and each reference
says how it follows these axes. So code that translates a part need not know about subscripts.

The records are msgspec's `Struct` and not dataclasses, as in `xhsim.engine.language.syntax`: every
field is checked when they are decoded from bytes, and they are made five times as fast.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import msgspec

from xhsim.engine.containers.descriptions import Container
from xhsim.engine.language.functions import FUNCTIONS
from xhsim.engine.language.syntax import FileMethod, Line, Size, TableKind

__all__ = [
    "DATA_TIME",
    "TIME",
    "Along",
    "Apply",
    "Axis",
    "ConstantArray",
    "ConstantNumber",
    "Dated",
    "DatedChange",
    "Definition",
    "Dimension",
    "Discrete",
    "Equations",
    "Expression",
    "Fixed",
    "Index",
    "Interpolate",
    "Lookup",
    "Part",
    "Random",
    "Reduce",
    "Rule",
    "Stock",
    "Variable",
    "VariableKind",
    "VariableReference",
    "Vector",
    "expression_uses",
    "free_axes",
    "is_steep",
    "kind_of",
    "walk",
]

TIME = "time"
VariableKind = Literal["stock", "auxiliary", "constant", "lookup", "data"]


class EquationRecord(
    msgspec.Struct, frozen=True, array_like=True, tag=True, forbid_unknown_fields=True, gc=False
):
    """The base of the records. They refer to nothing that refers back, so need no collection."""


class Axis(EquationRecord, frozen=True):
    """An axis that a part runs along: a subscript range, or some of its elements, in order."""

    name: str
    elements: tuple[str, ...]


class Fixed(EquationRecord, frozen=True):
    """An index that selects one element."""

    position: Size


class Along(EquationRecord, frozen=True):
    """An index that follows an axis: position `i` of the axis selects ``positions[i]``."""

    axis: str
    positions: tuple[Size, ...]


Index = Fixed | Along


class ConstantNumber(EquationRecord, frozen=True):
    """A constant number."""

    value: float


class ConstantArray(EquationRecord, frozen=True):
    """Constant numbers along axes, in C order."""

    values: tuple[float, ...]
    axes: tuple[str, ...]


class VariableReference(EquationRecord, frozen=True):
    """The value of a variable, with one index for each of its dimensions."""

    variable: str
    indices: tuple[Index, ...] = ()


class Apply(EquationRecord, frozen=True):
    """An elementwise call of a function in the table `xhsim.engine.language.functions`."""

    function: str
    arguments: tuple[Expression, ...]


class Reduce(EquationRecord, frozen=True):
    """A call of a function that removes axes (``SUM(x[Zone!])``)."""

    function: str
    axes: tuple[Axis, ...]
    arguments: tuple[Expression, ...]


class Vector(EquationRecord, frozen=True):
    """A call of a function of vectors that keeps their axes (``VECTOR RANK(x[Zone], 1)``)."""

    function: str
    axes: tuple[str, ...]
    arguments: tuple[Expression, ...]


class Random(EquationRecord, frozen=True):
    """A random number, drawn again at each step. `stream` is the number of its stream."""

    function: str
    stream: Size
    arguments: tuple[Expression, ...]


class Interpolate(EquationRecord, frozen=True):
    """A lookup at an argument. `indices` select one of the tables of a subscripted lookup."""

    lookup: str
    indices: tuple[Index, ...]
    argument: Expression


Expression = (
    ConstantNumber
    | ConstantArray
    | VariableReference
    | Apply
    | Reduce
    | Vector
    | Random
    | Interpolate
)

# The time at which data are read, as in Vensim: they do not change within a step of fixed length.
DATA_TIME = Apply("data_time", ())


class Part(EquationRecord, frozen=True, dict=True, gc=True):
    """An expression, the axes that it runs along, and the region of the variable that it fills."""

    axes: tuple[Axis, ...]
    region: tuple[Index, ...]
    expression: Expression

    @cached_property
    def uses(self) -> frozenset[str]:
        """What the expression refers to. Each plan of a model asks for it several times."""
        return frozenset(expression_uses(self.expression))


class Rule(EquationRecord, frozen=True):
    """A variable that its parts determine: at every time, or once at the start (`held`).

    `initial`, if given, replaces the parts while the initial values are computed.
    """

    parts: tuple[Part, ...]
    held: bool = False
    initial: tuple[Part, ...] = ()


class Stock(EquationRecord, frozen=True):
    """A variable that starts at an initial value and changes by its net flow."""

    flow: tuple[Part, ...]
    initial: tuple[Part, ...]
    non_negative: bool = False


class Discrete(EquationRecord, frozen=True):
    """A variable that changes only at the end of a step.

    Its next value is computed at the start of the step. With `delay` (a time) it is the value
    computed that long ago, and `initial` until then. With `container` the parts are what a
    conveyor, queue or delay takes, along a last axis of its own, and the value is what it gives.
    """

    following: tuple[Part, ...]
    initial: tuple[Part, ...]
    delay: tuple[Part, ...] = ()
    container: Container | None = None

    @property
    def settings(self) -> tuple[Part, ...]:
        """What must be known at the start besides the value: a delay, or what is in a container."""
        return self.delay if self.container is None else self.initial


class DatedChange(EquationRecord, frozen=True):
    """A new value of a `Dated` variable, computed at a date."""

    date: float
    parts: tuple[Part, ...]


class Dated(EquationRecord, frozen=True):
    """A variable that changes at given dates and is constant in between.

    At a date all its new values are computed from what holds just before, and hold from the date
    on. A date between two steps of a method with fixed steps waits for the end of the step.
    `bends` are further dates at which what uses the variable jumps or bends.
    """

    changes: tuple[DatedChange, ...]
    initial: tuple[Part, ...]
    bends: tuple[float, ...] = ()


class Lookup(EquationRecord, frozen=True):
    """The tables of a lookup variable: x and y for each element, in C order."""

    tables: tuple[tuple[tuple[float, ...], tuple[float, ...]], ...]
    kind: TableKind = "interpolate"


def is_steep(x: Sequence[float], y: Sequence[float]) -> bool:
    """Tell whether the slope of a table cannot be computed, though the values between can.

    Points are then so near to each other, or so far away, that a difference overflows.

    Examples
    --------
    >>> is_steep((0.0, 5e-324), (0.0, 1.0)), is_steep((0.0, 1.0), (0.0, 1.0))
    (True, False)
    """
    for i in range(len(x) - 1):
        length, rise = float(x[i + 1]) - float(x[i]), float(y[i + 1]) - float(y[i])
        if length > 0 and not (math.isfinite(rise / length) and math.isfinite(length)):
            return True
    return False


Definition = Rule | Stock | Discrete | Dated | Lookup


def kind_of(definition: Definition) -> VariableKind:
    """Return the kind of a variable that the engine makes.

    Examples
    --------
    >>> kind_of(Lookup(()))
    'lookup'
    """
    if isinstance(definition, Stock | Dated):
        return "stock"
    return "lookup" if isinstance(definition, Lookup) else "auxiliary"


class Variable(EquationRecord, frozen=True):
    """The name, shape, unit and documentation of a variable.

    Attributes
    ----------
    key : str
        The name of the variable in the intermediate form.
    name, canonical, identifier : str
        Its name in the file, in results and in generated code.
    kind : {"stock", "auxiliary", "constant", "lookup", "data"}
    dimensions : tuple of str
        Canonical names of its dimensions.
    shape : tuple of int
    unit, documentation, group, text : str
    line : int
        The line of its definition in the file; 0 if the file does not define it.
    hidden : bool
        Whether the engine created it (a stock inside a delay).
    """

    key: str
    name: str
    canonical: str
    identifier: str
    kind: VariableKind
    dimensions: tuple[str, ...] = ()
    shape: tuple[Size, ...] = ()
    unit: str = ""
    documentation: str = ""
    group: str = ""
    text: str = ""
    line: Line = 0
    hidden: bool = False


class Dimension(EquationRecord, frozen=True, dict=True, gc=True):
    """A subscript range."""

    name: str
    canonical: str
    elements: tuple[str, ...]

    @cached_property
    def places(self) -> dict[str, int]:
        """The position of each element. Searching a long range again and again takes long."""
        return {element: place for place, element in enumerate(self.elements)}

    def positions(self, elements: Iterable[str]) -> tuple[int, ...]:
        """Return the positions of some of its elements.

        Examples
        --------
        >>> Dimension("Zone", "zone", ("north", "south")).positions(["south"])
        (1,)
        """
        return tuple(self.places[element] for element in elements)


@dataclass(frozen=True)
class Equations:
    """A model in the intermediate form.

    `method` is the one that the file asks for, `has_missing` tells whether values may be ``:NA:``.
    """

    path: str
    variables: dict[str, Variable]
    definitions: dict[str, Definition]
    dimensions: dict[str, Dimension]
    structural: frozenset[str]
    without_values: frozenset[str] = frozenset()
    unfinished: frozenset[str] = frozenset()
    method: FileMethod = "euler"
    has_missing: bool = False

    @cached_property
    def own_values(self) -> dict[str, Any]:
        """A store of the constants' values by key, since every run needs all of them."""
        return {}


def walk(expression: Expression) -> Iterator[Expression]:
    """Yield an expression and all expressions inside it.

    Examples
    --------
    >>> [type(e).__name__ for e in walk(Apply("negative", (ConstantNumber(1.0),)))]
    ['Apply', 'ConstantNumber']
    """
    yield expression
    match expression:
        case (
            Apply(arguments=arguments)
            | Reduce(arguments=arguments)
            | Vector(arguments=arguments)
            | Random(arguments=arguments)
        ):
            for argument in arguments:
                yield from walk(argument)
        case Interpolate(argument=argument):
            yield from walk(argument)


def expression_uses(expression: Expression) -> set[str]:
    """Return the keys of the variables that an expression uses, including `TIME`."""
    found = set()
    # A list is twice as fast as `walk`, and a plan asks this of all equations.
    open_nodes = [expression]
    while open_nodes:
        node = open_nodes.pop()
        if isinstance(node, VariableReference):
            found.add(node.variable)
        elif isinstance(node, Apply):
            open_nodes += node.arguments
            if FUNCTIONS[node.function].uses_time:
                found.add(TIME)
        elif isinstance(node, Reduce | Vector | Random):
            open_nodes += node.arguments
            if isinstance(node, Random):
                found.add(TIME)
        elif isinstance(node, Interpolate):
            open_nodes.append(node.argument)
    return found


def free_axes(expression: Expression) -> set[str]:
    """Return the names of the axes along which an expression's value varies."""
    match expression:
        case ConstantArray(axes=axes):
            return set(axes)
        case VariableReference(indices=indices):
            return {index.axis for index in indices if isinstance(index, Along)}
        case Apply(arguments=arguments) | Random(arguments=arguments):
            return _union(arguments)
        case Vector(axes=axes, arguments=arguments):
            return _union(arguments) | set(axes)
        case Reduce(axes=axes, arguments=arguments):
            return _union(arguments) - {axis.name for axis in axes}
        case Interpolate(indices=indices, argument=argument):
            along = {index.axis for index in indices if isinstance(index, Along)}
            return along | free_axes(argument)
    return set()


def _union(expressions: tuple[Expression, ...]) -> set[str]:
    return set().union(*(free_axes(expression) for expression in expressions))
