"""Finding a front: the search on common draws, and the judgement of its packages on fresh ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.blocks import writing_alone
from xhsim.analysis.fronts.archive import FrontArchive, read_front
from xhsim.analysis.fronts.candidates import Array
from xhsim.analysis.fronts.front import (
    MONEY,
    FrontMember,
    FrontObjective,
    FrontScenario,
    PolicyFront,
)
from xhsim.analysis.fronts.judged import (
    FrontValue,
    MarginalGain,
    contributions,
    hold,
    judged,
    marginal_gains,
    spread_out,
)
from xhsim.analysis.fronts.packages import PackageProblem, last_levels
from xhsim.analysis.fronts.question import FrontQuestion
from xhsim.analysis.fronts.seeds import Effort, Searched, search
from xhsim.analysis.judging.failures import refuse_failed_worlds
from xhsim.analysis.packages.limits import LeverLimit
from xhsim.analysis.policies.levers import Lever
from xhsim.analysis.policies.objectives import Margins, Objective, margins_in
from xhsim.analysis.policies.package_runs import RUNS, YEARS, PackageRuns
from xhsim.analysis.worlds.design import check_draws
from xhsim.analysis.worlds.world import side_by_side
from xhsim.arguments import checked
from xhsim.errors import InputError
from xhsim.study.names import parse_reference

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["find_front", "settable"]

FRESH_DRAWS = 4096  # on which packages are judged
FRESH_SEED = 1000  # added to the seed of the search
MEMBERS = 25  # packages that are judged again and shown
STILL = 0.01  # share of a lever's range by which it must move to count as moved
STRETCHES = 8  # of the front, for what a unit of money buys


@checked
def find_front(
    asked: FrontQuestion,
    effort: Effort | None = None,
    *,
    members: int = MEMBERS,
    fresh_draws: int = FRESH_DRAWS,
    out: Path | None = None,
    progress: Callable[[int], None] | None = None,
) -> PolicyFront:
    """Search for a front, and judge its packages on fresh draws.

    Parameters
    ----------
    asked : FrontQuestion
        From `front_question`.
    effort : Effort, optional
        How much is searched; by default three seeds with 20 generations of 100 packages.
    members : int
        How many packages of the front are judged again and returned.
    fresh_draws : int
        On how many draws they are judged, which the search has not used.
    out : Path, optional
        A folder in which each generation and the front are kept. A search that was stopped
        continues there, from the scenarios it started from, whatever others the study has now. A
        finished one is read, or continues if more generations are asked for.
    progress : callable, optional
        Called with the number of packages that have just been tried.

    Returns
    -------
    PolicyFront

    Raises
    ------
    InputError
        If no package keeps to the limits, every draw of a scenario fails, or the folder contains
        something else.

    Examples
    --------
    >>> import xhsim
    >>> from xhsim.analysis.fronts.question import front_question
    >>> find_front(front_question(xhsim.open_study()), members=1)
    Traceback (most recent call last):
    xhsim.errors.InputError: a front needs 2 packages or more, not 1
    """
    effort = effort or Effort()
    if members < 2:
        raise InputError(f"a front needs 2 packages or more, not {members}")
    check_draws(fresh_draws, asked.seed)
    extent = {**vars(effort), "members": members, "fresh_draws": int(fresh_draws)}
    if out is None:
        return _found(asked, effort, extent, None, progress)
    archive = FrontArchive(out)
    archive.check_free()
    if archive.exists:
        asked = asked.starting_from(archive.identity().get("starts from"))
    identity = {**asked.identity(), "population": effort.population}
    with writing_alone(out):
        archive.begin(identity)
        if archive.is_finished:
            front = read_front(out)
            if all(front.made[key] == value for key, value in extent.items()):
                return front
        front = _found(asked, effort, extent, archive, progress)
        archive.finish(front.as_record())
    return front


def _found(
    asked: FrontQuestion,
    effort: Effort,
    extent: Mapping[str, int],
    archive: FrontArchive | None,
    progress: Callable[[int], None] | None,
) -> PolicyFront:
    runs = asked.runs(asked.draws, asked.seed)
    problem = PackageProblem(runs, asked.objectives, asked.limits, asked.lever_limits)
    known = last_levels(asked.study, asked.levers, asked.starts)
    if _in_parent_alone(asked):
        _scenarios_run(asked, runs, known)  # one in which every draw fails is refused, before all
    ends = np.array([[levels[str(lever)] for lever in asked.levers] for levels in known.values()])
    searched = search(problem, effort, added=runs.points(ends), archive=archive, progress=progress)
    if not len(searched.best):
        raise InputError(
            "no package that keeps to the limits was found",
            hint="loosen a limit, or search longer (generations, seeds)",
        )
    return _judged(asked, problem, searched, extent, known)


def _judged(
    asked: FrontQuestion,
    problem: PackageProblem,
    searched: Searched,
    extent: Mapping[str, int],
    known: Mapping[str, Mapping[str, float]],
) -> PolicyFront:
    """Judge packages of the front, and the study's scenarios, on fresh draws."""
    best = searched.best.take(spread_out(searched.best.costs, extent["members"]))
    levels = settable(problem.runs.levels(best.points), asked.levers, asked.lever_limits)
    # Counted, so that the values can be compared with those on fresh draws.
    before = problem.runs.values(problem.runs.points(levels), asked.objectives)
    seed = asked.seed + FRESH_SEED
    fresh = asked.runs(extent["fresh_draws"], seed, problem.runs.spreads)
    margins = fresh.margins(fresh.points(levels))
    draws = [contributions(margins, objective) for objective in asked.objectives]
    values = _values(draws, asked.objectives)
    signs = [objective.sign for objective in asked.objectives]
    points = np.array([[value.value for value in row] for row in values])
    kept = hold(points, signs)
    starts = {str(lever): lever.start for lever in asked.levers}
    found = tuple(
        FrontMember(
            {
                str(lever): float(level)
                for lever, level in zip(asked.levers, row, strict=True)
                if level != lever.start
            },
            tuple(map(float, value)),
            of_package,
            bool(holds),
        )
        for row, value, of_package, holds in zip(
            levels, _worst(before, signs), values, kept, strict=True
        )
    )
    return PolicyFront(
        objectives=tuple(
            FrontObjective(
                text, each.label, each.unit, each.is_probability, each.direction == "maximise"
            )
            for text, each in zip(asked.texts, asked.objectives, strict=True)
        ),
        members=found,
        scenarios=_scenarios(asked, fresh, known, points * signs),
        shares=searched.shares,
        gains=_gains(asked, draws, points, kept),
        levers={str(lever): (lever.low, lever.high) for lever in asked.levers},
        starts=starts,
        labels={
            str(lever): asked.study.labels.reference(parse_reference(str(lever)))
            for lever in asked.levers
        },
        made={
            "scenario": asked.scenario,
            "under": list(asked.under),
            "starts_from": list(asked.starts),
            "limits": {str(limit.objective): limit.value for limit in asked.limits},
            "lever_limits": [
                f"{limit.label.en}: {limit.most:g}" if limit.most else limit.label.en
                for limit in asked.lever_limits
            ],
            "draws": asked.draws,
            "seed": asked.seed,
            "fresh_seed": seed,
            **extent,
            "tried": searched.tried,
            "years": list(YEARS),
            "beliefs": asked.study.beliefs,
            "money_unit": _money_unit(asked),
        },
    )


