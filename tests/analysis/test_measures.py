"""Measures against numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xhsim.analysis.measures import MEASURES, meets, years_of


def _years(*values: float, first: int = 2020) -> dict[int, np.ndarray]:
    return {first + number: np.array([value]) for number, value in enumerate(values)}


SIX = _years(100, 90, 120, 130, 140, 161.051)


@pytest.mark.parametrize(
    ("measure", "wanted"),
    [
        ("level", 161.051),
        ("average_growth", 10.0),  # 1.1 ** 5 = 1.61051
        ("cumulative_increase", 61.051),
        ("cumulative_change", 61.051),
        ("average_flow", (90 + 120 + 130 + 140 + 161.051) / 5),  # without the base year
    ],
)
def test_measures_of_six_years(measure: str, wanted: float) -> None:
    (value,) = MEASURES[measure](SIX, 2020, 2025)
    assert value == pytest.approx(wanted, rel=1e-12)


def test_measures_look_at_no_other_year_than_they_say() -> None:
    for name, measure in MEASURES.items():
        needed = {year: SIX[year] for year in years_of(name, 2020, 2025)}
        assert measure(needed, 2020, 2025) == measure(SIX, 2020, 2025)
        assert years_of(name, 2020, 2025) == sorted(needed)
    assert years_of("average_flow", 2020, 2023) == [2021, 2022, 2023]


@pytest.mark.parametrize(
    ("base", "deadline", "growth", "change"),
    [
        (100.0, 0.0, -100.0, -100.0),  # all is lost
        (100.0, -50.0, -100.0, -150.0),  # and more than all: no root of a negative number
        (0.0, 50.0, np.nan, np.nan),  # growth from nothing
        (-10.0, -5.0, np.nan, np.nan),  # half the loss is no fall by half
        (np.nan, 5.0, np.nan, np.nan),
        (5.0, np.nan, np.nan, np.nan),
    ],
)
def test_growth_from_or_to_nothing(
    base: float, deadline: float, growth: float, change: float
) -> None:
    years = _years(base, deadline)
    assert np.array_equal(MEASURES["average_growth"](years, 2020, 2021), [growth], equal_nan=True)
    assert np.array_equal(
        MEASURES["cumulative_change"](years, 2020, 2021), [change], equal_nan=True
    )


@given(st.floats(0.1, 1e6), st.floats(-20, 50), st.integers(1, 10))
def test_average_growth_inverts_compound_growth(base: float, rate: float, years: int) -> None:
    end = base * (1 + rate / 100) ** years
    (measured,) = MEASURES["average_growth"](
        {2020: np.array([base]), 2020 + years: np.array([end])}, 2020, 2020 + years
    )
    assert measured == pytest.approx(rate, abs=1e-9)


def test_measures_keep_the_axis_of_draws() -> None:
    years = {2020: np.array([1.0, 2.0, 4.0]), 2021: np.array([2.0, 2.0, 2.0])}
    assert MEASURES["cumulative_change"](years, 2020, 2021).tolist() == [100.0, 0.0, -50.0]


@pytest.mark.parametrize(
    ("direction", "wanted"),
    [
        (">=", [False, True, True, False, True, False]),
        (">", [False, False, True, False, True, False]),
        ("<=", [True, True, False, False, False, True]),
    ],
)
def test_meets_at_equality_and_without_a_number(direction: str, wanted: list[bool]) -> None:
    values = np.array([4.999, 5.0, 5.001, np.nan, np.inf, -np.inf])
    assert meets(values, direction, 5.0).tolist() == wanted
