"""The monitoring plan: how exact releases are, when lights change, and the date of a monitor."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xhsim.arguments import checked
from xhsim.errors import did_you_mean
from xhsim.study.files.mistakes import Mistakes, Place
from xhsim.study.files.records import read_record
from xhsim.study.history.releases import EARLY, PARTS, Release, parse_date
from xhsim.wording.label import Label

if TYPE_CHECKING:
    from xhsim.study.history.calibration import CalibrationPlan
    from xhsim.study.history.observations import Observation

__all__ = [
    "LIGHTS",
    "MonitoringPlan",
    "ReleaseErrors",
    "check_monitoring",
    "read_monitoring",
]

LIGHTS = {
    "green": Label("green", "绿灯"),
    "amber": Label("amber", "黄灯"),
    "red": Label("red", "红灯"),
}
PART_YEAR = {0.25: 4.0, 0.5: 2.0, 0.75: 1.0}
NO_FILE = Place("monitoring.yaml", 0)


@dataclass(frozen=True)
class ReleaseErrors:
    """Standard deviations of releases of one measure.

    Parameters
    ----------
    by_grade, by_series : mapping of str to float
        By the grade of the source, and for single series instead.
    others : float
        For releases without a grade.
    provisional : float
        The least error of a provisional figure or an estimate.
    """

    by_grade: Mapping[str, float]
    by_series: Mapping[str, float]
    others: float
    provisional: float

    def of(self, figure: Observation) -> float:
        """Return the standard deviation of a figure of a whole year."""
        found = self.by_grade.get(figure.grade, self.others)
        if figure.status in EARLY:
            found = max(found, self.provisional)
        return self.by_series.get(figure.series, found)


@dataclass(frozen=True)
class MonitoringPlan:
    """The content of ``monitoring.yaml``; without the file, its defaults.

    Parameters
    ----------
    levels : ReleaseErrors
        Relative, for levels and changes.
    growth : ReleaseErrors
        In percentage points.
    part_year : mapping of float to float
        What is added to the error of a growth rate that covers a part of a year, by the part: the
        standard deviation, in percentage points, of growth to date around that of the whole year.
    green, red : float
        A light is green at this probability or above, and red below this one.
    day : date or None
        The default date of a monitor.
    title : Label or None
        The title of bulletins.
    why : mapping of str to str
        The reason for each number, by its keys in the file: ``lights.green``.
    places : mapping of str to Place
        File and line of each series that has its own error.
    where : Place
    """

    levels: ReleaseErrors = ReleaseErrors({}, {}, 0.03, 0.03)
    growth: ReleaseErrors = ReleaseErrors({}, {}, 1.5, 1.5)
    part_year: Mapping[float, float] = field(default_factory=lambda: dict(PART_YEAR))
    green: float = 0.66
    red: float = 0.33
    day: date | None = None
    title: Label | None = None
    why: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)
    where: Place = NO_FILE

    def error_of(self, release: Release) -> float:
        """Return the standard deviation of a release as evidence.

        Parameters
        ----------
        release : Release

        Returns
        -------
        float
            Relative for a level or a change, in percentage points for growth. That of a part of a
            year is larger, because growth to date is not growth of the whole year: the two
            variances are added.

        Examples
        --------
        >>> from xhsim.study.bundled import bundled_folder
        >>> from xhsim.study.history.releases import read_releases
        >>> rows = read_releases(bundled_folder() / "model" / "releases.csv")
        >>> [MonitoringPlan().error_of(row) for row in rows if row.series == "population"]
        [0.03]
        """
        errors = self.growth if release.figure.measure == "growth" else self.levels
        own = errors.of(release.figure) if release.error is None else release.error
        return own if release.part == 1 else math.hypot(own, self.part_year[release.part])

    def light(self, probability: float) -> str:
        """Return the light of a target: a key of `LIGHTS`.

        Parameters
        ----------
        probability : float
            That the target is attained.

        Returns
        -------
        str

        Examples
        --------
        >>> [MonitoringPlan().light(probability) for probability in (0.66, 0.5, 0.1)]
        ['green', 'amber', 'red']
        """
        if probability >= self.green:
            return "green"
        return "red" if probability < self.red else "amber"

    def default_date(self, releases: Iterable[Release]) -> date | None:
        """Return the date of a monitor that is asked for without one.

        Parameters
        ----------
        releases : iterable of Release

        Returns
        -------
        date or None
            That of the file, or of the last release; None if there is neither.

        Examples
        --------
        >>> MonitoringPlan(day=date(2023, 6, 30)).default_date([])
        datetime.date(2023, 6, 30)
        """
        return self.day or max((row.published for row in releases), default=None)

    def with_calibration(self, plan: CalibrationPlan | None) -> MonitoringPlan:
        """Return the plan with the errors of calibration.yaml for grades that it does not name.

        Parameters
        ----------
        plan : CalibrationPlan or None
            None changes nothing.

        Returns
        -------
        MonitoringPlan

        Examples
        --------
        >>> from xhsim.study.bundled import bundled_folder
        >>> from xhsim.study.history.calibration import read_plan
        >>> calibration = read_plan(bundled_folder() / "model" / "calibration.yaml")
        >>> MonitoringPlan().with_calibration(calibration).levels.by_grade["press"]
        0.02
        """
        if plan is None:
            return self
        of_growth = dict(plan.growth.by_grade)
        if plan.growth.others is not None:
            of_growth = dict.fromkeys(plan.by_grade, plan.growth.others) | of_growth
        return replace(
            self,
            levels=replace(self.levels, by_grade={**plan.by_grade, **self.levels.by_grade}),
            growth=replace(self.growth, by_grade={**of_growth, **self.growth.by_grade}),
        )


@checked
def read_monitoring(path: Path) -> MonitoringPlan:
    """Read ``monitoring.yaml``.

    Parameters
    ----------
    path : Path

    Returns
    -------
    MonitoringPlan

    Raises
    ------
    InputError
        With every mistake in the file. `check_monitoring` checks whether the series exist.

    Examples
    --------
    >>> from xhsim.study.bundled import bundled_folder
    >>> plan = read_monitoring(bundled_folder() / "model" / "monitoring.yaml")
    >>> plan.green, plan.red, plan.part_year[0.5]
    (0.66, 0.33, 2.0)
    """
    from xhsim.study.history.keys import MonitoringRecord

    written = read_record(MonitoringRecord, path, "monitoring")
    record = written.record
    day = None
    if record.as_of is not None:
        day = written.understood(_date, record.as_of.date, "as_of", "date")
    written.mistakes.check()
    return MonitoringPlan(
        _errors(record.errors.levels),
        _errors(record.errors.growth),
        {PARTS[name]: getattr(record.part_year, name).error for name in ("Q1", "H1", "Q3")},
        record.lights.green.at_least,
        record.lights.red.below,
        day,
        None if record.title is None else record.title.as_label(),
        dict(_reasons(record.model_dump())),
        {
            name: written.place("errors", measure, "by_series", name)
            for measure in ("levels", "growth")
            for name in getattr(record.errors, measure).by_series
        },
        written.where,
    )


def _date(text: str, *, file: Path, line: int, column: int) -> date:
    return parse_date(text, Place(str(file), line), "the date")


def _errors(record: Any) -> ReleaseErrors:
    return ReleaseErrors(
        {name: item.error for name, item in record.by_grade.items()},
        {name: item.error for name, item in record.by_series.items()},
        record.others.error,
        record.provisional.error,
    )


def _reasons(part: Mapping[str, Any], path: str = "") -> Iterable[tuple[str, str]]:
    """Yield the reasons of a record, by the keys that lead to them."""
    for name, inner in part.items():
        if name == "why":
            yield path, inner
        elif isinstance(inner, Mapping):
            yield from _reasons(inner, f"{path}.{name}" if path else name)


def check_monitoring(
    plan: MonitoringPlan,
    releases: Sequence[Release],
    history: Sequence[Observation],
) -> None:
    """Check that releases have an error, and that the series of a plan exist.

    Parameters
    ----------
    plan : MonitoringPlan
        With the errors of calibration.yaml.
    releases : sequence of Release
    history : sequence of Observation

    Raises
    ------
    InputError
        With every mistake, each once.
    """
    mistakes = Mistakes()
    series = dict.fromkeys([*(row.series for row in releases), *(row.series for row in history)])
    for errors in (plan.levels, plan.growth):
        for name in errors.by_series:
            if name not in series:
                mistakes.add(
                    f'there is no series "{name}"',
                    file=plan.places[name].file,
                    line=plan.places[name].line,
                    hint=did_you_mean(name, series) or "name a series of releases.csv",
                )
    for row in releases:
        errors = plan.growth if row.figure.measure == "growth" else plan.levels
        grade = row.figure.grade
        has_own = row.error is not None or row.series in errors.by_series
        known = errors.by_grade
        if row.can_be_compared and grade and known and grade not in known and not has_own:
            mistakes.add(
                f'the release of "{row.series}" has the grade "{grade}", which has no error',
                file=row.where.file,
                line=row.where.line,
                hint=did_you_mean(grade, known)
                or f"known grades: {', '.join(known)}; or write the error in its column",
            )
    mistakes.check()
