"""Attainment of targets in the draws of an ensemble, and tables of its probabilities."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.judging.by_structure import (
    about_structures,
    draws_by_structure,
    figures_by_structure,
    structures_in,
)
from xhsim.analysis.judging.probability import (
    JOINT_COLUMNS,
    TARGET_COLUMNS,
    chance,
    worth_of,
)
from xhsim.analysis.worlds.select import select_one
from xhsim.arguments import checked
from xhsim.errors import InputError
from xhsim.study.targets import Target
from xhsim.wording.likelihood import NOT_ASSESSABLE

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from xhsim.study.scenarios.scenario import Scenario

__all__ = [
    "JOINT",
    "attained",
    "attainment_table",
    "comparison_table",
    "failed_draws",
    "joint_group",
    "joint_row",
    "joint_rows",
    "joint_table",
    "met_in",
    "origin",
    "series_of",
    "target_values",
]

Array = NDArray[np.float64]
JOINT = "joint"
OUTSIDE = "mostly_outside"  # notes of instruments that leave their range in most draws
ORIGIN = ("scenario", "scenario_label_zh", "draws", "seed", "failed", "unmet", "outside", OUTSIDE)
NOTES = ("unmet", "outside")


@checked
def target_values(ensemble: xr.Dataset, target: Target) -> Array:
    """Compute a target's measure in every draw.

    Parameters
    ----------
    ensemble : Dataset
        With dimensions ``draw`` and ``time``.
    target : Target

    Returns
    -------
    ndarray, shape (draws,)
        In the target's unit; not finite in draws that failed.

    Raises
    ------
    InputError
        If the ensemble lacks the variable, the element or a year that the target needs. A target
        without data never counts as attained.

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> ensemble = study.ensemble("baseline", draws=64)
    >>> growth = target_values(ensemble, study.targets["ai_growth"])
    >>> growth.shape, bool(growth.mean() > 5)  # per cent a year
    ((64,), True)
    """
    values = series_of(ensemble, target)
    times = ensemble["time"].to_numpy()
    by_year = {}
    for year in target.years:
        (places,) = np.nonzero(times == year)
        if places.size == 0:
            raise InputError(
                f'target "{target.id}" needs {year}, which the run does not save',
                file=target.where.file,
                line=target.where.line,
                hint=f"it has {times[0]:g} to {times[-1]:g}; "
                + (
                    f"let the scenario run longer, run: {{until: {year}}}, or change the period"
                    if year > times[-1]
                    else "change the period"
                ),
            )
        by_year[year] = values[places[0]]
    with np.errstate(all="ignore"):
        return target.measured(by_year)


def series_of(ensemble: xr.Dataset, target: Target) -> Array:
    """Return the trajectories of a target's variable.

    Parameters
    ----------
    ensemble : Dataset
    target : Target

    Returns
    -------
    ndarray, shape (times, draws)
        In the variable's unit.

    Raises
    ------
    InputError
        If the ensemble lacks the variable or the element, or has no draws.
    """
    who = f'target "{target.id}"'
    data = select_one(ensemble, target.variable, who=who, place=target.where)
    if "draw" not in data.dims or "time" not in data.dims:
        raise InputError(
            f'"{target.variable.name}" has no draws', hint="pass the result of study.ensemble"
        )
    return np.asarray(data.transpose("time", "draw").to_numpy())


def joint_row(group: str = "") -> str:
    """Return the id of the row of `joint_table` for a group, or for all targets without a group.

    Examples
    --------
    >>> joint_row(), joint_row("services")
    ('joint', 'joint:services')
    """
    return f"{JOINT}:{group}" if group else JOINT


def joint_group(row: str) -> str:
    """Return the group of a row of `joint_table`; empty for the row of all targets.

    Examples
    --------
    >>> joint_group("joint"), joint_group("joint:services")
    ('', 'services')
    """
    return row.partition(":")[2]


def joint_rows(table: pd.DataFrame) -> NDArray[np.bool_]:
    """Mark the rows of `joint_table` in a table that also contains rows of `attainment_table`.

    Joint rows have a number of targets. Ids do not matter: a target may be called joint_ventures.

    Parameters
    ----------
    table : DataFrame
        With rows of both kinds, or of one.

    Returns
    -------
    ndarray of bool, one for each row

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [{"probability": 0.5}, {"probability": 0.1, "targets": 18}]
    >>> joint_rows(pd.DataFrame(rows, index=["joint_ventures", "joint"])).tolist()
    [False, True]
    """
    if "targets" not in table:
        return np.zeros(len(table), dtype=bool)
    return table["targets"].notna().to_numpy(dtype=bool)


@checked
def failed_draws(ensemble: xr.Dataset) -> NDArray[np.bool_]:
    """Mark the draws that have a value that is not finite.

    Parameters
    ----------
    ensemble : Dataset
        With a dimension ``draw``.

    Returns
    -------
    ndarray of bool, shape (draws,)

    Examples
    --------
    >>> import xarray as xr
    >>> gdp = xr.DataArray([[1.0, 2.0], [3.0, np.inf]], dims=("draw", "time"))
    >>> failed_draws(xr.Dataset({"gdp": gdp})).tolist()
    [False, True]
    """
    failed = np.zeros(ensemble.sizes["draw"], dtype=bool)
    for name in ensemble.data_vars:
        data = ensemble.variables[name]  # without its coordinates, which take longer than the rest
        bad = ~np.isfinite(data.to_numpy())
        failed |= bad.any(axis=tuple(i for i, d in enumerate(data.dims) if d != "draw"))
    return failed


@checked
def attained(ensemble: xr.Dataset, targets: Iterable[Target]) -> xr.DataArray:
    """Compute which draws attain which targets.

    Parameters
    ----------
    ensemble : Dataset
    targets : iterable of Target

    Returns
    -------
    DataArray of bool, dimensions (target, draw)
        Without the draws that failed or in which a measure is NaN.

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> ensemble = study.ensemble("baseline", draws=64)
    >>> met = attained(ensemble, [study.targets["retail_sales"], study.targets["commodity_sales"]])
    >>> met.dims, met.sizes["draw"]
    (('target', 'draw'), 64)
    >>> bool(met.all("target").mean() <= met.sel(target="retail_sales").mean())
    True
    """
    import xarray as xr

    chosen = list(targets)
    values = [target_values(ensemble, target) for target in chosen]
    good = ~failed_draws(ensemble)
    for measured in values:
        good &= np.isfinite(measured)
    rows = [
        target.is_met_by(measured[good]) for target, measured in zip(chosen, values, strict=True)
    ]
    return xr.DataArray(
        np.array(rows, dtype=bool).reshape(len(chosen), int(good.sum())),
        dims=("target", "draw"),
        coords={"target": [target.id for target in chosen], "draw": ensemble["draw"].values[good]},
    )


def met_in(ensemble: xr.Dataset, targets: Iterable[Target]) -> Array:
    """Return which draws meet which targets; a draw that failed meets none.

    Parameters
    ----------
    ensemble : Dataset
    targets : iterable of Target

    Returns
    -------
    ndarray of 0 and 1, shape (draws, targets)

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> ensemble = study.ensemble("baseline", draws=64)
    >>> met_in(ensemble, [study.targets["retail_sales"]]).shape
    (64, 1)
    """
    good = ~failed_draws(ensemble)
    columns = []
    for target in targets:
        values = target_values(ensemble, target)
        fine = good & np.isfinite(values)
        columns.append(fine & target.is_met_by(np.where(fine, values, 0.0)))
    return np.array(columns, dtype=np.float64).reshape(len(columns), good.size).T


@checked
def attainment_table(ensemble: xr.Dataset, targets: Mapping[str, Target]) -> pd.DataFrame:
    """Estimate the probability that each target is attained.

    Parameters
    ----------
    ensemble : Dataset
        The result of `Study.ensemble`.
    targets : mapping of str to Target

    Returns
    -------
    DataFrame
        Indexed by target id: ``rank``, ``label``, ``label_zh``, ``group``, ``probability``,
        ``ci_low``, ``ci_high``, ``word``, ``median``, ``p05``, ``p95`` (of the measure, in
        ``unit``), ``direction``, ``target``, ``gap`` (the distance of the median from the target,
        positive if it meets the target and negative if it falls short), ``unit``, ``measure``,
        ``draws`` (all draws) and ``failed`` (draws that do not count, because numbers overflowed
        or the measure is NaN). The word of a target with an unpublished base (``hangs_on``) is
        ``not assessable without the base``; see `Study.by_base`. If the draws have several
        structures, there are columns for each, see
        `xhsim.analysis.judging.by_structure.structure_table`.

    Raises
    ------
    InputError
        If the ensemble lacks a variable, an element or a year that a target needs.

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> ensemble = study.ensemble("baseline", draws=64)
    >>> table = attainment_table(ensemble, study.indicators)
    >>> bool(table.loc["industrial_output", "probability"] > 0.9)
    True
    >>> table.loc["pct_filings", "word"]
    'not assessable without the base'
    """
    sound, worth = ~failed_draws(ensemble), worth_of(ensemble)
    parts = draws_by_structure(ensemble)
    rows: dict[str, dict[str, Any]] = {}
    for target in targets.values():
        measured = target_values(ensemble, target)
        good = sound & np.isfinite(measured)
        values = measured[good]
        met = int(target.is_met_by(values).sum())
        estimate = chance(met, values.size, worth)
        if target.hangs_on is not None and values.size:
            estimate = estimate._replace(word=NOT_ASSESSABLE.en)
        low, middle, high = (
            np.quantile(values, (0.05, 0.5, 0.95)) if values.size else np.full(3, np.nan)
        )
        rows[target.id] = {
            "rank": target.rank,
            **target.label.columns(),
            "group": target.group,
            **estimate._asdict(),
            "median": middle,
            "p05": low,
            "p95": high,
            "direction": target.direction,
            "target": target.value,
            "gap": (target.value - middle) * (1 if target.direction == "<=" else -1),
            "unit": target.unit,
            "measure": target.measure.name,
            "draws": good.size,
            "failed": int((~good).sum()),
            **figures_by_structure(
                target.is_met_by(measured),
                good,
                parts,
                word=None if target.hangs_on is None else NOT_ASSESSABLE.en,
                worth=worth,
            ),
        }
    table = _table(rows, TARGET_COLUMNS)
    table["rank"] = table["rank"].astype("Int64")
    return _labelled(table, ensemble)


@checked
def joint_table(ensemble: xr.Dataset, targets: Mapping[str, Target]) -> pd.DataFrame:
    """Estimate the probability that targets are attained together, overall and by group.

    Parameters
    ----------
    ensemble : Dataset
    targets : mapping of str to Target
        If some have a rank (the indicators of the plan's table), only those count.

    Returns
    -------
    DataFrame
        Indexed by ``joint`` and ``joint:GROUP``: ``label``, ``targets`` (their number),
        ``expected`` (the mean number attained), ``probability``, ``ci_low``, ``ci_high``, ``word``,
        ``draws`` and ``failed``.

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> ensemble = study.ensemble("baseline", draws=64)
    >>> table = joint_table(ensemble, study.indicators)
    >>> int(table.loc["joint", "targets"]), bool(table.loc["joint", "expected"] > 7)
    (18, True)
    """
    ranked = [target for target in targets.values() if target.rank is not None]
    chosen = ranked or list(targets.values())
    counted = attained(ensemble, chosen)
    met, worth = counted.to_numpy(), worth_of(ensemble)
    good = np.isin(ensemble["draw"].to_numpy(), counted["draw"].to_numpy())
    parts = draws_by_structure(ensemble)
    # Without targets there is no row: "all of no targets" must not count as certain.
    groups: dict[str, list[int]] = {joint_row(): list(range(len(chosen)))} if chosen else {}
    for number, target in enumerate(chosen):
        groups.setdefault(joint_row(target.group), []).append(number)
    rows: dict[str, dict[str, Any]] = {}
    for name, members in groups.items():
        together = np.asarray(met[members].all(axis=0))
        rows[name] = {
            "label": _joint_label(name, len(members)),
            "targets": len(members),
            "expected": float(met[members].sum(axis=0).mean()) if together.size else np.nan,
            **chance(int(together.sum()), together.size, worth)._asdict(),
            "draws": ensemble.sizes["draw"],
            "failed": ensemble.sizes["draw"] - together.size,
            **figures_by_structure(_over_all(together, good), good, parts, worth=worth),
        }
    table = _table(rows, JOINT_COLUMNS)
    return _labelled(table, ensemble)


def _over_all(met: NDArray[np.bool_], good: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return what happened in good draws as an array over all draws."""
    every = np.zeros(good.size, dtype=bool)
    every[good] = met
    return every


def _table(rows: Mapping[str, Mapping[str, Any]], columns: Iterable[str]) -> pd.DataFrame:
    """Return rows as a table with the given columns first, also if there is no row."""
    from xhsim.analysis.judging.readable_table import ProbabilityTable

    names = dict.fromkeys([*columns, *(name for row in rows.values() for name in row)])
    return ProbabilityTable(list(rows.values()), index=list(rows), columns=list(names))


def _joint_label(name: str, size: int) -> str:
    group = joint_group(name)
    if not group:
        return f"All {size} targets together"
    return f"{group}: " + ("its one target" if size == 1 else f"all {size}")


def comparison_table(
    tables: Mapping[str, Iterable[pd.DataFrame]],
    scenarios: Mapping[str, Scenario],
    *,
    draws: int,
    seed: int,
) -> pd.DataFrame:
    """Concatenate the tables of several scenarios.

    Parameters
    ----------
    tables : mapping of str to iterable of DataFrame
        By scenario, the results of `attainment_table` and `joint_table`.
    scenarios : mapping of str to Scenario
        By name; it may contain more than those compared.
    draws, seed : int
        Of the ensembles.

    Returns
    -------
    DataFrame
        Indexed by (scenario, target_id), in the order of `tables`. Its attributes are ``draws``,
        ``seed`` and ``scenario_labels_zh``, the Chinese labels of the scenarios by name; and, if
        a table has them, ``structures``, and in ``notes`` what it says of targets that scenarios
        meet by instruments.
    """
    import pandas as pd

    given = {name: list(each) for name, each in tables.items()}
    parts = {name: pd.concat(each) for name, each in given.items()}
    table = pd.concat(parts, names=["scenario", "target_id"])
    chinese = {name: scenarios[name].label.zh for name in parts}
    table.attrs = {"draws": draws, "seed": seed, "scenario_labels_zh": chinese}
    notes = {
        name: [each[0].attrs[k] for k in NOTES if k in each[0].attrs]
        for name, each in given.items()
    }
    if any(notes.values()):
        table.attrs["notes"] = notes
    first = {
        name: each[0].attrs[OUTSIDE] for name, each in given.items() if OUTSIDE in each[0].attrs
    }
    if first:
        table.attrs["warnings"] = first
    every = [one for each in given.values() for one in each if "structures" in one.attrs]
    # A scenario that fixes its structure does not speak for the others.
    every.sort(key=lambda one: not structures_in(one))
    if every:
        table.attrs["structures"] = every[0].attrs["structures"]
    return table


def _labelled(table: pd.DataFrame, ensemble: xr.Dataset) -> pd.DataFrame:
    table.index.name = "target_id"  # "target" is the column with the target's value
    table.attrs = origin(ensemble)
    about = about_structures(ensemble)
    if about:
        table.attrs["structures"] = about
    return table


def origin(ensemble: xr.Dataset) -> dict[Hashable | None, Any]:
    """Return the attributes of an ensemble that describe its origin, for tables made from it.

    Parameters
    ----------
    ensemble : Dataset

    Returns
    -------
    dict
        Those of ``scenario``, ``scenario_label_zh``, ``draws``, ``seed``, ``failed``, ``unmet`` and
        ``outside`` that it has.

    Examples
    --------
    >>> import xarray as xr
    >>> origin(xr.Dataset(attrs={"scenario": "plan", "seed": 1, "model": "m.mdl"}))
    {'scenario': 'plan', 'seed': 1}
    """
    return {key: ensemble.attrs[key] for key in ORIGIN if key in ensemble.attrs}
