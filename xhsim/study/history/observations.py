"""Observations: the rows of history.csv, with their years, values, units and sources."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from xhsim.arguments import checked
from xhsim.errors import InputError, did_you_mean
from xhsim.study.files.csv_reader import read_csv
from xhsim.study.files.mistakes import Mistakes, Place

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "KINDS",
    "MEASURED",
    "Observation",
    "history_frame",
    "observation_of",
    "read_history",
    "read_number",
]

MEASURED = ("level", "growth", "change")
KINDS = ("point", "floor", "ceiling", "interval")
NEEDED = ("series", "year", "value", "unit", "source")
TEXTS = ("variable", "status", "grade", "source", "note")
COLUMNS = ("series", "year", "value", "unit", *TEXTS, "measure", "kind", "high")
PERCENTAGES = ("percent", "%", "percent/year", "%/year")
_YEAR = re.compile(r"(\d{4})(?:-(\d{4}))?")


@dataclass(frozen=True)
class Observation:
    """One row of history.csv.

    Parameters
    ----------
    series : str
        Name of the observed series.
    first_year, last_year : int
        First and last year of the period; equal for a single year.
    value : float
        In `unit`.
    unit : str
        As published.
    variable : str
        The model variable to compare with; may be empty.
    status, grade, source, note : str
        How final the value is, the quality of its source, the source, and a remark. All but
        `source` may be empty.
    where : Place
        File and line.
    measure : str
        What is observed of the variable, one of `MEASURED`: its ``level``, its ``growth`` (per cent
        a year, on average over a period), or its ``change`` (per cent over the whole period). A
        period's growth and change begin at the end of the year before it.
    kind : str
        What the value says of it, one of `KINDS`: it is the ``point`` itself, a ``floor`` ("over
        45 %"), a ``ceiling``, or the lower end of an ``interval``.
    high : float or None
        The upper end of an interval.
    """

    series: str
    first_year: int
    last_year: int
    value: float
    unit: str
    variable: str
    status: str
    grade: str
    source: str
    note: str
    where: Place
    measure: str = "level"
    kind: str = "point"
    high: float | None = None

    @property
    def year(self) -> str:
        """The year as text, or the period, such as ``2016-2020``."""
        if self.first_year == self.last_year:
            return str(self.first_year)
        return f"{self.first_year}-{self.last_year}"

    @property
    def can_be_compared(self) -> bool:
        """Whether a run has a counterpart: a variable is named, and a level is of a single year."""
        one_year = self.first_year == self.last_year
        return bool(self.variable) and (one_year or self.measure != "level")

    @property
    def is_figure(self) -> bool:
        """Whether it is the level of a single year, and a point."""
        one_year = self.first_year == self.last_year
        return one_year and (self.measure, self.kind) == ("level", "point")


@checked
def read_history(path: Path) -> tuple[Observation, ...]:
    """Read ``history.csv``.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    tuple of Observation
        In the order of the file.

    Raises
    ------
    InputError
        With every mistake in the file.

    Examples
    --------
    >>> from xhsim.study.bundled import bundled_folder
    >>> rows = read_history(bundled_folder() / "model" / "history.csv")
    >>> [row.value for row in rows if row.series == "industrial_output" and row.year == "2020"]
    [663.0]
    """
    mistakes = Mistakes()
    found: list[Observation] = []
    for cells, where in read_csv(path, COLUMNS, NEEDED, mistakes):
        with mistakes.collecting():
            found.append(observation_of(cells, where))
    mistakes.check()
    return tuple(found)


def history_frame(observations: Sequence[Observation]) -> pd.DataFrame:
    """Convert observations to a table.

    Parameters
    ----------
    observations : sequence of Observation
        As returned by `read_history`.

    Returns
    -------
    DataFrame
        Columns series, year (as written), first_year, last_year (int), value (float), unit,
        variable, status, grade, source, note (text, may be empty), measure, kind (text), high
        (float, NaN if it is not an interval), line (int).

    Examples
    --------
    >>> row = Observation(
    ...     "gdp",
    ...     2020,
    ...     2020,
    ...     2176.7,
    ...     "100M CNY",
    ...     "",
    ...     "plan",
    ...     "",
    ...     "plan",
    ...     "",
    ...     Place("history.csv", 2),
    ... )
    >>> history_frame([row])[["series", "year", "value"]].to_dict("records")
    [{'series': 'gdp', 'year': '2020', 'value': 2176.7}]
    """
    import pandas as pd  # slow to import, and only some commands show history

    columns: dict[str, list[object]] = {
        name: [] for name in ("series", "year", "first_year", "last_year", *COLUMNS[2:], "line")
    }
    for row in observations:
        cells = asdict(row) | {"year": row.year, "line": row.where.line}
        for name, column in columns.items():
            column.append(cells[name])
    frame = pd.DataFrame(columns)
    numbers = {"first_year": int, "last_year": int, "value": float, "high": float, "line": int}
    return frame.astype(numbers)


def observation_of(cells: dict[str, str], where: Place) -> Observation:
    """Return the observation that a row describes.

    Parameters
    ----------
    cells : dict of str to str
        By column of history.csv.
    where : Place
        File and line of the row.

    Returns
    -------
    Observation

    Raises
    ------
    InputError
        With every mistake in the row.

    Examples
    --------
    >>> cells = {"series": "gdp", "year": "2020", "value": "9", "unit": "CNY", "source": "report"}
    >>> observation_of(cells, Place("history.csv", 2)).value
    9.0
    """
    mistakes = Mistakes()

    def wrong(what: str, hint: str) -> None:
        mistakes.add(what, file=where.file, line=where.line, hint=hint)

    for name in ("series", "unit", "source"):
        if not cells[name]:
            wrong(f'"{name}" is empty', "write a value")
    first = last = 0
    years = _YEAR.fullmatch(cells["year"])
    if years is None:
        wrong(f'year "{cells["year"]}" is not a year', "write 2020, or 2016-2020")
    else:
        first, last = int(years[1]), int(years[2] or years[1])
    if last < first:
        wrong(f"the period {cells['year']} ends before it begins", "swap the years")
    value = mistakes.understood(read_number, cells, "value", where)
    measure = mistakes.understood(_choice, cells, "measure", MEASURED, where)
    kind = mistakes.understood(_choice, cells, "kind", KINDS, where)
    high = mistakes.understood(read_number, cells, "high", where) if cells.get("high") else None
    if kind is not None and bool(cells.get("high")) != (kind == "interval"):
        what = f'"high" is given for a {kind}' if cells.get("high") else '"high" is empty'
        wrong(what, "give it for an interval, and only for an interval")
    if high is not None and value is not None and high <= value:
        wrong(f"the interval's upper end {high:g} is not above {value:g}", "swap the two")
    if measure not in (None, "level"):
        if cells["unit"] and cells["unit"] not in PERCENTAGES:
            wrong(f'the unit of a {measure} is percent, not "{cells["unit"]}"', "convert it")
        if value is not None and value <= -100:
            wrong(f"nothing falls by {-value:g} percent", "write a value above -100")
    mistakes.check()
    assert value is not None
    assert measure is not None
    assert kind is not None
    texts = {name: cells.get(name, "") for name in TEXTS}
    return Observation(
        cells["series"],
        first,
        last,
        value,
        cells["unit"],
        where=where,
        measure=measure,
        kind=kind,
        high=high,
        **texts,
    )


def read_number(cells: dict[str, str], name: str, where: Place) -> float:
    """Return the number in a cell.

    Parameters
    ----------
    cells : dict of str to str
    name : str
        The column.
    where : Place
        File and line of the row.

    Returns
    -------
    float

    Raises
    ------
    InputError
        If the cell is not a finite number.

    Examples
    --------
    >>> read_number({"value": "2.5"}, "value", Place("history.csv", 2))
    2.5
    """
    text = cells[name]
    try:
        value = float(text)
    except ValueError:
        what, hint = "a number", "write digits and a point, no units"
        plain = re.sub(r"[,\s]|[^\x00-\x7f]|%", "", text)
        if re.fullmatch(r"[-+]?\d+(\.\d+)?", plain):  # 2,176.7 or 5.5%
            hint = f"{hint}: {plain}"
    else:
        if math.isfinite(value) and "_" not in text:
            return value
        what, hint = "a finite number", "give a plain number"
    raise InputError(f'{name} "{text}" is not {what}', file=where.file, line=where.line, hint=hint)


def _choice(cells: dict[str, str], name: str, known: tuple[str, ...], where: Place) -> str:
    """Return a cell that must be one of a few words; an empty one stands for the first."""
    text = cells.get(name) or known[0]
    if text not in known:
        hint = did_you_mean(text, known) or f"use one of {', '.join(known)}"
        raise InputError(f'unknown {name} "{text}"', file=where.file, line=where.line, hint=hint)
    return text
