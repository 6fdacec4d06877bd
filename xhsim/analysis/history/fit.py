"""Comparison of a run with history: deviations, percentage errors and Theil's shares."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from xhsim.analysis.worlds.select import select_one
from xhsim.arguments import checked
from xhsim.study.history.comparison import base_year, deviation, quantity
from xhsim.study.names import parse_reference

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from xhsim.analysis.fitted import FittedStudy
    from xhsim.study.history.observations import Observation

__all__ = ["compare_with_history", "fit_statistics", "theil_shares"]

COLUMNS = (
    *("series", "variable", "year", "observed", "model", "unit", "deviation"),
    *("status", "source", "measure", "kind", "scales"),
)


@checked
def compare_with_history(study: FittedStudy, scenario: str = "baseline") -> pd.DataFrame:
    """Compare the central run of a scenario with every observation of a model variable.

    Parameters
    ----------
    study : Study
    scenario : str
        Name of a scenario.

    Returns
    -------
    DataFrame
        One row for each observation that the run covers: ``series``, ``variable``, ``year`` (the
        last of a period), ``observed``, ``model``, ``unit``, ``deviation`` (of the model from the
        observation, as a share of it, or of growth and changes in points, see
        `xhsim.study.history.comparison.deviation`), ``status``, ``source``, ``measure``,
        ``kind``, and ``scales`` (whether the model was scaled by it, so that it says nothing about
        the fit).

    Raises
    ------
    InputError
        If there is no such scenario, or an observation does not name its element.

    Examples
    --------
    >>> import xhsim
    >>> table = compare_with_history(xhsim.open_study())
    >>> "deviation" in table.columns
    True
    """
    import pandas as pd

    plan = study.files.calibration
    held = {} if plan is None else plan.held_values(study.parameters)
    run = study.central_world(scenario).with_values(held).run()
    rows = []
    for seen in study.files.observations:
        if not seen.can_be_compared:
            continue
        if not {base_year(seen), seen.last_year} <= set(run["time"].values):
            continue
        value = _modelled(run, seen)
        rows.append(
            {
                "series": seen.series,
                "variable": seen.variable,
                "year": seen.last_year,
                "observed": seen.value,
                "model": value,
                "unit": seen.unit,
                "deviation": deviation(seen, value),
                "status": seen.status,
                "source": seen.source,
                "measure": seen.measure,
                "kind": seen.kind,
                "scales": plan is not None and plan.scales(seen),
            }
        )
    return pd.DataFrame(rows, columns=list(COLUMNS))


@checked
def fit_statistics(
    study: FittedStudy, scenario: str, first_year: int, last_year: int
) -> pd.DataFrame:
    """Summarise the fit of the central run of a scenario to each observed series.

    Parameters
    ----------
    study : Study
    scenario : str
        Name of a scenario.
    first_year, last_year : int
        The period to compare, both years included.

    Returns
    -------
    DataFrame
        One row for each series that names a model variable, and each of its measures: ``series``,
        ``variable``, ``measure``, ``observations``, ``left_out``, ``mape`` (mean absolute
        percentage error, per cent; of growth and changes the mean absolute deviation in percentage
        points) and ``bias``,
        ``variance`` and ``covariance``, see `theil_shares`. A series with two values for a year
        (two vintages) counts both. Floors, ceilings and intervals do not count, and neither do
        observations that the model was scaled by: ``left_out`` is their number. A series without
        others has 0 ``observations`` and NaN elsewhere.

    Examples
    --------
    >>> import xhsim
    >>> table = fit_statistics(xhsim.open_study(), "baseline", 2015, 2021)
    >>> bool((table["mape"].dropna() < 10).all())
    True
    """
    import pandas as pd

    table = compare_with_history(study, scenario)
    table = table[table["year"].between(first_year, last_year) & (table["kind"] == "point")]
    rows = []
    keys = ["series", "variable", "measure"]
    for (series, variable, measure), figures in table.groupby(keys, sort=False):
        group = figures[~figures["scales"].astype(bool)]
        bias, variance, covariance = theil_shares(group["model"], group["observed"])
        rows.append(
            {
                "series": series,
                "variable": variable,
                "measure": measure,
                "observations": len(group),
                "left_out": len(figures) - len(group),
                "mape": float(100 * group["deviation"].abs().mean(skipna=False)),
                "bias": bias,
                "variance": variance,
                "covariance": covariance,
            }
        )
    names = [*keys, "observations", "left_out", "mape", "bias", "variance", "covariance"]
    return pd.DataFrame(rows, columns=names)


def theil_shares(model: ArrayLike, observed: ArrayLike) -> tuple[float, float, float]:
    """Split the mean squared error as Theil does: bias, unequal variation, and the rest.

    Parameters
    ----------
    model, observed : array_like, shape (n,)

    Returns
    -------
    bias, variance, covariance : float
        Shares that add up to 1. They are NaN if there is no error, or only one value, from which
        only the bias could be computed.

    Examples
    --------
    >>> [round(share, 2) for share in theil_shares([2.0, 3.0, 4.0], [1.0, 2.0, 3.0])]
    [1.0, 0.0, 0.0]
    >>> [round(share, 2) for share in theil_shares([1.0, 3.0, 5.0], [2.0, 3.0, 4.0])]
    [0.0, 1.0, 0.0]
    """
    made, seen = np.asarray(model, dtype=float), np.asarray(observed, dtype=float)
    error = float(np.mean((made - seen) ** 2)) if made.size > 1 else 0.0
    if not error:
        return math.nan, math.nan, math.nan
    bias = float((made.mean() - seen.mean()) ** 2)
    variance = float((made.std() - seen.std()) ** 2)
    return bias / error, variance / error, (error - bias - variance) / error


def _modelled(run: xr.Dataset, seen: Observation) -> float:
    """Return what a run has in place of an observation."""
    wanted = parse_reference(seen.variable, seen.where)
    data = select_one(run, wanted, who=f'"{seen.series}"', place=seen.where)
    start, end = (float(data.sel(time=year)) for year in (base_year(seen), seen.last_year))
    return float(quantity(seen, start, end))
