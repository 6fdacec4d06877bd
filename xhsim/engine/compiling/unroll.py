"""Unroll a plan to scalar nodes: one for each element of each rule, equal nodes shared.

Unrolled arithmetic needs neither arrays nor axes, so it can become plain Python or machine code.
Nodes that are constant during a run are marked, so that they are computed once.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from xhsim.engine.compiling.plan import Plan
from xhsim.engine.containers.descriptions import Container
from xhsim.engine.equations import (
    TIME,
    Along,
    Apply,
    Axis,
    ConstantArray,
    ConstantNumber,
    Dated,
    Discrete,
    Equations,
    Expression,
    Fixed,
    Index,
    Interpolate,
    Lookup,
    Part,
    Random,
    Reduce,
    Rule,
    Stock,
    VariableReference,
    Vector,
    walk,
)
from xhsim.engine.language.functions import FUNCTIONS

__all__ = ["MOST_NODES", "ScalarNode", "Unrolled", "can_unroll", "obstacle", "unroll"]

MOST_NODES = 30_000  # with more nodes arrays are faster, and Python takes long to compile the code
Place = dict[str, tuple[int, int]]  # by axis: the current position on it, and its length


@dataclass(frozen=True, eq=False)
class ScalarNode:
    """A number or a condition.

    Attributes
    ----------
    number : int
        Nodes can be computed in the order of their numbers.
    kind : {"constant", "input", "begin", "time", "clock", "path", "state", "call", "lookup", \
"random", "vector", "element", "given", "to_number", "to_condition"}
        "begin" is the initial time. The value of "vector" is a number, if the function folds
        elements, or the numbers that "element" chooses from, as it does from "given": what a
        container gives at the start.
    data : object
        The value of a constant; the key and flat position of an input or path; the row of a
        state; the name of a function; the kind of a lookup and its points; the name, the stream
        and the element of a random function; the name and the sizes of a vector function; the
        position of an element; a container.
    arguments : tuple of ScalarNode
        For functions of time, the last argument is the time or the clock; for random functions it
        is the clock. Vector functions have all elements of the first argument, then those of the
        next, and at the end the arguments that have no elements.
    moves : bool
        Whether the value may change during a run.
    is_condition : bool
    """

    number: int
    kind: str
    data: object = None
    arguments: tuple[ScalarNode, ...] = ()
    moves: bool = False
    is_condition: bool = False


@dataclass(frozen=True)
class Unrolled:
    """The scalar nodes of a plan.

    Attributes
    ----------
    nodes : list of ScalarNode
        All nodes, in an order in which they can be computed.
    start : list of ScalarNode
        The initial values of the state, row by row.
    flows : list of ScalarNode
        The net flows, row by row.
    jumps : list of ScalarNode
        The new values of all changes of the first dated variable, then those of the next.
    following : list of ScalarNode
        The next values of the discrete variables, one after the other.
    delays : list of ScalarNode or None
        The delay of each of these values, or what a container takes at the start; None for others.
    outputs : list of ScalarNode
        All elements of the first output in C order, then those of the next, and so on.
    """

    nodes: list[ScalarNode]
    start: list[ScalarNode]
    flows: list[ScalarNode]
    jumps: list[ScalarNode]
    following: list[ScalarNode]
    delays: list[ScalarNode | None]
    outputs: list[ScalarNode]


def can_unroll(
    equations: Equations, plan: Plan, functions: Iterable[str], *, alone: bool = False
) -> bool:
    """Tell whether a plan has a scalar form of moderate size.

    Parameters
    ----------
    equations : Equations
    plan : Plan
    functions : iterable of str
        The functions that can be computed element by element; see `functions_with`.
    alone : bool
        Whether it is for a single run. Then variables may change between steps, stocks may stop at
        zero, lookups may be of any kind, and numbers need not be finite.
    """
    return obstacle(equations, plan, functions, alone=alone) is None


def obstacle(
    equations: Equations, plan: Plan, functions: Iterable[str], *, alone: bool = False
) -> str | None:
    """Name what keeps a plan from a scalar form of moderate size.

    Parameters
    ----------
    equations, plan, functions, alone
        As for `can_unroll`.

    Returns
    -------
    str or None
        For example ``the function "sin" in "tide"``; None if the plan has such a form.
    """
    known = frozenset(functions)
    count = sum(math.prod(equations.variables[key].shape) for key in (*plan.inputs, *plan.paths))
    for key, part in _parts_of(equations, plan):
        nodes = list(walk(part.expression))
        sizes = {axis.name: len(axis.elements) for axis in part.axes}
        # Each element of a vector function has the arguments of all its elements.
        vectors = [each.axes for each in nodes if isinstance(each, Vector)]
        wide = max((math.prod(sizes.get(name, 1) for name in axes) for axes in vectors), default=1)
        for node in nodes:
            folded = _size(node.axes) if isinstance(node, Reduce) else 1
            count += _size(part.axes) * folded * wide
            if count > MOST_NODES:
                return f"its size, which is more than {MOST_NODES:,} operations"
            what = _uncovered(node, equations, known, alone=alone)
            if what:
                return f'{what} in "{equations.variables[key].name}"'
    for key in () if alone else plan.stocks:
        stock = equations.definitions[key]
        name = equations.variables[key].name
        if not isinstance(stock, Stock | Dated):
            return f'"{name}", which changes only between steps'
        if isinstance(stock, Stock) and stock.non_negative:
            return f'"{name}", a stock that cannot be negative'
    return None


def _uncovered(
    node: Expression, equations: Equations, functions: frozenset[str], *, alone: bool
) -> str | None:
    """Name what has no scalar form in a node, without the nodes inside it."""
    match node:
        case ConstantNumber(value=value):
            return None if alone or math.isfinite(value) else "a number that is not finite"
        case ConstantArray(values=values):
            finite = alone or all(map(math.isfinite, values))
            return None if finite else "a number that is not finite"
        case Apply(function=function) | Random(function=function) | Vector(function=function):
            return None if function in functions else f'the function "{function}"'
        case Reduce(function=function, axes=axes):
            if function not in functions:
                return f'the function "{function}"'
            return None if _size(axes) > 0 else f'"{function}" of nothing'
        case Interpolate(lookup=lookup):
            definition = equations.definitions[lookup]
            if isinstance(definition, Lookup) and (alone or definition.kind == "interpolate"):
                return None
            return f'the lookup "{equations.variables[lookup].name}" of another kind than usual'
        case VariableReference(variable=variable, indices=indices):
            if variable == TIME or len(indices) == len(equations.variables[variable].shape):
                return None
            return f'a whole array, "{equations.variables[variable].name}",'


def _parts_of(equations: Equations, plan: Plan) -> Iterator[tuple[str, Part]]:
    """Yield all parts that a run computes with their variables. A rule can occur several times."""
    rules = (*plan.step, *plan.update, *plan.jump, *plan.report)
    for key in (*plan.constants, *plan.start, *rules):
        definition = equations.definitions[key]
        parts: tuple[Part, ...] = ()
        if isinstance(definition, Rule):
            parts = (*definition.parts, *definition.initial)
        elif isinstance(definition, Stock):
            parts = (*definition.initial, *definition.flow)
        elif isinstance(definition, Discrete):
            parts = (*definition.initial, *definition.following, *definition.settings)
        elif isinstance(definition, Dated):
            later = (part for change in definition.changes for part in change.parts)
            parts = (*definition.initial, *later)
        yield from ((key, part) for part in parts)


def _size(axes: tuple[Axis, ...]) -> int:
    return math.prod(len(axis.elements) for axis in axes)


def unroll(equations: Equations, plan: Plan) -> Unrolled:
    """Unroll a plan element by element.

    Parameters
    ----------
    equations : Equations
    plan : Plan
        A plan for which `can_unroll` returns True.

    Returns
    -------
    Unrolled

    Examples
    --------
    >>> import xhsim
    >>> from xhsim.engine.compiling.plan import make_plan
    >>> equations = xhsim.open_study().model.equations
    >>> unrolled = unroll(equations, make_plan(equations, ["gdp"], (), ()))
    >>> len(unrolled.outputs)
    1
    """
    return _Unroller(equations, plan).run()


@dataclass
class _Unroller:
    equations: Equations
    plan: Plan
    nodes: list[ScalarNode] = field(default_factory=list)
    _known: dict[tuple[object, ...], ScalarNode] = field(default_factory=dict)
    _values: dict[str, list[ScalarNode]] = field(default_factory=dict)
    _clock: dict[str, ScalarNode] = field(
        default_factory=dict
    )  # the current nodes of time and clock

    def run(self) -> Unrolled:
        plan = self.plan
        for key in plan.inputs:
            self._values[key] = [self._node("input", (key, at)) for at in range(self._size(key))]
        for key in plan.constants:
            self._values[key] = self._elements(key, self._rule(key).parts)
        constant = dict(self._values)
        start, delays = self._begin()
        held = {key: self._values[key] for key in plan.held}
        self._values = constant | held
        self._clock = {name: self._node(name, moves=True) for name in (TIME, "clock")}
        self._values[TIME] = [self._clock[TIME]]
        self._follow_paths(moves=True)
        row = 0
        for key in plan.stocks:
            size = self._size(key)
            self._values[key] = [self._node("state", row + at, moves=True) for at in range(size)]
            row += size
        for key in dict.fromkeys((*plan.step, *plan.update, *plan.jump, *plan.report)):
            self._values[key] = self._elements(key, self._rule(key).parts)
        flows = [node for key in plan.stocks for node in self._flow(key)]
        jumps = [node for key in plan.dated for node in self._jumps(key)]
        following = [
            node
            for key in plan.discrete
            for node in self._elements(key, self._discrete(key).following)
        ]
        outputs = [node for key in plan.outputs for node in self._values[key]]
        return Unrolled(self.nodes, start, flows, jumps, following, delays, outputs)

    def _begin(self) -> tuple[list[ScalarNode], list[ScalarNode | None]]:
        """Compute the start; return the initial state, and the delays of discrete variables."""
        plan = self.plan
        self._clock = dict.fromkeys((TIME, "clock"), self._node("begin"))
        self._follow_paths(moves=False)
        for key in plan.start:
            definition = self.equations.definitions[key]
            if isinstance(definition, Stock | Dated | Discrete):
                parts = definition.initial
            else:
                rule = self._rule(key)
                parts = rule.initial or rule.parts
            values = self._elements(key, parts)
            if isinstance(definition, Discrete) and definition.container is not None:
                values = self._given(definition.container, values)
            self._values[key] = values
        delays: list[ScalarNode | None] = []
        for key in plan.discrete:
            settings = self._discrete(key).settings
            delays += self._elements(key, settings) if settings else [None] * self._size(key)
        return [node for key in plan.stocks for node in self._values[key]], delays

    def _given(self, container: Container, values: list[ScalarNode]) -> list[ScalarNode]:
        """Return what the container of each element gives at the start for what it takes."""
        found = []
        for first in range(0, len(values), container.size):
            taken = tuple(values[first : first + container.size])
            given = self._node("given", container, taken)
            found += [self._node("element", place, (given,)) for place in range(container.size)]
        return found

    def _follow_paths(self, *, moves: bool) -> None:
        for key in self.plan.paths:
            clock = (self._clock[TIME], self._clock["clock"])
            self._values[key] = [
                self._node("path", (key, at), clock, moves=moves) for at in range(self._size(key))
            ]

    # --- nodes ---------------------------------------------------------------------------

    def _node(
        self,
        kind: str,
        data: object = None,
        arguments: tuple[ScalarNode, ...] = (),
        *,
        moves: bool = False,
        is_condition: bool = False,
    ) -> ScalarNode:
        """Return an equal node if there is one, or else a new node."""
        name = (kind, repr(data) if kind == "constant" else data, *(a.number for a in arguments))
        node = self._known.get(name)
        if node is None:
            moves = moves or any(argument.moves for argument in arguments)
            node = ScalarNode(len(self.nodes), kind, data, arguments, moves, is_condition)
            self._known[name] = node
            self.nodes.append(node)
        return node

    def _number(self, value: float) -> ScalarNode:
        return self._node("constant", float(value))

    def _as_number(self, node: ScalarNode) -> ScalarNode:
        return self._node("to_number", None, (node,)) if node.is_condition else node

    def _as_condition(self, node: ScalarNode) -> ScalarNode:
        if node.is_condition:
            return node
        return self._node("to_condition", None, (node,), is_condition=True)

    # --- variables -----------------------------------------------------------------------

    def _size(self, key: str) -> int:
        return math.prod(self.equations.variables[key].shape)

    def _rule(self, key: str) -> Rule:
        definition = self.equations.definitions[key]
        assert isinstance(definition, Rule)
        return definition

    def _discrete(self, key: str) -> Discrete:
        definition = self.equations.definitions[key]
        assert isinstance(definition, Discrete)
        return definition

    def _flow(self, key: str) -> list[ScalarNode]:
        definition = self.equations.definitions[key]
        flow = definition.flow if isinstance(definition, Stock) else ()
        return self._elements(key, flow) if flow else [self._number(0.0)] * self._size(key)

    def _jumps(self, key: str) -> list[ScalarNode]:
        definition = self.equations.definitions[key]
        assert isinstance(definition, Dated)
        return [node for change in definition.changes for node in self._elements(key, change.parts)]

    def _elements(self, key: str, parts: tuple[Part, ...]) -> list[ScalarNode]:
        """Return the nodes of a variable's elements, in C order."""
        shape = self.equations.variables[key].shape
        found: dict[int, ScalarNode] = {}
        for part in parts:
            sizes = [len(axis.elements) for axis in part.axes]
            for places in itertools.product(*map(range, sizes)):
                at = dict(
                    zip(
                        (axis.name for axis in part.axes),
                        zip(places, sizes, strict=True),
                        strict=True,
                    )
                )
                node = self._expression(part.expression, at)
                found[_flat(part.region, shape, at)] = self._as_number(node)
        return [found[position] for position in range(len(found))]

    # --- expressions ---------------------------------------------------------------------

    def _expression(self, expression: Expression, at: Place) -> ScalarNode:
        """Return the node of an expression at one place. It uses its own stack, not recursion."""
        to_do: list[tuple[Expression, Place, int]] = [(expression, at, -1)]
        done: list[ScalarNode] = []
        while to_do:
            current, place, waiting = to_do.pop()
            if waiting < 0:
                below = _arguments_of(current, place)
                to_do.append((current, place, len(below)))
                to_do += reversed([(inner, where, -1) for inner, where in below])
                continue
            arguments = done[len(done) - waiting :]
            del done[len(done) - waiting :]
            done.append(self._node_of(current, place, arguments))
        return done[0]

    def _node_of(
        self, expression: Expression, at: Place, arguments: list[ScalarNode]
    ) -> ScalarNode:
        match expression:
            case ConstantNumber(value=value):
                return self._number(value)
            case ConstantArray(values=values, axes=axes):
                position = 0
                for name in axes:
                    position = position * at[name][1] + at[name][0]
                return self._number(values[position])
            case VariableReference(variable=variable, indices=indices):
                if variable == TIME:
                    return self._clock[TIME]
                shape = self.equations.variables[variable].shape
                return self._values[variable][_flat(indices, shape, at)]
            case Interpolate(lookup=lookup, indices=indices):
                definition = self.equations.definitions[lookup]
                assert isinstance(definition, Lookup)
                shape = self.equations.variables[lookup].shape
                table = definition.tables[_flat(indices, shape, at)]
                return self._node(
                    "lookup", (definition.kind, *table), (self._as_number(arguments[0]),)
                )
            case Reduce(function=function, axes=axes) if not FUNCTIONS[function].repeats:
                sizes = [len(axis.elements) for axis in axes]
                return self._node("vector", (function, *sizes), (*map(self._as_number, arguments),))
            case Vector(function=function, axes=names):
                sizes = [at[name][1] for name in names]
                given = (*map(self._as_number, arguments),)
                position = _flat(
                    tuple(Along(name, (*range(at[name][1]),)) for name in names), (*sizes,), at
                )
                return self._node(
                    "element", position, (self._node("vector", (function, *sizes), given),)
                )
            case Reduce(function=function):
                repeated = FUNCTIONS[function].repeats
                total = self._as_number(arguments[0])
                for node in arguments[1:]:
                    total = self._node("call", repeated, (total, self._as_number(node)))
                return total
            case Apply(function=name):
                return self._applied(name, arguments)
            case Random(function=name, stream=stream):
                element = 0
                for position, size in at.values():
                    element = element * size + position
                given = (*map(self._as_number, arguments), self._clock["clock"])
                return self._node("random", (name, stream, element), given)
        raise TypeError(expression)

    def _applied(self, name: str, arguments: list[ScalarNode]) -> ScalarNode:
        function = FUNCTIONS[name]
        given = [
            self._as_condition(node) if number in function.conditions else self._as_number(node)
            for number, node in enumerate(arguments)
        ]
        if function.uses_time:
            given.append(self._clock[function.now])
        return self._node("call", name, tuple(given), is_condition=function.result == "condition")


