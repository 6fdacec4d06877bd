"""Levers that hardly matter go back; others stay."""

from __future__ import annotations

import numpy as np
import pytest

from tests.analysis.packages.designs import returns
from xhsim.analysis.packages.limits import Goal, money_a_year, share_of_the_programme
from xhsim.analysis.packages.search import Asked, FoundPackage
from xhsim.analysis.packages.unmoved import put_back
from xhsim.analysis.policies.levers import levers_of
from xhsim.analysis.policies.objectives import Objective, ObjectivePart
from xhsim.analysis.policies.package_runs import PackageRuns, package_runs

FLAT = 1.0  # both levers of the study begin here, where slopes are finite


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> PackageRuns:
    study = returns(tmp_path_factory.mktemp("unmoved"))
    study = study.with_scenario("flat", {"policy": FLAT, "second policy": FLAT})
    levers = levers_of(study, "flat", keep=False)
    return package_runs(study, levers, [study.targets["far"]], parent="flat", draws=64, seed=1)


@pytest.fixture(scope="module")
def far(runs: PackageRuns) -> Objective:
    return Objective((ObjectivePart("probability", ("far",)),))


def levels(runs: PackageRuns, asked: Asked, *given: float) -> list[float]:
    """Return the levels that are left of some."""
    found = FoundPackage(runs.points(np.array([given]))[0], True, 7)
    kept = put_back(runs, asked, runs, found)
    return [round(float(x), 9) for x in runs.levels(kept.point[np.newaxis])[0]]


def test_noise_goes_back_and_advice_stays(runs: PackageRuns, far: Objective) -> None:
    assert levels(runs, Asked(far), 3.0, FLAT + 1e-4) == [3.0, FLAT]
    assert levels(runs, Asked(far), FLAT, FLAT) == [FLAT, FLAT]
    assert levels(runs, Asked(far), FLAT - 1e-4, 4.0) == [FLAT, 4.0]


def test_a_goal_keeps_its_levers(runs: PackageRuns, far: Objective) -> None:
    """Less money is what is wanted: without the goal, both levers would go back."""
    money = Objective((ObjectivePart("money"),), "minimise")
    assert levels(runs, Asked(money), 3.0, FLAT + 1e-4) == [FLAT, FLAT]
    chance = float(far.value(runs.margins(runs.points(np.array([[3.0, FLAT]]))))[0, 0])
    asked = Asked(money, goals=(Goal(far, chance),))
    assert levels(runs, asked, 3.0, FLAT + 1e-4) == [3.0, FLAT]


def test_no_limit_is_broken(runs: PackageRuns, far: Objective) -> None:
    """Less for one lever is a larger share for the other; more may be more than there is."""
    share = share_of_the_programme(runs.levers, "policy", 3.0 / (4.0 + 1e-4))
    assert levels(runs, Asked(far, (share,)), 3.0, FLAT + 1e-4) == [3.0, FLAT + 1e-4]
    money = money_a_year(runs.levers, 4.0 - 1e-4)
    assert levels(runs, Asked(far, (money,)), 3.0, FLAT - 1e-4) == [3.0, FLAT - 1e-4]


@pytest.mark.parametrize("given", np.random.default_rng(1).uniform(0, 2, (8, 2)).tolist())
def test_what_goes_back_costs_less_than_an_interval_shows(
    runs: PackageRuns, far: Objective, given: list[float]
) -> None:
    near = [FLAT + 0.02 * (x - 1) for x in given]
    kept = levels(runs, Asked(far), *near)
    points = runs.points(np.array([near, kept]))
    was, now = runs.values(points, [far], smooth=True)[0, 0]
    assert was - now < 0.0005  # the interval is at most 0.031 wide
    assert all(x in (FLAT, round(one, 9)) for x, one in zip(kept, near, strict=True))
