"""Dimensions of an XMILE file, and the subscripts of whole arrays in equations.

In XMILE, an equation may use an array without subscripts: together with other arrays of the same
dimensions, or inside SUM, MIN or MAX, which then use all of its elements. The rest of the engine
needs subscripts on every array, and a ``!`` after each subscript over which a function works, as in
Vensim.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from typing import Protocol

from xhsim.engine import limits
from xhsim.engine.language import syntax
from xhsim.engine.language.functions import FUNCTIONS
from xhsim.engine.reading.xmile.dimension_names import meant_subscripts, set_apart
from xhsim.engine.reading.xmile.equations import ELEMENT, EquationError
from xhsim.engine.reading.xmile.xml import Document

__all__ = ["Arrays", "NameMeanings", "Owner"]

TIME = "time"
# Functions over arrays, and their names when a subscript is marked with !.
REDUCTIONS = {"sum": "sum", "prod": "prod", "vmin_xmile": "vmin", "vmax_xmile": "vmax"}
COUNTS = {"mean", "size", "stddev"}  # of all elements
EXTREMES = {"min": "vmin", "max": "vmax"}


def _area(graph: syntax.Table) -> float:
    """Return the area under a graph."""
    return sum(width * (first + last) / 2 for _, width, first, last in _pieces(graph))


def _mean(graph: syntax.Table) -> float:
    """Return the mean of x, weighted by y; NaN if there is no area."""
    moment = sum(
        width * (x * (first + last) / 2 + width * (first + 2 * last) / 6)
        for x, width, first, last in _pieces(graph)
    )
    area = _area(graph)
    return moment / area if area else math.nan


def _pieces(graph: syntax.Table) -> Iterator[tuple[float, float, float, float]]:
    """Yield the x, the width, and the first and the last y of each piece of a graph."""
    for (x, y), (end, last) in itertools.pairwise(zip(graph.x, graph.y, strict=True)):
        yield x, end - x, y, y if graph.kind == "hold_backward" else last


# What is known of a graphical function before a run.
SHAPES = {"lookuparea": _area, "lookupmean": _mean}


class NameMeanings(Protocol):
    """The meaning of names in an equation."""

    def meaning(self, key: str, module: str) -> syntax.Node:
        """Return the node that a name means in a module."""

    def table(self, key: str) -> syntax.Table | None:
        """Return the graphical function of a variable that has an equation as well."""

    def graph(self, key: str, module: str) -> syntax.Table | None:
        """Return the graphical function that a name means in a module."""


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
        self._renamed = set_apart(document)
        self._dimensions: dict[str, tuple[str, ...]] = {}
        found: list[syntax.Range] = []
        for section in document.children("dimensions"):
            for node in document.children("dim", section):
                name = document.name_of(node)
                elements = tuple(document.name_of(e) for e in document.children("elem", node))
                size = node.get("size") or ""
                number = len(elements) or (int(size[:15]) if size.isdecimal() else 0)
                if not number:
                    raise document.error(
                        f'the dimension "{name}" has no elements',
                        node,
                        "list its elements or give a size",
                    )
                most = limits.most(limits.RANGE)
                if number > most:
                    raise document.error(
                        f'the dimension "{name}" has more than {most:,} elements',
                        node,
                        limits.raise_hint(number, limits.RANGE),
                    )
                elements = elements or tuple(map(str, range(1, number + 1)))
                found.append(syntax.Range(name, elements, (), node.sourceline or 0))
        self.ranges = tuple(found)
        self._names: set[str] = set()

    def elements(self, dimension: str) -> tuple[str, ...] | None:
        """Return the elements of a dimension, or None if there is no such dimension."""
        key = syntax.match_key(dimension)
        return next((r.elements for r in self.ranges if syntax.match_key(r.name) == key), None)

    def declare(self, key: str, dimensions: tuple[str, ...]) -> None:
        """Store the dimensions of a variable."""
        self._names.add(key)
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
            number = self._position(node)
            if number is not None:
                return number
            if node.name.endswith("'") and node.name not in self._names:
                # The dimensions have names, so that the order of rows and columns is clear.
                node = syntax.Name(node.name.rstrip("'"), node.subscripts[::-1])
            meant = names.meaning(node.name, owner.module)
            if owner.key and meant == syntax.Name("self"):
                meant = syntax.Name(owner.key)
            if not isinstance(meant, syntax.Name):
                return meant
            if any(self._is_computed(each, meant.name) for each in node.subscripts):
                places = (
                    syntax.Name(syntax.match_key(each))
                    if self._is_computed(each, meant.name)
                    else syntax.Text(each)
                    for each in node.subscripts
                )
                call = syntax.Call(ELEMENT, (syntax.Name(node.name), *places))
                return self._computed(call, owner, names, inside)
            return syntax.Name(meant.name, self._subscripts(meant.name, node, owner, inside))
        if not isinstance(node, syntax.Call):
            return node
        if node.function == ELEMENT:
            return self._computed(node, owner, names, inside)
        if node.function == "mean" and len(node.arguments) > 1:
            parts = tuple(self.complete(item, owner, names, inside) for item in node.arguments)
            total = reduce(_plus, parts)
            return syntax.Call("divide", (total, syntax.Number(float(len(parts)))))
        if node.function in SHAPES and len(node.arguments) == 1:
            (named,) = node.arguments
            graph = (
                names.graph(named.name, owner.module) if isinstance(named, syntax.Name) else None
            )
            if graph is None:
                raise EquationError(f"{node.function.upper()} takes a graphical function")
            return syntax.Number(SHAPES[node.function](graph))
        if node.function in COUNTS and len(node.arguments) == 1:
            return self._counted(node, owner, names)
        if node.function == "rank" and len(node.arguments) in {2, 3} and "rank" not in self._names:
            return self._of_rank(node, owner, names)
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
        counted = node.arguments[0]
        if node.function == "size" and isinstance(counted, syntax.Name):
            elements = None if counted.name in self._names else self.elements(counted.name)
            if elements is not None:
                return syntax.Number(float(len(elements)))
        part = self.complete(counted, owner, names, True)
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

    def _of_rank(self, node: syntax.Call, owner: Owner, names: NameMeanings) -> syntax.Node:
        """Return RANK: the position of the element of an array that has a rank."""
        array, rank, *other = node.arguments
        values, second = (self.complete(a, owner, names, True) for a in (array, *other, array)[:2])
        if not _is_marked(values) or _marked(second) != _marked(values):
            raise EquationError("RANK takes an array, and a second one of the same dimensions")
        return syntax.Call(
            "element_of_rank", (values, second, self.complete(rank, owner, names, False))
        )

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
        every = tuple(map(self.elements, dimensions))
        name = syntax.Name(name.name, meant_subscripts(name.subscripts, every, self._renamed))
        if not name.subscripts and inside:
            return tuple(f"{dimension}!" for dimension in dimensions)
        if not name.subscripts:
            return self._along(dimensions, owner)
        if len(name.subscripts) != len(dimensions):
            raise EquationError(
                f'"{name.name}" has {len(name.subscripts)} subscripts but {len(dimensions)} '
                "dimensions"
            )
        return tuple(
            self._subscript(subscript, dimension, name.name, owner, inside)
            for subscript, dimension in zip(name.subscripts, dimensions, strict=True)
        )

    def _subscript(
        self, subscript: str, dimension: str, name: str, owner: Owner, inside: bool
    ) -> str:
        if subscript == "*":
            if inside:
                return f"{dimension}!"
            if syntax.match_key(dimension) in map(syntax.match_key, owner.dimensions):
                return self._along((dimension,), owner)[0]
            raise EquationError(f'"{name}" has a * outside SUM, MIN, MAX or PROD')
        if ":" not in subscript:
            return subscript
        first, _, last = subscript.partition(":")
        elements = self.elements(dimension) or ()
        keys = [syntax.match_key(element) for element in elements]
        try:
            begin, end = keys.index(syntax.match_key(first)), keys.index(syntax.match_key(last))
        except ValueError:
            raise EquationError(f'"{dimension}" has no elements {first} and {last}') from None
        if not inside or end < begin:
            raise EquationError(
                f'"{name}" has the range {subscript}, which is possible only within SUM, MEAN, '
                "MIN, MAX, PROD or SIZE and from a lower to a higher element"
            )
        part = syntax.Range(f"{dimension} {subscript}", elements[begin : end + 1], (), 0)
        if part not in self.ranges:
            self.ranges = (*self.ranges, part)
        return f"{part.name}!"

    def _is_computed(self, subscript: str, key: str) -> bool:
        """Tell whether a subscript is a variable, and not an element or a dimension."""
        name = syntax.match_key(subscript)
        if name != TIME and name not in self._names:
            return False
        known = (self.elements(dimension) or () for dimension in self._dimensions.get(key, ()))
        return self.elements(subscript) is None and not any(
            name in map(syntax.match_key, elements) for elements in known
        )

    def _position(self, node: syntax.Name) -> syntax.Number | None:
        """Return the position of an element that a name means, as in ``Region.north``."""
        dimension, dot, element = node.name.rpartition(".")
        elements = self.elements(dimension) if dot and node.name not in self._names else None
        keys = [syntax.match_key(each) for each in elements or ()]
        return syntax.Number(float(keys.index(element) + 1)) if element in keys else None

    def _computed(
        self, node: syntax.Call, owner: Owner, names: NameMeanings, inside: bool
    ) -> syntax.Node:
        """Return an element of an array whose place is computed; 0 outside the array."""
        bare, *given = node.arguments
        assert isinstance(bare, syntax.Name)
        meant = self.complete(syntax.Name(bare.name), owner, names, True)
        key = meant.name if isinstance(meant, syntax.Name) else bare.name
        dimensions = self._dimensions.get(key, ())
        if len(given) != len(dimensions):
            raise EquationError(
                f'"{bare.name}" has {len(given)} subscripts but {len(dimensions)} dimensions'
            )
        subscripts: list[str] = []
        offset: syntax.Node = syntax.Number(0.0)
        outside: list[syntax.Node] = []
        sizes = [len(self.elements(dimension) or ()) for dimension in dimensions]
        for number, (each, dimension) in enumerate(zip(given, dimensions, strict=True)):
            if isinstance(each, syntax.Text):
                subscripts.append(self._subscript(each.value, dimension, key, owner, inside))
                continue
            place = self.complete(each, owner, names, inside)
            step = syntax.Number(float(math.prod(sizes[number + 1 :])))
            away = _away(place, dimension)
            along = self._along((dimension,), owner)[0]
            if away is not None and along in owner.dimensions:
                subscripts.append(along)
            else:
                subscripts.append((self.elements(dimension) or ("",))[0])
                away = syntax.Call("subtract", (place, syntax.Number(1.0)))
            if len(dimensions) > 1:
                away = syntax.Call("multiply", (away, step))
            plain = isinstance(offset, syntax.Number) and offset.value == 0
            offset = away if plain else syntax.Call("add", (offset, away))
            low = syntax.Call("less", (place, syntax.Number(0.5)))
            high = syntax.Call("greater", (place, syntax.Number(sizes[number] + 0.5)))
            outside += [low, high]
        element = syntax.Call("vector_elm_map", (syntax.Name(key, tuple(subscripts)), offset))
        is_outside = reduce(_or, outside)
        return syntax.Call("if_then_else", (is_outside, syntax.Number(0.0), element))

    def _along(self, dimensions: tuple[str, ...], owner: Owner) -> tuple[str, ...]:
        """Return the subscripts of the equation's component where the dimensions are the same."""
        free = {
            syntax.match_key(dimension): subscript
            for dimension, subscript in zip(owner.dimensions, owner.subscripts, strict=False)
        }
        return tuple(free.get(syntax.match_key(dimension), dimension) for dimension in dimensions)


def _plus(a: syntax.Node, b: syntax.Node) -> syntax.Node:
    return syntax.Call("add", (a, b))


def _or(a: syntax.Node, b: syntax.Node) -> syntax.Node:
    return syntax.Call("or", (a, b))


def _away(place: syntax.Node, dimension: str) -> syntax.Node | None:
    """Return how far ``Age - 1`` is from the element of its own row; None for other places."""
    match place:
        case syntax.Call(
            function="add" | "subtract" as sign,
            arguments=(syntax.Name(name=name, subscripts=()), syntax.Number(value=value)),
        ) if name == syntax.match_key(dimension):
            return syntax.Number(value if sign == "add" else -value)
    return None


def _is_marked(node: syntax.Node) -> bool:
    return bool(_marked(node))


def _marked(node: syntax.Node) -> set[str]:
    """Return the dimensions over which a function works whose argument this is."""
    if isinstance(node, syntax.Name):
        return {subscript[:-1] for subscript in node.subscripts if subscript.endswith("!")}
    if isinstance(node, syntax.Call) and node.function not in REDUCTIONS.values():
        return {dimension for argument in node.arguments for dimension in _marked(argument)}
    return set()
