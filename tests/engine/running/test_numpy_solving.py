"""A block of draws at the start of a run: its inputs, flows and outputs by hand."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from tests.engine.models import model_of
from xhsim.engine.compiling.plan import make_plan
from xhsim.engine.inputs import read_inputs
from xhsim.engine.running import ensemble, numpy_solving
from xhsim.engine.running.grid import Grid
from xhsim.engine.running.numpy_backend import NumPyBackend
from xhsim.engine.running.numpy_solving import begin, inputs_of
from xhsim.engine.running.planned import Compiled, PlannedRun, Times
from xhsim.engine.running.solvers import find_method

TEXT = """
rate = 0.5
first[Area] = 1, 2
level[Area] = INTEG(rate*level[Area], first[Area])
late = DELAY1(rate, 4)
total = SUM(level[Area!])+late*0
"""


@pytest.fixture
def run(tmp_path: Path) -> PlannedRun:
    model = model_of(tmp_path, TEXT, ranges="Area: north, south")
    plan = make_plan(model.equations, ["total"], (), ())
    given = read_inputs(model.names, {"rate": [0.5, 1.0, 2.0]})
    compiled = Compiled(model.equations, plan)
    return PlannedRun(compiled, given, Times(Grid(0, 1), np.arange(3.0)), find_method("euler"))


def test_inputs_are_cut_to_the_block_and_defaults_are_filled_in(run: PlannedRun) -> None:
    values = inputs_of(run.equations, run.plan, run.given, slice(1, 3))
    found = dict(zip(run.plan.inputs, values, strict=True))
    assert found["rate"].tolist() == [1.0, 2.0]
    assert found["first"].tolist() == [[1.0], [2.0]]
    assert found["time_step"] == 1.0


def test_the_state_flows_and_outputs_of_a_block(run: PlannedRun) -> None:
    block = begin(run, slice(1, 3))
    rows = run.program.rows["level"]
    assert block.state[rows].tolist() == [[1, 1], [2, 2]]
    assert block.change(0.0, 0.0, block.state)[rows].tolist() == [[1, 2], [2, 4]]
    assert block.report(0.0, block.state)[0].tolist() == [3, 3]


def test_a_solved_block_fills_only_its_own_draws(run: PlannedRun) -> None:
    results = [np.full((3, 3), -1.0)]
    assert begin(run, slice(1, 3)).solve(results, None)
    assert results[0].tolist() == [[-1, 3, 3], [-1, 6, 9], [-1, 12, 27]]


@pytest.mark.parametrize("method", ["euler", "rk4", "rk4-auto"])
def test_flows_and_outputs_of_a_saved_step_are_computed_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    text = (
        "level[Area] = INTEG(rate*level[Area]-PULSE(2, 1)+noise, 3)\nrate = 0.1\n"
        "noise = RANDOM UNIFORM(0, 1, 3)\nlate = DELAY FIXED(noise, 0.7, 0)\n"
        "total = SUM(level[Area!])+late+Time"
    )
    model = model_of(tmp_path, text, ranges="Area: north, south", step=0.1, end=6)
    monkeypatch.setattr(ensemble, "BACKENDS", (NumPyBackend(),))
    given = {"rate": np.array([0.05, 0.1])}
    together = model.run(given, method=method, seed=4)
    compiled = [code for code in model._compiled.values() if "both" in code._forms]
    assert len(compiled) == 1
    monkeypatch.setattr(numpy_solving, "WORTH_WRITING", 1_000)
    assert together.identical(model.run(given, method=method, seed=4))


def test_states_at_saved_times_are_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ensemble, "BACKENDS", (NumPyBackend(),))
    text = "rate = 0.1\nmany[Area] = INTEG(-rate*many[Area], 1)\nx = SUM(many[Area!])"
    names = ", ".join(f"e{number}" for number in range(40))
    model = model_of(tmp_path, text, ranges=f"Area: {names}", end=500, step=0.25)
    given = {"rate": np.linspace(0.1, 0.2, 20)}
    model.run(given, outputs=["x"], times=[0, 1])
    tracemalloc.start()
    run = model.run(given, outputs=["x"])
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 4 * run["x"].nbytes  # the states would take forty times as much as the output
    expected = 40 * np.power.outer(1 - 0.25 * given["rate"], np.arange(2001))
    np.testing.assert_allclose(run["x"].values, expected, rtol=1e-9)


def test_a_walk_takes_the_steps_of_euler(run: PlannedRun) -> None:
    walk = begin(run, slice(0, 1)).walk()
    steps = [next(walk) for _ in range(3)]
    assert [(time, float(np.ravel(values[0])[0])) for time, values in steps] == [
        (0, 3),
        (1, 4.5),
        (2, 6.75),
    ]
