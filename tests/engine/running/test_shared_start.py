"""Runs that begin alike take over their beginning: nothing may change by a bit."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pytest
import xarray as xr

from xhsim.analysis.study import Study
from xhsim.engine.paths import Path
from xhsim.engine.running import ensemble
from xhsim.engine.running.machine_backend import MachineBackend
from xhsim.engine.running.numpy_backend import NumPyBackend
from xhsim.engine.running.planned import PlannedRun
from xhsim.engine.running.shared_start import Beginning
from xhsim.engine.running.steps import FixedStep
from xhsim.engine.tableaux import Tableau

MANY = 1_000_000
OUTPUTS = ["gdp", "rd_intensity", "total_occupied_floor", "hundred_million_buildings"]
DRAWS = 48


def _given(to: float, since: float = 2021.0, spread: float = 1.0) -> dict[str, Any]:
    worlds = np.linspace(0.11, 0.13, DRAWS) * spread
    shock = Path([2021.0, 2022.0, 2023.0], np.random.default_rng(1).normal(0, 0.01, (3, DRAWS)))
    return {
        "RD support": Path([since, since + 1], [3.0, to]),
        "RD per high tech firm": worlds,
        "city growth shock": shock,
    }


@dataclass(frozen=True)
class Counting(MachineBackend):
    """Machine code that counts its steps."""

    taken: list[int] = field(default_factory=list)
    counting: dict[int, Any] = field(default_factory=dict)

    def program(self, run: PlannedRun, tableau: Tableau) -> Any:
        program = super().program(run, tableau)
        assert program is not None
        real = program.follow

        def follow(stride: int, first: int, count: int, stops: int, *others: Any) -> None:
            ends = (ctypes.c_int64 * count).from_address(stops)
            if ends[count - 1] > first:
                self.taken.append(ends[count - 1] - first)
            real(stride, first, count, stops, *others)

        # One and the same for each program: what is remembered goes by it.
        return self.counting.setdefault(id(program), replace(program, follow=follow))


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count the steps that machine code takes."""
    taken: list[int] = []
    monkeypatch.setattr(ensemble, "BACKENDS", (Counting(taken=taken),))
    return taken


def _run(study: Study, given: dict[str, Any], beginning: Beginning | None) -> xr.Dataset:
    names = {canonical.lower().replace(" ", "_") for canonical in given}
    assert names <= set(study.model.variables.index)
    return study.model.run(
        given, outputs=OUTPUTS, runs=MANY, beginning=beginning, block=DRAWS // 2, threads=1
    )


def test_later_runs_are_the_same_bits_in_half_the_steps(xuhui: Study, steps: list[int]) -> None:
    beginning = Beginning(2020)
    first = _run(xuhui, _given(5.0), beginning)
    whole = sum(steps)
    steps.clear()
    again = _run(xuhui, _given(8.0), beginning)
    assert sum(steps) == whole // 2, "2020 to 2025, of 2015 to 2025"
    plain = _run(xuhui, _given(8.0), None)
    assert again.equals(plain)
    assert not again.equals(first)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(_given(8.0, since=2018.5), id="a path that moves before the date"),
        pytest.param(_given(8.0, spread=1.01), id="another number"),
        pytest.param(
            _given(8.0) | {"RD support": Path([2017.0, 2021.0, 2022.0], [3.1, 3.1, 8.0])},
            id="another level before the date",
        ),
    ],
)
def test_what_begins_otherwise_begins_anew(
    xuhui: Study, steps: list[int], other: dict[str, Any]
) -> None:
    beginning = Beginning(2020)
    _run(xuhui, _given(5.0), beginning)
    whole = sum(steps)
    steps.clear()
    assert _run(xuhui, other, beginning).equals(_run(xuhui, other, None))
    assert sum(steps) == 2 * whole, "each run in full"


def test_one_beginning_goes_on_from_an_earlier_one(xuhui: Study, steps: list[int]) -> None:
    first = Beginning(2019)
    run: dict[str, Any] = {"outputs": OUTPUTS, "runs": MANY, "block": DRAWS // 2, "threads": 1}
    xuhui.model.run(_given(5.0), times=[2019, 2020], beginning=first, **run)
    steps.clear()
    second, years = Beginning(2020, after=first), [2019, 2020, 2022]
    found = xuhui.model.run(_given(8.0), times=years, beginning=second, **run)
    assert sum(steps) == 2 * 3 * 4, "2019 to 2022, in two blocks"
    assert found.equals(xuhui.model.run(_given(8.0), times=years, **run))
    steps.clear()
    xuhui.model.run(_given(5.0), times=years, beginning=second, **run)
    assert sum(steps) == 2 * 2 * 4, "2020 to 2022"
    steps.clear()
    anew = Beginning(2020, after=first)
    xuhui.model.run(_given(8.0, spread=1.01), times=years, beginning=anew, **run)
    assert sum(steps) == 2 * 7 * 4, "from the start: it runs otherwise"


def test_a_date_before_the_start_remembers_nothing(xuhui: Study, steps: list[int]) -> None:
    beginning = Beginning(1990)
    for to in (5.0, 8.0):
        steps.clear()
        assert _run(xuhui, _given(to), beginning).equals(_run(xuhui, _given(to), None))
    assert len(set(steps)) == 1


@pytest.fixture
def numpy_steps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Note the start of each step that NumPy takes."""
    taken: list[float] = []
    real = FixedStep.advance

    def advance(solver: FixedStep, time: float, state: Any, length: float) -> Any:
        taken.append(time)
        return real(solver, time, state, length)

    monkeypatch.setattr(ensemble, "BACKENDS", (NumPyBackend(),))
    monkeypatch.setattr(FixedStep, "advance", advance)
    return taken


def test_numpy_takes_over_the_beginning_too(xuhui: Study, numpy_steps: list[float]) -> None:
    beginning = Beginning(2020)
    first = _run(xuhui, _given(5.0), beginning)
    assert min(numpy_steps) == 2015
    numpy_steps.clear()
    again = _run(xuhui, _given(8.0), beginning)
    assert min(numpy_steps) == 2020
    assert again.equals(_run(xuhui, _given(8.0), None))
    assert not again.equals(first)
    numpy_steps.clear()
    other = _given(8.0, spread=1.01)
    assert _run(xuhui, other, beginning).equals(_run(xuhui, other, None))
    assert min(numpy_steps) == 2015
