"""The assumptions of a report: scenario settings, distributions, contradictions in the plan."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xhsim.analysis.history.stored_hindcast import fitting_hindcast
from xhsim.engine.paths import Path
from xhsim.study.names import Reference, parse_reference
from xhsim.study.scenarios.resolve import ResolvedScenario, Setting
from xhsim.study.scenarios.rules import PolicyRule
from xhsim.study.scenarios.shapes import Shape, as_path

if TYPE_CHECKING:
    from xhsim.analysis.history.hindcast import HindcastResult
    from xhsim.analysis.study import Study
    from xhsim.study.consistency import Inconsistency
    from xhsim.study.parameters.priors import Prior

__all__ = [
    "Grounds",
    "Interval",
    "ReportedBelief",
    "ReportedChange",
    "ValueInYears",
    "gather_grounds",
    "levels_by_year",
]

BELIEFS = 15  # number of uncertain parameters shown


@dataclass(frozen=True)
class ValueInYears:
    """A value, and the first and last year to which it applies."""

    first: int
    last: int
    value: float


@dataclass(frozen=True)
class Interval:
    """An interval that contains nine in ten draws, with equal tails."""

    low: float
    high: float


@dataclass(frozen=True)
class ReportedChange:
    """One setting of a scenario or of one that it extends.

    Attributes
    ----------
    kind : str
        ``value``, ``belief`` (a prior of the scenario), ``shock``, ``share`` or ``delay`` (of
        delivery), ``rank`` (a rank correlation of two parameters), ``rule``, ``given`` (a path of a
        computed variable), or ``met`` and ``met_growth`` (a target that an instrument meets).
    names : tuple of Reference
        The parameter, or both parameters; a variable, and its instrument; none for delivery.
    unit : str
    before, after : tuple of ValueInYears or Interval or None
        Values by year, in the scenario compared with and in this one; for a distribution, its
        interval; for a rank correlation, one value whose years mean nothing.
    place : str
        File and line, relative to the study's folder.
    rule : PolicyRule or None
        What a rule says, in place of values.
    """

    kind: str
    names: tuple[Reference, ...]
    unit: str
    before: tuple[ValueInYears, ...] | Interval | None
    after: tuple[ValueInYears, ...] | Interval | None
    place: str
    rule: PolicyRule | None = None


@dataclass(frozen=True)
class ReportedBelief:
    """An uncertain number that targets depend on.

    Attributes
    ----------
    name : Reference
    unit : str
    value : float
        Median of the draws.
    interval : Interval
        For a yearly shock: the interval of a single year's deviation.
    kind : str
        ``posterior``, ``prior``, ``scenario`` (a prior in the scenario), ``shock``, or
        ``delivery`` (a lever whose change is late or partial).
    source : str
        Source in the parameter's record.
    target : str
        Id of the target whose spread depends on it most.
    share : float
        Share of that target's spread, with the sign of the effect.
    """

    name: Reference
    unit: str
    value: float
    interval: Interval
    kind: str
    source: str
    target: str
    share: float


@dataclass(frozen=True)
class Grounds:
    """The assumptions of a report.

    Attributes
    ----------
    changes : mapping of str to tuple of ReportedChange
        By scenario.
    beliefs : tuple of ReportedBelief
        The most influential first.
    untold : float
        Of the spread that depends on single numbers, the share of numbers that history says
        nothing about: mean over targets.
    uncertain : int
        How many numbers are drawn.
    from_history : int
        How many of them are drawn from the stored posterior.
    until : int or None
        The last year of history used for the posterior.
    observations, series : int
        Number of published figures in the study, and of their series.
    contradictions : tuple of Inconsistency
    origins : tuple of int
        The years from which the study's hindcasts are made; none if it does not define them.
    hindcast : HindcastResult or None
        The stored hindcasts; None if none are stored or the study has changed since.
    """

    changes: Mapping[str, tuple[ReportedChange, ...]]
    beliefs: tuple[ReportedBelief, ...]
    untold: float
    uncertain: int
    from_history: int
    until: int | None
    observations: int
    series: int
    contradictions: tuple[Inconsistency, ...]
    origins: tuple[int, ...]
    hindcast: HindcastResult | None


def gather_grounds(
    study: Study, others: Mapping[str, str | None], drivers: Mapping[str, pd.DataFrame]
) -> Grounds:
    """Gather the assumptions of a report.

    Parameters
    ----------
    study : Study
    others : mapping of str to str or None
        Scenarios, and the one that each is compared with.
    drivers : mapping of str to DataFrame
        Results of `Study.importance`, by scenario.

    Returns
    -------
    Grounds

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> grounds = gather_grounds(
    ...     study, {"plan": "baseline"}, {"plan": study.importance("plan", draws=64)}
    ... )
    >>> [str(change.names[0]) for change in grounds.changes["plan"]][:2]
    ['programme share', 'RD support']
    """
    files = study.files
    tables = [table.fillna(0.0) for table in drivers.values()]
    signed, scenario = tables[0], files.resolve(next(iter(drivers)))
    squares = pd.concat([table**2 for table in tables]).groupby(level=0, sort=False).mean()
    order = squares.mean(axis=1).sort_values(ascending=False, kind="stable").index
    known = [_kind(study, scenario, str(name)) == "posterior" for name in signed.index]
    untold = (signed[~np.array(known, dtype=bool)] ** 2).sum() / (signed**2).sum()
    beliefs = [
        _belief(study, scenario, str(name), {str(key): r for key, r in signed.loc[name].items()})
        for name in order
        if name in signed.index
    ][:BELIEFS]
    past = None if files.calibration is None else files.calibration.hindcast
    return Grounds(
        changes={name: tuple(_changes(study, name, other)) for name, other in others.items()},
        beliefs=tuple(beliefs),
        untold=float(untold.mean()),
        uncertain=len(signed),
        from_history=sum(known),
        until=None if files.posterior is None else files.posterior.until,
        observations=len(files.observations),
        series=len({row.series for row in files.observations}),
        contradictions=tuple(files.inconsistencies()),
        origins=past.origins if past is not None else (),
        hindcast=None if past is None else fitting_hindcast(study),
    )


def levels_by_year(value: float | Path, first: int, last: int) -> tuple[ValueInYears, ...]:
    """List the values of a quantity by year. Neighbouring years with equal values are one entry.

    Parameters
    ----------
    value : float or Path
        A constant, or a path over time.
    first, last : int
        Years.

    Examples
    --------
    >>> [(level.first, level.last, level.value) for level in
    ...  levels_by_year(Path([2021, 2022], [1.0, 4.0]), 2020, 2025)]
    [(2020, 2021, 1.0), (2022, 2025, 4.0)]
    """  # fmt: skip
    years = range(first, last + 1)
    if isinstance(value, Path):
        levels = [float(level) for level in value.at(list(years))]
    else:
        levels = [float(value)] * len(years)
    found = []
    for level, group in groupby(zip(years, levels, strict=True), key=lambda pair: pair[1]):
        own = [year for year, _ in group]
        found.append(ValueInYears(own[0], own[-1], level))
    return tuple(found)


def _changes(study: Study, name: str, other: str | None) -> Iterator[ReportedChange]:
    resolved = study.files.resolve(name)
    compared = None if other is None else study.files.resolve(other)
    first = min((target.base_year for target in study.targets.values()), default=0)
    last = max((target.deadline for target in study.targets.values()), default=0)
    for setting in resolved.settings.values():
        parameter = setting.parameter
        mate = None if compared is None else compared.settings[parameter.name]
        for number, element in enumerate(parameter.elements or ("",)):
            reference = Reference(parameter.name, (element,) if element else ())
            if setting.changes[element]:
                before = _own(parameter.array, number) if mate is None else _one(mate, number)
                yield ReportedChange(
                    "value",
                    (reference,),
                    parameter.unit,
                    levels_by_year(before, first, last),
                    levels_by_year(_one(setting, number), first, last),
                    setting.origins[element][0].seen_from(study.files.folder),
                )
            if setting.overrides_prior(element):
                yield ReportedChange(
                    "belief",
                    (reference,),
                    parameter.unit,
                    _interval((mate or _plain(setting)).prior_of(element)),
                    _interval(setting.prior_of(element)),
                    setting.prior_from[element].seen_from(study.files.folder),
                )
    yield from _besides(study, resolved)


def _besides(study: Study, resolved: ResolvedScenario) -> Iterator[ReportedChange]:
    for name in resolved.chain:
        for item in study.scenarios[name].disturbances:
            parameter = study.parameters[item.name]
            yield ReportedChange(
                "shock",
                (Reference(parameter.name),),
                parameter.unit,
                _interval(None if parameter.shock is None else parameter.shock.spread),
                _interval(None if item.shock is None else item.shock.spread),
                item.where.seen_from(study.files.folder),
            )
    delivery = resolved.delivery
    if delivery is not None:
        for kind, prior in (("share", delivery.share), ("delay", delivery.delay)):
            if prior is not None:
                place = delivery.where.seen_from(study.files.folder)
                yield ReportedChange(
                    kind, (), "year" * (kind == "delay"), None, _interval(prior), place
                )
    yield from _decided(study, resolved)
    for pair in resolved.correlations:
        rank = (ValueInYears(0, 0, pair.rank),)
        yield ReportedChange(
            "rank",
            (pair.one, pair.other),
            "",
            None,
            rank,
            pair.where.seen_from(study.files.folder),
        )
    for rule in resolved.rules:
        place = rule.where.seen_from(study.files.folder)
        yield ReportedChange("rule", (), "", None, None, place, rule)


def _decided(study: Study, resolved: ResolvedScenario) -> Iterator[ReportedChange]:
    """List the computed variables that a scenario decides, in the years whose values are known."""
    last = max((target.deadline for target in study.targets.values()), default=0)
    find, folder = study.model.names.find, study.files.folder
    for path in resolved.paths:
        first = max(path.shape.first_change, min(_base_years(study)))
        known = _known_years(path.shape, range(math.ceil(first), last + 1))
        unit, place = find(path.reference.name).unit, path.where.seen_from(folder)
        yield ReportedChange("given", (path.reference,), unit, None, known, place)
    for meet in resolved.meets:
        known = _known_years(meet.shape, meet.years(last))
        is_growth = meet.measure == "growth"
        yield ReportedChange(
            "met_growth" if is_growth else "met",
            (meet.reference, meet.by),
            "%" if is_growth else find(meet.reference.name).unit,
            None,
            known,
            meet.where.seen_from(folder),
        )


def _base_years(study: Study) -> list[int]:
    return [target.base_year for target in study.targets.values()] or [0]


def _known_years(shape: Shape, years: Iterable[int]) -> tuple[ValueInYears, ...]:
    """List the values of a shape in years in which they do not depend on what it lies over."""
    one, other = (as_path(shape.over(base)) for base in (0.0, 1.0))
    found = []
    for level, group in groupby(
        (year for year in years if one.at(year) == other.at(year)),
        key=lambda year: float(one.at(year)),
    ):
        own = list(group)
        found.append(ValueInYears(own[0], own[-1], level))
    return tuple(found)


def _plain(setting: Setting) -> Setting:
    """Return the setting of a parameter without any scenario."""
    parameter = setting.parameter
    elements = parameter.elements or ("",)
    return Setting(parameter, dict.fromkeys(elements, ()), parameter.prior, {}, parameter.shock)


def _one(setting: Setting, number: int) -> float | Path:
    return _own(setting.value, number)


def _own(value: float | np.ndarray | Path, number: int) -> float | Path:
    """Return one element of a parameter's value."""
    if isinstance(value, Path):
        if value.values.ndim == 1:
            return value
        return Path(value.times, value.values[:, number], value.slopes[:, number])
    return float(np.atleast_1d(value)[number])


