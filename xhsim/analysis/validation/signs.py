"""Non-negativity: stocks and other variables that must not fall below zero."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from xhsim.analysis.validation.findings import Finding
from xhsim.engine.language.syntax import canonical

if TYPE_CHECKING:
    import xarray as xr

    from xhsim.analysis.fitted import FittedStudy

__all__ = ["cannot_be_negative", "check_signs", "negatives"]

PART = "nothing negative"
ROUNDING = 1e-9  # share of a variable's greatest value


def cannot_be_negative(study: FittedStudy) -> list[str]:
    """Name the variables that must not be negative: stocks except some, and others listed."""
    rules = study.checks.non_negative
    free = {canonical(name) for name in rules.exceptions}
    stocks = [
        v.canonical
        for v in study.model.equations.variables.values()
        if v.kind == "stock" and not v.hidden and v.canonical not in free
    ]
    return list(dict.fromkeys([*stocks, *(canonical(name) for name in rules.also)]))


def negatives(run: xr.Dataset, names: list[str], where: str) -> list[str]:
    """List the variables of a run that fall below zero or are not finite.

    Parameters
    ----------
    run : Dataset
    names : list of str
        Canonical names.
    where : str
        The scenario or condition of the run, for messages.

    Returns
    -------
    list of str
        A line for each variable.
    """
    wrong = []
    for name in names:
        data = run[name]
        values = np.asarray(data.values, dtype=float)
        label = data.attrs.get("long_name", name)
        if not np.isfinite(values).all():
            wrong.append(f"{where}: {label} is not finite")
        elif values.size and values.min() < -ROUNDING * np.abs(values).max():
            place = np.unravel_index(int(values.argmin()), values.shape)
            year = data["time"].values[place[data.dims.index("time")]]
            wrong.append(f"{where}: {label} falls to {values.min():.4g} in {year:g}")
    return wrong


def check_signs(study: FittedStudy) -> list[Finding]:
    """Look for negative values in the central run of every scenario, and in draws of each.

    Parameters
    ----------
    study : Study

    Returns
    -------
    list of Finding
    """
    names = cannot_be_negative(study)
    if not names:
        return [Finding.skipped(PART, "stocks", "no variable of the model must be non-negative")]
    scenarios = list(study.scenarios)
    wrong = []
    for scenario in scenarios:
        world = study.central_world(scenario)
        wrong += negatives(world.run(names, times=world.steps), names, scenario)
    counted = f"{len(names)} variables, {len(scenarios)} scenarios"
    centre = Finding.of(PART, "at the centre of every scenario", counted, wrong)
    draws = study.checks.non_negative.draws
    wrong = []
    for scenario in scenarios:
        world = study.world(scenario, draws, 0)
        wrong += negatives(world.run(names, times=world.steps), names, scenario)
    name = f"in {draws} draws of every scenario"
    return [centre, Finding.of(PART, name, counted, wrong)]
