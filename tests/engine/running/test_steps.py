"""The midpoint method, values between steps, and threads."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from tests.engine.models import model_of, value
from xhsim.engine.model import Model
from xhsim.engine.running import steps
from xhsim.engine.running.grid import Grid
from xhsim.engine.tableaux import RK2


@pytest.fixture
def cosine(tmp_path: Path) -> Model:
    """A swing around zero: the level is the cosine of time."""
    return model_of(tmp_path, "level = INTEG(-speed, 1)\nspeed = INTEG(level, 0)", end=2)


def test_error_falls_with_the_square_of_the_step(cosine: Model) -> None:
    errors = [
        abs(value(cosine.run(method="rk2", dt=dt, times=[2]), "level")[0] - np.cos(2))
        for dt in (0.1, 0.05, 0.025)
    ]
    orders = np.log2(np.array(errors[:-1]) / np.array(errors[1:]))
    np.testing.assert_allclose(orders, 2, atol=0.1)


def test_a_step_by_hand(tmp_path: Path) -> None:
    model = model_of(tmp_path, "x = INTEG(-x+Time, 1)", end=1, step=0.5)
    # Half a step on, x is 0.75 and Time 0.25; in the second step 0.6875 and 0.75.
    np.testing.assert_allclose(value(model.run(method="RK2"), "x"), [1, 0.75, 0.78125], rtol=1e-15)


def test_values_between_steps_are_shorter_steps(cosine: Model) -> None:
    short = value(cosine.run(method="rk2", dt=0.3, times=[0.3]), "level")[0]
    within = value(cosine.run(method="rk2", dt=0.5, times=[0.3, 0.5]), "level")[0]
    assert within == pytest.approx(short, rel=1e-12)


def test_a_step_function_switches_at_the_start_of_the_step(tmp_path: Path) -> None:
    model = model_of(tmp_path, "x = INTEG(STEP(1, 2), 0)", end=4)
    assert value(model.run(method="rk2"), "x").tolist() == [0, 0, 0, 1, 2]


# --- blocks and threads ------------------------------------------------------------------


def test_threads_change_no_bit(cosine: Model) -> None:
    draws = {"level": np.linspace(0, 1, 50)}
    whole = cosine.run(draws, block=1000, method="rk2")
    for threads in (1, 2, 5):
        some = cosine.run(draws, block=7, method="rk2", threads=threads)
        np.testing.assert_array_equal(whole["speed"].values, some["speed"].values)


def test_solvers_work_without_help() -> None:
    """They are ordinary SciPy solvers: whoever calls SciPy need not keep them."""
    clock = steps.Clock()
    found = solve_ivp(
        lambda t, y: -y,
        (0, 1),
        [1.0],
        method=steps.FixedStep,
        tableau=RK2,
        grid=Grid(0, 0.5),
        clock=clock,
    )
    assert found.y[0, -1] == 0.390625


def test_an_automatic_method_cuts_steps_only_where_they_are_rough(tmp_path: Path) -> None:
    text = "k = 1\nx = INTEG(-k*(x-COS(Time)), 2)"
    model = model_of(tmp_path, text, end=4, step=0.5)
    rates = np.array([0.1, 3.0, 40.0])
    fixed, cut = (value(model.run({"k": rates}, method=m), "x") for m in ("rk4", "rk4-auto"))
    assert cut[0].tobytes() == fixed[0].tobytes()
    assert not np.isfinite(fixed[2]).all() or np.abs(fixed[2]).max() > 1e6
    t = 4.0
    exact = rates / (rates**2 + 1) * (rates * np.cos(t) + np.sin(t))
    exact += (2 - rates**2 / (rates**2 + 1)) * np.exp(-rates * t)
    np.testing.assert_allclose(cut[:, -1], exact, atol=2e-3)
    alone = value(model.run({"k": 40.0}, method="rk4-auto"), "x")
    assert alone.tobytes() == cut[2].tobytes()


def test_the_tolerance_of_the_model_counts(tmp_path: Path) -> None:
    text = "k = 1\nx = INTEG(-k*(x-COS(Time)), 2)"
    tight = text + "\nABSOLUTE TOLERANCE = 1e-7\nRELATIVE TOLERANCE = 0"
    runs = [
        value(model_of(tmp_path, each, end=4, step=0.5).run(method="rk2-auto"), "x")
        for each in (text, tight)
    ]
    exact = (np.cos(4) + np.sin(4)) / 2 + 1.5 * np.exp(-4)
    errors = [abs(run[-1] - exact) for run in runs]
    assert errors[1] < 1e-5 < errors[0]
