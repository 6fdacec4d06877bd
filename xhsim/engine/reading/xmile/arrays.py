"""Dimensions of an XMILE file, and the subscripts of whole arrays in equations.

In XMILE, an equation may use an array without subscripts: together with other arrays of the same
dimensions, or inside SUM, MIN or MAX, which then use all of its elements. The rest of the engine
needs subscripts on every array, and a ``!`` after each subscript over which a function works, as in
Vensim.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from xhsim.engine.language import syntax
from xhsim.engine.language.functions import FUNCTIONS
from xhsim.engine.reading.xmile.equations import EquationError
from xhsim.engine.reading.xmile.xml import Document

__all__ = ["Arrays", "NameMeanings", "Owner"]

MOST_ELEMENTS = 100_000
# Functions over arrays, and their names when a subscript is marked with !.
REDUCTIONS = {"sum": "sum", "prod": "prod", "vmin_xmile": "vmin", "vmax_xmile": "vmax"}
COUNTS = {"mean", "size", "stddev"}  # of all elements
EXTREMES = {"min": "vmin", "max": "vmax"}


class NameMeanings(Protocol):
    """The meaning of names in an equation."""

    def meaning(self, key: str, module: str) -> syntax.Node:
        """Return the node that a name means in a module."""

    def table(self, key: str) -> syntax.Table | None:
        """Return the graphical function of a variable that has an equation as well."""


@dataclass(frozen=True)
class Owner:
    """The component to which an equation belongs: its variable's dimensions, its own subscripts.

    `key` is the variable's own name, which the equation may call SELF. `module` is the path of
    the module that contains it.
    """

    dimensions: tuple[str, ...] = ()
    subscripts: tuple[str, ...] = ()
    key: str = ""
    module: str = ""


class Arrays:
    """The dimensions of a file, and the dimensions of each of its variables.

    Parameters
    ----------
    document : Document

    Attributes
    ----------
    ranges : tuple of syntax.Range
    """

    def __init__(self, document: Document) -> None:
        self._dimensions: dict[str, tuple[str, ...]] = {}
        found: list[syntax.Range] = []
        for section in document.children("dimensions"):
            for node in document.children("dim", section):
                name = document.name_of(node)
                elements = tuple(document.name_of(e) for e in document.children("elem", node))
                size = node.get("size") or ""
                if not elements and size.isdecimal() and int(size[:9]) <= MOST_ELEMENTS:
                    elements = tuple(str(number) for number in range(1, int(size) + 1))
                if not elements or len(elements) > MOST_ELEMENTS:
                    raise document.error(
                        f'the dimension "{name}" has no elements, or more than {MOST_ELEMENTS:,}',
                        node,
                        "list its elements or give a size",
                    )
                found.append(syntax.Range(name, elements, (), node.sourceline or 0))
        self.ranges = tuple(found)

    def elements(self, dimension: str) -> tuple[str, ...] | None:
        """Return the elements of a dimension, or None if there is no such dimension."""
        key = syntax.match_key(dimension)
        return next((r.elements for r in self.ranges if syntax.match_key(r.name) == key), None)

    def declare(self, key: str, dimensions: tuple[str, ...]) -> None:
        """Store the dimensions of a variable."""
        if dimensions:
            self._dimensions[key] = dimensions

    def complete(
        self, node: syntax.Node, owner: Owner, names: NameMeanings, inside: bool
    ) -> syntax.Node:
        """Return a tree in which names have their meaning and whole arrays their subscripts.

        Parameters
        ----------
        node : syntax.Node
        owner : Owner
            The component to which the equation belongs.
        names : NameMeanings
        inside : bool
            Whether a function over arrays encloses the node.

        Raises
        ------
        EquationError
            If a name has more or fewer subscripts than its variable has dimensions.
        """
        if isinstance(node, syntax.Name):
            meant = names.meaning(node.name, owner.module)
            if owner.key and meant == syntax.Name("self"):
                meant = syntax.Name(owner.key)
            if not isinstance(meant, syntax.Name):
                return meant
            return syntax.Name(meant.name, self._subscripts(meant.name, node, owner, inside))
        if not isinstance(node, syntax.Call):
            return node
        if node.function in COUNTS and len(node.arguments) == 1:
            return self._counted(node, owner, names)
        if node.function in EXTREMES and not inside and self._has_whole(node, owner, names):
            parts = tuple(self._extreme(node.function, a, owner, names) for a in node.arguments)
            return syntax.Call(node.function, parts)
        inside = inside or node.function in REDUCTIONS
        parts = tuple(self.complete(item, owner, names, inside) for item in node.arguments)
        if node.function in REDUCTIONS and any(_is_marked(part) for part in parts):
            return syntax.Call(REDUCTIONS[node.function], parts)
        meant = names.meaning(node.function, owner.module)
        function = meant.name if isinstance(meant, syntax.Name) else node.function
        table = names.table(function)
        if table is not None and len(parts) == 1:
            return syntax.Call("with_lookup", (parts[0], table))
        is_free = function not in FUNCTIONS  # a variable may have the same name as a function
        if function in self._dimensions and is_free:  # a graphical function with dimensions
            bare = syntax.Name(function)
            whole = syntax.Name(function, self._subscripts(function, bare, owner, inside))
            return syntax.Call("look_up", (whole, *parts))
        return syntax.Call(function, parts)

    def _counted(self, node: syntax.Call, owner: Owner, names: NameMeanings) -> syntax.Node:
        """Return the MEAN of the elements of an array, their STDDEV or their number (SIZE)."""
        part = self.complete(node.arguments[0], owner, names, True)
        size = 1
        for dimension in _marked(part):
            size *= len(self.elements(dimension) or ())
        if node.function == "size":
            return syntax.Number(float(size))
        if not _is_marked(part):
            return part if node.function == "mean" else syntax.Number(0.0)

        def mean(values: syntax.Node) -> syntax.Node:
            total = syntax.Call("sum", (values,))
            return syntax.Call("divide", (total, syntax.Number(float(size))))

        if node.function == "mean":
            return mean(part)
        gap = syntax.Call("subtract", (part, mean(part)))
        return syntax.Call("sqrt", (mean(syntax.Call("multiply", (gap, gap))),))

    def _extreme(
        self, function: str, node: syntax.Node, owner: Owner, names: NameMeanings
    ) -> syntax.Node:
        part = self.complete(node, owner, names, True)
        return syntax.Call(EXTREMES[function], (part,)) if _is_marked(part) else part

    def _has_whole(self, node: syntax.Call, owner: Owner, names: NameMeanings) -> bool:
        """Tell whether MIN or MAX of two values has a whole array, as in ``MAX(a, 0)``."""
        own = {syntax.match_key(dimension) for dimension in owner.dimensions}
        for item in node.arguments:
            if isinstance(item, syntax.Name):
                meant = names.meaning(item.name, owner.module)
                key = meant.name if isinstance(meant, syntax.Name) else ""
                has = {syntax.match_key(d) for d in self._dimensions.get(key, ())}
                if "*" in item.subscripts or (not item.subscripts and not has <= own):
                    return True
        return False

    def _subscripts(
        self, key: str, name: syntax.Name, owner: Owner, inside: bool
    ) -> tuple[str, ...]:
        dimensions = self._dimensions.get(key, ())
        if not name.subscripts and inside:
            return tuple(f"{dimension}!" for dimension in dimensions)
        if not name.subscripts:
            return self._along(dimensions, owner)
        if len(name.subscripts) != len(dimensions):
            raise EquationError(
                f'"{name.name}" has {len(name.subscripts)} subscripts but {len(dimensions)} '
                "dimensions"
            )
        if "*" in name.subscripts and not inside:
            raise EquationError(f'"{name.name}" has a * outside SUM, MIN, MAX or PROD')
        return tuple(
            f"{dimension}!" if subscript == "*" else subscript
            for subscript, dimension in zip(name.subscripts, dimensions, strict=True)
        )

    def _along(self, dimensions: tuple[str, ...], owner: Owner) -> tuple[str, ...]:
        """Return the subscripts of the equation's component where the dimensions are the same."""
        free = {
            syntax.match_key(dimension): subscript
            for dimension, subscript in zip(owner.dimensions, owner.subscripts, strict=False)
        }
        return tuple(free.get(syntax.match_key(dimension), dimension) for dimension in dimensions)


def _is_marked(node: syntax.Node) -> bool:
    return bool(_marked(node))


def _marked(node: syntax.Node) -> set[str]:
    """Return the dimensions over which a function works whose argument this is."""
    if isinstance(node, syntax.Name):
        return {subscript[:-1] for subscript in node.subscripts if subscript.endswith("!")}
    if isinstance(node, syntax.Call) and node.function not in REDUCTIONS.values():
        return {dimension for argument in node.arguments for dimension in _marked(argument)}
    return set()
