"""Each fixed-step method is one tableau; the formulas written out here say what it must compute.

The formulas are those of the solvers that xhsim had before there were tableaux. Every form of the
code gives their numbers to the last bit.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.integrate import solve_ivp

import xhsim
from tests.engine.models import model_of, value
from xhsim.engine.running import ensemble
from xhsim.engine.running.backend import Backend
from xhsim.engine.running.grid import Grid
from xhsim.engine.running.machine_backend import MachineBackend
from xhsim.engine.running.numpy_backend import NumPyBackend
from xhsim.engine.running.scalar_backend import ScalarBackend
from xhsim.engine.running.solvers import METHODS, fixed_step_method
from xhsim.engine.running.steps import Clock, FixedStep
from xhsim.engine.tableaux import EULER, RK2, RK4, TABLEAUX, Combination, Tableau

Flows = Callable[[float, np.ndarray], np.ndarray]
Step = Callable[[Flows, float, np.ndarray, float], np.ndarray]


def euler(flows: Flows, time: float, state: np.ndarray, length: float) -> np.ndarray:
    return state + length * flows(time, state)


def rk2(flows: Flows, time: float, state: np.ndarray, length: float) -> np.ndarray:
    half = 0.5 * length
    middle = state + half * flows(time, state)
    return state + length * flows(time + half, middle)


def rk4(flows: Flows, time: float, state: np.ndarray, length: float) -> np.ndarray:
    half = 0.5 * length
    first = flows(time, state)
    second = flows(time + half, state + half * first)
    third = flows(time + half, state + half * second)
    fourth = flows(time + length, state + length * third)
    return state + (length / 6.0) * (first + 2.0 * (second + third) + fourth)


def heun(flows: Flows, time: float, state: np.ndarray, length: float) -> np.ndarray:
    first = flows(time, state)
    second = flows(time + length, state + length * first)
    return state + (length / 2.0) * (first + second)


def ralston(flows: Flows, time: float, state: np.ndarray, length: float) -> np.ndarray:
    first = flows(time, state)
    second = flows(time + (2 / 3) * length, state + (length / 3.0) * (2.0 * first))
    return state + (length / 4.0) * (first + 3.0 * second)


def eighths(flows: Flows, time: float, state: np.ndarray, length: float) -> np.ndarray:
    """Kutta's rule of three eighths, whose stages mix flows with weights below zero."""
    third = length / 3.0
    a = flows(time, state)
    b = flows(time + (1 / 3) * length, state + third * a)
    c = flows(time + (2 / 3) * length, state + third * (-1.0 * a + 3.0 * b))
    d = flows(time + length, state + length * ((a + -1.0 * b) + c))
    return state + (length / 8.0) * ((a + 3.0 * (b + c)) + d)


HEUN = Tableau("heun", (Combination((1,)),), Combination((1, 1), 2))
RALSTON = Tableau("ralston", (Combination((2,), 3),), Combination((1, 3), 4))
EIGHTHS = Tableau(
    "eighths",
    (Combination((1,), 3), Combination((-1, 3), 3), Combination((1, -1, 1))),
    Combination((1, 3, 3, 1), 8),
)
FORMULAS: list[tuple[Tableau, Step]] = [
    (EULER, euler),
    (RK2, rk2),
    (RK4, rk4),
    (HEUN, heun),
    (RALSTON, ralston),
    (EIGHTHS, eighths),
]
each_method = pytest.mark.parametrize(
    ("tableau", "formula"), FORMULAS, ids=[tableau.name for tableau, _ in FORMULAS]
)
RATE, ROWS = 1 / 7, 50


def change(time: float, state: np.ndarray) -> np.ndarray:
    """A flow whose numbers have all their bits, and which needs no function but arithmetic."""
    return RATE * state * (1.3 - state) + 0.1 * time


def start() -> np.ndarray:
    return np.random.default_rng(5).uniform(0.1, 2.0, ROWS)


def walked(formula: Step, count: int, length: float) -> np.ndarray:
    state = start()
    for number in range(count):
        state = formula(change, number * length, state, length)
    return state


# --- the same bits in all forms -------------------------------------------------------------


@each_method
@pytest.mark.parametrize("length", [0.25, 0.1])
def test_scipys_solver_computes_the_formula(tableau: Tableau, formula: Step, length: float) -> None:
    options = {"tableau": tableau, "grid": Grid(0.0, length), "clock": Clock()}
    found = solve_ivp(change, (0.0, 20 * length), start(), method=FixedStep, **options)
    np.testing.assert_array_equal(found.y[:, -1], walked(formula, 20, length))


