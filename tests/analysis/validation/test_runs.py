"""Worlds of checks and their runs, on straight lines."""

from __future__ import annotations

import pytest

from xhsim.analysis.study import Study
from xhsim.analysis.validation.runs import checked_world, read_total, run_columns
from xhsim.engine.paths import Path
from xhsim.study.files.mistakes import Place
from xhsim.study.names import Reference
from xhsim.study.scenarios.scenario import Change
from xhsim.study.scenarios.shapes import Constant


def setting(name: str, level: float, *elements: str) -> Change:
    return Change(Reference(name, elements), Constant(level), Place("checks.yaml", 1))


def test_a_world_contains_only_what_is_set(linear: Study) -> None:
    assert checked_world(linear, "baseline").values == {}
    assert set(checked_world(linear, "programme").values) == {"policy"}
    world = checked_world(linear, "programme", [setting("growth", 1000.0)], until=2022)
    assert set(world.values) == {"policy", "growth"}  # though 1000 is outside the range of growth
    assert (world.until, world.method) == (2022, "rk4")


def test_columns_are_the_runs_alone(linear: Study) -> None:
    changes: tuple[list[Change], ...] = (
        [],
        [setting("growth", 5.0)],
        [setting("zone growth", 4.0, "South")],
    )
    columns = [checked_world(linear, "baseline", each) for each in changes]
    run = run_columns(columns, ["size", "zone size"])
    assert read_total(run, "size")[:, -1].tolist() == pytest.approx([115, 125, 115])
    assert read_total(run, "zone size[South]")[:, -1].tolist() == pytest.approx([20, 20, 30])
    assert read_total(run, "zone size")[:, -1].tolist() == pytest.approx([35, 35, 45])


def test_held_variables_follow_their_path_and_every_step_is_saved(linear: Study) -> None:
    held = {"size": Path([2020, 2025], [7.0, 7.0])}
    run = run_columns([checked_world(linear, "baseline")], ["size"], held=held, every_step=True)
    assert run["time"].values.tolist() == [2020 + 0.5 * step for step in range(11)]
    assert (read_total(run, "size") == 7).all()
