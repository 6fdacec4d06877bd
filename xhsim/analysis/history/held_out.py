"""The published figures that a hindcast forecasts, and what was known of each before.

Forecasts are made and scored as logarithms. A level is forecast from the last figure known of its
series: its logarithm plus the growth since then, with the errors of both figures. So no forecast is
penalised for levels on which published figures disagree. A growth or change that was published as
such is forecast as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xhsim.analysis.history.naive_forecasts import Naive, last_growth, mean_growth
from xhsim.errors import InputError
from xhsim.study.history.comparison import base_year

if TYPE_CHECKING:
    from xhsim.study.history.calibration import CalibrationPlan
    from xhsim.study.history.observations import Observation

__all__ = ["HeldOutFigure", "held_out_figures"]


@dataclass(frozen=True)
class HeldOutFigure:
    """A published figure to forecast.

    Attributes
    ----------
    row : Observation
        The figure: a level, growth or change.
    start : int
        The year from which growth is forecast: of the last figure known, or that in which a
        published growth begins.
    base : float
        The logarithm of the last figure known; 0 for growth.
    error : float
        Standard deviation of `observed`, from the errors of the figure and of the one before.
    last, mean : Naive or None
        Forecasts without a model: the last growth and the mean growth go on. None if growth was
        not known.
    """

    row: Observation
    start: int
    base: float
    error: float
    last: Naive | None
    mean: Naive | None

    @property
    def year(self) -> int:
        """The year of the figure; the last one of a period."""
        return self.row.last_year

    @property
    def observed(self) -> float:
        """The logarithm of the level, or of the ratio of the levels at the end and the start."""
        return _logarithm(self.row)

    def shown(self, logs: ArrayLike) -> NDArray[np.float64]:
        """Turn logarithms as in `observed` into the unit in which the figure was published."""
        values = np.asarray(logs, dtype=np.float64)
        if self.row.measure == "level":
            return np.asarray(np.exp(values))
        return np.asarray(100 * np.expm1(values / _years_of_growth(self.row)))


def held_out_figures(
    plan: CalibrationPlan, observations: Sequence[Observation], origin: int
) -> list[HeldOutFigure]:
    """List the figures that can be forecast from a year.

    Parameters
    ----------
    plan : CalibrationPlan
    observations : sequence of Observation
    origin : int
        The last year of which figures are known.

    Returns
    -------
    list of HeldOutFigure
        Later levels of series with an earlier level, one for each series and year: of two figures
        for one year, the first is forecast; the last is the one known. And later growths and
        changes that begin at the origin or after it. Floors, ceilings and intervals are left out.

    Raises
    ------
    InputError
        If there is no such figure.
    """
    used = [row for row in plan.used(observations) if row.kind == "point"]
    found: dict[tuple[str, str, str], HeldOutFigure] = {}
    for row in used:
        key = (row.series, row.measure, row.year)
        if row.last_year <= origin or key in found:
            continue
        if row.measure == "level":
            before = [other for other in used if _is_level_of(other, row.series, origin)]
            if before:
                found[key] = _level(plan, row, before, observations, origin)
        elif base_year(row) >= origin:
            found[key] = _growth(plan, row, observations, origin)
    if not found:
        raise InputError(
            f"no series has figures both up to {origin} and after it",
            file=plan.where.file,
            hint="choose other years for hindcast: {until: ...}",
        )
    return list(found.values())


def _is_level_of(row: Observation, series: str, until: int) -> bool:
    return row.series == series and row.is_figure and row.last_year <= until


def _level(
    plan: CalibrationPlan,
    row: Observation,
    before: Sequence[Observation],
    observations: Sequence[Observation],
    origin: int,
) -> HeldOutFigure:
    anchor = sorted(before, key=lambda other: other.last_year)[-1]
    error = float(np.hypot(plan.error_of(row), plan.error_of(anchor)))
    # The naive forecasts also use figures that the calibration leaves out.
    known = {
        other.last_year: float(np.log(other.value))
        for other in observations
        if _is_level_of(other, row.series, origin) and other.value > 0
    }
    years = sorted(known)
    logs = [known[year] for year in years]
    last, mean = _naive(years, logs, row.last_year)
    return HeldOutFigure(row, anchor.last_year, float(np.log(anchor.value)), error, last, mean)


def _growth(
    plan: CalibrationPlan, row: Observation, observations: Sequence[Observation], origin: int
) -> HeldOutFigure:
    error = plan.error_of(row)
    if row.measure == "growth":  # its error is in percentage points of one year
        error = _years_of_growth(row) * error / (100 + row.value)
    known = {
        other.last_year: other
        for other in observations
        if other.series == row.series
        and (other.measure, other.kind) == (row.measure, "point")
        and other.last_year <= origin
    }
    # One growth after the other, as if each began where the one before ended.
    before = [known[year] for year in sorted(known)]
    years = np.cumsum([0, *(_years(each) for each in before)])
    logs = np.cumsum([0.0, *map(_logarithm, before)])
    last, mean = _naive(years.tolist(), logs.tolist(), int(years[-1]) + _years(row))
    end = float(logs[-1])
    return HeldOutFigure(row, base_year(row), 0.0, error, _from(last, end), _from(mean, end))


def _naive(
    years: Sequence[int], logs: Sequence[float], year: int
) -> tuple[Naive | None, Naive | None]:
    if len(years) < 2:
        return None, None
    return last_growth(years, logs, year), mean_growth(years, logs, year)


def _from(naive: Naive | None, level: float) -> Naive | None:
    return None if naive is None else Naive(naive.mean - level, naive.deviation)


def _logarithm(row: Observation) -> float:
    if row.measure == "level":
        return float(np.log(row.value))
    return float(_years_of_growth(row) * np.log1p(row.value / 100))


def _years(row: Observation) -> int:
    """Return the number of years that a growth or change covers."""
    return row.last_year - base_year(row)


def _years_of_growth(row: Observation) -> int:
    """Return how often a published percentage is to be taken: each year, or once."""
    return _years(row) if row.measure == "growth" else 1
