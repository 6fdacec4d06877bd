"""The times of a run: saved times, steps, and control variables that change."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import xhsim
from tests.engine.models import model_of, text_of, value, write


def test_default_times_follow_the_file(tmp_path: Path) -> None:
    text = text_of("x = INTEG(1, 0)", start=2015, end=2017, step=0.25)
    model = xhsim.load_model(write(tmp_path, text.replace("SAVEPER = TIME STEP", "SAVEPER = 0.5")))
    assert model.run()["time"].values.tolist() == [2015, 2015.5, 2016, 2016.5, 2017]
    assert model.run({"FINAL TIME": 2016})["time"].values.tolist() == [2015, 2015.5, 2016]
    assert value(model.run(dt=0.1), "x").tolist() == pytest.approx([0, 0.5, 1, 1.5, 2])


def test_without_saveper_every_step_is_saved(tmp_path: Path) -> None:
    text = text_of("x = 1", end=2).replace("SAVEPER = TIME STEP ~~|", "")
    assert xhsim.load_model(write(tmp_path, text)).run()["time"].values.tolist() == [0, 1, 2]


def test_times_are_sorted_and_unique_and_may_lie_beyond_the_end(tmp_path: Path) -> None:
    model = model_of(tmp_path, "x = INTEG(1, 0)", end=3)
    run = model.run(times=[5, 1, 1, 3.5])
    assert run["time"].values.tolist() == [1, 3.5, 5]
    assert value(run, "x").tolist() == pytest.approx([1, 3.5, 5])


@pytest.mark.parametrize("method", ["euler", "rk4", "RK45"])
def test_times_that_differ_by_rounding_only(tmp_path: Path, method: str) -> None:
    model = model_of(tmp_path, "x = INTEG(1, 0)", end=3)
    run = model.run(times=[0, 1, 1 + 1e-12, 2], method=method)
    assert value(run, "x").tolist() == pytest.approx([0, 1, 1, 2])


@pytest.mark.parametrize("method", ["euler", "RK45"])
def test_only_the_start(tmp_path: Path, method: str) -> None:
    model = model_of(tmp_path, "x = INTEG(1, y)\ny = 3", end=3)
    run = model.run({"y": [1.0, 2.0]}, times=[0], method=method)
    assert value(run, "x").tolist() == [[1], [2]]


def test_a_trial_run_that_finds_the_times_lowers_orders(tmp_path: Path) -> None:
    text = """
    delay time = 2
    late = DELAY3(Time, delay time)
    """
    model = model_of(tmp_path, text, end=6)
    path = tmp_path / "model.mdl"
    moving = path.read_text().replace("FINAL TIME = 6", "FINAL TIME = 6+0*late")
    path.write_text(moving)
    ours, plain = xhsim.load_model(path).run(method="euler"), model.run(method="euler")
    np.testing.assert_array_equal(value(ours, "late"), value(plain, "late"))
