"""Solutions that are known: exponentials, Erlang's responses, flows that jump."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import xhsim
from tests.engine.models import model_of, value
from xhsim.engine.model import Model
from xhsim.engine.running.solvers import METHODS

ADAPTIVE = sorted(name for name, method in METHODS.items() if not method.is_fixed)
EXACT_ON_JUMPS = ["rk4", "euler", *ADAPTIVE]


@pytest.fixture(scope="module")
def smooth(tmp_path_factory: pytest.TempPathFactory) -> Model:
    """Growth, decay, logistic growth and an oscillator."""
    return model_of(
        tmp_path_factory.mktemp("smooth"),
        """
        r = 0.3
        growth = INTEG(r*growth, 2)
        decay = INTEG(-r*decay, 5)
        logistic = INTEG(r*logistic*(1-logistic/10), 1)
        place = INTEG(speed, 1)
        speed = INTEG(-place, 0)
        falling = INTEG(-2*Time*falling/10, 3)
        """,
        end=5,
        step=0.125,
    )


def exact(time: np.ndarray, r: float = 0.3) -> dict[str, np.ndarray]:
    return {
        "growth": 2 * np.exp(r * time),
        "decay": 5 * np.exp(-r * time),
        "logistic": 10 / (1 + 9 * np.exp(-r * time)),
        "place": np.cos(time),
        "speed": -np.sin(time),
        "falling": 3 * np.exp(-(time**2) / 10),
    }


@pytest.mark.parametrize("method", ["rk4", *ADAPTIVE])
def test_smooth_model_follows_its_solution(smooth: Model, method: str) -> None:
    run = smooth.run(method=method)
    for name, expected in exact(run["time"].values).items():
        np.testing.assert_allclose(value(run, name), expected, rtol=2e-5, atol=2e-5, err_msg=name)


def test_euler_compounds_step_by_step(smooth: Model) -> None:
    run = smooth.run(method="euler")
    steps = np.arange(41)
    np.testing.assert_allclose(value(run, "growth"), 2 * (1 + 0.3 / 8) ** steps, rtol=1e-13)
    np.testing.assert_allclose(value(run, "decay"), 5 * (1 - 0.3 / 8) ** steps, rtol=1e-13)


@pytest.mark.parametrize(("method", "order"), [("euler", 1), ("rk4", 4)])
def test_error_falls_with_the_order_of_the_method(smooth: Model, method: str, order: int) -> None:
    errors = []
    for dt in (0.125, 0.0625, 0.03125):
        run = smooth.run(method=method, dt=dt, times=[5])
        expected = exact(np.array([5.0]))
        errors.append({name: abs(value(run, name)[0] - expected[name][0]) for name in expected})
    for name in expected:
        halvings = [np.log2(errors[i][name] / errors[i + 1][name]) for i in range(2)]
        assert halvings[-1] == pytest.approx(order, abs=0.3), (name, halvings)


def test_rk4_between_its_steps_is_of_fourth_order_too(smooth: Model) -> None:
    times = [0.3, 1.111, 4.9]
    run = smooth.run(method="rk4", times=times)
    for name, expected in exact(np.array(times)).items():
        np.testing.assert_allclose(value(run, name), expected, rtol=1e-4, atol=1e-5)
    assert run["time"].values.tolist() == times


@pytest.mark.parametrize("method", ["euler", "rk4"])
def test_asking_between_steps_changes_nothing_on_the_steps(smooth: Model, method: str) -> None:
    plain = smooth.run(method=method, times=[1, 2, 5])
    mixed = smooth.run(method=method, times=[0.3, 1, 1.99, 2, 2.001, 5]).sel(time=[1, 2, 5])
    for name in plain:
        np.testing.assert_array_equal(plain[name].values, mixed[name].values)


@pytest.mark.parametrize("kind", ["SMOOTH3", "DELAY3"])
@pytest.mark.parametrize("method", ["RK45", "LSODA"])
def test_third_order_response_to_a_step_is_erlangs(tmp_path: Path, kind: str, method: str) -> None:
    model = model_of(tmp_path, f"x = STEP(2, 3)\nz = {kind}(x, 4)", end=20)
    run = model.run(method=method)
    late = np.maximum(run["time"].values - 3, 0) * 3 / 4
    erlang = 2 * (1 - np.exp(-late) * (1 + late + late**2 / 2))
    np.testing.assert_allclose(value(run, "z"), erlang, atol=1e-6)


@pytest.mark.parametrize(
    ("kind", "order"), [("SMOOTH", 1), ("DELAY1", 1), ("SMOOTHI", 1), ("DELAY1I", 1)]
)
def test_first_order_response_to_a_step(tmp_path: Path, kind: str, order: int) -> None:
    initial = ", 1" if kind.endswith("I") else ""
    model = model_of(tmp_path, f"x = 2\nz = {kind}(STEP(x, 0), 4{initial})", end=20)
    run = model.run(method="DOP853")
    start = 1 if initial else 2
    expected = 2 + (start - 2) * np.exp(-run["time"].values / 4)
    np.testing.assert_allclose(value(run, "z"), expected, atol=1e-7)


def test_delay_keeps_the_material(tmp_path: Path) -> None:
    """What flows in and has not flowed out is in the delay, though its time changes."""
    model = model_of(
        tmp_path,
        """
        duration = 5+2*SIN(Time)
        inflow = PULSE(1, 2)*3
        outflow = DELAY3I(inflow, duration, 0)
        inside = INTEG(inflow-outflow, 0)
        came = INTEG(inflow, 0)
        """,
        end=60,
        step=0.25,
    )
    run = model.run(method="euler")
    assert value(run, "came")[-1] == pytest.approx(6)
    assert value(run, "inside")[-1] == pytest.approx(0, abs=1e-4)


# --- flows that jump: the integral of a constant piece is exact --------------------------------


@pytest.mark.parametrize("method", EXACT_ON_JUMPS)
def test_jumps_on_steps_are_integrated_exactly(tmp_path: Path, method: str) -> None:
    model = model_of(
        tmp_path,
        """
        a = INTEG(STEP(2, 3), 0)
        b = INTEG(PULSE(2, 1.5), 0)
        policy = 1
        c = INTEG(policy, 0)
        """,
        end=6,
        step=0.5,
    )
    path = xhsim.Path([2, 2, 4, 4], [1, 5, 5, 0])
    run = model.run({"policy": path}, method=method, times=[2, 2.5, 3, 4, 6])
    np.testing.assert_allclose(value(run, "a"), [0, 0, 0, 2, 6], atol=1e-11)
    np.testing.assert_allclose(value(run, "b"), [0, 0.5, 1, 1.5, 1.5], atol=1e-11)
    np.testing.assert_allclose(value(run, "c"), [2, 4.5, 7, 12, 12], atol=1e-11)
    np.testing.assert_array_equal(value(run, "policy"), [5, 5, 5, 0, 0])


@pytest.mark.parametrize("method", ADAPTIVE)
def test_jumps_between_steps_are_integrated_exactly(tmp_path: Path, method: str) -> None:
    model = model_of(
        tmp_path,
        """
        date = 3.137
        a = INTEG(STEP(2, date), 0)
        b = INTEG(PULSE(date-1, 0.01), 0)
        policy = 1
        c = INTEG(policy, 0)
        d = INTEG(RAMP(2, 1.03, 2.53), 0)
        """,
        end=6,
    )
    path = xhsim.Path([2.21, 2.21, 4.4, 4.4], [1, 5, 5, 0])
    run = model.run({"policy": path}, method=method, times=[2.21, 3.137, 4, 6])
    np.testing.assert_allclose(value(run, "a"), [0, 0, 1.726, 5.726], atol=1e-9)
    np.testing.assert_allclose(value(run, "b")[1:], [0.01] * 3, atol=1e-9)
    np.testing.assert_allclose(value(run, "c"), [2.21, 6.845, 11.16, 13.16], atol=1e-9)
    np.testing.assert_allclose(value(run, "d")[-1], 1.5**2 + 3 * (6 - 2.53), atol=1e-6)


def test_every_draw_has_jumps_of_its_own(tmp_path: Path) -> None:
    model = model_of(tmp_path, "date = 1\nwidth = 1\na = INTEG(PULSE(date, width), 0)", end=8)
    dates, widths = np.array([1.1, 2.7, 5.05, 7.9]), np.array([1.0, 0.03, 2.2, 5.0])
    run = model.run({"date": dates, "width": widths}, method="RK45", times=[8])
    np.testing.assert_allclose(value(run, "a")[:, 0], np.minimum(widths, 8 - dates), atol=1e-9)


@pytest.mark.parametrize("method", ["euler", "rk4", "RK45"])
def test_path_with_slopes_is_integrated(tmp_path: Path, method: str) -> None:
    model = model_of(tmp_path, "x = 1\na = INTEG(x, 0)", end=4, step=0.25)
    run = model.run({"x": xhsim.Path([1, 3], [0, 4])}, method=method, times=[0, 1, 2, 3, 4])
    tolerance = 0.6 if method == "euler" else 1e-9
    np.testing.assert_allclose(value(run, "a"), [0, 0, 1, 4, 8], atol=tolerance)
    np.testing.assert_array_equal(value(run, "x"), [0, 0, 2, 4, 4])


def test_steps_are_counted_not_added_up(tmp_path: Path) -> None:
    model = model_of(tmp_path, "z = STEP(1, 7.7)", start=2000, end=2100, step=0.1)
    run = model.run(method="euler")
    assert run["time"].size == 1001
    assert run["time"].values[-1] == 2100
    np.testing.assert_allclose(run["time"].values, 2000 + np.arange(1001) / 10, rtol=1e-15)


def test_saving_less_often_than_stepping(tmp_path: Path) -> None:
    """TIME STEP 0.3 does not divide SAVEPER 1: what is saved lies within steps."""
    text = "level = INTEG(1, 0)"
    model = model_of(tmp_path, text, end=3, step=0.3)
    run = model.run(times=[0, 1, 2, 3])
    np.testing.assert_allclose(value(run, "level"), [0, 1, 2, 3], rtol=1e-14)
