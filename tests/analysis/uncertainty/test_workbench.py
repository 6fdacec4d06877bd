"""A study in the real EMA Workbench: sampling, scenario discovery, optimisation."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from xhsim.analysis.study import Study
from xhsim.analysis.uncertainty.workbench import study_model, vectorised_evaluator
from xhsim.errors import InputError


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """The Workbench and what it imports use what others have deprecated."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def experiments_of(model: Any, scenarios: int, policies: int) -> tuple[Any, dict[str, np.ndarray]]:
    with vectorised_evaluator(model) as evaluator:
        return evaluator.perform_experiments(scenarios=scenarios, policies=policies)  # type: ignore[no-any-return]


def test_all_at_once_is_one_by_one(xuhui: Study) -> None:
    from ema_workbench import SequentialEvaluator

    model = study_model(xuhui, targets=["rd_intensity", "ai_growth"])
    experiments, outcomes = experiments_of(model, 4, 3)
    assert len(experiments) == 12
    with SequentialEvaluator(model) as evaluator:
        from ema_workbench import Policy, Scenario

        row = experiments.iloc[7]
        scenario = Scenario("one", **{u.name: row[u.name] for u in model.uncertainties})
        policy = Policy("one", **{lever.name: row[lever.name] for lever in model.levers})
        _, single = evaluator.perform_experiments([scenario], [policy])
    for name, values in outcomes.items():
        assert single[name][0] == pytest.approx(values[7], rel=1e-12)


def test_an_experiment_is_a_run(xuhui: Study) -> None:
    """Levers stand from 2022 on, uncertain constants throughout."""
    from xhsim.engine.paths import Path

    model = study_model(xuhui, targets=["rd_intensity"])
    experiments, outcomes = experiments_of(model, 2, 2)
    row = experiments.iloc[3]
    values: dict[str, Any] = {
        name: setting.value for name, setting in xuhui.files.resolve("baseline").settings.items()
    }
    for parameter in xuhui.parameters.values():
        names = [f"{parameter.name} {e}" for e in parameter.elements] or [parameter.name]
        keys = ["_".join(name.lower().split()) for name in names]
        if not set(keys) & set(row.index):
            continue
        own = np.atleast_1d(np.asarray(values[parameter.name]))
        levels = np.array([row.get(key, known) for key, known in zip(keys, own, strict=True)])
        level = levels if parameter.elements else levels[0]
        if parameter.role == "lever":
            before = Path([0.0], np.asarray(parameter.array)[np.newaxis])
            values[parameter.name] = before.splice(Path([0.0], level[np.newaxis]), 2022)
        else:
            values[parameter.name] = level
    run = xuhui.model.run(values, outputs=["RD intensity"])["rd_intensity"].sel(time=2025)
    assert float(run) == pytest.approx(outcomes["rd_intensity"][3], rel=1e-9)


def test_experiments_follow_from_a_seed(xuhui: Study, capsys: pytest.CaptureFixture[str]) -> None:
    """And from nothing else: what is drawn before and after does not touch them, nor they it."""
    model = study_model(xuhui, targets=["rd_intensity"])
    np.random.seed(5)  # noqa: NPY002
    expected = np.random.random()  # noqa: NPY002
    np.random.seed(5)  # noqa: NPY002
    with vectorised_evaluator(model) as evaluator:
        first, found = evaluator.perform_experiments(scenarios=5, policies=2, seed=3)
        assert np.random.random() == expected  # noqa: NPY002
        again, same = evaluator.perform_experiments(scenarios=5, policies=2, seed=3)
        other, _ = evaluator.perform_experiments(scenarios=5, policies=2, seed=4)
        default, _ = evaluator.perform_experiments(scenarios=5, policies=2)
        zero, _ = evaluator.perform_experiments(scenarios=5, policies=2, seed=0)
    numbers = first.columns.drop(["scenario", "policy", "model"])  # names are counted on and on
    assert first[numbers].equals(again[numbers])
    assert (found["rd_intensity"] == same["rd_intensity"]).all()
    assert not first[numbers].equals(other[numbers])
    assert default[numbers].equals(zero[numbers])
    assert capsys.readouterr() == ("", ""), "no bar"


def test_scenario_discovery_finds_what_is_known(xuhui: Study) -> None:
    """PRIM says that energy intensity hangs on how fast services grow more efficient."""
    from ema_workbench.analysis import prim

    model = study_model(xuhui, targets=["energy_intensity_cut"])
    experiments, outcomes = experiments_of(model, 300, 1)
    names = [uncertainty.name for uncertainty in model.uncertainties]
    cuts = outcomes["energy_intensity_cut"]
    few = cuts >= np.quantile(cuts, 0.8)
    box = prim.Prim(experiments[names], few, threshold=0.6).find_box()
    limits = box.box_lims[-1]
    narrowed = {
        name: (limits[name].iloc[1] - limits[name].iloc[0]) / (u.upper_bound - u.lower_bound)
        for name, u in ((u.name, u) for u in model.uncertainties)
    }
    assert min(narrowed, key=lambda name: narrowed[name]) == "services_efficiency_growth"


def test_an_optimiser(xuhui: Study) -> None:
    model = study_model(xuhui, targets=["rd_intensity"])
    model.outcomes["rd_intensity"].kind = model.outcomes["rd_intensity"].MAXIMIZE
    with vectorised_evaluator(model) as evaluator:
        found = evaluator.optimize(searchover="levers", nfe=100, epsilons=[0.01])
    centre = xuhui.run("baseline", outputs=["RD intensity"])["rd_intensity"].sel(time=2025)
    assert found["rd_intensity"].max() > float(centre)


def test_names_and_bounds(xuhui: Study) -> None:
    model = study_model(xuhui)
    assert len(model.outcomes) == 18
    assert len(model.uncertainties) > 150
    assert {lever.name for lever in model.levers} >= {"rd_support", "cluster_support_digital"}
    lever = model.levers["rd_support"]
    assert (lever.lower_bound, lever.upper_bound) == xuhui.parameters["RD support"].range


def test_mistakes(xuhui: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="unknown target"):
        study_model(xuhui, targets=["rd"])
    monkeypatch.setitem(sys.modules, "ema_workbench.em_framework.evaluators", None)
    with pytest.raises(InputError, match="needs the package ema_workbench") as caught:
        study_model(xuhui)
    assert "xhsim[workbench]" in str(caught.value.hint)
