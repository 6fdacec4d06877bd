"""The plan of a run: what to compute once, at the start, at every step, or at saved times.

A plan depends on the wanted outputs and on the variables that the caller gives. It contains only
what the outputs depend on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from xhsim.engine.equations import (
    TIME,
    Dated,
    Discrete,
    Equations,
    Part,
    Rule,
    Stock,
)
from xhsim.errors import ModelError

__all__ = ["CONTROLS", "Plan", "make_plan"]

MOST_SHOWN = 20  # names of a circle in a message
CONTROLS = ("initial_time", "final_time", "time_step", "saveper")


@dataclass(frozen=True)
class Plan:
    """The order of evaluation. Every entry is the key of a variable.

    Attributes
    ----------
    inputs : tuple of str
        Constants of the model, and variables that the caller sets to a number.
    paths : tuple of str
        Variables that the caller gives over time.
    constants : tuple of str
        Rules that depend on inputs alone. They are computed once for each run.
    start : tuple of str
        Rules, stocks (their initial value) and held rules, in the order in which the values at
        the initial time can be computed.
    stocks, held : tuple of str
        What the run needs from `start`: the state (stocks, discrete and dated variables), and the
        values that INITIAL keeps.
    discrete : tuple of str
        Those of `stocks` that get a new value at the end of each step.
    update : tuple of str
        Rules needed for these new values, in order.
    dated : tuple of str
        Those of `stocks` that get new values at dates.
    jump : tuple of str
        Rules needed for these new values, in order.
    step : tuple of str
        Rules needed for the flows, in order. They are computed at every step.
    report : tuple of str
        Rules needed for the outputs, in order. They are computed at the saved times.
    outputs : tuple of str
    """

    inputs: tuple[str, ...]
    paths: tuple[str, ...]
    constants: tuple[str, ...]
    start: tuple[str, ...]
    stocks: tuple[str, ...]
    held: tuple[str, ...]
    discrete: tuple[str, ...]
    update: tuple[str, ...]
    dated: tuple[str, ...]
    jump: tuple[str, ...]
    step: tuple[str, ...]
    report: tuple[str, ...]
    outputs: tuple[str, ...]


def make_plan(
    equations: Equations, outputs: Iterable[str], given: Iterable[str], paths: Iterable[str]
) -> Plan:
    """Make the plan of a run.

    Parameters
    ----------
    equations : Equations
    outputs : iterable of str
        Keys of the wanted variables.
    given, paths : iterable of str
        Keys of the variables whose equations the caller replaces: by a number, or by values over
        time.

    Returns
    -------
    Plan

    Raises
    ------
    ModelError
        If variables define each other in a circle without a stock between them.
    """
    return _Planner(equations, tuple(outputs), frozenset(given), frozenset(paths)).plan()


class _Planner:
    def __init__(
        self,
        equations: Equations,
        outputs: tuple[str, ...],
        given: frozenset[str],
        paths: frozenset[str],
    ) -> None:
        self.equations = equations
        self.outputs = outputs
        self.given = given
        self.paths = paths
        self.fixed = {
            key
            for key, variable in equations.variables.items()
            if variable.kind == "constant" and key not in paths
        } | given
        # Without those that the caller gives. Large models ask for each of them many times.
        known = {*self.fixed, *paths, TIME}
        self.definitions = {k: d for k, d in equations.definitions.items() if k not in known}
        self.position = {key: number for number, key in enumerate(equations.variables)}

    def plan(self) -> Plan:
        needed = self._needed()
        constant = self._constant(needed)
        own = self.definitions
        rules = [key for key in needed if isinstance(own.get(key), Rule)]
        stocks = [key for key in needed if isinstance(own.get(key), Stock | Discrete | Dated)]
        discrete = [key for key in stocks if isinstance(own.get(key), Discrete)]
        dated = [key for key in stocks if isinstance(own.get(key), Dated)]
        held = [key for key in rules if self._is_held(key)]
        known = constant | self.fixed | self.paths | {TIME}
        leaves = known | set(stocks) | set(held)
        flows = {name for key in stocks for name in self._flow_uses(key)}
        following = {name for key in discrete for name in self._update_uses(key)}
        jumping = {name for key in dated for name in self._jump_uses(key)}
        return Plan(
            inputs=tuple(key for key in needed if key in self.fixed),
            paths=tuple(key for key in needed if key in self.paths),
            constants=tuple(self._order(constant, self.fixed | {TIME}, self._rule_uses)),
            start=tuple(self._order([*stocks, *held], known, self._start_uses)),
            stocks=tuple(stocks),
            held=tuple(held),
            discrete=tuple(discrete),
            update=tuple(self._order(following, leaves, self._rule_uses)),
            dated=tuple(dated),
            jump=tuple(self._order(jumping, leaves, self._rule_uses)),
            step=tuple(self._order(flows, leaves, self._rule_uses)),
            report=tuple(self._order(self.outputs, leaves, self._rule_uses)),
            outputs=self.outputs,
        )

    def _is_settled_by_uses(self, key: str) -> bool:
        """Tell whether a variable is constant if all variables that it uses are constant."""
        definition = self.definitions.get(key)
        return isinstance(definition, Rule) and not definition.held and not definition.initial

    def _is_held(self, key: str) -> bool:
        definition = self.definitions.get(key)
        return isinstance(definition, Rule) and definition.held

    def _flow_uses(self, key: str) -> frozenset[str]:
        definition = self.definitions.get(key)
        return _uses(definition.flow) if isinstance(definition, Stock) else frozenset()

    def _update_uses(self, key: str) -> frozenset[str]:
        definition = self.definitions.get(key)
        return _uses(definition.following) if isinstance(definition, Discrete) else frozenset()

    def _jump_uses(self, key: str) -> frozenset[str]:
        definition = self.definitions.get(key)
        changes = definition.changes if isinstance(definition, Dated) else ()
        return _uses([part for change in changes for part in change.parts])

    def _rule_uses(self, key: str) -> frozenset[str]:
        definition = self.definitions.get(key)
        return _uses(definition.parts) if isinstance(definition, Rule) else frozenset()

    def _start_uses(self, key: str) -> frozenset[str]:
        definition = self.definitions.get(key)
        if isinstance(definition, Stock | Dated):
            return _uses(definition.initial)
        if isinstance(definition, Discrete):
            return _uses(definition.initial) | _uses(definition.delay)
        if isinstance(definition, Rule) and definition.initial:
            return _uses(definition.initial)
        return self._rule_uses(key)

    def _all_uses(self, key: str) -> frozenset[str]:
        """Return what any part of a variable's definition uses."""
        match self.definitions.get(key):
            case Rule(parts=parts, initial=initial):
                return _uses((*parts, *initial))
            case Stock(flow=flow, initial=initial):
                return _uses((*flow, *initial))
            case Discrete(following=following, initial=initial, delay=delay):
                return _uses((*following, *initial, *delay))
            case Dated():
                return self._start_uses(key) | self._jump_uses(key)
        return frozenset()

    def _needed(self) -> list[str]:
        """Return all variables that the outputs depend on, in the order of the model."""
        found: set[str] = set()
        controls = [key for key in CONTROLS if key in self.equations.definitions]
        # Delay times are looked at before a run even where no output needs the delay.
        open_ends = [*self.outputs, *controls]
        while open_ends:
            key = open_ends.pop()
            if key in found or key == TIME:
                continue
            found.add(key)
            open_ends += self._all_uses(key)
        return [key for key in self.equations.variables if key in found]

    def _constant(self, needed: list[str]) -> set[str]:
        """Return the rules that depend only on inputs."""
        missing: dict[str, int] = {}
        users: dict[str, list[str]] = {}
        settled: list[str] = []
        for key in needed:
            if self._is_settled_by_uses(key):
                uses = self._rule_uses(key) - self.fixed
                missing[key] = len(uses)
                for name in uses:
                    users.setdefault(name, []).append(key)
                if not uses:
                    settled.append(key)
        for key in settled:  # the list grows while it is read
            for user in users.get(key, ()):
                missing[user] -= 1
                if not missing[user]:
                    settled.append(user)
        return set(settled)

    def _order(
        self, wanted: Iterable[str], known: set[str], uses: Callable[[str], frozenset[str]]
    ) -> list[str]:
        """Sort wanted variables and all that they use, so that each comes after its uses."""
        done: dict[str, None] = {}
        for root in sorted(set(wanted) - known, key=self.position.__getitem__):
            trail: dict[
                str, list[str]
            ] = {}  # the current chain, and for each variable the uses that are left
            self._enter(root, trail, done, known, uses)
            while trail:
                key, rest = next(reversed(trail.items()))
                if not rest:
                    done[key] = None
                    del trail[key]
                else:
                    self._enter(rest.pop(), trail, done, known, uses)
        return list(done)

    def _enter(
        self,
        key: str,
        trail: dict[str, list[str]],
        done: dict[str, None],
        known: set[str],
        uses: Callable[[str], frozenset[str]],
    ) -> None:
        if key in done or key in known:
            return
        if key in trail:
            chain = list(trail)
            raise self._circle([*chain[chain.index(key) :], key])
        trail[key] = sorted(uses(key), reverse=True)

    def _circle(self, keys: list[str]) -> ModelError:
        every = [self.equations.variables[key] for key in keys]
        # What the engine made for a delay or an INITIAL is part of the equation that has it.
        variables = [variable for variable in every[:-1] if not variable.hidden] or every[:-1]
        hint = "put a stock or a delay between them"
        if len(variables) < len(every) - 1:
            hint += ", or begin a delay, smooth or INITIAL with a value that needs none of them"
        variables.append(variables[0])
        names = [f'"{variable.name}"' for variable in variables]
        if len(names) > MOST_SHOWN:
            left_out = len(names) - MOST_SHOWN
            names[MOST_SHOWN // 2 : -MOST_SHOWN // 2] = [f"... {left_out} more ..."]
        shown = " -> ".join(names)
        return ModelError(
            f"these variables define each other in a circle: {shown}",
            file=self.equations.path,
            line=variables[0].line or None,
            hint=hint,
        )


def _uses(parts: Sequence[Part]) -> frozenset[str]:
    if len(parts) == 1:
        return parts[0].uses  # no copy: most variables have one part
    return frozenset().union(*(part.uses for part in parts))
