"""Check that a study's files fit its model, and order the parameters as the model needs them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from xhsim.analysis.inference.fingerprint import check_posterior, stale_weights
from xhsim.analysis.judging.attainment import joint_row
from xhsim.arguments import checked
from xhsim.engine.insight.reach import reached
from xhsim.engine.language.syntax import canonical
from xhsim.engine.model import Model
from xhsim.errors import InputError
from xhsim.study.checks.names import ModelVariable, check_against_model
from xhsim.study.checks.rule_figures import check_rule_figures
from xhsim.study.checks.scenario_variables import check_variables
from xhsim.study.files.mistakes import Mistakes
from xhsim.study.folder import StudyFiles
from xhsim.study.history.monitoring import check_monitoring
from xhsim.study.history.releases import Release, read_releases
from xhsim.study.names import named_parts, parse_reference
from xhsim.study.parameters.parameter import Parameter
from xhsim.study.scenarios.checks import check_scenarios
from xhsim.study.scenarios.exogenous import check_exogenous, combined_meets, instrument_of
from xhsim.study.scenarios.scenario import Scenario, ancestry
from xhsim.study.targets import Target

__all__ = [
    "check_alone",
    "check_decided",
    "check_rules",
    "fitted_together",
    "look_for_more",
    "model_variables",
    "read_other_releases",
]


def fitted_together(files: StudyFiles, model: Model) -> StudyFiles:
    """Check that the files of a study fit its model.

    Parameters
    ----------
    files : StudyFiles
        As read from the folder.
    model : Model
        Of the same study.

    Returns
    -------
    StudyFiles
        The same with the elements of parameters in the model's order, and with calibrated
        parameters at their most probable values.

    Raises
    ------
    InputError
        If the files contradict the model or each other.
    """
    variables, mistakes = model_variables(model), Mistakes()
    with mistakes.collecting():
        check_against_model(
            variables, files.parameters, files.targets, files.observations, files.releases
        )
    with mistakes.collecting():
        check_scenarios(files.scenarios, files.parameters)
        with mistakes.collecting():
            check_rules(files, model)
        with mistakes.collecting():
            check_decided(files.scenarios, files.parameters, model)
    with mistakes.collecting():
        _check_ids(files.targets)
    mistakes.check()
    if files.posterior is not None:
        check_posterior(files.posterior, files)
    if files.structures is not None:
        # Old weights are still a judgement about structures: a warning goes with them.
        checked = replace(files.structures, stale=stale_weights(files))
        files = replace(files, structures=checked)
    return _at_centre(_in_model_order(files, variables))


def look_for_more(files: StudyFiles, model: Model, mistakes: Mistakes) -> None:
    """Check files with mistakes against their model, as far as these mistakes allow.

    Parameters
    ----------
    files : StudyFiles
        What `xhsim.study.folder.gather_study` returned.
    model : Model
        Of the same study.
    mistakes : Mistakes
        Receives what else is wrong.
    """
    with mistakes.collecting():
        check_against_model(
            model_variables(model),
            files.parameters,
            files.targets,
            files.observations,
            files.releases,
        )
    check_alone(files.scenarios.values(), files.parameters, model, mistakes)


def check_alone(
    scenarios: Iterable[Scenario],
    parameters: Mapping[str, Parameter],
    model: Model,
    mistakes: Mistakes,
) -> None:
    """Check the variables that scenarios name, without their parents.

    Parameters
    ----------
    scenarios : iterable of Scenario
    parameters : mapping of str to Parameter
    model : Model
    mistakes : Mistakes
        Receives what is wrong.
    """
    variables, known = model_variables(model), {canonical(name) for name in parameters}
    for scenario in scenarios:
        check_exogenous([scenario], parameters, mistakes)
        # That a parameter has no equation is said already.
        paths = [path for path in scenario.paths if canonical(path.reference.name) not in known]
        check_variables([replace(scenario, paths=tuple(paths))], variables, mistakes)


def check_rules(files: StudyFiles, model: Model) -> None:
    """Check what the rules of scenarios look at.

    Parameters
    ----------
    files : StudyFiles
        Whose scenarios can be resolved.
    model : Model
        Of the same study.

    Raises
    ------
    InputError
        With every mistake: a variable that does not exist or is not published, or a check outside
        the run.
    """
    if not any(scenario.rules for scenario in files.scenarios.values()):
        return
    mistakes = Mistakes()
    variables = model_variables(model)
    rows = [*files.observations, *(release.figure for release in files.releases)]
    # The variables of a published sum are not published themselves.
    whole = [row.variable for row in rows if row.variable and " + " not in row.variable]
    names = [parse_reference(variable).name for variable in whole]
    for target in files.targets.values():
        names += [reading.variable.name for reading in target.by_reading.values()]
    observed = {canonical(name) for name in names}
    first, last = (float(model.default(name)) for name in ("INITIAL TIME", "FINAL TIME"))
    for name, scenario in files.scenarios.items():
        settings = [one.run.until for one in ancestry(name, files.scenarios)]
        until = next((year for year in reversed(settings) if year is not None), last)
        check_rule_figures(scenario, variables, observed, (first, float(until)), mistakes)
    mistakes.check()


def check_decided(
    scenarios: Mapping[str, Scenario], parameters: Mapping[str, Parameter], model: Model
) -> None:
    """Check the variables that scenarios decide by ``paths`` and ``meet`` against the model.

    Parameters
    ----------
    scenarios : mapping of str to Scenario
        Whose parents and parameters exist.
    parameters : mapping of str to Parameter
    model : Model

    Raises
    ------
    InputError
        With every mistake: a variable that does not exist, is a stock or has another unit; an
        instrument that does not act on the variable that it is to meet.
    """
    if not any(scenario.paths or scenario.meets for scenario in scenarios.values()):
        return
    mistakes = Mistakes()
    check_variables(scenarios.values(), model_variables(model), mistakes)
    mistakes.check()
    for name in scenarios:
        chain = ancestry(name, scenarios)
        # What has a path for the whole run follows nothing else.
        given = {
            model.names.find(path.reference.name).key
            for scenario in chain
            for path in scenario.paths
            if path.shape.replaces and not path.reference.elements
        }
        for meet in combined_meets(chain):
            instrument = model.names.find(instrument_of(meet, parameters)[0]).key
            target = model.names.find(meet.reference.name).key
            if target not in reached(model.equations, instrument, without=given):
                mistakes.add(
                    f'meet: the instrument "{meet.by}" does not act on "{meet.reference}"',
                    file=meet.where.file,
                    line=meet.where.line,
                    hint="choose a parameter that does; `xhsim draw` shows the causes",
                )
    mistakes.check()


def _check_ids(targets: Mapping[str, Target]) -> None:
    """Refuse a target whose id is that of a row of the joint table, which it would hide."""
    taken = {joint_row(), *(joint_row(target.group) for target in targets.values())}
    for target in targets.values():
        if target.id in taken:
            raise InputError(
                f'a target cannot have the id "{target.id}": it names a joint probability',
                file=target.where.file,
                line=target.where.line,
                hint="give it another id",
            )


def _in_model_order(files: StudyFiles, variables: Iterable[ModelVariable]) -> StudyFiles:
    """Order the elements of parameters as the model's arrays do."""
    orders = {canonical(v.name): v.elements[0] for v in variables if len(v.elements) == 1}
    ordered = dict(files.parameters)
    for name, parameter in ordered.items():
        if isinstance(parameter.value, Mapping):
            values = {element: parameter.value[element] for element in orders[canonical(name)]}
            ordered[name] = replace(parameter, value=values)
    return replace(files, parameters=named_parts("parameter", ordered))


