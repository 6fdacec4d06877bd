"""Published figures of size, which tests adapt."""

from __future__ import annotations

from datetime import date
from typing import Any

from xhsim.analysis.forecasts.published import PublishedFigure
from xhsim.study.files.mistakes import Place
from xhsim.study.history.observations import Observation
from xhsim.study.names import parse_reference


def figure(
    year: int,
    value: float,
    *,
    variable: str = "size",
    first_year: int | None = None,
    published: date | None = None,
    whole_years: bool = True,
    **changes: Any,
) -> PublishedFigure:
    """Return a published level of size, which `changes` adapt."""
    first = year if first_year is None else first_year
    row = Observation(
        *("size", first, year, value, "unit", variable, "", "", "made up", ""),
        Place("history.csv", 2),
        **changes,
    )
    terms = tuple(parse_reference(part) for part in variable.split(" + "))
    return PublishedFigure(row, terms, published, whole_years)
