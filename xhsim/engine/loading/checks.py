"""Checks of stored equations: what the types of their fields cannot say.

Emitters rely on it: each name is that of a variable, each position is within its dimension, each
function is in the table and has its arguments. Names in emitted code are generated ones. Only
somebody who writes into the user's own cache folder can make an entry that does not hold this.
"""

from __future__ import annotations

import keyword
import math
import re
from collections.abc import Mapping, Sequence
from functools import partial

from xhsim.engine.axes import positions_of
from xhsim.engine.containers.descriptions import Belt, Container
from xhsim.engine.equations import (
    TIME,
    Along,
    Apply,
    ConstantArray,
    ConstantNumber,
    Dated,
    Definition,
    Dimension,
    Discrete,
    Equations,
    Expression,
    Index,
    Interpolate,
    Lookup,
    Part,
    Random,
    Reduce,
    Rule,
    Stock,
    Variable,
    VariableReference,
    Vector,
)
from xhsim.engine.language.functions import FUNCTIONS, Function
from xhsim.engine.resolving.draft import PLAIN_IDENTIFIER, RESERVED

__all__ = ["check_definitions", "check_variables"]

PLACE = re.compile(r"\{(\d+)\}")  # of an argument in a template
NEEDED = ("initial_time", "final_time", "time_step")
UNFIT = "the stored equations do not fit together"
Sizes = Mapping[str, int]


def check_variables(variables: Sequence[Variable], dimensions: Sequence[Dimension]) -> None:
    """Check names and shapes.

    Raises
    ------
    ValueError
        If they do not fit together.
    """
    sizes = {dimension.canonical: len(dimension.elements) for dimension in dimensions}
    shown = [variable for variable in variables if not variable.hidden]
    taken = {TIME, "draw", *sizes}
    arrays = [variable for variable in variables if variable.shape or variable.dimensions]
    _demand(
        len(sizes) == len(dimensions)
        and len({variable.key for variable in variables}) == len(variables)
        and len({variable.canonical for variable in shown} - taken) == len(shown)
        and all(len(v.shape) == len(v.dimensions) for v in arrays)
        and all(
            sizes.get(name) == size
            for v in arrays
            if not v.hidden
            for name, size in zip(v.dimensions, v.shape, strict=True)
        )
    )


def check_definitions(equations: Equations, definitions: Mapping[str, Definition]) -> None:
    """Check right-hand sides, and the names that emitted code contains.

    Parameters
    ----------
    equations : Equations
        Their variables are checked already.
    definitions : mapping of str to Definition

    Raises
    ------
    ValueError
        If they do not fit.
    """
    variables = equations.variables
    identifiers = {variable.identifier for variable in variables.values()}
    _demand(
        variables.keys() == definitions.keys()
        and len(identifiers) == len(variables)
        and all(map(PLAIN_IDENTIFIER.fullmatch, identifiers))
        and identifiers.isdisjoint(RESERVED)
        and not any(map(keyword.iskeyword, identifiers))
        and variables.keys() >= {*NEEDED, *equations.structural, *equations.without_values}
        and variables.keys() >= equations.unfinished
    )
    checker = _Fitting(variables, definitions)
    for key, definition in definitions.items():
        checker.check(variables[key], definition)


def _demand(holds: bool) -> None:
    if not holds:
        raise ValueError(UNFIT)


