"""The parts of a fan chart: observations, the target's mark, limits and figures of the axes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from tests.plots.examples import attainment, ensemble, targets
from xhsim.errors import InputError
from xhsim.plots import fan_chart
from xhsim.plots.canvas.fan_parts import (
    CHART,
    PANEL,
    UPWARDS,
    chance_of,
    draw_history,
    draw_target,
    set_limits,
)
from xhsim.plots.canvas.pictures import new_axes
from xhsim.plots.canvas.series import Required

TARGETS = {target.id: target for target in targets()}


@pytest.fixture(scope="module")
def runs() -> xr.Dataset:
    return ensemble(200)


def test_axis_starts_at_zero_where_that_costs_little(runs: xr.Dataset) -> None:
    assert fan_chart(runs, "listed firms").get_ylim()[0] == 0
    assert fan_chart(runs, "industrial output").get_ylim()[0] > 400


def test_figures_on_the_axis_share_their_decimals(runs: xr.Dataset) -> None:
    ax = fan_chart(runs, "energy intensity")
    figures = ax.yaxis.get_major_formatter().format_ticks([0.08, 0.1, 0.12])
    assert figures == ["0.08", "0.10", "0.12"]
    assert ax.yaxis.get_major_formatter().format_ticks([-1000, 0, 1000]) == ["−1,000", "0", "1,000"]
    assert ax.yaxis.get_major_formatter()(12.5) == "12.5"


def _seen(rows: list[tuple[float, float, bool]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["year", "value", "first"])


def test_limits_leave_room_and_start_at_zero_where_zero_is_near() -> None:
    ax = new_axes()
    years = np.array([2020.0, 2025.0])
    set_limits(ax, np.array([90.0, 110.0]), years, _seen([]), None, CHART)
    assert ax.get_ylim() == pytest.approx((90 - 0.07 * 20, 110 + 0.07 * 20))
    assert ax.get_xlim() == pytest.approx((2019.7, 2025.15))
    set_limits(ax, np.array([10.0, 110.0]), years, _seen([(2015, 9, True)]), None, CHART)
    assert ax.get_ylim() == pytest.approx((0, 110 + 0.07 * 100))
    assert ax.get_xlim() == pytest.approx((2014.7, 2025.15))


def test_a_constant_has_room_above_and_below() -> None:
    ax = new_axes()
    set_limits(ax, np.array([-40.0, -40.0]), np.array([2020.0, 2021.0]), _seen([]), None, CHART)
    assert ax.get_ylim() == pytest.approx((-42, -38))


def test_the_first_vintages_are_a_line_and_the_others_rings() -> None:
    ax = new_axes()
    draw_history(ax, _seen([(2015, 1, True), (2016, 2, True), (2016, 3, False)]), PANEL)
    line, rings = ax.lines
    assert np.asarray(line.get_xydata()).tolist() == [[2015, 1], [2016, 2]]
    assert np.asarray(rings.get_xydata()).tolist() == [[2016, 3]]
    assert (line.get_linestyle(), rings.get_linestyle()) == ("-", "None")


@pytest.mark.parametrize(("direction", "marker"), [(">=", UPWARDS), (">", UPWARDS), ("<=", 11)])
def test_the_mark_of_a_target_points_to_where_it_is_met(direction: str, marker: int) -> None:
    ax = new_axes()
    asked = Required(np.empty(0), np.empty(0), (2025, 7), (2021, 2025))
    draw_target(ax, asked, direction, CHART)
    (mark,) = [line for line in ax.lines if line.get_gid() == "target"]
    assert mark.get_marker() == marker
    (level,) = [line for line in ax.lines if line.get_gid() == "target line"]
    assert np.asarray(level.get_xydata()).tolist() == [[2021, 7], [2025, 7]]


def test_the_sentence_with_a_chance_is_that_of_the_target() -> None:
    table = attainment()
    target = TARGETS["commodity_sales"]
    assert chance_of(None, target, "en") == ""
    assert chance_of(table, target, "en").endswith(", " + str(table.loc[target.id, "word"]))
    with pytest.raises(InputError, match="the attainment table has no target 'commodity_sales'"):
        chance_of(table.drop(index=target.id), target, "en")
