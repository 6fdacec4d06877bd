"""Checks of what rules set, alone and together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from xhsim.errors import InputError
from xhsim.study.files.mistakes import Mistakes, Place
from xhsim.study.names import element_name, find_elements, find_name
from xhsim.study.parameters.parameter import Parameter
from xhsim.study.scenarios.changes import Change
from xhsim.study.scenarios.rules import PolicyRule, RuleOff, combined_rules
from xhsim.study.scenarios.shapes import Constant

if TYPE_CHECKING:
    from xhsim.study.scenarios.scenario import Scenario

__all__ = ["check_rules_together", "check_set_by_rule"]

LONGEST = 50.0  # years after a check; a larger number is probably a calendar year


def check_set_by_rule(change: Change, parameter: Parameter) -> None:
    """Check that a rule sets a lever, at dates after its checks.

    Raises
    ------
    InputError
        With file and line of the setting.
    """
    if parameter.role != "lever":
        raise _wrong(
            change.where,
            f'a rule sets "{change.reference}", which is not a lever',
            "policy can set only levers (role: lever in parameters.yaml)",
        )
    if isinstance(change.shape, Constant):
        return
    shape = change.shape
    years = getattr(shape, "years", None) or [
        getattr(shape, name) for name in ("year", "start", "until") if hasattr(shape, name)
    ]
    for year in years:
        if not 0 <= year <= LONGEST:
            raise _wrong(
                change.where,
                f'"{change.reference}": the date {year:g} in a rule is not from 0 to {LONGEST:g}',
                "dates in a rule are years after the check, such as from: 0, until: 1",
            )


def check_rules_together(
    chain: Sequence[Scenario], parameters: Mapping[str, Parameter], mistakes: Mistakes
) -> None:
    """Add a mistake for each rule of a scenario that does not fit the rules of its ancestors.

    Parameters
    ----------
    chain : sequence of Scenario
        The scenario with its ancestors, the first ancestor first.
    parameters : mapping of str to Parameter
    mistakes : Mistakes
    """
    own = chain[-1].rules
    every = [scenario.rules for scenario in chain]
    inherited = combined_rules(every[:-1])
    for rule in own:
        if isinstance(rule, RuleOff):
            with mistakes.collecting():
                known = {each.name: each for each in inherited}
                find_name(rule.name, known, "rule of a parent", rule.where)
    taken: dict[tuple[str, str], PolicyRule] = {}
    for rule in sorted(combined_rules(every), key=lambda one: one in own):
        for change, name in _numbers_set(rule, parameters):
            other = taken.setdefault(name, rule)
            if other is not rule and rule in own:
                mistakes.add(
                    f'the rules "{other.name}" and "{rule.name}" both set "{element_name(*name)}"',
                    file=change.where.file,
                    line=change.where.line,
                    hint="let one rule set it, or switch one of them off",
                )


def _numbers_set(
    rule: PolicyRule, parameters: Mapping[str, Parameter]
) -> list[tuple[Change, tuple[str, str]]]:
    """Return each parameter and element that a rule sets, with the setting; others are skipped."""
    found = []
    for change in rule.changes:
        try:
            parameter = find_name(change.reference.name, parameters, "parameter", change.where)
            elements = find_elements(change.reference, parameter.elements, change.where)
        except InputError:
            continue  # reported where the setting is checked
        found += [(change, (parameter.name, element)) for element in elements or ("",)]
    return found


def _wrong(where: Place, what: str, hint: str) -> InputError:
    return InputError(what, file=where.file, line=where.line, hint=hint)
