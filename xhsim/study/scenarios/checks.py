"""Checks that the settings of scenarios exist, have the right unit and are inside their ranges."""

from __future__ import annotations

from collections.abc import Mapping

from xhsim.errors import InputError
from xhsim.study.files.mistakes import Mistakes, Place
from xhsim.study.hints.levels import in_hundredths, in_unit
from xhsim.study.names import Reference, find_elements, find_name
from xhsim.study.parameters.parameter import Parameter
from xhsim.study.scenarios.exogenous import check_exogenous
from xhsim.study.scenarios.levels import same_unit
from xhsim.study.scenarios.rule_checks import check_rules_together, check_set_by_rule
from xhsim.study.scenarios.rules import PolicyRule
from xhsim.study.scenarios.scenario import (
    Belief,
    Change,
    Correlation,
    Disturbance,
    Scenario,
    ancestry,
)

__all__ = ["check_levels", "check_scenario", "check_scenarios", "selected"]


def selected(
    reference: Reference, where: Place, parameters: Mapping[str, Parameter]
) -> list[tuple[str, str]]:
    """Return name and element of each number that a reference selects; "" for a scalar.

    Raises
    ------
    InputError
        If the parameter or an element is unknown.
    """
    parameter = find_name(reference.name, parameters, "parameter", where)
    chosen = find_elements(reference, parameter.elements, where)
    return [(parameter.name, element) for element in chosen or ("",)]


def check_scenarios(scenarios: Mapping[str, Scenario], parameters: Mapping[str, Parameter]) -> None:
    """Check that every scenario can be resolved.

    Raises
    ------
    InputError
        With every mistake in every file, each once.
    """
    mistakes = Mistakes()
    for name, scenario in scenarios.items():
        with mistakes.collecting():
            chain = ancestry(name, scenarios)
            check_rules_together(chain, parameters, mistakes)
            check_exogenous(chain, parameters, mistakes)
        check_scenario(scenario, parameters, mistakes)
    mistakes.check()


def check_scenario(
    scenario: Scenario, parameters: Mapping[str, Parameter], mistakes: Mistakes
) -> None:
    """Add a mistake for each setting that is unknown or outside its range."""
    for change in scenario.changes:
        with mistakes.collecting():
            selected(change.reference, change.where, parameters)
            parameter = find_name(change.reference.name, parameters, "parameter", change.where)
            check_levels(change, parameter)
    for rule in scenario.rules:
        for change in rule.changes if isinstance(rule, PolicyRule) else ():
            with mistakes.collecting():
                selected(change.reference, change.where, parameters)
                parameter = find_name(change.reference.name, parameters, "parameter", change.where)
                check_levels(change, parameter)
                check_set_by_rule(change, parameter)
    for item in scenario.disturbances:
        with mistakes.collecting():
            _check_disturbance(item, find_name(item.name, parameters, "parameter", item.where))
    for pair in scenario.correlations:
        for reference in (pair.one, pair.other):
            with mistakes.collecting():
                _check_correlated(reference, pair, parameters)
    for belief in scenario.beliefs:
        with mistakes.collecting():
            selected(belief.reference, belief.where, parameters)
            parameter = find_name(belief.reference.name, parameters, "parameter", belief.where)
            _check_belief(belief, parameter)


def _check_disturbance(item: Disturbance, parameter: Parameter) -> None:
    if parameter.shock is None:
        raise InputError(
            f'"{item.name}" has no yearly shock to change',
            file=item.where.file,
            line=item.where.line,
            hint=f"give it one in {parameter.where}, or give it a prior under uncertain",
        )


def _check_correlated(
    reference: Reference, pair: Correlation, parameters: Mapping[str, Parameter]
) -> None:
    chosen = selected(reference, pair.where, parameters)
    if len(chosen) > 1:
        raise InputError(
            f'"{reference}" has several elements',
            file=pair.where.file,
            line=pair.where.line,
            hint=f'select one, such as "{reference.name}[{chosen[0][1]}]"',
        )


def check_levels(change: Change, parameter: Parameter) -> None:
    """Check that the levels of a change have the parameter's unit and are inside its range.

    Raises
    ------
    InputError
        With file and line of the change.
    """
    if change.unit and not same_unit(change.unit, parameter.unit):
        raise InputError(
            f'"{change.reference}" is given in {change.unit}, but its unit is {parameter.unit}',
            file=change.where.file,
            line=change.where.line,
            hint=in_unit(
                change.shape.levels, change.unit, parameter.unit, parameter.value, change.where
            )
            or f"convert it to {parameter.unit}",
        )
    bounds = parameter.range
    if bounds is None:
        return
    for level in change.shape.levels:
        if not bounds[0] <= level <= bounds[1]:
            raise InputError(
                f'"{change.reference}" is set to {level:g}, outside its range '
                f"[{bounds[0]:g}, {bounds[1]:g}] {parameter.unit}",
                file=change.where.file,
                line=change.where.line,
                hint=in_hundredths(level, change.unit, parameter.unit, bounds, change.where)
                or f"the range is given in {parameter.where}",
            )


def _check_belief(belief: Belief, parameter: Parameter) -> None:
    def wrong(what: str, hint: str) -> InputError:
        return InputError(
            f'"{belief.reference}": {what}',
            file=belief.where.file,
            line=belief.where.line,
            hint=hint,
        )

    if parameter.shock is not None:
        raise wrong("it has a yearly shock, not a prior", "remove it here")
    bounds, prior = parameter.range, belief.prior
    if bounds is None:
        raise wrong("a prior needs a range", f"add one in {parameter.where}")
    if not (bounds[0] <= prior.low and prior.high <= bounds[1]):
        raise wrong(
            f"the interval leaves the range [{bounds[0]:g}, {bounds[1]:g}] {parameter.unit}",
            f"the range is given in {parameter.where}",
        )
