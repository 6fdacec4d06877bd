"""Rivals of sealed forecasts: growth that goes on, from what was known."""

from __future__ import annotations

import math

import pytest
from scipy.stats import norm

from tests.study.forecasts.seals import known, sealed_target
from xhsim.analysis.forecasts.rivals import NO_RIVALS, rival_chance, rivals_of
from xhsim.analysis.history.naive_forecasts import last_growth, mean_growth

YEARS, VALUES = [2018, 2019, 2020], [90.0, 100.0, 105.0]
KNOWN = [known(year, value) for year, value in zip(YEARS, VALUES, strict=True)]
LOGS = [math.log(value) for value in VALUES]


def test_levels_go_on_from_the_last_one() -> None:
    expected = (last_growth(YEARS, LOGS, 2022), mean_growth(YEARS, LOGS, 2022))
    assert rivals_of(KNOWN, "Size", "level", 2022) == expected


def test_growth_is_that_of_the_levels() -> None:
    last, mean = rivals_of(KNOWN, "size", "growth", 2022)
    assert last is not None
    assert mean is not None
    assert last.mean == pytest.approx(math.log(105 / 100))
    assert mean.mean == pytest.approx(math.log(105 / 90) / 2)
    assert mean.deviation > last.deviation > 0


def test_published_growth_is_used_where_it_is_longer() -> None:
    growths = [known(year, 5.0 + year - 2017, measure="growth") for year in (2017, 2019, 2020)]
    last, mean = rivals_of([*KNOWN[-2:], *growths], "size", "growth", 2021)
    assert last is not None
    assert mean is not None
    assert last.mean == pytest.approx(math.log(1.08))
    # 2017 does not count: the year after it is not known.
    assert mean.mean == pytest.approx((math.log(1.07) + math.log(1.08)) / 2)


def test_rows_of_the_series_that_name_no_variable_count() -> None:
    extra = known(2016, 80.0, variable="")
    other = known(2017, 10.0, variable="", series="other")
    expected = last_growth([2016, *YEARS], [math.log(80), *LOGS], 2022)
    assert rivals_of([*KNOWN, extra, other], "size", "level", 2022)[0] == expected


def test_bounds_periods_and_other_variables_are_no_growth() -> None:
    others = [
        known(2019, 100.0, kind="floor"),
        known(2018, 95.0, first_year=2016, measure="growth"),
        known(2019, 50.0, variable="other"),
    ]
    assert rivals_of([*others, KNOWN[-1]], "size", "level", 2021) == NO_RIVALS
    assert rivals_of([*others, KNOWN[-1]], "size", "growth", 2021) == NO_RIVALS


@pytest.mark.parametrize(
    ("changes", "needed"),
    [
        ({}, 117.0),
        ({"measure": "average_growth", "value": 3.0, "base_value": None}, 105 * 1.03**5),
        ({"measure": "cumulative_increase", "value": 20.0}, 120.0),
    ],
)
def test_the_chance_of_a_target_is_that_of_the_level_it_needs(
    changes: dict[str, object], needed: float
) -> None:
    mean = mean_growth(YEARS, LOGS, 2025)
    above = norm.sf(math.log(needed), mean.mean, mean.deviation)
    target = sealed_target(**changes)
    assert rival_chance(KNOWN, target) == pytest.approx(above)
    below = target.model_copy(update={"direction": "<="})
    assert rival_chance(KNOWN, below) == pytest.approx(1 - above)


def test_growth_that_was_observed_once_is_certain() -> None:
    assert rival_chance(KNOWN[-2:], sealed_target(value=130.0)) == 1.0
    assert rival_chance(KNOWN[-2:], sealed_target(value=140.0)) == 0.0


@pytest.mark.parametrize(
    ("figures", "changes"),
    [
        (KNOWN[-1:], {}),
        (KNOWN, {"measure": "average_flow"}),
        (KNOWN, {"measure": "average_growth", "base_value": None, "base_year": 2015}),
        (KNOWN, {"value": -5.0}),
    ],
)
def test_it_says_nothing_where_it_knows_nothing(
    figures: list[object], changes: dict[str, object]
) -> None:
    assert math.isnan(rival_chance(figures, sealed_target(**changes)))  # type: ignore[arg-type]
