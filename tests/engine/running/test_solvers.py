"""Adaptive methods control the error of every draw, and a solve leaves nothing in memory."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path

import numpy as np
import pytest

from tests.engine.backends import only_numpy
from tests.engine.models import model_of, value
from xhsim.engine.running.grid import Grid
from xhsim.engine.running.solvers import Problem, find_method, solve


def test_error_control_holds_for_the_worst_draw(tmp_path: Path) -> None:
    """One fast oscillator among many at rest: their mean error would be small."""
    model = model_of(tmp_path, "w = 1\na = INTEG(b*w, 1)\nb = INTEG(-a*w, 0)", end=10, step=1)
    speeds = np.zeros(400)
    speeds[123] = 20.0
    for method in ("RK45", "RK23", "DOP853"):
        run = model.run({"w": speeds}, method=method, times=[10], block=400)
        assert value(run, "a")[123, 0] == pytest.approx(np.cos(200), abs=2e-3), method
        assert value(run, "a")[0, 0] == 1


def test_a_first_step_that_overflows_is_made_shorter(tmp_path: Path) -> None:
    model = model_of(tmp_path, "k = 1\nx = INTEG(-k*EXP(x), x0)\nx0 = 1", end=4, step=2)
    starts = np.array([1.0, 9.0])
    run = model.run({"x0": starts}, method="RK45", times=[0, 4])
    exact = -np.log(np.exp(-starts) + 4)
    np.testing.assert_allclose(value(run, "x")[:, 1], exact, rtol=1e-5)


@pytest.mark.parametrize("method", ["euler", "rk4", "rk4-auto", "difference"])
def test_times_that_are_the_start_up_to_rounding(tmp_path: Path, method: str) -> None:
    model = model_of(tmp_path, "x = INTEG(1, 3)", end=1e10, step=1e9)
    with only_numpy():
        found = [value(model.run(method=method, times=times), "x") for times in ([0, 5], [5, 1e9])]
    np.testing.assert_array_equal(found, [[3, 3], [3, 3 + 1e9]])


@pytest.mark.parametrize("method", ["LSODA", "Radau", "BDF"])
def test_stiff_methods_solve_each_draw(tmp_path: Path, method: str) -> None:
    model = model_of(tmp_path, "k = 1\nx = INTEG(k*(COS(Time)-x), 0)", end=3)
    rates = np.array([0.5, 10.0, 1e4] * 4)
    run = model.run({"k": rates}, method=method, times=[3])
    t, k = 3.0, rates
    exact = k * (k * np.cos(t) + np.sin(t)) / (k**2 + 1) - k**2 / (k**2 + 1) * np.exp(-k * t)
    np.testing.assert_allclose(value(run, "x")[:, 0], exact, atol=1e-4)


@pytest.mark.parametrize("name", ["euler", "rk2", "rk4", "RK45", "DOP853", "LSODA", "Radau", "BDF"])
def test_a_solve_leaves_no_circle_of_references(name: str) -> None:
    class Change:
        def __call__(self, time: float, clock: float, state: np.ndarray) -> np.ndarray:
            return -state

    change = Change()
    alive = weakref.ref(change)
    gc.disable()
    try:
        state, times = np.ones((2, 1)), np.linspace(0.0, 1.0, 3)
        problem = Problem(change, state, Grid(0.0, 0.1), times, np.empty(0))
        solve(problem, find_method(name))
        del change, problem
        assert alive() is None
    finally:
        gc.enable()
