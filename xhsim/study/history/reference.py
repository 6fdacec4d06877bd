"""The reference class: published figures of other places, and which of them stand for what."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from xhsim.errors import did_you_mean
from xhsim.study.files.csv_reader import read_csv
from xhsim.study.files.mistakes import Mistakes, Place
from xhsim.study.files.records import Written, read_record
from xhsim.study.history.observations import read_number
from xhsim.wording.label import Label

if TYPE_CHECKING:
    from xhsim.study.files.schema import OutlookRecord

__all__ = ["OutlookPlan", "PlaceFigure", "Quantity", "read_figures", "read_outlook_plan"]

NEEDED = ("place", "series", "year", "value", "source")
COLUMNS = ("place", "series", "year", "value", "unit", "status", "grade", "source", "note")
_WHOLE_YEARS = re.compile(r"(\d{4})(?:-(\d{4}))?")


@dataclass(frozen=True)
class PlaceFigure:
    """A published figure of a place.

    Parameters
    ----------
    place, series : str
    year : str
        As printed: a year, whole years (``2016-2020``) or a part of a year (``2015 H1``).
    value : float
    where : Place
        File and line.
    """

    place: str
    series: str
    year: str
    value: float
    where: Place

    @property
    def whole_years(self) -> tuple[int, int] | None:
        """First and last year, or None for a part of a year."""
        found = _WHOLE_YEARS.fullmatch(self.year)
        return (int(found[1]), int(found[2] or found[1])) if found else None


@dataclass(frozen=True)
class Quantity:
    """A quantity whose growth is forecast.

    Parameters
    ----------
    name : str
    label : Label
    series : tuple of str
        The series of the figures that stand for it; none if no figure was found.
    real : bool
        Whether its growth is at constant prices.
    several : bool
        Whether places define it in several ways.
    """

    name: str
    label: Label
    series: tuple[str, ...]
    real: bool
    several: bool


@dataclass(frozen=True)
class OutlookPlan:
    """The content of ``outlook.yaml`` and the figures that it names.

    Parameters
    ----------
    place : str
        The place that is forecast.
    until : int
        The last year of figures that is used.
    first_year, last_year : int
        The years over which growth is averaged.
    weights : mapping of str to float
        Relevance of each kind of place: peer, district, city, nation.
    peers, nations : frozenset of str
    cities : mapping of str to str
        The city of each place; a city's own figures are listed under its own name.
    quantities : tuple of Quantity
    figures : tuple of PlaceFigure
        Everything in the files, used or not.
    where : Place
    """

    place: str
    until: int
    first_year: int
    last_year: int
    weights: Mapping[str, float]
    peers: frozenset[str]
    nations: frozenset[str]
    cities: Mapping[str, str]
    quantities: tuple[Quantity, ...]
    figures: tuple[PlaceFigure, ...]
    where: Place

    def city_of(self, place: str) -> str:
        """Return the city of a place; a place without one is its own."""
        return self.cities.get(place, place)

    def weight_of(self, place: str) -> float:
        """Return the relevance of a place, at most 1."""
        if place == self.place or place in self.peers:
            return self.weights["peer"]
        if place in self.nations:
            return self.weights["nation"]
        return self.weights["city" if self.cities.get(place) == place else "district"]


def read_figures(path: Path) -> tuple[PlaceFigure, ...]:
    """Read a CSV file of published figures.

    Parameters
    ----------
    path : Path

    Returns
    -------
    tuple of PlaceFigure
        In the order of the file.

    Raises
    ------
    InputError
        With every mistake in the file.

    Examples
    --------
    >>> from xhsim.study.bundled import bundled_folder
    >>> figures = read_figures(bundled_folder() / "model" / "reference" / "panel.csv")
    >>> [figure.value for figure in figures if figure.place == "Putuo" and figure.year == "2014"]
    [13.35, 85.1]
    """
    mistakes = Mistakes()
    found = []
    for row, where in read_csv(path, COLUMNS, NEEDED, mistakes):
        with mistakes.collecting():
            found.append(_figure(row, where))
    mistakes.check()
    return tuple(found)


def _figure(row: Mapping[str, str], where: Place) -> PlaceFigure:
    mistakes = Mistakes()

    def wrong(message: str, hint: str) -> None:
        mistakes.add(message, file=where.file, line=where.line, hint=hint)

    for name in ("place", "series", "source"):
        if not row[name]:
            wrong(f'"{name}" is empty', "write a value")
    value = mistakes.understood(read_number, dict(row), "value", where)
    figure = PlaceFigure(row["place"], row["series"], row["year"], value or 0.0, where)
    years = figure.whole_years
    if years and years[1] < years[0]:
        wrong(f"the period {row['year']} ends before it begins", "swap the years")
    mistakes.check()
    return figure


def read_outlook_plan(path: Path) -> OutlookPlan:
    """Read ``outlook.yaml`` and the figures that it names.

    Parameters
    ----------
    path : Path

    Returns
    -------
    OutlookPlan

    Raises
    ------
    InputError
        With every mistake in the file, or in the files of figures.

    Examples
    --------
    >>> from xhsim.study.bundled import bundled_folder
    >>> plan = read_outlook_plan(bundled_folder() / "model" / "outlook.yaml")
    >>> plan.place, plan.until, plan.city_of("Xuhui")
    ('Xuhui', 2021, 'Shanghai')
    """
    from xhsim.study.files.schema import OutlookRecord

    written = read_record(OutlookRecord, path, "outlook")
    record, mistakes = written.record, written.mistakes
    before = len(mistakes)
    figures: list[PlaceFigure] = []
    for number, name in enumerate(record.figures):
        with mistakes.collecting():
            if Path(name).is_absolute() or ".." in Path(name).parts:
                message, hint = f'"{name}" is not in the folder of the model', "move the file there"
                written.wrong(message, "figures", number, hint=hint)
            else:
                figures += read_figures(path.parent / name)
    if len(mistakes) == before:  # otherwise figures are missing, and names that they have
        _check_names(written, figures)
    _check_years(written)
    mistakes.check()
    cities = {place: city for city, places in record.cities.items() for place in (city, *places)}
    return OutlookPlan(
        record.place,
        record.until,
        record.years[0],
        record.years[1],
        MappingProxyType(record.weights.model_dump()),
        frozenset(record.peers),
        frozenset(record.nations),
        MappingProxyType(cities),
        tuple(
            Quantity(
                name,
                item.label.as_label(),
                tuple(item.series),
                item.prices == "constant",
                item.definitions == "several",
            )
            for name, item in record.quantities.items()
        ),
        tuple(figures),
        written.where,
    )


def _check_years(written: Written[OutlookRecord]) -> None:
    first, last = written.record.years
    if last < first:
        written.wrong(f"the years {first} to {last} end before they begin", "years", hint="swap")
    elif first > written.record.until + 1 or last <= written.record.until:
        written.wrong(
            f"the years {first} to {last} do not continue the figures until {written.record.until}",
            "years",
            hint="begin at the latest in the year after `until`, and end after it",
        )


def _check_names(written: Written[OutlookRecord], figures: Sequence[PlaceFigure]) -> None:
    record = written.record
    places = sorted({figure.place for figure in figures})
    series = sorted({figure.series for figure in figures})
    named: list[tuple[str, tuple[str | int, ...]]] = [(record.place, ("place",))]
    named += [(name, ("peers", number)) for number, name in enumerate(record.peers)]
    named += [(name, ("nations", number)) for number, name in enumerate(record.nations)]
    first: dict[str, str] = {}
    for city, members in record.cities.items():
        for number, name in enumerate(members):
            named.append((name, ("cities", city, number)))
            if first.setdefault(name, city) != city:
                message = f'"{name}" is already a place of {first[name]}'
                written.wrong(message, "cities", city, number, hint="a place has one city")
    for name, steps in named:
        if name not in places:
            hint = did_you_mean(name, places) or "name a place of the files of figures"
            written.wrong(f'there is no figure of "{name}"', *steps, hint=hint)
    owner: dict[str, str] = {}
    for quantity, item in record.quantities.items():
        for number, name in enumerate(item.series):
            at = ("quantities", quantity, "series", number)
            if name not in series:
                hint = did_you_mean(name, series) or "name a series of the files of figures"
                written.wrong(f'there is no series "{name}"', *at, hint=hint)
            elif owner.setdefault(name, quantity) != quantity:
                message = f'series "{name}" already stands for "{owner[name]}"'
                written.wrong(message, *at, hint="a series stands for one quantity")
