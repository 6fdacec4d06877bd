"""Generate plain Python arithmetic for a single run, which avoids the overhead of arrays.

NumPy takes about a microsecond for an operation on one number, Python a few hundredths of that.
Python raises an error where NumPy returns infinity or NaN. Such a run is repeated in NumPy.

As in `xhsim.engine.compiling.numpy_program`, the code consists of templates of the table of
functions, of numbers, and of names numbered here. It contains no string of a model file.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from xhsim.engine.compiling.numpy_program import functions_of
from xhsim.engine.compiling.plan import Plan
from xhsim.engine.compiling.scalar_runtime import NAMESPACE
from xhsim.engine.compiling.unroll import ScalarNode, can_unroll, unroll
from xhsim.engine.equations import Equations, is_steep
from xhsim.engine.language.functions import FUNCTIONS, functions_with
from xhsim.engine.paths import Path
from xhsim.engine.tableaux import Combination, Tableau

__all__ = ["ScalarProgram", "emit_scalar", "follow", "stepper_of"]

Numbers = Sequence[float]
Flows = Callable[[float, float, Numbers], Numbers]
Several = Callable[[float, float, Numbers], tuple[Numbers, ...]]
Stepper = Callable[[Numbers, Flows, float, float, Numbers], list[float]]
LONGEST = 400  # characters of an expression; a longer one gets a name
DEEPEST = 30  # nested brackets of an expression; a deeper one gets a name, since Python refuses 200


def _with_slopes(table: tuple[Numbers, Numbers]) -> tuple[Numbers, Numbers, Numbers]:
    x, y = table
    slopes = [
        (y[i + 1] - y[i]) / (x[i + 1] - x[i]) if x[i + 1] > x[i] else 0.0 for i in range(len(x) - 1)
    ]
    return x, y, (*slopes, 0.0)


@dataclass(frozen=True)
class ScalarProgram:
    """Generated code for a single run.

    Attributes
    ----------
    source : str
    prepare : callable
        ``prepare(inputs, begin, time_step, paths, noise)`` takes all elements of all inputs in
        order, a function of time and clock for each of `paths`, and a function of stream, element
        and clock that returns a uniform number. It returns the initial state, the delays of the
        discrete variables, and four functions of time, clock and state: the flows; the changes of
        dated variables; the flows and the next values of the discrete variables; and these
        together with the outputs. What a function returns together it computes once.
    paths : tuple of (str, int)
        The variables given over time, each with the flat position of one element.
    """

    source: str
    prepare: Callable[..., tuple[Numbers, Numbers, Flows, Flows, Several | None, Several]]
    paths: tuple[tuple[str, int], ...]


def emit_scalar(equations: Equations, plan: Plan) -> ScalarProgram | None:
    """Write a plan as plain Python code and compile it.

    Parameters
    ----------
    equations : Equations
    plan : Plan

    Returns
    -------
    ScalarProgram or None
        None if the plan has no scalar form: it uses vectors, or it is too large.
    """
    if not can_unroll(equations, plan, functions_with("scalar"), between_steps=True):
        return None
    return _ScalarEmitter(equations, plan).program()


class _ScalarEmitter:
    def __init__(self, equations: Equations, plan: Plan) -> None:
        self.unrolled = unroll(equations, plan)
        self.names: dict[str, Any] = {}  # names of the lookup tables
        self.paths: dict[tuple[str, int], str] = {}

    def program(self) -> ScalarProgram:
        unrolled = self.unrolled
        inputs = [node for node in unrolled.nodes if node.kind == "input"]
        texts = {node.number: f"i{node.number}" for node in inputs}
        states = [f"s{row}" for row in range(len(unrolled.start))]
        delays = [node for node in unrolled.delays if node is not None]
        steady = [*unrolled.start, *delays, *self._steady()]
        lines = self._write([*steady], texts, "    ", name_all=True)
        functions: tuple[tuple[str, tuple[list[ScalarNode], ...]], ...] = (
            ("flows", (unrolled.flows,)),
            ("jumps", (unrolled.jumps,)),
            ("begins", (unrolled.flows, unrolled.following)),
            ("saves", (unrolled.flows, unrolled.following, unrolled.outputs)),
        )
        if not unrolled.following:
            functions = (*functions[:2], functions[3])
            lines.append("    begins = None")
        for name, groups in functions:
            inner = dict(texts)
            body = self._write([node for roots in groups for node in roots], inner, "        ")
            found = [f"({_listed(inner[node.number] for node in roots)})" for roots in groups]
            lines += [f"    def {name}(time, clock, state):", _unpack(states, "state", 8), *body]
            lines.append(f"        return {', '.join(found)}")
        start = _listed(texts[node.number] for node in unrolled.start)
        waits = _listed("None" if node is None else texts[node.number] for node in unrolled.delays)
        head = [
            "def prepare(inputs, begin, time_step, paths, noise):",
            _unpack([texts[node.number] for node in inputs], "inputs", 4),
            _unpack(list(self.paths.values()), "paths", 4),
        ]
        last = f"    return ({start}), ({waits}), flows, jumps, begins, saves"
        source = "\n".join([*head, *lines, last, ""])
        space = functions_of(source, NAMESPACE | self.names)
        return ScalarProgram(source, space["prepare"], tuple(self.paths))

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

    def _write(
        self, roots: list[ScalarNode], texts: dict[int, str], indent: str, *, name_all: bool = False
    ) -> list[str]:
        """Return lines that compute the roots. `texts` gets the code of each node.

        A node that is used once is written where it is used. So a branch that is not taken is not
        computed.
        """
        needed = self._needed(roots, texts)
        uses: dict[int, int] = {}
        below = (argument for node in needed for argument in node.arguments)
        for node in (*roots, *below):
            uses[node.number] = uses.get(node.number, 0) + 1
        named = {node.number for node in roots} if name_all else set()
        depths: dict[int, int] = {}
        lines: list[str] = []
        for node in needed:
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
            case "to_number":
                return f"(1.0 if {arguments[0]} else 0.0)"
            case "to_condition":
                return f"({arguments[0]} != 0.0)"
            case "lookup":
                name = f"table_{node.number}"
                points: Any = node.data
                x, y = points
                if is_steep(x, y):
                    self.names[name] = (x, y)
                    return f"interpolate_steep({arguments[0]}, {name})"
                self.names[name] = _with_slopes((x, y))
                return f"interpolate({arguments[0]}, {name})"
        noise = ""
        if node.kind == "random":
            assert isinstance(node.data, tuple)
            name, stream, element = node.data
            function = FUNCTIONS[name]
            noise = f"noise({int(stream)}, {int(element)}, {arguments.pop()})"
        else:
            function = FUNCTIONS[str(node.data)]
        template = function.scalar
        assert template is not None
        now = arguments.pop() if function.now else ""
        for place, text in enumerate(arguments):
            # An argument that a template uses more than once gets a name first.
            if template.count(f"{{{place}}}") > 1 and not _is_atom(text):
                arguments[place] = f"r{node.number}_{place}"
                lines.append(f"{indent}{arguments[place]} = {text}")
        return template.format(*arguments, now=now, noise=noise)


def _is_atom(text: str) -> bool:
    return text.isidentifier() or text.replace(".", "", 1).isdigit()


def _listed(texts: Any) -> str:
    return "".join(f"{text}, " for text in texts)


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


@cache
def stepper_of(tableau: Tableau) -> Stepper:
    """Write a step of a fixed-step method as plain Python and compile it.

    Parameters
    ----------
    tableau : Tableau

    Returns
    -------
    callable
        ``step(first, flows, time, length, state)`` returns the state one step later, with the
        arithmetic of `xhsim.engine.running.steps` but without arrays. `first` are the flows at the
        start of the step.

    Examples
    --------
    >>> from xhsim.engine.tableaux import RK2
    >>> stepper_of(RK2)([-1.0], lambda time, clock, state: [-state[0]], 0.0, 0.5, [1.0])
    [0.625]
    """
    lines = ["def step(k0, flows, time, length, state):"]
    for number, (node, combination) in enumerate(
        zip(tableau.nodes, tableau.between, strict=True), 1
    ):
        lines += [
            f"    part = length / {float(combination.divisor)!r}",
            f"    there = {_moved(combination)}",
            f"    k{number} = flows(time + {node!r} * length, time, there)",
        ]
    lines.append(f"    part = length / {float(tableau.whole.divisor)!r}")
    lines.append(f"    return {_moved(tableau.whole)}")
    step: Stepper = functions_of("\n".join(lines), {"zip": zip})["step"]
    return step


def _moved(combination: Combination) -> str:
    """Return code that changes the state by a combination of flows, number by number."""
    used = [flow for term in combination.terms for flow in term.flows]
    parts = []
    for term in combination.terms:
        part = " + ".join(f"f{flow}" for flow in term.flows)
        if term.weight != 1:
            part = f"{float(term.weight)!r} * ({part})"
        parts.append(part)
    names = ", ".join(f"f{flow}" for flow in used)
    flows = ", ".join(f"k{flow}" for flow in used)
    total = " + ".join(parts)
    return f"[level + part * ({total}) for level, {names} in zip(state, {flows}, strict=True)]"
