"""Levels with units and dates: the values read, and the texts that are neither."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xhsim.study.scenarios.levels import Level, parse_level, parse_moment, same_unit


@given(st.dates(date(1990, 1, 1), date(2090, 12, 31)))
def test_dates_lie_evenly_in_their_year(day: date) -> None:
    moment = parse_moment(day.isoformat())
    assert isinstance(moment, float)
    assert int(moment) == day.year
    length = 366 if day.year % 4 == 0 else 365
    assert (moment - day.year) * length == pytest.approx(day.timetuple().tm_yday - 1, abs=1e-6)


@pytest.mark.parametrize("text", ["2022-13", "2022-02-30", "20-01-01", "soon", "2022/01/01"])
def test_what_is_no_date(text: str) -> None:
    assert parse_moment(text) == text


def test_levels_with_units() -> None:
    level = parse_level(" 1.5e2  CNY100M / year")
    assert level is not None
    assert float(level) == 150
    assert level.unit == "CNY100M / year"
    assert parse_level("6") is None
    assert parse_level("six years") is None


def test_a_level_is_a_number_with_its_unit() -> None:
    assert Level(6.0, "CNY") * 2 == 12.0
    assert Level(6.0).unit == ""
    percent = parse_level("-1e-2 %")
    assert (percent, percent and percent.unit) == (-0.01, "%")


def test_units_are_the_same_whatever_the_spaces_and_case() -> None:
    assert same_unit(" cny100m/Year", "CNY100M / year")
    assert not same_unit("CNY100M", "CNY10M")
