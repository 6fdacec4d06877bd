"""The density of parameters given observations, by hand on straight lines."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from tests.analysis.inference.observed import PLAN, study_of
from xhsim.analysis.history.calibrate import density_of, density_until, plan_of
from xhsim.analysis.inference.density import Density, unknowns_of
from xhsim.analysis.study import Study
from xhsim.study.names import Reference

SIGMAS = 1.6448536269514722  # half of a 90 % interval


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return study_of(tmp_path_factory.mktemp("linear"))


@pytest.fixture(scope="module")
def density(study: Study) -> Density:
    plan = plan_of(study)
    return density_until(study, plan, 2025, plan.parameters, plan.beliefs, runs=1)


def test_unknowns_are_parameters_then_offsets(density: Density) -> None:
    names = [unknown.name for unknown in density.unknowns]
    assert names == ["idle", "growth", "zone growth[South]", "offset of echo"]
    assert density.unknowns[2].element == 1
    assert density.unknowns[3].parameter is None


def test_a_belief_replaces_the_prior_of_the_parameter(study: Study) -> None:
    plan = plan_of(study)
    references = [Reference("idle"), Reference("zone growth")]
    found = unknowns_of(references, plan.beliefs, study.parameters)
    assert [unknown.name for unknown in found] == [
        "idle",
        "zone growth[North]",
        "zone growth[South]",
    ]
    assert str(found[0].prior) == "90% in [0.5, 2] lognormal"
    assert found[2].prior.interval(0.9) == pytest.approx((1.5, 2.5))


def test_coordinates_are_normal_scores_of_priors(density: Density) -> None:
    points = np.array([[0.0] * 4, [SIGMAS] * 4])
    values = density.values(points)
    assert values[0].tolist() == pytest.approx([1, 3, 2, 0], abs=1e-7)
    assert values[1].tolist() == pytest.approx([2, 4, 2.5, 0.3])


def test_distances_are_in_standard_deviations(density: Density) -> None:
    values = np.array([[1.3, 2.2, 7 / 3, 0.0], [1.3, 2.2, 7 / 3, 0.1]])
    zero, shifted = density.distances(values)
    # Size is 100 + 5 x 2.2 = 111 and the south is 10 + 3 x 7/3 = 17, both as observed.
    assert zero.tolist() == pytest.approx([0, math.log(1.3 / 1.2) / 0.1, 0, 0], abs=1e-9)
    assert (shifted - zero).tolist() == pytest.approx([0, 1, 0, 0], abs=1e-9)


def test_the_density_is_that_of_normal_errors_and_normal_coordinates(density: Density) -> None:
    points = np.array([[0.3, -0.2, 0.1, 0.5], [0.0, 0.4, -0.9, -0.5]])
    idle = math.log(2) / SIGMAS * points[:, 0]
    size = np.log(100 + 5 * (3 + points[:, 1] / SIGMAS)) - math.log(111)
    south = 2 + (stats.norm.cdf(points[:, 2]) - 0.5) / 0.9
    terms = [
        (idle - math.log(1.3)) / 0.1,
        (idle + 0.3 / SIGMAS * points[:, 3] - math.log(1.2)) / 0.1,
        size / 0.02,
        (np.log(10 + 3 * south) - math.log(17)) / 0.05,
    ]
    wanted = sum(stats.norm.logpdf(term) for term in terms)
    wanted = wanted + stats.norm.logpdf(points).sum(axis=1)
    found = density.log_density(points)
    assert found[1] - found[0] == pytest.approx(wanted[1] - wanted[0], rel=1e-6)


def test_free_levels_compare_growth_only(density: Density) -> None:
    growth_only = replace(density, free_levels=True)
    values = np.array([[1.0, 3.0, 2.0, 0.0], [7.0, 4.0, 1.0, 0.0]])
    half = math.log(1.3 / 1.2) / 2 / 0.1  # echo is constant; its two observations differ
    for row in growth_only.distances(values):
        assert row.tolist() == pytest.approx([-half, half, 0, 0], abs=1e-9)


def test_a_level_that_is_not_positive_has_density_zero(study: Study) -> None:
    plan = plan_of(study)
    density = density_until(study, plan, 2025, plan.parameters, plan.beliefs, runs=1)
    assert not np.isfinite(density.distances(np.array([[1.0, -30.0, 2, 0], [1, 3, 2, 0]]))[0]).all()
    negative = replace(density, others={"idle": -1.0}, unknowns=density.unknowns[1:])
    assert (negative.log_density(np.zeros((2, 3))) == -np.inf).all()


def test_what_is_held_has_its_value_while_history_is_compared(tmp_path: Path) -> None:
    """A policy of 2 makes size grow by 10 more until 2025; nothing else notices."""
    plan = PLAN.replace("errors:", "held: {Policy: 2}\nerrors:")
    study = study_of(tmp_path, plan=plan)
    density = density_of(study, runs=1)
    free = density_of(study_of(tmp_path / "free"), runs=1)
    values = np.array([[1.3, 0.2, 7 / 3, 0.0], [1.3, 2.2, 7 / 3, 0.1]])
    slower = values - [0, 2, 0, 0]
    assert density.distances(slower) == pytest.approx(free.distances(values), abs=1e-9)
    # A run of the study itself does not know of it.
    assert float(study.run()["size"].sel(time=2025)) == pytest.approx(115)


def test_floors_intervals_and_growth_count_as_scipy_says(tmp_path: Path) -> None:
    rows = (
        "size,2023,110,unit,size,published,good,made up,,level,floor,\n"
        "size,2022-2024,2.5,percent,size,published,good,made up,,growth,interval,3.5\n"
        "size,2021-2025,14,percent,size,published,poor,made up,,change,,\n"
    )
    plan = PLAN.split("offsets")[0].replace("estimate: 0.2", "estimate: 0.2\n  growth: 0.4")
    study = study_of(tmp_path, rows=rows, plan=plan, columns=",measure,kind,high")
    density = density_of(study, runs=1)
    points = np.array([[0.0, -1.2, 0.0], [0.0, 0.8, 0.0], [0.3, 2.5, 0.1]])
    size = 100 + (3 + points[:, 1:2] / SIGMAS) * np.arange(6)  # 2020 to 2025
    floor = stats.norm.logsf(math.log(110), np.log(size[:, 3]), 0.1)
    growth = 100 * ((size[:, 4] / size[:, 1]) ** (1 / 3) - 1)
    interval = np.log(stats.norm.cdf(3.5, growth, 0.4) - stats.norm.cdf(2.5, growth, 0.4))
    change = stats.norm.logpdf(math.log(1.14), np.log(size[:, 5] / size[:, 0]), 0.02)
    wanted = floor + interval + change + stats.norm.logpdf(points).sum(axis=1)
    found = density.log_density(points)
    assert found - found[0] == pytest.approx(wanted - wanted[0], rel=1e-6)
    # Free levels leave the bound of a level out, and growth as it is.
    beliefs = plan_of(study).beliefs
    references = plan_of(study).parameters
    free = density_until(study, plan_of(study), 2025, references, beliefs, runs=1, free_levels=True)
    assert free.residuals(points) == pytest.approx(density.residuals(points)[:, 1:])
