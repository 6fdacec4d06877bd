"""Syntax records: the content of a model file before its names are resolved.

`xhsim.engine.reading` makes these plain records from a file and `xhsim.engine.reading.cache` stores
them. References are not yet looked up, and a function is only a name. Seven kinds of node express
every equation.

The records are msgspec's `Struct` and not dataclasses, because msgspec can distinguish the members
of a union only for its own records. They are frozen like dataclasses. When they are decoded from
bytes, msgspec checks every field against its type, including closed sets of words and the rules of
``__post_init__``.

Functions have PySD's names in lower case. A call of a macro is a `Call` of the macro's name. Its
arguments are followed by the names of the extra outputs (after ``:`` in the file) as `Name` nodes.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Annotated, Literal

import msgspec

# The closed sets of words.
Between = Literal["interpolate", "look_forward", "hold_backward", "raw"]
# Vensim's number for a missing value, `:NA:`. It can be compared with (`x = :NA:`).
# https://vensim.com/documentation/na.html
NOT_AVAILABLE = -(2.0**109)
TableKind = Literal[Between, "extrapolate"]
Keyword = Literal[Between, ""]
FileMethod = Literal["euler", "difference", "rk2", "rk2-auto", "rk4", "rk4-auto"]
ComponentKind = Literal["equation", "lookup", "data", "unchangeable"]

Line = Annotated[int, msgspec.Meta(ge=0)]
Size = Annotated[int, msgspec.Meta(ge=0)]


class SyntaxRecord(
    msgspec.Struct, frozen=True, array_like=True, tag=True, forbid_unknown_fields=True
):
    """The base of all records. In bytes, a record is a list of its class name and its fields."""


class Number(SyntaxRecord, frozen=True):
    """A literal number."""

    value: float


class NumberArray(SyntaxRecord, frozen=True):
    """A literal list or table of numbers (`1, 2; 3, 4;`): the flat values and their shape."""

    values: tuple[float, ...]
    shape: tuple[Size, ...]

    def __post_init__(self) -> None:
        """Refuse a shape that does not match the number of values."""
        if math.prod(self.shape) != len(self.values):
            raise ValueError("the shape does not match the number of values")


class Text(SyntaxRecord, frozen=True):
    """A literal string, as in the file arguments of `GET DIRECT DATA`."""

    value: str


class Name(SyntaxRecord, frozen=True):
    """A reference to a variable or to a subscript range, with subscripts as written."""

    name: str
    subscripts: tuple[str, ...] = ()


class Table(SyntaxRecord, frozen=True):
    """The points of a lookup. `kind` determines the values between and beyond them."""

    x: tuple[float, ...]
    y: tuple[float, ...]
    kind: TableKind = "interpolate"

    def __post_init__(self) -> None:
        """Refuse points without an x or a y."""
        if len(self.x) != len(self.y):
            raise ValueError("x and y differ in length")


class Call(SyntaxRecord, frozen=True):
    """A function or operator (`add`, `less`, `integ`, ...) applied to its arguments."""

    function: str
    arguments: tuple[Node, ...]

    def __hash__(self) -> int:
        """Hash in Python, where too deep a nesting raises RecursionError instead of a crash."""
        return hash((self.function, self.arguments))


class Tables(SyntaxRecord, frozen=True):
    """Tables from a data file, one for each element of a component's ranges.

    Attributes
    ----------
    x : tuple of float
        The times or the inputs, increasing.
    y : tuple of float
        The values in C order, with x as the first axis. NaN where the file has no value.
    shape : tuple of int
        ``(len(x), *sizes of the component's range subscripts)``.
    kind : {"interpolate", "look_forward", "hold_backward", "raw"}
        How values between the points are found. Before the first and after the last point their
        values apply. ``raw`` data have values only at the points.
    """

    x: tuple[float, ...]
    y: tuple[float, ...]
    shape: tuple[Size, ...]
    kind: Between = "interpolate"

    def __post_init__(self) -> None:
        """Refuse a shape that does not match the points."""
        if math.prod(self.shape) != len(self.y) or self.shape[:1] != (len(self.x),):
            raise ValueError("the shape does not match the points")


UNFINISHED = "a_function_of"  # Vensim writes it where arrows lead to a variable without equation

# Only a reader writes these two; no name in a file begins with a blank. `CONTAINER` is the equation
# of a conveyor or a queue: net flow, initial value, description, what it takes at the start, what
# it takes in each step. `CONTENTS` is a number that it gives: the stock, and which number.
CONTAINER = " container"
CONTENTS = " contents"

Node = Number | NumberArray | Text | Name | Table | Call | Tables


class Component(SyntaxRecord, frozen=True):
    """One equation of a variable, for the elements that its subscripts select.

    Attributes
    ----------
    subscripts : tuple of str
        Ranges or elements on the left-hand side.
    exceptions : tuple of tuple of str
        The groups after ``:EXCEPT:``.
    expression : Node
        The right-hand side.
    kind : {"equation", "lookup", "data", "unchangeable"}
        The sign of definition in the file: ``=``, ``()``, ``:=`` or ``==``.
    text : str
        The right-hand side as written, for messages and listings.
    line : int
        The line of the file on which the definition starts; 0 if unknown.
    keyword : {"", "interpolate", "look_forward", "hold_backward", "raw"}
        For a data variable: how values between its points are found. A data variable without
        values has the expression ``Call("data", ())``.
    """

    subscripts: tuple[str, ...]
    exceptions: tuple[tuple[str, ...], ...]
    expression: Node
    kind: ComponentKind
    text: str
    line: Line
    keyword: Keyword = ""


class Element(SyntaxRecord, frozen=True):
    """A variable of the file: its components, unit, documentation, limits and group."""

    name: str
    unit: str
    documentation: str
    limits: tuple[float | None, float | None]
    group: str
    components: Annotated[tuple[Component, ...], msgspec.Meta(min_length=1)]


class Range(SyntaxRecord, frozen=True):
    """A subscript range.

    Attributes
    ----------
    name : str
    elements : tuple of str
        Elements, or ranges that stand for their elements, in order.
    mapping : tuple of str
        The ranges to which it is mapped.
    line : int
    mapped_elements : tuple of tuple of str
        For each range in `mapping`: the elements (or subranges) that belong to the elements of
        this range, in order, if the file lists them (``-> (B: b2, b1)``). An empty tuple means
        position by position. Has the length of `mapping`, or is empty.
    """

    name: str
    elements: tuple[str, ...]
    mapping: tuple[str, ...] = ()
    line: Line = 0
    mapped_elements: tuple[tuple[str, ...], ...] = ()

    def __post_init__(self) -> None:
        """Refuse listed elements whose number of ranges is not that of the mapping."""
        if self.mapped_elements and len(self.mapped_elements) != len(self.mapping):
            raise ValueError("list the elements of all ranges in the mapping, or of none")


class Macro(SyntaxRecord, frozen=True):
    """A macro of the file. Its main output is the variable with the macro's name.

    Attributes
    ----------
    name : str
        A key (see `match_key`). `inputs` and `outputs` are keys, too.
    inputs : tuple of str
    outputs : tuple of str
        The extra outputs, which the file lists after ``:``.
    elements : tuple of Element
    line : int
    """

    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    elements: tuple[Element, ...]
    line: Line = 0


class ModelText(SyntaxRecord, frozen=True):
    """A whole model file as records.

    Attributes
    ----------
    path : str
    ranges : tuple of Range
    elements : tuple of Element
    groups : tuple of (str, str)
        Name and comment of each group.
    macros : tuple of Macro
    dialect : {"vensim", "xmile"}
    files : tuple of (str, str)
        The data files that were read: path relative to the model's folder, SHA-256 of the bytes.
    method : {"euler", "difference", "rk2", "rk2-auto", "rk4", "rk4-auto"}
        How the file wants to be solved. A file that says nothing means Euler's method.
    remarks : tuple of str
        What the reader had to repair, which a user should know.
    """

    path: str
    ranges: tuple[Range, ...]
    elements: tuple[Element, ...]
    groups: tuple[tuple[str, str], ...] = ()
    macros: tuple[Macro, ...] = ()
    dialect: Literal["vensim", "xmile"] = "vensim"
    files: tuple[tuple[str, str], ...] = ()
    method: FileMethod = "euler"
    remarks: tuple[str, ...] = ()


@lru_cache(maxsize=2**15)  # a study asks for the same names thousands of times
def canonical(name: str) -> str:
    """Return the name of a variable in results.

    Parameters
    ----------
    name : str
        A name as in a model file.

    Returns
    -------
    str
        Lower case, with ``_`` in place of each run of characters that are not letters or digits.

    Examples
    --------
    >>> canonical("RD spending")
    'rd_spending'
    >>> canonical('"Cost (nominal)"')
    'cost_nominal'
    """
    kept = "".join(character if character.isalnum() else " " for character in name.lower())
    return "_".join(kept.split())


def match_key(name: str) -> str:
    """Return a key that is the same for all spellings of a name in a model file.

    Vensim ignores case in names, and treats a blank and an underscore as the same.

    Examples
    --------
    >>> match_key('"R&D  Spending"') == match_key("r&d_spending")
    True
    """
    bare = name.strip()
    if len(bare) > 1 and bare[0] == bare[-1] == '"':
        bare = bare[1:-1]
    return "_".join(bare.lower().replace("_", " ").split())


def is_unfinished(node: Node) -> bool:
    """Tell whether an equation contains ``A FUNCTION OF``, with which Vensim marks a gap.

    Examples
    --------
    >>> is_unfinished(Call("add", (Number(1.0), Call("a_function_of", (Name("x"),)))))
    True
    """
    open_nodes = [node]  # not recursive, because long sums are nested deeply
    while open_nodes:
        current = open_nodes.pop()
        if isinstance(current, Call):
            if current.function == UNFINISHED:
                return True
            open_nodes += current.arguments
    return False


def refers_to(node: Node, name: str) -> bool:
    """Tell whether an expression refers to a variable.

    Examples
    --------
    >>> refers_to(Call("add", (Number(1.0), Name("x", ("north",)))), "x")
    True
    """
    open_nodes = [node]
    while open_nodes:
        current = open_nodes.pop()
        if isinstance(current, Name) and current.name == name:
            return True
        if isinstance(current, Call):
            open_nodes += current.arguments
    return False
