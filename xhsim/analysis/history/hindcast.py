"""Hindcast: calibrate on earlier years only, forecast later years, and score the forecasts.

Each forecast starts from the last known figure: its logarithm plus the model's growth since then,
with the errors of both observations. The naive forecasts start there, too. So neither is penalised
for levels on which published figures disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.evidence.density import unknowns_of
from xhsim.analysis.evidence.fingerprint import hindcast_fingerprint
from xhsim.analysis.evidence.observations import gather
from xhsim.analysis.fitted import FittedStudy
from xhsim.analysis.history.calibrate import density_until, estimate, plan_of
from xhsim.analysis.history.calibration import Calibration
from xhsim.analysis.history.naive_forecasts import last_growth, mean_growth
from xhsim.analysis.history.scores import crps_of_draws, crps_of_normal
from xhsim.analysis.worlds.design import check_draws, make_design
from xhsim.analysis.worlds.world import World
from xhsim.engine.paths import Path
from xhsim.errors import InputError
from xhsim.study.folder import StudyFiles, read_study
from xhsim.study.scenarios.scenario import Scenario
from xhsim.wording.label import Label

if TYPE_CHECKING:
    import pandas as pd

    from xhsim.study.history.calibration import CalibrationPlan, Hindcast
    from xhsim.study.history.observations import Observation
    from xhsim.study.parameters.posterior import Posterior
    from xhsim.study.parameters.priors import Shock

__all__ = ["HeldOutFigure", "HindcastResult", "hindcast", "targets_of"]

Array = NDArray[np.float64]
NAME = "hindcast"
SCORES = ["model", "last_growth", "last_growth_spread", "mean_growth"]
LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
NAMES = ("p05", "p25", "median", "p75", "p95")


@dataclass(frozen=True)
class HeldOutFigure:
    """An observation to forecast, and the earlier figures of its series.

    Attributes
    ----------
    row, anchor : Observation
        The observation to forecast, and the last figure known before.
    error : float
        Standard deviation of the logarithm of their ratio, from the errors of both figures.
    years, logs : tuple
        All figures known of the series, for the naive forecasts.
    """

    row: Observation
    anchor: Observation
    error: float
    years: tuple[int, ...]
    logs: tuple[float, ...]


@dataclass(frozen=True)
class HindcastResult:
    """A hindcast and its scores.

    Attributes
    ----------
    calibration : Calibration
        The calibration on the known years.
    table : DataFrame
        One row for each observation: ``series``, ``variable``, ``year``, ``known`` and ``anchor``
        (year and value of the last figure before), ``observed``, the forecast's ``p05``, ``p25``,
        ``median``, ``p75``, ``p95``, ``inside_50``, ``inside_90``, and the scores ``model``,
        ``last_growth`` (a forecast without spread), ``last_growth_spread`` and ``mean_growth``: the
        continuous ranked probability score of the logarithm, in per cent. The scores of naive
        forecasts are missing if only one figure was known.
    fans : DataFrame
        Quantiles of the forecast for every year, by ``series`` and ``year``.
    draws, seed, failed : int
        Number of draws, seed, and number of failed draws, which are not finite and do not count.
    """

    calibration: Calibration
    table: pd.DataFrame
    fans: pd.DataFrame
    draws: int
    seed: int
    failed: int

    def by_series(self) -> pd.DataFrame:
        """Return mean scores by series, and over all series.

        Returns
        -------
        DataFrame
            Indexed by series and ``all``: ``observations``, the shares ``inside_50`` and
            ``inside_90``, and the mean scores. Scores count only the observations that every
            method can forecast, if there are any; the shares count all.

        Examples
        --------
        >>> import xhsim
        >>> study = xhsim.open_study(posterior=False)
        >>> found = study.hindcast(draws=64, steps=2, ensembles=1, starts=1)  # too few
        >>> int(found.by_series().loc["all", "observations"])
        17
        """
        import pandas as pd

        groups = dict(iter(self.table.groupby("series", sort=False)))
        rows = {series: _summary(group) for series, group in groups.items()}
        return pd.DataFrame.from_dict(rows | {"all": _summary(self.table)}, orient="index")


def _summary(group: pd.DataFrame) -> dict[str, float]:
    compared = group.dropna(subset=SCORES)
    chosen = compared if len(compared) else group
    return {
        "observations": len(group),
        "compared": len(compared),
        "inside_50": float(group["inside_50"].mean()),
        "inside_90": float(group["inside_90"].mean()),
        **{name: float(chosen[name].mean()) for name in SCORES},
    }


def hindcast(
    study: FittedStudy,
    *,
    draws: int = 4096,
    walkers: int = 64,
    steps: int = 3000,
    ensembles: int = 2,
    starts: int = 4,
    seed: int = 0,
    progress: Callable[[int], None] | None = None,
) -> HindcastResult:
    """Calibrate a study on its earlier years, forecast the later ones, and score the forecasts.

    Parameters
    ----------
    study : Study
        With a section ``hindcast:`` in its ``calibration.yaml``. Its stored posterior is not used.
    draws : int
        Number of draws of the forecast.
    walkers, steps, ensembles, starts, seed, progress
        As for `xhsim.analysis.history.calibrate.calibrate`.

    Returns
    -------
    HindcastResult

    Raises
    ------
    InputError
        If the study has no section ``hindcast:``, or there is nothing to forecast.

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study(posterior=False)
    >>> found = hindcast(study, draws=64, steps=2, ensembles=1, starts=1)  # too few
    >>> len(found.table), int(found.table["year"].min())
    (17, 2019)
    """
    check_draws(draws, seed)
    study = FittedStudy(read_study(study.files.folder, posterior=False))
    plan, past = _plans(study)
    density = density_until(
        study,
        plan,
        past.until,
        past.parameters,
        (*plan.beliefs, *past.beliefs),
        runs=steps * ensembles * 2,
        free_levels=True,
    )
    found = estimate(
        density,
        past.until,
        hindcast_fingerprint(study.files, plan, past),
        walkers=walkers,
        steps=steps,
        ensembles=ensembles,
        starts=starts,
        seed=seed,
        progress=progress,
    )
    files = _as_it_was(study.files, plan, past, found.posterior(past.where))
    targets = targets_of(plan, past, study.files.observations)
    world = World.drawn(study.model, files.resolve(NAME), make_design(files, draws, seed))
    forgotten = {
        name: _shifted(world.values[name], world.scenario.settings[name].shock, deviation)
        for name, deviation in past.unknown.items()
    }
    years, logs = _logs(world.with_values(forgotten), plan, targets)
    good = np.isfinite(logs).all(axis=(1, 2))
    table, fans = _scored(targets, years, logs[good], np.random.default_rng((seed, 1)))
    return HindcastResult(found, table, fans, draws, seed, int((~good).sum()))


def _plans(study: FittedStudy) -> tuple[CalibrationPlan, Hindcast]:
    plan = plan_of(study)
    if plan.hindcast is None:
        raise InputError(
            "the study has no plan for a hindcast",
            file=plan.where.file,
            hint='add the section "hindcast:"; docs/file-formats.md describes it',
        )
    return plan, plan.hindcast


def targets_of(
    plan: CalibrationPlan, past: Hindcast, observations: Sequence[Observation]
) -> list[HeldOutFigure]:
    """List the observations that can be forecast: later ones of series with an earlier figure.

    Parameters
    ----------
    plan : CalibrationPlan
    past : Hindcast
    observations : sequence of Observation

    Returns
    -------
    list of HeldOutFigure
        One for each series and year. Of two figures for one year, the first is forecast; the last
        is the one known.

    Raises
    ------
    InputError
        If there is no such observation.
    """
    found: dict[tuple[str, int], HeldOutFigure] = {}
    used = [row for row in plan.used(observations) if row.is_figure]
    for row in used:
        known = [other for other in used if other.series == row.series]
        before = [other for other in known if other.first_year <= past.until]
        if row.first_year <= past.until or not before or (row.series, row.first_year) in found:
            continue
        anchor = sorted(before, key=lambda other: other.first_year)[-1]
        years, logs = _seen(observations, row.series, past.until)
        error = float(np.hypot(plan.error_of(row), plan.error_of(anchor)))
        found[row.series, row.first_year] = HeldOutFigure(row, anchor, error, years, logs)
    if not found:
        raise InputError(
            f"no series has figures both up to {past.until} and after it",
            file=plan.where.file,
            hint="choose another year for hindcast: {until: ...}",
        )
    return list(found.values())


def _seen(
    observations: Sequence[Observation], series: str, until: int
) -> tuple[tuple[int, ...], tuple[float, ...]]:
    """Return the known figures of a series; of two figures for one year, the last."""
    values = {
        row.first_year: float(np.log(row.value))
        for row in observations
        if row.series == series and row.is_figure and row.last_year <= until and row.value > 0
    }
    years = tuple(sorted(values))
    return years, tuple(values[year] for year in years)


def _as_it_was(
    files: StudyFiles, plan: CalibrationPlan, past: Hindcast, posterior: Posterior
) -> StudyFiles:
    """Return the study as of the hindcast's last year: shocks begin earlier, priors are wider."""
    parameters = {
        name: replace(p, shock=replace(p.shock, first_year=past.until + 1)) if p.shock else p
        for name, p in files.parameters.items()
    }
    beliefs = (*plan.beliefs, *past.beliefs)
    for doubt in unknowns_of([belief.reference for belief in beliefs], beliefs, parameters):
        assert doubt.parameter is not None  # only offsets have none
        parameter = parameters[doubt.parameter.name]
        elements = parameter.elements
        element = elements[doubt.element] if elements else ""
        if posterior.has(parameter.name, element):
            continue
        own = parameter.prior if isinstance(parameter.prior, Mapping) else {}
        prior = {**own, element: doubt.prior} if elements else doubt.prior
        parameters[parameter.name] = replace(parameter, prior=prior)
    scenario = Scenario(NAME, Label(NAME, NAME), "", None, (), (), None, past.where)
    return replace(
        files,
        parameters=MappingProxyType(parameters),
        scenarios=MappingProxyType({NAME: scenario}),
        posterior=posterior,
    )


