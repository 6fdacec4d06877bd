"""Forecasts: what is known, what lies ahead, and intervals that hold."""

from __future__ import annotations

import numpy as np
import pytest

from tests.analysis.outlook.classes import PLACES, made_plan
from xhsim.analysis.outlook.fit import FittedOutlook, fit_outlook
from xhsim.analysis.outlook.forecast import _tails, forecast_growth
from xhsim.analysis.outlook.growth import growth_figures, known_until


@pytest.fixture(scope="module")
def fit() -> FittedOutlook:
    plan = made_plan()
    return fit_outlook(growth_figures(plan), plan, 2020)


def test_a_year_with_a_figure_is_known(fit: FittedOutlook) -> None:
    printed = {(f.place, f.quantity, f.first_year): f.value for f in fit.figures}
    known = forecast_growth(fit, "Here", 0, [2019]).mean
    ahead = forecast_growth(fit, "Here", 0, [2021]).mean
    assert known.centre == pytest.approx(printed["Here", 0, 2019], abs=1)
    assert known.deviation < 0.5 * ahead.deviation


def test_a_mean_over_years_varies_less_than_one_year_but_more_than_what_lasts(
    fit: FittedOutlook,
) -> None:
    one, five = (forecast_growth(fit, "Here", 1, range(2021, 2021 + years)) for years in (1, 5))
    assert five.lasting < five.mean.deviation < one.mean.deviation
    assert len(five.by_year) == 5
    assert five.mean.centre == pytest.approx(np.mean(five.by_year))


def test_a_place_without_figures_is_less_certain(fit: FittedOutlook) -> None:
    here, nowhere = (forecast_growth(fit, place, 0, [2021]) for place in ("Here", "Nowhere"))
    assert nowhere.mean.deviation > here.mean.deviation


def test_tails_are_those_of_a_student_t() -> None:
    assert np.median(_tails("year", 5) ** 2) == pytest.approx(3 / 2.366, rel=0.05)  # chi2 median
    assert (_tails("year", 3) != _tails("deviation", 3)).all()


def test_intervals_hold_what_comes() -> None:
    pits = []
    for seed in range(4):
        plan = made_plan(seed=seed, years=range(2006, 2020))
        figures = growth_figures(plan)
        known = fit_outlook(known_until(figures, 2015), plan, 2015)
        for figure in figures:
            if figure.first_year == 2017 and figure.place in PLACES:
                forecast = forecast_growth(known, figure.place, figure.quantity, [2017])
                pits.append(forecast.mean.probability_below(figure.value))
    assert len(pits) == 48
    assert np.mean([0.05 < pit < 0.95 for pit in pits]) > 0.8
    assert 0.25 < np.mean([0.25 < pit < 0.75 for pit in pits]) < 0.85
