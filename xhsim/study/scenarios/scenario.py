"""Scenarios as written: a parent and changes to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xhsim.arguments import checked, described
from xhsim.errors import InputError
from xhsim.study.files.mistakes import Mistakes, Place
from xhsim.study.files.records import Written, check_record
from xhsim.study.files.text import read_text
from xhsim.study.files.yaml_reader import Node, parse_yaml
from xhsim.study.hints.characters import in_plain_characters
from xhsim.study.hints.scenario_slips import as_meant
from xhsim.study.names import Reference, canonical, nearest, parse_reference
from xhsim.study.parameters.prior_text import parse_prior
from xhsim.study.parameters.priors import Prior, Shock
from xhsim.study.scenarios.changes import Change, make_change
from xhsim.study.scenarios.meet import Meet, read_meets
from xhsim.study.scenarios.rules import PolicyRule, RuleOff, read_rules
from xhsim.study.scenarios.shapes import shape_text
from xhsim.wording.html_tables import both_languages, facts_html, rows_html
from xhsim.wording.label import Label

if TYPE_CHECKING:
    from xhsim.study.scenarios.keys import ScenarioRecord

__all__ = [
    "Belief",
    "Change",
    "Correlation",
    "Delivery",
    "Disturbance",
    "MissingParent",
    "RunSettings",
    "Scenario",
    "ancestry",
    "make_change",
    "make_scenario",
    "read_beliefs",
    "read_scenario",
    "understood_scenario",
]


class MissingParent(InputError):
    """A scenario extends another one that the study does not have.

    Attributes
    ----------
    parent : str
        The other one's name.
    """

    parent: str = ""


@dataclass(frozen=True)
class Belief:
    """A prior that replaces a parameter's own prior in a scenario."""

    reference: Reference
    prior: Prior
    where: Place


@dataclass(frozen=True)
class Correlation:
    """A rank correlation between the draws of two numbers.

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
    """How much of a scenario's lever changes is delivered, and how late.

    Parameters
    ----------
    share : Prior or None
        Prior of the delivered share of the changes; None means all.
    delay : Prior or None
        Prior of the delay in years; None means no delay.
    where : Place
    """

    share: Prior | None
    delay: Prior | None
    where: Place


@dataclass(frozen=True)
class Disturbance:
    """A change of a parameter's yearly shocks; the shock None switches them off."""

    name: str
    shock: Shock | None
    where: Place


@dataclass(frozen=True)
class RunSettings:
    """Default settings for runs of a scenario; None means not set."""

    draws: int | None = None
    seed: int | None = None
    method: str | None = None
    until: int | None = None
    structure: str | None = None


