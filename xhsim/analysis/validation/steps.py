"""Time step and method: whether annual results depend on how the model is integrated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from xhsim.analysis.validation.findings import Finding
from xhsim.errors import InputError

if TYPE_CHECKING:
    import xarray as xr

    from xhsim.analysis.fitted import FittedStudy

__all__ = ["check_steps", "worst_difference"]

PART = "time step and method"
# Share of a variable's greatest value. Relative to smaller values every difference would be large.
LEAST = 0.01


def worst_difference(run: xr.Dataset, other: xr.Dataset) -> tuple[float, str]:
    """Find the largest relative difference between two runs.

    Parameters
    ----------
    run, other : Dataset
        With the same variables at the same times.

    Returns
    -------
    difference : float
        As a share of the value, or of a hundredth of the variable's greatest value if that is
        larger.
    where : str
        Variable and year.
    """
    worst, where = 0.0, "all the same"
    for name in run.data_vars:
        one, two = (np.asarray(each[name].values, dtype=float) for each in (run, other))
        size = np.maximum(np.abs(two), LEAST * np.abs(two).max(axis=0, initial=0.0))
        gap = np.abs(one - two)
        share = np.divide(gap, size, out=np.where(gap > 0, np.inf, 0.0), where=size > 0)
        share = np.where(np.isnan(share), np.inf, share)
        if share.size and share.max() > worst:
            worst = float(share.max())
            year = run["time"].values[np.unravel_index(int(share.argmax()), share.shape)[0]]
            where = f"{run[name].attrs.get('long_name', name)} in {year:g}"
    return worst, where


def check_steps(study: FittedStudy) -> list[Finding]:
    """Compare the run with a run at half the time step, and with runs by other methods.

    Parameters
    ----------
    study : Study

    Returns
    -------
    list of Finding
        Each is over all reported variables; its figure names the worst.
    """
    limits = study.checks.steps
    outputs = study.reported
    step = float(study.model.default("TIME STEP"))

    def solved(method: str, dt: float | None = None) -> xr.Dataset:
        return study.model.run(method=method, dt=dt, outputs=outputs)

    method_of_file = study.model.method
    shown = method_of_file.upper() if method_of_file != "euler" else "Euler"
    own = solved(method_of_file)
    halved = solved(method_of_file, step / 2)
    findings = [_compared("step halved", own, halved, limits.halved)]
    for method in ("RK45", "LSODA"):
        name = f"{shown} against {method}"
        try:
            findings.append(_compared(name, own, solved(method), limits.methods))
        except InputError as error:  # some models allow fixed steps only
            findings.append(Finding.skipped(PART, name, str(error)))
    fine = _compared(
        f"{shown} against Euler at a step of {limits.fine_step:g}",
        solved("euler", limits.fine_step),
        own,
        limits.euler,
    )
    rough, where = worst_difference(solved("euler"), own)
    # For information only: other programs may open the model with Euler's method.
    at_own = Finding(
        PART,
        f"Euler at the model's own step of {step:g} (for information)",
        True,
        f"{100 * rough:.2g} % ({where})",
    )
    return [*findings, fine, at_own]


def _compared(name: str, one: xr.Dataset, other: xr.Dataset, limit: float) -> Finding:
    worst, where = worst_difference(one, other)
    figure = f"{100 * worst:.2g} % of {limit:g} % allowed ({where})"
    wrong = [f"{where} differs by {100 * worst:.3g} %"] if not 100 * worst <= limit else []
    return Finding.of(PART, name, figure, wrong)
