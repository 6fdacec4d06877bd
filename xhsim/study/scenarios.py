"""Scenarios as they are written: a parent and changes to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from xhsim.errors import InputError, did_you_mean
from xhsim.study.mistakes import Mistakes, Place
from xhsim.study.names import Reference, canonical, parse_reference
from xhsim.study.priors import Prior, parse_prior
from xhsim.study.shapes import Constant, Knots, Pulse, Ramp, Shape, Step
from xhsim.study.yaml_reader import Node, read_yaml

if TYPE_CHECKING:
    from xhsim.study.schema import ShapeRecord

__all__ = ["Change", "Scenario", "ancestry", "make_change", "read_scenario"]


@dataclass(frozen=True)
class Change:
    """What a scenario sets: a parameter, or some of its elements, to a shape."""

    reference: Reference
    shape: Shape
    where: Place


@dataclass(frozen=True)
class Belief:
    """A prior that a scenario puts in place of a parameter's own."""

    reference: Reference
    prior: Prior
    where: Place


@dataclass(frozen=True)
class Scenario:
    """A scenario file.

    Parameters
    ----------
    name : str
        The file's stem.
    label_en, label_zh, description : str
        How to call it, and what it is.
    extends : str or None
        The parent's name; None stands for the study's parameter values.
    changes : tuple of Change
        Under ``set``, in the order of the file.
    beliefs : tuple of Belief
        Under ``uncertain``.
    reference : str or None
        Where it comes from.
    where : Place
        The file, and the line of ``extends`` if there is one.
    """

    name: str
    label_en: str
    label_zh: str
    description: str
    extends: str | None
    changes: tuple[Change, ...]
    beliefs: tuple[Belief, ...]
    reference: str | None
    where: Place


def read_scenario(path: Path) -> Scenario:
    """Read a scenario file.

    Parameters
    ----------
    path : Path
        The file; its stem is the scenario's name.

    Returns
    -------
    Scenario

    Raises
    ------
    InputError
        With every mistake in the file. Whether the names in it exist is for
        `xhsim.study.resolve.check_scenarios`.
    """
    from xhsim.study.schema import ScenarioRecord, validate

    mistakes = Mistakes()
    tree = read_yaml(path, mistakes)
    record = validate(ScenarioRecord, tree, path, mistakes, "scenario")
    mistakes.check()
    assert record is not None  # otherwise a mistake was noted
    changes, beliefs = [], []
    for key, value in record.set.items():
        where = Place(str(path), tree.find(["set", key])[0])
        with mistakes.collecting():
            changes.append(make_change(key, value, where))
    for key, text in record.uncertain.items():
        line, column = tree.find(["uncertain", key])
        where = Place(str(path), line)
        with mistakes.collecting():
            prior = parse_prior(text, file=path, line=line, column=column)
            beliefs.append(Belief(parse_reference(key, where), prior, where))
    _check_once([*changes, *beliefs], mistakes)
    mistakes.check()
    return Scenario(
        name=path.stem,
        label_en=record.label.en,
        label_zh=record.label.zh,
        description=record.description,
        extends=record.extends,
        changes=tuple(changes),
        beliefs=tuple(beliefs),
        reference=record.reference,
        where=Place(str(path), _line_of(tree, "extends")),
    )


def _line_of(tree: Node, key: str) -> int:
    return tree.find([key])[0]


def make_change(name: str, value: float | ShapeRecord, where: Place) -> Change:
    """Give a setting as it is written its meaning.

    Parameters
    ----------
    name : str
        A parameter, or elements of one.
    value : float or ShapeRecord
        A number, or the record of a shape.
    where : Place
        Where it is written.

    Raises
    ------
    InputError
        If `name` is no name.
    """
    shape = Constant(value) if isinstance(value, int | float) else _shape(value)
    return Change(parse_reference(name, where), shape, where)


def _shape(record: ShapeRecord) -> Shape:
    if record.step is not None:
        return Step(record.step.year, record.step.to)
    if record.ramp is not None:
        return Ramp(record.ramp.start, record.ramp.until, record.ramp.to)
    if record.pulse is not None:
        return Pulse(record.pulse.start, record.pulse.until, record.pulse.to)
    knots = sorted((record.knots or {}).items())
    return Knots(tuple(year for year, _ in knots), tuple(level for _, level in knots))


def _check_once(entries: list[Change | Belief], mistakes: Mistakes) -> None:
    """See that no parameter, or element of one, is set twice in one file."""
    seen: dict[tuple[str, str], int] = {}
    for entry in entries:
        name = canonical(entry.reference.name)
        for element in map(canonical, entry.reference.elements or ("",)):
            clashes = [
                line
                for (other, part), line in seen.items()
                if other == name and (part == element or not part or not element)
            ]
            if clashes:
                mistakes.add(
                    f'"{entry.reference}" is given twice',
                    file=entry.where.file,
                    line=entry.where.line,
                    hint=f"it is already on line {clashes[0]}; remove one of them",
                )
                break
            seen[name, element] = entry.where.line


def ancestry(name: str, scenarios: Mapping[str, Scenario]) -> list[Scenario]:
    """Give a scenario with its ancestors, the eldest first.

    Parameters
    ----------
    name : str
        The scenario.
    scenarios : mapping of str to Scenario
        All there are.

    Raises
    ------
    InputError
        If a scenario does not exist, or is its own ancestor.
    """
    if name not in scenarios:
        raise InputError(
            f'unknown scenario "{name}"',
            hint=did_you_mean(name, scenarios) or f"known: {', '.join(scenarios)}",
        )
    chain = [scenarios[name]]
    while (parent := chain[-1].extends) is not None:
        child = chain[-1]
        names = [scenario.name for scenario in chain]
        if parent not in scenarios:
            hint = did_you_mean(parent, scenarios)
            raise InputError(
                f'scenario "{child.name}" extends "{parent}", which does not exist',
                file=child.where.file,
                line=child.where.line,
                hint=hint or f"known: {', '.join(scenarios)}",
            )
        if parent in names:
            # Told from its first name on, a circle gives one message wherever it is entered.
            circle = names[names.index(parent) :]
            start = circle.index(min(circle))
            circle = [*circle[start:], *circle[: start + 1]]
            where = scenarios[circle[0]].where
            raise InputError(
                f"scenarios extend each other in a circle: {' -> '.join(circle)}",
                file=where.file,
                line=where.line,
                hint='remove one "extends"',
            )
        chain.append(scenarios[parent])
    return chain[::-1]
