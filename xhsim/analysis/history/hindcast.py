"""Hindcasts: calibrate on earlier years only, forecast later years, and score the forecasts.

Forecasts are made from several years in turn, the origins, and with each structure of the model.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from xhsim.analysis.fitted import FittedStudy
from xhsim.analysis.history.calibrate import plan_of
from xhsim.analysis.history.forecast import PastForecast, Settings, forecast
from xhsim.analysis.history.hindcast_scores import LEVELS, QUANTILES, compare, scored, summarise
from xhsim.analysis.history.structure_weights import structure_weights
from xhsim.analysis.worlds.design import check_draws
from xhsim.arguments import checked
from xhsim.errors import InputError, did_you_mean
from xhsim.study.folder import read_study

if TYPE_CHECKING:
    import pandas as pd

    from xhsim.study.history.calibration import CalibrationPlan, Hindcast

__all__ = [
    "ONLY",
    "TOGETHER",
    "HindcastResult",
    "hindcast",
    "hindcast_plans",
    "structures_of",
]

ONLY = "model"  # the name of the structure of a study that has only one
TOGETHER = "together"  # in place of a structure's name: all of them, weighted
Chosen = TypeVar("Chosen", str, int)


@dataclass(frozen=True)
class HindcastResult:
    """Hindcasts and their scores.

    Attributes
    ----------
    table : DataFrame
        One row for each structure, origin and figure: ``structure``, ``origin``, ``series``,
        ``variable``, ``measure``, ``year`` (the last of a period), ``horizon`` (years after the
        origin), ``known`` and ``anchor`` (year and value of the last figure before; of a growth the
        year in which it begins), ``observed``, the forecast's ``p05``, ``p25``,
        ``median``, ``p75`` and ``p95``, ``pit`` (the probability of less than what was observed),
        ``inside_50``, ``inside_90``, ``log_score`` (logarithm of the density of the observed
        logarithm), and the scores ``model``, ``last_growth`` (a forecast without spread),
        ``last_growth_spread`` and ``mean_growth``: the continuous ranked probability score of the
        logarithm, in per cent. The scores of naive forecasts are missing if only one figure was
        known. If there are several structures, the rows of the structure ``together`` are for all
        of them, weighted by what was known of their forecasts at the origin.
    fans : DataFrame
        Quantiles of the forecast for every year, by ``structure``, ``origin``, ``series`` and
        ``year``. Empty if the result was stored.
    runs : DataFrame
        One row for each structure and origin: ``parameters`` calibrated with ``known`` figures,
        ``k_hat`` and ``sample_size`` of the calibration (see
        ``xhsim.analysis.history.approximation``), and ``failed`` draws, which are not
        finite and do not count.
    weights : mapping of str to float
        By structure, from all forecasts; see ``xhsim.analysis.history.structure_weights``.
    apart : tuple of str
        Series that comparisons also leave out.
    draws, seed : int
    """

    table: pd.DataFrame
    fans: pd.DataFrame
    runs: pd.DataFrame
    weights: Mapping[str, float]
    apart: tuple[str, ...]
    draws: int
    seed: int
    origins: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Collect the origins."""
        object.__setattr__(self, "origins", tuple(sorted(map(int, set(self.table["origin"])))))

    @property
    def headline(self) -> str:
        """The structure whose scores are the study's: all together, or the only one."""
        return TOGETHER if len(self.weights) > 1 else next(iter(self.weights))

    @property
    def forecasts(self) -> pd.DataFrame:
        """The rows of `table` for the headline structure."""
        return self.table[self.table["structure"] == self.headline]

    def by_series(self) -> pd.DataFrame:
        """Return shares inside the intervals and mean scores by series, and over all series.

        Returns
        -------
        DataFrame
            As `xhsim.analysis.history.hindcast_scores.summarise`.

        Examples
        --------
        >>> import xhsim
        >>> from xhsim.analysis.history.stored_hindcast import stored_hindcast
        >>> found = stored_hindcast(xhsim.open_study())
        >>> found.by_series().index[-1]
        'all'
        """
        return summarise(self.forecasts, "series")

    def by_origin(self) -> pd.DataFrame:
        """Return the same by the year of the forecast.

        Returns
        -------
        DataFrame
            As `xhsim.analysis.history.hindcast_scores.summarise`.

        Examples
        --------
        >>> import xhsim
        >>> from xhsim.analysis.history.stored_hindcast import stored_hindcast
        >>> found = stored_hindcast(xhsim.open_study())
        >>> [int(year) for year in found.by_origin().index[:-1]] == list(found.origins)
        True
        """
        return summarise(self.forecasts, "origin")

    def by_horizon(self) -> pd.DataFrame:
        """Return the same by the number of years ahead.

        Returns
        -------
        DataFrame
            As `xhsim.analysis.history.hindcast_scores.summarise`.

        Examples
        --------
        >>> import xhsim
        >>> from xhsim.analysis.history.stored_hindcast import stored_hindcast
        >>> found = stored_hindcast(xhsim.open_study())
        >>> int(found.by_horizon().index[0])
        1
        """
        return summarise(self.forecasts, "horizon")

    def by_structure(self) -> pd.DataFrame:
        """Return the same by structure of the model.

        Returns
        -------
        DataFrame
            As `xhsim.analysis.history.hindcast_scores.summarise`. Without a row for all.

        Examples
        --------
        >>> import xhsim
        >>> from xhsim.analysis.history.stored_hindcast import stored_hindcast
        >>> found = stored_hindcast(xhsim.open_study())
        >>> found.headline in found.by_structure().index
        True
        """
        return summarise(self.table, "structure", total=False)

    def comparison(self) -> pd.DataFrame:
        """Compare the scores with those of forecasts that need no model.

        Returns
        -------
        DataFrame
            As `xhsim.analysis.history.hindcast_scores.compare`, without the series ``apart``.

        Examples
        --------
        >>> import xhsim
        >>> from xhsim.analysis.history.stored_hindcast import stored_hindcast
        >>> found = stored_hindcast(xhsim.open_study())
        >>> bool(found.comparison().loc["all", "model"] > 0)
        True
        """
        return compare(self.forecasts, self.apart)


