"""What to watch next, where the answer has a closed form."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from scipy.stats import norm

from tests.analysis.hanging import hanging_study
from tests.analysis.uncertainty.test_partial_information import move_of_event, share_of_event
from xhsim.analysis.study import Study
from xhsim.analysis.uncertainty.unpublished_figures import UnpublishedFigure
from xhsim.analysis.uncertainty.what_to_watch import most_telling, shortlist, what_to_watch
from xhsim.errors import InputError
from xhsim.study.names import Reference

SPREAD = 1 / norm.ppf(0.95)  # of growth
OUTPUTS = ["size", "zone size", "yield"]


@pytest.fixture(scope="module")
def run(linear: Study) -> xr.Dataset:
    return linear.ensemble(draws=4096, outputs=OUTPUTS)


@pytest.fixture(scope="module")
def table(linear: Study, run: xr.Dataset) -> pd.DataFrame:
    return linear.to_watch(run)


def test_a_figure_with_an_error_narrows_as_the_formula_says(table: pd.DataFrame) -> None:
    of_size = table[(table["target"] == "size") & (table["series"] == "size")].set_index("year")
    assert list(of_size["order"]) == [1, 2, 3, 4]
    assert list(of_size.index) == [2024, 2023, 2022, 2021]
    assert list(of_size["next"]) == [False, False, False, True]
    chance = float(norm.sf((3.4 - 3) / SPREAD))
    for year, row in of_size.to_dict("index").items():
        years = year - 2020  # type: ignore[operator]
        signal, noise = years * SPREAD, 0.03 * (100 + 3 * years)
        rho = signal / np.hypot(signal, noise)
        assert row["value_share"] == pytest.approx(rho**2, abs=3 * row["value_share_error"])
        wanted = 5 * SPREAD * rho * np.sqrt(2 / np.pi)
        assert row["value_move"] == pytest.approx(wanted, abs=3 * row["value_move_error"])
        wanted = share_of_event(rho, chance)
        assert row["share"] == pytest.approx(wanted, abs=3 * row["share_error"])
        wanted = 100 * move_of_event(rho, chance)
        assert row["points"] == pytest.approx(wanted, abs=3 * row["points_error"])
        assert row["probability"] == pytest.approx(chance, abs=0.01)


def test_another_line_tells_nothing(table: pd.DataFrame) -> None:
    other = table[(table["target"] == "size") & (table["series"] != "size")]
    assert len(other) == 8
    assert (other["share"] < 3 * other["share_error"]).all()
    assert (other["share"] >= 0).all()
    assert set(table["target"]) == {"size", "modest", "south"}  # the numbered ones
    # An aim that is the other side of the same line is narrowed in the same way.
    south = table[table["target"] == "south"].iloc[0]
    assert (south["series"], south["label_zh"]) == ("zone size[South]", "zone size（South）")


def test_better_figures_come_first(linear: Study, run: xr.Dataset) -> None:
    exact, rough = (UnpublishedFigure(Reference("size"), 2022, error) for error in (0.001, 0.05))
    late = UnpublishedFigure(Reference("size"), 2025, 0.0)
    own = {"size": linear.targets["size"]}
    found = what_to_watch(linear, run, own, [rough, exact, late])
    assert found["error"].tolist() == [0.001, 0.05]  # what comes with the deadline is too late
    assert found["share"].is_monotonic_decreasing
    assert found["share"].iloc[0] > 0.9
    pd.testing.assert_frame_equal(found, what_to_watch(linear, run, own, [rough, exact]))
    # What one figure tells does not depend on which others are asked for.
    alone = what_to_watch(linear, run, own, [rough])
    assert alone["share"].iloc[0] == found["share"].iloc[1]
    other = what_to_watch(linear, run, own, [rough], seed=1)
    assert other["share"].iloc[0] != alone["share"].iloc[0]


def test_draws_that_are_worth_less_have_larger_errors(linear: Study, run: xr.Dataset) -> None:
    some = run.isel(draw=slice(1024))
    full = linear.to_watch(some)
    less = linear.to_watch(some.assign_attrs(draw_worth=0.25))
    assert less.attrs["effective_draws"] == 256
    assert full.attrs["effective_draws"] == 1024
    keys = ["target", "series", "year"]
    both = full.merge(less, on=keys, suffixes=("", "_less"))
    both = both[both["share"] > 0.05]
    ratio = both["share_error_less"] / both["share_error"]
    assert ratio.median() == pytest.approx(2, abs=0.2)


def test_failed_draws_do_not_count(linear: Study, run: xr.Dataset) -> None:
    some = run.isel(draw=slice(512)).copy(deep=True)
    fewer = linear.to_watch(some.isel(draw=slice(2, None)))
    some["size"][:2] = np.inf
    found = linear.to_watch(some)
    assert found.attrs["effective_draws"] == 510
    assert found["probability"].tolist() == fewer["probability"].tolist()
    some["size"][:] = np.nan
    with pytest.raises(InputError, match="in all 512 draws of scenario"):
        linear.to_watch(some)


def test_a_decided_target_has_no_share_but_a_value(linear: Study, run: xr.Dataset) -> None:
    sure = {"size": replace(linear.targets["size"], value=50.0)}
    found = what_to_watch(linear, run, sure)
    assert found["share"].isna().all()
    assert found["points"].isna().all()
    assert not found["sure"].any()
    assert found["value_share"].is_monotonic_decreasing
    assert found["probability"].unique().tolist() == [1.0]


def test_only_what_the_ensemble_has_is_expected(linear: Study, run: xr.Dataset) -> None:
    own = {"size": linear.targets["size"]}
    assert set(what_to_watch(linear, run[["size"]], own)["series"]) == {"size"}
    missing = [UnpublishedFigure(Reference("yield"), 2022, 0.1)]
    with pytest.raises(InputError, match=r"the figure of 2022 needs .yield."):
        what_to_watch(linear, run[["size"]], own, missing)
    assert what_to_watch(linear, run[["size"]], own, []).empty


def test_an_unpublished_base_is_marked(tmp_path: Path) -> None:
    study = hanging_study(tmp_path / "study")
    found = study.to_watch(study.ensemble(draws=64), study.targets)
    marked = found.loc[~found["assessable"], "target"]
    assert set(marked) == {"total"}


def test_the_list_for_readers(table: pd.DataFrame) -> None:
    short = shortlist(table, 2)
    assert short["target"].tolist() == ["size", "modest", "south"]
    assert (short["year"] == 2021).all()
    every = shortlist(table, 2, every_year=True)
    assert every["year"].tolist() == [2024, 2023] * 3
    ranked = most_telling(table)
    of_size = ranked[(ranked["series"] == "size") & (ranked["year"] == 2024)]
    size = table[(table["series"] == "size") & (table["year"] == 2024) & table["sure"]]
    assert of_size["targets"].tolist() == [2]  # both that are measured on it
    assert of_size["points"].tolist() == pytest.approx([size["points"].sum()])
    assert ranked["points"].is_monotonic_decreasing


def test_the_shipped_study_is_told_by_its_own_series(xuhui: Study) -> None:
    ensemble = xuhui.ensemble("plan", draws=256)
    table = xuhui.to_watch(ensemble)
    first = table[table["order"] == 1].set_index("target")
    assert first.loc["retail_sales", "series"] == "retail sales"
    assert first.loc["retail_sales", "year"] == 2024
    assert len(first) == 18
    assert table["label_zh"].ne("").all()
