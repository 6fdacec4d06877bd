"""What a model file says, before any name in it is resolved.

These are the plain records that `xhsim.engine.reading` makes of a file and that
`xhsim.engine.cache` stores: no reference has been looked up yet and every function is
still only a name. Whatever a file may say fits into seven kinds of node.

Functions bear PySD's names in lower case. A call of a macro is a `Call` of the macro's name: its
arguments first, then the names of the extra outputs (what stands behind ``:``) as `Name` nodes.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Number:
    """A literal number."""

    value: float


@dataclass(frozen=True)
class NumberArray:
    """A literal list or table of numbers (`1, 2; 3, 4;`), flat, with its shape."""

    values: tuple[float, ...]
    shape: tuple[int, ...]


@dataclass(frozen=True)
class Text:
    """A literal string, as in the file arguments of `GET DIRECT DATA`."""

    value: str


@dataclass(frozen=True)
class Name:
    """A reference to a variable or to a subscript range, with subscripts as written."""

    name: str
    subscripts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """The points of a lookup; `kind` says what happens between and beyond them."""

    x: tuple[float, ...]
    y: tuple[float, ...]
    kind: str = "interpolate"


@dataclass(frozen=True)
class Call:
    """A function or operator (`add`, `less`, `integ`, ...) applied to its arguments."""

    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True)
class Tables:
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
    shape: tuple[int, ...]
    kind: str = "interpolate"


Node = Number | NumberArray | Text | Name | Table | Call | Tables


@dataclass(frozen=True)
class Component:
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
    kind: str
    text: str
    line: int
    keyword: str = ""


@dataclass(frozen=True)
class Element:
    """A variable of the file: its components and what the file tells about it."""

    name: str
    unit: str
    documentation: str
    limits: tuple[float | None, float | None]
    group: str
    components: tuple[Component, ...]


@dataclass(frozen=True)
class Range:
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
        As long as `mapping`.
    """

    name: str
    elements: tuple[str, ...]
    mapping: tuple[str, ...] = ()
    line: int = 0
    mapped_elements: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Macro:
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
    line: int = 0


@dataclass(frozen=True)
class ModelText:
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
    groups: tuple[tuple[str, str], ...] = field(default=())
    macros: tuple[Macro, ...] = ()
    dialect: str = "vensim"
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
