"""The search: what it asks for, and where it starts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.analysis.packages.designs import returns, straight
from xhsim.analysis.packages.limits import money_a_year
from xhsim.analysis.packages.search import Asked, _SlopeSearch, search_package
from xhsim.analysis.policies.levers import levers_of
from xhsim.analysis.policies.objective_text import read_objective
from xhsim.analysis.policies.objectives import Margins, Objective, ObjectivePart
from xhsim.analysis.policies.package_runs import package_runs

VALUES = np.array([[[[1.0, 1.0], [1.0, -1.0]]], [[[1.0, -1.0], [-1.0, -1.0]]]])
MARGINS = Margins(VALUES, ("a",), np.ones(1), np.zeros(2))
OBJECTIVE = Objective((ObjectivePart("probability", ("a",)),))


def test_what_counts_under_several_scenarios() -> None:
    """The probabilities are 1 and 1/2 in the first scenario, 1/2 and 0 in the second."""
    assert Asked(OBJECTIVE).losses(MARGINS).tolist() == [-0.5, 0.0]
    regret = Asked(OBJECTIVE, rule="regret", best=np.array([1.0, 0.6]))
    assert regret.losses(MARGINS).tolist() == pytest.approx([0.1, 0.6])
    smooth = Asked(OBJECTIVE).losses(MARGINS, smooth=True)
    assert smooth == pytest.approx([-0.5, 0.0], abs=0.03)


def test_every_start_keeps_to_the_limits(tmp_path: Path) -> None:
    study = returns(tmp_path)
    levers = levers_of(study, "baseline")
    runs = package_runs(study, levers, [study.targets["far"]], draws=8, seed=1)
    limit = money_a_year(levers, 2.0)
    search = _SlopeSearch(runs, Asked(OBJECTIVE, (limit,)), None)
    points = search.sampled(np.random.default_rng(1), np.full(2, 0.1))
    reached = limit.reached(runs.levels(np.array(points)))
    assert (reached <= 2.0 + 1e-9).all()
    assert (reached > 1.9).mean() > 0.3  # many of them spend it all
    assert search.pulled(np.ones(2), np.zeros(2)).tolist() == pytest.approx([0.2, 0.2])


def test_it_finds_what_a_search_by_brute_force_finds(tmp_path: Path) -> None:
    study = straight(tmp_path)
    levers = levers_of(study, "baseline")
    runs = package_runs(study, levers, [study.targets["far"]], draws=256, seed=1)
    objective = read_objective("far - 0.1 * money", study)
    found = search_package(runs, Asked(objective), runs)
    grid = np.linspace(0, 1, 2001)[:, np.newaxis]
    values = runs.values(grid, [objective], smooth=True)[0, 0]
    assert found.is_allowed
    assert found.point[0] == pytest.approx(grid[values.argmax(), 0], abs=0.02)
    reached = runs.values(found.point[np.newaxis], [objective], smooth=True)[0, 0, 0]
    assert reached == pytest.approx(values.max(), abs=1e-3)
