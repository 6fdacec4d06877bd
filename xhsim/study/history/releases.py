"""Releases: figures published after the calibration, each with its date of publication."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from xhsim.arguments import checked
from xhsim.errors import InputError, did_you_mean
from xhsim.study.files.csv_reader import read_csv
from xhsim.study.files.mistakes import Mistakes, Place
from xhsim.study.history.observations import Observation, observation_of, read_number
from xhsim.study.names import Reference, canonical, parse_reference

__all__ = [
    "PARTS",
    "STATUSES",
    "Release",
    "parse_date",
    "parse_terms",
    "read_releases",
    "same_meaning",
    "yearly_series",
]


# What a period to date is of its year. Three months more are a quarter more.
PARTS = {"": 1.0, "Q1": 0.25, "H1": 0.5, "Q2": 0.5, "Q3": 0.75}
EARLY = ("provisional", "estimate")  # a figure of a whole year may be published before it ends
STATUSES = ("reported", "provisional", "estimate", "derived", "final")
COLUMNS = (
    *("series", "period", "value", "high", "unit", "variable", "measure", "kind"),
    *("error", "grade", "status", "published", "source", "note"),
)
NEEDED = ("series", "period", "value", "unit", "published", "source")
_PERIOD = re.compile(r"([0-9]{4})(Q1|H1|Q2|Q3)?")
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


@dataclass(frozen=True)
class Release:
    """One row of releases.csv.

    Parameters
    ----------
    figure : Observation
        What was published, as the functions of ``xhsim.study.history.comparison`` take it. Its
        `variable` is the text of the file: for a sum it names several variables, see `terms`. A
        figure of a part of a year is growth, and stands for the growth of the whole year.
    published : date
        The date of publication; if only the month or the year is known, its last day.
    dated : str
        The date as written: ``2023-01``.
    part : float
        The part of the year that the figure covers, from its beginning: 1, 0.75, 0.5 or 0.25.
    terms : tuple of Reference
        The variables, or elements of variables, whose sum it is compared with; none if it is
        carried and not compared.
    error : float or None
        The standard deviation that the file gives: relative for a level or a change, percentage
        points for growth. None if the grade decides, see
        `xhsim.study.history.monitoring.MonitoringPlan.error_of`.
    where : Place
        File and line.
    """

    figure: Observation
    published: date
    dated: str
    part: float
    terms: tuple[Reference, ...]
    error: float | None
    where: Place

    @property
    def series(self) -> str:
        """The name of the series."""
        return self.figure.series

    @property
    def year(self) -> int:
        """The year, of which the figure may cover a part."""
        return self.figure.last_year

    @property
    def period(self) -> str:
        """The period: ``2022``, or ``2022H1``."""
        return f"{self.year}{next(name for name, part in PARTS.items() if part == self.part)}"

    @property
    def can_be_compared(self) -> bool:
        """Whether it names a variable of the model."""
        return bool(self.terms)

    @property
    def quantity(self) -> tuple[str, ...]:
        """The terms in one spelling and order, so that two releases can be compared."""
        return tuple(sorted(_spelled(term) for term in self.terms))


def _spelled(term: Reference) -> str:
    return str(Reference(canonical(term.name), tuple(map(canonical, term.elements))))


def same_meaning(one: Release, other: Release) -> bool:
    """Return whether two releases say the same, perhaps in other words or from another source.

    Parameters
    ----------
    one, other : Release

    Returns
    -------
    bool
    """
    mine, its = one.figure, other.figure
    return (
        (one.published, one.part, one.quantity) == (other.published, other.part, other.quantity)
        and (mine.last_year, mine.measure, mine.kind) == (its.last_year, its.measure, its.kind)
        and (mine.value, mine.high, mine.unit) == (its.value, its.high, its.unit)
        and (one.error, mine.grade, mine.status) == (other.error, its.grade, its.status)
    )


def yearly_series(releases: Iterable[Release]) -> tuple[Release, ...]:
    """Return one release of each series whose figures are points of whole years.

    Parameters
    ----------
    releases : iterable of Release

    Returns
    -------
    tuple of Release
        For each series and measure the latest figure that is compared with the model, by name.

    Examples
    --------
    >>> from xhsim.study.bundled import bundled_folder
    >>> rows = read_releases(bundled_folder() / "model" / "releases.csv")
    >>> [row.series for row in yearly_series(rows)][:3]
    ['fiscal_revenue', 'gdp', 'hq_and_rd_centres']
    """
    found: dict[tuple[str, str], Release] = {}
    for row in sorted(releases, key=lambda row: (row.year, row.published, row.where.line)):
        whole = row.part == 1 and row.figure.first_year == row.figure.last_year
        if whole and row.figure.kind == "point" and row.can_be_compared:
            found[row.series, row.figure.measure] = row
    return tuple(found[key] for key in sorted(found))


def parse_date(text: str, place: Place | None = None, what: str = "the date") -> date:
    """Read a date; a month counts as its last day, and a year too.

    Parameters
    ----------
    text : str
        ``2023-01-17``, ``2023-01`` or ``2023``.
    place : Place, optional
        File and line, for messages.
    what : str
        What it is the date of, for messages.

    Returns
    -------
    date

    Raises
    ------
    InputError
        If there is no such date.

    Examples
    --------
    >>> parse_date("2023-02"), parse_date("2024-01-17")
    (datetime.date(2023, 2, 28), datetime.date(2024, 1, 17))
    """
    found = _DATE.fullmatch(text)
    hint = "write 2023-01-17, or 2023-01 if only the month is known"
    try:
        if found is None:
            raise ValueError
        year, month, day = int(found[1]), int(found[2] or 12), found[3]
        first = date(year, month, 1)
        if day is None:
            return first.replace(day=calendar.monthrange(year, month)[1])
        hint = f"{first:%Y-%m} has {calendar.monthrange(year, month)[1]} days"
        return first.replace(day=int(day))
    except ValueError:
        raise InputError(
            f'{what} "{text}" is not a date',
            file=place.file if place else None,
            line=place.line if place else None,
            hint=hint,
        ) from None


def parse_terms(text: str, place: Place | None = None) -> tuple[Reference, ...]:
    """Read the variables whose sum a figure is compared with.

    Parameters
    ----------
    text : str
        ``name``, ``name[Element]`` or several of these with ``+`` between them; may be empty.
    place : Place, optional
        File and line, for messages.

    Returns
    -------
    tuple of Reference
        In the order of the text.

    Raises
    ------
    InputError
        If a part of it is not a name, or stands twice.

    Examples
    --------
    >>> [str(term) for term in parse_terms("centres[Foreign] + head offices")]
    ['centres[Foreign]', 'head offices']
    """
    if not text.strip():
        return ()
    file, line = (place.file, place.line) if place else (None, None)
    found: dict[str, Reference] = {}
    for part in re.split(r"\+(?![^\[]*\])", text):
        if not part.strip():
            raise InputError(
                f'"{text}" lacks a name beside "+"',
                file=file,
                line=line,
                hint='write "name[Element] + name[Element]"',
            )
        term = parse_reference(part.strip(), place)
        if found.setdefault(_spelled(term), term) is not term:
            raise InputError(
                f'"{text}" names "{term}" twice',
                file=file,
                line=line,
                hint="each variable or element is added once",
            )
    return tuple(found.values())


@checked
def read_releases(path: Path) -> tuple[Release, ...]:
    """Read ``releases.csv``.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    tuple of Release
        In the order of the file.

    Raises
    ------
    InputError
        With every mistake in the file. Whether the variables exist is checked with the model.

    Examples
    --------
    >>> from xhsim.study.bundled import bundled_folder
    >>> rows = read_releases(bundled_folder() / "model" / "releases.csv")
    >>> [(row.period, row.figure.value) for row in rows if row.series == "population"]
    [('2022', 109.85)]
    """
    mistakes = Mistakes()
    found: list[Release] = []
    for cells, where in read_csv(path, COLUMNS, NEEDED, mistakes):
        release = _release(cells, where, mistakes)
        if release is not None:
            found.append(release)
    _check_vintages(found, mistakes)
    mistakes.check()
    return tuple(found)


def _release(cells: dict[str, str], where: Place, mistakes: Mistakes) -> Release | None:
    """Return the release of a row, or None if it has mistakes; each cell is checked once."""
    before = len(mistakes)

    def wrong(what: str, hint: str) -> None:
        mistakes.add(what, file=where.file, line=where.line, hint=hint)

    period = _PERIOD.fullmatch(cells["period"].replace(" ", ""))
    if period is None:
        wrong(f'period "{cells["period"]}" is not a year or a part of one', _period_hint(cells))
    year, part = (int(period[1]), PARTS[period[2] or ""]) if period else (2000, 1.0)
    of_year = cells | {"year": f"{year:04d}"}
    figure = mistakes.understood(observation_of, of_year, where)
    terms = mistakes.understood(parse_terms, cells.get("variable", ""), where) or ()
    published = mistakes.understood(parse_date, cells["published"], where, "published")
    error = None
    if cells.get("error"):
        error = mistakes.understood(read_number, cells, "error", where)
    status = cells.get("status", "")
    if status and status not in STATUSES:
        hint = did_you_mean(status, STATUSES) or f"use one of {', '.join(STATUSES)}"
        wrong(f'unknown status "{status}"', hint)
    if figure is None:
        return None
    relative = figure.measure != "growth"
    if error is not None and not 0 < error < (1 if relative else 100):
        mend = "write 0.02 for 2 %" if relative else "write percentage points, such as 0.5"
        wrong(f"error {error:g} is not a standard deviation of a {figure.measure}", mend)
    if figure.measure == "level" and figure.value <= 0:
        wrong(f"the level {figure.value:g} is not positive", "errors are relative; correct it")
    if figure.measure != "growth" and part < 1:
        wrong(
            f"the {figure.measure} of {cells['period']} covers a part of the year, and a yearly "
            "model has no counterpart",
            "write it as growth over the same months of the year before",
        )
    if period and published is not None and (early := _too_early(year, part, status, published)):
        wrong(*early)
    if published is None or len(mistakes) > before:
        return None
    return Release(figure, published, cells["published"], part, terms, error, where)


def _period_hint(cells: dict[str, str]) -> str:
    text = cells["period"].replace(" ", "").upper()
    if re.fullmatch(r"[0-9]{4}(Q4|H2)", text):
        return f'figures count from the beginning of the year: write "{text[:4]}"'
    if _PERIOD.fullmatch(text):
        return f'write "{text}"'
    return "write 2022, or 2022H1, 2022Q1 or 2022Q3 for the year to date"


def _too_early(year: int, part: float, status: str, published: date) -> tuple[str, str] | None:
    """Return what is wrong with a publication before the end of the period, and the mend."""
    try:
        month = round(12 * part)
        end = date(year, month, calendar.monthrange(year, month)[1])
    except ValueError:
        return f"there is no year {year:04d}", "write a year such as 2022"
    if published >= end:
        return None
    what = f"it was published on {published}, before its period ended on {end}"
    if part < 1:
        return what, "correct one of the two"
    if published.year < year:
        return f"{what}; a figure from before its year is a forecast", "correct one of the two"
    if status in EARLY:
        return None
    return what, 'correct one of the two, or write "estimate" in the column "status"'


def _check_vintages(rows: Sequence[Release], mistakes: Mistakes) -> None:
    """Check that a series means one quantity, and that no two rows of one date contradict."""
    meant: dict[tuple[str, str], Release] = {}
    for row in rows:
        if row.terms:
            first = meant.setdefault((row.series, row.figure.measure), row)
            if first.quantity != row.quantity:
                mistakes.add(
                    f'"{row.series}" is compared with "{row.figure.variable}", but on line '
                    f'{first.where.line} with "{first.figure.variable}"',
                    file=row.where.file,
                    line=row.where.line,
                    hint="name the same variable, or give the series another name",
                )
    seen: dict[tuple[object, ...], Release] = {}
    for row in rows:
        for key in _same_figure(row):
            first = seen.setdefault(key, row)
            if not same_meaning(first, row):
                mistakes.add(
                    f'"{row.series}" of {row.period} differs from the row of the same date on line '
                    f"{first.where.line}",
                    file=row.where.file,
                    line=row.where.line,
                    hint="correct the date of the later vintage, write two bounds as an interval, "
                    "or remove one of them",
                )
                break


def _same_figure(row: Release) -> Iterable[tuple[object, ...]]:
    """Yield the keys by which two rows are about one figure of one date."""
    key = (row.year, row.part, row.figure.measure, row.published)
    yield ("series", row.series, *key)
    if row.terms:
        yield ("terms", row.quantity, *key)
