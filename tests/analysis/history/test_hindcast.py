"""A hindcast of straight lines, whose answer is an integral, and the one that ships."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from matplotlib.patches import PathPatch
from scipy.stats import norm

import xhsim
from tests.analysis.studies import copy_of_linear
from xhsim import cli
from xhsim.analysis.history.hindcast import HindcastResult, _shifted, hindcast, targets_of
from xhsim.analysis.study import Study
from xhsim.errors import InputError
from xhsim.plots.charts.hindcast import hindcast_page
from xhsim.study.parameters.priors import Prior, Shock

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
  until: 2022
  parameters: [growth]
  unknown:
    weather: {2022: 0, 2023: 1, 2024: 1}
"""
SIGMAS = 1.6448536269514722


def study_of(folder: Path, plan: str = PLAN, history: str = HISTORY) -> Study:
    files = {"model/history.csv": history, "model/calibration.yaml": plan}
    return xhsim.open_study(copy_of_linear(folder / "study", **files))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> HindcastResult:
    study = study_of(tmp_path_factory.mktemp("linear"))
    return hindcast(study, draws=8192, walkers=32, steps=1500, seed=2)


def test_what_is_forecast(made: HindcastResult) -> None:
    """Not what nothing was known of before, and each year once."""
    table = made.table
    assert list(zip(table["series"], table["year"], strict=True)) == [
        ("size", 2024),
        ("size", 2025),
        ("yield", 2024),
    ]
    assert table["known"].tolist() == [2022, 2022, 2022]
    assert table["observed"].tolist() == [100, 120, 23]


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
    found = row[["p05", "p25", "median", "p75", "p95"]].astype(float)
    assert found.to_numpy() == pytest.approx(expected, rel=0.0015)
    assert not row["inside_90"]
    assert row["p95"] < 120


def test_shocks_begin_when_nothing_more_is_known(made: HindcastResult) -> None:
    """Weather of 2024 has the spread of its shock, and the deviation that was not known."""
    row = made.table.iloc[2]
    levels = norm(11, 2 / SIGMAS).ppf([0.05, 0.25, 0.5, 0.75, 0.95]) / 10 * 20
    found = row[["p05", "p25", "median", "p75", "p95"]].astype(float)
    assert found.to_numpy() == pytest.approx(levels, rel=0.01)
    assert row["inside_50"]
    assert row["inside_90"]


def test_what_was_not_known_of_a_year_holds_as_long_as_its_shock() -> None:
    shock = Shock(2020, Prior(0.9, -1, 1), 0.0, over_year=True)
    path = shock.path_around(0.0, np.zeros((3, 2)))
    shifted = _shifted(path, shock, {2019: 0.0, 2020: 0.5, 2021: 0.25})
    times = [2018.9, 2019, 2019.9, 2020, 2020.9, 2021, 2030]
    assert shifted.at(times)[:, 0].tolist() == [0, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25]
    at_once = _shifted(path, replace(shock, over_year=False), {2019: 0.0, 2020: 0.5})
    assert at_once.at([2018.9, 2020.5]).shape == (2, 2)


def test_rivals_need_to_have_seen_growth(made: HindcastResult) -> None:
    table = made.table.set_index(["series", "year"])
    size = table.loc[[("size", 2025)]].iloc[0]
    growth = np.log(95.5 / 93)
    assert size["last_growth"] == pytest.approx(100 * (np.log(120 / 95.5) - 3 * growth))
    assert table.loc[["yield"], ["last_growth", "mean_growth"]].isna().to_numpy().all()
    summary = made.by_series()
    assert summary.loc["all", "observations"] == 3
    assert summary.loc["all", "compared"] == 2
    assert summary.loc["all", "model"] == pytest.approx(table.loc[["size"], "model"].mean())
    assert summary.loc["all", "inside_90"] == pytest.approx(2 / 3)


def test_the_stored_posterior_is_not_used(xuhui: Study) -> None:
    """It knows what came later."""
    plan = xuhui.files.calibration
    assert plan is not None
    assert plan.hindcast is not None
    targets = targets_of(plan, plan.hindcast, xuhui.files.observations)
    assert all(t.anchor.first_year <= 2018 < t.row.first_year for t in targets)
    assert all(max(t.years) <= 2018 for t in targets)
    made = hindcast(xuhui, draws=64, walkers=64, steps=2, ensembles=1, starts=1)
    assert not xuhui.files.posterior or made.calibration.until == 2018
    years = [row.first_year for row in made.calibration.evidence.rows]
    assert max(years) == 2018


@pytest.mark.parametrize(
    ("plan", "history", "words"),
    [
        (PLAN[: PLAN.index("hindcast:")], HISTORY, "has no plan for a hindcast"),
        (
            PLAN.replace("until: 2022", "until: 2025"),
            HISTORY,
            "no series has figures both up to 2025",
        ),
    ],
)
def test_nothing_to_forecast(tmp_path: Path, plan: str, history: str, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        hindcast(study_of(tmp_path, plan, history), walkers=8, steps=2, starts=1)
    assert str(caught.value.file).endswith("calibration.yaml")


def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    study_of(tmp_path)
    line = ["hindcast", "--study", str(tmp_path / "study"), "--walkers", "8", "--steps", "40"]
    assert cli.main([*line, "--draws", "256", "--out", str(tmp_path / "out")]) == 0
    shown = capsys.readouterr().out
    assert "3 figures after 2022" in shown
    assert "Give more --steps" in shown
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        *("hindcast.csv", "hindcast_series.csv", "hindcast.png", "manifest.json")
    }
    assert cli.main([*line, "--draws", "64", "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert [row["series"] for row in record["series"]] == ["size", "yield", "all"]
    assert record["forecasts"][2]["mean_growth"] is None
    assert cli.main([*line, "--draws", "64", "--markdown"]) == 0
    assert "| size | 2 |" in capsys.readouterr().out


def test_picture(made: HindcastResult, tmp_path: Path) -> None:
    history = study_of(tmp_path).history
    page = hindcast_page(made, history, {"size": "how large"})
    assert len(page) == 2
    came = next(line for line in page[0].lines if line.get_gid() == "came")
    assert came.get_ydata().tolist() == [100, 120]  # type: ignore[union-attr]
    known = next(line for line in page[0].lines if line.get_gid() == "known")
    assert known.get_xdata().tolist() == [2020, 2021, 2022]  # type: ignore[union-attr]
    assert "How large" in [text.get_text() for text in page[0].texts]
    assert not any(isinstance(patch, PathPatch) for patch in page[0].patches)
