"""The years in which targets are met: each year, the first year, any year, or none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.judging.attainment import failed_draws, origin, target_values
from xhsim.analysis.judging.probability import Chance, chance, worth_of
from xhsim.arguments import checked
from xhsim.study.targets import Target

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

__all__ = ["attained_by_year", "crossing_table", "probability_by_year"]


@checked
def attained_by_year(ensemble: xr.Dataset, target: Target) -> tuple[list[int], NDArray[np.bool_]]:
    """Compute in which years each draw meets a target, taking each year as the deadline in turn.

    Parameters
    ----------
    ensemble : Dataset
    target : Target

    Returns
    -------
    years : list of int
        From the year after the target's base year to the end of the run.
    met : ndarray of bool, shape (years, draws)
        Without the draws that failed. Growth and increases are those from the base year to each
        year.

    Raises
    ------
    InputError
        If the ensemble lacks the variable, the element or a year that the target needs.

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> ensemble = study.ensemble("baseline", draws=64)
    >>> years, met = attained_by_year(ensemble, study.targets["retail_sales"])
    >>> years, met.shape
    ([2021, 2022, 2023, 2024, 2025], (5, 64))
    """
    last = int(ensemble["time"].values[-1])
    years = list(range(target.base_year + 1, last + 1))
    sound = ~failed_draws(ensemble)
    rows = [
        target.is_met_by(target_values(ensemble, replace(target, deadline=year))[sound])
        for year in years
    ]
    return years, np.array(rows, dtype=bool).reshape(len(years), int(sound.sum()))


@checked
def probability_by_year(ensemble: xr.Dataset, targets: Mapping[str, Target]) -> pd.DataFrame:
    """Estimate the probability that each target is met in each year, and by each year.

    Parameters
    ----------
    ensemble : Dataset
    targets : mapping of str to Target

    Returns
    -------
    DataFrame
        Indexed by target id and year: ``label``, ``label_zh``, ``probability``, ``ci_low``,
        ``ci_high`` (met in that year), and ``ever``, ``ever_low``, ``ever_high`` (met in that year
        or an earlier one).

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> ensemble = study.ensemble("baseline", draws=64)
    >>> targets = {"retail_sales": study.targets["retail_sales"]}
    >>> table = probability_by_year(ensemble, targets)
    >>> table.loc["retail_sales"].index.tolist()
    [2021, 2022, 2023, 2024, 2025]
    >>> bool((table["ever"] >= table["probability"]).all())
    True
    """
    import pandas as pd

    worth = worth_of(ensemble)
    rows: dict[tuple[str, int], dict[str, str | float]] = {}
    for target in targets.values():
        years, met = attained_by_year(ensemble, target)
        ever = np.logical_or.accumulate(met, axis=0)
        for number, year in enumerate(years):
            estimate = chance(int(met[number].sum()), met.shape[1], worth)
            rows[target.id, year] = {
                **target.label.columns(),
                "probability": estimate.probability,
                "ci_low": estimate.ci_low,
                "ci_high": estimate.ci_high,
                **_named("ever", chance(int(ever[number].sum()), met.shape[1], worth)),
            }
    table = pd.DataFrame.from_dict(rows, orient="index")
    table.index = pd.MultiIndex.from_tuples(list(rows), names=["target_id", "year"])
    table.attrs = origin(ensemble)
    return table


@checked
def crossing_table(ensemble: xr.Dataset, targets: Mapping[str, Target]) -> pd.DataFrame:
    """Compute the share of draws that first meet each target in each year, or never.

    Parameters
    ----------
    ensemble : Dataset
    targets : mapping of str to Target

    Returns
    -------
    DataFrame
        Indexed by target id: ``label``, ``label_zh``, a column for each year with the share of
        draws that first meet the target in it, ``never`` with its interval ``never_low`` and
        ``never_high``, and ``lost``: the share of draws that meet the target in an earlier year but
        not at the deadline (or, if the run ends earlier, at its end).

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> ensemble = study.ensemble("baseline", draws=64)
    >>> targets = {"retail_sales": study.targets["retail_sales"]}
    >>> table = crossing_table(ensemble, targets)
    >>> bool(table.loc["retail_sales", [2021, 2022, 2023, 2024, 2025, "never"]].sum() == 1)
    True
    """
    import pandas as pd

    rows, worth = {}, worth_of(ensemble)
    for target in targets.values():
        years, met = attained_by_year(ensemble, target)
        draws = max(met.shape[1], 1)
        first = np.where(met.any(axis=0), met.argmax(axis=0), len(years))
        counts = np.bincount(first, minlength=len(years) + 1) / draws
        at = years.index(target.deadline) if target.deadline in years else len(years) - 1
        lost = float((met[: at + 1].any(axis=0) & ~met[at]).sum() / draws)
        row: dict[Any, Any] = dict(zip(years, counts[:-1], strict=True))
        row |= target.label.columns()
        never = chance(int((first == len(years)).sum()), met.shape[1], worth)
        rows[target.id] = row | _named("never", never) | {"lost": lost}
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis(index="target_id")
    shown = sorted({year for row in rows.values() for year in row if not isinstance(year, str)})
    ends = ["never", "never_low", "never_high", "lost"]
    table = table[["label", "label_zh", *shown, *ends]]
    table.attrs = origin(ensemble)
    return table


def _named(name: str, estimate: Chance) -> dict[str, float]:
    return {
        name: estimate.probability,
        f"{name}_low": estimate.ci_low,
        f"{name}_high": estimate.ci_high,
    }
