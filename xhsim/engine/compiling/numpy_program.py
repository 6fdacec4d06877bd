"""Generate readable, vectorised NumPy code for a plan, and compile it to functions.

Only this module calls Python's compiler. The code consists of templates of
`xhsim.engine.language.functions`, of numbers, and of identifiers that
`xhsim.engine.resolving.resolve` has made. It contains no string of a model file.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from xhsim.engine.compiling.numpy_expressions import Writer
from xhsim.engine.compiling.numpy_runtime import NAMESPACE
from xhsim.engine.compiling.plan import Plan
from xhsim.engine.containers.run import given_at_start
from xhsim.engine.equations import (
    Apply,
    Axis,
    Dated,
    Discrete,
    Equations,
    Expression,
    Interpolate,
    Part,
    Random,
    Reduce,
    Rule,
    Stock,
    Vector,
    expression_uses,
)
from xhsim.engine.language.functions import FUNCTIONS

__all__ = ["Program", "emit", "emit_save", "functions_of", "rows_of"]


@dataclass(frozen=True)
class Program:
    """Generated NumPy code, ready to be called.

    Attributes
    ----------
    source : str
        The NumPy source.
    constants : callable
        ``constants(given) -> tuple``: all values that are constant during a run.
    start : callable
        ``start(time, clock, time_step, constants, paths, noise)`` returns three tuples: the
        initial values of the state, the held values, and the delay times of discrete variables
        (None for one without a delay).
    change : callable
        ``change(time, clock, time_step, state, constants, held, paths, noise) -> ndarray``: the
        net flows, of shape ``(rows, draws)``.
    update : callable
        As `change`, but returns a tuple: the next values of the discrete variables.
    jump : callable
        As `change`, but returns a tuple: the new values of all changes of the dated variables.
    report : callable
        As `change`, but returns a tuple: the outputs.
    breakpoints : callable
        ``breakpoints(constants) -> tuple``: the times at which flows jump or bend.
    rows : dict of str to slice
        The rows of each stock, discrete and dated variable in the state.
    bound : dict of str to object
        The tables and arrays that the code uses.
    """

    source: str
    constants: Callable[..., tuple[Any, ...]]
    start: Callable[..., tuple[tuple[Any, ...], ...]]
    change: Callable[..., np.ndarray]
    update: Callable[..., tuple[Any, ...]]
    jump: Callable[..., tuple[Any, ...]]
    report: Callable[..., tuple[Any, ...]]
    breakpoints: Callable[..., tuple[Any, ...]]
    rows: dict[str, slice]
    bound: dict[str, Any]


def emit(equations: Equations, plan: Plan) -> Program:
    """Write a plan as NumPy code and compile it.

    Parameters
    ----------
    equations : Equations
    plan : Plan

    Returns
    -------
    Program
    """
    return _NumpyEmitter(equations, plan).program()


def emit_save(equations: Equations, plan: Plan) -> Callable[..., tuple[Any, ...]]:
    """Write one more function of a plan: `change` and `report` in one, for a step that is saved.

    Parameters
    ----------
    equations : Equations
    plan : Plan

    Returns
    -------
    callable
        ``save(time, clock, time_step, state, constants, held, paths, noise)`` returns the net flows
        and the outputs. What both need is computed once.
    """
    emitter = _NumpyEmitter(equations, plan)
    lines = emitter.save()
    space = functions_of("\n".join(lines) + "\n", {**NAMESPACE, **emitter.writer.bound})
    save: Callable[..., tuple[Any, ...]] = space["save"]
    return save


def rows_of(equations: Equations, plan: Plan) -> dict[str, slice]:
    """Return the rows of each stock, discrete and dated variable in the state."""
    rows: dict[str, slice] = {}
    row = 0
    for key in plan.stocks:
        size = math.prod(equations.variables[key].shape)
        rows[key] = slice(row, row + size)
        row += size
    return rows


def functions_of(source: str, names: dict[str, Any]) -> dict[str, Any]:
    r"""Compile generated code.

    Parameters
    ----------
    source : str
        Function definitions.
    names : dict of str to object
        The names that the code may use.

    Returns
    -------
    dict of str to object
        These names and the compiled functions.

    Examples
    --------
    >>> functions_of("def double(x):\n    return two * x", {"two": 2})["double"](4)
    8
    """
    # The code needs no builtins, and without them it cannot reach anything else.
    space: dict[str, Any] = {"__builtins__": {}, **names}
    exec(compile(source, "<xhsim emitted>", "exec"), space)
    return space


class _NumpyEmitter:
    def __init__(self, equations: Equations, plan: Plan) -> None:
        self.equations = equations
        self.plan = plan
        self.writer = Writer(equations)
        self.rows = rows_of(equations, plan)

    def program(self) -> Program:
        blocks = [
            self._constants(),
            self._start(),
            self._change(),
            self._update(),
            self._jump(),
            self._report(),
            self._breakpoints(),
        ]
        source = "\n\n".join("\n".join(block) for block in blocks) + "\n"
        space = functions_of(source, {**NAMESPACE, **self.writer.bound})
        return Program(
            source=source,
            constants=space["constants"],
            start=space["start"],
            change=space["change"],
            update=space["update"],
            jump=space["jump"],
            report=space["report"],
            breakpoints=space["breakpoints"],
            rows=self.rows,
            bound=self.writer.bound,
        )

    # --- the functions -------------------------------------------------------------------

    def _constants(self) -> list[str]:
        lines = ["def constants(given):"]
        lines += self._unpack(self.plan.inputs, "given")
        lines += [self._assign(key) for key in self.plan.constants]
        return [*lines, f"    return {self._tuple((*self.plan.inputs, *self.plan.constants))}"]

    def _start(self) -> list[str]:
        lines = ["def start(time, clock, time_step, constants, paths, noise):"]
        delays = {key: self._discrete(key).settings for key in self.plan.discrete}
        used = self._used(self.plan.start, at_start=True) | _uses(delays.values())
        lines += self._known(used)
        lines += [self._assign(key, at_start=True) for key in self.plan.start]
        results = (self.plan.stocks, self.plan.held)
        times = [
            self.writer.value(key, parts, full=True) if parts else "None"
            for key, parts in delays.items()
        ]
        last = f"({''.join(time + ', ' for time in times)})"
        return [*lines, f"    return {', '.join([*map(self._tuple, results), last])}"]

    def _change(self) -> list[str]:
        used = self._used(self.plan.step)
        head = "def change(time, clock, time_step, state, constants, held, paths, noise):"
        return [head, *self._flows(used, self.plan.step), "    return change"]

    def save(self) -> list[str]:
        """Return a function that returns both the flows and the outputs."""
        rules = tuple(dict.fromkeys((*self.plan.step, *self.plan.report)))
        used = self._used(rules) | set(self.plan.outputs)
        head = "def save(time, clock, time_step, state, constants, held, paths, noise):"
        last = f"    return change, {self._tuple(self.plan.outputs)}"
        return [head, *self._flows(used, rules), last]

    def _flows(self, used: set[str], rules: tuple[str, ...]) -> list[str]:
        """Return lines that compute rules and the net flows."""
        flows = {key: self._flow(key) for key in self.plan.stocks}
        lines = self._known(used | _uses(flows.values()), with_state=True)
        lines += [self._assign(key) for key in rules]
        lines.append("    change = np.empty_like(state)")
        for key, parts in flows.items():
            value = self.writer.value(key, parts) if parts else "0.0"
            lines.append(f"    {self._rows('change', key)} = {value}")
        return lines

    def _update(self) -> list[str]:
        following = {key: self._discrete(key).following for key in self.plan.discrete}
        used = self._used(self.plan.update) | _uses(following.values())
        lines = ["def update(time, clock, time_step, state, constants, held, paths, noise):"]
        lines += self._known(used, with_state=True)
        lines += [self._assign(key) for key in self.plan.update]
        values = [self.writer.value(key, parts, full=True) for key, parts in following.items()]
        return [*lines, f"    return ({''.join(value + ', ' for value in values)})"]

    def _jump(self) -> list[str]:
        changes = [
            (key, change.parts) for key in self.plan.dated for change in self._dated(key).changes
        ]
        used = self._used(self.plan.jump) | _uses(parts for _, parts in changes)
        lines = ["def jump(time, clock, time_step, state, constants, held, paths, noise):"]
        lines += self._known(used, with_state=True)
        lines += [self._assign(key) for key in self.plan.jump]
        values = [self.writer.value(key, parts, full=True) for key, parts in changes]
        return [*lines, f"    return ({''.join(value + ', ' for value in values)})"]

    def _report(self) -> list[str]:
        used = self._used(self.plan.report) | set(self.plan.outputs)
        lines = ["def report(time, clock, time_step, state, constants, held, paths, noise):"]
        lines += self._known(used, with_state=True)
        lines += [self._assign(key) for key in self.plan.report]
        return [*lines, f"    return {self._tuple(self.plan.outputs)}"]

    def _breakpoints(self) -> list[str]:
        """Write `breakpoints`. It returns only times that are known before the run."""
        known = {*self.plan.inputs, *self.plan.constants}
        times: list[str] = []
        used: set[str] = set()
        for part in self._planned_parts():
            for node, axes in _walk_axes(part.expression, part.axes):
                if not isinstance(node, Apply) or not FUNCTIONS[node.function].breakpoints:
                    continue
                arguments = [
                    self.writer.number(self.writer.expression(argument, axes)).text
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
        parts = [part for key in self.plan.stocks for part in self._flow(key)]
        for key in dict.fromkeys((*self.plan.step, *self.plan.report)):
            parts += self._rule(key).parts
        return parts

    # --- names ---------------------------------------------------------------------------

    def _flow(self, key: str) -> tuple[Part, ...]:
        """Return a stock's net flow; nothing for a discrete or dated variable."""
        definition = self.equations.definitions[key]
        return definition.flow if isinstance(definition, Stock) else ()

    def _discrete(self, key: str) -> Discrete:
        definition = self.equations.definitions[key]
        assert isinstance(definition, Discrete)
        return definition

    def _dated(self, key: str) -> Dated:
        definition = self.equations.definitions[key]
        assert isinstance(definition, Dated)
        return definition

    def _rule(self, key: str) -> Rule:
        definition = self.equations.definitions[key]
        assert isinstance(definition, Rule)
        return definition

    def _tuple(self, keys: tuple[str, ...]) -> str:
        return f"({''.join(self.writer.identifier(key) + ', ' for key in keys)})"

    def _unpack(self, keys: tuple[str, ...], source: str) -> list[str]:
        return [f"    {self._tuple(keys)} = {source}"] if keys else []

    def _used(self, rules: tuple[str, ...], *, at_start: bool = False) -> set[str]:
        used: set[str] = set()
        for key in rules:
            for part in self._parts(key, at_start=at_start):
                used |= part.uses
        return used

    def _parts(self, key: str, *, at_start: bool = False) -> tuple[Part, ...]:
        definition = self.equations.definitions[key]
        if isinstance(definition, Stock | Discrete | Dated):
            return definition.initial
        rule = self._rule(key)
        return rule.initial if at_start and rule.initial else rule.parts

    def _known(self, used: set[str], *, with_state: bool = False) -> list[str]:
        """Return lines that define the known values that the code uses."""
        lines = []
        fixed = (*self.plan.inputs, *self.plan.constants)
        if used & set(fixed):
            lines += self._unpack(fixed, "constants")
        for number, key in enumerate(self.plan.paths):
            if key in used:
                lines.append(f"    {self.writer.identifier(key)} = paths[{number}](time, clock)")
        if with_state:
            if used & set(self.plan.held):
                lines += self._unpack(self.plan.held, "held")
            for key in self.plan.stocks:
                if key in used:
                    lines.append(f"    {self.writer.identifier(key)} = {self._rows('state', key)}")
        return lines

    def _rows(self, array: str, key: str) -> str:
        rows, shape = self.rows[key], self.equations.variables[key].shape
        if not shape:
            return f"{array}[{rows.start}]"
        whole = f"{array}[{rows.start}:{rows.stop}]"
        if len(shape) == 1:
            return whole
        # Assigning to a reshaped view needs an index.
        view = f"{whole}.reshape({', '.join(map(str, shape))}, -1)"
        return f"{view}[:]" if array == "change" else view

    def _assign(self, key: str, *, at_start: bool = False) -> str:
        value = self.writer.value(key, self._parts(key, at_start=at_start), full=True)
        definition = self.equations.definitions[key]
        if isinstance(definition, Discrete) and definition.container is not None:
            given = self.writer.bind("given", partial(given_at_start, definition.container))
            value = f"{given}({value}, time_step)"
        return f"    {self.writer.identifier(key)} = {value}"


def _walk_axes(
    expression: Expression, axes: tuple[Axis, ...]
) -> Iterator[tuple[Expression, tuple[Axis, ...]]]:
    """Yield an expression and all inside it, each with the axes that it may run along."""
    yield expression, axes
    match expression:
        case Apply(arguments=arguments) | Vector(arguments=arguments) | Random(arguments=arguments):
            for argument in arguments:
                yield from _walk_axes(argument, axes)
        case Reduce(axes=reduced, arguments=arguments):
            for argument in arguments:
                yield from _walk_axes(argument, (*axes, *reduced))
        case Interpolate(argument=argument):
            yield from _walk_axes(argument, axes)


def _uses(definitions: Iterable[tuple[Part, ...]]) -> set[str]:
    return {name for parts in definitions for part in parts for name in part.uses}
