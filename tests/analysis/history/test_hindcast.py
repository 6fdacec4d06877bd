"""Hindcasts of straight lines, whose answer is an integral, and the one that ships."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

import xhsim
from tests.analysis.history import waves
from tests.analysis.studies import copy_of_linear
from xhsim.analysis.history.hindcast import (
    ONLY,
    TOGETHER,
    HindcastResult,
    hindcast,
    structures_of,
)
from xhsim.analysis.history.structure_weights import structure_weights
from xhsim.analysis.study import Study
from xhsim.errors import InputError

HISTORY = """series,year,value,unit,variable,status,grade,source,note
size,2020,90,unit,size,published,good,made up,another level than the model's
size,2021,93,unit,size,published,good,made up,
size,2022,95.5,unit,size,published,good,made up,
size,2024,100,unit,size,published,good,made up,
size,2025,120,unit,size,published,good,made up,
size,2025,99,unit,size,published,good,made up,a second figure
yield,2022,20,unit/year,yield,published,good,made up,
yield,2024,23,unit/year,yield,published,good,made up,
south,2024,18,unit,zone size[South],published,good,made up,never seen before
"""
PLAN = """
until: 2025
parameters: [growth]
uncertain:
  idle: 90% in [0.5, 2] lognormal
errors: {by_grade: {good: 0.01}, estimate: 0.02}
hindcast:
  until: [2024, 2022]
  parameters: [growth]
  unknown:
    weather: {2022: 0, 2023: 1, 2024: 1}
  apart: [size]
"""
STRUCTURES = """
drawn:
  label: {en: Drawn, zh: 抽取}
  description: Nothing is set.
  set: {idle: 1}
flat:
  label: {en: Flat, zh: 不变}
  description: Nothing grows.
  set: {growth: 0}
