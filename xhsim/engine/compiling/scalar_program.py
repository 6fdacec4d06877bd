"""Generate plain Python arithmetic for a single run, which avoids the overhead of arrays.

NumPy takes about a microsecond for an operation on one number, Python a few hundredths of that.
The generated code takes many steps in one call, and computes each variable once in a step.

Where NumPy returns infinity or NaN, Python raises an error. Such a run is repeated in a careful
form of the same code, which calls functions that give what NumPy gives.

As in `xhsim.engine.compiling.numpy_program`, the code consists of templates of the table of
functions, of numbers, and of names numbered here. It contains no string of a model file.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from xhsim.engine.compiling.numpy_expressions import INTERPOLATIONS
from xhsim.engine.compiling.numpy_program import functions_of
from xhsim.engine.compiling.plan import Plan
from xhsim.engine.compiling.scalar_runtime import CAREFUL, NAMESPACE
from xhsim.engine.compiling.unroll import ScalarNode, Unrolled, can_unroll, unroll
from xhsim.engine.containers.descriptions import Container
from xhsim.engine.containers.run import given_at_start
from xhsim.engine.equations import Discrete, Equations, Stock, is_steep
from xhsim.engine.language.functions import FUNCTIONS, functions_with
from xhsim.engine.paths import Path
from xhsim.engine.tableaux import EULER, Combination, Tableau

__all__ = ["BYTES", "How", "ScalarProgram", "emit_scalar", "follow"]

Numbers = Sequence[float]
BYTES = 8  # of a number
LONGEST = 400  # characters of an expression; a longer one gets a name
DEEPEST = 30  # nested brackets of an expression; a deeper one gets a name, since Python refuses 200
QUOTIENT = re.compile(r"([\w.]+\(\{\d\}\)|\{\d\}) / ([\w.]+\(\{\d\}\)|\{\d\})")


@dataclass(frozen=True)
class How:
    """How generated code takes its steps.

    Attributes
    ----------
    tableau : Tableau
        The method.
    halvings : int
        How often a step is cut in halves at most where its error is too large; 0: never.
    reports : bool
        Whether outputs are also wanted at other times than those at which steps begin.
    shortens : bool
        Whether it can take a shorter step, to a time between two steps.
    is_uneven : bool
        Whether steps differ in length.
    is_careful : bool
        Whether numbers need not be finite.
    """

    tableau: Tableau = EULER
    halvings: int = 0
    reports: bool = False
    shortens: bool = False
    is_uneven: bool = False
    is_careful: bool = False


ALONE = How()


@dataclass(frozen=True)
class ScalarProgram:
    """Generated code for a single run.

    Attributes
    ----------
    source : str
    prepare : callable
        ``prepare(inputs, begin, time_step, paths, chance, absolute, relative)`` takes all elements
        of all inputs in order, a function of time and clock for each of `paths`, a function that
        returns the uniform numbers of the step that begins at a time, and the error that a step may
        have. It returns the initial state, the delays of the discrete variables, and functions:
        ``walk(first, stop, last, state, marks, pack, table, at, extra, pipes, begins, lengths)``,
        ``jumps(time, clock, time_step, *state)``, and, if they are wanted, ``report`` (the same)
        and ``shorter(time, length, time_step, *state)``.
        `walk` takes the steps from `first` to before `stop`, but none at `last`. It returns the
        state, and the place in `table` after the last row. At each step `marks` tells whether to
        pack the outputs into `table` (1) or to call ``extra(number, at, state) -> at`` (2).
    paths : tuple of (str, int)
        The variables given over time, each with the flat position of one element.
    randoms : tuple of (int, int)
        Stream and element of each uniform number of a step.
    outputs : int
        How many numbers a row of `table` has.
    """

    source: str
    prepare: Callable[..., tuple[Any, ...]]
    paths: tuple[tuple[str, int], ...]
    randoms: tuple[tuple[int, int], ...]
    outputs: int


def emit_scalar(equations: Equations, plan: Plan, how: How = ALONE) -> ScalarProgram | None:
    """Write a plan as plain Python code and compile it.

    Parameters
    ----------
    equations : Equations
    plan : Plan
    how : How
        How the code takes its steps; by default with Euler's method.

    Returns
    -------
    ScalarProgram or None
        None if the plan has no scalar form: it is too large, or a function of it has none.
    """
    if not can_unroll(equations, plan, functions_with("scalar"), alone=True):
        return None
    at_least_zero: list[int] = []
    discrete: list[int] = []
    contained: list[int] = []
    row = 0
    for key in plan.stocks:
        definition = equations.definitions[key]
        size = math.prod(equations.variables[key].shape)
        if isinstance(definition, Stock) and definition.non_negative:
            at_least_zero += range(row, row + size)
        if key in plan.discrete:
            discrete += range(row, row + size)
            if isinstance(definition, Discrete) and definition.container is not None:
                contained += range(row, row + size)
        row += size
    rows = (discrete, contained, at_least_zero)
    return _ScalarEmitter(unroll(equations, plan), how, *rows).program()


class _ScalarEmitter:
    def __init__(
        self,
        unrolled: Unrolled,
        how: How,
        discrete: list[int],
        contained: list[int],
        at_least_zero: list[int],
    ) -> None:
        self.unrolled, self.how = unrolled, how
        self.discrete, self.contained, self.at_least_zero = discrete, contained, at_least_zero
        self.names: dict[str, Any] = {}  # names of the lookup tables
        self.paths: dict[tuple[str, int], str] = {}
        self.randoms: dict[tuple[int, int], int] = {}
        self.states = [f"s{row}" for row in range(len(unrolled.start))]

    def program(self) -> ScalarProgram:
        unrolled, how = self.unrolled, self.how
        inputs = [node for node in unrolled.nodes if node.kind == "input"]
        texts = {node.number: f"i{node.number}" for node in inputs}
        delays = [node for node in unrolled.delays if node is not None]
        steady = [*unrolled.start, *delays, *self._steady()]
        lines = self._chance(steady, texts, "    ", clock="begin")
        uses = self._uses(steady, texts)
        lines += self._write(steady, texts, "    ", uses, {node.number for node in steady})
        if how.tableau.stages > 1 or how.shortens or how.halvings:
            lines += self._values("flows", unrolled.flows, texts)
        if how.shortens or how.halvings:
            lines += self._moving()
        if how.reports:
            lines += self._values("report", unrolled.outputs, texts)
        lines += self._values("jumps", unrolled.jumps, texts)
        lines += self._walk(texts)
        start = _listed(texts[node.number] for node in unrolled.start)
        waits = _listed("None" if node is None else texts[node.number] for node in unrolled.delays)
        head = [
            "def prepare(inputs, begin, time_step, paths, chance, absolute, relative):",
            _unpack([texts[node.number] for node in inputs], "inputs", 4),
            _unpack(list(self.paths.values()), "paths", 4),
        ]
        wanted = {"report": how.reports, "shorter": how.shortens}
        found = [name if is_wanted else "None" for name, is_wanted in wanted.items()]
        last = f"    return ({start}), ({waits}), walk, jumps, {_commas(*found)}"
        source = "\n".join([*head, *lines, last, ""])
        known = NAMESPACE | (CAREFUL if how.is_careful else {}) | self.names
        space = functions_of(source, known)
        return ScalarProgram(
            source,
            space["prepare"],
            tuple(self.paths),
            tuple(self.randoms),
            len(unrolled.outputs),
        )

    # --- functions -----------------------------------------------------------------------

    def _values(self, name: str, roots: list[ScalarNode], texts: dict[int, str]) -> list[str]:
        """Return a function that computes values from the state at a time."""
        inner = dict(texts)
        body = self._chance(roots, inner, "        ")
        body += self._write(roots, inner, "        ", self._uses(roots, inner))
        return [
            f"    def {name}({_commas('time', 'clock', 'time_step', *self.states)}):",
            *body,
            f"        return ({_listed(inner[node.number] for node in roots)})",
        ]

    def _moving(self) -> list[str]:
        """Return `move`, which takes a step whose first flows are known, and what calls it."""
        states = self.states
        flows = f"flows({_commas('time', 'clock', 'time_step', *states)})"
        lines = [
            f"    def move({_commas('time', 'clock', 'length', 'time_step', 'first', *states)}):",
            _unpack(self._flow_names(0), "first", 8),
            *self._parts("        ", "length"),
            *self._stages("        ", "length"),
            f"        return ({_listed(self._moved(self.how.tableau.whole))})",
        ]
        if not self.how.halvings:
            head = f"    def shorter({_commas('time', 'length', 'time_step', *states)}):"
            whole = _commas("time", "clock", "length", "time_step", flows, *states)
            return [*lines, head, "        clock = time", f"        return move({whole})"]
        return [*lines, *self._halving(flows)]

    def _halving(self, flows: str) -> list[str]:
        """Return `advance`, which cuts a step in halves where its error is too large."""
        states, rows = self.states, range(len(self.states))
        wholes, halves, fines = ([f"{name}{row}" for row in rows] for name in ("w", "h", "f"))
        worse = " or ".join(
            f"fabs({w} - {f}) > absolute + relative * fabs({f})"
            for w, f in zip(wholes, fines, strict=True)
        )
        arguments = ("time", "clock", "length", "time_step", "first")
        half = ("time", "clock", "half", "time_step", "first")
        second = "flows({})".format(_commas("time + half", "clock", "time_step", *halves))
        later = ("time + half", "clock", "half", "time_step", second)
        return [
            f"    def advance({_commas(*arguments, 'left', *states)}):",
            _unpack(wholes, f"whole = move({_commas(*arguments, *states)})", 8),
            "        if not left:",
            "            return whole",
            "        half = length / 2",
            _unpack(halves, f"move({_commas(*half, *states)})", 8),
            _unpack(fines, f"move({_commas(*later, *halves)})", 8),
            f"        if not ({worse}):",
            "            return whole",
            _unpack(halves, f"advance({_commas(*half, 'left - 1', *states)})", 8),
            f"        return advance({_commas(*later, 'left - 1', *halves)})",
            f"    def shorter({_commas('time', 'length', 'time_step', *states)}):",
            "        clock = time",
            f"        first = {flows}",
            f"        return advance({_commas(*arguments, str(self.how.halvings), *states)})",
        ]

    def _walk(self, texts: dict[int, str]) -> list[str]:
        """Return the function that takes many steps, and saves outputs on the way."""
        unrolled, how, states = self.unrolled, self.how, self.states
        inner, deep, deeper = dict(texts), " " * 12, " " * 20
        always = [*unrolled.flows, *unrolled.following]
        uses = self._uses([*always, *unrolled.outputs], inner)
        pipes = [
            f"q{number}"
            for number, (row, node) in enumerate(zip(self.discrete, unrolled.delays, strict=True))
            if node is not None and row not in self.contained
        ]
        pipes += ["contents"] if self.contained else []
        given = "first, stop, last, state, marks, pack, table, at, extra, pipes, begins, lengths"
        lines = [f"    def walk({given}):", _unpack(states, "state", 8), _unpack(pipes, "pipes", 8)]
        lines += [] if how.is_uneven else self._parts("        ", "time_step")
        lines.append("        for number in range(first, stop):")
        if how.is_uneven:
            lines.append(f"{deep}time = clock = begins[number]")
            lines.append(f"{deep}time_step = lengths[number]")
            lines += self._parts(deep, "time_step")
        else:
            lines.append(f"{deep}time = clock = begin + number * time_step")
        lines += self._chance([*always, *unrolled.outputs], inner, deep)
        lines += self._write(always, inner, deep, uses)
        lines += [f"{deep}if marks[number]:", f"{deep}    if marks[number] == 1:"]
        lines += self._write(unrolled.outputs, inner, deeper, uses)
        outputs = [inner[node.number] for node in unrolled.outputs]
        lines += [
            f"{deeper}pack({_commas('table', 'at', *outputs)})",
            f"{deeper}at += {BYTES * len(outputs)}",
            f"{deep}    else:",
            f"{deeper}at = extra(number, at, ({_listed(states)}))",
            f"{deep}if number == last:",
            f"{deep}    break",
        ]
        flows = [inner[node.number] for node in unrolled.flows]
        following = [inner[node.number] for node in unrolled.following]
        values = [f"n{number}" for number in range(len(following))]
        if following:
            lines.append(f"{deep}{_listed(values)} = {_listed(following)}")
        lines += self._step(flows, deep)
        return [*lines, *self._settle(values, deep), f"        return ({_listed(states)}), at"]

    def _step(self, flows: list[str], indent: str) -> list[str]:
        """Return lines that take one step, whose first flows are given."""
        how, states = self.how, self.states
        if not states:
            return []
        if how.halvings:
            first = f"({_listed(flows)})"
            given = ("time", "clock", "time_step", "time_step", first, str(self.how.halvings))
            return [f"{indent}{_listed(states)} = advance({_commas(*given, *states)})"]
        lines = []
        if how.tableau.stages > 1:
            lines.append(f"{indent}{_listed(self._flow_names(0))} = {_listed(flows)}")
            lines += self._stages(indent, "time_step")
            moved = self._moved(how.tableau.whole)
        else:
            moved = self._moved(how.tableau.whole, flows)
        # A discrete variable gets its new value anyway.
        kept = [row for row in range(len(states)) if row not in self.discrete]
        if kept:
            names, values = ([texts[row] for row in kept] for texts in (states, moved))
            lines.append(f"{indent}{_listed(names)} = {_listed(values)}")
        return lines

    def _settle(self, values: list[str], indent: str) -> list[str]:
        """Return lines that make the changes at the end of a step."""
        lines = []
        taken = [v for r, v in zip(self.discrete, values, strict=True) if r in self.contained]
        if taken:
            rows = _listed(f"s{row}" for row in self.contained)
            lines.append(f"{indent}{rows} = contents(({_listed(taken)}))")
        for number, (row, value) in enumerate(zip(self.discrete, values, strict=True)):
            if row in self.contained:
                continue
            if self.unrolled.delays[number] is not None:
                lines.append(f"{indent}q{number}.append({value})")
                value = f"q{number}[0]"
            lines.append(f"{indent}s{row} = {value}")
        for row in self.at_least_zero:
            lines += [f"{indent}if s{row} < 0.0:", f"{indent}    s{row} = 0.0"]
        return lines

    # --- steps ---------------------------------------------------------------------------

    def _flow_names(self, stage: int) -> list[str]:
        return [f"k{stage}_{row}" for row in range(len(self.states))]

    def _parts(self, indent: str, length: str) -> list[str]:
        """Return lines that divide the length of a step by the divisors of the method."""
        tableau = self.how.tableau
        divisors = {each.divisor: None for each in (*tableau.between, tableau.whole)}
        return [f"{indent}part_{each} = {length} / {float(each)!r}" for each in divisors]

    def _stages(self, indent: str, length: str) -> list[str]:
        """Return lines that compute the flows after the first."""
        tableau, lines = self.how.tableau, []
        for stage, (node, between) in enumerate(
            zip(tableau.nodes, tableau.between, strict=True), 1
        ):
            given = (f"time + {node!r} * {length}", "clock", "time_step", *self._moved(between))
            lines.append(f"{indent}{_listed(self._flow_names(stage))} = flows({_commas(*given)})")
        return lines

    def _moved(self, combination: Combination, first: list[str] | None = None) -> list[str]:
        """Return the state changed by a combination of flows, in the arithmetic of all forms."""
        found = []
        for row, state in enumerate(self.states):
            parts = []
            for term in combination.terms:
                part = " + ".join(first[row] if first else f"k{flow}_{row}" for flow in term.flows)
                parts.append(part if term.weight == 1 else f"{float(term.weight)!r} * ({part})")
            found.append(f"{state} + part_{combination.divisor} * ({' + '.join(parts)})")
        return found

    # --- nodes ---------------------------------------------------------------------------

    def _steady(self) -> list[ScalarNode]:
        """Return the nodes that do not change during a run and that changing nodes use."""
        unrolled = self.unrolled
        wanted = [*unrolled.flows, *unrolled.jumps, *unrolled.following, *unrolled.outputs]
        used = {
            argument.number: argument
            for node in self._needed(wanted, {})
            if node.moves
            for argument in node.arguments
        }
        roots = {node.number: node for node in wanted}
        return [node for node in (used | roots).values() if not node.moves]

    def _needed(self, roots: list[ScalarNode], known: dict[int, str]) -> list[ScalarNode]:
        """Return all nodes that the roots need, in order of computation."""
        found = {node.number for node in roots} - known.keys()
        nodes = self.unrolled.nodes
        for number in range(max(found, default=-1), -1, -1):
            if number in found:
                found |= {
                    argument.number
                    for argument in nodes[number].arguments
                    if argument.number not in known
                }
        return [nodes[number] for number in sorted(found)]

    def _uses(self, roots: list[ScalarNode], texts: dict[int, str]) -> dict[int, int]:
        """Return how often each node is used, for code that computes all the roots."""
        uses: dict[int, int] = {}
        below = (argument for node in self._needed(roots, texts) for argument in node.arguments)
        for node in (*roots, *below):
            uses[node.number] = uses.get(node.number, 0) + 1
        return uses

    def _chance(
        self, roots: list[ScalarNode], texts: dict[int, str], indent: str, clock: str = "clock"
    ) -> list[str]:
        """Return a line that draws the random numbers of a step, if the roots need any."""
        if any(node.kind == "random" for node in self._needed(roots, texts)):
            return [f"{indent}drawn = chance({clock})"]
        return []

    def _write(
        self,
        roots: list[ScalarNode],
        texts: dict[int, str],
        indent: str,
        uses: dict[int, int],
        named: Collection[int] = (),
    ) -> list[str]:
        """Return lines that compute the roots. `texts` gets the code of each node.

        A node that is used once is written where it is used. So a branch that is not taken is not
        computed.
        """
        depths: dict[int, int] = {}
        lines: list[str] = []
        for node in self._needed(roots, texts):
            text = self._text(node, texts, lines, indent)
            number = node.number
            depths[number] = 1 + max((depths.get(a.number, 0) for a in node.arguments), default=0)
            wants_name = uses[number] > 1 or number in named
            if len(text) > LONGEST or depths[number] > DEEPEST:
                wants_name = True
            if wants_name and not _is_atom(text):
                lines.append(f"{indent}v{number} = {text}")
                text = f"v{number}"
                depths[number] = 0
            texts[number] = text
        return lines

    def _text(self, node: ScalarNode, texts: dict[int, str], lines: list[str], indent: str) -> str:
        arguments = [texts[argument.number] for argument in node.arguments]
        match node.kind:
            case "constant":
                value = node.data
                return repr(value) if isinstance(value, float) and value >= 0 else f"({value!r})"
            case "state":
                return f"s{node.data}"
            case "begin" | "time" | "clock":
                return node.kind
            case "path":
                assert isinstance(node.data, tuple)
                name = self.paths.setdefault(node.data, f"path_{len(self.paths)}")
                return f"{name}({', '.join(arguments)})"
            case "given":
                name = f"given_{node.number}"
                assert isinstance(node.data, Container)
                self.names[name] = partial(_given, node.data)
                return f"{name}(({_listed(arguments)}), time_step)"
            case "to_number":
                return f"(1.0 if {arguments[0]} else 0.0)"
            case "to_condition":
                return f"({arguments[0]} != 0.0)"
            case "element":
                return f"{arguments[0]}[{int(str(node.data))}]"
            case "lookup":
                return self._lookup(node, arguments[0])
        noise, sizes = "", []
        if node.kind == "random":
            assert isinstance(node.data, tuple)
            name, *which = node.data
            function = FUNCTIONS[name]
            noise = f"drawn[{self.randoms.setdefault(tuple(which), len(self.randoms))}]"
            arguments.pop()  # the clock, which `chance` knows
        elif node.kind == "vector":
            assert isinstance(node.data, tuple)
            name, *sizes = node.data
            function, size = FUNCTIONS[name], math.prod(map(int, sizes))
            folded = function.folded * size if function.kind == "reduction" else len(arguments)
            vectors = [arguments[first : first + size] for first in range(0, folded, size)]
            arguments = [*(f"({_listed(each)})" for each in vectors), *arguments[folded:]]
        else:
            function = FUNCTIONS[str(node.data)]
        template = function.scalar
        assert template is not None
        if self.how.is_careful:
            template = QUOTIENT.sub(r"quotient(\1, \2)", template)
        now = arguments.pop() if function.now else ""
        for place, text in enumerate(arguments):
            # An argument that a template uses more than once gets a name first.
            if template.count(f"{{{place}}}") > 1 and not _is_atom(text):
                arguments[place] = f"r{node.number}_{place}"
                lines.append(f"{indent}{arguments[place]} = {text}")
        return template.format(*arguments, now=now, noise=noise, n=tuple(map(int, sizes)))

    def _lookup(self, node: ScalarNode, argument: str) -> str:
        assert isinstance(node.data, tuple)
        kind, x, y = node.data
        kind = INTERPOLATIONS[kind]  # whatever becomes code is checked here
        table: Any = (x, y)
        if kind == "interpolate" and is_steep(x, y):
            kind = "interpolate_steep"
        elif kind == "interpolate":
            table = _with_slopes(table)
        name = f"table_{node.number}"
        self.names[name] = table
        return f"{kind}({argument}, {name})"


def _with_slopes(table: tuple[Numbers, Numbers]) -> tuple[Numbers, Numbers, Numbers]:
    x, y = table
    slopes = [
        (y[i + 1] - y[i]) / (x[i + 1] - x[i]) if x[i + 1] > x[i] else 0.0 for i in range(len(x) - 1)
    ]
    return x, y, (*slopes, 0.0)


def _given(container: Container, taken: Sequence[float], time_step: float) -> list[float]:
    """Return what the container of one element gives at the start."""
    start = np.array(taken, dtype=np.float64)[:, np.newaxis]
    return [float(number) for number in given_at_start(container, start, time_step)[:, 0]]


def _is_atom(text: str) -> bool:
    return text.isidentifier() or text.replace(".", "", 1).isdigit()


def _listed(texts: Iterable[str]) -> str:
    return "".join(f"{text}, " for text in texts)


def _commas(*texts: str) -> str:
    return ", ".join(texts)


def _unpack(names: list[str], source: str, indent: int) -> str:
    return " " * indent + (f"{_listed(names)} = {source}" if names else "pass")


# --- running it ------------------------------------------------------------------------------


def follow(path: Path, position: int) -> Callable[[float, float], float]:
    """Return one element of a path without draws as a function of time and clock.

    At a jump the clock, which is the start of the step, tells which side applies.
    """
    times = path.times.tolist()
    values = path.values.reshape(len(times), -1)[:, position].tolist()
    slopes = path.slopes.reshape(len(times), -1)[:, position].tolist()

    def at(time: float, clock: float) -> float:
        piece = (bisect_left if clock < time else bisect_right)(times, time) - 1
        if piece < 0:
            return float(values[0])
        return float(values[piece] + slopes[piece] * (time - times[piece]))

    return at
