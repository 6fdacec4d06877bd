"""Trajectories, observations and targets as the arrays that a picture draws."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from tests.plots.examples import YEARS, ensemble, targets
from xhsim.plots.canvas.series import Paths, history_of, paths_of, required_by
from xhsim.study.measures import MEASURES
from xhsim.study.names import Reference
from xhsim.wording.label import Label

TARGETS = {target.id: target for target in targets()}


@pytest.fixture(scope="module")
def runs() -> xr.Dataset:
    return ensemble(200)


def test_years_without_any_value_are_left_out(runs: xr.Dataset) -> None:
    late = runs.copy(deep=True)
    late["pct_filings"][:, :3] = np.nan
    paths = paths_of(late, "pct filings")
    assert paths.years.tolist() == YEARS[3:].tolist()
    assert paths.values.shape == (200, 8)


def test_flow_target_is_a_line_over_the_years_it_averages(runs: xr.Dataset) -> None:
    target = dataclasses.replace(
        TARGETS["pct_filings"], measure=MEASURES["average_flow"], value=400.0
    )
    asked = required_by(target, paths_of(runs, target.variable))
    assert asked.span == (2021.0, 2025.0)
    assert asked.mark == (2025.0, 400.0)


def test_element_may_be_in_the_name_or_apart(runs: xr.Dataset) -> None:
    expected = runs["cluster_output"].sel(cluster="Life health").to_numpy()
    for paths in (
        paths_of(runs, "Cluster output[life health]"),
        paths_of(runs, "cluster_output", "Life health"),
        paths_of(runs, Reference("cluster output", ("Life health",))),
    ):
        np.testing.assert_array_equal(paths.values, expected)
    assert paths.label.en == "cluster output (Life health)"


def test_history_of_other_variables_is_not_drawn() -> None:
    table = pd.DataFrame(
        {
            "year": [2016, 2015, "2016-2020", 2015, 2015, 2015],
            "value": [2.0, 1.0, 5.0, 1.5, 7.0, 8.0],
            "variable": ["GDP", "gdp", "gdp", "gdp", "other", None],
        }
    )
    found = history_of(table, "gdp")
    assert found["year"].tolist() == [2015, 2015, 2016]
    assert found["value"].tolist() == [1.0, 1.5, 2.0]
    assert found["first"].tolist() == [True, False, True]
    assert history_of(None, "gdp").empty
    assert history_of(table, "nothing").empty


def test_quantiles_and_medians_between_the_years() -> None:
    values = np.array([[1.0, 10.0], [2.0, 20.0], [5.0, 60.0]])
    paths = Paths("x", Label(), "", np.array([2020.0, 2022.0]), values)
    assert paths.quantiles(0.0, 0.5, 0.75).tolist() == [[1, 10], [2, 20], [3.5, 40]]
    assert paths.median_in(2021) == 11
    assert np.isnan(paths.median_in(2019))


def test_growth_target_leads_from_the_median_of_the_base_year() -> None:
    years = np.arange(2020.0, 2026.0)
    paths = Paths("x", Label(), "", years, np.stack([years * 0 + 100, years * 0 + 300]))
    target = dataclasses.replace(TARGETS["ai_growth"], value=10.0)
    asked = required_by(target, paths)
    assert asked.mark == pytest.approx((2025, 200 * 1.1**5))
    assert asked.span == (2024.55, 2025.45)
    halfway = float(np.interp(2022.5, asked.years, asked.values))
    assert halfway == pytest.approx(200 * 1.1**2.5)
