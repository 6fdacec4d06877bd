"""Outcomes of targets: what published figures decide, and what they leave open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from xhsim.analysis.forecasts.published import PublishedFigure, same_quantity
from xhsim.study.history.comparison import base_year
from xhsim.study.measures import find_measure
from xhsim.study.targets import COMPARISONS

if TYPE_CHECKING:
    from xhsim.study.forecasts.seal import SealedTarget

__all__ = ["Outcome", "outcome_of"]


@dataclass(frozen=True)
class Outcome:
    """What has become of a target.

    Attributes
    ----------
    attained : bool or None
        None while it is open.
    measured : float
        The measured value; NaN if only a bound is known, or nothing.
    """

    attained: bool | None
    measured: float = np.nan


def outcome_of(target: SealedTarget, figures: Sequence[PublishedFigure]) -> Outcome:
    """Decide a target by published figures.

    It is decided if the figures of all its years are published, or its own growth or change over
    the whole period, or a bound of the level at the deadline that leaves no doubt.

    Parameters
    ----------
    target : SealedTarget
    figures : sequence of PublishedFigure
        In the order of publication: of two vintages the last one counts.

    Returns
    -------
    Outcome
    """
    wanted = same_quantity(target.variable)
    rows = [
        figure.row
        for figure in figures
        if same_quantity(figure.terms) == wanted and figure.whole_years
    ]
    measure = find_measure(target.measure)
    meets = COMPARISONS[target.direction]

    def decided(value: float) -> Outcome:
        return Outcome(bool(meets(value, target.value)), value)

    for row in reversed(rows):
        over_the_period = (base_year(row), row.last_year) == (target.base_year, target.deadline)
        named_so = {"average_growth": "growth", "cumulative_change": "change"}
        if over_the_period and row.kind == "point" and named_so.get(measure.name) == row.measure:
            return decided(row.value)
    levels = {row.last_year: np.asarray(row.value) for row in rows if row.is_figure}
    if target.base_value is not None:
        levels.setdefault(target.base_year, np.asarray(target.base_value))
    years = measure.years(target.base_year, target.deadline)
    if all(year in levels for year in years):
        value = float(measure.value(levels, target.base_year, target.deadline))
        return Outcome(None) if np.isnan(value) else decided(value)
    if not measure.is_level:
        return Outcome(None)
    for row in reversed(rows):
        if row.measure != "level" or (row.first_year, row.last_year) != (target.deadline,) * 2:
            continue
        low = -np.inf if row.kind == "ceiling" else row.value
        high = np.inf if row.kind == "floor" else row.value if row.high is None else row.high
        verdicts = {bool(meets(low, target.value)), bool(meets(high, target.value))}
        if len(verdicts) == 1:
            return Outcome(verdicts.pop())
    return Outcome(None)
