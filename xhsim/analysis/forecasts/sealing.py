"""Sealing a forecast: everything that later figures are compared with, taken from an ensemble."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from xhsim import __version__
from xhsim.analysis.forecasts.published import (
    PublishedFigure,
    known_on,
    last_whole_year,
    published_figures,
    same_quantity,
    sealed_quantities,
)
from xhsim.analysis.judging.attainment import attainment_table, failed_draws, target_values
from xhsim.analysis.judging.probability import WORTH, worth_of
from xhsim.analysis.worlds.select import select_one
from xhsim.arguments import checked
from xhsim.errors import InputError
from xhsim.study.forecasts.register import check_name, read_register
from xhsim.study.forecasts.seal import FORMAT, KnownFigure, Seal, SealedQuantity, SealedTarget
from xhsim.study.input_hashes import input_hashes

if TYPE_CHECKING:
    import xarray as xr

    from xhsim.analysis.fitted import FittedStudy
    from xhsim.study.folder import StudyFiles
    from xhsim.study.history.calibration import CalibrationPlan
    from xhsim.study.history.observations import Observation
    from xhsim.study.targets import Target

__all__ = ["LEVELS", "SEALED_DRAWS", "check_day", "outputs_to_seal", "sealed"]

Array = NDArray[np.float64]
# Those of the forecast hubs (Cramer et al. 2022), dense enough for scores and both tails.
LEVELS = (0.01, 0.025, *(round(0.05 * number, 2) for number in range(1, 20)), 0.975, 0.99)
SEALED_DRAWS = 4096
NAME_OF_TODAY = "{as_of}-{scenario}"


@checked
def outputs_to_seal(files: StudyFiles) -> tuple[str, ...]:
    """Return the variables that an ensemble needs to be sealed.

    Parameters
    ----------
    files : StudyFiles

    Returns
    -------
    tuple of str

    Examples
    --------
    >>> import xhsim
    >>> "GDP" in outputs_to_seal(xhsim.open_study().files)
    True
    """
    every = [one.name for terms in sealed_quantities(files).values() for one in terms]
    return tuple(dict.fromkeys(every))


def check_day(files: StudyFiles, as_of: date, today: date) -> None:
    """Check that the study used no figure of a later year than it may know on a day.

    Parameters
    ----------
    files : StudyFiles
    as_of, today : date

    Raises
    ------
    InputError
        If the calibration uses figures of later years, or the day has not come.
    """
    if as_of > today:
        raise InputError(
            f"a forecast cannot be as of {as_of}: today is {today}", hint="give an earlier date"
        )
    plan, year = files.calibration, last_whole_year(as_of)
    if plan is not None and plan.until > year:
        raise InputError(
            f"a forecast as of {as_of} may know figures up to {year}, but the model was calibrated "
            f"on figures up to {plan.until}",
            file=plan.where.file,
            hint=f"give a later date, from {plan.until}-12-31 on",
        )


@checked
def sealed(
    study: FittedStudy,
    ensemble: xr.Dataset,
    targets: Mapping[str, Target],
    *,
    name: str | None = None,
    as_of: date | None = None,
    note: str = "",
    made: datetime | None = None,
) -> Seal:
    """Make a sealed forecast of an ensemble. It is not written.

    Parameters
    ----------
    study : Study
    ensemble : Dataset
        With the variables of `outputs_to_seal`.
    targets : mapping of str to Target
    name : str, optional
        By default the day and the scenario.
    as_of : date, optional
        The day up to which figures are known; by default that of the draws if they are
        conditional on releases, or else today.
    note : str
    made : datetime, optional
        By default now.

    Returns
    -------
    Seal

    Raises
    ------
    InputError
        If the name is taken or not possible, the model knows figures of later years, or the
        ensemble lacks a variable or knows later figures.

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> draws = study.ensemble("baseline", draws=8, outputs=outputs_to_seal(study.files))
    >>> seal = sealed(study, draws, study.targets, name="trial", note="few draws")
    >>> seal.draws, len(seal.targets) == len(study.targets)
    (8, True)
    """
    moment = made or datetime.now(UTC).replace(microsecond=0)
    told = str(ensemble.attrs.get("as_of") or "")
    day = as_of or (date.fromisoformat(told) if told else moment.date())
    check_day(study.files, day, moment.date())
    if told and date.fromisoformat(told) > day:
        raise InputError(
            f"a forecast as of {day} cannot have draws that know figures up to {told}",
            hint="give the day of the draws",
        )
    scenario = str(ensemble.attrs.get("scenario", ""))
    folder = study.files.folder
    chosen = name or NAME_OF_TODAY.format(as_of=day, scenario=scenario)
    check_name(folder, chosen)
    known = known_on(published_figures(study.files), day)
    sound = ~failed_draws(ensemble)
    return Seal(
        format=FORMAT,
        name=chosen,
        as_of=day,
        made=moment,
        scenario=scenario,
        note=note,
        draws=ensemble.sizes["draw"],
        seed=int(ensemble.attrs.get("seed", 0)),
        failed=int((~sound).sum()),
        effective_draws=_effective_draws(ensemble),
        beliefs=str(ensemble.attrs.get("beliefs", study.beliefs)),
        news=f"releases up to {told}" if told else None,
        structures=_structures(ensemble),
        xhsim=__version__,
        levels=LEVELS,
        targets=tuple(_targets(ensemble, targets, sound)),
        quantities=tuple(_quantities(study.files, ensemble, known, day, sound)),
        known=tuple(_known(study.files, known, day)),
        inputs=input_hashes(folder),
        earlier={seal.name: seal.hash for seal in read_register(folder).seals},
    )


def _effective_draws(ensemble: xr.Dataset) -> float | None:
    """Return what the draws are worth, if they are conditional on figures."""
    if WORTH not in ensemble.attrs:
        return None
    return _short(worth_of(ensemble) * ensemble.sizes["draw"])


def _structures(ensemble: xr.Dataset) -> dict[str, float]:
    if "structure" not in ensemble.coords:
        return {}
    names, counts = np.unique(ensemble["structure"].to_numpy(), return_counts=True)
    shares = counts / counts.sum()
    return {str(name): _short(share) for name, share in zip(names, shares, strict=True)}


def _known(files: StudyFiles, known: Sequence[PublishedFigure], day: date) -> Iterator[KnownFigure]:
    """Yield what was known, with rows of the same series that the model is not compared with."""
    for figure in known:
        yield _known_figure(figure.row, figure.quantity)
    series = {figure.row.series for figure in known}
    for row in files.observations:
        if not row.variable and row.series in series and row.last_year <= last_whole_year(day):
            yield _known_figure(row, "")


def _known_figure(row: Observation, variable: str) -> KnownFigure:
    return KnownFigure(
        series=row.series,
        variable=variable,
        measure=row.measure,
        kind=row.kind,
        first_year=row.first_year,
        last_year=row.last_year,
        value=row.value,
    )


def _targets(
    ensemble: xr.Dataset, targets: Mapping[str, Target], sound: NDArray[np.bool_]
) -> Iterator[SealedTarget]:
    rows = attainment_table(ensemble, targets).to_dict("index")
    for target in targets.values():
        row = rows[target.id]
        numbers = {
            key: None if np.isnan(row[key]) else _short(row[key])
            for key in ("probability", "ci_low", "ci_high")
        }
        yield SealedTarget(
            id=target.id,
            variable=str(target.variable),
            measure=target.measure.name,
            direction=target.direction,
            value=target.value,
            unit=target.unit,
            base_year=target.base_year,
            deadline=target.deadline,
            base_value=target.base_value,
            assessable=target.hangs_on is None,
            quantiles=_quantiles(target_values(ensemble, target)[sound]),
            **numbers,
        )


def _quantities(
    files: StudyFiles,
    ensemble: xr.Dataset,
    known: Sequence[PublishedFigure],
    day: date,
    sound: NDArray[np.bool_],
) -> Iterator[SealedQuantity]:
    times = ensemble["time"].to_numpy()
    last = int(times[-1])
    seed = int(ensemble.attrs.get("seed", 0))
    for number, (name, terms) in enumerate(sealed_quantities(files).items()):
        own = [each for each in known if same_quantity(each.terms) == same_quantity(terms)]
        first = max((each.row.last_year for each in own), default=last_whole_year(day)) + 1
        arrays = [select_one(ensemble, one) for one in terms]
        unit = str(arrays[0].attrs.get("units", ""))
        paths = [array.transpose("time", "draw").to_numpy()[:, sound] for array in arrays]
        levels = np.sum(paths, axis=0)
        by_year = {int(time): levels[at] for at, time in enumerate(times) if time == int(time)}
        noise = _Noise(int(sound.sum()), (seed, number))
        for year in range(first, last + 1):
            if year not in by_year:
                continue
            error = _error(files.calibration, own, "level")
            drawn = by_year[year] * np.exp(error * noise.drawn())
            yield _quantity(name, "level", year, unit, error, drawn)
            before = by_year.get(year - 1)
            if before is None or not ((before > 0).all() and (by_year[year] > 0).all()):
                continue
            error = _error(files.calibration, own, "growth")
            drawn = 100 * (by_year[year] / before - 1) + error * noise.drawn()
            yield _quantity(name, "growth", year, "%/year", error, drawn)


def _quantity(
    name: str, measure: str, year: int, unit: str, error: float, drawn: Array
) -> SealedQuantity:
    return SealedQuantity(
        variable=name,
        measure=measure,
        year=year,
        unit=unit,
        error=error,
        quantiles=_quantiles(drawn),
    )


class _Noise:
    """Standard normal numbers, evenly spread over the draws, in a random order for each use."""

    def __init__(self, draws: int, seed: tuple[int, int]) -> None:
        from scipy.special import ndtri

        self._points = np.asarray(ndtri((np.arange(draws) + 0.5) / max(draws, 1)))
        self._generator = np.random.default_rng(seed)

    def drawn(self) -> Array:
        """Return the numbers in the next order."""
        return self._generator.permutation(self._points)


def _error(plan: CalibrationPlan | None, own: Sequence[PublishedFigure], measure: str) -> float:
    """Return the error of the last figure of a quantity, or as if that were of the measure."""
    of_measure = [each.row for each in own if each.row.measure == measure]
    others = [replace(each.row, measure=measure) for each in own]
    rows = of_measure or others
    if plan is None or not rows:
        return 0.0
    try:
        return plan.error_of(max(rows, key=lambda row: row.last_year))
    except InputError:  # the plan uses no figure of this grade
        return 0.0


def _quantiles(values: Array) -> tuple[float, ...]:
    if not values.size or not np.isfinite(values).all():
        return ()
    return tuple(map(_short, np.quantile(values, LEVELS)))


def _short(value: float) -> float:
    """Round to six digits: more would only make the file larger."""
    return float(f"{value:.6g}")