def _interval(prior: Prior | None) -> Interval | None:
    return None if prior is None else Interval(*prior.interval(0.9))


def _split_name(name: str) -> tuple[Reference, str]:
    reference = parse_reference(name)
    return reference, reference.elements[0] if reference.elements else ""


def _kind(study: Study, scenario: ResolvedScenario, name: str) -> str:
    """Return the kind of distribution from which a number is drawn."""
    reference, element = _split_name(name)
    setting, posterior = scenario.settings[reference.name], study.files.posterior
    if setting.overrides_prior(element):
        return "scenario"
    if posterior is not None and posterior.has(reference.name, element):
        return "posterior"
    if setting.prior_of(element) is not None:
        return "prior"
    return "delivery" if setting.shock is None else "shock"


def _belief(
    study: Study, scenario: ResolvedScenario, name: str, correlations: Mapping[str, float]
) -> ReportedBelief:
    reference, element = _split_name(name)
    setting = scenario.settings[reference.name]
    kind = _kind(study, scenario, name)
    low, middle, high = _quantiles(study, setting, element, kind)
    target, strongest = max(correlations.items(), key=lambda pair: abs(pair[1]))
    return ReportedBelief(
        reference,
        setting.parameter.unit,
        middle,
        Interval(low, high),
        kind,
        setting.parameter.source,
        target,
        strongest * abs(strongest),
    )


def _quantiles(study: Study, setting: Setting, element: str, kind: str) -> Sequence[float]:
    shares = [0.05, 0.5, 0.95]
    posterior, prior = study.files.posterior, setting.prior_of(element)
    if kind == "posterior" and posterior is not None:
        column = posterior.column(setting.parameter.name, element)
        return [float(value) for value in np.quantile(column, shares)]
    if kind == "shock" and setting.shock is not None:
        prior = setting.shock.spread
    if prior is None:  # of delivery
        return [float("nan")] * 3
    return [float(value) for value in prior.quantile(shares)]