def settable(levels: Array, levers: Sequence[Lever], limits: Sequence[LeverLimit] = ()) -> Array:
    """Round levels to what a policy can set: two decimals, or three below 1/2.

    A lever that moves by less than a hundredth of its range does not move, unless a limit would be
    broken. Spending is rounded down, so that no package costs more than it may, but not below the
    lever's lowest level.

    Examples
    --------
    >>> lever = Lever("a", "", low=0.0, high=2.0, start=0.5, is_money=True)
    >>> settable(np.array([[1.239, 0.1239, 0.509]]), [lever] * 3).tolist()
    [[1.23, 0.123, 0.5]]
    """
    scale = np.where(np.abs(levels) < 0.5, 1000.0, 100.0)
    is_money = np.array([lever.is_money for lever in levers])
    slack = 1e-9  # 0.29 * 100 is a little less than 29
    down, near = np.floor(levels * scale + slack) / scale, np.round(levels * scale) / scale
    low, high, start = (
        np.array([getattr(lever, name) for lever in levers]) for name in ("low", "high", "start")
    )
    rounded = np.maximum(np.where(is_money, down, near), low)
    still = (np.abs(levels - start) < STILL * (high - low)) & (low <= start) & (start <= high)
    still &= ~is_money | (levels >= start)
    simple = np.where(still, start, rounded)
    kept = np.ones(len(levels), dtype=bool)
    for limit in limits:
        kept &= limit.reached(simple) <= limit.most + slack
    return np.asarray(np.where(kept[:, np.newaxis], simple, rounded))


