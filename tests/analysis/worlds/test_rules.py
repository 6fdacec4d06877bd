"""Rules of scenarios in runs: closed forms on straight lines, alone and beside other scenarios."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pytest

import xhsim
from tests.analysis.studies import LINEAR, SLOPE, copy_of_linear, identical_before
from xhsim.analysis.study import Study
from xhsim.analysis.worlds.world import side_by_side
from xhsim.engine.running import ensemble
from xhsim.engine.running.backend import Backend
from xhsim.engine.running.machine_backend import MachineBackend, is_installed
from xhsim.engine.running.numpy_backend import NumPyBackend
from xhsim.engine.running.shared_start import Beginning
from xhsim.errors import InputError
from xhsim.study.names import element_name

# The size of 2022 is 100 + 2 * growth: below 105.8 if growth is below 2.9.
RULE: dict[str, Any] = {
    "label": {"en": "Help the slow", "zh": "扶持慢者"},
    "check": 2023,
    "if": {"variable": "size", "below": 105.8},
    "then": {"set": {"policy": 2}},
}
KEPT = ["size", "policy", "spent"]


@pytest.fixture(scope="module")
def study() -> Study:
    study = xhsim.open_study(LINEAR).with_scenario("slow", rules={"help": RULE})
    late = {"share": "80% in [0.5, 0.9] uniform", "delay": "80% in [0.5, 1] uniform"}
    study = study.with_scenario("late", rules={"help": RULE}, delivery=late)
    twice = RULE | {"if": {"variable": "size", "below": 104.0}, "at most": 1}
    study = study.with_scenario("slower", rules={"help": twice})
    study = study.with_scenario("off", extends="slow", rules={"help": "off"})
    never = {"help": RULE | {"if": {"variable": "size", "below": 1}}}
    return study.with_scenario("never", {"policy": {"step": {"year": 2023, "to": 1}}}, rules=never)


def test_each_draw_follows_its_own_branch(study: Study) -> None:
    world = study.world("slow", draws=256)
    run = world.run([*KEPT, *world.rule_variables])
    growth = world.value("growth")
    acts = run["rule_help_by_check"].isel(time=-1, check_1=0).values == 1
    assert (acts == (growth < 2.9)).all()
    assert acts.mean() == pytest.approx(SLOPE.cdf(2.9), abs=0.01)
    np.testing.assert_allclose(
        run["size"].sel(time=2025).values, 100 + 5 * growth + 4 * acts, rtol=1e-12
    )
    assert (run["policy"].sel(time=2023).values == 2 * acts).all()
    assert run["rule_help"].attrs["label_zh"] == "扶持慢者"
    assert run["rule_help_by_check"].attrs["checks"] == [2023.0]


def test_a_single_run_and_the_outputs_of_a_study(study: Study) -> None:
    run = study.run("slow", outputs=["size"])
    assert set(run.data_vars) == {"size", "rule_help", "rule_help_by_check"}
    assert run["size"].sel(time=2025).item() == 115  # growth is 3
    drawn = study.ensemble("slow", draws=8)
    assert {"rule_help", "rule_help_by_check"} <= set(drawn.data_vars)
    assert drawn["rule_help"].attrs["label_en"] == "Help the slow"
    assert "rule_help" not in study.ensemble("off", draws=8)


def test_before_its_first_check_a_scenario_equals_its_parent(study: Study) -> None:
    parent, child = (study.world(name, draws=32).run(KEPT) for name in ("baseline", "slow"))
    assert identical_before(parent, child, 2022)
    assert not np.array_equal(parent["policy"].values, child["policy"].values)
    # A rule that never acts changes nothing: not even what the scenario itself sets.
    alone = study.with_scenario("alone", {"policy": {"step": {"year": 2023, "to": 1}}})
    for one, other in (("baseline", "off"), ("alone", "never")):
        runs = [alone.world(name, draws=32).run(KEPT) for name in (one, other)]
        assert runs[0].equals(runs[1])


def test_delivery_applies_to_rules(study: Study) -> None:
    world = study.world("late", draws=64)
    run = world.run(KEPT, times=[2023, 2024.5, 2025])
    assert world.rules is not None
    share, delay = (world.rules.numbers[0][role, 0] for role in ("share", "delay"))
    acts = world.value("growth") < 2.9
    policy = run["policy"].values
    assert (policy[:, 0] == 0).all()  # it comes half a year late at least
    np.testing.assert_allclose(policy[:, 2], 2 * share * acts, rtol=1e-12)
    assert (np.asarray(delay) >= 0.4).all()
    on_time = study.world("late", draws=64, layers=("parameters",)).run(KEPT)
    assert on_time.equals(study.world("slow", draws=64).run(KEPT))


def test_worlds_with_and_without_rules_run_together(study: Study) -> None:
    names = ("baseline", "slow", "slower", "late")
    worlds = [study.world(name, draws=16) for name in names]
    joined = side_by_side(worlds)
    together = joined.run([*KEPT, *joined.rule_variables])
    for place, world in enumerate(worlds):
        alone = world.run(KEPT)
        for name in KEPT:
            part = together[name].values[16 * place : 16 * (place + 1)]
            assert np.array_equal(part, alone[name].values)
    # Rules that differ only in numbers are one decision; that with delivery is another.
    assert joined.rules is not None
    assert len(joined.rules.decisions) == 2
    centre = side_by_side([study.central_world(name) for name in names])
    assert centre.run(["size"])["size"].sizes["draw"] == 4


def test_numbers_change_without_another_model(study: Study) -> None:
    world = study.world("slow", draws=16)
    other = world.with_rule_numbers("help", {("threshold", 0): 104.0})
    assert other.run(KEPT).equals(study.world("slower", draws=16).run(KEPT))
    assert world.rules is not None
    assert other.rules is not None
    assert other.rules.decisions == world.rules.decisions
    each = world.with_rule_numbers("help", {("then", 0): np.linspace(0, 5, 16)})
    acts = world.value("growth") < 2.9
    last = each.run(["policy"])["policy"].sel(time=2025).values
    np.testing.assert_array_equal(last, np.linspace(0, 5, 16) * acts)
    with pytest.raises(InputError, match=r'unknown rule "hlp"\. did you mean "help"'):
        world.with_rule_numbers("hlp", {})
    with pytest.raises(InputError, match="has no number"):
        world.with_rule_numbers("help", {("release", 0): 1.0})
    with pytest.raises(InputError, match='scenario "baseline" has no rules'):
        study.world("baseline", draws=4).with_rule_numbers("help", {})


@pytest.mark.parametrize("until", [2022, 2023, 2024])
def test_a_remembered_start_may_contain_a_check(study: Study, until: float) -> None:
    world = study.world("slow", draws=16)
    plain = world.run(KEPT, runs=10**6)
    beginning = Beginning(until)
    for _ in range(2):
        assert world.run(KEPT, runs=10**6, beginning=beginning).equals(plain)
    other = world.with_rule_numbers("help", {("threshold", 0): 104.0})
    assert other.run(KEPT, runs=10**6, beginning=beginning).equals(other.run(KEPT, runs=10**6))


def test_a_scenario_that_moves_a_lever_keeps_the_rules(study: Study) -> None:
    moved = study.with_scenario("mine", {"policy": 0.5}, extends="slow")
    world = study.world("slow", draws=16)
    said = world.changed_to(moved.files.resolve("mine")).run(["size"])["size"].values
    assert (said == moved.ensemble("mine", draws=16)["size"].values).all()
    assert world.changed_to(study.files.resolve("off")).rules is None


@pytest.mark.parametrize("backend", [NumPyBackend(), MachineBackend(least_work=0)])
def test_a_rule_on_every_lever_that_never_acts_changes_no_bit(
    xuhui: Study, backend: Backend
) -> None:
    """On the study that ships, because a lever that is computed must not change the arithmetic."""
    if isinstance(backend, MachineBackend) and not is_installed():
        pytest.skip("llvmlite is not installed")
    levers = [p for p in xuhui.parameters.values() if p.role == "lever"]
    settings = {
        element_name(lever.name, element): lever.range[1]
        for lever in levers
        for element in lever.elements or ("",)
        if lever.range
    }
    never = {
        "check": [2022, 2024],
        "if": {"variable": "RD intensity", "below": 0, "rounded": 0.1},
        "then": {"set": settings},
    }
    study = xuhui.with_scenario("never", rules={"never": never}, extends="plan")
    # NumPy compiles all variables in a second; machine code takes that for those of targets.
    wanted = study.model._default_outputs() if isinstance(backend, NumPyBackend) else study.reported
    with mock.patch.object(ensemble, "BACKENDS", (backend,)):
        plan, ruled = (study.world(name, draws=4).run(wanted) for name in ("plan", "never"))
    assert plan.equals(ruled)


def test_a_study_refuses_what_is_not_published(tmp_path: Path) -> None:
    text = """label: {en: A, zh: 甲}
description: A rule on what nobody publishes.
rules:
  help:
    check: 2023
    if: {variable: spent, below: 5}
    then: {set: {policy: 2}}
"""
    folder = copy_of_linear(tmp_path / "study", **{"scenarios/a.yaml": text})
    with pytest.raises(InputError, match=r"a.yaml:6: rule \"help\" looks at \"spent\", which nobo"):
        xhsim.open_study(folder)
    (folder / "scenarios" / "a.yaml").write_text(text.replace("spent", "size"), encoding="utf-8")
    assert "a" in xhsim.open_study(folder).scenarios
