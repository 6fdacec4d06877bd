"""The policy money that a run spends, on average a year."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from xhsim.errors import InputError
from xhsim.study.names import canonical

if TYPE_CHECKING:
    import xarray as xr

    from xhsim.analysis.fitted import FittedStudy

__all__ = ["money_outputs", "money_unit", "yearly_money"]

Array = NDArray[np.float64]


def money_outputs(study: FittedStudy) -> tuple[str, ...]:
    """Return the variables whose sum is the policy money of a year.

    Parameters
    ----------
    study : FittedStudy

    Returns
    -------
    tuple of str
        What is paid, from budget.yaml; without that file the levers that are spending: those whose
        unit is the one that most levers have.

    Raises
    ------
    InputError
        If the study has neither.

    Examples
    --------
    >>> import xhsim
    >>> money_outputs(xhsim.open_study())
    ('total_programme_spending',)
    """
    if study.budget is not None:
        return (study.budget.paid,)
    levers = [each for each in study.parameters.values() if each.role == "lever"]
    if not levers:
        raise InputError(
            "the study has no lever, so no policy costs money",
            hint='give parameters "role: lever", or name the money in budget.yaml',
        )
    units = [lever.unit for lever in levers]
    money = max(units, key=units.count)
    return tuple(canonical(lever.name) for lever in levers if lever.unit == money)


def money_unit(study: FittedStudy) -> str:
    """Return the unit of the policy money of a year.

    Parameters
    ----------
    study : FittedStudy

    Examples
    --------
    >>> import xhsim
    >>> money_unit(xhsim.open_study())
    'CNY100M/year'
    """
    first = money_outputs(study)[0]
    return str(study.model.variables.loc[first, "unit"])


def yearly_money(run: xr.Dataset, outputs: tuple[str, ...], first: float, last: float) -> Array:
    """Compute the money that is spent between two dates, on average a year.

    Parameters
    ----------
    run : Dataset
        With dimensions ``draw`` and ``time``, and the variables of `money_outputs` at the model's
        steps.
    outputs : tuple of str
        The result of `money_outputs`.
    first, last : float
        The dates.

    Returns
    -------
    ndarray, shape (draws,)
        The sum over the steps, which is exact for money that changes from step to step.

    Examples
    --------
    >>> import xarray as xr
    >>> paid = xr.DataArray([[1.0, 3.0, 3.0]], dims=("draw", "time"))
    >>> run = xr.Dataset({"paid": paid}, {"time": [2020.0, 2020.5, 2021.0]})
    >>> yearly_money(run, ("paid",), 2020, 2021).tolist()
    [2.0]
    """
    part = run.sel(time=slice(first, last))
    lengths = np.diff(part["time"].to_numpy())
    total = np.zeros(part.sizes["draw"])
    for name in outputs:
        array = part[name]
        rest = [dim for dim in array.dims if dim not in ("draw", "time")]
        values = array.sum(rest).transpose("draw", "time").to_numpy()
        total = total + values[:, :-1] @ lengths
    return total / (last - first)
