"""A study's files and its model put together: seen to agree, and laid out as runs need them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from xhsim.analysis.evidence.fingerprint import check_posterior
from xhsim.analysis.judging.attainment import joint_row
from xhsim.engine.language.syntax import canonical
from xhsim.engine.model import Model
from xhsim.errors import InputError
from xhsim.study.checks.names import ModelVariable, check_against_model
from xhsim.study.folder import StudyFiles
from xhsim.study.scenarios.checks import check_scenarios
from xhsim.study.targets import Target

__all__ = ["described", "fitted_together"]


def fitted_together(files: StudyFiles, model: Model) -> StudyFiles:
    """See that files and model agree.

    Parameters
    ----------
    files : StudyFiles
        As read.
    model : Model
        Of the same study.

    Returns
    -------
    StudyFiles
        With elements in the model's order, and calibrated parameters at their most probable values.

    Raises
    ------
    InputError
        If files and model, or files among themselves, do not fit together.
    """
    variables = described(model)
    check_against_model(variables, files.parameters, files.targets, files.observations)
    check_scenarios(files.scenarios, files.parameters)
    _check_ids(files.targets)
    if files.posterior is not None:
        check_posterior(files.posterior, files)
    return _at_centre(_in_model_order(files, variables))


def _check_ids(targets: Mapping[str, Target]) -> None:
    """See that no target is called exactly like a row of the joint table, which it would hide."""
    taken = {joint_row(), *(joint_row(target.group) for target in targets.values())}
    for target in targets.values():
        if target.id in taken:
            raise InputError(
                f'a target cannot be called "{target.id}", as joint probabilities are',
                file=target.where.file,
                line=target.where.line,
                hint="give it another name",
            )


def _in_model_order(files: StudyFiles, variables: Iterable[ModelVariable]) -> StudyFiles:
    """Order the elements of parameters as the model does, into whose arrays they go."""
    orders = {canonical(v.name): v.elements[0] for v in variables if len(v.elements) == 1}
    ordered = dict(files.parameters)
    for name, parameter in ordered.items():
        if isinstance(parameter.value, Mapping):
            values = {element: parameter.value[element] for element in orders[canonical(name)]}
            ordered[name] = replace(parameter, value=values)
    return replace(files, parameters=MappingProxyType(ordered))


def _at_centre(files: StudyFiles) -> StudyFiles:
    """Give calibrated parameters their most probable values."""
    posterior = files.posterior
    if posterior is None:
        return files
    moved = {
        name: replace(parameter, value=posterior.centred(parameter))
        if any(posterior.has(name, element) for element in parameter.elements or ("",))
        else parameter
        for name, parameter in files.parameters.items()
    }
    return replace(files, parameters=MappingProxyType(moved))


def described(model: Model) -> list[ModelVariable]:
    """Tell the study layer about a model in plain data.

    Parameters
    ----------
    model : Model

    Returns
    -------
    list of ModelVariable
        All but what the engine has added.
    """
    dimensions = model.equations.dimensions
    found = []
    for variable in model.equations.variables.values():
        if variable.hidden:
            continue
        elements = tuple(dimensions[name].elements for name in variable.dimensions)
        value: Any = None
        if variable.kind == "constant" and len(elements) < 2:
            numbers = model.default(variable.name)
            value = (
                dict(zip(elements[0], map(float, numbers), strict=True))
                if elements
                else float(numbers)
            )
        found.append(
            ModelVariable(
                variable.name,
                variable.unit,
                variable.kind == "constant",
                elements,
                value,
                variable.kind == "stock",
            )
        )
    return found
