"""Naive forecasts from the figures that a sealed forecast knew, to compare it with."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from xhsim.analysis.forecasts.published import same_quantity
from xhsim.analysis.history.naive_forecasts import Naive, last_growth, mean_growth
from xhsim.study.measures import find_measure

if TYPE_CHECKING:
    from xhsim.study.forecasts.seal import KnownFigure, SealedTarget

__all__ = ["NO_RIVALS", "rival_chance", "rivals_of"]

Rivals = tuple[Naive | None, Naive | None]
NO_RIVALS: Rivals = (None, None)
Logs = dict[int, float]


def rivals_of(known: Sequence[KnownFigure], variable: str, measure: str, year: int) -> Rivals:
    """Forecast a figure by the last growth and by the mean growth of its variable.

    Parameters
    ----------
    known : sequence of KnownFigure
    variable : str
        A quantity of a seal.
    measure : str
        ``level``, or ``growth`` over the year before.
    year : int

    Returns
    -------
    tuple of Naive or None
        Of the logarithm of the level, or of its difference from the year before. None if growth
        was never observed.

    Examples
    --------
    >>> from xhsim.study.forecasts.seal import KnownFigure
    >>> known = [
    ...     KnownFigure(
    ...         series="gdp",
    ...         variable="GDP",
    ...         measure="level",
    ...         kind="point",
    ...         first_year=year,
    ...         last_year=year,
    ...         value=value,
    ...     )
    ...     for year, value in ((2019, 100.0), (2020, 110.0))
    ... ]
    >>> last, _ = rivals_of(known, "GDP", "level", 2021)
    >>> round(math.exp(last.mean), 6)
    121.0
    """
    levels = _levels(known, variable)
    if measure == "level":
        return _naive(levels, year)
    growths = _growths(known, variable)
    path = growths if len(growths) > len(levels) else levels
    if len(path) < 2:
        return NO_RIVALS
    end = max(path)
    # Naive growth is the same in every year to come.
    return tuple(  # type: ignore[return-value]
        None if naive is None else Naive(naive.mean - path[end], naive.deviation)
        for naive in _naive(path, end + 1)
    )


def rival_chance(known: Sequence[KnownFigure], target: SealedTarget) -> float:
    """Return the probability of a target if its variable continues its mean growth.

    Parameters
    ----------
    known : sequence of KnownFigure
    target : SealedTarget

    Returns
    -------
    float
        NaN if that forecast says nothing about the target: its growth was never observed, its base
        is not known, or it is about a yearly flow.
    """
    from scipy.special import ndtr

    measure = find_measure(target.measure)
    levels = _levels(known, target.variable)
    _, mean = _naive(levels, target.deadline)
    needs_base = target.base_year in measure.years(target.base_year, target.deadline)
    start = target.base_value
    if start is None and target.base_year in levels:
        start = math.exp(levels[target.base_year])
    if mean is None or measure.every_year or (needs_base and start is None):
        return math.nan
    years = target.deadline - target.base_year
    needed = measure.needed(target.value, math.nan if start is None else start, years)
    if not needed > 0:
        return math.nan
    ahead = mean.mean - math.log(needed)
    share = float(ndtr(ahead / mean.deviation) if mean.deviation > 0 else ahead >= 0)
    return 1 - share if target.direction == "<=" else share


def _naive(logs: Logs, year: int) -> Rivals:
    years = sorted(logs)
    if len(years) < 2 or year <= years[-1]:
        return NO_RIVALS
    path = [logs[each] for each in years]
    return last_growth(years, path, year), mean_growth(years, path, year)


def _levels(known: Sequence[KnownFigure], variable: str) -> Logs:
    """Return the logarithms of a variable's longest series of levels; the last vintage of each."""
    series: dict[str, Logs] = {}
    for figure in _points(known, variable):
        one_year = figure.first_year == figure.last_year
        if figure.measure == "level" and one_year and figure.value > 0:
            series.setdefault(figure.series, {})[figure.last_year] = math.log(figure.value)
    return max(series.values(), key=len, default={})


def _growths(known: Sequence[KnownFigure], variable: str) -> Logs:
    """Chain the growth figures of single years as if they were a level that begins at 1."""
    growths = {
        figure.last_year: math.log1p(figure.value / 100)
        for figure in _points(known, variable)
        if figure.measure != "level" and figure.first_year == figure.last_year
    }
    logs: Logs = {}
    for year in sorted(growths, reverse=True):
        if logs and min(logs) != year:
            break  # only the unbroken years at the end
        logs.setdefault(year, 0.0)
        logs[year - 1] = logs[year] - growths[year]
    return logs


def _points(known: Sequence[KnownFigure], variable: str) -> list[KnownFigure]:
    """Return the points of a variable, and those of its series that name no variable."""
    wanted = same_quantity(variable)
    own = [figure for figure in known if same_quantity(figure.variable) == wanted]
    series = {figure.series for figure in own}
    others = [each for each in known if not each.variable and each.series in series]
    return [figure for figure in (*others, *own) if figure.kind == "point"]
