"""A scenario made ready to run: whoever asks, it is run as the scenario says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path as FilePath
from typing import Any

import numpy as np
import pytest

import xhsim
from tests.analysis.studies import LINEAR, STRUCTURES, copy_of_linear
from xhsim.analysis.fitted import FittedStudy
from xhsim.analysis.policies.split import split_effects
from xhsim.analysis.study import Study
from xhsim.analysis.uncertainty.sensitivity import tornado
from xhsim.analysis.validation.signs import check_signs
from xhsim.analysis.worlds.world import side_by_side
from xhsim.engine.paths import Path
from xhsim.errors import InputError

SAYS = """label: {en: Long, zh: 长}
description: A programme that is run further than the model says.
extends: baseline
set:
  policy: {step: {year: 2023, to: 1}}
"""
REST = """label: {en: Rest, zh: 静}
description: Nothing changes, further than the model says.
extends: baseline
"""
LATER = """
later:
  label: {en: Later size, zh: 后期规模}
  variable: size
  measure: level
  direction: ">="
  value: 130
  unit: unit
  period: [2020, 2028]
  group: growth
  place: table 5
"""


def study_of(folder: FilePath, run: str, **files: str) -> Study:
    """Return the linear study with a scenario ``long`` that says how it is run."""
    targets = (LINEAR / "model" / "targets.yaml").read_text(encoding="utf-8") + LATER
    scenario = SAYS + f"run: {{{run}}}\n"
    return xhsim.open_study(
        copy_of_linear(
            folder / "study",
            **{
                "model/targets.yaml": targets,
                "scenarios/long.yaml": scenario,
                "scenarios/nothing-long.yaml": REST + f"run: {{{run}}}\n",
                **files,
            },
        )
    )


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return study_of(tmp_path_factory.mktemp("long"), "until: 2028, draws: 16, seed: 5")


@pytest.fixture(scope="module")
def curved(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """Growth by 3 % of the size a year, which Euler's method and rk4 tell apart."""
    model = (LINEAR / "model" / "linear.mdl").read_text(encoding="utf-8")
    model = model.replace(
        "INTEG(growth + policy, 100)", "INTEG(size*growth/hundred years + policy, 100)"
    )
    model = model.replace("idle = 1", "hundred years = 100 ~ year ~ Of growth. |\nidle = 1")
    return study_of(
        tmp_path_factory.mktemp("curved"), "method: euler", **{"model/linear.mdl": model}
    )


# --- bugs: analyses that did not ask the scenario ------------------------------------------


def test_a_split_looks_as_far_as_the_scenario(long: Study) -> None:
    found = long.split("long", "later", measure="median", orders=1)
    # 100 + 8 growth, and 5 years of a policy of 1.
    assert (found.before, found.after) == pytest.approx((124, 129), abs=0.4)
    assert found.table["shapley"].to_dict() == pytest.approx({"policy": 5})
    assert (found.draws, found.seed) == (16, 5)


def test_a_tornado_looks_as_far_as_the_scenario(long: Study) -> None:
    table = tornado(long, "long", "later")
    assert table.attrs["middle"] == pytest.approx(129)
    assert table.loc["growth", "swing"] == pytest.approx(16)


def test_a_partition_ends_where_the_scenario_does(long: Study) -> None:
    shares = long.partition("long", outputs=["size"])
    assert shares["time"].values[-1] == 2028
    assert (shares.attrs["draws"], shares.attrs["seed"]) == (16, 5)


def test_every_other_analysis_looks_as_far_as_the_scenario(long: Study) -> None:
    later = {"later": long.targets["later"]}
    assert long.importance("long", targets=later).attrs["draws"] == 16
    table = long.sweep({"policy": [0.0, 1.0]}, "long", targets=later)
    assert table["median"].tolist() == pytest.approx([124, 132], abs=0.4)
    assert (table.attrs["draws"], table.attrs["seed"]) == (16, 5)
    design = long.design("later", money=2.0, scenario="nothing-long", keep=False)
    assert design.levels["policy"] == pytest.approx(2.0, abs=0.01)


