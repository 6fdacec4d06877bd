"""Differences of attainment probabilities between two scenarios on the same draws."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from xhsim.analysis.judging.attainment import failed_draws, origin, target_values
from xhsim.analysis.judging.probability import Z
from xhsim.arguments import checked
from xhsim.errors import InputError
from xhsim.study.targets import Target

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

__all__ = ["difference_table", "paired_difference"]


def paired_difference(gained: int, lost: int, draws: int) -> tuple[float, float, float]:
    """Estimate the difference of two probabilities from paired draws.

    Parameters
    ----------
    gained : int
        Number of pairs in which only the second attains the target.
    lost : int
        Number of pairs in which only the first attains it.
    draws : int
        Number of all pairs.

    Returns
    -------
    difference, low, high : float
        With the 95 % interval of Agresti and Min (2005, Statistics in Medicine 24:729): Wald's
        interval with half a pair added to each of the four cells. It assumes independent draws.

    Examples
    --------
    >>> difference, low, high = paired_difference(120, 20, 1000)
    >>> difference, low > 0.07, high < 0.13
    (0.1, True, True)
    """
    if draws == 0:
        return math.nan, math.nan, math.nan
    more, less, total = gained + 0.5, lost + 0.5, draws + 2
    middle = (more - less) / total
    reach = Z * math.sqrt(more + less - (more - less) ** 2 / total) / total
    return (gained - lost) / draws, max(-1.0, middle - reach), min(1.0, middle + reach)


@checked
def difference_table(
    one: xr.Dataset, other: xr.Dataset, targets: Mapping[str, Target]
) -> pd.DataFrame:
    """Compare two ensembles on the same draws.

    Parameters
    ----------
    one, other : Dataset
        Results of ``study.ensemble`` with the same draws and seed.
    targets : mapping of str to Target

    Returns
    -------
    DataFrame
        Indexed by target id: ``label``, ``label_zh``, ``before`` and ``after`` (probabilities),
        ``difference`` with ``low`` and ``high``, ``gained`` and ``lost`` (shares of draws that
        attain only after, only before), and the medians of the measure, ``median_before`` and
        ``median_after``.

    Raises
    ------
    InputError
        If the draws are not the same.

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> ensemble = study.ensemble("baseline", draws=64)
    >>> funded = study.ensemble("plan", draws=64)
    >>> table = difference_table(ensemble, funded, study.indicators)
    >>> row = table.loc["new_foreign_hq"]
    >>> bool(row["difference"] > 0), bool(row["low"] < row["difference"] < row["high"])
    (True, True)
    """
    import pandas as pd

    for key in ("seed", "draws", "beliefs"):
        if one.attrs.get(key) != other.attrs.get(key):
            raise InputError(
                f"the ensembles differ in {key}: {one.attrs.get(key)} and {other.attrs.get(key)}",
                hint="run both with the same draws and seed",
            )
    if not np.array_equal(one["draw"].values, other["draw"].values):
        raise InputError(
            "the ensembles contain different draws", hint="apply the same condition to both"
        )
    sound = ~(failed_draws(one) | failed_draws(other))
    rows = {}
    for target in targets.values():
        values = [target_values(ensemble, target) for ensemble in (one, other)]
        good = sound & np.isfinite(values[0]) & np.isfinite(values[1])
        met = [target.is_met_by(each[good]) for each in values]
        gained, lost = int((met[1] & ~met[0]).sum()), int((met[0] & ~met[1]).sum())
        draws = int(good.sum())
        difference, low, high = paired_difference(gained, lost, draws)
        rows[target.id] = {
            **target.label.columns(),
            "before": met[0].mean() if draws else math.nan,
            "after": met[1].mean() if draws else math.nan,
            "difference": difference,
            "low": low,
            "high": high,
            "gained": gained / max(draws, 1),
            "lost": lost / max(draws, 1),
            "median_before": float(np.median(values[0][good])) if draws else math.nan,
            "median_after": float(np.median(values[1][good])) if draws else math.nan,
        }
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis(index="target_id")
    table.attrs = origin(other) | {"against": one.attrs.get("scenario")}
    return table
