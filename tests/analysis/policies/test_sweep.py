"""Sweeps against the ensembles of single scenarios."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import xhsim
from tests.analysis.studies import LINEAR
from xhsim.analysis.policies.sweep import LEVELS, SweepRunner
from xhsim.analysis.study import Study
from xhsim.study.files.mistakes import Place
from xhsim.study.names import parse_reference
from xhsim.study.scenarios.scenario import Change, Scenario
from xhsim.study.sweeps.sweep import Keep, Sweep
from xhsim.wording.label import Label


def sweep_of(points: list[list[float]], names: list[str], **changes: object) -> Sweep:
    record = {
        "name": "try",
        "label": Label("Try", "试"),
        "description": "",
        "scenario": "baseline",
        "references": tuple(parse_reference(name) for name in names),
        "points": np.array(points, dtype=float),
        "since": 2022.0,
        "draws": 64,
        "seed": 3,
        "keep": Keep(),
        "where": Place("try.yaml", 1),
    }
    return Sweep(**(record | changes))  # type: ignore[arg-type]


def as_scenario(sweep: Sweep, point: np.ndarray) -> Scenario:
    changes = tuple(
        Change(reference, sweep.shape(float(value)), sweep.where)
        for reference, value in zip(sweep.references, point, strict=True)
    )
    return Scenario("point", Label(), "", sweep.scenario, changes, (), None, sweep.where)


def all_blocks(runner: SweepRunner) -> dict[str, np.ndarray]:
    blocks = [runner.block(number) for number in range(runner.blocks)]
    return {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}


@pytest.mark.parametrize("since", [2022.0, None])
def test_points_of_xuhui_are_single_scenarios(xuhui: Study, since: float | None) -> None:
    sweep = sweep_of(
        [[3, 0.8, 1.5], [6, 0.8, 1.5], [6, 2.0, 3.0]],
        ["RD support", "cluster support[Digital]", "city growth shock"],
        since=since,
        keep=Keep(quantiles=("RD intensity",), draws=("GDP",)),
    )
    sweep = replace(sweep, points=sweep.points * [1, 1, 0.01])
    found = all_blocks(SweepRunner(xuhui, sweep))
    for number, point in enumerate(sweep.points):
        study = xuhui.with_scenario(as_scenario(sweep, point))
        made = study.ensemble("point", 64, 3)
        table = study.attainment(made)
        assert (found["met"][number] / found["good"][number]) == pytest.approx(
            table["probability"].to_numpy()
        )
        columns = table[["p05", "median", "p95"]].to_numpy()
        assert found["measure"][number][:, [0, 2, 4]] == pytest.approx(columns, rel=1e-9)
        joint = study.joint(made).loc["joint"]
        assert found["together"][number] / found["sound"][number] == joint["probability"]
        assert found["attained"][number] == pytest.approx(joint["expected"])
        assert found["draws gdp"][number] == pytest.approx(made["gdp"].values, rel=1e-9)
        quantiles = np.quantile(made["rd_intensity"].values, LEVELS, axis=0)
        assert found["quantiles rd_intensity"][number] == pytest.approx(quantiles, rel=1e-9)


def test_a_points_numbers_do_not_depend_on_its_company() -> None:
    """Bit for bit: turned round, or alone."""
    linear = xhsim.open_study(LINEAR)
    points = [[level, 1 + level] for level in np.linspace(0, 4, 23)]
    sweep = sweep_of(points, ["policy", "zone growth[South]"], draws=2000)
    runner = SweepRunner(linear, sweep)
    assert runner.block_size == 4
    found = all_blocks(runner)
    turned = all_blocks(SweepRunner(linear, replace(sweep, points=sweep.points[::-1].copy())))
    for name, values in found.items():
        assert np.array_equal(values, turned[name][::-1]), name
    alone = SweepRunner(linear, replace(sweep, points=sweep.points[5:6])).block(0)
    for name, values in alone.items():
        assert np.array_equal(values[0], found[name][5]), name


def test_the_null_point_is_the_parent() -> None:
    linear = xhsim.open_study(LINEAR)
    sweep = sweep_of([[0.0]], ["policy"], keep=Keep(draws=("size",)))
    found = SweepRunner(linear, sweep).block(0)
    assert np.array_equal(found["draws size"][0], linear.ensemble("baseline", 64, 3)["size"])


def test_before_its_date_a_point_is_the_parent() -> None:
    linear = xhsim.open_study(LINEAR)
    sweep = sweep_of([[5.0]], ["policy"], keep=Keep(draws=("size",)))
    found = SweepRunner(linear, sweep).block(0)["draws size"][0]
    parent = linear.ensemble("baseline", 64, 3)["size"].values
    assert np.array_equal(found[:, :3], parent[:, :3])
    assert (found[:, 3:] > parent[:, 3:]).all()


def test_unknown_variables_are_refused(tmp_path: Path) -> None:
    linear = xhsim.open_study(LINEAR)
    with pytest.raises(xhsim.InputError, match='did you mean "size"'):
        SweepRunner(linear, sweep_of([[0.0]], ["policy"], keep=Keep(draws=("sise",))))
