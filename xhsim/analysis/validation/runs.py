"""Many settings in one run: each is a column of the draw axis."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from xhsim.engine.paths import Path
from xhsim.engine.syntax import canonical
from xhsim.study.mistakes import Place
from xhsim.study.names import find_elements, parse_reference
from xhsim.study.resolve import ResolvedScenario, resolve
from xhsim.study.scenarios import Change, Scenario
from xhsim.study.shapes import Quantity, as_path

if TYPE_CHECKING:
    import xarray as xr

    from xhsim.analysis.study import Study

__all__ = ["Settings", "read_total", "run_columns", "settings_of", "stacked"]

Array = NDArray[np.float64]
Settings = dict[str, Quantity]


def settings_of(study: Study, scenario: str, changes: Sequence[Change] = ()) -> Settings:
    """Give every parameter that a scenario, or changes to it, set.

    Parameters
    ----------
    study : Study
    scenario : str
        Name of a scenario.
    changes : sequence of Change
        Laid over it; they may leave the ranges of parameters, as extreme conditions do.

    Returns
    -------
    dict of str to float, ndarray or Path
        By parameter name, at the centre of what is uncertain.
    """
    place = Place("checks.yaml", 0)
    name = f"{scenario} changed"  # no file's stem needs to be like it
    child = Scenario(name, name, name, "", scenario, tuple(changes), (), None, place)
    scenarios = {**study.scenarios, name: child}
    resolved = resolve(name, scenarios, study.parameters, beyond_ranges=True)
    return _centre(resolved)


def _centre(resolved: ResolvedScenario) -> Settings:
    return {
        name: setting.value
        for name, setting in resolved.settings.items()
        if setting.is_changed
        or any(place != setting.parameter.where for place in setting.prior_from.values())
    }


def stacked(study: Study, columns: Sequence[Settings]) -> dict[str, Any]:
    """Put several settings side by side along the draw axis.

    Parameters
    ----------
    study : Study
    columns : sequence of Settings

    Returns
    -------
    dict
        What `xhsim.engine.model.Model.run` takes; a parameter that a column does not set has the
        study's value there.
    """
    values: dict[str, Any] = {}
    for name in dict.fromkeys(name for column in columns for name in column):
        own = study.parameters[name].array
        parts = [column.get(name, own) for column in columns]
        if any(isinstance(part, Path) for part in parts):
            path = Path.stack([as_path(part) for part in parts])  # columns right after the knots
            values[name] = Path(
                path.times, np.moveaxis(path.values, 1, -1), np.moveaxis(path.slopes, 1, -1)
            )
        else:
            numbers = [np.asarray(part, dtype=np.float64) for part in parts]
            values[name] = np.stack(np.broadcast_arrays(*numbers), axis=-1)
    return values


def run_columns(
    study: Study,
    columns: Sequence[Settings],
    outputs: Iterable[str],
    *,
    last_year: int | None = None,
    held: Mapping[str, Path] | None = None,
    method: str = "rk4",
    every_step: bool = False,
) -> xr.Dataset:
    """Run several settings at once.

    Parameters
    ----------
    study : Study
    columns : sequence of Settings
    outputs : iterable of str
        The variables wanted.
    last_year : int, optional
        Where the run ends; by default where the model says.
    held : mapping of str to Path, optional
        Variables that follow a path in place of their equations, in all columns.
    method : str
        As for `xhsim.engine.model.Model.run`.
    every_step : bool
        Save every time step, not only what SAVEPER says.

    Returns
    -------
    Dataset
        With a ``draw`` for each column.
    """
    model = study.model
    values = stacked(study, columns) | dict(held or {})
    if last_year is not None:
        values["FINAL TIME"] = float(last_year)
    times = step_times(study, last_year) if every_step else None
    run = model.run(values, method=method, outputs=list(outputs), times=times)
    return run if "draw" in run.dims else run.expand_dims(draw=len(columns))


def step_times(study: Study, last_year: int | None = None) -> Array:
    """Give the times of the model's own steps."""
    names = ["TIME STEP", "INITIAL TIME"] + ([] if last_year is not None else ["FINAL TIME"])
    step, first, *ends = (float(study.model.default(name)) for name in names)
    last = float(last_year) if last_year is not None else ends[0]
    return np.asarray(first + step * np.arange(round((last - first) / step) + 1), dtype=np.float64)


def read_total(run: xr.Dataset, reference: str) -> Array:
    """Give a variable by column and time: one element of it, or all of them summed up.

    Parameters
    ----------
    run : Dataset
    reference : str
        ``name`` or ``name[element]``.

    Returns
    -------
    ndarray, shape (columns, times)
    """
    wanted = parse_reference(reference)
    data = run[canonical(wanted.name)]
    axes = [dim for dim in data.dims if dim not in ("draw", "time")]
    if wanted.elements:
        labels = tuple(str(label) for label in data[axes[0]].values)
        data = data.sel({axes[0]: list(find_elements(wanted, labels, None))})
    return np.asarray(data.sum(axes, skipna=False).transpose("draw", "time").values, dtype=float)
