"""Scenarios as they are written: a parent and changes to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xhsim.errors import InputError, did_you_mean
from xhsim.study.files.mistakes import Mistakes, Place
from xhsim.study.files.records import Written, check_record
from xhsim.study.files.yaml_reader import Node, read_yaml
from xhsim.study.names import Reference, canonical, parse_reference
from xhsim.study.parameters.prior_text import parse_prior
from xhsim.study.parameters.priors import Prior, Shock
from xhsim.study.scenarios.shapes import Constant, Knots, Pulse, Ramp, SCurve, Shape, Step
from xhsim.wording.label import Label

if TYPE_CHECKING:
    from xhsim.study.scenarios.keys import ScenarioRecord, ShapeRecord

__all__ = [
    "Belief",
    "Change",
    "Correlation",
    "Delivery",
    "Disturbance",
    "RunSettings",
    "Scenario",
    "ancestry",
    "make_change",
    "make_scenario",
    "read_beliefs",
    "read_scenario",
]


@dataclass(frozen=True)
class Change:
    """What a scenario sets: a parameter, or some of its elements, to a shape.

    `unit` is empty where the levels say none.
    """

    reference: Reference
    shape: Shape
    where: Place
    unit: str = ""


@dataclass(frozen=True)
class Belief:
    """A prior that a scenario puts in place of a parameter's own."""

    reference: Reference
    prior: Prior
    where: Place


@dataclass(frozen=True)
class Correlation:
    """Two numbers that are drawn together.

    Parameters
    ----------
    one, other : Reference
        Parameters, or single elements of them.
    rank : float
        Spearman's rank correlation, between -1 and 1.
    where : Place
    """

    one: Reference
    other: Reference
    rank: float
    where: Place


@dataclass(frozen=True)
class Delivery:
    """How much of a scenario's changes of levers comes about, and how late.

    Parameters
    ----------
    share : Prior or None
        Of the change against the parent; None for all of it.
    delay : Prior or None
        In years; None for none.
    where : Place
    """

    share: Prior | None
    delay: Prior | None
    where: Place


@dataclass(frozen=True)
class Disturbance:
    """What a scenario makes of a parameter's yearly shocks; None puts an end to them."""

    name: str
    shock: Shock | None
    where: Place


@dataclass(frozen=True)
class RunSettings:
    """How a scenario is run where nobody says otherwise; None where it does not say either."""

    draws: int | None = None
    seed: int | None = None
    method: str | None = None
    until: int | None = None


