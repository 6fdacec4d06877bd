"""How often lights were right in twin experiments, and how early they warned."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.judging.probability import chance
from xhsim.arguments import checked

if TYPE_CHECKING:
    import pandas as pd

    from xhsim.study.history.monitoring import MonitoringPlan
    from xhsim.study.history.stored_twins import StoredTwins, TwinRow
    from xhsim.study.targets import Target

__all__ = ["ALL", "lead_times", "light_rates", "worth_of_clusters"]

ALL = "all"  # the row of all targets together
# What is counted, among which twins, and which lights of these count.
RATES = {
    "warned": ("missed", ("amber", "red")),
    "red_before_miss": ("missed", ("red",)),
    "false_alarm": ("met", ("amber", "red")),
    "false_red": ("met", ("red",)),
}


@checked
def light_rates(
    twins: StoredTwins, plan: MonitoringPlan, targets: Mapping[str, Target]
) -> pd.DataFrame:
    """Count how often lights of twin experiments were right.

    Parameters
    ----------
    twins : StoredTwins
    plan : MonitoringPlan
        Says at which probability a light changes.
    targets : mapping of str to Target
        The study's, by id. Those that cannot be assessed have no light, and do not count in
        ``all``.

    Returns
    -------
    DataFrame
        Indexed by ``target_id`` (and ``all`` for all targets together) and ``year``, the last year
        whose figures were known:

        - ``twins``, ``met``, ``green``, ``amber``, ``red``: numbers of twins (for ``all``, of
          twins and targets), of those that met the target, and of those with each light;
        - ``warned`` and ``red_before_miss``: of those that missed the target, the share whose
          light was amber or red, and the share whose light was red;
        - ``false_alarm`` and ``false_red``: the same of those that met it;
        - ``missed_after_green``, ``missed_after_amber``, ``missed_after_red``: of those with this
          light, the share that missed the target.

        Each share has ``_low`` and ``_high``: Wilson's 95 % interval. For ``all`` it counts that
        the targets of a twin resemble each other. NaN where there is no such twin.

    Examples
    --------
    >>> from xhsim.study.bundled import bundled_folder
    >>> from xhsim.study.history.monitoring import MonitoringPlan
    >>> from xhsim.study.history.stored_twins import StoredTwins, TwinRow
    >>> from xhsim.study.targets import read_targets
    >>> targets = read_targets(bundled_folder() / "model" / "targets.yaml")
    >>> rows = [(True, 0.9), (True, 0.5), (False, 0.5), (False, 0.1)]
    >>> twins = StoredTwins(
    ...     tuple(TwinRow(n, "retail_sales", met, 0, 0.5, (p,)) for n, (met, p) in enumerate(rows)),
    ...     *((2022,), ("gdp",), "baseline", 100, 0, 19, (1.0,), {}),
    ... )
    >>> rates = light_rates(twins, MonitoringPlan(), targets)
    >>> rates.loc[("retail_sales", 2022), ["warned", "false_alarm"]].tolist()
    [1.0, 0.5]
    """
    import pandas as pd

    rows = {}
    for name, chosen in _by_target(twins, targets).items():
        which = np.array([row.twin for row in chosen])
        met = np.array([bool(row.met) for row in chosen])
        for place, year in enumerate(twins.years):
            shown = np.array([plan.light(row.probabilities[place]) for row in chosen])
            rows[(name, year)] = _rates_of(which, met, shown)
    table = pd.DataFrame.from_dict(rows, orient="index")
    table.index = pd.MultiIndex.from_tuples(list(rows), names=["target_id", "year"])
    return table


def _rates_of(
    which: NDArray[np.int64], met: NDArray[np.bool_], shown: NDArray[np.str_]
) -> dict[str, float]:
    found: dict[str, float] = {"twins": len(met), "met": int(met.sum())}
    found |= {light: int((shown == light).sum()) for light in ("green", "amber", "red")}
    for name, (fate, counted) in RATES.items():
        among = met if fate == "met" else ~met
        found |= _share(name, np.isin(shown, counted)[among], which[among])
    for light in ("green", "amber", "red"):
        found |= _share(f"missed_after_{light}", ~met[shown == light], which[shown == light])
    return found


def _share(name: str, happened: NDArray[np.bool_], which: NDArray[np.int64]) -> dict[str, float]:
    """Return a share with its interval; `which` numbers the twins, that may stand several times."""
    count, total = int(happened.sum()), len(happened)
    found = chance(count, total, worth_of_clusters(happened, which))
    return {name: found.probability, f"{name}_low": found.ci_low, f"{name}_high": found.ci_high}


def worth_of_clusters(happened: NDArray[np.bool_], which: NDArray[np.int64]) -> float:
    """Return what an event is worth, in independent ones, if those of a cluster are alike.

    Parameters
    ----------
    happened : ndarray of bool, shape (events,)
    which : ndarray of int, shape (events,)
        The cluster of each event.

    Returns
    -------
    float
        The variance of the share if events were independent, over its variance as a ratio of sums
        over clusters (Cochran 1977, section 2.11); at most 1.

    Examples
    --------
    >>> worth_of_clusters(np.array([True, True, False, False]), np.array([0, 0, 1, 1]))
    0.5
    >>> worth_of_clusters(np.array([True, False]), np.array([0, 1]))
    1.0
    """
    clusters = len(np.unique(which))
    if clusters <= 1 or not 0 < happened.sum() < len(happened):
        # Nothing varies between clusters. One then counts as one event, the careful choice.
        return clusters / max(1, len(which))
    share = happened.mean()
    alone = len(happened) * share * (1 - share)
    sums = np.bincount(which, weights=happened - share)
    return float(alone / max(alone, (sums**2).sum()))


@checked
def lead_times(
    twins: StoredTwins, plan: MonitoringPlan, targets: Mapping[str, Target]
) -> pd.DataFrame:
    """Count how early red lights warned of targets that were missed.

    Parameters
    ----------
    twins : StoredTwins
    plan : MonitoringPlan
    targets : mapping of str to Target
        The study's, by id. They say the deadlines.

    Returns
    -------
    DataFrame
        Indexed by ``target_id`` (and ``all``): ``missed``, the number of twins that missed it; for
        each year, such as ``2022``, the share of them whose light was red for the first time after
        the figures of that year; ``never``, the share whose light was not red after any year; and
        ``lead``, the mean number of years from the first red light until the deadline, among the
        others. A red light after the figures of 2022 is seen in January 2023. That is three years
        before the end of 2025.

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> twins = study.files.twins
    >>> table = None if twins is None else lead_times(twins, study.files.monitoring, study.targets)
    >>> table is None or "never" in table
    True
    """
    import pandas as pd

    rows = {}
    for name, own in _by_target(twins, targets).items():
        firsts = [(row.name, _first_red(row, twins.years, plan)) for row in own if not row.met]
        leads = [targets[one].deadline - year for one, year in firsts if year is not None]
        shares = {
            column: float(np.mean([year == seen for _, year in firsts])) if firsts else math.nan
            for column, seen in [*((str(year), year) for year in twins.years), ("never", None)]
        }
        lead = float(np.mean(leads)) if leads else math.nan
        rows[name] = {"missed": len(firsts), **shares, "lead": lead}
    table = pd.DataFrame.from_dict(rows, orient="index")
    table.index.name = "target_id"
    return table


def _by_target(twins: StoredTwins, targets: Mapping[str, Target]) -> dict[str, list[TwinRow]]:
    """Sort the rows of targets by name; at last, under `ALL`, those that can be assessed."""
    found: dict[str, list[TwinRow]] = {}
    for row in twins.rows:
        if row.met is not None:
            found.setdefault(row.name, []).append(row)
    assessable = [name for name in found if targets[name].hangs_on is None]
    return found | {ALL: [row for name in assessable for row in found[name]]}


def _first_red(row: TwinRow, years: Sequence[int], plan: MonitoringPlan) -> int | None:
    """Return the year after whose figures the light was red for the first time, if ever."""
    for year, share in zip(years, row.probabilities, strict=True):
        if plan.light(share) == "red":
            return year
    return None