def _at_centre(files: StudyFiles) -> StudyFiles:
    """Set calibrated parameters to their most probable values."""
    posterior = files.posterior
    if posterior is None:
        return files
    moved = {
        name: replace(parameter, value=posterior.centred(parameter))
        if any(posterior.has(name, element) for element in parameter.elements or ("",))
        else parameter
        for name, parameter in files.parameters.items()
    }
    return replace(files, parameters=named_parts("parameter", moved))


def model_variables(model: Model) -> list[ModelVariable]:
    """Describe a model's variables in plain data, for the checks of the study layer.

    Parameters
    ----------
    model : Model

    Returns
    -------
    list of ModelVariable
        All except those that the engine has added.
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


@checked
def read_other_releases(files: StudyFiles, model: Model, path: Path) -> tuple[Release, ...]:
    """Read releases that stand in place of a study's own, and check them like these.

    Parameters
    ----------
    files : StudyFiles
        Of the study that the releases are about.
    model : Model
        Of the same study.
    path : Path
        A file like ``releases.csv``.

    Returns
    -------
    tuple of Release

    Raises
    ------
    InputError
        With every mistake in the file.

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> path = study.files.folder / "model" / "releases.csv"
    >>> read_other_releases(study.files, study.model, path) == study.files.releases
    True
    """
    found = read_releases(path)
    if not found:
        raise InputError("the file has no releases", file=path, hint="add a row for each figure")
    mistakes = Mistakes()
    with mistakes.collecting():
        check_against_model(model_variables(model), {}, {}, releases=found)
    with mistakes.collecting():
        # The plan may name series of the study that the other file does not have.
        check_monitoring(files.monitoring, (*files.releases, *found), files.observations)
    mistakes.check()
    return found
