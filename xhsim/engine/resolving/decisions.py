"""Decisions that a run makes at dates: equations that are added to those of a model.

A decision looks at figures of variables at its checks. While it is on, it sets levers: constants of
the model, which become computed variables. Numbers of a decision (thresholds, levels) are constants
of the extended model, so that one compiled form serves all of them, and each draw may have its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce

from msgspec import structs

from xhsim.engine.equations import (
    TIME,
    Apply,
    ConstantNumber,
    Dated,
    DatedChange,
    Definition,
    Dimension,
    Equations,
    Expression,
    Fixed,
    Interpolate,
    Lookup,
    Part,
    Rule,
    Variable,
    VariableReference,
    kind_of,
)
from xhsim.engine.inputs import VariableNames
from xhsim.engine.language.syntax import canonical
from xhsim.engine.resolving.draft import Names
from xhsim.errors import InputError

__all__ = ["Action", "Comparison", "Decision", "Profile", "base_name", "decided", "input_name"]

SMALL = 1e-9  # of a unit: half a unit is rounded up in spite of rounding errors
SOON = 1 / 16  # of a year: how long a jump takes that may come late, draw by draw
ON, OFF = 1.0, 2.0  # the phase of a decision after its first check; before, it is 0


@dataclass(frozen=True)
class Comparison:
    """A comparison of a figure with a threshold.

    Attributes
    ----------
    variable : str
        A variable or an element of one: ``"x"``, ``"x[Element]"``.
    is_below : bool
        Whether the figure must be below the threshold; otherwise above it.
    dates : tuple of float
        The date of the figure at each check, not later than the check.
    measure : {"level", "growth"}
        The figure is the value at its date, or the growth in per cent over the unit of time before.
    is_rounded : bool
        Whether the figure is rounded to a multiple of an input.
    has_release : bool
        Whether a second threshold ends what has begun.
    """

    variable: str
    is_below: bool
    dates: tuple[float, ...]
    measure: str = "level"
    is_rounded: bool = False
    has_release: bool = False


@dataclass(frozen=True)
class Profile:
    """How a lever moves from its own value to a level, by the time since an action began.

    Attributes
    ----------
    kind : {"step", "ramp", "pulse", "s-curve", "knots"}
    start, until : float
        Of the change. A step has no end.
    knots : tuple of (float, float)
        Times since the beginning, and levels.
    """

    kind: str = "step"
    start: float = 0.0
    until: float = 0.0
    knots: tuple[tuple[float, float], ...] = ()

    @property
    def bends(self) -> tuple[float, ...]:
        """Times since the beginning at which the lever jumps or bends."""
        return (self.start, self.until, *(time for time, _ in self.knots))


@dataclass(frozen=True)
class Action:
    """A lever, or an element of one, and how it moves."""

    lever: str
    profile: Profile = Profile()


@dataclass(frozen=True)
class Decision:
    """A decision.

    Attributes
    ----------
    name : str
        It is part of the names of the results, and of nothing else.
    checks : tuple of float
        The dates at which it is made; increasing.
    conditions : tuple of Comparison
    needs_all : bool
        Whether all conditions must hold; otherwise any.
    then, otherwise : tuple of Action
        While it is on, and while it is off after the first check.
    stays : bool
        Whether it stays on once it is on.
    is_delivered : bool
        Whether changes of levers may come late or in part.
    """

    name: str
    checks: tuple[float, ...]
    conditions: tuple[Comparison, ...]
    needs_all: bool
    then: tuple[Action, ...]
    otherwise: tuple[Action, ...] = ()
    stays: bool = False
    is_delivered: bool = False


def input_name(decision: int, role: str, item: int = 0) -> str:
    """Return the name of a number of a decision, for the parameters of a run.

    Parameters
    ----------
    decision : int
        Its position among the decisions of the model.
    role : {"enabled", "limit", "threshold", "release", "unit", "then", "otherwise", "share", \
"delay"}
        1 or 0; how often it may switch on; by condition, the two thresholds and the unit of
        rounding; by action, the level; the share of changes and the delay in units of time.
    item : int
        The number of the condition or action.
    """
    return f"decision {decision} {role} {item}"


def base_name(lever: Variable) -> str:
    """Return the name under which a run gives a lever's own value."""
    return f"{lever.key} base"


