"""The parsers of levels with units, ``6 CNY100M/year``, and of dates, ``2022-07-01``."""

from __future__ import annotations

import re
from datetime import date

__all__ = ["Level", "parse_level", "parse_moment", "same_unit"]

_DATE = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?")
_LEVEL = re.compile(r"([-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?)\s*([^\d\s.+-].*)")


class Level(float):
    """A number with an optional unit.

    Examples
    --------
    >>> level = Level(6.0, "CNY100M/year")
    >>> level + 1, level.unit
    (7.0, 'CNY100M/year')
    """

    unit: str

    def __new__(cls, value: float, unit: str = "") -> Level:
        """Create a level."""
        level = super().__new__(cls, value)
        level.unit = unit
        return level


def parse_level(text: str) -> Level | None:
    """Parse a number followed by a unit.

    Parameters
    ----------
    text : str

    Returns
    -------
    Level or None
        None if the text does not have this form.

    Examples
    --------
    >>> parse_level("6.5 CNY100M/year"), parse_level("60 %").unit, parse_level("much")
    (6.5, '%', None)
    """
    match = _LEVEL.fullmatch(text.strip())
    return None if match is None else Level(float(match.group(1)), match.group(2).strip())


def parse_moment(text: str) -> float | str:
    """Convert a date to a year with a fraction.

    Parameters
    ----------
    text : str
        ``YYYY-MM`` (the first of the month) or ``YYYY-MM-DD``.

    Returns
    -------
    float or str
        The text itself if it is not a date.

    Examples
    --------
    >>> parse_moment("2022-07-02"), parse_moment("2022-01"), parse_moment("soon")
    (2022.4986301369863, 2022.0, 'soon')
    """
    match = _DATE.fullmatch(text.strip())
    if match is None:
        return text
    year, month, day = int(match[1]), int(match[2]), int(match[3] or 1)
    try:
        passed = date(year, month, day) - date(year, 1, 1)
    except ValueError:
        return text
    return year + passed.days / (date(year + 1, 1, 1) - date(year, 1, 1)).days


def same_unit(one: str, other: str) -> bool:
    """Return whether two units are the same text, ignoring spaces and case.

    Examples
    --------
    >>> same_unit("CNY100M / year", "cny100m/year"), same_unit("year", "1/year")
    (True, False)
    """
    first, second = ("".join(text.split()).casefold() for text in (one, other))
    return first == second
