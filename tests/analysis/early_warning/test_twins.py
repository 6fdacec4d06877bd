"""Twins of the linear study, whose update is exact: ranks are uniform and intervals hold."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.stats import binom, kstest

from tests.analysis.monitoring.conftest import SIZE, YIELD, study_with
from xhsim.analysis.early_warning.ranks import calibration_table
from xhsim.analysis.early_warning.rates import light_rates
from xhsim.analysis.early_warning.twins import run_twins, twins_setting
from xhsim.errors import InputError
from xhsim.study.history.stored_twins import StoredTwins

FLOOR = "echo,2022,1,,Dmnl,echo,level,floor,0.1,,2023-01,office\n"
HALF = "echo,2022H1,1,,percent,echo,growth,point,0.1,,2022-08,office\n"


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return study_with(tmp_path_factory.mktemp("twins") / "study", SIZE, YIELD, FLOOR, HALF)


@pytest.fixture(scope="module")
def setting(study):
    return twins_setting(study, pilot=512)


@pytest.fixture(scope="module")
def made(study, setting) -> StoredTwins:
    *_, last = run_twins(study, twins=30, draws=64, setting=setting)
    return last


def test_points_of_whole_years_are_released_in_each_year(setting):
    releases = setting.counterparts.releases
    assert [(row.series, row.year) for row in releases] == [
        (series, year) for year in (2022, 2023, 2024) for series in ("size", "yield")
    ]
    assert setting.counterparts.errors == (0.005, 0.02) * 3
    assert [counted for _, counted in setting.dates] == [(0, 1), (0, 1, 2, 3), (0, 1, 2, 3, 4, 5)]
    assert list(setting.followed)[:2] == ["weather 2022", "growth"]


def test_a_twin_is_known_better_each_year(made):
    """Growth of a twin is known to within 0.5 % of 106 after a year, and of 112 after three."""
    chances = np.array([row.probabilities for row in made.rows if row.name == "size"])
    met = np.array([row.met for row in made.rows if row.name == "size"])
    brier = ((chances - met[:, np.newaxis]) ** 2).mean(axis=0)
    assert brier[0] > brier[-1]
    assert 0.1 < met.mean() < 0.6  # 3.4 a year is asked for, and 3 is expected
    assert chances[met, -1].mean() > 0.5 > 0.2 > chances[~met, -1].mean()


def test_intervals_hold_and_ranks_are_uniform(made):
    table = calibration_table(made)
    assert (table.loc[["size", "south", "growth"], "twins"] == 30).all()
    least = binom.ppf(0.0005, 30, 0.9) / 30
    assert (table["inside_90"].drop("all") >= least).all()
    assert table["p_holm"].min() > 0.01
    for name in ("size", "growth", "weather 2022"):
        shares = [row.share for row in made.rows if row.name == name]
        assert kstest(shares, "uniform").pvalue > 0.005


def test_the_same_seed_gives_the_same_twins_and_begun_ones_go_on(study, setting, made):
    *_, two = run_twins(study, twins=2, draws=64, setting=setting)
    assert two.rows == tuple(row for row in made.rows if row.twin < 2)
    *_, three = run_twins(study, twins=3, draws=64, begun=two, setting=setting)
    assert three.rows == tuple(row for row in made.rows if row.twin < 3)
    marked = replace(two, rows=tuple(replace(row, rank=0) for row in two.rows))
    *_, kept = run_twins(study, twins=2, draws=64, begun=marked, setting=setting)
    assert kept.rows == marked.rows
    stale = replace(marked, fingerprint={})
    *_, anew = run_twins(study, twins=1, draws=64, begun=stale, setting=setting)
    assert anew.rows == tuple(row for row in made.rows if row.twin < 1)


def test_rates_of_what_was_made(study, made):
    rates: Any = light_rates(made, study.files.monitoring, study.targets)
    row = rates.loc[("size", 2024)]
    assert row["warned"] > 0.8 > 0.4 > row["false_alarm"]


def test_a_study_without_such_figures_says_so(tmp_path):
    study = study_with(tmp_path / "study", FLOOR)
    with pytest.raises(InputError, match="point of a whole year"):
        twins_setting(study)