def decided(equations: Equations, decisions: Sequence[Decision]) -> Equations:
    """Add decisions to a model.

    Parameters
    ----------
    equations : Equations
    decisions : sequence of Decision
        If several set one lever, the first that is in force applies.

    Returns
    -------
    Equations
        With a variable ``rule: NAME`` for each decision, which is 1 while it is on, and
        ``rule: NAME, by check``, which is 1 for each check after which it is on. Without values
        for its inputs a decision is not enabled.

    Raises
    ------
    InputError
        If a variable or lever does not exist, or a lever is not a constant.
    """
    return _Builder(equations, decisions).built()


class _Builder:
    def __init__(self, equations: Equations, decisions: Sequence[Decision]) -> None:
        self.equations, self.decisions = equations, decisions
        self.names = VariableNames(equations)
        self.variables = dict(equations.variables)
        self.definitions = dict(equations.definitions)
        self.dimensions = dict(equations.dimensions)
        known = equations.variables.values()
        self.identifiers = Names(variable.identifier for variable in known)
        self.canonicals = Names(
            (TIME, "draw", *equations.dimensions, *(v.canonical for v in known))
        )

    def built(self) -> Equations:
        made = [_Made(self, number, one) for number, one in enumerate(self.decisions)]
        for lever, positions in self._levers().items():
            self._move(lever, positions, made)
        return replace(
            self.equations,
            variables=self.variables,
            definitions=self.definitions,
            dimensions=self.dimensions,
        )

    def _levers(self) -> dict[str, set[tuple[int, ...]]]:
        """Return the levers by key, each with the positions that decisions set."""
        found: dict[str, set[tuple[int, ...]]] = {}
        for decision in self.decisions:
            for action in (*decision.then, *decision.otherwise):
                lever, position = self.names.select(action.lever)
                if lever.kind != "constant" or len(lever.shape) != len(position or ()):
                    raise InputError(f'"{action.lever}" is not a number that a decision can set')
                found.setdefault(lever.key, set()).add(position or ())
        return found

    def _move(self, key: str, positions: set[tuple[int, ...]], made: Sequence[_Made]) -> None:
        """Make a lever a computed variable, and keep its own value under another name."""
        lever = self.variables[key]
        base = self.add(base_name(lever), self.definitions[key], like=lever)
        places = [()] if not lever.shape else [(n,) for n in range(lever.shape[0])]
        if len(lever.shape) > 1:
            raise InputError(f'"{lever.name}" has more than one dimension')
        parts = []
        for place in places:
            own = VariableReference(base.variable, tuple(map(Fixed, place)))
            value: Expression = own
            if place in positions:
                for one in reversed(made):
                    value = one.over(key, place, own, value)
            parts.append(Part((), own.indices, value))
        self.definitions[key] = Rule(tuple(parts))
        self.variables[key] = structs.replace(lever, kind="auxiliary")

    def add(
        self,
        key: str,
        definition: Definition,
        *,
        like: Variable | None = None,
        shown: str = "",
        dimension: Dimension | None = None,
    ) -> VariableReference:
        """Add a variable and return a reference to it; with `shown` it is part of results."""
        number = len(self.variables)
        new = Variable(
            key=key,
            name=shown or key,
            canonical=self.canonicals.new(canonical(shown)) if shown else key,
            identifier=self.identifiers.new(f"decision_{number}"),
            kind=kind_of(definition),
            dimensions=(dimension.canonical,) if dimension else (),
            shape=(len(dimension.elements),) if dimension else (),
            unit="dmnl" if shown else "",
            hidden=not shown,
        )
        if like is not None:
            new = structs.replace(
                new, kind="constant", dimensions=like.dimensions, shape=like.shape
            )
        self.variables[key] = new
        self.definitions[key] = definition
        return VariableReference(key)

    def source(self, text: str) -> VariableReference:
        """Return a reference to a variable or an element of one."""
        variable, position = self.names.select(text)
        if len(variable.shape) != len(position or ()) or variable.kind == "lookup":
            raise InputError(
                f'"{variable.name}" is not a single number', hint="choose one of its elements"
            )
        return VariableReference(variable.key, tuple(map(Fixed, position or ())))


