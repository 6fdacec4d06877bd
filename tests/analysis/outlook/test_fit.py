"""The fit: its gradient, its covariance by brute force, and a process that is found again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import approx_fprime

from tests.analysis.outlook.classes import made_plan
from xhsim.analysis.outlook import fit as fitting
from xhsim.analysis.outlook.fit import ROUNDING, FittedOutlook, fit_outlook
from xhsim.analysis.outlook.growth import Growth, averaging, growth_figures
from xhsim.analysis.outlook.pairs import shrunk_correlations
from xhsim.analysis.outlook.process import Tails, effects_between, pairing


def _task(count: int = 25) -> fitting._Task:
    plan = made_plan()
    figures = [*growth_figures(plan)[:count], Growth("East", 1, 2011, 2015, 9.0)]
    correlations, _ = shrunk_correlations(figures, 2)
    cells, matrix = averaging(figures, plan)
    values = np.array([figure.value for figure in figures])
    pairs = pairing(cells, cells, correlations)
    noise = fitting._noise(figures, plan)
    return fitting._Task(cells, matrix, values, correlations, pairs, noise, 2020)


def _tails(size: int) -> Tails:
    random = np.random.default_rng(1)
    return Tails(random.uniform(0.8, 2, size), random.uniform(0.8, 2, size))


VECTOR = np.concatenate([np.log([0.7, 0.3, 0.5, 0.9, 1.0]), [-0.3, 0.4], np.log([1.2, 2.5])])


def test_the_gradient_is_that_of_differences() -> None:
    task = _task()
    blocks = fitting._blocks(task, _tails(len(task.cells.year)))
    mean, spread = np.full(len(task.values), 8.0), np.eye(len(task.values)) * 0.3
    _, gradient = fitting._misfit(VECTOR, task, blocks, mean, spread)
    found = approx_fprime(
        VECTOR, lambda vector: fitting._misfit(vector, task, blocks, mean, spread)[0], 1e-6
    )
    assert gradient == pytest.approx(found, rel=1e-3, abs=1e-3)


def test_the_covariance_of_averages_is_that_of_their_years() -> None:
    task = _task()
    tails = _tails(len(task.cells.year))
    shape = fitting._shape(VECTOR)
    effects = effects_between(task.pairs, shape, tails, tails)
    total = sum(effects.values(), np.zeros_like(effects["year"]))
    noise = task.noise * shape.scale[task.quantity] ** 2 + ROUNDING**2
    by_hand = task.matrix @ total @ task.matrix.T + np.diag(noise)
    found = fitting._covariance(task, fitting._blocks(task, tails), VECTOR)
    assert found == pytest.approx(by_hand)


@pytest.fixture(scope="module")
def fit() -> FittedOutlook:
    plan = made_plan(years=range(2000, 2021))
    return fit_outlook(growth_figures(plan), plan, 2020)


def test_levels_scales_and_correlations_are_found_again(fit: FittedOutlook) -> None:
    assert fit.levels[:2] == pytest.approx([6, 12], abs=2.5)
    assert fit.levels[2:] == pytest.approx([0, 0], abs=0.25)  # no decline
    assert fit.shape.scale[1] / fit.shape.scale[0] == pytest.approx(3, rel=0.25)
    assert fit.correlations[0, 1] == pytest.approx(0.8, abs=0.12)


def test_no_effect_is_taken_for_another(fit: FittedOutlook) -> None:
    strength = fit.shape.strength
    assert strength["year"] == pytest.approx(1.0, abs=0.6)
    assert strength["place"] == pytest.approx(1.0, abs=0.6)
    assert strength["plan"] < strength["year"]
    assert abs(fit.shape.memory) < 0.3


def test_a_year_that_lies_far_out_counts_less() -> None:
    plan = made_plan()
    figures = [
        replace(figure, value=figure.value - 15 * (figure.first_year == 2014))
        for figure in growth_figures(plan)
    ]
    fit = fit_outlook(figures, plan, 2020)
    by_year = dict(zip(fit.cells.year.tolist(), fit.tails.year.tolist(), strict=True))
    assert by_year[2014] > 1.3 * max(value for year, value in by_year.items() if year != 2014)
