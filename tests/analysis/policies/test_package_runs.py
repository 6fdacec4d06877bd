"""Packages run as the scenarios that they become, in one scenario and in several."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import xhsim
from tests.analysis.studies import copy_of_linear
from xhsim.analysis.policies import package_runs as module
from xhsim.analysis.policies.levers import levers_of
from xhsim.analysis.policies.objective_text import read_objective
from xhsim.analysis.policies.objectives import margins_in
from xhsim.analysis.policies.package_runs import PackageRuns, package_runs
from xhsim.analysis.study import Study
from xhsim.errors import InputError

DRAWS, SEED = 8, 5
# A lever for each zone, and one that is no money.
MODEL = [
    ("INTEG(zone growth[Zone], 10)", "INTEG(zone growth[Zone] + zone policy[Zone], 10)"),
    ("idle = 1", "zone policy[Zone] = 0.5, 0 ~ unit/year ~ A programme of a zone. |\nidle = 1"),
]
ZONES = """
zone policy:
  unit: unit/year
  value: {North: 0.5, South: 0}
  role: lever
  range: [0, 4]
  source: "assumption: a programme of each zone"
  label: {en: Zone programme, zh: 片区政策}
"""
DRY = """
label: {en: Dry, zh: 干旱}
description: Less grows, and the north keeps its programme.
extends: baseline
set: {growth: {step: {year: 2023, to: 1}}}
"""
LATE = """
label: {en: Late, zh: 推迟}
description: Policies come late.
extends: nothing
delivery: {share: "90% in [0.5, 0.9]", delay: "90% in [0.2, 1]"}
"""


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    folder = copy_of_linear(
        tmp_path_factory.mktemp("zones") / "study",
        **{"scenarios/dry.yaml": DRY, "scenarios/late.yaml": LATE},
    )
    model, parameters = (folder / "model" / name for name in ("linear.mdl", "parameters.yaml"))
    text = model.read_text(encoding="utf-8")
    for before, after in MODEL:
        assert before in text
        text = text.replace(before, after)
    model.write_text(text, encoding="utf-8")
    parameters.write_text(parameters.read_text(encoding="utf-8") + ZONES, encoding="utf-8")
    return xhsim.open_study(folder)


def made(study: Study, *under: str, parent: str = "baseline") -> PackageRuns:
    levers = levers_of(study, parent, keep=False)
    targets = list(study.targets.values())
    return package_runs(study, levers, targets, parent=parent, under=under, draws=DRAWS, seed=SEED)


def as_scenario(study: Study, runs: PackageRuns, point: np.ndarray, parent: str) -> np.ndarray:
    """Return the margins of the scenario that a package becomes."""
    levels = runs.levels(point[np.newaxis])[0]
    changes = {
        str(lever): {"ramp": {"from": 2021, "until": 2022, "to": float(level)}}
        for lever, level in zip(runs.levers, levels, strict=True)
    }
    found = study.with_scenario("made", changes, extends=parent)
    return margins_in(found.ensemble("made", DRAWS, SEED), runs.targets, DRAWS)[:, 0]


@pytest.mark.parametrize("parent", ["baseline", "late"])
def test_packages_run_as_the_scenarios_that_they_become(study: Study, parent: str) -> None:
    runs = made(study, parent=parent)
    points = np.random.default_rng(1).random((3, len(runs.free)))
    found = runs.margins(points)
    assert found.values.shape == (1, 4, 3, DRAWS)
    for number, point in enumerate(points):
        expected = as_scenario(study, runs, point, parent)
        np.testing.assert_allclose(found.values[0, :, number], expected, atol=1e-9)
    assert found.money.tolist() == pytest.approx(runs.levels(points).sum(axis=1).tolist())


def test_the_package_that_moves_nothing_is_the_scenario(study: Study) -> None:
    runs = made(study)
    margins = runs.margins(runs.start[np.newaxis])
    baseline = study.ensemble("baseline", DRAWS, SEED)
    np.testing.assert_allclose(
        margins.values[0, :, 0], margins_in(baseline, runs.targets, DRAWS)[:, 0], atol=1e-12
    )
    assert runs.levels(runs.start[np.newaxis]).tolist() == [[0.0, 0.5, 0.0]]


def test_scenarios_run_on_the_same_draws(study: Study) -> None:
    both, alone = made(study, "baseline", "dry"), made(study, "dry")
    points = np.random.default_rng(2).random((2, 3))
    together = both.margins(points).values
    np.testing.assert_array_equal(together[1], alone.margins(points).values[0])
    # Growth is 1 instead of its draw from 2023 on: weather and zones do not notice.
    assert (together[0, 0] > together[1, 0]).any()
    np.testing.assert_array_equal(together[0, 2:], together[1, 2:])
    np.testing.assert_array_equal(both.spreads, alone.spreads)  # those of the parent


def test_many_packages_are_run_a_few_at_a_time(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = made(study)
    objectives = [read_objective(text, study) for text in ("mean", "shortfall", "money")]
    points = np.random.default_rng(3).random((5, 3))
    whole = runs.values(points, objectives)
    assert whole.shape == (3, 1, 5)
    seen: list[int] = []
    monkeypatch.setattr(module, "TOGETHER", 2 * DRAWS)
    np.testing.assert_array_equal(runs.values(points, objectives, progress=seen.append), whole)
    assert seen == [2, 2, 1]


def test_what_a_scenario_sets_itself_is_held(study: Study) -> None:
    levers = [replace(lever, is_money=False) for lever in levers_of(study, "baseline")]
    targets = list(study.targets.values())
    runs = package_runs(study, levers, targets, under=["programme"], draws=DRAWS, seed=SEED)
    assert runs.held == {"programme": {"policy"}}
    size, _, south, _ = runs.margins(np.array([[0, 0, 0], [1, 0, 1]])).values[0]
    np.testing.assert_array_equal(size[0], size[1])
    assert (south[0] < south[1]).all()


def test_a_scenario_that_spends_itself_is_refused(study: Study) -> None:
    with pytest.raises(InputError, match=r'scenario "programme" sets spending itself \("policy"\)'):
        made(study, "programme")
    with pytest.raises(InputError, match='did you mean "dry"'):
        made(study, "dyr")


def test_points_are_the_places_of_free_levers(study: Study) -> None:
    levers = levers_of(study, "baseline", keep=False, bounds={"zone policy[North]": (1, 1)})
    runs = package_runs(study, levers, [study.targets["size"]], draws=DRAWS, seed=SEED)
    assert [str(lever) for lever in runs.free] == ["policy", "zone policy[South]"]
    points = np.array([[0.5, 0.25]])
    assert runs.levels(points).tolist() == [[2.5, 1.0, 1.0]]
    assert runs.points(runs.levels(points)).tolist() == points.tolist()
