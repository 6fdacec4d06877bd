"""The same ensemble of models/clusters.mdl in every engine that can run it."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
from numpy.typing import NDArray

import xhsim

__all__ = ["OUTPUTS", "Ensemble", "clusters", "kernel", "numba_kernel", "read_with_pysd", "run"]

Array = NDArray[np.float64]
HERE = Path(__file__).parent
OUTPUTS = ["total output", "occupancy"]
# In the order of the rows in kernel.c; by element where there are four.
VARIED = (
    "founding rate",
    "support strength",
    "capital elasticity",
    "progress",
    "leaving rate",
    "expectation time",
    "learning strength",
    "building time",
    "rent sensitivity",
    "training time",
)
FLAGS = ["-O3", "-march=native", "-ffast-math", "-fopenmp-simd", "-shared", "-fPIC"]


def run(model: Any, parameters: dict[str, Any], threads: int | None = None, **options: Any) -> Any:
    """Run xhsim by Euler's method on a number of threads, by default as many as it likes."""
    options.setdefault("method", "euler")
    return model.run(parameters, threads=threads, **options)


def read_with_pysd(file: Path) -> Any:
    """Read a model in PySD, which writes its translation beside the file: so from a copy."""
    import pysd

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pysd.read_vensim(shutil.copy(file, tempfile.mkdtemp()))


@dataclass(frozen=True)
class Ensemble:
    """Draws of the varied constants, and each engine's way to run them.

    Every method gives two arrays, total output and occupancy, of shape ``(21, draws)``.
    """

    model: Any
    parameters: dict[str, Array]

    @property
    def draws(self) -> int:
        """The number of draws."""
        return int(self.parameters["leaving rate"].size)

    def first(self, draws: int) -> Ensemble:
        """Return an ensemble of the first draws."""
        return Ensemble(self.model, {k: v[..., :draws].copy() for k, v in self.parameters.items()})

    def xhsim(self, threads: int | None = 1, **options: Any) -> tuple[Array, ...]:
        """Run in xhsim."""
        found = run(self.model, self.parameters, threads, outputs=OUTPUTS, **options)
        return tuple(found[name].transpose("time", "draw").values for name in found.data_vars)

    def numpy(self, threads: int | None = 1, **options: Any) -> tuple[Array, ...]:
        """Run in xhsim as if llvmlite were not installed."""
        with mock.patch("xhsim.engine.running.machine_backend.is_installed", return_value=False):
            return self.xhsim(threads, **options)

    @cached_property
    def _pysd(self) -> Any:
        return read_with_pysd(HERE / "models" / "clusters.mdl")

    def pysd(self, draw: int) -> tuple[Array, ...]:
        """Run one draw in PySD, as fast as it allows.

        Only the wanted columns are saved. The model need not be loaded again (`reload`): each
        draw sets the same constants, and the run starts from the initial conditions.
        """
        import xarray as xr

        elements = list(self.model.run(outputs=["firms"], times=[0])["cluster"].values)
        given: dict[str, Any] = {}
        for name, values in self.parameters.items():
            value = values[..., draw]
            given[name] = (
                xr.DataArray(value, {"Cluster": elements}, ["Cluster"])
                if value.ndim
                else float(value)
            )
        found = self._pysd.run(params=given, return_columns=OUTPUTS)
        return tuple(found[name].to_numpy() for name in OUTPUTS)

    @cached_property
    def _simlin(self) -> tuple[Any, list[tuple[str, Array]]]:
        import simlin

        model = simlin.load(HERE / "models" / "clusters.mdl")
        elements = ("digital", "lifehealth", "culture", "finance")
        slots = []
        for name, values in self.parameters.items():
            slot = name.replace(" ", "_")
            if values.ndim == 1:
                slots.append((slot, values))
            else:
                slots += [(f"{slot}[{e}]", row) for e, row in zip(elements, values, strict=True)]
        return model.simulate(), slots

    def simlin(self, draws: int) -> tuple[Array, ...]:
        """Run the first draws in pysimlin: one simulation, compiled once, reset for each draw."""
        simulation, slots = self._simlin
        found = [np.empty((21, draws)) for _ in OUTPUTS]
        for draw in range(draws):
            simulation.reset()
            for slot, values in slots:
                simulation.set_value(slot, float(values[draw]))
            simulation.run_to_end()
            for array, name in zip(found, ("total_output", "occupancy"), strict=True):
                array[:, draw] = simulation.get_series(name)
        return tuple(found)

    @cached_property
    def _rows(self) -> Array:
        return np.ascontiguousarray(np.vstack([self.parameters[name] for name in VARIED]))

    def kernel(self, call: Callable[..., None]) -> tuple[Array, ...]:
        """Run in the hand-written kernel."""
        found = np.empty((2, 21, self.draws))
        address = ctypes.c_void_p
        call(
            ctypes.c_long(self.draws),
            address(self._rows.ctypes.data),
            address(found[0].ctypes.data),
            address(found[1].ctypes.data),
        )
        return found[0], found[1]

    def numba(self, call: Callable[..., None]) -> tuple[Array, ...]:
        """Run in the hand-written kernel for Numba."""
        found = np.empty((2, 21, self.draws))
        call(self._rows, found[0], found[1])
        return found[0], found[1]


def clusters(draws: int) -> Ensemble:
    """Load the model and draw its constants, each within a tenth of its own value."""
    model = xhsim.load_model(HERE / "models" / "clusters.mdl")
    dice = np.random.default_rng(2021)
    parameters = {}
    for name in VARIED:
        value = np.asarray(model.default(name))
        parameters[name] = value[..., None] * dice.uniform(0.9, 1.1, (*value.shape, draws))
    return Ensemble(model, parameters)


def kernel() -> Callable[..., None] | None:
    """Compile kernel.c, with the vector maths library if there is one; None without a compiler."""
    compiler = os.environ.get("CC") or shutil.which("cc")
    if not compiler:
        return None
    library = Path(tempfile.mkdtemp()) / "kernel.so"
    for maths in (["-lmvec", "-lm"], ["-lm"]):
        command = [compiler, *FLAGS, str(HERE / "kernel.c"), "-o", str(library), *maths]
        if subprocess.run(command, capture_output=True, check=False).returncode == 0:
            call: Callable[..., None] = ctypes.CDLL(str(library)).run
            return call
    return None


def numba_kernel() -> Callable[..., None] | None:
    """Compile numba_kernel.py; None where Numba is not installed."""
    try:
        from numba_kernel import run as call
    except ImportError:
        return None
    found: Callable[..., None] = call
    return found
