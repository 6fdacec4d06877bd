"""Equations that are a circle by variable, but not by element.

``D[low] = D[high] + 5`` and ``D[high] = 1`` can be computed one after the other. Vensim orders
equations by variable first, and by element if that fails. Here each element of such variables
becomes a hidden variable, so that the order of variables is the order of elements.
"""

from __future__ import annotations

import itertools
import math
import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import reduce

import numpy as np
from msgspec import structs

from xhsim.engine.equations import (
    Along,
    Apply,
    Axis,
    ConstantArray,
    ConstantNumber,
    Dated,
    Definition,
    Discrete,
    Equations,
    Expression,
    Fixed,
    Index,
    Interpolate,
    Part,
    Random,
    Reduce,
    Rule,
    Stock,
    Variable,
    VariableReference,
    Vector,
    walk,
)
from xhsim.engine.language.functions import FUNCTIONS
from xhsim.engine.resolving.draft import Names

__all__ = ["elements_apart"]

MOST_ELEMENTS = 20_000
MOST_TERMS = 500_000  # of all elements, with each term of a sum
STREAMS = 1_000_000  # more than the random functions of a model
COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "equal": operator.eq,
    "not_equal": operator.ne,
    "less": operator.lt,
    "less_equal": operator.le,
    "greater": operator.gt,
    "greater_equal": operator.ge,
}
Place = Mapping[str, tuple[int, int]]  # for each axis the position and the size


def elements_apart(equations: Equations, given: frozenset[str]) -> Equations | None:
    """Make the elements of variables that are in a circle variables of their own.

    Parameters
    ----------
    equations : Equations
    given : frozenset of str
        Keys of the variables whose equations the caller replaces. They are in no circle.

    Returns
    -------
    Equations or None
        None if no variable in a circle has elements, or too many.
    """
    circular = _circular(equations, given)
    split = {
        key
        for key in circular
        if equations.variables[key].shape and _can_be_split(equations.definitions[key])
    }
    total = sum(math.prod(equations.variables[key].shape) for key in split)
    terms = sum(_terms(part) for key in split for part in _parts_of(equations.definitions[key]))
    if not split or total > MOST_ELEMENTS or terms > MOST_TERMS:
        return None
    return _Splitter(equations, circular, split).split_equations()


def _terms(part: Part) -> int:
    """Return how many terms a part has when it is written out by element."""
    sums = (node for node in walk(part.expression) if isinstance(node, Reduce))
    inside = sum(math.prod(_sizes(node.axes).values()) for node in sums)
    return math.prod(_sizes(part.axes).values()) * (1 + inside)


def _circular(equations: Equations, given: frozenset[str]) -> set[str]:
    """Return the variables in circles, at the start of a run or during it."""
    import networkx as nx

    found: set[str] = set()
    for uses in (_uses_at_start, _uses_in_run):
        graph: nx.DiGraph[str] = nx.DiGraph()
        for key, definition in equations.definitions.items():
            if key not in given:
                graph.add_edges_from((key, used) for used in uses(definition) if used not in given)
        for component in nx.strongly_connected_components(graph):
            one = next(iter(component))
            if len(component) > 1 or graph.has_edge(one, one):
                found |= component
    return found


def _uses_at_start(definition: Definition) -> set[str]:
    match definition:
        case Stock() | Dated():
            return _uses(definition.initial)
        case Discrete():
            return _uses((*definition.initial, *definition.delay))
        case Rule():
            return _uses(definition.initial or definition.parts)
    return set()


def _uses_in_run(definition: Definition) -> set[str]:
    if isinstance(definition, Rule) and not definition.held:
        return _uses(definition.parts)
    return set()


def _uses(parts: tuple[Part, ...]) -> set[str]:
    return {name for part in parts for name in part.uses}


def _parts_of(definition: Definition) -> tuple[Part, ...]:
    match definition:
        case Stock():
            return (*definition.flow, *definition.initial)
        case Discrete():
            return (*definition.following, *definition.initial, *definition.delay)
        case Rule():
            return (*definition.parts, *definition.initial)
    return ()


