"""The calibration plan: the parameters to estimate, the observations used and their errors."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from xhsim.arguments import checked
from xhsim.errors import InputError, did_you_mean
from xhsim.study.files.mistakes import Mistakes, Place
from xhsim.study.files.records import Written, read_record
from xhsim.study.history.observations import Observation
from xhsim.study.names import Reference, canonical, find_elements, find_name, parse_reference
from xhsim.study.parameters.parameter import Parameter
from xhsim.study.parameters.prior_text import parse_prior
from xhsim.study.parameters.priors import Prior
from xhsim.study.scenarios.scenario import Belief, read_beliefs

if TYPE_CHECKING:
    from xhsim.study.files.schema import CalibrationRecord, GrowthErrorsRecord

__all__ = [
    "SCALED",
    "CalibrationPlan",
    "GrowthErrors",
    "Hindcast",
    "Offset",
    "Rows",
    "check_plan",
    "read_plan",
]


SCALED = "used to scale the model"


@dataclass(frozen=True)
class Rows:
    """Observations of a series that are treated differently, with the reason.

    Parameters
    ----------
    series : str
    years : tuple of int
        Empty means all years.
    why : str
        The reason.
    where : Place
    """

    series: str
    years: tuple[int, ...]
    why: str
    where: Place

    def covers(self, row: Observation) -> bool:
        """Return whether an observation is one of these rows."""
        return row.series == self.series and (not self.years or row.first_year in self.years)


@dataclass(frozen=True)
class Offset(Rows):
    """Observations of another vintage, whose level differs by a factor that is also estimated.

    Parameters
    ----------
    series, years, why, where
        As for `Rows`.
    prior : Prior
        Prior of the logarithm of the factor.
    """

    prior: Prior


@dataclass(frozen=True)
class Hindcast:
    """Settings of the hindcasts: how each excludes what was learnt after its last year of data.

    Parameters
    ----------
    origins : tuple of int
        The years from which forecasts are made, in increasing order. A forecast uses no figure of
        a later year.
    parameters : tuple of Reference
        The parameters to calibrate.
    beliefs : tuple of Belief
        Priors as they would have been at that time, where they differ from those of the plan or
        of the parameters' records.
    unknown : mapping of str to mapping of float to float
        For parameters with a yearly shock: the deviation, by year, that removes from the model
        what it has learnt since. The shock is added to it. Each origin uses the years after it.
    lasting : tuple of str
        Names in `unknown` of changes that last. What had happened up to the origin stays known.
    apart : tuple of str
        Series that summaries also leave out, because they could decide the scores alone.
    where : Place
    """

    origins: tuple[int, ...]
    parameters: tuple[Reference, ...]
    beliefs: tuple[Belief, ...]
    unknown: Mapping[str, Mapping[float, float]]
    lasting: tuple[str, ...]
    apart: tuple[str, ...]
    where: Place

    def removed(self, name: str, origin: int) -> dict[int, float]:
        """Return what is added to a parameter to remove what is known of the years after an origin.

        Parameters
        ----------
        name : str
            A name in `unknown`.
        origin : int

        Returns
        -------
        dict of int to float
            By year: 0 at the origin, and the deviation in each later year. Between the years given
            it is a straight line; before the first one it is 0, and after the last one it stays.

        Examples
        --------
        >>> knots = {2019: 0.1, 2021: 0.3}
        >>> past = Hindcast((2018, 2020), (), (), {"tax": knots}, ("tax",), (), Place("a", 1))
        >>> past.removed("tax", 2018)
        {2018: 0.0, 2019: 0.1, 2020: 0.2, 2021: 0.3}
        >>> {year: round(value, 3) for year, value in past.removed("tax", 2020).items()}
        {2020: 0.0, 2021: 0.1}
        """
        knots = self.unknown[name]
        lasts = canonical(name) in map(canonical, self.lasting)
        known = _level(knots, origin) if lasts else 0.0
        later = range(origin + 1, max(origin + 1, int(max(knots))) + 1)
        return {origin: 0.0} | {year: _level(knots, year) - known for year in later}


@dataclass(frozen=True)
class GrowthErrors:
    """Standard deviations of observed growth rates, in percentage points.

    Parameters
    ----------
    by_grade, by_series : mapping of str to float
        By the grade of the source, and for single series instead.
    others : float or None
        For all rates that neither of the two covers.
    """

    by_grade: Mapping[str, float]
    by_series: Mapping[str, float]
    others: float | None

    def of(self, row: Observation) -> float | None:
        """Return the standard deviation of a growth rate, or None if there is none."""
        found = self.by_series.get(row.series, self.by_grade.get(row.grade))
        return self.others if found is None else found


@dataclass(frozen=True)
class CalibrationPlan:
    """The content of ``calibration.yaml``.

    Parameters
    ----------
    until : int
        The last year of history that is used.
    parameters : tuple of Reference
        The parameters to calibrate.
    beliefs : tuple of Belief
        Priors without the information in history, where they differ from the parameters' records.
    held : mapping of str to float
        Parameters that have another value while the model is compared with history, such as a
        switch that otherwise leads every run through the last published figures.
    by_grade : mapping of str to float
        Relative standard deviation of an observation, by the grade of its source.
    by_series : mapping of str to float
        Relative standard deviation of single series; it replaces that of the grade.
    estimate : float
        Minimum relative standard deviation of an observation with status ``estimate``.
    growth : GrowthErrors
        Standard deviations of growth rates; the others are for levels and changes.
    left_out : tuple of Rows
        Observations that are not used.
    scaled_by : tuple of Rows
        Observations that constants of the model were set by. Tables of fit leave them out.
    offsets : tuple of Offset
    hindcast : Hindcast or None
    where : Place
    """

    until: int
    parameters: tuple[Reference, ...]
    beliefs: tuple[Belief, ...]
    held: Mapping[str, float]
    by_grade: Mapping[str, float]
    by_series: Mapping[str, float]
    estimate: float
    growth: GrowthErrors
    left_out: tuple[Rows, ...]
    scaled_by: tuple[Rows, ...]
    offsets: tuple[Offset, ...]
    hindcast: Hindcast | None
    where: Place

    def error_of(self, row: Observation) -> float:
        """Return the standard deviation of an observation.

        It is relative for a level; for a change it is that of the ratio of the two levels, also
        relative; for a growth rate it is in percentage points.

        Raises
        ------
        InputError
            If the plan has no error for it.
        """
        if row.measure == "growth":
            points = self.growth.of(row)
            if points is None:
                raise InputError(
                    f'an observation of "{row.series}" is a growth rate, for which '
                    f"{Path(self.where.file).name} has no error",
                    file=row.where.file,
                    line=row.where.line,
                    hint='write "growth: 0.5" below "errors:", in percentage points',
                )
            return points
        if row.series in self.by_series:
            return self.by_series[row.series]
        if row.grade not in self.by_grade:
            raise InputError(
                f'an observation of "{row.series}" has the grade "{row.grade}", for which '
                f"{Path(self.where.file).name} has no error",
                file=row.where.file,
                line=row.where.line,
                hint=did_you_mean(row.grade, self.by_grade)
                or f"known grades: {', '.join(self.by_grade)}",
            )
        least = self.estimate if row.status == "estimate" else 0.0
        return max(self.by_grade[row.grade], least)

    def used(self, rows: Sequence[Observation], until: int | None = None) -> list[Observation]:
        """Return the observations that a calibration uses, in the order of the file.

        Parameters
        ----------
        rows : sequence of Observation
        until : int, optional
            The last year; by default that of the plan.
        """
        last = self.until if until is None else until
        return [
            row
            for row in rows
            if row.can_be_compared
            and row.last_year <= last
            and not any(item.covers(row) for item in self.left_out)
        ]

    def scales(self, row: Observation) -> bool:
        """Return whether an observation was used to scale the model."""
        return any(item.covers(row) for item in self.scaled_by)

    def held_values(self, parameters: Mapping[str, Parameter]) -> dict[str, float]:
        """Return what is held, by the names of the parameters as their records spell them.

        Parameters
        ----------
        parameters : mapping of str to Parameter

        Returns
        -------
        dict of str to float
        """
        return {
            find_name(name, parameters, "parameter", self.where).name: value
            for name, value in self.held.items()
        }

    def offset_of(self, row: Observation) -> int | None:
        """Return the index of the offset that applies to an observation, or None."""
        return next((n for n, item in enumerate(self.offsets) if item.covers(row)), None)


def _level(knots: Mapping[float, float], year: float) -> float:
    """Return the level in a year of a path given by knots; 0 before the first one."""
    years = sorted(knots)
    if year < years[0]:
        return 0.0
    if year >= years[-1]:
        return knots[years[-1]]
    before = max(each for each in years if each <= year)
    after = min(each for each in years if each > year)
    share = (year - before) / (after - before)
    return knots[before] * (1 - share) + knots[after] * share


@checked
def read_plan(path: Path) -> CalibrationPlan:
    """Read ``calibration.yaml``.

    Parameters
    ----------
    path : Path

    Returns
    -------
    CalibrationPlan

    Raises
    ------
    InputError
        With every mistake in the file. `check_plan` checks whether the names exist.

    Examples
    --------
    >>> from xhsim.study.bundled import bundled_folder
    >>> plan = read_plan(bundled_folder() / "model" / "calibration.yaml")
    >>> plan.until, len(plan.parameters) > 20
    (2021, True)
    """
    from xhsim.study.files.schema import CalibrationRecord

    written = read_record(CalibrationRecord, path, "calibration")
    record = written.record
    hindcast = None
    if record.hindcast is not None:
        until = record.hindcast.until
        hindcast = Hindcast(
            tuple(sorted(set([until] if isinstance(until, int) else until))),
            _references(written, record.hindcast.parameters, "hindcast", "parameters"),
            read_beliefs(written, record.hindcast.uncertain, "hindcast", "uncertain"),
            record.hindcast.unknown,
            tuple(record.hindcast.lasting),
            tuple(record.hindcast.apart),
            written.place("hindcast"),
        )
    left_out = [
        Rows(item.series, tuple(item.years), item.why, written.place("left_out", number))
        for number, item in enumerate(record.left_out)
    ]
    plan = CalibrationPlan(
        record.until,
        _references(written, record.parameters, "parameters"),
        read_beliefs(written, record.uncertain, "uncertain"),
        record.held,
        record.errors.by_grade,
        record.errors.by_series,
        record.errors.estimate,
        _growth_errors(record.errors.growth),
        tuple(left_out),
        tuple(
            Rows(item.series, tuple(item.years), SCALED, written.place("scaled_by", number))
            for number, item in enumerate(record.scaled_by)
        ),
        tuple(
            Offset(item.series, tuple(item.years), item.why, written.place("offsets", n), prior)
            for n, item in enumerate(record.offsets)
            if (prior := written.understood(parse_prior, item.prior, "offsets", n, "prior"))
            is not None
        ),
        hindcast,
        written.where,
    )
    written.mistakes.check()
    return plan


def _growth_errors(written: float | GrowthErrorsRecord | None) -> GrowthErrors:
    if written is None or isinstance(written, float | int):
        return GrowthErrors({}, {}, written)
    return GrowthErrors(written.by_grade, written.by_series, written.others)


def _references(
    written: Written[CalibrationRecord], texts: Sequence[str], *steps: str
) -> tuple[Reference, ...]:
    found = []
    for number, text in enumerate(texts):
        with written.mistakes.collecting():
            found.append(parse_reference(text, written.place(*steps, number)))
    return tuple(found)


def _check_held(
    plan: CalibrationPlan, parameters: Mapping[str, Parameter], mistakes: Mistakes
) -> None:
    hindcast = plan.hindcast.parameters if plan.hindcast is not None else ()
    estimated = {canonical(reference.name) for reference in (*plan.parameters, *hindcast)}
    for name, value in plan.held.items():
        with mistakes.collecting():
            parameter = find_name(name, parameters, "parameter", plan.where)
            low, high = parameter.range or (-math.inf, math.inf)
            why = "" if low <= value <= high else f"{value:g} is outside its range"
            if parameter.elements:
                why = "it has elements"
            if parameter.canonical in estimated:
                why = "it is estimated"
            if why:
                raise InputError(
                    f'"{name}" cannot be held at one number: {why}',
                    file=plan.where.file,
                    line=plan.where.line,
                    hint="name a parameter without elements that is not under parameters, "
                    "and a value in its range",
                )


def check_plan(
    plan: CalibrationPlan,
    parameters: Mapping[str, Parameter],
    observations: Sequence[Observation],
) -> None:
    """Check that the series, years and parameters of a plan exist.

    Raises
    ------
    InputError
        With every mistake, each once.
    """
    mistakes = Mistakes()
    series = dict.fromkeys(row.series for row in observations)
    for item in (*plan.left_out, *plan.scaled_by, *plan.offsets):
        with mistakes.collecting():
            find_name(item.series, series, "series", item.where)
            if not any(item.covers(row) for row in observations):
                raise InputError(
                    f'"{item.series}" has no observation in {", ".join(map(str, item.years))}',
                    file=item.where.file,
                    line=item.where.line,
                    hint="write years that history.csv has for this series",
                )
    _check_priors(plan.parameters, plan.beliefs, plan.where, parameters, mistakes)
    _check_held(plan, parameters, mistakes)
    if plan.hindcast is not None:
        hindcast = plan.hindcast
        beliefs = (*plan.beliefs, *hindcast.beliefs)
        _check_priors(hindcast.parameters, beliefs, hindcast.where, parameters, mistakes)
        for name in hindcast.unknown:
            with mistakes.collecting():
                parameter = find_name(name, parameters, "parameter", hindcast.where)
                if parameter.shock is None or parameter.elements:
                    what = "no yearly shock" if parameter.shock is None else "elements"
                    raise InputError(
                        f'"{name}" has {what}, so no deviation can be added to it',
                        file=hindcast.where.file,
                        line=hindcast.where.line,
                        hint="name a parameter without elements that has a shock",
                    )
        for name in hindcast.lasting:
            with mistakes.collecting():
                find_name(name, hindcast.unknown, 'name under "unknown"', hindcast.where)
        for name in hindcast.apart:
            with mistakes.collecting():
                find_name(name, series, "series", hindcast.where)
    for row in plan.used(observations):
        with mistakes.collecting():
            plan.error_of(row)
            if row.measure != "level" and plan.offset_of(row) is not None:
                raise InputError(
                    f'an offset shifts levels, but "{row.series}" of {row.year} is a {row.measure}',
                    file=row.where.file,
                    line=row.where.line,
                    hint=f"name the years of the levels in the offset in {plan.where.file}",
                )
    mistakes.check()


def _check_priors(
    references: Sequence[Reference],
    beliefs: Sequence[Belief],
    where: Place,
    parameters: Mapping[str, Parameter],
    mistakes: Mistakes,
) -> None:
    """Check that each parameter to be calibrated exists and has a prior."""
    with_prior = set()
    for belief in beliefs:
        with mistakes.collecting():
            parameter = find_name(belief.reference.name, parameters, "parameter", belief.where)
            chosen = find_elements(belief.reference, parameter.elements, belief.where)
            with_prior |= {(parameter.name, element) for element in chosen or ("",)}
    for reference in references:
        with mistakes.collecting():
            parameter = find_name(reference.name, parameters, "parameter", where)
            chosen = find_elements(reference, parameter.elements, where) or ("",)
            missing = [element for element in chosen if (parameter.name, element) not in with_prior]
            if parameter.prior is None and missing:
                raise InputError(
                    f'"{reference}" cannot be calibrated because it has no prior',
                    file=where.file,
                    line=where.line,
                    hint=f"give it a prior in {parameter.where}",
                )
