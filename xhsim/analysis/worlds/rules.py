"""The rules of a scenario as decisions of the model, with the numbers of a run."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.worlds.draws import delivered_in
from xhsim.engine.model import Model
from xhsim.engine.resolving.decisions import Action, Comparison, Decision, Profile, input_name
from xhsim.errors import InputError
from xhsim.study.names import canonical, element_name, find_elements, find_name
from xhsim.study.scenarios.changes import Change
from xhsim.study.scenarios.rules import SMALL, FigureTest, PolicyRule
from xhsim.study.scenarios.shapes import Constant, Knots, Pulse, Ramp, SCurve, Shape, Step

if TYPE_CHECKING:
    from xhsim.analysis.worlds.design import Design
    from xhsim.study.scenarios.resolve import ResolvedScenario

__all__ = ["RulesInForce", "rules_in_force", "rules_together"]

Array = NDArray[np.float64]
ALWAYS = 1e9  # more often than any rule is checked


@dataclass(frozen=True, eq=False)
class RulesInForce:
    """The rules of one scenario, or of several that run together.

    Attributes
    ----------
    decisions : tuple of Decision
        As the model takes them. They are the same for rules that differ only in numbers.
    numbers : tuple of mapping of (str, int) to float or ndarray
        For each decision its numbers, by role and item; with draws as last axis.
    rules : tuple of PolicyRule
        The rule of each decision.
    """

    decisions: tuple[Decision, ...]
    numbers: tuple[Mapping[tuple[str, int], float | Array], ...]
    rules: tuple[PolicyRule, ...]

    @property
    def inputs(self) -> dict[str, float | Array]:
        """The numbers, as `xhsim.engine.model.Model.run` takes them."""
        return {
            input_name(number, role, item): value
            for number, values in enumerate(self.numbers)
            for (role, item), value in values.items()
        }

    def with_numbers(
        self, rule: str, numbers: Mapping[tuple[str, int], float | Array]
    ) -> RulesInForce:
        """Return the same rules with some numbers of one of them replaced.

        Parameters
        ----------
        rule : str
            Its name.
        numbers : mapping of (str, int) to float or ndarray
            By role and item, as in `numbers`.

        Raises
        ------
        InputError
            If there is no such rule.
        """
        names = {each.name: place for place, each in enumerate(self.rules)}
        place = find_name(rule, names, "rule", None)
        unknown = numbers.keys() - self.numbers[place].keys()
        if unknown:
            raise InputError(
                f'the rule "{rule}" has no number {sorted(unknown)[0]}',
                hint=f"it has {', '.join(map(str, self.numbers[place]))}",
            )
        changed = list(self.numbers)
        changed[place] = {**self.numbers[place], **numbers}
        return replace(self, numbers=tuple(changed))

    def results(self, model: Model) -> dict[str, dict[str, Any]]:
        """Return the variables of results that say when rules act.

        Parameters
        ----------
        model : Model
            With the decisions.

        Returns
        -------
        dict of str to dict
            Attributes by canonical name.
        """
        found: dict[str, dict[str, Any]] = {}
        for number, rule in enumerate(self.rules):
            for role, more in (("state", None), ("by check", list(rule.checks))):
                variable = model.equations.variables[f"decision {number} {role}"]
                about: dict[str, Any] = {"rule": rule.name, **rule.label.attributes()}
                found[variable.canonical] = about if more is None else about | {"checks": more}
        return found


def rules_in_force(
    scenario: ResolvedScenario, design: Design | None = None, layers: Collection[str] = ()
) -> RulesInForce | None:
    """Return the rules of a scenario as decisions.

    Parameters
    ----------
    scenario : ResolvedScenario
    design : Design, optional
        The random numbers; without them rules are delivered in full and on time.
    layers : collection of str
        The layers that are drawn. With ``delivery``, what a rule sets comes as late, and to the
        same share, as the other changes of the scenario.

    Returns
    -------
    RulesInForce or None
        None if the scenario has no rules.
    """
    if not scenario.rules:
        return None
    late = None
    if design is not None and "delivery" in layers:
        late = delivered_in(scenario, design)
    made = [_decision(rule, scenario, is_delivered=late is not None) for rule in scenario.rules]
    numbers = [_numbers(rule, scenario, late) for rule in scenario.rules]
    return RulesInForce(tuple(made), tuple(numbers), scenario.rules)


def rules_together(each: Sequence[RulesInForce | None], width: int) -> RulesInForce | None:
    """Join the rules of worlds that run together; the rules of one do not act in the others.

    Parameters
    ----------
    each : sequence of RulesInForce or None
        Those of each world.
    width : int
        Number of draws of each world.
    """
    distinct: dict[Decision, PolicyRule] = {}
    for world in each:
        if world is not None:
            for decision, rule in zip(world.decisions, world.rules, strict=True):
                distinct.setdefault(decision, rule)
    if not distinct:
        return None
    numbers = []
    for decision in distinct:
        own = [_numbers_of(world, decision) for world in each]
        keys = dict.fromkeys(key for values in own for key in values)
        numbers.append(
            {key: np.concatenate([_wide(v.get(key, 0.0), width) for v in own]) for key in keys}
        )
    return RulesInForce(tuple(distinct), tuple(numbers), tuple(distinct.values()))


def _numbers_of(
    world: RulesInForce | None, decision: Decision
) -> Mapping[tuple[str, int], float | Array]:
    """Return the numbers of a decision in a world; none, so that it is off, if it lacks it."""
    if world is None or decision not in world.decisions:
        return {}
    return world.numbers[world.decisions.index(decision)]


def _wide(value: float | Array, width: int) -> Array:
    return np.broadcast_to(np.asarray(value, dtype=np.float64), (width,))


def _decision(rule: PolicyRule, scenario: ResolvedScenario, *, is_delivered: bool) -> Decision:
    return Decision(
        name=rule.name,
        checks=rule.checks,
        conditions=tuple(_comparison(test, rule) for test in rule.tests),
        needs_all=rule.needs_all,
        then=tuple(action for action, _ in _actions(rule.then, scenario)),
        otherwise=tuple(action for action, _ in _actions(rule.otherwise, scenario)),
        stays=rule.stays,
        is_delivered=is_delivered,
    )


def _comparison(test: FigureTest, rule: PolicyRule) -> Comparison:
    return Comparison(
        variable=str(test.reference),
        is_below=test.is_below,
        dates=tuple(test.year_of(check) for check in rule.checks),
        measure=test.measure,
        is_rounded=test.rounded is not None,
        has_release=test.until is not None,
    )


def _actions(changes: Sequence[Change], scenario: ResolvedScenario) -> list[tuple[Action, float]]:
    """Return an action with its level for each number that changes set."""
    settings = {canonical(name): setting for name, setting in scenario.settings.items()}
    found = []
    for change in changes:
        parameter = settings[canonical(change.reference.name)].parameter
        elements = find_elements(change.reference, parameter.elements, change.where)
        profile, level = _profile(change.shape)
        names = [element_name(parameter.name, element) for element in elements or ("",)]
        found += [(Action(name, profile), level) for name in names]
    return found


def _profile(shape: Shape) -> tuple[Profile, float]:
    match shape:
        case Constant(to=to):
            return Profile(), to
        case Step(year=year, to=to):
            return Profile("step", float(year)), to
        case Ramp() | Pulse() | SCurve():
            kind = {Ramp: "ramp", Pulse: "pulse", SCurve: "s-curve"}[type(shape)]
            return Profile(kind, float(shape.start), float(shape.until)), shape.to
        case Knots(years=years, levels=levels):
            knots = tuple((float(x), float(y)) for x, y in zip(years, levels, strict=True))
            return Profile("knots", knots=knots), 0.0


def _numbers(
    rule: PolicyRule, scenario: ResolvedScenario, late: tuple[Array, Array] | None
) -> dict[tuple[str, int], float | Array]:
    numbers: dict[tuple[str, int], float | Array] = {
        ("enabled", 0): 1.0,
        ("limit", 0): ALWAYS if rule.at_most is None else float(rule.at_most),
    }
    for item, test in enumerate(rule.tests):
        # A rounded figure is compared in spite of rounding errors: 8.2 is not above 8.2.
        slack = 0.0 if test.rounded is None else max(test.rounded * 1e-6, SMALL * abs(test.level))
        sign = -1.0 if test.is_below else 1.0
        numbers["threshold", item] = test.level + sign * slack
        if test.until is not None:
            numbers["release", item] = test.until - sign * slack
        if test.rounded is not None:
            numbers["unit", item] = test.rounded
    for role, changes in (("then", rule.then), ("otherwise", rule.otherwise)):
        for item, (action, level) in enumerate(_actions(changes, scenario)):
            if action.profile.kind != "knots":
                numbers[role, item] = float(level)
    if late is not None:
        numbers["share", 0], numbers["delay", 0] = late
    return numbers