@pytest.mark.parametrize(
    "ends",
    [
        lambda study: study.split("long", "size", measure="median", draws=1, orders=1).after,
        lambda study: tornado(study, "long", "size").attrs["middle"],
        lambda study: study.run("long")["size"].sel(time=2025).item(),
    ],
)
def test_analyses_solve_by_the_scenarios_method(
    curved: Study, ends: Callable[[Study], float]
) -> None:
    def other(method: str) -> float:
        scenario = curved.scenarios["long"]
        said = replace(scenario, run=replace(scenario.run, method=method))
        return ends(curved.with_scenario(said, replace=True))

    assert ends(curved) == other("euler")
    assert ends(curved) != pytest.approx(other("rk4"), rel=1e-5)


def test_a_sweep_solves_by_the_scenarios_method(curved: Study) -> None:
    chosen = {"size": curved.targets["size"]}
    table = curved.sweep({"policy": [0.0]}, "long", since=2023, draws=8, targets=chosen)
    parent = curved.ensemble("baseline", 8, method="euler")["size"].sel(time=2025)
    assert table.loc[0, "median"] == pytest.approx(float(parent.median()), rel=1e-12)


def test_signs_are_checked_to_the_scenarios_end(tmp_path: FilePath) -> None:
    """Zones lose twelve units a year from 2026 on, after the model's own end."""
    model = (LINEAR / "model" / "linear.mdl").read_text(encoding="utf-8")
    model = model.replace("INTEG(zone growth[Zone], 10)", "INTEG(zone growth[Zone] - loss, 10)")
    model = model.replace("idle = 1", "loss = STEP(12, 2026) ~ unit/year ~ Lost. |\nidle = 1")
    study = study_of(tmp_path, "until: 2028", **{"model/linear.mdl": model})
    wrong = [line for finding in check_signs(study) for line in finding.details]
    assert wrong
    assert {line.partition(":")[0] for line in wrong} == {"long", "nothing-long"}
    assert all("zone size falls to" in line and "in 2028" in line for line in wrong)


# --- what is said where ----------------------------------------------------------------------


def test_an_argument_goes_before_the_scenario_and_the_scenario_before_the_default(
    long: Study,
) -> None:
    said = long.world("long")
    assert (said.draws, said.seed, said.method, said.until) == (16, 5, "rk4", 2028)
    told = long.world("long", 4, 0, method="euler", until=2022)
    assert (told.draws, told.seed, told.method, told.until) == (4, 0, "euler", 2022)
    assert told.run(["size"])["time"].values[-1] == 2022
    plain = long.world("baseline", default_draws=7, default_seed=2)
    assert (plain.draws, plain.seed, plain.method, plain.until) == (7, 2, "rk4", None)
    assert plain.run(["size"]).sizes == {"draw": 7, "time": 6}


def test_scenarios_that_are_compared_have_the_same_draws(long: Study) -> None:
    table = long.difference("long", targets={"size": long.targets["size"]})
    assert table.attrs["draws"] == 16
    compared = long.compare(["nothing-long", "long"])
    assert (compared.attrs["draws"], compared.attrs["seed"]) == (16, 5)
    scenario = long.scenarios["long"]
    other = replace(scenario, name="other", run=replace(scenario.run, draws=32))
    both = long.with_scenario(other)
    with pytest.raises(InputError, match='"run: draws": long 16, other 32'):
        both.compare(["long", "other"])
    assert both.compare(["long", "other"], draws=8).attrs["draws"] == 8


# --- the noun itself -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def linear() -> FittedStudy:
    return FittedStudy(xhsim.open_study(LINEAR).files)


def test_a_world_at_the_centre_has_no_draws(linear: FittedStudy) -> None:
    world = linear.central_world("doubt")
    assert (world.width, world.draws, world.layers) == (None, 1, ())
    assert world.run(["size"])["size"].values[-1] == pytest.approx(112)
    assert world.steps.tolist() == [2020 + step / 2 for step in range(11)]
    with pytest.raises(AssertionError, match="no random numbers"):
        world.drawing(("parameters",))


def test_other_layers_are_drawn_from_the_same_numbers(linear: FittedStudy) -> None:
    whole = linear.world("baseline", 8)
    calm = whole.drawing(("parameters",))
    assert np.array_equal(whole.values["growth"], calm.values["growth"])
    assert calm.values["weather"] == 10
    still = whole.drawing(()).run(["size"])["size"]
    assert still.sizes["draw"] == 8
    assert (still.sel(time=2025) == 115).all()


