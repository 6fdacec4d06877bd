"""Mean growth: the decline from plan to plan, and derivatives by differences."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import approx_fprime

from tests.analysis.outlook.classes import made_plan
from xhsim.analysis.outlook.growth import cells_of
from xhsim.analysis.outlook.level import PLAN_YEARS, mean_growth_of, prior_of_levels

CELLS = cells_of([("Here", q, year) for q in (0, 1) for year in (2010, 2015, 2022)], made_plan())
LEVELS = np.array([6.0, 12.0, np.log(2), 0.1])


def test_growth_halves_from_plan_to_plan() -> None:
    mean, _ = mean_growth_of(CELLS, LEVELS, today=2015)
    assert mean[:2] == pytest.approx([12.0, 6.0])
    assert mean[5] == pytest.approx(12 * np.exp(-0.1 * 7 / PLAN_YEARS))


def test_derivatives_are_those_of_differences() -> None:
    _, slope = mean_growth_of(CELLS, LEVELS, today=2015)
    found = approx_fprime(LEVELS, lambda levels: mean_growth_of(CELLS, levels, 2015)[0], 1e-6)
    assert slope == pytest.approx(found, abs=1e-4)


def test_quantities_have_something_in_common() -> None:
    _, covariance = prior_of_levels(3)
    assert covariance[0, 1] > 0 < covariance[3, 5]
    assert covariance[0, 3] == 0
    assert np.linalg.eigvalsh(covariance).min() > 0
