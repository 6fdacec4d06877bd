"""Targets that a scenario meets by an instrument: which variable, by which parameter, and when."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xhsim.errors import InputError
from xhsim.study.files.mistakes import Place
from xhsim.study.files.records import Written
from xhsim.study.names import Reference, parse_reference
from xhsim.study.scenarios.changes import make_change
from xhsim.study.scenarios.shapes import Constant, Knots, Pulse, Ramp, SCurve, Shape, as_path

__all__ = ["Meet", "read_meets"]

PERCENT = ("%", "percent", "%/year", "percent/year", "% a year")


@dataclass(frozen=True)
class Meet:
    """A variable that has given values in every draw, by a parameter that leads there.

    Parameters
    ----------
    reference : Reference
        The variable, or one element of it.
    measure : {"path", "growth"}
        Whether its level is given, or its growth on the year before in percent.
    shape : Shape
        The values over time.
    by : Reference
        The instrument: a parameter, or one element of it.
    where : Place
    unit : str
        Empty if the levels are written without a unit.
    start, until : int or None
        The first and the last year, if they are written.
    """

    reference: Reference
    measure: str
    shape: Shape
    by: Reference
    where: Place
    unit: str = ""
    start: int | None = None
    until: int | None = None

    @property
    def first_year(self) -> int:
        """The first year in which it is met."""
        shape = self.shape
        if isinstance(shape, Constant):
            begins = -math.inf
        elif isinstance(shape, Knots):
            begins = shape.years[0]
        else:  # a ramp starts from what the variable does by itself
            begins = shape.first_change + isinstance(shape, Ramp | SCurve)
        return int(max(begins, -math.inf if self.start is None else self.start))

    @property
    def foot(self) -> int | None:
        """The year whose own value a ramp starts from; None for other shapes."""
        shape = self.shape
        return int(shape.start) if isinstance(shape, Ramp | SCurve) else None

    def years(self, end: float) -> range:
        """Return the years in which it is met, in a run that ends at `end`."""
        last = math.inf if self.until is None else self.until
        if isinstance(self.shape, Pulse):
            last = min(last, math.ceil(self.shape.until) - 1)
        return range(self.first_year, math.floor(min(last, end + 1e-9)) + 1)

    def aim(self, year: int, foot: ArrayLike = 0.0) -> NDArray[np.float64]:
        """Return the value to meet in a year.

        Parameters
        ----------
        year : int
        foot : float or ndarray of draws
            The value in the year `foot`.

        Examples
        --------
        >>> from xhsim.study.scenarios.scenario import make_scenario
        >>> ramp = {"ramp": {"from": 2021, "until": 2023, "to": "4 %"}}
        >>> asked = {"real GDP": {"growth": ramp, "by": "district shock"}}
        >>> meet = make_scenario("mine", meet=asked).meets[0]
        >>> [float(meet.aim(year, 8.0)) for year in meet.years(2024)]
        [6.0, 4.0, 4.0]
        """
        base = as_path(np.asarray(foot, dtype=np.float64))
        return np.asarray(as_path(self.shape.over(base)).at(float(year)))


def read_meets(written: Written[Any]) -> tuple[Meet, ...]:
    """Convert the targets of a scenario file; mistakes are added to those of the record.

    Parameters
    ----------
    written : Written
        The record of the scenario.
    """
    found = []
    for key, item in written.record.meet.items():
        measure = "path" if item.growth is None else "growth"
        where = written.place("meet", key)
        with written.mistakes.collecting():
            change = make_change(key, getattr(item, measure), where)
            by = parse_reference(item.by, written.place("meet", key, "by"))
            years = item.start, item.until
            meet = Meet(change.reference, measure, change.shape, by, where, change.unit, *years)
            _check(meet)
            found.append(meet)
    return tuple(found)


def _check(meet: Meet) -> None:
    """Refuse what cannot be right in any study."""
    where, shape = meet.where, meet.shape

    def wrong(message: str, hint: str) -> InputError:
        return InputError(
            f'meet: "{meet.reference}" {message}', file=where.file, line=where.line, hint=hint
        )

    if isinstance(shape, Constant) and meet.start is None:
        raise wrong("does not say from when", 'add "from", such as from: 2022')
    if any(not float(date).is_integer() for date in _dates(shape)):
        raise wrong(
            "has a date that is not a whole year",
            "it is met on the date of each year, 2022.0 for the year 2022",
        )
    if meet.measure == "growth" and meet.unit not in PERCENT:
        given = f"in {meet.unit}" if meet.unit else "without a unit"
        raise wrong(f"has a growth {given}", 'write it in %, such as "4 %"')


def _dates(shape: Shape) -> tuple[float, ...]:
    if isinstance(shape, Constant):
        return ()
    if isinstance(shape, Knots):
        return shape.years
    return (shape.first_change, getattr(shape, "until", shape.first_change))
