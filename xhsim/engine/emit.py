"""From a plan to readable vectorised NumPy source, and from that to functions.

Only this module hands text to Python's compiler. The text is made of templates from
`xhsim.engine.functions`, of numbers, and of identifiers that `xhsim.engine.resolve` made; no
string of a model file gets into it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from xhsim.engine.equations import (
    Along,
    Apply,
    Axis,
    Constant,
    ConstantArray,
    Equations,
    Expression,
    Fixed,
    Index,
    Interpolate,
    Lookup,
    Part,
    Reduce,
    Reference,
    Rule,
    Stock,
)
from xhsim.engine.functions import FUNCTIONS
from xhsim.engine.plan import Plan, expression_uses
from xhsim.engine.resolve import TIME
from xhsim.engine.runtime import NAMESPACE

__all__ = ["Program", "emit"]


CHAINS = {
    (outer, inner)
    for level in (("add", "subtract"), ("multiply", "divide"))
    for outer in level
    for inner in level
}


@dataclass(frozen=True)
class Program:
    """Emitted code, ready to be called.

    Attributes
    ----------
    source : str
        The NumPy source.
    constants : callable
        ``constants(given) -> tuple`` of all values that hold for a run.
    start : callable
        ``start(time, clock, time_step, constants, paths) -> (stocks, held, delay times)``,
        the last of delays whose time may change.
    change : callable
        ``change(time, clock, time_step, state, constants, held, paths) -> ndarray``, the net
        flows, shape ``(rows, draws)``.
    report : callable
        As `change`; gives the tuple of outputs.
    breakpoints : callable
        ``breakpoints(constants) -> tuple`` of times at which flows jump or bend.
    rows : dict of str to slice
        Where each stock stands in the state.
    """

    source: str
    constants: Callable[..., tuple[Any, ...]]
    start: Callable[..., tuple[tuple[Any, ...], ...]]
    change: Callable[..., np.ndarray]
    report: Callable[..., tuple[Any, ...]]
    breakpoints: Callable[..., tuple[Any, ...]]
    rows: dict[str, slice]


def emit(equations: Equations, plan: Plan) -> Program:
    """Write a plan as NumPy source and compile it.

    Parameters
    ----------
    equations : Equations
    plan : Plan

    Returns
    -------
    Program
    """
    return _Emitter(equations, plan).program()


@dataclass(frozen=True)
class _Code:
    """A piece of code and what is known of its value.

    `axes` are the axes it varies along. Its value has one array axis for each axis of the part
    from the first of these on (length 1 where it does not vary), and the draws last.
    """

    text: str
    axes: frozenset[str] = frozenset()
    is_condition: bool = False


class _Emitter:
    def __init__(self, equations: Equations, plan: Plan) -> None:
        self.equations = equations
        self.plan = plan
        self.bound: dict[str, Any] = {}
        self.rows: dict[str, slice] = {}
        row = 0
        for key in plan.stocks:
            size = math.prod(equations.variables[key].shape)
            self.rows[key] = slice(row, row + size)
            row += size

    def program(self) -> Program:
        blocks = [
            self._constants(),
            self._start(),
            self._change(),
            self._report(),
            self._breakpoints(),
        ]
        source = "\n\n".join("\n".join(block) for block in blocks) + "\n"
        # No builtins: the code needs none, and nothing else could reach them either.
        space: dict[str, Any] = {"__builtins__": {}, **NAMESPACE, **self.bound}
        exec(compile(source, f"<xhsim {len(self.rows)} stocks>", "exec"), space)
        return Program(
            source=source,
            constants=space["constants"],
            start=space["start"],
            change=space["change"],
            report=space["report"],
            breakpoints=space["breakpoints"],
            rows=self.rows,
        )

    # --- the five functions --------------------------------------------------------------

    def _constants(self) -> list[str]:
        lines = ["def constants(given):"]
        lines += self._unpack(self.plan.inputs, "given")
        lines += [self._assign(key) for key in self.plan.constants]
        return [*lines, f"    return {self._tuple((*self.plan.inputs, *self.plan.constants))}"]

    def _start(self) -> list[str]:
        lines = ["def start(time, clock, time_step, constants, paths):"]
        lines += self._known(self._used(self.plan.start, at_start=True))
        lines += [self._assign(key, at_start=True) for key in self.plan.start]
        results = (self.plan.stocks, self.plan.held, self.plan.moving_delays)
        return [*lines, f"    return {', '.join(self._tuple(keys) for keys in results)}"]

    def _change(self) -> list[str]:
        flows = [self._stock(key).flow for key in self.plan.stocks]
        used = self._used(self.plan.step) | {
            name for parts in flows for part in parts for name in expression_uses(part.expression)
        }
        lines = ["def change(time, clock, time_step, state, constants, held, paths):"]
        lines += self._known(used, with_state=True)
        lines += [self._assign(key) for key in self.plan.step]
        lines.append("    change = np.empty_like(state)")
        for key, parts in zip(self.plan.stocks, flows, strict=True):
            lines.append(f"    {self._rows('change', key)} = {self._value(key, parts)}")
        return [*lines, "    return change"]

    def _report(self) -> list[str]:
        used = self._used(self.plan.report) | set(self.plan.outputs)
        lines = ["def report(time, clock, time_step, state, constants, held, paths):"]
        lines += self._known(used, with_state=True)
        lines += [self._assign(key) for key in self.plan.report]
        return [*lines, f"    return {self._tuple(self.plan.outputs)}"]

    def _breakpoints(self) -> list[str]:
        """Only times that are known before the run can be stopped at."""
        known = {*self.plan.inputs, *self.plan.constants}
        times: list[str] = []
        used: set[str] = set()
        for part in self._planned_parts():
            for node, axes in _walk_axes(part.expression, part.axes):
                if not isinstance(node, Apply) or not FUNCTIONS[node.function].breakpoints:
                    continue
                arguments = [
                    self._number(self._expression(argument, axes)).text
                    if expression_uses(argument) <= known
                    else None
                    for argument in node.arguments
                ]
                for template in FUNCTIONS[node.function].breakpoints:
                    needed = [i for i in range(len(arguments)) if f"{{{i}}}" in template]
                    if all(arguments[i] is not None for i in needed):
                        times.append(template.format(*arguments))
                        used |= set().union(*(expression_uses(node.arguments[i]) for i in needed))
        lines = ["def breakpoints(constants):", *self._known(used)]
        return [*lines, f"    return ({''.join(time + ', ' for time in times)})"]

    def _planned_parts(self) -> list[Part]:
        parts = [part for key in self.plan.stocks for part in self._stock(key).flow]
        for key in dict.fromkeys((*self.plan.step, *self.plan.report)):
            parts += self._rule(key).parts
        return parts

    # --- names ---------------------------------------------------------------------------

    def _stock(self, key: str) -> Stock:
        definition = self.equations.definitions[key]
        assert isinstance(definition, Stock)
        return definition

    def _rule(self, key: str) -> Rule:
        definition = self.equations.definitions[key]
        assert isinstance(definition, Rule)
        return definition

    def _identifier(self, key: str) -> str:
        return TIME if key == TIME else self.equations.variables[key].identifier

    def _tuple(self, keys: tuple[str, ...]) -> str:
        return f"({''.join(self._identifier(key) + ', ' for key in keys)})"

    def _unpack(self, keys: tuple[str, ...], source: str) -> list[str]:
        return [f"    {self._tuple(keys)} = {source}"] if keys else []

    def _used(self, rules: tuple[str, ...], *, at_start: bool = False) -> set[str]:
        used: set[str] = set()
        for key in rules:
            for part in self._parts(key, at_start=at_start):
                used |= expression_uses(part.expression)
        return used

    def _parts(self, key: str, *, at_start: bool = False) -> tuple[Part, ...]:
        if at_start and key in self.rows:
            return self._stock(key).initial
        return self._rule(key).parts

    def _known(self, used: set[str], *, with_state: bool = False) -> list[str]:
        """Write the lines that bring in what is already known and used here."""
        lines = []
        fixed = (*self.plan.inputs, *self.plan.constants)
        if used & set(fixed):
            lines += self._unpack(fixed, "constants")
        for number, key in enumerate(self.plan.paths):
            if key in used:
                lines.append(f"    {self._identifier(key)} = paths[{number}](time, clock)")
        if with_state:
            if used & set(self.plan.held):
                lines += self._unpack(self.plan.held, "held")
            for key in self.plan.stocks:
                if key in used:
                    lines.append(f"    {self._identifier(key)} = {self._rows('state', key)}")
        return lines

    def _rows(self, array: str, key: str) -> str:
        rows, shape = self.rows[key], self.equations.variables[key].shape
        if not shape:
            return f"{array}[{rows.start}]"
        whole = f"{array}[{rows.start}:{rows.stop}]"
        if len(shape) == 1:
            return whole
        # A reshaped view can be assigned to only through an index.
        view = f"{whole}.reshape({', '.join(map(str, shape))}, -1)"
        return f"{view}[:]" if array == "change" else view

    # --- parts ---------------------------------------------------------------------------

    def _assign(self, key: str, *, at_start: bool = False) -> str:
        value = self._value(key, self._parts(key, at_start=at_start), full=True)
        return f"    {self._identifier(key)} = {value}"

    def _value(self, key: str, parts: tuple[Part, ...], *, full: bool = False) -> str:
        """Return code for a variable's whole value, with all its axes if `full`."""
        shape = self.equations.variables[key].shape
        if len(parts) == 1 and parts[0].region == _whole(shape, parts[0].axes):
            part = parts[0]
            code = self._number(self._expression(part.expression, part.axes))
            return self._spread(code, part.axes) if full and shape else code.text
        pieces = []
        for part in parts:
            code = self._number(self._expression(part.expression, part.axes))
            place = _place(part.region)
            text = code.text
            if place is None:
                # Lists select crosswise only in an open mesh, where single elements are lists too.
                lists = [_positions_of(index) for index in part.region]
                place = np.ix_(*lists)
                sizes = ", ".join(str(len(positions)) for positions in lists)
                text = f"{self._spread(code, part.axes)}.reshape({sizes}, -1)"
            pieces.append(f"({self._bind('place', place)}, {text})")
        return f"join({shape!r}, {', '.join(pieces)})"

    def _spread(self, code: _Code, axes: tuple[Axis, ...]) -> str:
        """Return code whose value has all the axes."""
        if code.axes == {axis.name for axis in axes}:
            return code.text
        sizes = tuple(len(axis.elements) for axis in axes)
        return f"spread({code.text}, {sizes!r})"

    # --- expressions ---------------------------------------------------------------------

    def _number(self, code: _Code) -> _Code:
        return _Code(f"({code.text} * 1.0)", code.axes) if code.is_condition else code

    def _condition(self, code: _Code) -> _Code:
        return code if code.is_condition else _Code(f"({code.text} != 0)", code.axes, True)

    def _expression(self, expression: Expression, axes: tuple[Axis, ...]) -> _Code:
        match expression:
            case Constant(value=value):
                return _Code(_literal(value))
            case ConstantArray(values=values):
                array = np.array(values).reshape(*(len(axis.elements) for axis in axes), 1)
                return _Code(self._bind("numbers", array), frozenset(expression.axes))
            case Reference():
                return self._reference(expression, axes)
            case Apply():
                return self._apply(expression, axes)
            case Reduce():
                return self._reduce(expression, axes)
            case Interpolate():
                return self._interpolate(expression, axes)

    def _bind(self, role: str, value: Any) -> str:
        """Keep a value under a name of its own for the code to use."""
        name = f"{role}_{len(self.bound) + 1}"
        while name in {variable.identifier for variable in self.equations.variables.values()}:
            name = f"_{name}"
        self.bound[name] = value
        return name

    def _apply(self, expression: Apply, axes: tuple[Axis, ...]) -> _Code:
        function = FUNCTIONS[expression.function]
        codes = [self._expression(argument, axes) for argument in expression.arguments]
        if all(isinstance(argument, Constant) for argument in expression.arguments):
            # Python's own numbers refuse 1 / 0, and :NOT: of its conditions is no condition.
            codes[0] = _Code(f"np.float64({codes[0].text})")
        codes = [
            self._condition(code) if number in function.conditions else self._number(code)
            for number, code in enumerate(codes)
        ]
        texts = [code.text for code in codes]
        left = expression.arguments[0]
        if isinstance(left, Apply) and (expression.function, left.function) in CHAINS:
            # a + b + c, not ((a + b) + c): Python refuses 200 brackets within each other.
            texts[0] = texts[0][1:-1]
        return _Code(
            function.template.format(*texts),
            frozenset().union(*(code.axes for code in codes)),
            function.result == "condition",
        )

    def _reduce(self, expression: Reduce, axes: tuple[Axis, ...]) -> _Code:
        inner = (*axes, *expression.axes)
        code = self._number(self._expression(expression.body, inner))
        reduced = {axis.name for axis in expression.axes}
        carried = code.axes
        text = code.text
        if not reduced <= carried:
            text, carried = self._spread(code, inner), frozenset(axis.name for axis in inner)
        function = FUNCTIONS[expression.function]
        return _Code(function.template.format(text, len(expression.axes)), carried - reduced)

    def _interpolate(self, expression: Interpolate, axes: tuple[Axis, ...]) -> _Code:
        lookup = self.equations.definitions[expression.lookup]
        assert isinstance(lookup, Lookup)
        tables = [(np.array(x), np.array(y)) for x, y in lookup.tables]
        code = self._number(self._expression(expression.argument, axes))
        along = {index.axis for index in expression.indices if isinstance(index, Along)}
        shape = self.equations.variables[expression.lookup].shape
        if not along:
            (position,) = _flat_positions(expression.indices, shape, {})
            table = self._bind("table", tables[position])
            return _Code(f"interpolate({code.text}, {table})", code.axes)
        chosen = tuple(
            tables[position]
            for place in np.ndindex(*(len(axis.elements) for axis in axes))
            for position in _flat_positions(
                expression.indices, shape, dict(zip((a.name for a in axes), place, strict=True))
            )
        )
        text = self._spread(code, axes)
        every = frozenset(axis.name for axis in axes)
        return _Code(f"interpolate_each({text}, {self._bind('tables', chosen)})", every)

    def _reference(self, expression: Reference, axes: tuple[Axis, ...]) -> _Code:
        name = self._identifier(expression.variable)
        if not expression.indices:
            return _Code(name)
        shape = self.equations.variables[expression.variable].shape
        along = [index.axis for index in expression.indices if isinstance(index, Along)]
        return _Code(name + _selection(expression.indices, shape, axes), frozenset(along))


