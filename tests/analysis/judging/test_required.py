"""The path that leads to a target, by hand."""

from __future__ import annotations

import math

import pytest

from tests.analysis.studies import ensemble, target
from xhsim.analysis.judging.required import required_growth, required_path
from xhsim.errors import InputError
from xhsim.study.measures import MEASURES

# Years 2020 to 2022; the medians are 10, 15 and 30.
PATHS = [[10, 12, 20], [10, 15, 30], [10, 18, 40]]


def test_a_path_of_constant_growth() -> None:
    """From 10 to 40 in two years is 100 % a year."""
    table = required_path(ensemble(x=PATHS), target(value=40.0))
    assert table.index.tolist() == [2020, 2021, 2022]
    assert table["required"].tolist() == pytest.approx([10, 20, 40])
    assert table["median"].tolist() == [10, 15, 30]
    assert table["gap"].tolist() == pytest.approx([0, -5, -10])
    needed, projected = table["growth_needed"].tolist(), table["growth_projected"].tolist()
    assert needed[:2] == pytest.approx([100, 100 * (40 / 15 - 1)])
    assert projected[:2] == pytest.approx([100 * (math.sqrt(3) - 1), 100])
    assert math.isnan(needed[2])
    assert math.isnan(projected[2])
    assert (table.attrs["goal"], table.attrs["target_id"], table.attrs["seed"]) == (40, "x", 7)


def test_the_gap_of_an_upper_limit_is_positive_below_it() -> None:
    table = required_path(ensemble(x=PATHS), target(value=40.0, direction="<="))
    assert table["gap"].tolist() == pytest.approx([0, 5, 10])


def test_growth_in_percent_a_year_leads_to_a_level() -> None:
    growth = target(measure=MEASURES["average_growth"], value=50.0)
    table = required_path(ensemble(x=PATHS), growth)
    assert table["required"].tolist() == pytest.approx([10, 15, 22.5])


def test_quantiles_leave_out_failed_draws() -> None:
    table = required_path(ensemble(x=[*PATHS, [math.nan, 99, 99]]), target())
    last = table[["p05", "p25", "p75", "p95"]].to_numpy()[-1]
    assert last == pytest.approx([21, 25, 35, 39])


def test_years_that_the_ensemble_lacks() -> None:
    with pytest.raises(InputError, match="starts in 2019, but the ensemble lacks 2019"):
        required_path(ensemble(x=PATHS), target(base_year=2019))


def test_an_ensemble_of_failed_draws() -> None:
    with pytest.raises(InputError, match="every draw has failed"):
        required_path(ensemble(x=[[math.inf, 1, 2]]), target())


def test_growth_needed_from_the_last_figure() -> None:
    targets = {"x": target(value=40.0), "early": target(id="early", value=40.0)}
    table = required_growth(ensemble(x=PATHS), targets, {"x": 2021, "early": 1990})
    first, second = table.to_dict("records")
    assert (first["year"], first["level"], first["goal"], first["projected"]) == (2021, 15, 40, 30)
    assert first["growth_needed"] == pytest.approx(100 * (40 / 15 - 1))
    assert first["growth_projected"] == pytest.approx(100)
    assert (second["year"], second["level"], second["aim"]) == (2020, 10, "≥ 40")
    assert required_growth(ensemble(x=PATHS), {}, {}).empty