@checked
def hindcast(
    study: FittedStudy,
    *,
    origins: Sequence[int] | None = None,
    structures: Sequence[str] | None = None,
    draws: int = 4096,
    seed: int = 0,
    progress: Callable[[int], None] | None = None,
) -> HindcastResult:
    """Calibrate a study on its earlier years, forecast the later ones, and score the forecasts.

    Parameters
    ----------
    study : Study
        With a section ``hindcast:`` in its ``calibration.yaml``. Its stored posterior is not used.
    origins : sequence of int, optional
        Some of the years that the section names; by default all.
    structures : sequence of str, optional
        Some of the study's structures; by default all.
    draws : int
        Number of draws of each forecast.
    seed : int
        The same seed gives the same result on the same machine.
    progress : callable, optional
        Called with the number of forecasts finished since the last call.

    Returns
    -------
    HindcastResult

    Raises
    ------
    InputError
        If the study has no section ``hindcast:``, an origin or structure is unknown, there is
        nothing to forecast, or an optional package is not installed.

    Examples
    --------
    >>> import xhsim
    >>> found = hindcast(xhsim.open_study(), origins=[2018], draws=64)
    >>> int(found.table["year"].min())
    2019
    """
    import pandas as pd

    check_draws(draws, seed)
    left_out = study.files.left_out
    study = FittedStudy(read_study(study.files.folder, posterior=False, without=left_out))
    plan, past = hindcast_plans(study)
    known = structures_of(study)
    chosen = _chosen(origins, past.origins, "origin", plan)
    named = _chosen(structures, tuple(known), "structure", plan)
    rows: list[dict[str, Any]] = []
    fans: list[dict[str, Any]] = []
    runs: list[dict[str, Any]] = []
    for origin in chosen:
        made = {}
        for name in named:
            made[name] = forecast(study, plan, past, origin, known[name], draws=draws, seed=seed)
            runs.append(_run(name, made[name]))
            if progress:
                progress(1)
        if len(named) > 1:
            made[TOGETHER] = _together(made, _weights_then(rows, origin, named))
        for name, each in made.items():
            about = {"structure": name}
            rows += [about | row for row in scored(origin, each.figures, each.logs, seed)]
            fans += [about | row for row in _fans(each, seed)]
    table = pd.DataFrame(rows)
    apart = table[table["structure"] != TOGETHER]
    weights = structure_weights(apart, named)
    return HindcastResult(
        table, pd.DataFrame(fans), pd.DataFrame(runs), weights, past.apart, draws, seed
    )


