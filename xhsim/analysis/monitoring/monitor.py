"""The update of a study with released figures, date by date.

The prior is the ensemble of a scenario: structures, constants given history, shocks of each year
and sector, and delivery. All of them are updated together, so that a figure can change what is
known of a structure as well as the shock of its year.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.judging.attainment import attained, failed_draws, met_in
from xhsim.analysis.judging.failures import refuse_failed_world
from xhsim.analysis.judging.probability import WORTH, chance
from xhsim.analysis.monitoring.coordinates import Coordinates
from xhsim.analysis.monitoring.counterparts import Counterparts
from xhsim.analysis.monitoring.figures import predictive_share
from xhsim.analysis.monitoring.sampler import Stage, advance, regressed
from xhsim.analysis.worlds.world import World
from xhsim.arguments import checked, described
from xhsim.engine.language.syntax import canonical
from xhsim.errors import InputError, did_you_mean
from xhsim.study.history.release_label import release_label
from xhsim.study.history.releases import parse_date
from xhsim.study.history.vintages import vintage_as_of
from xhsim.wording.likelihood import NOT_ASSESSABLE

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from xhsim.analysis.fitted import FittedStudy
    from xhsim.study.history.releases import Release
    from xhsim.study.history.vintages import NotCounted
    from xhsim.study.targets import Target
    from xhsim.wording.label import Label

__all__ = ["DRAWS", "Monitoring", "Update", "monitor", "prior_slopes", "update_world"]

Array = NDArray[np.float64]
DRAWS = 2000
RUNS = 100  # expected runs: enough to make compiling machine code worthwhile


@dataclass(frozen=True, eq=False)
class Update:
    """The draws as of a date, and what the figures of that date said.

    Attributes
    ----------
    published : date or None
        None for the draws before any release.
    counted : tuple of int
        The releases that count as of this date, by their position in `Monitoring.counterparts`.
    new : tuple of int
        Those that did not count before.
    points : ndarray, shape (draws, coordinates)
    worth : float
        Of one draw, in independent draws.
    shares : ndarray, shape (new,)
        Where each new figure lies in the forecast before it: see
        ``xhsim.analysis.monitoring.figures.predictive_share``.
    log_evidence : float
        Logarithm of the density that the forecast gave to the new figures.
    stage : Stage or None
        How the draws were moved.
    """

    published: date | None
    counted: tuple[int, ...]
    new: tuple[int, ...]
    points: Array
    worth: float
    shares: Array
    log_evidence: float
    stage: Stage | None

    def thinned(self, every: int) -> Update:
        """Return each ``every``-th draw, where all take too much room.

        What the draws have in common because the figures moved them together stays, and so does
        its share of the error of a mean. So fewer draws are each worth more.

        Parameters
        ----------
        every : int

        Returns
        -------
        Update

        Examples
        --------
        >>> whole = Update(None, (), (), np.zeros((900, 1)), 0.75, np.zeros(0), 0.0, None)
        >>> third = whole.thinned(3)
        >>> len(third.points), round(third.worth, 6)
        (300, 0.9)
        """
        points = self.points[::every]
        in_common = (1 / self.worth - 1) / len(self.points)
        return replace(self, points=points, worth=1 / (1 + len(points) * in_common))


@checked
def monitor(
    study: FittedStudy,
    *,
    as_of: date | str | None = None,
    releases: Sequence[Release] | None = None,
    scenario: str = "baseline",
    draws: int = DRAWS,
    seed: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Monitoring:
    """Update a study with the figures published up to a date.

    Parameters
    ----------
    study : Study
    as_of : date or str, optional
        As a text ``2023-06`` or ``2023-06-30``. By default the date of ``monitoring.yaml``, or of
        the last release.
    releases : sequence of Release, optional
        In place of those of the study.
    scenario : str
        The policy that is taken to have been in force when the figures arose.
    draws, seed : int, optional
        As for ``study.ensemble``, but with 2,000 draws by default.
    progress : callable, optional
        Called with the number of runs finished since the last call, each of all draws.

    Returns
    -------
    Monitoring

    Raises
    ------
    InputError
        If the study has no releases, the scenario does not exist or decides computed variables
        before the last figure, a number is not valid, or no draw can produce the figures.

    Examples
    --------
    >>> import xhsim
    >>> found = monitor(xhsim.open_study(), as_of="2022-12", draws=64)  # before the first release
    >>> found.dates, len(found.not_counted)
    ((None,), 8)
    """
    known = study.files.releases if releases is None else tuple(releases)
    plan = study.files.monitoring.with_calibration(study.files.calibration)
    if not isinstance(as_of, str | date | None):
        raise InputError(
            f'monitor: "as_of" is a date, not {described(as_of)}',
            hint=f'write "{as_of}"' if isinstance(as_of, int) else 'write it like "2023-06"',
        )
    if not known:
        raise InputError(
            "the study has no releases",
            file=study.files.folder / "model" / "releases.csv",
            hint="write this file; docs/file-formats.md describes it",
        )
    day = parse_date(as_of) if isinstance(as_of, str) else as_of or plan.default_date(known)
    assert day is not None, "there are releases"
    vintages = [
        vintage_as_of(known, each, study.files.observations, study.files.calibration)
        for each in sorted({row.published for row in known if row.published <= day} | {day})
    ]
    ever = list({id(row): row for one in vintages for row in one.counted}.values())
    place = {id(row): number for number, row in enumerate(ever)}
    dates: list[tuple[date, tuple[int, ...]]] = []
    before: tuple[int, ...] = ()
    for one in vintages:
        counted = tuple(sorted(place[id(row)] for row in one.counted))
        if counted != before:
            dates.append((one.as_of, counted))
        before = counted
    counterparts = Counterparts(tuple(ever), tuple(plan.error_of(row) for row in ever))
    world = study.world(scenario, draws, seed)
    _refuse_decided(world, counterparts)
    updates = update_world(world, counterparts, dates, seed=world.seed, progress=progress)
    return Monitoring(study, world, day, counterparts, vintages[-1].not_counted, updates)


def _refuse_decided(world: World, counterparts: Counterparts) -> None:
    """Refuse a scenario that decides variables in years with figures: they say nothing there."""
    if not counterparts.releases:
        return
    last, scenario = float(counterparts.times[-1]), world.scenario
    entries = [(path.reference, path.where, path.shape.first_change) for path in scenario.paths]
    entries += [(meet.reference, meet.where, meet.first_year - 1.0) for meet in scenario.meets]
    for reference, where, begins in entries:
        if begins < last:
            raise InputError(
                f'scenario "{scenario.name}" decides "{reference}" before the last figure '
                f"({last:g}), so that figures cannot tell what is true",
                file=where.file,
                line=where.line,
                hint="monitor its parent, and give the scenario to world_at or ensemble; or let it "
                "begin later",
            )


def update_world(
    world: World,
    counterparts: Counterparts,
    dates: Sequence[tuple[date, Sequence[int]]],
    *,
    seed: int = 0,
    slopes: Array | None = None,
    progress: Callable[[int], None] | None = None,
) -> tuple[Update, ...]:
    """Update the draws of a world with figures, date by date.

    Parameters
    ----------
    world : World
        With draws.
    counterparts : Counterparts
        Of all releases that count at any of the dates.
    dates : sequence of (date, sequence of int)
        In increasing order, with the releases that count as of each date.
    seed : int
        Of resampling and moves.
    slopes : ndarray, shape (releases, coordinates), optional
        How the counterparts of all releases depend on coordinates: see `prior_slopes`, which is
        the default.
    progress : callable, optional
        Called with the number of runs finished since the last call, each of all draws.

    Returns
    -------
    tuple of Update
        One for the draws before any release, and one for each date.

    Raises
    ------
    InputError
        If every draw fails.
    """
    assert world.design is not None, "a world at central values has nothing to update"
    coordinates = Coordinates(world.design)
    generator = np.random.default_rng((seed, 14))
    points = coordinates.points_of(world.design, generator)
    found = [Update(None, (), (), points, 1.0, np.zeros(0), 0.0, None)]
    if not dates:
        return tuple(found)
    if slopes is None:
        slopes = prior_slopes(world, counterparts, points)
    for day, counted in dates:
        last = found[-1]
        here = sorted({*last.counted, *counted})
        part = counterparts.taken(here)
        before = np.array([float(number in last.counted) for number in here])
        after = np.array([float(number in counted) for number in here])
        new = after > before

        def forward(points: Array, part: Counterparts = part) -> Array:
            return _seen(world, coordinates.design_at(points), part)

        seen = forward(last.points)[:, new]
        refuse_failed_world(world, np.full(world.draws, not np.isfinite(seen).all(axis=1).any()))
        shares = predictive_share(seen, part.figures.taken(new))
        try:
            stage = advance(
                forward,
                last.points,
                part.figures,
                before,
                after,
                generator,
                worth=last.worth,
                slopes=slopes[here],
                progress=progress,
            )
        except ValueError as problem:
            series = ", ".join(part.releases[int(n)].series for n in np.flatnonzero(new))
            raise InputError(
                f"no draw can produce the figures of {day}: {series}",
                file=part.releases[0].where.file,
                hint="check their variables and units",
            ) from problem
        found.append(
            Update(
                day,
                tuple(counted),
                tuple(int(here[n]) for n in np.flatnonzero(new)),
                stage.points,
                stage.worth,
                shares,
                stage.log_evidence,
                stage,
            )
        )
    return tuple(found)


def prior_slopes(world: World, counterparts: Counterparts, points: Array) -> Array:
    """Regress the counterparts of releases on the coordinates of draws before any release.

    Parameters
    ----------
    world : World
        With draws.
    counterparts : Counterparts
    points : ndarray, shape (draws, coordinates)

    Returns
    -------
    ndarray, shape (releases, coordinates)
        They do not depend on the values of the releases.
    """
    assert world.design is not None, "a world at central values has no coordinates"
    design = Coordinates(world.design).design_at(points)
    seen = _seen(world, design, counterparts)
    if not np.isfinite(seen).all(axis=1).any():
        return np.zeros((seen.shape[1], points.shape[1]))
    return regressed(points, seen)[0]


def _seen(world: World, design: Any, counterparts: Counterparts) -> Array:
    """Run a world's scenario on other random numbers up to the last figure."""
    if not counterparts.releases:
        return np.empty((design.draws, 0))
    times = counterparts.times
    here = world.on(design, until=float(times[-1]))
    return counterparts.of(here.run(counterparts.outputs, times=times, runs=RUNS))


