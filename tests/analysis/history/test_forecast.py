"""Forecasts in a world whose figures come from the model's own assumptions."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import kstest, norm, spearmanr

import xhsim
from tests.analysis.history.test_hindcast import HISTORY, PLAN
from tests.analysis.history.waves import (
    ERROR,
    NAMES,
    ORIGIN,
    PERSISTENCE,
    SIGMAS,
    TREND,
    WAVE,
    study_of,
)
from tests.analysis.studies import copy_of_linear
from xhsim.analysis.history.forecast import PastForecast, Settings, _shifted, forecast
from xhsim.analysis.history.hindcast import hindcast_plans
from xhsim.analysis.history.hindcast_scores import scored
from xhsim.analysis.history.structure_weights import structure_weights
from xhsim.analysis.study import Study
from xhsim.study.parameters.priors import Prior, Shock


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return study_of(tmp_path_factory.mktemp("waves") / "study")


def made(study: Study, settings: Settings) -> PastForecast:
    return forecast(study, *hindcast_plans(study), ORIGIN, settings, draws=1024, seed=3)


def table(found: PastForecast) -> pd.DataFrame:
    return pd.DataFrame(scored(ORIGIN, found.figures, found.logs, 3))


@pytest.fixture(scope="module")
def right(study: Study) -> PastForecast:
    return made(study, {})


def test_forecasts_of_the_true_model_cover_as_they_say(right: PastForecast) -> None:
    """Sixty independent series: three standard deviations of a share."""
    rows = table(right)
    for _, year in rows.groupby("year"):
        assert len(year) == len(NAMES)
        assert year["inside_90"].mean() == pytest.approx(0.9, abs=3 * np.sqrt(0.09 / 60))
        assert year["inside_50"].mean() == pytest.approx(0.5, abs=3 * np.sqrt(0.25 / 60))
        assert kstest(year["pit"], "uniform").pvalue > 0.005


def test_the_spread_is_that_of_the_closed_form(right: PastForecast) -> None:
    """Trend from its prior and six figures with errors; waves of one, two and three years."""
    prior = (TREND[1] - TREND[0]) / (2 * SIGMAS)
    years = np.arange(6.0)
    known = 1 / prior**2 + ((years - years.mean()) ** 2).sum() / ERROR**2
    both = [1.0, PERSISTENCE, PERSISTENCE**2]
    for ahead in (1, 2, 3):
        waves = sum(both[abs(i - j)] for i in range(ahead) for j in range(ahead)) * WAVE**2
        expected = np.sqrt(ahead**2 / known + waves)
        columns = [n for n, figure in enumerate(right.figures) if figure.year == ORIGIN + ahead]
        assert right.logs[:, columns].std(axis=0).mean() == pytest.approx(expected, rel=0.03)


def test_the_calibration_can_be_trusted(right: PastForecast) -> None:
    assert right.k_hat < 0.7
    assert (right.parameters, right.known, right.failed) == (60, 360, 0)


def test_wrong_structures_lose_weight(study: Study, right: PastForecast) -> None:
    """One knows nothing of the waves, the other says that everything shrinks."""
    still = {("wave", name): 0.0 for name in NAMES}
    flat = {("trend", name): -0.05 for name in NAMES}
    wrong = {"still": made(study, still), "flat": made(study, flat)}
    assert wrong["still"].parameters == 60
    assert wrong["flat"].logs.shape == right.logs.shape
    rows = [table(each).assign(structure=name) for name, each in wrong.items()]
    scores = pd.concat([table(right).assign(structure="right"), *rows])
    weights = structure_weights(scores, ("still", "right", "flat"))
    assert weights["right"] > 0.6
    assert min(weights.values()) >= 0.1
    # The waves are missing in the spread, and the trend in the middle.
    wave = next(n for n, figure in enumerate(right.figures) if figure.year == ORIGIN + 3)
    assert wrong["still"].logs[:, wave].std() < 0.5 * right.logs[:, wave].std()
    assert wrong["flat"].logs[:, wave].mean() < right.logs[:, wave].mean()


def test_a_structure_may_set_one_element(study: Study) -> None:
    found = made(study, {("trend", "s1"): 0.5, ("wave", "s1"): 0.0})
    assert found.parameters == 59
    places = {(f.row.series, f.year): n for n, f in enumerate(found.figures)}
    growth = found.logs[:, places["s1", 2017]] - found.logs[:, places["s1", 2016]]
    assert growth == pytest.approx(np.full(1024, 0.5), abs=1e-5)
    assert found.logs[:, places["s2", 2016]].std() > 0


def test_the_baseline_correlates_what_is_drawn_from_priors(tmp_path: Path) -> None:
    """Size and the southern zone, here both without figures that calibrate them."""
    baseline = """
label: {en: As before, zh: 照旧}
description: Nothing changes.
correlations:
  - {between: [growth, "zone growth[South]"], rank: 0.9}
  - {between: [growth, idle], rank: 0.5}
uncertain: {idle: "90% in [0.5, 2]"}
"""
    files = {
        "model/history.csv": HISTORY + "south,2022,14,unit,zone size[South],,good,made up,\n",
        "model/calibration.yaml": PLAN.replace("parameters: [growth]", "parameters: [idle]"),
        "scenarios/baseline.yaml": baseline,
    }
    study = xhsim.open_study(copy_of_linear(tmp_path / "study", **files))
    found = forecast(study, *hindcast_plans(study), 2022, {}, draws=512, seed=0)
    places = {figure.row.series: n for n, figure in enumerate(found.figures)}
    both = found.logs[:, [places["size"], places["south"]]]
    assert spearmanr(both).statistic == pytest.approx(0.9, abs=0.03)


def test_what_is_held_is_held_in_calibration_and_forecast(study: Study) -> None:
    """A drag that is known to have been there: trends are higher, forecasts the same."""
    plan, past = hindcast_plans(study)
    found = {
        drag: forecast(study, replace(plan, held=held), past, ORIGIN, {}, draws=256, seed=3)
        for drag, held in [(0.0, {}), (0.01, {"drag": 0.01})]
    }
    assert found[0.01].logs == pytest.approx(found[0.0].logs, abs=2e-3)
    # A structure that sets it has the last word.
    settings = {("drag", ""): 0.0}
    again = forecast(
        study, replace(plan, held={"drag": 0.01}), past, ORIGIN, settings, draws=256, seed=3
    )
    assert again.logs == pytest.approx(found[0.0].logs, abs=1e-9)


def test_what_was_not_known_of_a_year_holds_as_long_as_its_shock() -> None:
    shock = Shock(2020, Prior(0.9, -1, 1), 0.0, over_year=True)
    path = shock.path_around(0.0, np.zeros((3, 2)))
    shifted = _shifted(path, shock, {2019: 0.0, 2020: 0.5, 2021: 0.25})
    times = [2018.9, 2019, 2019.9, 2020, 2020.9, 2021, 2030]
    assert shifted.at(times)[:, 0].tolist() == [0, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25]
    at_once = _shifted(path, replace(shock, over_year=False), {2019: 0.0, 2020: 0.5})
    assert at_once.at([2018.9, 2020.5]).shape == (2, 2)


def test_the_probability_of_a_figure_is_that_of_the_mixture(right: PastForecast) -> None:
    row = table(right).iloc[0]
    figure, logs = right.figures[0], right.logs[:, 0]
    below = norm.cdf(figure.observed, logs, figure.error).mean()
    assert row["pit"] == pytest.approx(below)
    density = norm.pdf(figure.observed, logs, figure.error).mean()
    assert row["log_score"] == pytest.approx(np.log(density))