def hindcast_plans(study: FittedStudy) -> tuple[CalibrationPlan, Hindcast]:
    """Return a study's plan of calibration and its section on hindcasts.

    Raises
    ------
    InputError
        If the study has no such section.
    """
    plan = plan_of(study)
    if plan.hindcast is None:
        raise InputError(
            "the study has no plan for a hindcast",
            file=plan.where.file,
            hint='add the section "hindcast:"; docs/file-formats.md describes it',
        )
    return plan, plan.hindcast


def structures_of(study: FittedStudy) -> Mapping[str, Settings]:
    """Return what each structure of a study's model sets, by its name."""
    known = study.structures
    if known is None:
        return {ONLY: {}}
    return {
        reading.name: {
            number: float(change.shape.levels[0]) for number, change in reading.changes.items()
        }
        for reading in known.readings
    }


def _chosen(
    wanted: Sequence[Chosen] | None, known: tuple[Chosen, ...], what: str, plan: CalibrationPlan
) -> tuple[Chosen, ...]:
    """Return what is wanted in the order of the study, or all."""
    for each in wanted or ():
        if each not in known:
            near = did_you_mean(each, list(map(str, known))) if isinstance(each, str) else None
            raise InputError(
                f"the study has no {what} {each}",
                file=plan.where.file if what == "origin" else None,
                hint=near or f"there are: {', '.join(map(str, known))}",
            )
    return known if wanted is None else tuple(each for each in known if each in wanted)


def _weights_then(
    rows: Sequence[Mapping[str, Any]], origin: int, structures: tuple[str, ...]
) -> Mapping[str, float]:
    """Return the weights known at an origin: from earlier forecasts of years up to it."""
    import pandas as pd

    names = ("structure", "year", "log_score")
    past = [row for row in rows if row["year"] <= origin and row["structure"] != TOGETHER]
    table = pd.DataFrame([[row[name] for name in names] for row in past], columns=list(names))
    return structure_weights(table, structures)


def _together(made: Mapping[str, PastForecast], weights: Mapping[str, float]) -> PastForecast:
    """Pool the draws of forecasts in proportion to weights."""
    first = next(iter(made.values()))
    least = min(len(each.logs) for each in made.values())
    counts = {name: max(1, round(weight * least)) for name, weight in weights.items()}
    fans = {
        series: (
            years,
            np.concatenate([made[name].fans[series][1][:count] for name, count in counts.items()]),
        )
        for series, (years, _) in first.fans.items()
    }
    logs = np.concatenate([made[name].logs[:count] for name, count in counts.items()])
    return PastForecast(first.origin, first.figures, logs, fans, 0, 0, np.nan, np.nan, 0)


def _run(structure: str, found: PastForecast) -> dict[str, Any]:
    return {
        "structure": structure,
        "origin": found.origin,
        "parameters": found.parameters,
        "known": found.known,
        "k_hat": found.k_hat,
        "sample_size": found.sample_size,
        "failed": found.failed,
    }


def _fans(found: PastForecast, seed: int) -> list[dict[str, Any]]:
    """Return the quantiles of a forecast's paths, with the errors of the published figures."""
    generator = np.random.default_rng((seed, 1))
    errors = {figure.row.series: figure.error for figure in reversed(found.figures)}
    rows = []
    for series, (years, logs) in found.fans.items():
        noise = errors[series] * generator.standard_normal((len(logs), 1))
        quantiles = np.exp(np.quantile(logs + noise, LEVELS, axis=0))
        for year, levels in zip(years, quantiles.T, strict=True):
            about = {"origin": found.origin, "series": series, "year": int(year)}
            rows.append(about | dict(zip(QUANTILES, map(float, levels), strict=True)))
    return rows