def _arguments_of(expression: Expression, at: Place) -> list[tuple[Expression, Place]]:
    """Return the arguments of an expression, each with its place."""
    match expression:
        case Apply(arguments=arguments) | Random(arguments=arguments):
            return [(argument, at) for argument in arguments]
        case Interpolate(argument=argument):
            return [(argument, at)]
        case Reduce(function=function, axes=axes, arguments=arguments):
            sizes = {axis.name: len(axis.elements) for axis in axes}
            folded = FUNCTIONS[function].folded
            places = list(_places(sizes, at))
            first = [(argument, place) for argument in arguments[:folded] for place in places]
            return [*first, *((argument, places[0]) for argument in arguments[folded:])]
        case Vector(axes=names, arguments=arguments):
            places = list(_places({name: at[name][1] for name in names}, at))
            return [(argument, place) for argument in arguments for place in places]
    return []


def _places(sizes: dict[str, int], at: Place) -> Iterator[Place]:
    """Yield the places with all positions on some axes, in C order."""
    for positions in itertools.product(*map(range, sizes.values())):
        here = zip(positions, sizes.values(), strict=True)
        yield at | dict(zip(sizes, here, strict=True))


def _flat(indices: tuple[Index, ...], shape: tuple[int, ...], at: Place) -> int:
    flat = 0
    for index, size in zip(indices, shape, strict=True):
        place = index.position if isinstance(index, Fixed) else index.positions[at[index.axis][0]]
        flat = flat * size + place
    return flat
