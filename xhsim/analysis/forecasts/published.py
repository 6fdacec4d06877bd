"""What has been published of the variables of a study, and what was known of them on a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from xhsim.study.history.releases import parse_terms
from xhsim.study.names import Reference, canonical, parse_reference

if TYPE_CHECKING:
    from xhsim.study.folder import StudyFiles
    from xhsim.study.history.observations import Observation

__all__ = [
    "PublishedFigure",
    "known_on",
    "last_whole_year",
    "published_figures",
    "same_quantity",
    "sealed_quantities",
]


@dataclass(frozen=True)
class PublishedFigure:
    """A figure that can be compared with a forecast.

    Attributes
    ----------
    row : Observation
    terms : tuple of Reference
        The variables that it is the sum of: usually one.
    published : date or None
        None for a row of history.csv, which has no date.
    whole_years : bool
        Whether its period consists of whole years.
    """

    row: Observation
    terms: tuple[Reference, ...]
    published: date | None = None
    whole_years: bool = True

    @property
    def key(self) -> tuple[str, str, str, int, int]:
        """What it is a figure of: two vintages of one figure have the same key."""
        row = self.row
        return (same_quantity(self.terms), row.measure, row.kind, row.first_year, row.last_year)

    @property
    def quantity(self) -> str:
        """The name of what it measures, such as ``GDP`` or ``firms[AI] + firms[Health]``."""
        return " + ".join(map(str, self.terms))

    def is_known_on(self, day: date) -> bool:
        """Return whether it was published by a day.

        A figure without a date counts as known at the end of its last year.
        """
        if self.published is not None:
            return self.published <= day
        return self.row.last_year <= last_whole_year(day)


def last_whole_year(day: date) -> int:
    """Return the last year that has ended by the evening of a day.

    Examples
    --------
    >>> last_whole_year(date(2021, 12, 31)), last_whole_year(date(2022, 6, 30))
    (2021, 2021)
    """
    return day.year if (day.month, day.day) == (12, 31) else day.year - 1


def published_figures(files: StudyFiles) -> tuple[PublishedFigure, ...]:
    """List the figures of a study that are about variables of its model.

    Parameters
    ----------
    files : StudyFiles

    Returns
    -------
    tuple of PublishedFigure
        The rows of history.csv and of releases.csv, in the order of the files.

    Examples
    --------
    >>> import xhsim
    >>> figures = published_figures(xhsim.open_study().files)
    >>> [each.row.value for each in figures if each.quantity == "GDP"][0]
    2176.7
    """
    history = [
        PublishedFigure(row, (parse_reference(row.variable, row.where),))
        for row in files.observations
        if row.variable
    ]
    releases = [
        PublishedFigure(each.figure, each.terms, each.published, each.part == 1)
        for each in files.releases
        if each.terms
    ]
    return (*history, *releases)


def known_on(figures: Iterable[PublishedFigure], day: date) -> tuple[PublishedFigure, ...]:
    """Return the figures that were known on a day.

    Parameters
    ----------
    figures : iterable of PublishedFigure
    day : date

    Returns
    -------
    tuple of PublishedFigure
    """
    return tuple(each for each in figures if each.is_known_on(day))


def sealed_quantities(files: StudyFiles) -> dict[str, tuple[Reference, ...]]:
    """List the quantities that a sealed forecast contains.

    Parameters
    ----------
    files : StudyFiles

    Returns
    -------
    dict of str to tuple of Reference
        The variables of targets and of published figures, or sums of them, each once.

    Examples
    --------
    >>> import xhsim
    >>> "GDP" in sealed_quantities(xhsim.open_study().files)
    True
    """
    every: list[tuple[Reference, ...]] = [(one.variable,) for one in files.targets.values()]
    every += [figure.terms for figure in published_figures(files)]
    found: dict[str, tuple[Reference, ...]] = {}
    for terms in every:
        found.setdefault(same_quantity(terms), terms)
    return {" + ".join(map(str, terms)): terms for terms in found.values()}


def same_quantity(terms: Iterable[Reference] | str) -> str:
    """Return one spelling for all spellings of a quantity.

    Parameters
    ----------
    terms : iterable of Reference, or str
        Variables whose sum it is, or its name as in `PublishedFigure.quantity`.

    Returns
    -------
    str

    Examples
    --------
    >>> same_quantity("Firms[ AI ] + gross domestic product")
    'firms[ai] + gross_domestic_product'
    """
    if isinstance(terms, str):
        terms = parse_terms(terms)
    return " + ".join(sorted(_spelled(one) for one in terms))


def _spelled(one: Reference) -> str:
    return str(Reference(canonical(one.name), tuple(map(canonical, one.elements))))
