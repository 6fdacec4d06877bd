"""Non-negativity: stocks and other variables that must not fall below zero."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from xhsim.analysis.validation.findings import Finding
from xhsim.analysis.worlds.world import World, side_by_side
from xhsim.engine.language.syntax import canonical

if TYPE_CHECKING:
    import xarray as xr

    from xhsim.analysis.fitted import FittedStudy

__all__ = ["cannot_be_negative", "check_signs", "negatives"]

PART = "nothing negative"
ROUNDING = 1e-9  # share of a variable's greatest value
AT_ONCE = 4096  # draws that run together; every time step of them is kept


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
    draws = study.checks.non_negative.draws
    worlds = {
        "at the centre of every scenario": [study.central_world(name) for name in scenarios],
        f"in {draws} draws of every scenario": [study.world(name, draws, 0) for name in scenarios],
    }
    counted = f"{len(names)} variables, {len(scenarios)} scenarios"
    return [
        Finding.of(PART, place, counted, _negatives_of(each, names))
        for place, each in worlds.items()
    ]


def _negatives_of(worlds: Sequence[World], names: list[str]) -> list[str]:
    """List the negative values in several worlds, of which many run together."""
    wrong: dict[str, list[str]] = {world.scenario.name: [] for world in worlds}
    groups: dict[tuple[Any, ...], list[World]] = {}
    for world in worlds:
        groups.setdefault((world.method, world.until, world.width), []).append(world)
    for group in groups.values():
        width = group[0].width or 1
        count = max(1, AT_ONCE // width)
        for start in range(0, len(group), count):
            part = group[start : start + count]
            whole = side_by_side(part)
            run = whole.run(names, times=whole.steps)
            for number, world in enumerate(part):
                own = run.isel(draw=slice(number * width, (number + 1) * width))
                wrong[world.scenario.name] = negatives(own, names, world.scenario.name)
    return [line for lines in wrong.values() for line in lines]
