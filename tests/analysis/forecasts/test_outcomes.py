"""Outcomes: when published figures decide a target."""

from __future__ import annotations

from typing import Any

import pytest

from tests.analysis.forecasts.figures import figure
from tests.study.forecasts.seals import sealed_target
from xhsim.analysis.forecasts.outcomes import outcome_of
from xhsim.analysis.forecasts.published import PublishedFigure


def _outcome(*figures: PublishedFigure, **changes: Any) -> tuple[bool | None, float | None]:
    found = outcome_of(sealed_target(**changes), figures)
    return found.attained, None if found.measured != found.measured else found.measured


def test_a_level_is_decided_by_the_figure_of_the_deadline() -> None:
    assert _outcome(figure(2024, 130.0)) == (None, None)
    assert _outcome(figure(2025, 117.0)) == (True, 117.0)
    assert _outcome(figure(2025, 117.0), direction=">") == (False, 117.0)
    assert _outcome(figure(2025, 130.0, variable="other")) == (None, None)
    assert _outcome(figure(2025, 130.0, whole_years=False)) == (None, None)


def test_of_two_vintages_the_last_counts() -> None:
    assert _outcome(figure(2025, 118.0), figure(2025, 116.0)) == (False, 116.0)


@pytest.mark.parametrize(
    ("kind", "value", "high", "attained"),
    [
        ("floor", 120.0, None, True),
        ("floor", 110.0, None, None),
        ("ceiling", 116.0, None, False),
        ("ceiling", 120.0, None, None),
        ("interval", 118.0, 125.0, True),
        ("interval", 110.0, 116.0, False),
        ("interval", 110.0, 125.0, None),
    ],
)
def test_a_bound_decides_if_it_leaves_no_doubt(
    kind: str, value: float, high: float | None, attained: bool | None
) -> None:
    assert _outcome(figure(2025, value, kind=kind, high=high)) == (attained, None)


def test_growth_needs_both_ends_or_its_own_figure() -> None:
    growth = {"measure": "average_growth", "value": 3.0, "base_value": None, "unit": "%/year"}
    assert _outcome(figure(2025, 120.0), **growth) == (None, None)
    attained, measured = _outcome(figure(2020, 100.0), figure(2025, 120.0), **growth)
    assert attained
    assert measured == pytest.approx(100 * (1.2**0.2 - 1))
    own = figure(2025, 2.5, first_year=2021, measure="growth")
    assert _outcome(own, **growth) == (False, 2.5)
    shorter = figure(2025, 2.5, first_year=2022, measure="growth")
    assert _outcome(shorter, **growth) == (None, None)


def test_a_bound_of_the_level_says_nothing_of_growth() -> None:
    growth = {"measure": "average_growth", "value": 3.0, "unit": "%/year"}
    assert _outcome(figure(2025, 200.0, kind="floor"), **growth) == (None, None)


def test_a_change_is_its_own_figure() -> None:
    change = {"measure": "cumulative_change", "value": -13.5, "direction": "<=", "unit": "%"}
    figures = figure(2025, -14.0, first_year=2021, measure="change")
    assert _outcome(figures, **change) == (True, -14.0)


def test_a_flow_needs_every_year() -> None:
    flow = {"measure": "average_flow", "value": 10.0, "base_year": 2023}
    assert _outcome(figure(2025, 12.0), **flow) == (None, None)
    assert _outcome(figure(2024, 9.0), figure(2025, 12.0), **flow) == (True, 10.5)


def test_a_measure_that_is_undefined_decides_nothing() -> None:
    growth = {"measure": "average_growth", "value": 3.0, "base_value": -1.0, "unit": "%/year"}
    assert _outcome(figure(2025, 120.0), **growth) == (None, None)
