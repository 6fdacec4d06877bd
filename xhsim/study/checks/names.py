"""Checks that the names, elements, units and values in a study's files match its model.

The model is given as plain data, so this layer needs no solver and its tests need no model.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from xhsim.errors import InputError
from xhsim.study.files.mistakes import Mistakes, Place
from xhsim.study.history.observations import Observation
from xhsim.study.history.releases import Release
from xhsim.study.names import Reference, find_elements, find_name, parse_reference
from xhsim.study.parameters.parameter import Parameter
from xhsim.study.targets import Target

__all__ = ["ModelVariable", "check_against_model"]


@dataclass(frozen=True)
class ModelVariable:
    """The properties of a model variable that are needed to check a study.

    Parameters
    ----------
    name : str
        As in the model file.
    unit : str
        As in the model file.
    is_constant : bool
        Whether it is a constant number, so that it may have a parameter record.
    elements : tuple of tuple of str
        The elements of each dimension; empty for a scalar.
    value : float, mapping of element to float, or None
        The number of a constant; with one dimension, its numbers.
    is_stock : bool
        Whether it is a stock.
    """

    name: str
    unit: str
    is_constant: bool = False
    elements: tuple[tuple[str, ...], ...] = ()
    value: float | Mapping[str, float] | None = None
    is_stock: bool = False


def check_against_model(
    variables: Iterable[ModelVariable],
    parameters: Mapping[str, Parameter],
    targets: Mapping[str, Target],
    history: Iterable[Observation] = (),
    releases: Iterable[Release] = (),
) -> None:
    """Check that names, elements, units and values agree with the model.

    Scenarios only set parameters; `xhsim.study.scenarios.checks.check_scenarios` checks them.

    Parameters
    ----------
    variables : iterable of ModelVariable
        All of the model's.
    parameters, targets : mapping
        As read.
    history : iterable of Observation
        As read; rows without a variable are ignored.
    releases : iterable of Release
        As read; the same.

    Raises
    ------
    InputError
        With every difference, each once.
    """
    known = {variable.name: variable for variable in variables}
    mistakes = Mistakes()
    for parameter in parameters.values():
        with mistakes.collecting():
            _check_parameter(parameter, known)
    for target in targets.values():
        for reading in (target, *target.readings):
            with mistakes.collecting():
                _check_target(reading, known)
        with mistakes.collecting():
            _check_base(target, parameters)
    for row in history:
        if row.variable:
            with mistakes.collecting():
                _check_row(row, known)
    for release in releases:
        with mistakes.collecting():
            _check_release(release, known)
    mistakes.check()


def _wrong(what: str, where: Place, hint: str) -> InputError:
    return InputError(what, file=where.file, line=where.line, hint=hint)


def _check_parameter(parameter: Parameter, known: Mapping[str, ModelVariable]) -> None:
    variable = find_name(parameter.name, known, "constant of the model", parameter.where)
    where, name = parameter.where, parameter.name
    if not variable.is_constant:
        raise _wrong(
            f'parameter "{name}" is computed by the model',
            where,
            "remove its record: only constants have records",
        )
    if len(variable.elements) > 1:
        raise _wrong(
            f'parameter "{name}" has {len(variable.elements)} dimensions in the model',
            where,
            "only constants with at most one dimension have records",
        )
    elements = variable.elements[0] if variable.elements else ()
    if set(parameter.elements) != set(elements):
        wanted = ", ".join(elements) or "none: it is a single number"
        raise _wrong(
            f'parameter "{name}" has elements {", ".join(parameter.elements) or "none"}',
            where,
            f"the model has {wanted}",
        )
    if parameter.unit != variable.unit:
        raise _wrong(
            f'parameter "{name}" is in "{parameter.unit}", but in the model in "{variable.unit}"',
            where,
            "use the model's unit",
        )
    _check_value(parameter, variable)


def _check_value(parameter: Parameter, variable: ModelVariable) -> None:
    mine, its = parameter.value, variable.value
    if its is None:
        return
    pairs = (
        [(f"{parameter.name}[{key}]", mine[key], its[key]) for key in mine]
        if isinstance(mine, Mapping) and isinstance(its, Mapping)
        else [(parameter.name, mine, its)]
    )
    for label, written, modelled in pairs:
        if written != modelled:
            raise _wrong(
                f'parameter "{label}" is {written}, but in the model {modelled}',
                parameter.where,
                "make them equal",
            )


def _check_target(target: Target, known: Mapping[str, ModelVariable]) -> None:
    what = f'target "{target.id}"'
    variable = find_name(target.variable.name, known, f"variable of {what}", target.where)
    elements = variable.elements[0] if variable.elements else ()
    chosen = find_elements(target.variable, elements, target.where)
    if len(variable.elements) > 1 or len(chosen) > 1:
        raise _wrong(
            f'{what}: "{variable.name}" has elements, but a target is about one number',
            target.where,
            f'write "{variable.name}[{elements[0]}]", or a variable that is their sum',
        )
    if target.measure.unit is None and target.unit != variable.unit:
        raise _wrong(
            f'{what} is in "{target.unit}", but "{variable.name}" is in "{variable.unit}"',
            target.where,
            "use the model's unit",
        )


def _check_base(target: Target, parameters: Mapping[str, Parameter]) -> None:
    """Check that a target hangs on an uncertain number; otherwise it would be known."""
    base, what = target.hangs_on, f'target "{target.id}": "hangs_on"'
    if base is None:
        return
    parameter = find_name(base.name, parameters, f"parameter of {what}", target.where)
    if parameter.elements and not base.elements:
        raise _wrong(
            f'{what}: "{parameter.name}" has elements, but an unpublished base is one number',
            target.where,
            f'write "{parameter.name}[{parameter.elements[0]}]"',
        )
    (element,) = find_elements(base, parameter.elements, target.where) or ("",)
    prior = parameter.prior
    if (prior.get(element) if isinstance(prior, Mapping) else prior) is None:
        raise _wrong(
            f'{what}: "{base}" has no prior',
            target.where,
            "name an uncertain parameter, or give this one a prior",
        )


def _check_row(row: Observation, known: Mapping[str, ModelVariable]) -> None:
    reference = parse_reference(row.variable, row.where)
    variable = find_name(reference.name, known, "variable", row.where)
    find_elements(reference, variable.elements[0] if variable.elements else (), row.where)
    if row.measure == "level" and row.unit != variable.unit:
        raise _wrong(
            f'"{row.series}" is in "{row.unit}", but "{variable.name}" is in "{variable.unit}"',
            row.where,
            "convert the value, or leave the variable empty",
        )


def _check_release(release: Release, known: Mapping[str, ModelVariable]) -> None:
    """Check that each term is one number, and that the units fit."""
    figure, where = release.figure, release.where
    units = {}
    for term in release.terms:
        variable = find_name(term.name, known, "variable", where)
        _check_one_number(term, variable, where)
        units[variable.unit] = variable.name
    if len(units) > 1:
        raise _wrong(
            f'"{figure.variable}" adds {" and ".join(units)}',
            where,
            "add only variables of one unit",
        )
    if figure.measure == "level" and units and figure.unit not in units:
        (unit, name) = next(iter(units.items()))
        raise _wrong(
            f'"{figure.series}" is in "{figure.unit}", but "{name}" is in "{unit}"',
            where,
            "convert the value, or leave the variable empty",
        )


def _check_one_number(term: Reference, variable: ModelVariable, where: Place) -> None:
    if variable.elements and len(term.elements) != len(variable.elements):
        first = ", ".join(elements[0] for elements in variable.elements)
        raise _wrong(
            f'"{term}" is not one number',
            where,
            f'write "{variable.name}[{first}]", and "+" between elements to add',
        )
    if not variable.elements:
        find_elements(term, (), where)
    for element, elements in zip(term.elements, variable.elements, strict=False):
        find_elements(Reference(term.name, (element,)), elements, where)