def _walk_axes(
    expression: Expression, axes: tuple[Axis, ...]
) -> Iterator[tuple[Expression, tuple[Axis, ...]]]:
    """Yield an expression and all under it, each with the axes that it may run along."""
    yield expression, axes
    match expression:
        case Apply(arguments=arguments):
            for argument in arguments:
                yield from _walk_axes(argument, axes)
        case Reduce(axes=reduced, body=body):
            yield from _walk_axes(body, (*axes, *reduced))
        case Interpolate(argument=argument):
            yield from _walk_axes(argument, axes)


def _selection(indices: tuple[Index, ...], shape: tuple[int, ...], axes: tuple[Axis, ...]) -> str:
    """Return code that selects, transposes and widens an array to the axes of a part."""
    text = ""
    plain = [_plain_index(index, size) for index, size in zip(indices, shape, strict=True)]
    while plain and plain[-1] == ":":
        plain.pop()  # x[:, :] is x
    if plain:
        text += f"[{', '.join(item or ':' for item in plain)}]"
    left = [index for index in indices if isinstance(index, Along)]
    for number, index in enumerate(left):
        if _plain_index(index, shape[indices.index(index)]) is None:
            text += f".take({list(index.positions)!r}, axis={number})"
    order = [axis.name for axis in axes]
    found = [index.axis for index in left]
    wanted = sorted(found, key=order.index)
    if wanted != found:
        moves = [found.index(name) for name in wanted]
        text += f".transpose({', '.join(map(str, [*moves, len(moves)]))})"
    if wanted:
        tail = order[order.index(wanted[0]) :]
        if len(tail) != len(wanted):
            text += f"[{', '.join(':' if name in wanted else 'None' for name in tail)}]"
    return text


