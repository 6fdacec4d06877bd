"""Computed variables that a scenario decides: by a path, or by a target that is met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xhsim.errors import InputError, did_you_mean
from xhsim.study.files.mistakes import Mistakes, Place
from xhsim.study.names import Reference, UnknownName, canonical, find_elements, find_name
from xhsim.study.parameters.parameter import Parameter
from xhsim.study.scenarios.changes import Change
from xhsim.study.scenarios.meet import Meet
from xhsim.study.scenarios.rules import combined_rules
from xhsim.study.scenarios.scenario import Scenario
from xhsim.study.targets import Target

__all__ = ["check_exogenous", "combined_meets", "given_targets", "instrument_of"]


def combined_meets(chain: Sequence[Scenario]) -> tuple[Meet, ...]:
    """Return the targets that a scenario and its ancestors meet; the last one for a variable."""
    found: dict[tuple[str, ...], Meet] = {}
    for scenario in chain:
        for meet in scenario.meets:
            found[_key(meet.reference)] = meet
    return tuple(found.values())


def given_targets(
    paths: Sequence[Change], meets: Sequence[Meet], targets: Mapping[str, Target]
) -> dict[str, Reference]:
    """Find the targets that a scenario decides itself, so that it does not forecast them.

    Parameters
    ----------
    paths : sequence of Change
    meets : sequence of Meet
    targets : mapping of str to Target

    Returns
    -------
    dict of str to Reference
        By the target's id: the variable that it measures, as the scenario writes it. A path or a
        value that begins after the target's last year does not count.
    """
    decided = [(path.reference, path.shape.first_change) for path in paths]
    decided += [(meet.reference, meet.first_year) for meet in meets]
    found: dict[str, Reference] = {}
    for name, target in targets.items():
        for reference, since in decided:
            if since <= target.deadline and _covers(reference, target.variable):
                found[name] = reference
    return found


def _covers(decided: Reference, measured: Reference) -> bool:
    """Tell whether a reference selects every number of another."""
    (name, *mine), (same, *theirs) = _key(decided), _key(measured)
    return name == same and (not mine or (bool(theirs) and {*theirs} <= {*mine}))


def instrument_of(meet: Meet, parameters: Mapping[str, Parameter]) -> tuple[str, str]:
    """Return parameter and element of an instrument; the element "" for a single number.

    Raises
    ------
    InputError
        If the parameter does not exist, or has several elements and none is chosen.
    """
    try:
        parameter = find_name(meet.by.name, parameters, "parameter", meet.where)
    except UnknownName as unknown:
        moving = [each.name for each in parameters.values() if each.role != "fixed"]
        unknown.hint = did_you_mean(meet.by.name, moving) or (
            f'name a lever or an uncertain parameter that acts on "{meet.reference}"; '
            "`xhsim draw` shows its causes"
        )
        raise
    chosen = find_elements(meet.by, parameter.elements, meet.where)
    if len(chosen) > 1:
        raise _wrong(
            f'meet: the instrument "{meet.by}" has several elements',
            meet.where,
            f'select one, such as "{parameter.name}[{chosen[0]}]"',
        )
    return parameter.name, chosen[0] if chosen else ""


def check_exogenous(
    chain: Sequence[Scenario], parameters: Mapping[str, Parameter], mistakes: Mistakes
) -> None:
    """Check the paths and targets of a scenario and its ancestors against what else they set.

    Parameters
    ----------
    chain : sequence of Scenario
        The first ancestor first.
    parameters : mapping of str to Parameter
    mistakes : Mistakes
        What is wrong is added here.
    """
    meets = combined_meets(chain)
    paths = [path for scenario in chain for path in scenario.paths]
    known = set(map(canonical, parameters))
    for path in paths:
        if canonical(path.reference.name) in known:
            mistakes.extend(
                _wrong(
                    f'paths: "{path.reference}" is a parameter, which has no equation to replace',
                    path.where,
                    'write it under "set"',
                )
            )
    for meet in meets:
        if canonical(meet.reference.name) in known:
            mistakes.extend(
                _wrong(
                    f'meet: "{meet.reference}" is a parameter, not something that the model '
                    "computes",
                    meet.where,
                    'give its value under "set"',
                )
            )
        for path in paths:
            if _overlap(path.reference, meet.reference):
                mistakes.extend(
                    _wrong(
                        f'"{meet.reference}" has a path ({path.where}) and is to be met',
                        meet.where,
                        "keep one of the two",
                    )
                )
        with mistakes.collecting():
            _check_instrument(meet, chain, parameters)
    taken: dict[tuple[str, str], Meet] = {}
    for meet in meets:
        with mistakes.collecting():
            other = taken.setdefault(instrument_of(meet, parameters), meet)
            if other is not meet:
                raise _wrong(
                    f'meet: "{meet.by}" is the instrument of "{other.reference}", too',
                    meet.where,
                    "each target needs an instrument of its own",
                )


def _check_instrument(
    meet: Meet, chain: Sequence[Scenario], parameters: Mapping[str, Parameter]
) -> None:
    name, element = instrument_of(meet, parameters)
    mine = Reference(name, (element,) if element else ())
    for rule in combined_rules([scenario.rules for scenario in chain]):
        if any(_overlap(change.reference, mine) for change in rule.changes):
            raise _wrong(
                f'meet: the rule "{rule.name}" sets the instrument "{meet.by}" ({rule.where})',
                meet.where,
                "choose another instrument",
            )
    for change in (change for scenario in chain for change in scenario.changes):
        if _overlap(change.reference, mine):
            raise _wrong(
                f'meet: the instrument "{meet.by}" is also set ({change.where})',
                meet.where,
                "remove it there, or choose another instrument",
            )


def _key(reference: Reference) -> tuple[str, ...]:
    return tuple(map(canonical, (reference.name, *reference.elements)))


def _overlap(one: Reference, other: Reference) -> bool:
    """Tell whether two references select a common number."""
    (name, *mine), (same, *theirs) = _key(one), _key(other)
    return name == same and (not mine or not theirs or bool({*mine} & {*theirs}))


def _wrong(message: str, where: Place, hint: str) -> InputError:
    return InputError(message, file=where.file, line=where.line, hint=hint)
