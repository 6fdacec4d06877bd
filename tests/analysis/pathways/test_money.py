"""Money a year: from the budget's file, or from the levers."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

import xhsim
from tests.analysis.studies import LINEAR
from xhsim.analysis.pathways.money import money_outputs, money_unit, yearly_money
from xhsim.analysis.study import Study


def test_the_levers_are_the_money_of_a_study_without_a_budget() -> None:
    study = xhsim.open_study(LINEAR)
    assert money_outputs(study) == ("policy",)
    assert money_unit(study) == "unit/year"
    world = study.with_scenario("late", {"policy": {"step": {"year": 2023, "to": 1}}}).world(
        "late", draws=4
    )
    steps = world.steps
    run = world.run(["policy", "spent"], times=steps)
    # One a year from 2023 to 2025; the model's own stock counts the same.
    assert yearly_money(run, ("policy",), 2020, 2025) == pytest.approx(np.full(4, 2 / 5))
    assert run["spent"].sel(time=2025).values == pytest.approx(np.full(4, 2.0))


def test_the_budget_says_what_is_paid(xuhui: Study) -> None:
    assert money_outputs(xuhui) == ("total_programme_spending",)


def test_elements_are_added() -> None:
    values = np.ones((2, 3, 4))
    run = xr.Dataset(
        {"a": (("draw", "time", "zone"), values), "b": (("draw", "time"), values[..., 0])},
        {"time": [2020.0, 2021.0, 2022.0]},
    )
    assert yearly_money(run, ("a", "b"), 2020, 2022).tolist() == [5.0, 5.0]
    assert yearly_money(run, ("b",), 2021, 2022).tolist() == [1.0, 1.0]
