"""A backend that is added is one class and one entry: here it is written, entered and used."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

import xhsim
from tests.engine.models import model_of, value
from tests.places import ROOT
from xhsim.engine.inputs import Inputs
from xhsim.engine.model import Model
from xhsim.engine.running import ensemble
from xhsim.engine.running.backend import (
    Backend,
    Declined,
    Outcome,
    Solved,
    block_size,
)
from xhsim.engine.running.numpy_solving import begin
from xhsim.engine.running.planned import PlannedRun


@dataclass(frozen=True)
class LoopBackend(Backend):
    """Euler's method as one loop: the smallest backend that could be of use."""

    outcomes: list[Outcome] = field(default_factory=list)

    def accepts(self, run: PlannedRun) -> bool:
        return run.method.name == "euler" and run.times.counts is not None

    def solve(self, run: PlannedRun, part: slice, results: list[np.ndarray]) -> Outcome:
        with np.errstate(all="ignore"):
            outcome = self._loop(run, part, results)
        self.outcomes.append(outcome)
        return outcome

    def _loop(self, run: PlannedRun, part: slice, results: list[np.ndarray]) -> Outcome:
        block = begin(run, part)
        counts, state = run.times.counts, block.state
        assert counts is not None
        for count in range(counts[-1] + 1):
            if not np.isfinite(state).all():
                return Declined()
            time = run.grid.time_of(count)
            if count in counts:
                for result, now in zip(results, block.report(time, state), strict=True):
                    result[counts.index(count)][..., part] = now
            state = state + run.grid.step * block.change(time, time, state)
        return Solved()

    def block_size(self, run: PlannedRun) -> int:
        return 7


@pytest.fixture
def model(tmp_path: Path) -> Model:
    return model_of(
        tmp_path,
        """
        rate = 0.1
        delay time = 8
        level = INTEG(rate*level-0.01*late, 2)
        late = DELAY3(level, delay time)
        """,
    )


@pytest.fixture
def loop(monkeypatch: pytest.MonkeyPatch) -> LoopBackend:
    """Enter the backend before the others."""
    backend = LoopBackend()
    monkeypatch.setattr(ensemble, "BACKENDS", (backend, *ensemble.BACKENDS))
    return backend


def test_the_last_backend_accepts_every_run() -> None:
    assert [type(backend).__name__ for backend in ensemble.BACKENDS] == [
        "MachineBackend",
        "ScalarBackend",
        "NumPyBackend",
    ]


@pytest.mark.parametrize(
    ("params", "blocks"),
    [({}, 1), ({"rate": np.linspace(0.1, 0.2, 50)}, 7), ({"rate": np.array([0.3])}, 1)],
    ids=["single", "ensemble", "one draw"],
)
@pytest.mark.parametrize("threads", [1, 2])
def test_it_solves_what_it_accepts(
    model: Model, loop: LoopBackend, params: dict[str, np.ndarray], blocks: int, threads: int
) -> None:
    done: list[int] = []
    run = model.run(params, method="euler", threads=threads, progress=done.append)
    assert loop.outcomes == [Solved()] * blocks
    assert sum(done) == run.sizes.get("draw", 1)
    expected = model.run(params, method="euler", times=[0.5, *run["time"].values])
    for name in run:
        ours, theirs = run[name].values, expected[name].sel(time=run["time"]).values
        np.testing.assert_allclose(ours, theirs, rtol=1e-14)


def test_what_it_does_not_accept_goes_to_the_next(model: Model, loop: LoopBackend) -> None:
    model.run(method="rk4")
    model.run(method="euler", times=[0.5])
    assert loop.outcomes == []


def test_what_it_declines_goes_to_the_next(model: Model, loop: LoopBackend) -> None:
    run = model.run({"rate": np.array([0.1, 1e200])}, method="euler")
    assert loop.outcomes == [Declined()]
    assert np.isfinite(value(run, "level")[0]).all()
    assert not np.isfinite(value(run, "level")[1, -1])


def test_names_may_come_from_a_generator(model: Model) -> None:
    run = model.run({"delay time": 2.0}, outputs=(name for name in ["late", "level"]))
    assert list(run) == ["late", "level"]


def test_progress_counts_all_draws(model: Model) -> None:
    done: list[int] = []
    run: Callable[..., object] = model.run
    run({"rate": np.linspace(0.1, 0.2, 1001)}, block=100, progress=done.append)
    assert done == [100] * 9 + [101]


@pytest.mark.parametrize(
    ("path", "size"), [("model/xuhui.mdl", 1024), ("benchmarks/models/clusters.mdl", 4096)]
)
def test_block_goes_by_the_width_of_variables(path: str, size: int) -> None:
    model = xhsim.load_model(ROOT / path)
    compiled = model._compile(Inputs({}, {}, None), model._default_outputs())
    assert block_size(model.equations, compiled.plan) == size


def test_blocks_of_wide_models_fit_the_memory(tmp_path: Path) -> None:
    """A step keeps all variables of a block."""
    path = tmp_path / "wide.mdl"
    lines = ["Cell: (c1-c20000) ~~|", "x0[Cell] = Time ~~|"]
    lines += [f"x{n}[Cell] = x{n - 1}[Cell]*2 ~~|" for n in range(1, 40)]
    lines += ["INITIAL TIME = 0 ~~|", "FINAL TIME = 1 ~~|", "TIME STEP = 1 ~~|"]
    path.write_text("\n".join(lines))
    model = xhsim.load_model(path)
    compiled = model._compile(Inputs({}, {}, None), ("x39",))
    size = block_size(model.equations, compiled.plan)
    assert 64 <= size < 256
    assert 8 * size * 40 * 20_000 <= 1 << 30