@dataclass(frozen=True)
class Scenario:
    """The content of a scenario file.

    Parameters
    ----------
    name : str
        The name of the file without its ending.
    label : Label
        Name for readers.
    description : str
        What the scenario is.
    extends : str or None
        The parent's name; None means the study's parameter values.
    changes : tuple of Change
        From ``set``, in the order of the file.
    beliefs : tuple of Belief
        From ``uncertain``.
    reference : str or None
        Source of the scenario.
    where : Place
        The file, and the line of ``extends`` if it is given.
    correlations : tuple of Correlation
    delivery : Delivery or None
    disturbances : tuple of Disturbance
        From ``shocks``.
    run : RunSettings
    run_place : Place or None
        File and line of ``run``.
    rules : tuple of PolicyRule or RuleOff
    paths : tuple of Change
        Computed variables whose equations are replaced.
    meets : tuple of Meet
        Variables that are met by an instrument.
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
    run_place: Place | None = field(default=None, compare=False)
    rules: tuple[PolicyRule | RuleOff, ...] = ()
    paths: tuple[Change, ...] = ()
    meets: tuple[Meet, ...] = ()

    @property
    def only_changes(self) -> bool:
        """Whether it says nothing but changes: no priors, shocks, delivery, rules or settings."""
        others = (
            *(self.beliefs, self.correlations, self.delivery, self.disturbances),
            *(self.rules, self.paths, self.meets),
        )
        return not any(others) and self.run == RunSettings()

    def __repr__(self) -> str:
        """Name the scenario, its label, its parent and the number of its settings."""
        parent = f"extends {self.extends}" if self.extends else "extends nothing"
        many = len(self._rows())
        settings = f"{many} setting{'' if many == 1 else 's'}"
        return f"<Scenario {self.name}: {self.label}; {parent}, {settings}>"

    def _repr_html_(self) -> str:
        """Show in a notebook what the scenario says."""
        run = (f"{key}: {value}" for key, value in asdict(self.run).items() if value is not None)
        facts = {
            "label": both_languages(self.label),
            "description": self.description,
            "extends": self.extends,
            "run": ", ".join(run),
            "reference": self.reference,
        }
        heads = ("setting", "of", "says")
        return facts_html(f"Scenario {self.name}", facts) + rows_html("", heads, self._rows())

    def _rows(self) -> list[tuple[str, str, str]]:
        """List all settings: the key of the file, the name, and what it says."""
        before = f"as in {self.extends}" if self.extends else "as in parameters.yaml"
        rows = [
            *(("set", one.reference, _text(one, before)) for one in self.changes),
            *(("paths", one.reference, _text(one, "as computed")) for one in self.paths),
            *(("meet", one.reference, f"{_text(one, '')}, by {one.by}") for one in self.meets),
            *(("uncertain", one.reference, one.prior) for one in self.beliefs),
            *(("correlations", f"{one.one}, {one.other}", one.rank) for one in self.correlations),
            *(("shocks", one.name, one.shock and one.shock.spread) for one in self.disturbances),
            *(("rules", one.name, getattr(one, "label", None)) for one in self.rules),
        ]
        if self.delivery is not None:
            rows.append(("delivery", "share", self.delivery.share or "all"))
            rows.append(("delivery", "delay", self.delivery.delay or "none"))
        return [(key, str(name), "off" if said is None else str(said)) for key, name, said in rows]


def _text(change: Change | Meet, before: str) -> str:
    return f"{shape_text(change.shape, before)} {change.unit}".strip()


@checked
def read_scenario(path: Path, mistakes: Mistakes | None = None) -> Scenario:
    """Read a scenario file.

    Parameters
    ----------
    path : Path
        The file; its name without the ending is the scenario's name.
    mistakes : Mistakes, optional
        Receives the mistakes if the rest of the scenario is wanted; by default they are raised.

    Returns
    -------
    Scenario

    Raises
    ------
    InputError
        With every mistake in the file. Unknown names are reported when the study is read.

    Examples
    --------
    >>> from xhsim.study.bundled import bundled_folder
    >>> read_scenario(bundled_folder() / "scenarios" / "rd-push.yaml").extends
    'baseline'
    """
    found = Mistakes() if mistakes is None else mistakes
    scenario = _scenario(path.stem, _read(path, found))
    if mistakes is None:
        found.check()
    return scenario


def _read(path: Path, mistakes: Mistakes) -> Written[ScenarioRecord]:
    """Read the content of a file; if there are mistakes, try plain characters first."""
    text = read_text(path)
    first, second = Mistakes(), Mistakes()
    written = first.understood(_parsed, text, path, first)
    plain = in_plain_characters(text, path, second) if first else text
    if plain != text:
        first, written = second, second.understood(_parsed, plain, path, second)
    with mistakes.collecting():
        first.check()
    if written is None:
        mistakes.check()
    assert written is not None  # otherwise check() has raised
    return replace(written, mistakes=mistakes)


def _parsed(text: str, path: Path, mistakes: Mistakes) -> Written[ScenarioRecord]:
    return _checked(parse_yaml(text, path, mistakes), path, mistakes)


def _checked(tree: Node, path: Path, mistakes: Mistakes) -> Written[ScenarioRecord]:
    from xhsim.study.scenarios.keys import ScenarioRecord

    return check_record(ScenarioRecord, as_meant(tree, path, mistakes), path, mistakes, "scenario")


def make_scenario(
    name: str,
    changes: Mapping[str, Any] | None = None,
    *,
    extends: str | None = "baseline",
    **others: Any,
) -> Scenario:
    """Make a scenario in code, with the content of a scenario file.

    Parameters
    ----------
    name : str
    changes : mapping of str to number or mapping
        The content of ``set``: numbers, or shapes over time.
    extends : str or None
    **others
        Further keys of a scenario file: ``uncertain``, ``delivery``, ``shocks``, ... The label is
        by default the name. It may be one text for both languages.

    Returns
    -------
    Scenario
        `Study.with_scenario` adds it to a study.

    Raises
    ------
    InputError
        With every mistake in the content. The message names the key instead of the line.

    Examples
    --------
    >>> made = make_scenario("mine", {"RD support": {"step": {"year": 2022, "to": 5.0}}})
    >>> made.extends, made.changes[0].shape
    ('baseline', Step(year=2022.0, to=5.0))
    """
    mistakes = Mistakes()
    scenario = understood_scenario(name, changes, {"extends": extends, **others}, mistakes)
    mistakes.check()
    return scenario


def understood_scenario(
    name: str, changes: Mapping[str, Any] | None, others: Mapping[str, Any], mistakes: Mistakes
) -> Scenario:
    """Make a scenario in code, as far as its content is understood.

    Parameters
    ----------
    name, changes, others
        As for `make_scenario`.
    mistakes : Mistakes
        Receives the mistakes.

    Returns
    -------
    Scenario
        Without the parts that are wrong.

    Raises
    ------
    InputError
        If it has no name.
    """
    if not isinstance(name, str) or not name.strip():
        raise InputError(f"a scenario needs a name, not {name!r}")
    if changes is not None and not isinstance(changes, Mapping):
        raise InputError(
            f"the changes of a scenario are a mapping of parameters to values, not {changes!r}",
            hint='write {"RD support": 5}, or a shape in place of the number',
        )
    said = {"label": name, "description": f"{name}, made in code.", "extends": "baseline", **others}
    said |= {"set": dict(changes or {})}
    if said["extends"] is None:
        del said["extends"]
    return _scenario(name, _checked(Node.of(said), Path(f'scenario "{name}"'), mistakes))


def _scenario(name: str, written: Written[ScenarioRecord]) -> Scenario:
    """Convert a record to a scenario; mistakes are added to those of the record."""
    from xhsim.study.files.schema import label_of

    record, mistakes = written.record, written.mistakes
    label = label_of(record.label)
    changes, beliefs = (
        _changes(written, "set"),
        read_beliefs(written, record.uncertain, "uncertain"),
    )
    paths, meets = _changes(written, "paths"), read_meets(written)
    correlations, delivery = _correlations(written), _delivery(written)
    disturbances = _disturbances(written)
    rules = read_rules(written)
    _check_once([*changes, *beliefs], mistakes)
    _check_once([*paths, *meets], mistakes)
    return Scenario(
        name=name,
        label=label,
        description=label.en if record.description is None else record.description,
        extends=record.extends,
        changes=tuple(changes),
        beliefs=beliefs,
        reference=record.reference,
        where=written.place("extends"),
        run=RunSettings(**record.run.model_dump()) if record.run else RunSettings(),
        run_place=written.place("run", "structure") if record.run else None,
        correlations=correlations,
        delivery=delivery,
        disturbances=disturbances,
        rules=rules,
        paths=tuple(paths),
        meets=meets,
    )


def _changes(written: Written[ScenarioRecord], section: str) -> list[Change]:
    found = []
    for key, value in getattr(written.record, section).items():
        with written.mistakes.collecting():
            found.append(make_change(key, value, written.place(section, key)))
    return found


def read_beliefs(
    written: Written[Any], texts: Mapping[str, str], *steps: str
) -> tuple[Belief, ...]:
    """Parse a mapping of names to priors; mistakes are added to those of the record.

    Parameters
    ----------
    written : Written
        The record that contains the mapping.
    texts : mapping of str to str
        Priors by parameter, or by elements of a parameter.
    *steps : str
        Keys in the record that lead to the mapping.
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
                hint="a share of 1 is the full change" if key == "share" else "write it in years",
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
            shock = Shock(item.first_year, spread, item.persistence, item.over == "year")
            found.append(Disturbance(name, shock, where))
    return tuple(found)