def _shifted(path: Path, shock: Shock | None, deviation: Mapping[float, float]) -> Path:
    """Add to the yearly shocks of a parameter what was not known at the time."""
    assert shock is not None  # the plan names only parameters with a shock
    years = sorted(deviation)
    at_knots = shock.years_of(len(path.times))
    shift = np.interp(at_knots, years, [deviation[year] for year in years])
    values = path.values + shift.reshape(-1, *[1] * (path.values.ndim - 1))
    return Path.steps(path.times, values) if shock.over_year else Path(path.times, values)


def _logs(
    world: World, plan: CalibrationPlan, targets: Sequence[HeldOutFigure]
) -> tuple[Array, Array]:
    """Run the model; return the years, and logarithms of shape (draws, targets, years)."""
    rows = [target.row for target in targets]
    first = min(target.anchor.first_year for target in targets)
    last = max(row.first_year for row in rows)
    years = np.arange(first, last + 1.0)
    evidence = gather(world.model, plan, rows, last)
    run = world.run(evidence.outputs, times=years)
    with np.errstate(all="ignore"):
        series = [
            np.log(run[name].values.reshape(*run[name].shape[:2], -1)[:, :, element])
            for name, _, element in evidence.places
        ]
    return years, np.stack(series, axis=1)


def _scored(
    targets: Sequence[HeldOutFigure], years: Array, logs: Array, generator: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Turn paths into forecasts from the last known figures, and score them."""
    import pandas as pd

    rows, fans = [], []
    shown: set[str] = set()
    for number, target in enumerate(targets):
        known = target.anchor.first_year
        noise = target.error * generator.standard_normal(len(logs))
        ahead = logs[:, number, years >= known]
        paths = np.log(target.anchor.value) + ahead - ahead[:, :1] + noise[:, np.newaxis]
        rows.append(_row(target, paths[:, target.row.first_year - known]))
        if target.row.series in shown:
            continue
        shown.add(target.row.series)
        quantiles = np.exp(np.quantile(paths[:, 1:], LEVELS, axis=0))
        for year, levels in zip(years[years > known], quantiles.T, strict=True):
            named = dict(zip(NAMES, levels, strict=True))
            fans.append({"series": target.row.series, "year": int(year), **named})
    return pd.DataFrame(rows), pd.DataFrame(fans)


def _row(target: HeldOutFigure, forecast: Array) -> dict[str, Any]:
    seen, year = float(np.log(target.row.value)), target.row.first_year
    quantiles = np.quantile(forecast, LEVELS)
    p05, p25, _, p75, p95 = quantiles
    scores = {"model": float(crps_of_draws(forecast, seen))} | dict.fromkeys(SCORES[1:], np.nan)
    if len(target.years) > 1:
        last = last_growth(target.years, target.logs, year)
        mean = mean_growth(target.years, target.logs, year)
        scores["last_growth"] = abs(seen - last.mean)
        scores["last_growth_spread"] = float(crps_of_normal(last.mean, last.deviation, seen))
        scores["mean_growth"] = float(crps_of_normal(mean.mean, mean.deviation, seen))
    return {
        "series": target.row.series,
        "variable": target.row.variable,
        "year": year,
        "known": target.anchor.first_year,
        "anchor": target.anchor.value,
        "observed": target.row.value,
        **dict(zip(NAMES, np.exp(quantiles), strict=True)),
        "inside_50": bool(p25 <= seen <= p75),
        "inside_90": bool(p05 <= seen <= p95),
        **{name: 100 * score for name, score in scores.items()},
    }
