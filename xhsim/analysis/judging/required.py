"""The path that leads to a target year by year, and the projection's distance from it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from xhsim.analysis.judging.attainment import failed_draws, origin, series_of
from xhsim.analysis.worlds.select import variable_of
from xhsim.arguments import checked
from xhsim.errors import InputError
from xhsim.study.targets import Target

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

__all__ = ["required_growth", "required_path"]

QUANTILES: Mapping[str, float] = {"p05": 0.05, "p25": 0.25, "median": 0.5, "p75": 0.75, "p95": 0.95}
GROWTH = (
    *("target_id", "label", "label_zh", "aim", "deadline", "year", "level", "goal", "projected"),
    *("unit", "growth_needed", "growth_projected"),
)


@checked
def required_path(ensemble: xr.Dataset, target: Target) -> pd.DataFrame:
    """Compare the projection with the path that leads from the base year to the target.

    Parameters
    ----------
    ensemble : Dataset
        The result of ``study.ensemble``.
    target : Target

    Returns
    -------
    DataFrame
        Indexed by year from the base year to the deadline, in the variable's unit:

        - ``required``: the path of constant growth from the median of the base year to the level
          that meets the target. It is a straight line if a level is not positive, and the flow
          itself for an average flow.
        - ``p05``, ``p25``, ``median``, ``p75``, ``p95`` of the draws.
        - ``gap``: the distance of the median from the path, negative if it falls short.
        - ``growth_needed``: the growth in percent a year from this year's median to the target.
        - ``growth_projected``: the growth of the median from this year to the deadline.

        Both growth rates are NaN in the year of the deadline, and for an average flow.

    Raises
    ------
    InputError
        If the ensemble lacks the variable or one of the years.

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> target = study.targets["hundred_million_buildings"]
    >>> path = required_path(study.ensemble("plan", draws=64), target)
    >>> float(path.loc[2025, "required"].round(6))
    60.0
    """
    import pandas as pd

    times = ensemble["time"].to_numpy()
    years = list(range(target.base_year, target.deadline + 1))
    missing = sorted(set(years) - set(times.tolist()))
    if missing:
        raise InputError(
            f'the path of target "{target.id}" starts in {years[0]}, but the ensemble lacks '
            + ", ".join(map(str, missing)),
            hint="run the model over all of these years",
        )
    values = series_of(ensemble, target)[np.isin(times, years)][:, ~failed_draws(ensemble)]
    table = pd.DataFrame(index=pd.Index(years, name="year"))
    if not values.shape[1]:
        raise InputError("every draw has failed", hint="check the ensemble for infinite values")
    middle = np.median(values, axis=1)
    goal = target.needed(float(middle[0]))
    passed = np.arange(len(years)) / (len(years) - 1)
    table["required"] = target.measure.path(float(middle[0]), goal, passed)
    for name, share in QUANTILES.items():
        table[name] = np.quantile(values, share, axis=1)
    sign = -1 if target.direction == "<=" else 1
    table["gap"] = sign * (table["median"] - table["required"])
    left = target.deadline - np.array(years)
    for name, end in (("growth_needed", goal), ("growth_projected", float(middle[-1]))):
        table[name] = [
            math.nan if target.measure.every_year else _growth(start, end, int(time))
            for start, time in zip(middle, left, strict=True)
        ]
    table.attrs = origin(ensemble) | {"target_id": target.id, "goal": goal}
    table.attrs["unit"] = str(variable_of(ensemble, target.variable).attrs.get("units", ""))
    return table


@checked
def required_growth(
    ensemble: xr.Dataset, targets: Mapping[str, Target], years: Mapping[str, int]
) -> pd.DataFrame:
    """Compare the growth that targets need from a year on with the growth projected.

    Parameters
    ----------
    ensemble : Dataset
        The result of ``study.ensemble``, or of a monitoring.
    targets : mapping of str to Target
    years : mapping of str to int
        For each target the year from which it has to grow, such as that of the last figure. Earlier
        ones than its base year, and later ones than its deadline, count as these.

    Returns
    -------
    DataFrame
        One row for each target: ``target_id``, ``label``, ``label_zh``, ``aim`` (text),
        ``deadline``, ``year``; ``level`` in this year, ``goal`` and ``projected`` at the deadline,
        medians in ``unit``; ``growth_needed`` and ``growth_projected`` in percent a year, NaN as in
        `required_path`.

    Raises
    ------
    InputError
        As `required_path`.

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> own = {"hundred_million_buildings": study.targets["hundred_million_buildings"]}
    >>> table = required_growth(study.ensemble("plan", draws=64), own, dict.fromkeys(own, 2022))
    >>> float(table.loc[0, "goal"].round(6)), int(table.loc[0, "year"])
    (60.0, 2022)
    """
    import pandas as pd

    rows = []
    for name, target in targets.items():
        path = required_path(ensemble, target)
        year = min(max(target.base_year, years[name]), target.deadline)
        rows.append(
            {
                "target_id": name,
                **target.label.columns(),
                "aim": target.aim_text(),
                "deadline": target.deadline,
                "year": year,
                "level": path.loc[year, "median"],
                "goal": path.attrs["goal"],
                "projected": path["median"].iloc[-1],
                "unit": path.attrs["unit"],
                "growth_needed": path.loc[year, "growth_needed"],
                "growth_projected": path.loc[year, "growth_projected"],
            }
        )
    return pd.DataFrame(rows, columns=list(GROWTH))


def _growth(start: float, end: float, years: int) -> float:
    if years == 0 or start <= 0 or end <= 0:
        return math.nan
    return float(100 * ((end / start) ** (1 / years) - 1))