def _plain_index(index: Index, size: int) -> str | None:
    """Return an index as NumPy's basic indexing writes it, or None if it cannot."""
    if isinstance(index, Fixed):
        return str(index.position)
    first, last = index.positions[0], index.positions[-1] + 1
    if index.positions != tuple(range(first, last)):
        return None
    return ":" if (first, last) == (0, size) else f"{first}:{last}"


def _place(region: tuple[Index, ...]) -> tuple[Any, ...] | None:
    """Return a region as a basic index of NumPy, or None if it is not one."""
    place: list[Any] = []
    for index in region:
        positions = _positions_of(index)
        first, last = positions[0], positions[-1] + 1
        if positions != list(range(first, last)):
            return None
        place.append(first if isinstance(index, Fixed) else slice(first, last))
    return tuple(place)


def _positions_of(index: Index) -> list[int]:
    return [index.position] if isinstance(index, Fixed) else list(index.positions)


def _flat_positions(
    indices: tuple[Index, ...], shape: tuple[int, ...], place: dict[str, int]
) -> list[int]:
    flat = 0
    for index, size in zip(indices, shape, strict=True):
        step = index.position if isinstance(index, Fixed) else index.positions[place[index.axis]]
        flat = flat * size + step
    return [flat]


def _whole(shape: tuple[int, ...], axes: tuple[Axis, ...]) -> tuple[Index, ...]:
    if len(axes) != len(shape):
        return ()
    return tuple(
        Along(axis.name, tuple(range(size))) for axis, size in zip(axes, shape, strict=True)
    )


def _literal(value: float) -> str:
    if math.isinf(value):
        return "np.inf" if value > 0 else "(-np.inf)"
    return repr(value) if value >= 0 else f"({value!r})"