@dataclass(frozen=True, eq=False)
class Monitoring:
    """A study as its figures arrive.

    Attributes
    ----------
    study : Study
    world : World
        The scenario that is taken to hold, with the draws before any release.
    as_of : date
    counterparts : Counterparts
        Of all releases that counted at any date.
    not_counted : tuple of NotCounted
        The releases that do not count as of the date, with the reason.
    updates : tuple of Update
        The first one is before any release.
    """

    study: FittedStudy
    world: World
    as_of: date
    counterparts: Counterparts
    not_counted: tuple[NotCounted, ...]
    updates: tuple[Update, ...]

    @property
    def releases(self) -> tuple[Release, ...]:
        """The releases that count as of the date."""
        return tuple(self.counterparts.releases[number] for number in self.updates[-1].counted)

    @property
    def counted(self) -> Counterparts:
        """The releases that count as of the date, with their errors."""
        return self.counterparts.taken(self.updates[-1].counted)

    @property
    def dates(self) -> tuple[date | None, ...]:
        """The date of each update; None for the draws before any release."""
        return tuple(update.published for update in self.updates)

    @cached_property
    def coordinates(self) -> Coordinates:
        """How points stand for random numbers."""
        assert self.world.design is not None
        return Coordinates(self.world.design)

    def world_at(self, number: int = -1, scenario: str | None = None, *, every: int = 1) -> World:
        """Return the draws as of a date, ready to run.

        Parameters
        ----------
        number : int
            Position of the update; by default the last one.
        scenario : str, optional
            Another scenario on the same draws.
        every : int
            Only each ``every``-th draw, see `Update.thinned`.

        Returns
        -------
        World

        Examples
        --------
        >>> import xhsim
        >>> early = xhsim.open_study().monitor("2022-12", draws=64)  # before the first release
        >>> early.world_at(scenario="plan").scenario.name
        'plan'
        """
        design = self.coordinates.design_at(self.updates[number].thinned(every).points)
        world = self.world.on(design)
        if scenario is None:
            return world
        # Another scenario has a method and a horizon of its own.
        resolved = self.study.files.resolve(scenario)
        return World.drawn(world.model, resolved, design, layers=world.layers)

    def run_at(self, points: Array, outputs: Sequence[str]) -> xr.Dataset:
        """Run the monitored scenario at other points.

        Parameters
        ----------
        points : ndarray, shape (draws, coordinates)
        outputs : sequence of str
            In addition to what releases are compared with.

        Returns
        -------
        Dataset

        Examples
        --------
        >>> import xhsim
        >>> early = xhsim.open_study().monitor("2022-12", draws=64)  # before the first release
        >>> early.run_at(early.updates[0].points[:3], ["GDP"])["gdp"].sizes["draw"]
        3
        """
        here = self.world.on(self.coordinates.design_at(points))
        names = dict.fromkeys([*map(canonical, outputs), *self.counterparts.outputs])
        return here.run(list(names), runs=RUNS)

    def ensemble(
        self,
        number: int = -1,
        *,
        scenario: str | None = None,
        every: int = 1,
        outputs: Sequence[str] | None = None,
    ) -> xr.Dataset:
        """Run the draws as of a date: an ensemble like any other.

        Parameters
        ----------
        number, scenario, every
            As for `world_at`.
        outputs : sequence of str, optional
            By default those of ``study.ensemble``.

        Returns
        -------
        Dataset
            The attribute ``draw_worth`` says what a draw is worth, and intervals count it.

        Examples
        --------
        >>> import xhsim
        >>> early = xhsim.open_study().monitor("2022-12", draws=64)  # before the first release
        >>> early.ensemble(outputs=["GDP"]).attrs["draw_worth"]
        1.0
        """
        update = self.updates[number].thinned(every)
        world = self.world_at(number, scenario, every=every)
        wanted = (*(outputs or self.study.reported), *world.rule_variables)
        result = world.run(wanted, runs=RUNS)
        if world.structures is not None:
            count = np.bincount(world.structures, minlength=len(world.structure_names))
            result["structure"].attrs["weights"] = [float(n) / world.draws for n in count]
        about = {
            "scenario": world.scenario.name,
            "draws": world.draws,
            "seed": world.seed,
            "failed": int(failed_draws(result).sum()),
            WORTH: update.worth,
            "as_of": "" if update.published is None else update.published.isoformat(),
        }
        return self.study.labelled(result, **about, beliefs=self.study.beliefs)

    @cached_property
    def ensembles(self) -> tuple[xr.Dataset, ...]:
        """The ensemble of each update, with what targets and releases need."""
        names = [*self.study.reported, *self.counterparts.outputs]
        outputs = tuple(dict.fromkeys(names))
        return tuple(self.ensemble(n, outputs=outputs) for n in range(len(self.updates)))

    def probabilities(self, targets: Sequence[str] | None = None) -> pd.DataFrame:
        """Estimate the probability of each target as of each date.

        Parameters
        ----------
        targets : sequence of str, optional
            Ids; by default the plan's indicators.

        Returns
        -------
        DataFrame
            Indexed by ``published`` (None before any release) and ``target_id``: labels, and
            ``probability``, ``ci_low``, ``ci_high``, ``word``, ``change`` since the date before,
            and ``state``: ``attained`` or ``lost`` if no draw says otherwise, else ``open``. Its
            attributes are `about`, and `released` under this name.

        Examples
        --------
        >>> import xhsim
        >>> early = xhsim.open_study().monitor("2022-12", draws=64)  # before the first release
        >>> early.probabilities(["rd_intensity"])["state"].tolist()
        ['open']
        """
        import pandas as pd

        chosen = self.targets(targets)
        rows = []
        for update, ensemble in zip(self.updates, self.ensembles, strict=True):
            met = attained(ensemble, chosen.values())
            for target in chosen.values():
                good = np.asarray(met.sel(target=target.id), dtype=bool)
                estimate = chance(int(np.count_nonzero(good)), good.size, update.worth)
                if target.hangs_on is not None:
                    estimate = estimate._replace(word=NOT_ASSESSABLE.en)
                rows.append(
                    {
                        "published": update.published,
                        "target_id": target.id,
                        **target.label.columns(),
                        **estimate._asdict(),
                        "state": "attained" if good.all() else "open" if good.any() else "lost",
                    }
                )
        table = pd.DataFrame(rows)
        table["change"] = table.groupby("target_id", sort=False)["probability"].diff()
        table = table.set_index(["published", "target_id"])
        table.attrs = self.about | {"released": self.released}
        return table

    @property
    def about(self) -> dict[Any, Any]:
        """Return what tables say about their origin, as attributes.

        Scenario, draws, seed, the date, and from which probability on a light is green or red.
        """
        plan = self.study.files.monitoring
        return {
            "scenario": self.world.scenario.name,
            "scenario_label_zh": self.world.scenario.label.zh,
            "draws": self.world.draws,
            "seed": self.world.seed,
            "as_of": self.as_of,
            "green": plan.green,
            "red": plan.red,
        }

    @property
    def released(self) -> dict[date, tuple[Label, ...]]:
        """Return what the figures are called that are new on each date."""
        return {
            update.published: tuple(
                release_label(self.counterparts.releases[number], self.study.labels)
                for number in update.new
            )
            for update in self.updates
            if update.published is not None
        }

    def targets(self, ids: Sequence[str] | None = None) -> dict[str, Target]:
        """Return targets by id.

        Parameters
        ----------
        ids : sequence of str, optional
            By default those of the plan's indicators.

        Returns
        -------
        dict of str to Target

        Raises
        ------
        InputError
            If there is no such target.

        Examples
        --------
        >>> import xhsim
        >>> early = xhsim.open_study().monitor("2022-12", draws=64)  # before the first release
        >>> list(early.targets(["rd_intensity"]))
        ['rd_intensity']
        """
        if ids is None:
            return dict(self.study.indicators)
        unknown = [name for name in ids if name not in self.study.targets]
        if unknown:
            raise InputError(
                f'unknown target "{unknown[0]}"', hint=did_you_mean(unknown[0], self.study.targets)
            )
        return {name: self.study.targets[name] for name in ids}

    def met(self, number: int, targets: Sequence[Target]) -> Array:
        """Return which draws of an update meet which targets.

        Parameters
        ----------
        number : int
            Position of the update.
        targets : sequence of Target

        Returns
        -------
        ndarray of 0 and 1, shape (draws, targets)
            A draw that failed meets none.

        Examples
        --------
        >>> import xhsim
        >>> early = xhsim.open_study().monitor("2022-12", draws=64)  # before the first release
        >>> early.met(0, list(early.targets(["rd_intensity"]).values())).shape
        (64, 1)
        """
        return met_in(self.ensembles[number], targets)

    @cached_property
    def seen(self) -> tuple[Array, ...]:
        """For each update the counterparts of all releases, shape (draws, releases)."""
        return tuple(self.counterparts.of(ensemble) for ensemble in self.ensembles)