class _Made:
    """The variables of one decision."""

    def __init__(self, builder: _Builder, number: int, decision: Decision) -> None:
        self.builder, self.number, self.decision = builder, number, decision
        checks = decision.checks
        self.phase = self._state("phase")
        self.since = self._state("since")
        self.count = self._state("count")
        self.enabled = self._input("enabled", 0.0)
        figures = [self._figures(item) for item in range(len(decision.conditions))]
        choices = [self._choice(n, [each[n] for each in figures]) for n in range(len(checks))]
        after = [
            self._rule("after", n, _either(_is(self.enabled), _either(_is(c), ON, OFF), 0.0))
            for n, c in enumerate(choices)
        ]
        self._changes(self.phase, after)
        moved = [
            _either(Apply("equal", (now, self.phase)), self.since, date)
            for now, date in zip(after, checks, strict=True)
        ]
        every = (*decision.then, *decision.otherwise)
        bends = {date + bend for date in checks for one in every for bend in one.profile.bends}
        self._changes(self.since, moved, tuple(sorted(bends)))
        begins = [_both(_is(choice), _not(self._is_on())) for choice in choices]
        self._changes(self.count, [_either(b, _sum(self.count, 1.0), self.count) for b in begins])
        self._results(choices)

    # --- variables -----------------------------------------------------------------------

    def _key(self, role: str, *items: int) -> str:
        return " ".join(["decision", str(self.number), role, *map(str, items)])

    def _input(self, role: str, value: float, item: int = 0) -> VariableReference:
        rule = Rule((_part(ConstantNumber(value)),))
        scalar = Variable("", "", "", "", "constant")
        return self.builder.add(input_name(self.number, role, item), rule, like=scalar)

    def _rule(self, role: str, item: int, expression: Expression) -> VariableReference:
        return self.builder.add(self._key(role, item), Rule((_part(expression),)))

    def _state(self, role: str, *items: int) -> VariableReference:
        return self.builder.add(self._key(role, *items), Dated((), (_part(ConstantNumber(0.0)),)))

    def _changes(
        self,
        state: VariableReference,
        values: Sequence[Expression],
        bends: tuple[float, ...] = (),
        dates: Sequence[float] | None = None,
    ) -> None:
        """Say what a state changes to at its dates, by default the checks."""
        when = self.decision.checks if dates is None else dates
        changes = [DatedChange(d, (_part(value),)) for d, value in zip(when, values, strict=True)]
        start = self.builder.definitions[state.variable]
        assert isinstance(start, Dated)
        self.builder.definitions[state.variable] = Dated(tuple(changes), start.initial, bends)

    def _results(self, choices: Sequence[Expression]) -> None:
        """Add the variables of results: the state over time, and the state after each check."""
        builder, name = self.builder, f"rule: {self.decision.name}"
        state = _either(self._is_on(), 1.0, 0.0)
        builder.add(self._key("state"), Rule((_part(state),)), shown=name)
        parts = []
        for item, choice in enumerate(choices):
            kept = self._state("on", item)
            self._changes(kept, [choice], dates=[self.decision.checks[item]])
            parts.append(Part((), (Fixed(item),), kept))
        own = builder.canonicals.new(f"check_{self.number + 1}")
        dimension = Dimension(own, own, tuple(map(_date_text, self.decision.checks)))
        builder.dimensions[own] = dimension
        rule = Rule(tuple(parts))
        builder.add(self._key("by check"), rule, shown=f"{name}, by check", dimension=dimension)

    # --- what it looks at ----------------------------------------------------------------

    def _figures(self, item: int) -> list[Expression]:
        """Return the figure of a condition at each check."""
        condition = self.decision.conditions[item]
        source: Expression = self.builder.source(condition.variable)
        unit = self._input("unit", 1.0, item) if condition.is_rounded else None
        found: list[Expression] = []
        for number, date in enumerate(condition.dates):
            value = source
            if condition.measure == "growth":
                before = self._state("before", item, number)
                self._changes(before, [source], dates=[date - 1.0])
                rise = Apply("subtract", (Apply("divide", (source, before)), _number(1.0)))
                value = Apply("multiply", (_number(100.0), rise))
            if unit is not None:
                value = self._rounded(value, unit, item, number)
            if date == self.decision.checks[number]:
                found.append(value)  # known at once: what holds just before the check
                continue
            figure = self._state("figure", item, number)
            self._changes(figure, [value], dates=[date])
            found.append(figure)
        return found

    def _rounded(self, value: Expression, unit: Expression, item: int, number: int) -> Expression:
        """Return the nearest multiple of a unit; half a unit is rounded away from zero."""
        exact = self.builder.add(self._key("exact", item, number), Rule((_part(value),)))
        parts = Apply("divide", (Apply("abs", (exact,)), unit))
        count = Apply("integer", (_sum(parts, 0.5 + SMALL),))
        size = Apply("multiply", (count, unit))
        return _either(Apply("less", (exact, _number(0.0))), Apply("negative", (size,)), size)

    def _choice(self, number: int, figures: Sequence[Expression]) -> VariableReference:
        """Return whether the decision is on after a check: 1 or 0."""
        decision = self.decision
        begin: list[Expression] = []
        keep: list[Expression] = []
        for item, (condition, figure) in enumerate(zip(decision.conditions, figures, strict=True)):
            signs = ("less", "greater") if condition.is_below else ("greater", "less")
            threshold = self._known("threshold", item)
            begin.append(Apply(signs[0], (figure, threshold)))
            if condition.has_release:
                keep.append(_not(Apply(signs[1], (figure, self._known("release", item)))))
            else:
                keep.append(begin[-1])
        join = "and" if decision.needs_all else "or"
        enter, stay = (reduce(lambda a, b: Apply(join, (a, b)), each) for each in (begin, keep))
        may = Apply("less", (self.count, self._known("limit", 0)))
        goes_on = _either(enter, _either(may, 1.0, 0.0), 0.0)
        stays: Expression = _number(1.0) if decision.stays else _either(stay, 1.0, 0.0)
        is_on = _either(self._is_on(), stays, goes_on)
        return self._rule("choice", number, _either(_is(self.enabled), is_on, 0.0))

    def _known(self, role: str, item: int) -> VariableReference:
        """Return an input, and add it when it is first needed."""
        name = input_name(self.number, role, item)
        if name in self.builder.variables:
            return VariableReference(name)
        return self._input(role, {"share": 1.0}.get(role, 0.0), item)

    def _is_on(self) -> Expression:
        return Apply("equal", (self.phase, _number(ON)))

    # --- what it does --------------------------------------------------------------------

    def over(
        self, lever: str, place: tuple[int, ...], own: Expression, value: Expression
    ) -> Expression:
        """Return the value of a lever's element: this decision's, or `value` if it has none."""
        for phase, role, actions in (
            (OFF, "otherwise", self.decision.otherwise),
            (ON, "then", self.decision.then),
        ):
            for item, action in enumerate(actions):
                variable, position = self.builder.names.select(action.lever)
                if (variable.key, position or ()) == (lever, place):
                    level = self._known(role, item)
                    here = self._moved(action.profile, own, level, (role, item))
                    value = _either(Apply("equal", (self.phase, _number(phase))), here, value)
        return value

    def _moved(
        self, profile: Profile, own: Expression, level: Expression, action: tuple[str, int]
    ) -> Expression:
        """Return a lever's value while an action is in force."""
        if profile.kind == "knots":
            level = self._level_of(profile, action)
        share: Expression
        if self.decision.is_delivered:
            begin: Expression = Apply("add", (self.since, self._known("delay", 0)))
            share = Apply("multiply", (self._known("share", 0), _late(profile, begin)))
        else:
            moved = _on_time(profile, self.since)
            if moved is None:
                return level
            share = moved
        gap = Apply("subtract", (level, own))
        between = Apply("add", (own, Apply("multiply", (share, gap))))
        # At a share of exactly 1 rounding must not matter.
        return _either(Apply("equal", (share, _number(1.0))), level, between)

    def _level_of(self, profile: Profile, action: tuple[str, int]) -> Expression:
        """Return the level of knots at the time since the beginning."""
        x, y = zip(*profile.knots, strict=True)
        key = self._key(f"knots of {action[0]}", action[1])
        if key not in self.builder.variables:
            self.builder.add(key, Lookup(((x, y),)))
        begin: Expression = self.since
        if self.decision.is_delivered:
            begin = Apply("add", (self.since, self._known("delay", 0)))
        return Interpolate(key, (), Apply("subtract", (VariableReference(TIME), begin)))