def _can_be_split(definition: Definition) -> bool:
    """Tell whether no function needs the elements together, as VECTOR RANK does."""
    if isinstance(definition, Discrete) and definition.container is not None:
        return False
    return isinstance(definition, Rule | Stock | Discrete) and not any(
        isinstance(node, Vector) for part in _parts_of(definition) for node in walk(part.expression)
    )


@dataclass
class _Splitter:
    equations: Equations
    circular: set[str]
    split: set[str]

    def split_equations(self) -> Equations:
        variables, definitions = dict(self.equations.variables), dict(self.equations.definitions)
        taken = Names(variable.identifier for variable in variables.values())
        for key in sorted(self.circular):
            variable, definition = variables[key], definitions[key]
            if key not in self.split:
                definitions[key] = self._rewritten(definition)
                continue
            parts = []
            elements = self._element_definitions(definition, variable)
            for flat, place in enumerate(itertools.product(*map(range, variable.shape))):
                element = _element_key(key, flat)
                variables[element] = structs.replace(
                    variable,
                    key=element,
                    name=f"{variable.name}[{self._names(variable, place)}]",
                    canonical=element,
                    identifier=taken.new(f"{variable.identifier}_element_{flat}"),
                    dimensions=(),
                    shape=(),
                    hidden=True,
                )
                definitions[element] = elements[flat]
                parts.append(Part((), tuple(map(Fixed, place)), VariableReference(element)))
            definitions[key] = Rule(tuple(parts))
        return replace(self.equations, variables=variables, definitions=definitions)

    def _names(self, variable: Variable, place: tuple[int, ...]) -> str:
        dimensions = [self.equations.dimensions.get(name) for name in variable.dimensions]
        return ",".join(
            dimension.elements[at] if dimension else str(at + 1)
            for dimension, at in zip(dimensions, place, strict=True)
        )

    def _element_definitions(self, definition: Definition, variable: Variable) -> list[Definition]:
        """Return the definition of each element."""
        size = math.prod(variable.shape)

        def each(parts: tuple[Part, ...]) -> list[tuple[Part, ...]]:
            found: list[tuple[Part, ...]] = [()] * size
            for part in parts:
                for place in _places(part):
                    flat = _flat(part.region, variable.shape, place)
                    expression = self._at(part.expression, place, {}, flat)
                    found[flat] = (Part((), (), expression),)
            return found

        match definition:
            case Stock():
                flows, starts = each(definition.flow), each(definition.initial)
                pairs = zip(flows, starts, strict=True)
                return [Stock(flow, start, definition.non_negative) for flow, start in pairs]
            case Discrete():
                lists = map(each, (definition.following, definition.initial, definition.delay))
                return [Discrete(*three) for three in zip(*lists, strict=True)]
            case Rule():
                values, starts = each(definition.parts), each(definition.initial)
                pairs = zip(values, starts, strict=True)
                return [Rule(value, definition.held, start) for value, start in pairs]
        raise TypeError(definition)

    def _rewritten(self, definition: Definition) -> Definition:
        """Let a whole variable refer to single elements where it can."""

        def all_of(parts: tuple[Part, ...]) -> tuple[Part, ...]:
            return tuple(
                structs.replace(p, expression=self._at(p.expression, {}, _sizes(p.axes), 0))
                for p in parts
            )

        match definition:
            case Stock():
                return structs.replace(definition, initial=all_of(definition.initial))
            case Discrete():
                return structs.replace(
                    definition, initial=all_of(definition.initial), delay=all_of(definition.delay)
                )
            case Rule():
                return structs.replace(
                    definition, parts=all_of(definition.parts), initial=all_of(definition.initial)
                )
        return definition

    # --- expressions ---------------------------------------------------------------------

    def _at(
        self, expression: Expression, place: Place, free: Mapping[str, int], element: int
    ) -> Expression:
        """Return an expression at one place of some axes. `free` has the sizes of the others."""

        def inside(*arguments: Expression) -> tuple[Expression, ...]:
            return tuple(self._at(argument, place, free, element) for argument in arguments)

        match expression:
            case ConstantArray():
                return _numbers_at(expression, place, free)
            case VariableReference(variable=variable, indices=indices):
                chosen = _chosen(indices, place)
                if variable in self.split and all(isinstance(i, Fixed) for i in chosen):
                    shape = self.equations.variables[variable].shape
                    return VariableReference(_element_key(variable, _flat(chosen, shape, {})))
                return VariableReference(variable, chosen)
            case Apply(function=function, arguments=arguments):
                return self._decided(function, arguments, inside)
            case Random(function=function, stream=stream, arguments=arguments):
                own = stream + STREAMS * (element + 1 if place else 0)
                return Random(function, own, inside(*arguments))
            case Interpolate(lookup=lookup, indices=indices, argument=argument):
                return Interpolate(lookup, _chosen(indices, place), *inside(argument))
            case Reduce(function=function, axes=axes, arguments=arguments):
                repeated = FUNCTIONS[function].repeats
                if repeated and self._needs_elements(expression):
                    terms = [
                        self._at(arguments[0], {**place, **more}, free, element)
                        for more in _places(Part(axes, (), arguments[0]))
                    ]
                    return reduce(lambda total, term: Apply(repeated, (total, term)), terms)
                wider = {**free, **_sizes(axes)}
                inner = tuple(self._at(a, place, wider, element) for a in arguments)
                return Reduce(function, axes, inner)
            case Vector(function=function, axes=names, arguments=arguments):
                return Vector(function, names, inside(*arguments))
        return expression

    def _decided(
        self,
        function: str,
        arguments: tuple[Expression, ...],
        inside: Callable[..., tuple[Expression, ...]],
    ) -> Expression:
        """Return a call, or the branch that counts where only the element decides about it."""
        if function == "if_then_else":
            (condition,) = inside(arguments[0])
            if isinstance(condition, ConstantNumber):
                return inside(arguments[1] if condition.value else arguments[2])[0]
            return Apply(function, (condition, *inside(*arguments[1:])))
        found = inside(*arguments)
        compare = COMPARISONS.get(function)
        if (
            compare
            and isinstance(found[0], ConstantNumber)
            and isinstance(found[1], ConstantNumber)
        ):
            return ConstantNumber(float(compare(found[0].value, found[1].value)))
        return Apply(function, found)

    def _needs_elements(self, expression: Expression) -> bool:
        return any(
            isinstance(node, VariableReference) and node.variable in self.split
            for node in walk(expression)
        )