def _check_once(entries: list[Change | Belief | Meet], mistakes: Mistakes) -> None:
    """Check that no quantity or element is given twice in one file."""
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
    """Return a scenario with its ancestors, the first ancestor first.

    Parameters
    ----------
    name : str
        The scenario.
    scenarios : mapping of str to Scenario
        All scenarios.

    Raises
    ------
    InputError
        If a scenario does not exist, or is its own ancestor.
    """
    if not isinstance(name, str):
        raise InputError(f"the name of a scenario is a text, not {described(name)}")
    if name not in scenarios and Path(name).suffix.lower() in (".yaml", ".yml"):
        raise InputError(
            f'"{name}" is a file, not the name of a scenario of the study',
            hint="add it to the study: study.with_scenario("
            f'xhsim.study.scenarios.scenario.read_scenario("{name}"))',
        )
    if name not in scenarios:
        raise InputError(f'unknown scenario "{name}"', hint=nearest(name, scenarios))
    chain = [scenarios[name]]
    while (parent := chain[-1].extends) is not None:
        child = chain[-1]
        names = [scenario.name for scenario in chain]
        if parent not in scenarios:
            missing = MissingParent(
                f'scenario "{child.name}" extends "{parent}", which does not exist',
                file=child.where.file,
                line=child.where.line,
                hint=nearest(parent, {k: s for k, s in scenarios.items() if s is not child}),
            )
            missing.parent = parent
            raise missing
        if parent in names:
            # The circle is written from its alphabetically first name, so the message is the same
            # from whichever scenario it is entered.
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