# --- a method that is added, through all ways to run a model ---------------------------------


@pytest.fixture
def runner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., np.ndarray]:
    """Return a function that adds a method to those that can be asked for, and runs a model."""

    def run(tableau: Tableau, length: float, backend: Backend, **options: object) -> np.ndarray:
        monkeypatch.setitem(METHODS, tableau.name, fixed_step_method(tableau))
        monkeypatch.setattr(ensemble, "BACKENDS", (backend,))
        model = model_of(
            tmp_path,
            f"x = INTEG({RATE!r}*x*(1.3-x)+0.1*Time, first)\nfirst = 1",
            step=length,
            end=20 * length,
        )
        return value(model.run(method=tableau.name, outputs=["x"], **options), "x")  # type: ignore[arg-type]

    return run


@each_method
@pytest.mark.parametrize("length", [0.25, 0.1])
@pytest.mark.parametrize("backend", [MachineBackend(least_work=0), NumPyBackend()], ids=type)
def test_an_ensemble_computes_the_formula(
    tableau: Tableau, formula: Step, length: float, backend: Backend, runner: Any
) -> None:
    found = runner(tableau, length, backend, params={"first": start()})
    np.testing.assert_array_equal(found[:, -1], walked(formula, 20, length))


@each_method
@pytest.mark.parametrize("length", [0.25, 0.1])
def test_a_single_run_computes_the_formula(
    tableau: Tableau, formula: Step, length: float, runner: Any
) -> None:
    found = [
        runner(tableau, length, ScalarBackend(), params={"first": first})[-1]
        for first in start()[:5]
    ]
    np.testing.assert_array_equal(found, walked(formula, 20, length)[:5])


@each_method
def test_a_time_between_steps_is_a_shorter_step(
    tableau: Tableau, formula: Step, runner: Any
) -> None:
    expected = formula(change, 0.0, start(), 0.15)
    found = runner(tableau, 0.25, NumPyBackend(), params={"first": start()}, times=[0.15])
    np.testing.assert_array_equal(found[:, 0], expected)
    alone = [
        runner(tableau, 0.25, ScalarBackend(), params={"first": first}, times=[0.15])[0]
        for first in start()[:5]
    ]
    np.testing.assert_array_equal(alone, expected[:5])


# --- the order of the error -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("tableau", "order"),
    [(EULER, 1), (RK2, 2), (HEUN, 2), (RALSTON, 2), (RK4, 4), (EIGHTHS, 4)],
    ids=lambda each: getattr(each, "name", each),
)
def test_error_falls_with_the_order(tableau: Tableau, order: int) -> None:
    errors = []
    for steps in (20, 40, 80):
        options = {"tableau": tableau, "grid": Grid(0.0, 2 / steps), "clock": Clock()}
        found = solve_ivp(
            lambda time, y: [-y[1], y[0]], (0.0, 2.0), [1.0, 0.0], method=FixedStep, **options
        )
        errors.append(np.hypot(*(found.y[:, -1] - [np.cos(2), np.sin(2)])))
    np.testing.assert_allclose(np.log2(np.divide(errors[:-1], errors[1:])), order, atol=0.15)


# --- what a tableau may say -----------------------------------------------------------------


def test_names_are_those_of_the_methods() -> None:
    assert [tableau.name for tableau in TABLEAUX] == ["euler", "rk2", "rk4"]
    assert RK4.nodes == (0.5, 0.5, 1.0)
    assert [tableau.stages for tableau in TABLEAUX] == [1, 2, 4]


@pytest.mark.parametrize(
    ("between", "whole", "told"),
    [
        ((), Combination((1, 1), 2), "combination 1 uses flows that come later"),
        ((Combination((1,)), Combination((0, 0, 1))), Combination((1,)), "combination 2 uses"),
        ((Combination((0,)),), Combination((1,)), "combination 1 uses no flow"),
        ((Combination((1,)),), Combination((1, 1)), "must add up to the divisor"),
    ],
)
def test_a_tableau_that_is_no_method_is_refused(
    between: tuple[Combination, ...], whole: Combination, told: str
) -> None:
    with pytest.raises(ValueError, match=told):
        Tableau("odd", between, whole)


def test_an_unknown_method_lists_all(tmp_path: Path) -> None:
    with pytest.raises(
        xhsim.InputError, match="euler, rk2, rk4, rk2-auto, rk4-auto, difference, RK23"
    ):
        model_of(tmp_path, "x = INTEG(1, 0)").run(method="guess")
