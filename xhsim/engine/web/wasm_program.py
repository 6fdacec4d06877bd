"""Compile a plan to a WebAssembly module, with a manifest that says how to call it.

Import this module only if llvmlite is installed (``pip install xhsim[fast]``).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

import numpy as np

from xhsim.atomic import write_bytes, write_text
from xhsim.engine.compiling.machine_cache import cached_code
from xhsim.engine.compiling.machine_code import MachineCode
from xhsim.engine.compiling.unroll import obstacle
from xhsim.engine.equations import Equations
from xhsim.engine.language.functions import functions_with
from xhsim.engine.language.syntax import NOT_AVAILABLE
from xhsim.engine.running.numpy_solving import inputs_of
from xhsim.engine.running.planned import PlannedRun
from xhsim.engine.web.wasm_module import exported
from xhsim.errors import InputError

__all__ = ["FORMAT", "WasmProgram", "wasm_program"]

FORMAT = 3  # raise this when the manifest or the functions of the module change
FUNCTIONS = ("begin", "advance", "report")
SOLVER = FilePath(__file__).with_name("solver.js")


@dataclass(frozen=True)
class WasmProgram:
    """A model for a browser.

    Attributes
    ----------
    module : bytes
        The WebAssembly module. It imports ``env.__linear_memory`` and ``env.__stack_pointer`` and
        exports ``begin``, ``advance``, ``report`` and, if variables change at dates, ``jump``, with
        the arguments of ``LLVMProgram`` in ``machine_code.py``.
    manifest : dict
        What JSON can represent: names, shapes, places in memory, times and values of the model.
    """

    module: bytes
    manifest: dict[str, Any]

    def write(self, folder: str | FilePath) -> list[FilePath]:
        """Write ``model.wasm``, ``model.json`` and ``solver.js``, which runs them.

        Parameters
        ----------
        folder : path
            It is created if need be.

        Returns
        -------
        list of Path
            The files.

        Raises
        ------
        WriteError
            If the disk does not take them.

        Examples
        --------
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     files = WasmProgram(b"", {}).write(folder)
        >>> [file.name for file in files]
        ['model.wasm', 'model.json', 'solver.js']
        """
        place = FilePath(folder)
        files = [place / name for name in ("model.wasm", "model.json", "solver.js")]
        write_bytes(files[0], self.module)
        write_text(files[1], json.dumps(self.manifest, ensure_ascii=False, allow_nan=False))
        write_text(files[2], SOLVER.read_text(encoding="utf-8"))
        return files


def wasm_program(run: PlannedRun) -> WasmProgram:
    """Compile a run for a browser.

    Parameters
    ----------
    run : PlannedRun

    Returns
    -------
    WasmProgram

    Raises
    ------
    InputError
        If the method, the saved times or a function of the model has no form in WebAssembly.
    """
    equations, plan, tableau = run.equations, run.plan, run.method.tableau
    if tableau is None or run.method.reports_late:
        raise InputError(
            f'the method "{run.method.name}" does not run in a browser',
            hint="use euler, rk2 or rk4",
        )
    if run.times.counts is None:
        raise InputError(
            "a browser needs saved times that are whole steps",
            hint="choose times that are multiples of the time step",
        )
    what = obstacle(equations, plan, functions_with("machine"))
    code = None
    if what is None:
        code = cached_code(equations, plan, run.varying, tableau, browser=True)
        what = "its size, or a lookup with many points"
    if code is None:
        raise InputError(
            f"the model does not run in a browser because of {what}",
            hint="choose outputs that do not depend on it (outputs=...)",
        )
    functions = (*FUNCTIONS, "jump") if code.jumps else FUNCTIONS
    try:
        module = exported(code.binary, functions)
    except ValueError as error:
        raise InputError(f"the model does not run in a browser: {error}") from None
    return WasmProgram(module, _manifest(run, code))


def _manifest(run: PlannedRun, code: MachineCode) -> dict[str, Any]:
    equations, plan, counts = run.equations, run.plan, run.times.counts
    tableau = run.method.tableau
    assert counts is not None
    assert tableau is not None
    values = inputs_of(equations, plan, run.given, slice(0, 1))
    return {
        "format": FORMAT,
        "method": tableau.name,
        "start": float(run.grid.start),
        "step": float(run.grid.step),
        "times": [float(time) for time in run.saved],
        "counts": [int(count) for count in counts],
        "layout": {
            key: getattr(code, key)
            for key in ("width", "rows", "outputs", "jumps", "rooms", "shared", "apart")
        },
        "changes": _changes(run),
        "inputs": [
            {
                **_about(equations, key),
                "varies": key in run.varying,
                "values": [float(number) for number in np.ravel(value)],
                "places": [
                    [element, place.is_shared, place.number]
                    for element, place in code.inputs.get(key, ())
                ],
            }
            for key, value in zip(plan.inputs, values, strict=True)
        ],
        "paths": [{**_about(equations, key), "varies": key in run.varying} for key in plan.paths],
        "outputs": [_about(equations, key) for key in plan.outputs],
        "missing": NOT_AVAILABLE if equations.has_missing else None,
        "delays": [],
    }


def _changes(run: PlannedRun) -> list[dict[str, Any]]:
    """Say after how many steps variables change, and which rows of the state get which values."""
    dated = run.dated

    def moved(number: int) -> list[int]:
        values = dated.places[number]
        return [dated.rows[number].start, values.start, len(values)]

    return [
        {
            "count": int(count),
            "time": float(run.grid.time_of(count)),
            "groups": [[moved(number) for number in together] for together in groups],
        }
        for count, groups in dated.by_count(run.grid).items()
    ]


def _about(equations: Equations, key: str) -> dict[str, Any]:
    """Describe a variable for a reader of the manifest."""
    variable = equations.variables[key]
    return {
        "key": variable.canonical,
        "name": variable.name,
        "unit": variable.unit,
        "dimensions": list(variable.dimensions),
        "shape": list(variable.shape),
    }
