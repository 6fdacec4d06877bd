"""Checks of the variables that scenarios name under ``paths`` and ``meet`` against the model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from xhsim.errors import InputError
from xhsim.study.checks.names import ModelVariable
from xhsim.study.files.mistakes import Mistakes, Place
from xhsim.study.names import Reference, canonical, find_elements, find_name
from xhsim.study.scenarios.levels import same_unit
from xhsim.study.scenarios.meet import Meet
from xhsim.study.scenarios.scenario import Change, Scenario

__all__ = ["check_variables"]

CONTROLS = ("initial_time", "final_time", "time_step", "saveper")


def check_variables(
    scenarios: Iterable[Scenario], variables: Iterable[ModelVariable], mistakes: Mistakes
) -> None:
    """Check the paths and targets of scenarios against the variables of the model.

    Parameters
    ----------
    scenarios : iterable of Scenario
    variables : iterable of ModelVariable
    mistakes : Mistakes
        What is wrong is added here.
    """
    known = {variable.name: variable for variable in variables}
    for scenario in scenarios:
        for path in scenario.paths:
            with mistakes.collecting():
                _check_path(path, known)
        for meet in scenario.meets:
            with mistakes.collecting():
                _check_target(meet, known)


def _check_path(path: Change, known: Mapping[str, ModelVariable]) -> None:
    variable = find_name(path.reference.name, known, "variable", path.where)
    _check_elements(path.reference, variable, path.where)
    _check_unit(path.reference, path.unit, variable, path.where)
    if variable.is_stock:
        raise _wrong(
            f'paths: "{variable.name}" is a stock: its flows decide it',
            path.where,
            "give a path to one of its flows, or let a parameter meet it: "
            f"meet: {{{variable.name}: {{path: ..., by: ...}}}}",
        )
    if variable.is_constant or canonical(variable.name) in CONTROLS:
        raise _wrong(
            f'paths: "{variable.name}" is a constant, which has no equation to replace',
            path.where,
            "give it a record in parameters.yaml and write it under set",
        )


def _check_target(meet: Meet, known: Mapping[str, ModelVariable]) -> None:
    name = meet.reference.name
    try:
        variable = find_name(name, known, "variable", meet.where)
    except InputError:
        base = name.removesuffix(" growth")
        if base == name or canonical(base) not in map(canonical, known):
            raise
        raise _wrong(
            f'meet: the model has no variable "{name}"',
            meet.where,
            f'write the growth of "{base}" as {base}: {{growth: 4 %, by: ..., from: ...}}',
        ) from None
    chosen = _check_elements(meet.reference, variable, meet.where)
    if len(variable.elements) > 1 or len(chosen) > 1:
        raise _wrong(
            f'meet: "{variable.name}" has elements, but a target is about one number',
            meet.where,
            f'write "{variable.name}[{variable.elements[0][0]}]", or a variable that is their sum',
        )
    if meet.measure == "path":
        _check_unit(meet.reference, meet.unit, variable, meet.where)


def _check_elements(reference: Reference, variable: ModelVariable, where: Place) -> tuple[str, ...]:
    if len(variable.elements) > 1 and reference.elements:
        raise _wrong(
            f'"{variable.name}" has {len(variable.elements)} dimensions, so its elements cannot be '
            "selected",
            where,
            f'write "{variable.name}" for all of them',
        )
    own = variable.elements[0] if variable.elements else ()
    return find_elements(reference, own, where)


def _check_unit(reference: Reference, unit: str, variable: ModelVariable, where: Place) -> None:
    if unit and not same_unit(unit, variable.unit):
        raise _wrong(
            f'"{reference}" is given in {unit}, but its unit is {variable.unit}',
            where,
            f"convert it to {variable.unit}",
        )


def _wrong(message: str, where: Place, hint: str) -> InputError:
    return InputError(message, file=where.file, line=where.line, hint=hint)
