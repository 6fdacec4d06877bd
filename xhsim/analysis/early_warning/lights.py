"""The lights of a monitoring, and how often lights were right in twin experiments.

A light stands for a probability. How often it misleads is measured: each draw of the prior is
taken as the truth in turn, its figures are released year by year, and the lights are compared with
what the draw does in the end (`xhsim.analysis.early_warning.twins`). These rates assume that the
model and the priors are right.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from xhsim.analysis.early_warning.rates import light_rates
from xhsim.analysis.inference.fingerprint import twins_changes
from xhsim.arguments import checked
from xhsim.wording.likelihood import NOT_ASSESSABLE

if TYPE_CHECKING:
    import pandas as pd

    from xhsim.analysis.fitted import FittedStudy
    from xhsim.analysis.monitoring.monitor import Monitoring
    from xhsim.study.history.stored_twins import StoredTwins

__all__ = ["fitting_twins", "lights", "stale_twins"]


@checked
def fitting_twins(study: FittedStudy) -> StoredTwins | None:
    """Return the twin experiments stored with a study if they still fit it.

    Parameters
    ----------
    study : Study

    Returns
    -------
    StoredTwins or None
        None if none are stored, or the study has changed since: see `stale_twins`.

    Raises
    ------
    InputError
        If the stored files are damaged.

    Examples
    --------
    >>> import xhsim
    >>> found = fitting_twins(xhsim.open_study())
    >>> found is None or found.twins >= 200
    True
    """
    found = study.files.twins
    return None if found is None or stale_twins(study) else found


@checked
def stale_twins(study: FittedStudy) -> tuple[str, ...]:
    """Name what has changed in a study since its twin experiments were stored.

    Parameters
    ----------
    study : Study

    Returns
    -------
    tuple of str
        Empty if the stored experiments fit the study, or none are stored.

    Raises
    ------
    InputError
        If the stored files are damaged.

    Examples
    --------
    >>> import xhsim
    >>> stale_twins(xhsim.open_study())
    ()
    """
    found = study.files.twins
    return (
        () if found is None else twins_changes(found.fingerprint, study.files_read, found.scenario)
    )


@checked
def lights(monitoring: Monitoring, targets: Sequence[str] | None = None) -> pd.DataFrame:
    """Return the light of each target as of each date, and how often such a light was right.

    Parameters
    ----------
    monitoring : Monitoring
    targets : sequence of str, optional
        Ids; by default the plan's indicators.

    Returns
    -------
    DataFrame
        Indexed by ``published`` (None before any release) and ``target_id``, with the columns of
        `Monitoring.probabilities` and

        - ``light``: ``green``, ``amber`` or ``red``, see
          `xhsim.study.history.monitoring.MonitoringPlan.light`. None for a target that cannot be
          assessed without an unpublished base;
        - ``sure``: whether the light would be the same at both ends of the interval;
        - ``since``: the date of the first of the updates, up to this one, that have this light
          (None if it was there before any release);
        - ``year``: the last year of which twins had figures on that date. Missing if there was
          none, the study has no stored twins, or has changed since they were stored: then the
          following columns are missing, too;
        - ``alike``: the number of twins with this light for this target after that year;
        - ``missed``, ``missed_low``, ``missed_high``: the share of them that missed the target,
          with Wilson's 95 % interval;
        - ``warned``, ``false_alarm``: of all twins that missed (that met) the target, the share
          whose light was amber or red after that year.

    Examples
    --------
    >>> import xhsim
    >>> early = xhsim.open_study().monitor("2022-12", draws=64)  # before the first release
    >>> found = lights(early, ["rd_intensity"])
    >>> found["light"].iloc[0] in ("green", "amber", "red"), found["since"].iloc[0] is None
    (True, True)
    """
    import pandas as pd

    plan = monitoring.study.files.monitoring
    table = monitoring.probabilities(targets)
    has_light = [word != NOT_ASSESSABLE.en for word in table["word"]]
    low, shown, high = (
        [plan.light(share) if has else None for share, has in zip(column, has_light, strict=True)]
        for column in (table["ci_low"], table["probability"], table["ci_high"])
    )
    table["light"] = pd.Series(shown, index=table.index, dtype=object)
    table["sure"] = [
        has and one == other for has, one, other in zip(has_light, low, high, strict=True)
    ]
    since: dict[str, tuple[str | None, date | None]] = {}
    begun: list[date | None] = []
    for (published, name), light in zip(_rows(monitoring, table), table["light"], strict=True):
        if name not in since or since[name][0] != light:
            since[name] = (light, published)
        begun.append(since[name][1])
    table["since"] = pd.Series(begun, index=table.index, dtype=object)
    return pd.concat([table, _measured(monitoring, table)], axis=1)


def _rows(monitoring: Monitoring, table: pd.DataFrame) -> Iterable[tuple[date | None, str]]:
    """Yield the date and the target of each row: in an index, pandas turns None into NaN."""
    names = table.index.get_level_values("target_id")
    size = len(table) // len(monitoring.dates)
    dates = (published for published in monitoring.dates for _ in range(size))
    return zip(dates, map(str, names), strict=True)


def _measured(monitoring: Monitoring, table: pd.DataFrame) -> pd.DataFrame:
    """Return the measured columns of `lights`, for the same rows."""
    import pandas as pd

    names = ("year", "alike", "missed", "missed_low", "missed_high", "warned", "false_alarm")
    study = monitoring.study
    twins = fitting_twins(study)
    rates: dict[Any, dict[Any, Any]] = {}
    if twins is not None:
        found = light_rates(twins, study.files.monitoring, study.targets)
        rates = found.to_dict("index")
    rows: list[dict[str, Any]] = []
    for (published, name), light in zip(_rows(monitoring, table), table["light"], strict=True):
        year = None if twins is None else _year_known(published, twins.years)
        rate = rates.get((name, year))
        if rate is None or light is None:
            rows.append(dict.fromkeys(names, math.nan))
            continue
        own = {"": "missed", "_low": "missed_low", "_high": "missed_high"}
        rows.append(
            {
                "year": year,
                "alike": rate[light],
                **{column: rate[f"missed_after_{light}{end}"] for end, column in own.items()},
                "warned": rate["warned"],
                "false_alarm": rate["false_alarm"],
            }
        )
    return pd.DataFrame(rows, index=table.index, columns=list(names))


def _year_known(published: date | None, years: Sequence[int]) -> int | None:
    """Return the last year whose figures twins have at a date: they come in the January after."""
    if published is None:
        return None
    return max((year for year in years if published >= date(year + 1, 1, 31)), default=None)