@dataclass(frozen=True)
class Scenario:
    """A scenario file.

    Parameters
    ----------
    name : str
        The file's stem.
    label : Label
        What it is called.
    description : str
        What it is.
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
    correlations : tuple of Correlation
    delivery : Delivery or None
    disturbances : tuple of Disturbance
        Under ``shocks``.
    run : RunSettings
    """

    name: str
    label: Label
    description: str
    extends: str | None
    changes: tuple[Change, ...]
    beliefs: tuple[Belief, ...]
    reference: str | None
    where: Place
    correlations: tuple[Correlation, ...] = ()
    delivery: Delivery | None = None
    disturbances: tuple[Disturbance, ...] = ()
    run: RunSettings = field(default_factory=RunSettings)


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
        With every mistake in the file; unknown names are told by whoever reads the study.

    Examples
    --------
    >>> from xhsim.study.bundled import bundled_folder
    >>> read_scenario(bundled_folder() / "scenarios" / "rd-push.yaml").extends
    'baseline'
    """
    mistakes = Mistakes()
    tree = read_yaml(path, mistakes)
    return _scenario(path.stem, tree, path, mistakes)


def make_scenario(
    name: str,
    changes: Mapping[str, Any] | None = None,
    *,
    extends: str | None = "baseline",
    **others: Any,
) -> Scenario:
    """Make a scenario in code, of what a scenario file would say.

    Parameters
    ----------
    name : str
    changes : mapping of str to number or mapping
        What stands under ``set``: a number, or a shape over time.
    extends : str or None
    **others
        Further keys of a scenario file: ``uncertain``, ``delivery``, ``shocks``, ... The label,
        here one text for both languages if need be, is the name unless it is given.

    Returns
    -------
    Scenario
        See `Study.with_scenario`, which makes it part of a study.

    Raises
    ------
    InputError
        With every mistake that a file could have, the key in place of the line.

    Examples
    --------
    >>> made = make_scenario("mine", {"RD support": {"step": {"year": 2022, "to": 5.0}}})
    >>> made.extends, made.changes[0].shape
    ('baseline', Step(year=2022.0, to=5.0))
    """
    if not isinstance(name, str) or not name.strip():
        raise InputError(f"a scenario needs a name, not {name!r}")
    said = {"label": name, "description": f"{name}, made in code.", **others}
    if isinstance(said["label"], str):
        said["label"] = {"en": said["label"], "zh": said["label"]}
    said |= {"set": dict(changes or {})} | ({} if extends is None else {"extends": extends})
    return _scenario(name, Node.of(said), Path(f'scenario "{name}"'), Mistakes())


def _scenario(name: str, tree: Node, path: Path, mistakes: Mistakes) -> Scenario:
    """Turn a tree into what it means; `path` is for messages."""
    from xhsim.study.scenarios.keys import ScenarioRecord

    written = check_record(ScenarioRecord, tree, path, mistakes, "scenario")
    record = written.record
    changes, beliefs = _changes(written), read_beliefs(written, record.uncertain, "uncertain")
    correlations, delivery = _correlations(written), _delivery(written)
    disturbances = _disturbances(written)
    _check_once([*changes, *beliefs], mistakes)
    mistakes.check()
    return Scenario(
        name=name,
        label=record.label.as_label(),
        description=record.description,
        extends=record.extends,
        changes=tuple(changes),
        beliefs=beliefs,
        reference=record.reference,
        where=written.place("extends"),
        run=RunSettings(**record.run.model_dump()) if record.run else RunSettings(),
        correlations=correlations,
        delivery=delivery,
        disturbances=disturbances,
    )


def _changes(written: Written[ScenarioRecord]) -> list[Change]:
    found = []
    for key, value in written.record.set.items():
        with written.mistakes.collecting():
            found.append(make_change(key, value, written.place("set", key)))
    return found


def read_beliefs(
    written: Written[Any], texts: Mapping[str, str], *steps: str
) -> tuple[Belief, ...]:
    """Return what a mapping of names to priors says, and note what is wrong with it.

    Parameters
    ----------
    written : Written
        The record that holds it.
    texts : mapping of str to str
        Priors by parameter, or by elements of one.
    *steps : str
        Where it stands in the record.
    """
    found = []
    for key, text in texts.items():
        where, prior = (
            written.place(*steps, key),
            written.understood(parse_prior, text, *steps, key),
        )
        with written.mistakes.collecting():
            reference = parse_reference(key, where)
            if prior is not None:
                found.append(Belief(reference, prior, where))
    return tuple(found)


def _correlations(written: Written[ScenarioRecord]) -> tuple[Correlation, ...]:
    found = []
    for number, item in enumerate(written.record.correlations):
        where = written.place("correlations", number)
        with written.mistakes.collecting():
            one, other = (parse_reference(text, where) for text in item.between)
            found.append(Correlation(one, other, item.rank, where))
    return tuple(found)


def _delivery(written: Written[ScenarioRecord]) -> Delivery | None:
    item = written.record.delivery
    if item is None:
        return None
    priors = {
        key: None if text is None else written.understood(parse_prior, text, "delivery", key)
        for key, text in (("share", item.share), ("delay", item.delay))
    }
    bounds = {"share": (0.0, 1.5), "delay": (0.0, 10.0)}
    for key, prior in priors.items():
        low, high = bounds[key]
        if prior is not None and not (low <= prior.low and prior.high <= high):
            written.wrong(
                f"delivery: the {key} must lie between {low:g} and {high:g}",
                "delivery",
                key,
                hint="a share of 1 is all of the change" if key == "share" else "in years",
            )
        priors[key] = prior and prior.within(bounds[key])
    return Delivery(priors["share"], priors["delay"], written.place("delivery"))


def _disturbances(written: Written[ScenarioRecord]) -> tuple[Disturbance, ...]:
    found = []
    for name, item in written.record.shocks.items():
        where = written.place("shocks", name)
        if item == "off":
            found.append(Disturbance(name, None, where))
            continue
        spread = written.understood(parse_prior, item.spread, "shocks", name, "spread")
        if spread is not None:
            shock = Shock(item.first_year, spread, item.persistence)
            found.append(Disturbance(name, shock, where))
    return tuple(found)


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
    units = {getattr(level, "unit", "") for level in shape.levels} - {""}
    if len(units) > 1:
        raise InputError(
            f'"{name}" is given in {" and in ".join(sorted(units))}',
            file=where.file,
            line=where.line,
            hint="write all its levels in one unit",
        )
    return Change(parse_reference(name, where), shape, where, units.pop() if units else "")


def _shape(record: ShapeRecord) -> Shape:
    if record.step is not None:
        return Step(record.step.year, record.step.to)
    if record.ramp is not None:
        return Ramp(record.ramp.start, record.ramp.until, record.ramp.to)
    if record.pulse is not None:
        return Pulse(record.pulse.start, record.pulse.until, record.pulse.to)
    if record.s_curve is not None:
        return SCurve(record.s_curve.start, record.s_curve.until, record.s_curve.to)
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
                    hint=(f"it is already on line {clashes[0]}; " if clashes[0] else "")
                    + "remove one of them",
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