def _on_time(profile: Profile, since: Expression) -> Expression | None:
    """Return which share of a change is reached; None if all of it at once."""
    if profile.kind == "knots" or (profile.kind == "step" and not profile.start):
        return None
    begin = _sum(since, profile.start)
    if profile.kind == "step":
        return Apply("step", (_number(1.0), begin))
    if profile.kind == "pulse":
        return Apply("pulse", (begin, _number(profile.until - profile.start)))
    return _rise(profile, since)


def _late(profile: Profile, since: Expression) -> Expression:
    """Return which share of a change is reached if it may begin between two steps."""
    if profile.kind in ("ramp", "s-curve"):
        return _rise(profile, since)
    up = _line(since, profile.start, profile.start + SOON)
    if profile.kind == "pulse":
        return Apply("subtract", (up, _line(since, profile.until, profile.until + SOON)))
    return up


def _rise(profile: Profile, since: Expression) -> Expression:
    share = _line(since, profile.start, profile.until)
    if profile.kind == "ramp":
        return share
    twice = Apply("multiply", (_number(2.0), share))
    square = Apply("multiply", (share, share))
    return Apply("multiply", (square, Apply("subtract", (_number(3.0), twice))))


def _line(since: Expression, start: float, until: float) -> Expression:
    """Return 0 before a start, 1 after an end, and a line between them."""
    passed = Apply("subtract", (VariableReference(TIME), _sum(since, start)))
    share = Apply("divide", (passed, _number(until - start)))
    return Apply("min", (_number(1.0), Apply("max", (_number(0.0), share))))


def _number(value: float) -> ConstantNumber:
    return ConstantNumber(float(value))


def _part(expression: Expression) -> Part:
    return Part((), (), expression)


def _sum(expression: Expression, number: float) -> Expression:
    return Apply("add", (expression, _number(number))) if number else expression


def _is(expression: Expression) -> Expression:
    return Apply("greater", (expression, _number(0.5)))


def _not(condition: Expression) -> Expression:
    return Apply("not", (condition,))


def _both(one: Expression, other: Expression) -> Expression:
    return Apply("and", (one, other))


def _either(condition: Expression, then: Expression | float, other: Expression | float) -> Apply:
    branches = (_number(e) if isinstance(e, float | int) else e for e in (then, other))
    return Apply("if_then_else", (condition, *branches))


def _date_text(date: float) -> str:
    return str(int(date)) if date.is_integer() else f"{date:.4f}".rstrip("0")
