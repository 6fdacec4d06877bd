"""Variables that must not be negative."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import xarray as xr

from tests.analysis.studies import LINEAR, copy_of_linear
from tests.analysis.validation.firms import MODEL, changed, failures, firms_study
from xhsim.analysis.opening import open_study
from xhsim.analysis.validation.signs import (
    _negatives_of,
    cannot_be_negative,
    check_signs,
    negatives,
)
from xhsim.engine.language.syntax import canonical


def test_negative_stocks_are_seen(tmp_path: Path) -> None:
    model = changed(MODEL, "exits = certified/life", "exits = normal entry + help")
    found = check_signs(firms_study(tmp_path / "study", model=changed(model, ", 30)", ", 1)")))
    assert any("certified falls to -" in line for line in failures(found))


def test_scenarios_that_run_together_are_told_apart(tmp_path: Path) -> None:
    """As one by one, whatever their number of draws and their horizon."""
    model = (LINEAR / "model" / "linear.mdl").read_text(encoding="utf-8")
    files = {
        "model/linear.mdl": model.replace("INTEG(growth + policy, 100)", "INTEG(growth, -10)"),
        "scenarios/short.yaml": "label: {en: S, zh: 短}\ndescription: A.\nrun: {until: 2022}\n",
    }
    study = open_study(copy_of_linear(tmp_path / "study", **files))
    for draws in (None, 8):
        worlds = [
            study.central_world(name) if draws is None else study.world(name, draws, 0)
            for name in study.scenarios
        ]
        alone = [
            line
            for world in worlds
            for line in negatives(world.run(["size"]), ["size"], world.scenario.name)
        ]
        assert len(alone) == len(worlds) == 5
        assert _negatives_of(worlds, ["size"]) == alone


def run_of(values: list[float]) -> xr.Dataset:
    return xr.Dataset({"x": (("draw", "time"), [values])}, {"time": [2020, 2021, 2022]})


@pytest.mark.parametrize(
    ("values", "lines"),
    [
        ([1.0, 0.0, 2.0], []),
        ([1.0, -1e-10, 2.0], []),  # rounding
        ([1.0, -0.5, 2.0], ["plan: x falls to -0.5 in 2021"]),
        ([1.0, math.nan, -2.0], ["plan: x is not finite"]),
    ],
)
def test_lines_about_negative_values(values: list[float], lines: list[str]) -> None:
    assert negatives(run_of(values), ["x"], "plan") == lines


def test_stocks_except_some_and_other_variables(tmp_path: Path) -> None:
    study = firms_study(tmp_path / "study")
    names = cannot_be_negative(study)
    stocks = {v.canonical for v in study.model.equations.variables.values() if v.kind == "stock"}
    rules = study.checks.non_negative
    assert {"pool", "certified"} <= stocks
    assert set(names) == stocks - {*map(canonical, rules.exceptions)} | {
        *map(canonical, rules.also)
    }
