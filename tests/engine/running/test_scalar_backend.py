"""The backend for single runs: what it solves, what it leaves to NumPy, and that both agree."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

import xhsim
from tests.engine.backends import noted
from tests.engine.models import model_of, value
from tests.places import ROOT
from xhsim.engine.running import ensemble
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


def test_times_between_steps_stay_with_numpy(tmp_path: Path, used: list[bool]) -> None:
    model = model_of(tmp_path, "x = INTEG(x, 1)")
    assert value(model.run(method="euler", times=[0.5, 1.0]), "x").tolist() == [1.5, 2.0]
    assert used == [False]


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
    assert used == [False]
    monkeypatch.setattr(ensemble, "BACKENDS", (NumPyBackend(),))
    np.testing.assert_array_equal(found, value(model.run(method="euler"), "x"))


def test_a_branch_not_taken_is_not_computed(tmp_path: Path, used: list[bool]) -> None:
    model = model_of(tmp_path, "x = IF THEN ELSE(Time > 0, 1/MAX(Time, 0), 7)")
    assert value(model.run(method="euler"), "x")[0] == 7
    assert used == [True]
