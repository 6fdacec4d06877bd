"""The back-test: nothing later is used, and the bands of the shipped reference class hold."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tests.analysis.outlook.classes import made_plan
from tests.analysis.outlook.pages import numbers_of
from xhsim.analysis.outlook.backtest import Backtest, backtest_outlook, naive_growth
from xhsim.analysis.outlook.growth import Growth, growth_figures
from xhsim.analysis.study import Study
from xhsim.errors import InputError


@pytest.fixture(scope="module")
def found() -> Backtest:
    plan = made_plan(years=range(2010, 2015), until=2014)
    return backtest_outlook(growth_figures(plan), plan)


def test_origins_know_enough_and_horizons_are_at_most_five(found: Backtest) -> None:
    assert set(found.table["origin"]) == {2012, 2013}  # 36 figures by the end of 2012
    assert (found.table["year"] - found.table["origin"] == found.table["horizon"]).all()
    total = found.by().loc["all"]
    assert (total["figures"], total["forecasts"]) == (24, 36)


def test_what_comes_later_changes_nothing(found: Backtest) -> None:
    plan = made_plan(years=range(2010, 2015), until=2014)
    wild = tuple(
        replace(figure, value=99.0) if figure.last_year == 2014 else figure
        for figure in growth_figures(plan)
    )
    other = backtest_outlook(wild, plan)
    columns = ["place", "quantity", "origin", "year", "centre", "sd", "freedom"]
    pd.testing.assert_frame_equal(other.table[columns], found.table[columns])


def test_rivals_forecast_with_what_they_know() -> None:
    known = [Growth("A", 0, 2019, 2019, 4.0), Growth("B", 0, 2020, 2020, 10.0)]
    last, mean = naive_growth(known, "C", 0)
    assert (last[0], mean[0]) == (10.0, 7.0)
    assert naive_growth(known, "A", 0)[0][0] == 4.0
    assert np.isnan(naive_growth(known, "A", 1)).all()


def test_too_few_figures_are_refused() -> None:
    plan = made_plan(years=range(2012, 2014))
    with pytest.raises(InputError, match=r"too few for a back-test"):
        backtest_outlook(growth_figures(plan), plan)


@pytest.fixture(scope="module")
def shipped(xuhui: Study) -> Backtest:
    plan = xuhui.files.outlook_plan
    return backtest_outlook(growth_figures(plan), plan)


def test_the_bands_of_the_shipped_class_hold(shipped: Backtest) -> None:
    total = shipped.by().loc["all"]
    assert total["figures"] > 200
    assert 0.40 <= total["inside_50"] <= 0.60
    assert 0.85 <= total["inside_90"] <= 0.97
    by_horizon = shipped.by("horizon")
    assert by_horizon.index.tolist() == [1, 2, 3, 4, 5]
    assert by_horizon["inside_50"].between(0.40, 0.60).all()
    assert by_horizon["inside_90"].between(0.84, 0.97).all()  # fewer figures, and they are related


def test_it_scores_better_than_growth_carried_on(shipped: Backtest) -> None:
    total = shipped.by().loc["all"]
    assert total["model"] < 0.85 * min(total["last_growth"], total["mean_growth"])
    large = shipped.by("quantity").loc[["gdp", "fiscal_revenue", "retail_sales"]]
    assert (large["model"] < large[["last_growth", "mean_growth"]].min(axis=1)).all()
    assert sum(shipped.pit_counts()) == len(shipped.table)


def test_the_page_shows_what_is_found(shipped: Backtest) -> None:
    columns = ["figures", "forecasts", "inside_50", "inside_90"]
    columns += ["model", "last_growth", "mean_growth"]
    found = pd.concat([shipped.by(), shipped.by("quantity")])[columns]
    found[["inside_50", "inside_90"]] *= 100
    page = numbers_of("last growth")
    # A search differs a little between machines: one figure more or less in an interval.
    for name, row in found.iterrows():
        assert page[str(name)] == pytest.approx(row.tolist(), rel=0.03, abs=2), name
