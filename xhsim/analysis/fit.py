"""How a run compares with what was observed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from xhsim.engine.syntax import canonical
from xhsim.errors import InputError
from xhsim.study.names import find_elements, parse_reference

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from xhsim.analysis.study import Study
    from xhsim.study.history import Observation

__all__ = ["compare_with_history"]

COLUMNS = (
    *("series", "variable", "year", "observed", "model", "unit", "deviation"),
    *("status", "source"),
)


def compare_with_history(study: Study, scenario: str = "baseline") -> pd.DataFrame:
    """Set the central run of a scenario against every observation that names a model variable.

    Parameters
    ----------
    study : Study
    scenario : str
        Name of a scenario.

    Returns
    -------
    DataFrame
        One row for each observation of a single year that the run covers: ``series``,
        ``variable``, ``year``, ``observed``, ``model``, ``unit``, ``deviation`` (of the model
        from the observation, as a share of it; not a number if nothing was observed and the
        model has something), ``status`` and ``source``.

    Raises
    ------
    InputError
        If there is no such scenario, or an observation does not say which element it is of.

    Examples
    --------
    >>> import xhsim
    >>> table = compare_with_history(xhsim.open_study())
    >>> "deviation" in table.columns
    True
    """
    import pandas as pd

    run = study.run(scenario)
    rows = []
    for seen in study.files.observations:
        if not seen.variable or seen.first_year != seen.last_year:
            continue
        if seen.first_year not in run["time"].values:
            continue
        value = _modelled(run, seen)
        rows.append(
            {
                "series": seen.series,
                "variable": seen.variable,
                "year": seen.first_year,
                "observed": seen.value,
                "model": value,
                "unit": seen.unit,
                "deviation": _deviation(value, seen.value),
                "status": seen.status,
                "source": seen.source,
            }
        )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _modelled(run: xr.Dataset, seen: Observation) -> float:
    """Return what a run has in place of an observation."""
    reference = parse_reference(seen.variable, seen.where)
    data = run[canonical(reference.name)].sel(time=seen.first_year)
    labels = tuple(str(label) for name in data.dims for label in data[name].values)
    chosen = find_elements(reference, labels, seen.where)
    if data.ndim > 1 or len(chosen) != data.ndim:
        raise InputError(
            f'"{seen.series}" does not say which element of "{reference.name}" it is',
            file=seen.where.file,
            line=seen.where.line,
            hint=f'write "{reference.name}[element]", or leave the variable empty',
        )
    return float(data.sel({data.dims[0]: chosen[0]}) if chosen else data)


def _deviation(model: float, observed: float) -> float:
    if observed == 0:
        return 0.0 if model == 0 else math.nan
    return model / observed - 1
