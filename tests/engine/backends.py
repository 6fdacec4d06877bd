"""What tests of the backends share: who solved a run, and runs by one backend only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import xarray as xr

from tests.engine.models import model_of
from xhsim.engine.running import ensemble
from xhsim.engine.running.backend import Backend, Declined, Outcome
from xhsim.engine.running.machine_backend import MachineBackend
from xhsim.engine.running.numpy_backend import NumPyBackend
from xhsim.engine.running.planned import PlannedRun
from xhsim.engine.running.scalar_backend import ScalarBackend


@dataclass(frozen=True)
class Noted(Backend):
    """A backend that notes for each run whether it solved it.

    It is meant for runs that are solved one after the other.
    """

    backend: Backend
    used: list[bool]

    def accepts(self, run: PlannedRun) -> bool:
        self.used.append(self.backend.accepts(run))
        return self.used[-1]

    def solve(self, run: PlannedRun, part: slice, results: list[np.ndarray]) -> Outcome:
        outcome = self.backend.solve(run, part, results)
        if isinstance(outcome, Declined):
            self.used[-1] = False
        return outcome

    def block_size(self, run: PlannedRun) -> int:
        return self.backend.block_size(run)


def eager(backend: Backend) -> Backend:
    """Return machine code that accepts runs however small; any other backend as it is."""
    if isinstance(backend, Noted):
        return replace(backend, backend=eager(backend.backend))
    return MachineBackend(least_work=0) if isinstance(backend, MachineBackend) else backend


@contextmanager
def only_numpy() -> Iterator[None]:
    """Let NumPy solve all runs, however large."""
    with mock.patch.object(ensemble, "BACKENDS", (NumPyBackend(),)):
        yield


def noted(backends: tuple[Backend, ...], kind: type[Backend], used: list[bool]) -> list[Backend]:
    """Return the backends, of which one kind notes whether it solved a run."""
    return [Noted(each, used) if isinstance(each, kind) else each for each in backends]


def by_each_backend(
    folder: Path, equations: str, params: dict[str, Any] | None = None, **options: Any
) -> Iterator[tuple[str, xr.Dataset]]:
    """Yield the run of a model by each backend that accepts it, NumPy first.

    Machine code solves ensembles only, so that the run has two equal draws there; yields the first.
    """
    about = {key: options.pop(key) for key in ("start", "end", "step", "ranges") if key in options}
    model = model_of(folder, f"{equations}\nunused of backends = 1", **about)
    given = params or {}
    for backend in (NumPyBackend(), ScalarBackend(), MachineBackend(least_work=0)):
        used: list[bool] = []
        several = {} if isinstance(backend, ScalarBackend) else {"unused of backends": np.ones(2)}
        with mock.patch.object(ensemble, "BACKENDS", (Noted(backend, used), NumPyBackend())):
            run = model.run({**given, **several}, **options)
        if used == [True]:
            yield type(backend).__name__, run.isel(draw=0) if several else run