def _sizes(axes: tuple[Axis, ...]) -> dict[str, int]:
    return {axis.name: len(axis.elements) for axis in axes}


def _places(part: Part) -> Iterator[dict[str, tuple[int, int]]]:
    sizes = _sizes(part.axes)
    for place in itertools.product(*map(range, sizes.values())):
        yield dict(zip(sizes, zip(place, sizes.values(), strict=True), strict=True))


def _numbers_at(array: ConstantArray, place: Place, free: Mapping[str, int]) -> Expression:
    kept = tuple(axis for axis in array.axes if axis not in place)
    shape = [place[axis][1] if axis in place else free[axis] for axis in array.axes]
    at = tuple(place[axis][0] if axis in place else slice(None) for axis in array.axes)
    values = np.reshape(array.values, shape)[at]
    if not kept:
        return ConstantNumber(float(values))
    return ConstantArray(tuple(values.ravel().tolist()), kept)


def _chosen(indices: tuple[Index, ...], place: Place) -> tuple[Index, ...]:
    return tuple(
        Fixed(index.positions[place[index.axis][0]])
        if isinstance(index, Along) and index.axis in place
        else index
        for index in indices
    )


def _flat(indices: tuple[Index, ...], shape: tuple[int, ...], place: Place) -> int:
    flat = 0
    for index, size in zip(_chosen(indices, place), shape, strict=True):
        assert isinstance(index, Fixed)
        flat = flat * size + index.position
    return flat


def _element_key(key: str, flat: int) -> str:
    return f"{key} element {flat}"  # keys of names in a file contain no blank
