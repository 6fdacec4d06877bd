"""Checks that rules look at figures that are published by then."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from xhsim.errors import InputError
from xhsim.study.checks.names import ModelVariable
from xhsim.study.files.mistakes import Mistakes, Place
from xhsim.study.names import canonical, find_elements, find_name
from xhsim.study.scenarios.levels import same_unit
from xhsim.study.scenarios.rules import FigureTest, PolicyRule, RuleOff
from xhsim.study.scenarios.scenario import Scenario

__all__ = ["check_rule_figures"]

PERCENT = ("%", "percent", "%/year", "percent/year")


def check_rule_figures(
    scenario: Scenario,
    variables: Iterable[ModelVariable],
    observed: Collection[str],
    span: tuple[float, float],
    mistakes: Mistakes,
) -> None:
    """Add a mistake for each condition that looks at what is not published in time.

    Parameters
    ----------
    scenario : Scenario
    variables : iterable of ModelVariable
        Of the model.
    observed : collection of str
        Canonical names of the variables that have history, releases or a target.
    span : tuple of float
        The first and the last date of a run of the scenario.
    mistakes : Mistakes
    """
    known = {variable.name: variable for variable in variables}
    for rule in scenario.rules:
        if isinstance(rule, RuleOff):
            continue
        for check in rule.checks:
            if not span[0] < check <= span[1]:
                mistakes.add(
                    f'rule "{rule.name}": the check {check:g} is outside the run, '
                    f"{span[0]:g} to {span[1]:g}",
                    file=rule.where.file,
                    line=rule.where.line,
                    hint="check earlier, or run: {until: ...}"
                    if check > span[1]
                    else "check later",
                )
                break
        for test in rule.tests:
            with mistakes.collecting():
                _check_test(rule, test, known, observed, span[0])


def _check_test(
    rule: PolicyRule,
    test: FigureTest,
    known: Mapping[str, ModelVariable],
    observed: Collection[str],
    start: float,
) -> None:
    variable = find_name(test.reference.name, known, "variable", test.where)
    named = canonical(variable.name)
    if variable.is_constant:
        raise _wrong(
            test.where,
            f'rule "{rule.name}" looks at "{variable.name}", which is a constant of the model',
            "nobody publishes it; choose a variable that is published",
        )
    if named not in observed and test.published is None:
        shown = sorted(name for name in known if canonical(name) in observed)
        raise _wrong(
            test.where,
            f'rule "{rule.name}" looks at "{variable.name}", which nobody publishes: it has no '
            "history and no target",
            f"choose a published variable, such as {', '.join(shown[:3])}; "
            'or say where it is published: published: "..."',
        )
    if variable.elements:
        elements = variable.elements[0]
        chosen = find_elements(test.reference, elements, test.where)
        if len(variable.elements) > 1 or len(chosen) > 1:
            raise _wrong(
                test.where,
                f'rule "{rule.name}": "{test.reference}" is not a single number',
                f'choose one element, such as "{variable.name}[{elements[0]}]"',
            )
    else:
        find_elements(test.reference, (), test.where)
    is_growth = test.measure == "growth"
    fits = test.unit in PERCENT if is_growth else same_unit(test.unit, variable.unit)
    if test.unit and not fits:
        raise _wrong(
            test.where,
            f'rule "{rule.name}": a threshold is in {test.unit}, but the figure is in '
            + ("%" if is_growth else variable.unit),
            f"convert it to {'%' if is_growth else variable.unit}",
        )
    first = test.year_of(rule.checks[0]) - is_growth
    if first < start:
        raise _wrong(
            test.where,
            f'rule "{rule.name}": the check {rule.checks[0]:g} uses a figure of {first:g}, but '
            f"the run begins in {start:g}",
            "check later, or use a shorter lag",
        )


def _wrong(where: Place, what: str, hint: str) -> InputError:
    return InputError(what, file=where.file, line=where.line, hint=hint)
