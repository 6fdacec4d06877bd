"""What tests of the backends share: who solved a run, and runs by one backend only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from unittest import mock

import numpy as np

from xhsim.engine.running import ensemble
from xhsim.engine.running.backend import Backend, Declined, Outcome
from xhsim.engine.running.machine_backend import MachineBackend
from xhsim.engine.running.numpy_backend import NumPyBackend
from xhsim.engine.running.planned import PlannedRun


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