def _worst(values: Array, signs: Sequence[int]) -> Array:
    """Return values in the worst scenario, shape ``(packages, objectives)``."""
    signed = values * np.array(signs)[:, np.newaxis, np.newaxis]
    return np.asarray((signed.min(axis=1).T) * signs)


def _money_unit(asked: FrontQuestion) -> str:
    """Return the unit of spending as written in the study; empty if no lever is spending."""
    names = [lever.name for lever in asked.levers if lever.is_money]
    return asked.study.parameters[names[0]].unit if names else ""


def _values(
    draws: Sequence[Array], objectives: Sequence[Objective]
) -> list[tuple[FrontValue, ...]]:
    """Return the values of each package from what its draws contribute to each objective."""
    return [
        tuple(judged(row, objective) for row, objective in zip(of_package, objectives, strict=True))
        for of_package in zip(*draws, strict=True)
    ]


def _scenarios(
    asked: FrontQuestion,
    fresh: PackageRuns,
    known: Mapping[str, Mapping[str, float]],
    best: Array,
) -> tuple[FrontScenario, ...]:
    """Judge the study's scenarios, if packages run in their parent alone."""
    if not _in_parent_alone(asked):
        return ()
    run = _scenarios_run(asked, fresh, known)
    money = [
        sum(levels[str(lever)] for lever in asked.levers if lever.is_money)
        for levels in known.values()
    ]
    margins = Margins(
        margins_in(run, fresh.targets, fresh.draws)[np.newaxis],
        tuple(target.id for target in fresh.targets),
        fresh.spreads,
        np.array(money),
    )
    draws = [contributions(margins, objective) for objective in asked.objectives]
    signs = np.array([objective.sign for objective in asked.objectives])
    found = []
    for name, values in zip(known, _values(draws, asked.objectives), strict=True):
        here = np.array([value.value for value in values]) * signs
        beaten = (best >= here).all(axis=1) & (best > here).any(axis=1)
        label = asked.study.scenarios[name].label
        found.append(FrontScenario(name, label, values, bool(beaten.any())))
    return tuple(found)


def _in_parent_alone(asked: FrontQuestion) -> bool:
    return not asked.under or tuple(asked.under) == (asked.scenario,)


def _scenarios_run(asked: FrontQuestion, runs: PackageRuns, names: Iterable[str]) -> xr.Dataset:
    """Run scenarios side by side on the draws of packages."""
    outputs = list(dict.fromkeys(target.variable.name for target in runs.targets))
    # With the same inputs as packages: one compiled form serves them all.
    movable = list(dict.fromkeys([*asked.study.movable, *(lever.name for lever in asked.levers)]))
    worlds = [asked.study.world(name, runs.draws, runs.seed).with_paths(movable) for name in names]
    run = side_by_side(worlds).run(outputs, runs=RUNS)
    refuse_failed_worlds(worlds, run)
    return run


def _gains(
    asked: FrontQuestion, draws: Sequence[Array], points: Array, kept: NDArray[np.bool_]
) -> dict[str, tuple[MarginalGain, ...]]:
    """Compute what a unit of money buys, along the packages that hold."""
    if MONEY not in asked.texts:
        return {}
    column = asked.texts.index(MONEY)
    order = np.flatnonzero(kept)[np.argsort(points[kept, column], kind="stable")]
    return {
        text: marginal_gains(points[order, column], each[order], STRETCHES)
        for text, each in zip(asked.texts, draws, strict=True)
        if text != MONEY
    }