"""
SIGMAS = 1.6448536269514722
QUANTILES = ["p05", "p25", "median", "p75", "p95"]


def study_of(folder: Path, *, plan: str = PLAN, structures: str | None = None) -> Study:
    files = {"model/history.csv": HISTORY, "model/calibration.yaml": plan}
    if structures:
        files["model/structures.yaml"] = structures
    return xhsim.open_study(copy_of_linear(folder / "study", **files))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> HindcastResult:
    return hindcast(study_of(tmp_path_factory.mktemp("linear")), draws=8192, seed=2)


@pytest.fixture(scope="module")
def weighed(tmp_path_factory: pytest.TempPathFactory) -> HindcastResult:
    return hindcast(study_of(tmp_path_factory.mktemp("two"), structures=STRUCTURES), draws=2048)


def test_what_is_forecast(made: HindcastResult) -> None:
    """From each origin what had an earlier figure, and each year once."""
    table = made.table
    assert list(zip(table["origin"], table["series"], table["year"], strict=True)) == [
        (2022, "size", 2024),
        (2022, "size", 2025),
        (2022, "yield", 2024),
        (2024, "size", 2025),
    ]
    assert table["known"].tolist() == [2022, 2022, 2022, 2024]
    assert table["horizon"].tolist() == [2, 3, 2, 1]
    assert table["observed"].tolist() == [100, 120, 23, 120]
    assert (table["structure"] == ONLY).all()
    assert made.origins == (2022, 2024)
    assert made.weights == {ONLY: 1.0}
    assert made.runs["known"].tolist() == [4, 7]


def test_a_forecast_is_the_posterior_of_growth(made: HindcastResult) -> None:
    """Only growth counts: the figures' level, a tenth below the model's, is another matter."""
    growth = np.linspace(-3, 9, 4001)
    times, seen = np.array([0.0, 1.0, 2.0]), np.log([90, 93, 95.5])
    gaps = np.log(100 + growth[:, None] * times) - seen
    gaps -= gaps.mean(axis=1, keepdims=True)
    density = norm(3, 1 / SIGMAS).pdf(growth) * np.exp(-0.5 * (gaps**2).sum(axis=1) / 0.01**2)
    density /= density.sum()
    ahead = np.log(95.5) + np.log((100 + growth * 5) / (100 + growth * 2))
    grid = np.linspace(4, 5.5, 6001)
    error = np.hypot(0.01, 0.01)
    chances = norm.cdf((grid[:, None] - ahead) / error) @ density
    expected = np.exp([np.interp(level, chances, grid) for level in (0.05, 0.25, 0.5, 0.75, 0.95)])
    row = made.table.iloc[1]
    assert row[QUANTILES].astype(float).to_numpy() == pytest.approx(expected, rel=0.0015)
    assert not row["inside_90"]
    assert row["p95"] < 120


def test_shocks_begin_when_nothing_more_is_known(made: HindcastResult) -> None:
    """Weather of 2024 has the spread of its shock, and the deviation that was not known."""
    row = made.table.iloc[2]
    levels = norm(11, 2 / SIGMAS).ppf([0.05, 0.25, 0.5, 0.75, 0.95]) / 10 * 20
    assert row[QUANTILES].astype(float).to_numpy() == pytest.approx(levels, rel=0.01)
    assert row["inside_50"]
    assert row["inside_90"]


def test_rivals_need_to_have_seen_growth(made: HindcastResult) -> None:
    table = made.table.set_index(["origin", "series", "year"])
    size = table.loc[[(2022, "size", 2025)]].iloc[0]
    growth = np.log(95.5 / 93)
    assert size["last_growth"] == pytest.approx(100 * (np.log(120 / 95.5) - 3 * growth))
    rivals = table[["last_growth", "mean_growth"]].loc[[(2022, "yield", 2024)]]
    assert rivals.isna().all(axis=None)


def test_summaries(made: HindcastResult) -> None:
    total = made.by_series().loc["all"]
    assert (total["observations"], total["compared"]) == (4, 3)
    size = made.table[made.table["series"] == "size"]
    assert total["model"] == pytest.approx(size["model"].mean())
    assert made.by_origin()["observations"].to_dict() == {2022: 3, 2024: 1, "all": 4}
    assert list(made.by_horizon().index) == [1, 2, 3, "all"]
    assert list(made.by_structure().index) == [ONLY]
    # Nothing that can be compared is left without the series.
    assert made.comparison().loc["without", "compared"] == 0


def test_some_origins_alone(tmp_path: Path, made: HindcastResult) -> None:
    alone = hindcast(study_of(tmp_path), origins=[2024], draws=8192, seed=2)
    same = made.table[made.table["origin"] == 2024].reset_index(drop=True)
    pd.testing.assert_frame_equal(alone.table, same)


def test_progress_is_told_for_each_forecast(tmp_path: Path) -> None:
    told: list[int] = []
    hindcast(study_of(tmp_path, structures=STRUCTURES), draws=64, progress=told.append)
    assert told == [1, 1, 1, 1]


def test_each_structure_is_forecast_on_its_own(weighed: HindcastResult) -> None:
    table = weighed.table
    assert set(table["structure"]) == {"drawn", "flat", TOGETHER}
    assert weighed.headline == TOGETHER
    flat = table[(table["structure"] == "flat") & (table["series"] == "size")]
    # Without growth the last figure stays, within the errors of both.
    assert (flat["median"] / flat["anchor"]).to_numpy() == pytest.approx(1, abs=0.002)
    assert weighed.runs.groupby("structure")["parameters"].first().to_dict() == {
        "drawn": 1,
        "flat": 0,
    }
    assert sum(weighed.weights.values()) == pytest.approx(1)
    assert weighed.weights["drawn"] > weighed.weights["flat"] >= 0.1
    alone = table[table["structure"] != TOGETHER]
    assert structure_weights(alone, ("drawn", "flat")) == weighed.weights


def test_together_uses_weights_that_were_known(weighed: HindcastResult) -> None:
    """Equal at the first origin, and at the second those that the year between has given."""
    pit = weighed.table.set_index(["origin", "structure", "series", "year"])["pit"]
    first = pit.loc[2022].unstack("structure")
    mean = (first["drawn"] + first["flat"]) / 2
    assert first[TOGETHER].to_numpy() == pytest.approx(mean.to_numpy(), abs=0.01)
    rows = weighed.table[weighed.table["structure"] != TOGETHER]
    past = rows[(rows["origin"] == 2022) & (rows["year"] <= 2024)]
    weights = structure_weights(past, ("drawn", "flat"))
    second = pit.loc[2024].unstack("structure")
    mean = weights["drawn"] * second["drawn"] + weights["flat"] * second["flat"]
    assert second[TOGETHER].to_numpy() == pytest.approx(mean.to_numpy(), abs=0.01)


def test_many_series_cover_together(tmp_path: Path) -> None:
    """The true model and one that says that nothing moves: the true one gets the weight."""
    still = ", ".join(f'"wave[{name}]": 0' for name in waves.NAMES)
    text = (
        "right: {label: {en: R, zh: 对}, description: True., set: {}}\n"
        "still: {label: {en: S, zh: 静}, description: No waves., set: {" + still + "}}\n"
    )
    study = waves.study_of(tmp_path / "study", structures=text)
    assert len(structures_of(study)["still"]) == waves.SERIES
    found = hindcast(study, draws=512)
    assert found.weights["right"] > 0.85
    shares = found.by_structure()["inside_90"]
    assert shares["right"] == pytest.approx(0.9, abs=0.07)
    assert shares["still"] < 0.6


def test_the_stored_posterior_is_not_used(xuhui: Study) -> None:
    """It knows what came later."""
    found = hindcast(xuhui, origins=[2018], structures=["trend"], draws=64)
    assert (found.table["known"] <= 2018).all()
    assert (found.table["year"] > 2018).all()
    prior = xhsim.open_study(posterior=False)
    again = hindcast(prior, origins=[2018], structures=["trend"], draws=64)
    pd.testing.assert_frame_equal(found.table, again.table)
    assert found.runs["k_hat"].max() < 0.7


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        (PLAN[: PLAN.index("hindcast:")], "has no plan for a hindcast"),
        (PLAN.replace("[2024, 2022]", "2025"), "no series has figures both up to 2025"),
    ],
)
def test_nothing_to_forecast(tmp_path: Path, plan: str, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        hindcast(study_of(tmp_path, plan=plan))
    assert str(caught.value.file).endswith("calibration.yaml")


def test_unknown_origins_and_structures(tmp_path: Path) -> None:
    study = study_of(tmp_path, structures=STRUCTURES)
    with pytest.raises(InputError, match="no origin 2021") as caught:
        hindcast(study, origins=[2021])
    assert "2022" in str(caught.value)
    with pytest.raises(InputError, match="no structure flatt") as caught:
        hindcast(study, structures=["flatt"])
    assert 'did you mean "flat"' in str(caught.value).lower()
