"""The machine-code backend takes a run if it is worth compiling and llvmlite is there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import xhsim
from tests.engine.backends import eager, noted
from tests.engine.models import model_of
from tests.places import ROOT
from xhsim.engine.model import Model
from xhsim.engine.running import ensemble, machine_backend
from xhsim.engine.running.machine_backend import MachineBackend


@pytest.fixture
def used(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Note for each run whether it was in machine code."""
    found: list[bool] = []
    backends = noted(ensemble.BACKENDS, MachineBackend, found)
    monkeypatch.setattr(ensemble, "BACKENDS", backends)
    return found


@pytest.fixture
def model(tmp_path: Path) -> Model:
    return model_of(
        tmp_path,
        """
        drive = 2
        power = EXP(drive)/3+LN(drive+1)+drive^3
        late = DELAY3(total, 4)
        level = INTEG(0.1*level-power*0.01, power)
        total = level+STEP(1, 2)+RAMP(1, 3, 5)+power*Time
        """,
        step=0.25,
    )


@pytest.mark.parametrize(("runs", "is_compiled"), [(1, False), (2, False), (300, True)])
def test_few_draws_many_times_are_worth_compiling(
    runs: int, is_compiled: bool, used: list[bool]
) -> None:
    """NumPy spends most of the time on being called; a walk of few draws is many calls."""
    model = xhsim.load_model(ROOT / "model" / "xuhui.mdl")
    spending = {"RD support": np.array([2.0, 3.0])}
    model.run(spending, outputs=["GDP"], method="rk4", times=[2015, 2018, 2021], runs=runs)
    assert used == [is_compiled]


def test_few_draws_are_not_worth_compiling(model: Model, used: list[bool]) -> None:
    model.run({"drive": np.linspace(1, 2, 5)})
    assert used == [False]
    model.run({"drive": np.linspace(1, 2, 20_000)}, outputs=["total"], times=[10])
    assert used == [False, True]


def test_without_llvmlite_numpy_does_it(
    model: Model, used: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine_backend, "is_installed", lambda: False)
    monkeypatch.setattr(ensemble, "BACKENDS", list(map(eager, ensemble.BACKENDS)))
    model.run({"drive": np.linspace(1, 2, 5)})
    assert used == [False]
