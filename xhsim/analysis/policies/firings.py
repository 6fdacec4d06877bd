"""How often the rules of a scenario act, by the date of the check."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.judging.probability import chance, worth_of
from xhsim.arguments import checked
from xhsim.errors import InputError

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

__all__ = ["ANY", "actions_of", "firings_table"]

ANY = "any"  # the row of all checks together


@checked
def actions_of(ensemble: xr.Dataset) -> dict[str, tuple[tuple[float, ...], NDArray[np.bool_]]]:
    """Return in which draws each rule acts after each check.

    Parameters
    ----------
    ensemble : Dataset
        Of a scenario with rules.

    Returns
    -------
    dict of str to tuple
        By name of the rule: the dates of its checks, and an array of shape ``(draws, checks)``. A
        check after the end of the run has no effect.

    Raises
    ------
    InputError
        If the ensemble has no rules.

    Examples
    --------
    >>> import xarray as xr
    >>> about = {"rule": "more", "checks": [2023.0, 2024.0]}
    >>> acts = xr.DataArray([[[0, 1]], [[1, 1]]], dims=["draw", "time", "check"], attrs=about)
    >>> actions_of(xr.Dataset({"rule_more_by_check": acts}))["more"][1].tolist()
    [[False, True], [True, True]]
    """
    found = {}
    for array in ensemble.data_vars.values():
        if "checks" not in array.attrs:
            continue
        # A result file may hold one check as a number.
        checks = tuple(map(float, np.ravel(array.attrs["checks"])))
        last = array.isel(time=-1)
        values = last.values if "draw" in last.dims else last.values[np.newaxis]
        found[str(array.attrs["rule"])] = checks, values > 0.5
    if not found:
        raise InputError(
            "no rule was checked in these runs",
            hint="run a scenario that has rules (docs/scenario-language.md)",
        )
    return found


@checked
def firings_table(ensemble: xr.Dataset) -> pd.DataFrame:
    """Tell how often each rule acts.

    Parameters
    ----------
    ensemble : Dataset
        Of a scenario with rules.

    Returns
    -------
    DataFrame
        Indexed by ``rule`` and ``check``: the date of the check, and ``any`` for all together.
        ``probability``, ``ci_low`` and ``ci_high`` are of the rule acting after the check, with
        its 95 % interval; ``begins``, ``first`` and ``ends`` are the shares of draws in which it
        begins to act at the check, does so for the first time, and is released. In the row
        ``any`` the probability is that of acting at all, and the others are sums: ``begins`` is
        the mean number of times.

    Raises
    ------
    InputError
        If the ensemble has no rules.

    Examples
    --------
    >>> import xarray as xr
    >>> about = {"rule": "more", "checks": [2023.0, 2024.0]}
    >>> acts = xr.DataArray([[[0, 1]], [[1, 1]]], dims=["draw", "time", "check"], attrs=about)
    >>> table = firings_table(xr.Dataset({"rule_more_by_check": acts}))
    >>> table["begins"].to_dict()
    {('more', '2023'): 0.5, ('more', '2024'): 0.5, ('more', 'any'): 1.0}
    """
    import pandas as pd

    worth = worth_of(ensemble)
    rows = {}
    for rule, (checks, acts) in actions_of(ensemble).items():
        before = np.concatenate([np.zeros_like(acts[:, :1]), acts[:, :-1]], axis=1)
        begins, ends = acts & ~before, ~acts & before
        first = begins & (np.cumsum(begins, axis=1) == 1)
        for number, check in enumerate(checks):
            met = int(acts[:, number].sum())
            shares = (float(each[:, number].mean()) for each in (begins, first, ends))
            rows[rule, f"{check:.4f}".rstrip("0").rstrip(".")] = (
                *chance(met, len(acts), worth)[:3],
                *shares,
            )
        met = int(acts.any(axis=1).sum())
        totals = (float(each.sum(axis=1).mean()) for each in (begins, first, ends))
        rows[rule, ANY] = (*chance(met, len(acts), worth)[:3], *totals)
    index = pd.MultiIndex.from_tuples(rows, names=["rule", "check"])
    columns = ["probability", "ci_low", "ci_high", "begins", "first", "ends"]
    return pd.DataFrame(list(rows.values()), index=index, columns=columns)
