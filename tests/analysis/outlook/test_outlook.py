"""The outlook's table: what it says of each quantity; and the stored table is up to date."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pytest

from tests.analysis.outlook.classes import made_plan
from tests.analysis.outlook.pages import numbers_of
from tests.places import ROOT
from xhsim.analysis.outlook.outlook import Outlook, make_outlook
from xhsim.analysis.study import Study
from xhsim.report.terminal.outlook import outlook_csv


@pytest.fixture(scope="module")
def made() -> Outlook:
    return make_outlook(made_plan())


def test_each_quantity_has_a_row(made: Outlook) -> None:
    assert made.table.index.tolist() == ["size", "money", "luck"]
    assert made.table["prices"].tolist() == ["constant", "current", "current"]
    assert made.table["own"].tolist() == [15, 15, 0]
    assert made.table.loc["size", "label_zh"] == "规模"


def test_a_quantity_without_figures_has_no_numbers(made: Outlook) -> None:
    luck = made.table.loc["luck"].drop(["label", "label_zh", "prices", "figures", "own"])
    assert luck.isna().all()
    assert "luck" not in made.correlations


def test_numbers_fit_together(made: Outlook) -> None:
    table = made.table.dropna()
    order = ["p05", "p25", "mean", "p75", "p95"]
    assert (np.diff(table[order].to_numpy(dtype=float), axis=1) > 0).all()
    assert (table["lasting_sd"] < table["ahead_sd"]).all()
    within = np.sqrt((table[["year_sd", "city_sd", "deviation_sd"]] ** 2).sum(axis=1))
    assert table["within_sd"].to_numpy(dtype=float) == pytest.approx(within.to_numpy(dtype=float))
    assert (table["innovation_sd"] <= table["deviation_sd"]).all()
    # Every year of the plan lies ahead here.
    assert (table["mean"] == table["ahead_mean"]).all()


@pytest.fixture(scope="module")
def shipped(xuhui: Study) -> Outlook:
    return xuhui.outlook()


def test_what_is_stored_is_what_the_code_makes(shipped: Outlook) -> None:
    stored = pd.read_csv(ROOT / "model" / "outlook.csv").set_index("quantity")
    fresh = pd.read_csv(io.StringIO(outlook_csv(shipped))).set_index("quantity")
    # The last digits of a search differ between machines.
    pd.testing.assert_frame_equal(stored, fresh, rtol=0.02, atol=0.05)


def test_the_page_shows_the_stored_table() -> None:
    table = pd.read_csv(ROOT / "model" / "outlook.csv").set_index("quantity")
    growth = ["figures", "own", "p05", "p25", "mean", "p75", "p95", "freedom"]
    growth += ["ahead_mean", "ahead_sd", "lasting_sd"]
    spreads = ["place_sd", "plan_sd", "year_sd", "city_sd"]
    spreads += ["deviation_sd", "innovation_sd", "definition_sd"]
    for heading, columns, last_digit in (("lasting sd", growth, 0.1), ("new in it", spreads, 0.01)):
        rows = numbers_of(heading)
        for name, numbers in rows.items():
            wanted = table.loc[name, columns].dropna().to_numpy(dtype=float)
            assert numbers == pytest.approx(wanted, abs=0.51 * last_digit, rel=0.03), name
    assert list(numbers_of("lasting sd")) == table.index.tolist()


def test_the_place_is_heard(shipped: Outlook) -> None:
    table = shipped.table
    gdp = table.loc["gdp", ["y2021", "ahead_p05", "ahead_p75"]].to_numpy(dtype=float)
    assert gdp[0] == pytest.approx(8.1, abs=0.5)  # printed
    assert gdp[1] < 5 < gdp[2]
    assert table.loc[["pct_filings", "headquarters"], "mean"].isna().all()
