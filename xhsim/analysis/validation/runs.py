"""Runs of the checks: worlds with changed settings, several of them in one run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.fitted import FittedStudy
from xhsim.analysis.worlds.select import select_total
from xhsim.analysis.worlds.world import World, side_by_side
from xhsim.engine.paths import Path
from xhsim.study.files.mistakes import Place
from xhsim.study.names import find_elements, find_name, parse_reference
from xhsim.study.scenarios.resolve import resolve
from xhsim.study.scenarios.scenario import Change, Scenario
from xhsim.study.scenarios.shapes import as_path
from xhsim.wording.label import Label

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["checked_world", "read_total", "run_columns", "scaled"]

Array = NDArray[np.float64]


def checked_world(
    study: FittedStudy,
    scenario: str,
    changes: Sequence[Change] = (),
    *,
    until: float | None = None,
    method: str | None = None,
) -> World:
    """Make a scenario with changes ready to run, for a check that sets method and horizon itself.

    Parameters
    ----------
    study : Study
    scenario : str
        Name of a scenario.
    changes : sequence of Change
        Changes of the scenario; they may leave the ranges of parameters, as extreme conditions do.
    until : float, optional
        Year in which the run ends; by default the model's.
    method : str, optional
        By default that of the scenario, or else the model's.

    Returns
    -------
    World
        At central values. Only what the scenario, the main structure or the changes set is an
        input; everything else is as in the model file, since that is what the checks are about.
    """
    place = Place("checks.yaml", 0)
    name = f"{scenario} changed"
    child = Scenario(name, Label(name, name), "", scenario, tuple(changes), (), None, place)
    scenarios = {**study.scenarios, name: child}
    resolved = resolve(
        name,
        scenarios,
        study.parameters,
        beyond_ranges=True,
        structures=study.files.structures,
    )
    end = float(study.model.default("FINAL TIME")) if until is None else float(until)
    values = {
        name: setting.value
        for name, setting in resolved.settings.items()
        if setting.is_changed
        or setting.reading
        or any(place != setting.parameter.where for place in setting.prior_from.values())
    }
    world = World.at_centre(study.model, resolved, method=method, until=end)
    return replace(world, values=values)


def scaled(world: World, lever: str, factor: float, since: float) -> World:
    """Multiply a lever, or elements of it, by a factor from a date on.

    Parameters
    ----------
    world : World
        At central values.
    lever : str
        ``name`` or ``name[element]``.
    factor, since : float

    Returns
    -------
    World
    """
    reference = parse_reference(lever)
    parameters = {name: each.parameter for name, each in world.scenario.settings.items()}
    parameter = find_name(reference.name, parameters, "parameter", None)
    path = as_path(world.value(parameter.name))
    factors = np.full(path.values.shape[1:], float(factor))
    if reference.elements:
        chosen = find_elements(reference, parameter.elements, None)
        factors[[name not in chosen for name in parameter.elements]] = 1.0
    later = Path(path.times, path.values * factors, path.slopes * factors)
    return world.with_values({parameter.name: path.splice(later, since)})


def run_columns(
    columns: Sequence[World],
    outputs: Iterable[str],
    *,
    held: Mapping[str, Path] | None = None,
    every_step: bool = False,
) -> xr.Dataset:
    """Run several worlds in one run.

    Parameters
    ----------
    columns : sequence of World
        At central values, all with the same method and horizon.
    outputs : iterable of str
        The variables to return.
    held : mapping of str to Path, optional
        Variables that follow a path in place of their equations, in all columns.
    every_step : bool
        Whether to save every time step, not only those of SAVEPER.

    Returns
    -------
    Dataset
        With one ``draw`` for each column.
    """
    world = side_by_side(columns).with_values(held or {})
    return world.run(list(outputs), times=world.steps if every_step else None)


def read_total(run: xr.Dataset, reference: str) -> Array:
    """Return a variable by column and time: one element of it, or the sum of all.

    Parameters
    ----------
    run : Dataset
    reference : str
        ``name`` or ``name[element]``.

    Returns
    -------
    ndarray, shape (columns, times)
    """
    data = select_total(run, reference).transpose("draw", "time")
    return np.asarray(data.values, dtype=float)
