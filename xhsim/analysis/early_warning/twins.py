"""Twin experiments: each draw of the prior is taken as the truth in turn, and monitored.

A twin's figures are those that the study releases, made from its run with the errors of the
monitoring plan, year by year. Other draws are updated with them, as in a real monitor. So it can be
counted how often lights were right (`xhsim.analysis.early_warning.rates`), and whether intervals
hold the truth as often as they say (`xhsim.analysis.early_warning.ranks`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.inference.fingerprint import twins_fingerprint
from xhsim.analysis.judging.attainment import failed_draws, target_values
from xhsim.analysis.monitoring.coordinates import HISTORY, Coordinates
from xhsim.analysis.monitoring.counterparts import Counterparts
from xhsim.analysis.monitoring.monitor import RUNS, update_world
from xhsim.analysis.monitoring.sampler import regressed
from xhsim.analysis.worlds.design import DELAY, SHARE, SHOCK_YEARS, STRUCTURE
from xhsim.analysis.worlds.world import World
from xhsim.arguments import checked
from xhsim.engine.language.syntax import canonical
from xhsim.errors import InputError
from xhsim.study.history.comparison import unscaled
from xhsim.study.history.releases import yearly_series
from xhsim.study.history.stored_twins import StoredTwins, TwinRow
from xhsim.study.names import element_name

if TYPE_CHECKING:
    import xarray as xr

    from xhsim.analysis.fitted import FittedStudy
    from xhsim.study.history.releases import Release
    from xhsim.study.targets import Target

__all__ = ["TWINS", "TwinsSetting", "run_twins", "twins_setting"]

Array = NDArray[np.float64]
TWINS, DRAWS = 250, 256
YEARS = (2022, 2023, 2024)
COMPARED = 19  # draws that a rank is taken among: they make 20 bins
PILOT = 4096  # draws of the prior that say how figures depend on coordinates
FOLLOWED, CALIBRATED = 6, 2  # coordinates and calibrated constants whose ranks are taken


@dataclass(frozen=True, eq=False)
class TwinsSetting:
    """What all twins of a study have in common.

    Attributes
    ----------
    study : Study
    scenario : str
    counterparts : Counterparts
        Of the releases of all years; their values are not used.
    dates : tuple of (date, tuple of int)
        When the figures of each year are published, and the numbers of the releases that count.
    targets : dict of str to Target
    coordinates : Coordinates
    slopes : ndarray, shape (releases, coordinates)
    followed : dict of str to int
        Coordinates whose ranks are taken, by name.
    calibrated : dict of str to int
        Columns of the posterior whose ranks are taken, by name.
    """

    study: FittedStudy
    scenario: str
    counterparts: Counterparts
    dates: tuple[tuple[date, tuple[int, ...]], ...]
    targets: Mapping[str, Target]
    coordinates: Coordinates
    slopes: Array
    followed: Mapping[str, int]
    calibrated: Mapping[str, int]

    @property
    def outputs(self) -> tuple[str, ...]:
        """What a run must return."""
        names = [canonical(target.variable.name) for target in self.targets.values()]
        return tuple(dict.fromkeys([*names, *self.counterparts.outputs]))

    def figures_of(self, seen: Array, generator: np.random.Generator) -> Counterparts:
        """Return the releases of a twin: what its run has in their place, with drawn errors.

        Parameters
        ----------
        seen : ndarray, shape (releases,)
        generator : numpy.random.Generator
        """
        errors = np.array(self.counterparts.errors)
        values = seen + errors * generator.standard_normal(len(errors))
        releases = tuple(
            replace(
                row,
                figure=replace(row.figure, value=float(unscaled(row.figure.measure, value))),
            )
            for row, value in zip(self.counterparts.releases, values, strict=True)
        )
        return Counterparts(releases, self.counterparts.errors)


def twins_setting(
    study: FittedStudy,
    *,
    scenario: str = "baseline",
    years: Sequence[int] = YEARS,
    seed: int = 0,
    pilot: int = PILOT,
) -> TwinsSetting:
    """Prepare the twin experiments of a study.

    Parameters
    ----------
    study : Study
    scenario : str
    years : sequence of int
        Whose figures are released, each in the January after it.
    seed : int
    pilot : int
        Number of draws that say how figures depend on coordinates.

    Returns
    -------
    TwinsSetting

    Raises
    ------
    InputError
        If no release of the study is a point of a whole year, or the scenario does not exist.
    """
    kinds = yearly_series(study.files.releases)
    if not kinds:
        raise InputError(
            "no release of the study is a point of a whole year",
            file=study.files.folder / "model" / "releases.csv",
            hint="twins repeat such releases in each year; docs/file-formats.md describes them",
        )
    plan = study.files.monitoring.with_calibration(study.files.calibration)
    releases = tuple(_in_year(row, year) for year in years for row in kinds)
    counterparts = Counterparts(releases, tuple(plan.error_of(row) for row in releases))
    world = study.world(scenario, pilot, _seed_of(seed, 0))
    assert world.design is not None
    coordinates = Coordinates(world.design)
    points = coordinates.points_of(world.design, np.random.default_rng((seed, 20)))
    seen = counterparts.of(world.run(counterparts.outputs, times=counterparts.times, runs=RUNS))
    slopes = regressed(points, seen)[0]
    return TwinsSetting(
        study,
        scenario,
        counterparts,
        tuple(
            (date(year + 1, 1, 31), tuple(n for n, row in enumerate(releases) if row.year <= year))
            for year in sorted(years)
        ),
        study.indicators or dict(study.targets),
        coordinates,
        slopes,
        _followed(study, coordinates, slopes / np.array(counterparts.errors)[:, np.newaxis]),
        _calibrated(coordinates, points, seen - points @ slopes.T),
    )


def _in_year(row: Release, year: int) -> Release:
    """Return a release of another year, published in the January after it."""
    figure = replace(row.figure, first_year=year, last_year=year)
    return replace(row, figure=figure, published=date(year + 1, 1, 31), dated=f"{year + 1}-01")


def _seed_of(seed: int, number: int) -> int:
    """Return the seed of the draws that are compared with a twin (0: of the pilot)."""
    return 1_000_000 * (seed + 1) + number


def _followed(study: FittedStudy, coordinates: Coordinates, slopes: Array) -> dict[str, int]:
    """Choose the coordinates that figures say most about; slopes are in errors of the figures."""
    known = (slopes**2).sum(axis=0)
    names = _names(study, coordinates)
    order = [int(n) for n in np.argsort(-known, kind="stable") if known[n] > 0 and names[n]]
    return {names[n]: n for n in order[:FOLLOWED]}


def _calibrated(coordinates: Coordinates, points: Array, rest: Array) -> dict[str, int]:
    """Choose the calibrated constants that explain most of what coordinates do not explain."""
    posterior = coordinates.design.posterior
    if posterior is None:
        return {}
    good = np.isfinite(rest).all(axis=1)
    constants = posterior.draws[coordinates.design_at(points[good]).rows]
    both = np.corrcoef(constants, rest[good], rowvar=False)
    along = np.nan_to_num((both[: constants.shape[1], constants.shape[1] :] ** 2).max(axis=1))
    place = np.argsort(-along, kind="stable")[:CALIBRATED]
    return {element_name(*posterior.numbers[n]): int(n) for n in place}


def _names(study: FittedStudy, coordinates: Coordinates) -> list[str]:
    """Name each coordinate: a parameter or an element, with the year of a shock; or nothing."""
    found = [""] * coordinates.width
    for name, block in coordinates.blocks.items():
        if name in (STRUCTURE, HISTORY, SHARE, DELAY):
            continue
        parameter = study.parameters[name]
        own = [element_name(name, element) for element in parameter.elements or ("",)]
        if parameter.shock is not None:
            first = parameter.shock.first_year
            own = [f"{each} {first + year}" for year in range(SHOCK_YEARS) for each in own]
        found[block] = own
    return found


@checked
def run_twins(
    study: FittedStudy,
    *,
    twins: int = TWINS,
    draws: int = DRAWS,
    seed: int = 0,
    scenario: str = "baseline",
    begun: StoredTwins | None = None,
    setting: TwinsSetting | None = None,
) -> Iterator[StoredTwins]:
    """Make twin experiments, one after the other.

    Parameters
    ----------
    study : Study
    twins : int
        Number of twins.
    draws : int
        Number of draws that are updated with the figures of a twin.
    seed : int
        Each twin depends on it and on the twin's number only: more twins begin with the same ones.
    scenario : str
    begun : StoredTwins, optional
        Twins that exist. They are kept if they were made in the same way from the same inputs.
    setting : TwinsSetting, optional
        In place of `twins_setting`.

    Yields
    ------
    StoredTwins
        After each twin, all twins so far.

    Raises
    ------
    InputError
        As for `twins_setting`.

    Examples
    --------
    >>> import xhsim
    >>> all_of_them = run_twins(xhsim.open_study(), twins=2, draws=64)  # nothing runs yet
    """
    setting = setting or twins_setting(study, scenario=scenario, seed=seed)
    years = tuple(day.year - 1 for day, _ in setting.dates)
    series = tuple(dict.fromkeys(row.series for row in setting.counterparts.releases))
    fingerprint = twins_fingerprint(study.files_read, scenario)
    about = (years, series, scenario, draws, seed, COMPARED)
    rows: list[TwinRow] = []
    worths: list[tuple[float, ...]] = []
    if begun is not None and (_about(begun), begun.fingerprint) == (about, fingerprint):
        rows = [row for row in begun.rows if row.twin < twins]
        worths = [begun.worth] * len({row.twin for row in rows})
    done = {row.twin for row in rows}
    truth = study.world(scenario, twins, seed, scheme="independent")
    assert truth.design is not None
    points = setting.coordinates.points_of(truth.design, np.random.default_rng((seed, 21)))
    run = truth.run(setting.outputs, runs=RUNS)
    seen = setting.counterparts.of(run)
    sound = np.isfinite(seen).all(axis=1) & ~failed_draws(run)
    for twin in range(twins):
        if twin not in done and sound[twin]:
            true = run.isel(draw=[twin])
            found, worth = _monitored(setting, twin, true, points[twin], seen[twin], draws, seed)
            rows += found
            worths.append(worth)
        mean = tuple(np.mean(worths, axis=0).round(4).tolist()) if worths else ()
        yield StoredTwins(tuple(rows), *about, mean, fingerprint)


def _about(twins: StoredTwins) -> tuple[object, ...]:
    return (
        *(twins.years, twins.series, twins.scenario, twins.draws, twins.seed),
        twins.compared,
    )


def _monitored(
    setting: TwinsSetting,
    twin: int,
    true: xr.Dataset,
    true_point: Array,
    seen: Array,
    draws: int,
    seed: int,
) -> tuple[list[TwinRow], tuple[float, ...]]:
    """Monitor one twin; return its rows, and what draws are worth as of each year."""
    generator = np.random.default_rng((seed, 22, twin))
    own = setting.figures_of(seen, generator)
    world = setting.study.world(setting.scenario, draws, _seed_of(seed, 1 + twin))
    updates = update_world(
        world, own, setting.dates, seed=_seed_of(seed, 1 + twin), slopes=setting.slopes
    )[1:]
    values: list[Array] = []
    for update in updates:
        here = World.drawn(
            world.model,
            world.scenario,
            setting.coordinates.design_at(update.points),
            layers=world.layers,
            method=world.method,
            until=world.until,
        )
        run = here.run(setting.outputs, runs=RUNS)
        good = ~failed_draws(run)
        values.append(
            np.array([target_values(run, target)[good] for target in setting.targets.values()])
        )
    rows = []
    for place, (name, target) in enumerate(setting.targets.items()):
        truth = float(target_values(true, target)[0])
        rank, share = _rank(truth, values[-1][place], generator)
        met = bool(target.is_met_by(np.array([truth]))[0])
        shares = tuple(float(np.mean(target.is_met_by(each[place]))) for each in values)
        rows.append(TwinRow(twin, name, met, rank, share, shares))
    points = updates[-1].points
    for name, column in setting.followed.items():
        rank, share = _rank(float(true_point[column]), points[:, column], generator)
        rows.append(TwinRow(twin, name, None, rank, share, ()))
    posterior = setting.coordinates.design.posterior
    if posterior is not None:
        true_row = setting.coordinates.design_at(true_point[np.newaxis]).rows[0]
        known = setting.coordinates.design_at(points).rows
        for name, column in setting.calibrated.items():
            constant = posterior.draws[:, column]
            rank, share = _rank(float(constant[true_row]), constant[known], generator)
            rows.append(TwinRow(twin, name, None, rank, share, ()))
    return rows, tuple(update.worth for update in updates)


def _rank(truth: float, draws: Array, generator: np.random.Generator) -> tuple[int, float]:
    """Return how many of `COMPARED` draws lie below the truth, and the share of all that do.

    Draws that equal the truth lie below it with a probability of a half.
    """
    below = (draws < truth) + 0.5 * (draws == truth)
    some = generator.permutation(len(draws))[:COMPARED]
    ties = generator.random(len(some)) < below[some]
    return int(ties.sum()), round(float(below.mean()), 4)