@pytest.mark.parametrize("study", [LINEAR, STRUCTURES], ids=lambda path: path.name)
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"policy": {"ramp": {"from": 2021, "until": 2023, "to": 2.0}}},
        {"growth": {"step": {"year": 2023, "to": 4}}, "policy": {"step": {"year": 2023, "to": 1}}},
        {"zone growth[North]": {"step": {"year": 2022, "to": 3}}, "weather": 12.0},
    ],
)
@pytest.mark.parametrize(
    "delivery", [None, {"share": "90% in [0.6, 0.9]", "delay": "90% in [0.2, 1.5]"}]
)
def test_a_change_draws_only_what_it_changes(
    study: FilePath, changes: dict[str, Any], delivery: dict[str, Any] | None
) -> None:
    """Every value is that of a world drawn as a whole, to the last bit."""
    opened = xhsim.open_study(study)
    if delivery:
        opened = opened.with_scenario("partly", {"policy": 1.0}, delivery=delivery)
    for parent in opened.scenarios:
        other = opened.with_scenario("other", changes, extends=parent)
        whole = other.world("other", 8)
        changed = opened.world(parent, 8).changed_to(whole.scenario)
        assert set(changed.values) == set(whole.values)
        for name, value in whole.values.items():
            mine = changed.values[name]
            assert type(mine) is type(value)
            if isinstance(value, Path):
                assert all(map(np.array_equal, _parts(mine), _parts(value)))
            else:
                assert np.array_equal(mine, value)
        assert changed.scenario is whole.scenario


def test_a_change_can_be_taken_back(linear: FittedStudy) -> None:
    world, bare = (linear.world(name, 8) for name in ("programme", "baseline"))
    back = world.changed_to(bare.scenario)
    assert set(back.values) == set(bare.values)
    assert back.value("policy") == 0


def _parts(path: Path) -> tuple[np.ndarray, ...]:
    return path.times, path.values, path.slopes


def test_values_are_put_in_place_of_others(linear: FittedStudy) -> None:
    world = linear.world("baseline", 8)
    other = world.with_values({"growth": 1.0, "size": Path.constant(7.0)})
    assert (other.run(["size"])["size"] == 7).all()
    assert "size" not in world.values
    assert world.value("policy") == 0  # neither drawn nor changed
    points = linear.central_world().with_values({"growth": np.array([1.0, 2.0])}, width=2)
    assert points.run(["size"])["size"].sel(time=2025).values.tolist() == [105, 110]


@pytest.mark.parametrize("draws", [1, 2, 5])
def test_worlds_side_by_side_are_the_worlds_alone(linear: FittedStudy, draws: int) -> None:
    """Two draws are as many as there are zones: known elements are not taken for draws."""
    outputs = ["size", "zone size", "yield", "spent"]
    names = ["baseline", "programme", "doubt", "programme"]
    worlds = [linear.world(name, draws, 3) for name in names]
    worlds.append(worlds[0].with_values({"zone growth": np.array([0.5, 0.25]), "policy": 2.0}))
    together = side_by_side(worlds)
    assert together.width == draws * len(worlds)
    run = together.run(outputs)
    for place, world in enumerate(worlds):
        alone = world.run(outputs)
        part = run.isel(draw=slice(place * draws, (place + 1) * draws))
        for name in alone.data_vars:
            assert np.array_equal(part[name].values, alone[name].values), (name, place)


def test_centres_side_by_side(linear: FittedStudy) -> None:
    names = ("baseline", "programme", "doubt")
    run = side_by_side([linear.central_world(name) for name in names]).run(["size"])
    assert run["size"].sel(time=2025).values.tolist() == pytest.approx([115, 117, 112])


@pytest.mark.parametrize("other", [{"method": "euler"}, {"until": 2022.0}, {"draws": 3}])
def test_worlds_that_differ_in_how_they_run_do_not_run_together(
    linear: FittedStudy, other: dict[str, Any]
) -> None:
    worlds = [linear.world("baseline", 2), linear.world("baseline", **({"draws": 2} | other))]
    with pytest.raises(ValueError, match="one method, horizon and number of draws"):
        side_by_side(worlds)


def test_several_targets_are_split_on_the_scenarios_draws(long: Study) -> None:
    both = split_effects(long, "long", ["size", "later"], orders=1)
    assert {(one.draws, one.seed) for one in both} == {(16, 5)}
