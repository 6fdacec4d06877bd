"""Summaries of forecast figures: shares with intervals, scores of what can be compared."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from xhsim.analysis.history.hindcast_scores import compare, summarise


def table() -> pd.DataFrame:
    """Two series; a rival could not forecast the last figure."""
    rows = [
        ("gdp", 2016, 1, True, True, 0.5, 1.0, 2.0, 2.0, 2.0),
        ("gdp", 2017, 2, False, True, 0.1, 3.0, 2.0, 2.0, 4.0),
        ("industry", 2016, 1, False, False, 0.99, 5.0, 50.0, 40.0, 30.0),
        ("retail", 2017, 1, True, True, 0.3, 9.0, np.nan, np.nan, np.nan),
    ]
    columns = ["series", "origin", "horizon", "inside_50", "inside_90", "pit", "model"]
    return pd.DataFrame(
        rows, columns=[*columns, "last_growth", "last_growth_spread", "mean_growth"]
    )


def test_shares_count_all_figures_and_scores_what_can_be_compared() -> None:
    total = summarise(table(), "series").loc["all"]
    assert (total["observations"], total["compared"]) == (4, 3)
    assert (total["inside_50"], total["inside_90"]) == (0.5, 0.75)
    assert total["model"] == pytest.approx(3)
    assert total["last_growth"] == pytest.approx(18)


def test_a_series_that_no_rival_can_forecast_keeps_its_own_score() -> None:
    row = summarise(table(), "series").loc["retail"]
    assert row["model"] == 9
    assert np.isnan(row["last_growth"])


def test_the_interval_of_a_share_is_wilsons() -> None:
    row = summarise(table(), "horizon").loc[1]
    expected = binomtest(2, 3).proportion_ci(method="wilson")
    assert (row["inside_90_low"], row["inside_90_high"]) == pytest.approx(tuple(expected))


def test_origins_and_horizons_are_in_order() -> None:
    assert list(summarise(table()[::-1], "origin").index) == [2016, 2017, "all"]
    assert list(summarise(table(), "origin", total=False).index) == [2016, 2017]


def test_comparison_with_and_without_a_series() -> None:
    found = compare(table(), ["industry"])
    assert found.loc["all", "model"] == pytest.approx(3)
    # For gdp the last growth is as good as the model.
    columns = ["series", "ahead_of_last_growth", "ahead_of_mean_growth"]
    assert found[columns].to_numpy()[0].tolist() == [2, 1, 2]
    columns = ["compared", "model", "last_growth", "mean_growth"]
    assert found[columns].to_numpy()[1].tolist() == [2, 2, 2, 3]
    assert list(compare(table(), []).index) == ["all"]
