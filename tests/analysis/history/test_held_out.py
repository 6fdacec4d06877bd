"""Figures to forecast: levels from the last one known, and growth as it was published."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import xhsim
from tests.analysis.studies import copy_of_linear
from xhsim.analysis.history.forecast import forecast
from xhsim.analysis.history.held_out import HeldOutFigure, held_out_figures
from xhsim.analysis.history.hindcast import hindcast_plans
from xhsim.analysis.study import Study
from xhsim.errors import InputError
from xhsim.study.files.mistakes import Place
from xhsim.study.history.observations import Observation

HEADER = "series,year,value,unit,variable,status,grade,source,measure,kind,high\n"
ROWS = """\
size,2020,100,unit,size,,good,made up,,,
size,2022,105,unit,size,,good,made up,,,
size,2022,106,unit,size,,good,made up,,,
size,2023,107,unit,size,,poor,made up,,,
size,2024,110,unit,size,,good,made up,,floor,
rate,2021,2,percent,size,,good,made up,growth,,
rate,2022,4,percent,size,,good,made up,growth,,
rate,2023,3,percent,size,,good,made up,growth,,
rate,2022-2024,3,percent,size,,good,made up,growth,,
rate,2023-2025,3,percent,size,,good,made up,growth,,
rate,2024,3,percent,size,,good,made up,growth,interval,4
whole,2023-2024,6,percent,size,,good,made up,change,,
"""
PLAN = """
until: 2025
parameters: [growth]
errors: {by_grade: {good: 0.01, poor: 0.03}, estimate: 0.02, growth: 0.5}
hindcast: {until: 2022, parameters: [growth]}
"""


def study_of(folder: Path, rows: str = ROWS) -> Study:
    files = {"model/history.csv": HEADER + rows, "model/calibration.yaml": PLAN}
    return xhsim.open_study(copy_of_linear(folder / "study", **files))


@pytest.fixture
def figures(tmp_path: Path) -> dict[str, HeldOutFigure]:
    study = study_of(tmp_path)
    plan, _ = hindcast_plans(study)
    found = held_out_figures(plan, study.files.observations, 2022)
    return {f"{figure.row.series} {figure.row.year}": figure for figure in found}


def test_points_are_forecast_if_they_begin_at_the_origin(
    figures: dict[str, HeldOutFigure],
) -> None:
    """Not floors and intervals, and not growth that had begun before."""
    assert list(figures) == ["size 2023", "rate 2023", "rate 2023-2025", "whole 2023-2024"]


def test_a_level_starts_from_the_last_figure_known(figures: dict[str, HeldOutFigure]) -> None:
    level = figures["size 2023"]
    assert level.start == 2022
    assert level.base == pytest.approx(np.log(106))
    assert level.error == pytest.approx(np.hypot(0.01, 0.03))
    assert level.observed == pytest.approx(np.log(107))
    assert level.last is not None
    assert level.last.mean == pytest.approx(np.log(106) + np.log(106 / 100) / 2)


def test_growth_is_a_ratio_of_levels(figures: dict[str, HeldOutFigure]) -> None:
    one, three, whole = (figures[key] for key in list(figures)[1:])
    assert [each.start for each in (one, three, whole)] == [2022, 2022, 2022]
    assert [each.base for each in (one, three, whole)] == [0, 0, 0]
    assert one.observed == pytest.approx(np.log(1.03))
    assert three.observed == pytest.approx(3 * np.log(1.03))
    assert whole.observed == pytest.approx(np.log(1.06))
    # Half a percentage point of each year's growth; a change has the error of a ratio.
    assert one.error == pytest.approx(0.005 / 1.03)
    assert three.error == pytest.approx(3 * 0.005 / 1.03)
    assert whole.error == pytest.approx(0.01)


def test_rivals_continue_published_growth(figures: dict[str, HeldOutFigure]) -> None:
    known = np.log([1.02, 1.04])
    three = figures["rate 2023-2025"]
    assert three.last is not None
    assert three.mean is not None
    assert three.last.mean == pytest.approx(3 * known[1])
    assert three.mean.mean == pytest.approx(3 * known.mean())
    spread = known.std(ddof=1)
    assert three.last.deviation == pytest.approx(spread * np.sqrt(3))
    assert three.mean.deviation == pytest.approx(spread * np.sqrt(3 + 9 / 2))
    assert figures["whole 2023-2024"].last is None


def test_growth_is_shown_in_percent(figures: dict[str, HeldOutFigure]) -> None:
    for figure in figures.values():
        assert float(figure.shown(figure.observed)) == pytest.approx(figure.row.value)


def test_the_model_forecasts_growth(tmp_path: Path) -> None:
    """A straight line from 100 that gains about three a year."""
    study = study_of(tmp_path)
    plan, past = hindcast_plans(study)
    found = forecast(study, plan, past, 2022, {("growth", ""): 3.0}, draws=8, seed=0)
    expected = [np.log(106 * 109 / 106), *np.log([109 / 106, 115 / 106, 112 / 106])]
    assert found.logs == pytest.approx(np.tile(expected, (8, 1)))
    assert list(found.fans) == ["size"]


@given(st.floats(-50, 100), st.integers(1, 5), st.sampled_from(["growth", "change"]))
def test_logarithms_and_percentages_are_inverse(value: float, years: int, measure: str) -> None:
    row = Observation(
        *("x", 2020, 2019 + years, value, "percent", "x", "", "", "made up", ""),
        Place("history.csv", 2),
        measure=measure,
    )
    figure = HeldOutFigure(row, 2019, 0.0, 0.01, None, None)
    assert float(figure.shown(figure.observed)) == pytest.approx(value, abs=1e-9)


def test_nothing_to_forecast(tmp_path: Path) -> None:
    study = study_of(tmp_path)
    plan, _ = hindcast_plans(study)
    with pytest.raises(InputError, match="both up to 2025"):
        held_out_figures(plan, study.files.observations, 2025)
