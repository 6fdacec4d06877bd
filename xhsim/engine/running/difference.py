"""Vensim's method "Diff": Euler's method, with auxiliaries reported one step late.

Vensim stores the levels at a time together with the auxiliaries that have led to them, which are
those of the step before. At the start it stores only auxiliaries that initial values need.
https://www.vensim.com/documentation/computationalsequence.html
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from xhsim.engine.running.planned import PlannedRun, Times
from xhsim.engine.running.solvers import find_method

__all__ = ["reported_late", "with_steps_before"]

Array = NDArray[np.float64]


def with_steps_before(run: PlannedRun) -> PlannedRun:
    """Return a run by Euler's method that also saves the step before each saved time.

    Parameters
    ----------
    run : PlannedRun
    """
    times = np.union1d(run.saved, _before(run))
    return replace(run, times=Times(run.grid, times), method=find_method("euler"))


def reported_late(run: PlannedRun, wider: PlannedRun, results: list[Array]) -> list[Array]:
    """Return the outputs of a run from those of the run that also saves the steps before.

    Parameters
    ----------
    run, wider : PlannedRun
        The run, and that of `with_steps_before`.
    results : list of ndarray, each of shape ``(times of wider, *elements, draws)``

    Returns
    -------
    list of ndarray, each of shape ``(times, *elements, draws)``
    """
    plan = run.plan
    data = {key for key, variable in run.equations.variables.items() if variable.kind == "data"}
    now = {*plan.stocks, *plan.held, *plan.inputs, *plan.constants, *plan.paths, *data}
    late = np.searchsorted(wider.saved, _before(run))
    places = np.searchsorted(wider.saved, run.saved)
    found = []
    for key, result in zip(plan.outputs, results, strict=True):
        if key in now:
            found.append(result[places])
            continue
        lagged = result[late]
        if key not in plan.start:
            lagged[run.saved <= run.grid.start] = np.nan
        found.append(lagged)
    return found


def _before(run: PlannedRun) -> Array:
    """Return the time of the step before each saved time; the start for the start itself."""
    numbers = [max(run.grid.number_at(float(time)) - 1, 0) for time in run.saved]
    return np.array([run.grid.time_of(number) for number in numbers])
