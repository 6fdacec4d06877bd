"""Planned runs: what varies between draws, room for results, and code that is kept."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import xhsim
from tests.engine.models import model_of
from xhsim.engine.compiling.plan import make_plan
from xhsim.engine.inputs import read_inputs
from xhsim.engine.running.grid import Grid
from xhsim.engine.running.planned import Compiled, PlannedRun, Times
from xhsim.engine.running.solvers import find_method

EVERY_YEAR = Times(Grid(0, 1), np.arange(11.0))


@pytest.fixture
def run(tmp_path: Path) -> PlannedRun:
    """Two draws of one constant; another constant, a path and an unused one with draws."""
    text = "a = 1\nb = 2\nc = 3\nunused = 4\nx[Area] = a*b*c*Time"
    model = model_of(tmp_path, text, ranges="Area: north, south")
    plan = make_plan(model.equations, ["x", "a"], (), ["c"])
    params = {"a": [1.0, 2.0], "b": 5.0, "c": xhsim.Path([0, 1], [1, 2]), "unused": [1.0, 2.0]}
    compiled = Compiled(model.equations, plan)
    given = read_inputs(model.names, params)
    return PlannedRun(compiled, given, EVERY_YEAR, find_method("euler"))


def test_only_used_inputs_with_draws_vary(run: PlannedRun) -> None:
    assert run.varying == {"a"}
    assert run.draws == slice(0, 2)


def test_results_have_room_for_times_elements_and_draws(run: PlannedRun) -> None:
    assert [array.shape for array in run.empty_results()] == [(11, 2, 2), (11, 2)]


def test_code_is_made_once_even_if_it_is_none(run: PlannedRun) -> None:
    made: list[int] = []
    for _ in range(3):
        assert run.compiled.form("none", lambda: made.append(1)) is None
    assert made == [1]


def test_counts_need_even_steps_and_times_on_them() -> None:
    assert EVERY_YEAR.counts == tuple(range(11))
    assert Times(Grid(0, 1), np.array([0.5])).counts is None
    assert Times(Grid(0, 1, (0, 1), (1, 1)), np.array([1.0])).counts is None
