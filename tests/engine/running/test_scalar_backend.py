"""The backend for single runs: what it solves, what it leaves to NumPy, and that both agree."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

import xhsim
from tests.engine.backends import noted, only_numpy
from tests.engine.models import model_of, value, write
from tests.places import ROOT
from xhsim.engine.running import ensemble, scalar_backend
from xhsim.engine.running.numpy_backend import NumPyBackend
from xhsim.engine.running.scalar_backend import ScalarBackend

STUDIES = [ROOT / "model" / "xuhui.mdl", ROOT / "benchmarks" / "models" / "clusters.mdl"]


@pytest.fixture
def used(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Note for each single run whether the scalar form gave its results."""
    found: list[bool] = []
    backends = noted(ensemble.BACKENDS, ScalarBackend, found)
    monkeypatch.setattr(ensemble, "BACKENDS", backends)
    return found


@pytest.mark.parametrize("path", STUDIES, ids=lambda path: path.stem)
def test_studies_need_no_numpy(path: Path, used: list[bool]) -> None:
    xhsim.load_model(path).run(method="euler")
    assert used == [True]


def test_times_between_steps_need_no_numpy(tmp_path: Path, used: list[bool]) -> None:
    model = model_of(tmp_path, "x = INTEG(x, 1)")
    assert value(model.run(method="euler", times=[0.5, 1.0]), "x").tolist() == [1.5, 2.0]
    assert used == [True]


@pytest.mark.parametrize(
    ("equation", "last"),
    [
        ("x = 1/(Time-2)", math.inf),
        ("x = LN(2-Time)", -math.inf),
        ("x = SQRT(-1+0*Time)", math.nan),
        ("x = EXP(500*Time)", math.inf),
        ("x = (-8+0*Time)^(1/3)", math.nan),
        ("x = (Time-2)^(-1)", math.inf),
        ("x = 10^(200*Time)", math.inf),
        ("x = TAN(1e308*10*Time)", math.nan),
        ("x = INTEG(x*1e200, 1)", math.inf),
        ("x = 1e308*Time*10", math.inf),
    ],
)
def test_what_is_not_finite_is_as_in_numpy(
    tmp_path: Path, equation: str, last: float, used: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    model = model_of(tmp_path, equation, end=2)
    found = value(model.run(method="euler"), "x")
    np.testing.assert_array_equal(found[-1], last)
    assert used == [True]
    monkeypatch.setattr(ensemble, "BACKENDS", (NumPyBackend(),))
    np.testing.assert_array_equal(found, value(model.run(method="euler"), "x"))


MANY_KINDS = """
tank = INTEG(IF THEN ELSE(tank < 3, 2, -4*wave)+drop, 2)
wave = SIN(3*Time)+RANDOM UNIFORM(-0.1, 0.1, 3)
drop = INTEG(-drop*tank+1/(1+tank*tank), 1)
late = DELAY FIXED(wave, 0.6, 7)
kept = SAMPLE IF TRUE(wave > 0.5, tank, 1)
curve((0,1),(1,3),(2.5,2),(4,5))
seen = curve(tank)+LOOKUP FORWARD(curve, Time)+LOOKUP BACKWARD(curve, Time)
further = LOOKUP EXTRAPOLATE(curve, 2*Time-2)
level[Firm] = INTEG(seen-level[Firm]*share[Firm], share[Firm])
share[Firm] = 1, 3, 2
order[Firm] = VECTOR SORT ORDER(level[Firm], wave)
rank[Firm] = VECTOR RANK(level[Firm], 1)
sorted[Firm] = VECTOR REORDER(level[Firm], order[Firm])
most = VECTOR SELECT(share[Firm!], level[Firm!], 0, 3, 0)
turn[Firm] = ALLOCATE BY PRIORITY(level[Firm], share[Firm], 3, 2, 2+wave)
"""
UNEVEN = [0, 0.1, 0.25, 0.3, 0.3000001, 0.4, 0.75, 1.99, 2.5, 3.9]


@pytest.mark.parametrize("times", [None, UNEVEN], ids=["even", "uneven"])
@pytest.mark.parametrize("method", ["euler", "rk4", "rk2-auto", "rk4-auto", "difference"])
def test_all_kinds_of_variables_are_as_in_numpy(
    tmp_path: Path, method: str, times: list[float] | None, used: list[bool]
) -> None:
    model = model_of(tmp_path, MANY_KINDS, step=0.25, end=4, ranges="Firm: one, two, three")
    found = model.run(method=method, times=times, seed=3)
    assert used == [True]
    with only_numpy():
        expected = model.run(method=method, times=times, seed=3)
    assert list(found) == list(expected)
    for name in expected:
        size = np.nanmax(np.abs(expected[name].values), initial=0.01)
        np.testing.assert_allclose(
            found[name].values, expected[name].values, rtol=0, atol=1e-12 * size, err_msg=str(name)
        )


@pytest.mark.parametrize("method", ["euler", "rk4", "rk4-auto"])
@pytest.mark.parametrize(
    "control",
    [
        "TIME STEP = IF THEN ELSE(Time < 1, 0.5, 0.125) ~~|\nSAVEPER = TIME STEP ~~|",
        "TIME STEP = 0.3 ~~|\nSAVEPER = 1 ~~|",
        "TIME STEP = 0.3 ~~|\nSAVEPER = TIME STEP ~~|",
        "TIME STEP = 0.25 ~~|\nSAVEPER = IF THEN ELSE(Time < 2, 1, 0.25) ~~|",
    ],
    ids=["steps that differ", "saved between steps", "an uneven end", "saved now and then"],
)
def test_steps_and_saved_times_of_any_length_are_as_in_numpy(
    tmp_path: Path, control: str, method: str, used: list[bool]
) -> None:
    start = "INITIAL TIME = 0.1 ~~|\nFINAL TIME = 4.15 ~~|\n"
    equations = MANY_KINDS.strip().replace("\n", " ~~|\n") + " ~~|\n"
    model = xhsim.load_model(
        write(tmp_path, f"Firm: one, two, three ~~|\n{equations}{start}{control}")
    )
    found = model.run(method=method)
    assert used
    assert all(used)
    with only_numpy():
        expected = model.run(method=method)
    for name in expected:
        size = np.nanmax(np.abs(expected[name].values), initial=0.01)
        np.testing.assert_allclose(
            found[name].values, expected[name].values, rtol=0, atol=1e-12 * size, err_msg=str(name)
        )


def test_a_run_that_saves_more_than_is_kept_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = model_of(tmp_path, MANY_KINDS, step=0.25, end=4, ranges="Firm: one, two, three")
    for times in (None, UNEVEN):
        expected = model.run(times=times)
        with monkeypatch.context() as patch:
            patch.setattr(scalar_backend, "MOST_NUMBERS", 50)
            assert model.run(times=times).identical(expected)


def test_a_branch_not_taken_is_not_computed(tmp_path: Path, used: list[bool]) -> None:
    model = model_of(tmp_path, "x = IF THEN ELSE(Time > 0, 1/MAX(Time, 0), 7)")
    assert value(model.run(method="euler"), "x")[0] == 7
    assert used == [True]
