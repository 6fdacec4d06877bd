"""How much of a variable's change comes from each of its causes, step by step.

The equation of a variable is computed again with one cause at its new value and all others a step
ago. This is done for all steps and draws at once, and element by element: two elements of an array
are two causes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xhsim.engine.compiling.numpy_expressions import Writer
from xhsim.engine.compiling.numpy_program import functions_of
from xhsim.engine.compiling.numpy_runtime import NAMESPACE
from xhsim.engine.equations import TIME, Discrete, Equations, Part, Random, Rule, Stock, walk
from xhsim.engine.insight.element_links import Pair, element_links
from xhsim.errors import InputError

__all__ = ["LinkChanges", "LinkEquations", "StepValues", "link_changes", "link_equations"]

Array = NDArray[np.float64]
Node = tuple[str, int]  # the key of a variable, and the position of an element in C order
ROUNDING = 1e-13  # a change below this share of a value is rounding


@dataclass(frozen=True)
class LinkEquations:
    """The equations of a model, ready to be computed with one cause changed.

    Attributes
    ----------
    equations : Equations
    functions : dict of str to callable
        By the key of each effect: its rule, or the net flow of a stock.
    arguments : dict of str to tuple of str
        The variables that each function takes, in order.
    colours : dict of (str, str) to tuple
        For each effect and cause: groups of pairs that one evaluation answers, since no element of
        the effect depends on two elements of the cause that are changed together.
    late : frozenset of str
        Effects that change a step after their causes: stocks and discrete variables.
    nodes : tuple of (str, int)
    effect, cause : ndarray of int
        For each link the number of its two nodes.
    """

    equations: Equations
    functions: dict[str, Callable[..., Any]]
    arguments: dict[str, tuple[str, ...]]
    colours: dict[tuple[str, str], tuple[tuple[Pair, ...], ...]]
    late: frozenset[str]
    nodes: tuple[Node, ...]
    effect: NDArray[np.int64]
    cause: NDArray[np.int64]


@dataclass(frozen=True)
class StepValues:
    """The values of a run at each of its steps.

    Attributes
    ----------
    times : ndarray, shape (times,)
        All steps from the start.
    step : float
        Their length.
    values : mapping of str to ndarray
        By key, each of shape ``(times, *elements, draws)``.
    """

    times: Array
    step: float
    values: Mapping[str, Array]


@dataclass(frozen=True)
class LinkChanges:
    """The changes along each link, from the third time of a run on.

    Attributes
    ----------
    change : ndarray, shape (links, steps, draws)
        Partial change of the effect due to the cause. For a stock it is that of its net flow, a
        step before.
    sign : ndarray of int, shape (links, steps, draws)
        1 if cause and effect move in the same direction, -1 if not, 0 without a change.
    total : ndarray, shape (nodes, steps, draws)
        Change of each node; for a stock that of its net flow, a step before.
    """

    change: Array
    sign: NDArray[np.int8]
    total: Array


def link_equations(
    equations: Equations, given: frozenset[str], wanted: str | None = None
) -> LinkEquations:
    """Prepare the equations of a model.

    Parameters
    ----------
    equations : Equations
    given : frozenset of str
        The keys of the variables that the caller of the run gives. They are causes, not effects.
    wanted : str, optional
        The key of a variable; only what is behind it is prepared. By default everything.

    Returns
    -------
    LinkEquations

    Raises
    ------
    InputError
        If the model draws random numbers or has a DELAY FIXED: their changes have no scores.
    """
    parts = {
        key: found
        for key in _behind(equations, given, wanted)
        if (found := _parts_of(equations, key, equations.definitions[key]))
    }
    _refuse_random(equations, parts)
    links = {key: element_links(equations, key, found) for key, found in parts.items()}
    moving = _moving(equations, links, given)
    writer = Writer(equations)
    sources, arguments, colours = [], {}, {}
    for number, (key, found) in enumerate(parts.items()):
        if key not in moving:
            continue
        used = sorted(cause for cause in _all_uses(found) if cause != TIME)
        names = "".join(f", {writer.identifier(cause)}" for cause in used)
        body = writer.value(key, found, full=True)
        sources.append(f"def effect_{number}(time, clock, time_step{names}):\n    return {body}")
        arguments[key] = tuple(used)
        for cause, pairs in links[key].items():
            if cause in moving:
                colours[key, cause] = _coloured(pairs)
    space = functions_of("\n".join(sources) + "\n", {**NAMESPACE, **writer.bound})
    functions = {k: space[f"effect_{n}"] for n, k in enumerate(parts) if k in moving}
    pairs_of = [
        ((effect, i), (cause, e))
        for (effect, cause), groups in colours.items()
        for group in groups
        for i, e in group
    ]
    nodes = list(dict.fromkeys(node for pair in pairs_of for node in pair))
    number_of = {node: number for number, node in enumerate(nodes)}
    return LinkEquations(
        equations,
        functions,
        arguments,
        colours,
        frozenset(k for k in arguments if not isinstance(equations.definitions[k], Rule)),
        tuple(nodes),
        np.array([number_of[effect] for effect, _ in pairs_of], dtype=np.int64),
        np.array([number_of[cause] for _, cause in pairs_of], dtype=np.int64),
    )


def _parts_of(equations: Equations, key: str, definition: object) -> tuple[Part, ...]:
    """Return the equation by which a variable changes during a run; nothing if it does not."""
    match definition:
        case Rule(parts=parts, held=False) if equations.variables[key].kind != "constant":
            return parts
        case Stock(flow=flow):
            return flow
        case Discrete(following=following, delay=(), container=None):
            return following
        case Discrete():
            variable = equations.variables[key]
            is_delay = definition.container is None
            what = "is a DELAY FIXED" if is_delay else "are those of a conveyor or a queue"
            raise InputError(
                f'"{variable.name}" {what}, so its links have no scores',
                file=equations.path,
                line=variable.line or None,
                hint="use DELAY3 or DELAY N in its place" if is_delay else "use a plain stock",
            )
    return ()


def _behind(equations: Equations, given: frozenset[str], wanted: str | None) -> list[str]:
    """Return the computed variables that a variable depends on, and itself, in order."""
    if wanted is None:
        return [key for key in equations.definitions if key not in given]
    found: set[str] = set()
    open_ends = [wanted]
    while open_ends:
        key = open_ends.pop()
        if key in found or key in given or key == TIME:
            continue
        found.add(key)
        definition = equations.definitions[key]
        match definition:
            case Rule(parts=parts, held=False):
                open_ends += _all_uses(parts)
            case Stock(flow=flow):
                open_ends += _all_uses(flow)
            case Discrete(following=following):
                open_ends += _all_uses(following)
    return [key for key in equations.definitions if key in found]


def _refuse_random(equations: Equations, parts: Mapping[str, tuple[Part, ...]]) -> None:
    for key, found in parts.items():
        if any(isinstance(node, Random) for part in found for node in walk(part.expression)):
            variable = equations.variables[key]
            raise InputError(
                f'"{variable.name}" draws random numbers at each step, so its links have no scores',
                file=equations.path,
                line=variable.line or None,
                hint="give the variable as a Path: params={...}",
            )


def _all_uses(parts: tuple[Part, ...]) -> set[str]:
    return {name for part in parts for name in part.uses}


def _moving(
    equations: Equations, links: Mapping[str, Mapping[str, object]], given: frozenset[str]
) -> frozenset[str]:
    """Return what may change during a run: stocks, what is given, time, and what uses them."""
    moving = {TIME, *given}
    moving |= {key for key in links if not isinstance(equations.definitions[key], Rule)}
    while True:
        more = {
            key for key, causes in links.items() if key not in moving and causes.keys() & moving
        }
        if not more:
            return frozenset(moving)
        moving |= more


def _coloured(pairs: frozenset[Pair]) -> tuple[tuple[Pair, ...], ...]:
    """Group pairs so that in no group an effect depends on two of the causes.

    Examples
    --------
    >>> _coloured(frozenset({(0, 0), (1, 1)}))  # element by element: one group
    (((0, 0), (1, 1)),)
    >>> len(_coloured(frozenset({(0, 0), (0, 1)})))  # a sum: each cause by itself
    2
    """
    effects: dict[int, set[int]] = {}
    for effect, cause in pairs:
        effects.setdefault(cause, set()).add(effect)
    groups: list[tuple[set[int], list[Pair]]] = []
    for cause in sorted(effects):
        reached = effects[cause]
        free = next((group for group in groups if not group[0] & reached), None)
        if free is None:
            free = (set(), [])
            groups.append(free)
        free[0].update(reached)
        free[1].extend((effect, cause) for effect in sorted(reached))
    return tuple(tuple(sorted(group)) for _, group in groups)


def link_changes(prepared: LinkEquations, run: StepValues) -> LinkChanges:
    """Compute the changes along all links.

    Parameters
    ----------
    prepared : LinkEquations
    run : StepValues
        With three or more times.

    Returns
    -------
    LinkChanges
    """
    values = _Windows(prepared.equations, run)
    steps, draws = values.steps, values.draws
    change = np.zeros((prepared.effect.size, steps * draws))
    sign = np.zeros(change.shape, dtype=np.int8)
    total = np.zeros((len(prepared.nodes), steps * draws))
    number_of = {node: number for number, node in enumerate(prepared.nodes)}
    link = 0
    with np.errstate(all="ignore"):
        for effect, groups in _by_effect(prepared).items():
            late = int(effect in prepared.late)
            difference = _Difference(prepared, effect, values, late)
            for position, row in enumerate(difference.whole()):
                if (effect, position) in number_of:
                    total[number_of[effect, position]] = row
            for cause, pairs in groups:
                rows = difference.due_to(cause, pairs)
                moved = values.moved(cause, late)
                for i, e in pairs:
                    change[link] = rows[i]
                    sign[link] = np.sign(rows[i]) * np.sign(moved[e])
                    link += 1
    shape = (steps, draws)
    return LinkChanges(
        change.reshape(-1, *shape), sign.reshape(-1, *shape), total.reshape(-1, *shape)
    )


def _by_effect(prepared: LinkEquations) -> dict[str, list[tuple[str, tuple[Pair, ...]]]]:
    found: dict[str, list[tuple[str, tuple[Pair, ...]]]] = {}
    for (effect, cause), groups in prepared.colours.items():
        found.setdefault(effect, []).extend((cause, group) for group in groups)
    return found


class _Windows:
    """The values of a run, cut so that step, step before and step before that are aligned."""

    def __init__(self, equations: Equations, run: StepValues) -> None:
        self._equations = equations
        self._run = run
        self._known: dict[tuple[str, int], Array] = {}
        self.steps = run.times.size - 2
        self.draws = next(iter(run.values.values())).shape[-1]

    def at(self, key: str, ago: int) -> Array:
        """Return values of shape ``(*elements, points)``, `ago` steps before each step."""
        if (key, ago) not in self._known:
            first = 2 - ago
            if key == TIME:
                window = np.repeat(self._run.times[first : first + self.steps], self.draws)
            else:
                cut = self._run.values[key][first : first + self.steps]
                shape = self._equations.variables[key].shape
                window = np.moveaxis(cut, 0, -2).reshape(*shape, -1)
            self._known[key, ago] = np.ascontiguousarray(window)
        return self._known[key, ago]

    def moved(self, key: str, late: int) -> Array:
        """Return the change of each element, of shape ``(elements, points)``."""
        difference = self.at(key, late) - self.at(key, late + 1)
        return difference.reshape(-1, difference.shape[-1])

    @property
    def step(self) -> float:
        return self._run.step


class _Difference:
    """The equation of one variable, a step ago and with something changed since."""

    def __init__(self, prepared: LinkEquations, effect: str, values: _Windows, late: int) -> None:
        self._function = prepared.functions[effect]
        self._names = prepared.arguments[effect]
        self._values = values
        self._late = late
        self._shape = prepared.equations.variables[effect].shape
        self._before = [values.at(name, late + 1) for name in self._names]
        self._base = self._compute(self._before, late + 1)

    def _compute(self, arguments: list[Array], ago: int) -> Array:
        time = self._values.at(TIME, ago)
        value = self._function(time, time, self._values.step, *arguments)
        whole = np.broadcast_to(value, (*self._shape, time.size))
        return whole.reshape(-1, time.size)

    def _since(self, now: Array) -> Array:
        """Return the difference from the values a step ago, without what is only rounding."""
        difference = now - self._base
        kept = np.isfinite(difference) & (np.abs(difference) > ROUNDING * np.abs(self._base))
        return np.where(kept, difference, 0.0)

    def whole(self) -> Array:
        """Return the change of the variable, of shape ``(elements, points)``."""
        now = [self._values.at(name, self._late) for name in self._names]
        return self._since(self._compute(now, self._late))

    def due_to(self, cause: str, pairs: tuple[Pair, ...]) -> Array:
        """Return the change due to the elements of a cause that occur in pairs."""
        if cause == TIME:
            return self._since(self._compute(self._before, self._late))
        place = self._names.index(cause)
        changed = self._before[place].copy()
        flat = changed.reshape(-1, changed.shape[-1])
        rows = sorted({e for _, e in pairs})
        now = self._values.at(cause, self._late)
        flat[rows] = now.reshape(flat.shape)[rows]
        arguments = [*self._before[:place], changed, *self._before[place + 1 :]]
        return self._since(self._compute(arguments, self._late + 1))
