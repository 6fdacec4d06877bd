"""Measures against numbers worked out by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.analysis.studies import ensemble
from xhsim.analysis.judging.attainment import attainment_table
from xhsim.analysis.judging.readable_table import readable
from xhsim.analysis.judging.required import required_path
from xhsim.errors import InputError
from xhsim.plots import attainment_heatmap, fan_chart
from xhsim.study.json_schema import json_schema
from xhsim.study.measures import MEASURES, ByYear, Measure, find_measure
from xhsim.study.targets import read_targets
from xhsim.wording.label import Label


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
    (value,) = MEASURES[measure].value(SIX, 2020, 2025)
    assert value == pytest.approx(wanted, rel=1e-12)


def test_measures_look_at_no_other_year_than_they_say() -> None:
    for measure in MEASURES.values():
        needed = {year: SIX[year] for year in measure.years(2020, 2025)}
        assert measure.value(needed, 2020, 2025) == measure.value(SIX, 2020, 2025)
        assert measure.years(2020, 2025) == sorted(needed)
    assert MEASURES["average_flow"].years(2020, 2023) == [2021, 2022, 2023]


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
    for name, wanted in (("average_growth", growth), ("cumulative_change", change)):
        found = MEASURES[name].value(years, 2020, 2021)
        assert np.array_equal(found, [wanted], equal_nan=True)


@given(st.floats(0.1, 1e6), st.floats(-20, 50), st.integers(1, 10))
def test_average_growth_inverts_compound_growth(base: float, rate: float, years: int) -> None:
    end = base * (1 + rate / 100) ** years
    (measured,) = MEASURES["average_growth"].value(
        {2020: np.array([base]), 2020 + years: np.array([end])}, 2020, 2020 + years
    )
    assert measured == pytest.approx(rate, abs=1e-9)


def test_measures_keep_the_axis_of_draws() -> None:
    years = {2020: np.array([1.0, 2.0, 4.0]), 2021: np.array([2.0, 2.0, 2.0])}
    assert MEASURES["cumulative_change"].value(years, 2020, 2021).tolist() == [100.0, 0.0, -50.0]


@pytest.mark.parametrize("measure", MEASURES.values(), ids=str)
def test_what_is_needed_is_what_meets_the_aim(measure: Measure) -> None:
    """The inverse: a path that ends where the measure says has the value aimed at."""
    for aim in (-13.5, 8.0, 30.0):
        goal = measure.needed(aim, 90.0, 5)
        shares = np.linspace(0.0, 1.0, 6)
        path = measure.path(90.0, goal, shares)
        assert path[-1] == pytest.approx(goal)
        (value,) = measure.value(_years(*path), 2020, 2025)
        assert value == pytest.approx(aim)


def test_a_path_grows_at_a_constant_rate_or_is_straight() -> None:
    shares = np.array([0.0, 0.5, 1.0])
    level = MEASURES["level"]
    assert level.path(1.0, 4.0, shares).tolist() == [1.0, 2.0, 4.0]
    assert level.path(-1.0, 4.0, shares).tolist() == [-1.0, 1.5, 4.0]
    assert MEASURES["average_flow"].path(1.0, 4.0, shares).tolist() == [4.0, 4.0, 4.0]


def test_a_comparison_of_runs_looks_at_levels_where_the_measure_is_a_ratio() -> None:
    found = {name: each.amount(SIX, 2020, 2025).item() for name, each in MEASURES.items()}
    assert found == pytest.approx(
        {
            "level": 161.051,
            "average_growth": 161.051,
            "cumulative_increase": 61.051,
            "cumulative_change": 161.051,
            "average_flow": 128.2102,
        }
    )


def test_aims_in_both_languages() -> None:
    assert MEASURES["average_flow"].aim_text(">=", 10, "stores/year") == "≥ 10 a year"
    assert MEASURES["average_growth"].aim_text(">=", 15, "%/year", "zh") == "年均 ≥ 15%"
    assert MEASURES["cumulative_change"].aim_text("<=", -13.5, "%", "zh") == "累计 ≤ −13.5%"
    assert MEASURES["cumulative_increase"].aim_text(">=", 30, "firms", "zh") == "累计 ≥ 30"
    assert MEASURES["level"].aim_text(">", 1e4, "CNY100M") == "> 10,000"
    with pytest.raises(InputError, match=r"'=>'\. known are >=, >, <="):
        MEASURES["level"].aim_text("=>", 1, "%")


def test_unknown_names_are_refused() -> None:
    with pytest.raises(InputError, match=r"'levl'\. did you mean \"level\""):
        find_measure("levl")
    with pytest.raises(InputError, match=r"'sum'\. known are level, average_growth"):
        find_measure("sum")


class Peak(Measure):
    """The highest value after the base year: a measure that xhsim does not have."""

    name = "peak"
    formula = "the highest of x(b + 1) ... x(d)"
    noun = Label("the peak", "峰值")
    asks = Label("{sign} {value} at the peak", "峰值 {sign} {value}")

    def years(self, base: int, deadline: int) -> list[int]:
        return list(range(base + 1, deadline + 1))

    def value(self, values: ByYear, base: int, deadline: int) -> np.ndarray:
        return np.asarray(np.max([values[year] for year in self.years(base, deadline)], axis=0))

    def needed(self, aim: float, start: float, years: int) -> float:
        return aim


PEAK = """
spike:
  label: {en: Spike, zh: 峰}
  variable: x
  measure: peak
  direction: ">="
  value: 12
  unit: unit
  period: [2020, 2022]
  group: all
  place: table
"""


def test_a_new_measure_is_one_class(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """From the file to tables and pictures, nothing else has to know of it."""
    file = tmp_path / "targets.yaml"
    file.write_text(PEAK, encoding="utf-8")
    with pytest.raises(InputError, match='"measure" cannot be the text "peak"'):
        read_targets(file)
    monkeypatch.setitem(MEASURES, "peak", Peak())

    targets = read_targets(file)
    spike = targets["spike"]
    assert spike.measure == MEASURES["peak"]
    assert spike.implied_level() == 12.0
    schema = json_schema("targets")["additionalProperties"]["properties"]["measure"]
    assert schema["enum"][-1] == "peak"

    runs = ensemble(x=[[3.0, 13.0, 6.0], [3.0, 9.0, 6.0], [3.0, 6.0, 12.0], [3.0, 4.0, 5.0]])
    table = attainment_table(runs, targets)
    row = table.to_dict("index")["spike"]
    assert (row["probability"], row["median"], row["measure"]) == (0.5, 10.5, "peak")
    assert required_path(runs, spike)["required"].tolist() == pytest.approx([3.0, 6.0, 12.0])

    assert readable(table).loc["Spike", "asks for"] == "≥ 12 at the peak unit"
    assert readable(table, "zh").loc["峰", "目标"] == "峰值 ≥ 12 unit"
    written = [text.get_text() for text in fan_chart(runs, "x", target=spike).texts]
    assert "target ≥ 12 at the peak" in written
    written = [text.get_text() for text in attainment_heatmap(table).texts]
    assert "≥ 12 at the peak" in written