class _Fitting:
    def __init__(
        self, variables: Mapping[str, Variable], definitions: Mapping[str, Definition]
    ) -> None:
        tables = {key for key, found in definitions.items() if isinstance(found, Lookup)}
        self.tables = {key: variables[key].shape for key in tables}
        self.shapes = {key: v.shape for key, v in variables.items() if key not in tables}
        _demand(TIME not in variables)
        self.shapes[TIME] = ()
        rows = [(name, row) for name, row in FUNCTIONS.items() if row.numpy is not None]
        self.calls = set().union(*(_forms(*row) for row in rows))

    def check(self, variable: Variable, definition: Definition) -> None:
        _demand((variable.kind == "lookup") == isinstance(definition, Lookup))
        _demand(variable.kind != "constant" or _is_constant(definition))
        parts = partial(self._parts, variable.shape)
        match definition:
            case Rule():
                parts(definition.parts)
                parts(definition.initial, may_be_missing=True)
            case Stock():
                parts(definition.flow)
                parts(definition.initial)
            case Discrete():
                parts(definition.following)
                parts(definition.initial)
                parts(definition.delay, may_be_missing=True)
                self._container(variable.shape, definition.container)
            case Dated():
                parts(definition.initial)
                for change in definition.changes:
                    parts(change.parts)
            case Lookup(tables=tables):
                _demand(len(tables) == math.prod(variable.shape))
                _demand(all(len(x) == len(y) > 0 for x, y in tables))

    def _container(self, shape: tuple[int, ...], container: Container | None) -> None:
        """Check that a container has the numbers that it takes, and its belts the same elements."""
        if container is None:
            return
        _demand(shape[-1:] == (container.size,))
        if isinstance(container, Belt):
            others = {entry.source for entry in container.entries} & self.shapes.keys()
            _demand(all(self.shapes[other][:-1] == shape[:-1] for other in others))

    def _parts(
        self, shape: tuple[int, ...], parts: tuple[Part, ...], *, may_be_missing: bool = False
    ) -> None:
        """Check that parts fill an array, each place once."""
        if not parts and may_be_missing:
            return
        if not shape and len(parts) == 1 and not parts[0].axes and not parts[0].region:
            self._expression(parts[0].expression, {})  # most parts of most models
            return
        filled = 0
        for part in parts:
            sizes = {axis.name: len(axis.elements) for axis in part.axes}
            along = self._indices(part.region, shape, sizes)
            _demand(along == len(sizes) == len(part.axes))
            filled += math.prod(sizes.values())
            self._expression(part.expression, sizes)
        _demand(filled == math.prod(shape))
        if len(parts) > 1:
            every = [place for part in parts for place in positions_of(part.region, shape)]
            _demand(len(set(every)) == len(every))

    def _indices(self, indices: tuple[Index, ...], shape: tuple[int, ...], sizes: Sizes) -> int:
        """Check what indices select, and return how many of them follow an axis."""
        _demand(len(indices) == len(shape))
        axes = set()
        along = 0
        for index, size in zip(indices, shape, strict=True):
            if isinstance(index, Along):
                positions = index.positions
                _demand(sizes.get(index.axis) == len(positions) > 0 and max(positions) < size)
                axes.add(index.axis)
                along += 1
            else:
                _demand(index.position < size)
        _demand(len(axes) == along)
        return along

    def _expression(self, expression: Expression, sizes: Sizes) -> None:
        match expression:
            case VariableReference(variable=name, indices=indices):
                shape = self.shapes.get(name)
                if shape is None:
                    raise ValueError(UNFIT)
                if shape or indices:
                    self._indices(indices, shape, sizes)
            case Apply(function=function, arguments=arguments):
                _demand((function, "elementwise", len(arguments)) in self.calls)
                for argument in arguments:
                    self._expression(argument, sizes)
            case ConstantArray(values=values, axes=axes):
                _demand(set(axes) <= sizes.keys() and len(set(axes)) == len(axes) > 0)
                _demand(math.prod(sizes[axis] for axis in axes) == len(values))
            case Interpolate(lookup=lookup, indices=indices, argument=argument):
                _demand(lookup in self.tables)
                self._indices(indices, self.tables[lookup], sizes)
                self._expression(argument, sizes)
            case Reduce(function=function, axes=reduced, arguments=arguments):
                _demand((function, "reduction", len(arguments)) in self.calls)
                inner = {axis.name: len(axis.elements) for axis in reduced}
                _demand(len(inner) == len(reduced) > 0 and inner.keys().isdisjoint(sizes))
                folded = FUNCTIONS[function].folded
                for number, argument in enumerate(arguments):
                    self._expression(argument, {**sizes, **inner} if number < folded else sizes)
            case Vector(function=function, axes=axes, arguments=arguments):
                _demand((function, "vector", len(arguments)) in self.calls)
                _demand(set(axes) <= sizes.keys() and len(set(axes)) == len(axes) > 0)
                for argument in arguments:
                    self._expression(argument, sizes)
            case Random(function=function, arguments=arguments):
                _demand((function, "random", len(arguments)) in self.calls)
                for argument in arguments:
                    self._expression(argument, sizes)


def _forms(name: str, row: Function) -> set[tuple[str, str, int]]:
    """Return how a function may be called: its name, its kind of node, and numbers of arguments."""
    kind = row.kind if row.kind in {"reduction", "vector", "random"} else "elementwise"
    used = 1 + max(map(int, PLACE.findall(row.template)), default=-1)
    most = len(row.arguments)
    numbers = {used, *range(max(used, most - row.optional), most + 1)}
    return {(name, kind, number) for number in numbers}


def _is_constant(definition: Definition) -> bool:
    return (
        isinstance(definition, Rule)
        and not definition.held
        and not definition.initial
        and all(isinstance(p.expression, ConstantNumber | ConstantArray) for p in definition.parts)
    )
