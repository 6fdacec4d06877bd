"""What a model file says, before any name in it is resolved.

These are the plain records that `xhsim.engine.reading` makes of a file and that
`xhsim.engine.reading.cache` stores: no reference has been looked up yet and every function is
still only a name. Whatever a file may say fits into seven kinds of node.

The records are msgspec's `Struct` and not dataclasses, because msgspec tells the members of a union
apart only for its own records. Made in Python they are as frozen as dataclasses; read from bytes
every field is checked against its type here, closed sets of words and the rules of
``__post_init__`` included.

Functions bear PySD's names in lower case. A call of a macro is a `Call` of the macro's name: its
arguments first, then the names of the extra outputs (what stands behind ``:``) as `Name` nodes.
"""

from __future__ import annotations

import math
from typing import Annotated, Literal

import msgspec

# The closed sets of words.
Between = Literal["interpolate", "look_forward", "hold_backward", "raw"]
TableKind = Literal[Between, "extrapolate"]
Keyword = Literal[Between, ""]
ComponentKind = Literal["equation", "lookup", "data", "unchangeable"]

Line = Annotated[int, msgspec.Meta(ge=0)]
Size = Annotated[int, msgspec.Meta(ge=0)]


class SyntaxRecord(
    msgspec.Struct, frozen=True, array_like=True, tag=True, forbid_unknown_fields=True
):
    """What all records have in common: in bytes, a list of the class's name and the fields."""


class Number(SyntaxRecord, frozen=True):
    """A literal number."""

    value: float


class NumberArray(SyntaxRecord, frozen=True):
    """A literal list or table of numbers (`1, 2; 3, 4;`), flat, with its shape."""

    values: tuple[float, ...]
    shape: tuple[Size, ...]

    def __post_init__(self) -> None:
        """Refuse a shape that is not that of the values."""
        if math.prod(self.shape) != len(self.values):
            raise ValueError("the shape is not that of the values")


class Text(SyntaxRecord, frozen=True):
    """A literal string, as in the file arguments of `GET DIRECT DATA`."""

    value: str


class Name(SyntaxRecord, frozen=True):
    """A reference to a variable or to a subscript range, with subscripts as written."""

    name: str
    subscripts: tuple[str, ...] = ()


class Table(SyntaxRecord, frozen=True):
    """The points of a lookup; `kind` says what happens between and beyond them."""

    x: tuple[float, ...]
    y: tuple[float, ...]
    kind: TableKind = "interpolate"

    def __post_init__(self) -> None:
        """Refuse points that lack a coordinate."""
        if len(self.x) != len(self.y):
            raise ValueError("x and y differ in length")


class Call(SyntaxRecord, frozen=True):
    """A function or operator (`add`, `less`, `integ`, ...) applied to its arguments."""

    function: str
    arguments: tuple[Node, ...]

    def __hash__(self) -> int:
        """Hash in Python, where a chain too long for the stack is an error, not a crash."""
        return hash((self.function, self.arguments))


class Tables(SyntaxRecord, frozen=True):
    """Tables read from a data file, one for each element of a component's ranges.

    Attributes
    ----------
    x : tuple of float
        The times or the inputs, increasing.
    y : tuple of float
        The values in C order, x first; NaN where the file has none.
    shape : tuple of int
        ``(len(x), *sizes of the component's range subscripts)``.
    kind : {"interpolate", "look_forward", "hold_backward", "raw"}
        What happens between the points. The first and last value hold beyond them, but ``raw``
        data have values at the points only.
    """

    x: tuple[float, ...]
    y: tuple[float, ...]
    shape: tuple[Size, ...]
    kind: Between = "interpolate"

    def __post_init__(self) -> None:
        """Refuse a shape that is not that of the values."""
        if math.prod(self.shape) != len(self.y) or self.shape[:1] != (len(self.x),):
            raise ValueError("the shape is not that of the points")


Node = Number | NumberArray | Text | Name | Table | Call | Tables


class Component(SyntaxRecord, frozen=True):
    """One equation of a variable: the part its subscripts select.

    Attributes
    ----------
    subscripts : tuple of str
        Ranges or elements on the left-hand side.
    exceptions : tuple of tuple of str
        The groups after ``:EXCEPT:``.
    expression : Node
        The right-hand side.
    kind : {"equation", "lookup", "data", "unchangeable"}
        How the file defines it (``=``, ``()``, ``:=``, ``==``).
    text : str
        The right-hand side as written, for messages and listings.
    line : int
        The line of the file on which the definition starts; 0 if unknown.
    keyword : {"", "interpolate", "look_forward", "hold_backward", "raw"}
        Of a data variable: what the file asks for between its points. A data variable without
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
    """A variable of the file: its components and what the file tells about it."""

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
        Elements, or ranges whose elements they stand for, in order.
    mapping : tuple of str
        The ranges it is mapped to.
    line : int
    mapped_elements : tuple of tuple of str
        For each range in `mapping`: its elements (or subranges) in the order of this range's own
        if the file lists them (``-> (B: b2, b1)``), or nothing if they go position by position.
        As long as `mapping`, or empty.
    """

    name: str
    elements: tuple[str, ...]
    mapping: tuple[str, ...] = ()
    line: Line = 0
    mapped_elements: tuple[tuple[str, ...], ...] = ()

    def __post_init__(self) -> None:
        """Refuse elements for more or fewer ranges than it is mapped to."""
        if self.mapped_elements and len(self.mapped_elements) != len(self.mapping):
            raise ValueError("each range it is mapped to has its elements, or none has")


class Macro(SyntaxRecord, frozen=True):
    """A macro of the file: its main output is the variable that bears the macro's name.

    Attributes
    ----------
    name : str
        As a key (see `match_key`), like `inputs` and `outputs`.
    inputs : tuple of str
    outputs : tuple of str
        The extra outputs, behind ``:`` in the file.
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
        The data files that were read: path from the model's folder, SHA-256 of the bytes.
    """

    path: str
    ranges: tuple[Range, ...]
    elements: tuple[Element, ...]
    groups: tuple[tuple[str, str], ...] = ()
    macros: tuple[Macro, ...] = ()
    dialect: Literal["vensim", "xmile"] = "vensim"
    files: tuple[tuple[str, str], ...] = ()


def canonical(name: str) -> str:
    """Return the name under which results carry a variable.

    Parameters
    ----------
    name : str
        A name as in a model file.

    Returns
    -------
    str
        Lower case, with every run of other characters than letters and digits as one ``_``.

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
    """Return the form in which two spellings of one name in a model file are equal.

    Vensim tells names apart neither by case nor by blank against underscore.

    Examples
    --------
    >>> match_key('"R&D  Spending"') == match_key("r&d_spending")
    True
    """
    bare = name.strip()
    if len(bare) > 1 and bare[0] == bare[-1] == '"':
        bare = bare[1:-1]
    return "_".join(bare.lower().replace("_", " ").split())
