"""The intermediate form: every name resolved, every delay and smooth a stock, no text left.

A model is a set of definitions. Each is a list of parts; a part is one expression that fills a
region of a variable's array. Along which axes it runs is written in the part, and how each
reference follows these axes is written in the reference, so that whoever turns a part into code
needs to know nothing of subscripts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

__all__ = [
    "TIME",
    "Along",
    "Apply",
    "Axis",
    "ConstantArray",
    "ConstantNumber",
    "Definition",
    "DelayCheck",
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
    "VariableReference",
    "Vector",
    "free_axes",
    "walk",
]

TIME = "time"


@dataclass(frozen=True)
class Axis:
    """An axis a part runs along: a subscript range (or some elements of one), in order."""

    name: str
    elements: tuple[str, ...]


@dataclass(frozen=True)
class Fixed:
    """An index that selects one element."""

    position: int


@dataclass(frozen=True)
class Along:
    """An index that follows an axis: position `i` of the axis selects ``positions[i]``."""

    axis: str
    positions: tuple[int, ...]


Index = Fixed | Along


@dataclass(frozen=True)
class ConstantNumber:
    """A number."""

    value: float


@dataclass(frozen=True)
class ConstantArray:
    """Numbers along axes (C order)."""

    values: tuple[float, ...]
    axes: tuple[str, ...]


@dataclass(frozen=True)
class VariableReference:
    """The value of a variable, selected by one index for each of its dimensions."""

    variable: str
    indices: tuple[Index, ...] = ()


@dataclass(frozen=True)
class Apply:
    """A function of the table in `xhsim.engine.language.functions`, element by element."""

    function: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True)
class Reduce:
    """A function that takes axes away (``SUM(x[Zone!])``)."""

    function: str
    axes: tuple[Axis, ...]
    arguments: tuple[Expression, ...]


@dataclass(frozen=True)
class Vector:
    """A function of vectors or matrices that keeps their axes (``VECTOR RANK(x[Zone], 1)``)."""

    function: str
    axes: tuple[str, ...]
    arguments: tuple[Expression, ...]


@dataclass(frozen=True)
class Random:
    """A random number, drawn anew at each step; `stream` tells its stream from all others."""

    function: str
    stream: int
    arguments: tuple[Expression, ...]


@dataclass(frozen=True)
class Interpolate:
    """A lookup evaluated at an argument; `indices` select among a subscripted lookup's tables."""

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


@dataclass(frozen=True)
class Part:
    """An expression, the axes it runs along, and the region of the variable that it fills."""

    axes: tuple[Axis, ...]
    region: tuple[Index, ...]
    expression: Expression


@dataclass(frozen=True)
class Rule:
    """A variable that its parts determine: at every time, or once at the start (`held`).

    `initial`, if given, takes the place of the parts while the start is worked out.
    """

    parts: tuple[Part, ...]
    held: bool = False
    initial: tuple[Part, ...] = ()


@dataclass(frozen=True)
class Stock:
    """A variable that its net flow changes from an initial value on."""

    flow: tuple[Part, ...]
    initial: tuple[Part, ...]
    non_negative: bool = False


@dataclass(frozen=True)
class Discrete:
    """A variable that gets its next value at the end of each step, worked out at the step's start.

    With `delay` (a time) the next value is the one worked out that long ago, and `initial` until
    then.
    """

    following: tuple[Part, ...]
    initial: tuple[Part, ...]
    delay: tuple[Part, ...] = ()


@dataclass(frozen=True)
class Lookup:
    """The tables of a lookup variable, one for each element (C order), each as x and y."""

    tables: tuple[tuple[tuple[float, ...], tuple[float, ...]], ...]
    kind: str = "interpolate"


Definition = Rule | Stock | Discrete | Lookup


@dataclass(frozen=True)
class Variable:
    """What is known of a variable besides its definition.

    Attributes
    ----------
    key : str
        The name by which the intermediate form refers to it.
    name, canonical, identifier : str
        As in the file; as in results; as in emitted code.
    kind : {"stock", "auxiliary", "constant", "lookup"}
    dimensions : tuple of str
        Canonical names of its dimensions.
    shape : tuple of int
    unit, documentation, group, text : str
    line : int
        Where the file defines it, 0 if it does not.
    hidden : bool
        Whether it was made by the engine (the stocks inside a delay).
    """

    key: str
    name: str
    canonical: str
    identifier: str
    kind: str
    dimensions: tuple[str, ...] = ()
    shape: tuple[int, ...] = ()
    unit: str = ""
    documentation: str = ""
    group: str = ""
    text: str = ""
    line: int = 0
    hidden: bool = False


@dataclass(frozen=True)
class Dimension:
    """A subscript range."""

    name: str
    canonical: str
    elements: tuple[str, ...]


@dataclass(frozen=True)
class DelayCheck:
    """A delay of ``order`` stages, which need as many time steps within its delay time.

    `wanted` is the order of the file; a delay that is too short for it gets a lower one.
    """

    owner: str
    order: int
    wanted: int
    delay_time: str


@dataclass(frozen=True)
class Equations:
    """A model in the intermediate form."""

    path: str
    variables: dict[str, Variable]
    definitions: dict[str, Definition]
    dimensions: dict[str, Dimension]
    delays: tuple[DelayCheck, ...]
    structural: frozenset[str]
    without_values: frozenset[str] = frozenset()

    @cached_property
    def own_values(self) -> dict[str, Any]:
        """Values of constants by key, kept by who works them out: each run asks for all of them."""
        return {}


def walk(expression: Expression) -> Iterator[Expression]:
    """Yield an expression and everything under it.

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
