"""Calibration: estimate parameters from history, with their uncertainty."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.history.calibration import Calibration
from xhsim.analysis.history.sampling import Student, explore
from xhsim.analysis.inference.density import Density, Unknown, unknowns_of
from xhsim.analysis.inference.fingerprint import fingerprint
from xhsim.analysis.inference.observations import gather
from xhsim.arguments import checked
from xhsim.errors import InputError

if TYPE_CHECKING:
    from xhsim.analysis.fitted import FittedStudy
    from xhsim.study.history.calibration import CalibrationPlan
    from xhsim.study.names import Reference
    from xhsim.study.scenarios.scenario import Belief

__all__ = [
    "calibrate",
    "density_of",
    "density_until",
    "estimate",
    "expected_spread",
    "plan_of",
    "search",
]

Array = NDArray[np.float64]
STEP = 1e-4  # step of a coordinate, for differences
FAR = 1e6  # the distance of a run that is not finite, in standard deviations
KEPT = 1024  # rows of the posterior
WALKERS = 64  # in each ensemble, unless there are many unknowns


@checked
def calibrate(
    study: FittedStudy,
    *,
    walkers: int | None = None,
    steps: int = 8000,
    ensembles: int = 2,
    starts: int = 4,
    seed: int = 0,
    progress: Callable[[int], None] | None = None,
) -> Calibration:
    """Estimate a study's parameters from its history.

    Least squares from several starts finds the most probable point. From there, ensembles of
    walkers sample the posterior, as ``xhsim.analysis.history.sampling`` describes. They stop as
    soon as their chains agree.

    A calibration holds shocks of single years at zero. So it is not meant for figures of the years
    in which draws have them: a bad year would bend the constants. The attribute ``shocks_from`` of
    the result says whether such figures were used. ``study.monitor`` updates constants and shocks
    together.

    Parameters
    ----------
    study : Study
        With a ``calibration.yaml``.
    walkers : int, optional
        Number in each ensemble, at least twice the number of unknowns. By default 64, or more if
        there are more than 32 unknowns.
    steps : int
        The largest number of steps of each walker.
    ensembles : int
        Number of independent ensembles.
    starts : int
        Number of searches for the most probable point; the first starts at the priors' medians.
    seed : int
        The same seed gives the same result on the same machine.
    progress : callable, optional
        Called with the number of steps finished since the last call.

    Returns
    -------
    Calibration

    Raises
    ------
    InputError
        If the study has no calibration plan, an optional package is not installed, or a number is
        not valid.

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study(posterior=False)
    >>> found = calibrate(study, steps=2, ensembles=1, starts=1)  # too few but for an example
    >>> found.draws.shape, found.shocks_from
    ((128, 28), None)
    """
    plan = plan_of(study)
    density = density_of(study, runs=steps * ensembles * 2)
    found = estimate(
        density,
        plan.until,
        fingerprint(study.files, plan),
        walkers=walkers,
        steps=steps,
        ensembles=ensembles,
        starts=starts,
        seed=seed,
        progress=progress,
    )
    return replace(found, labels=study.labels, shocks_from=_shocks_from(study, density))


def _shocks_from(study: FittedStudy, density: Density) -> int | None:
    """Return the year in which the last shock of a single year begins, if later figures count."""
    shocks = [one.shock.first_year for one in study.parameters.values() if one.shock is not None]
    last = max((row.last_year for row in density.evidence.rows), default=0)
    return max(shocks) if shocks and last >= max(shocks) else None


def estimate(
    density: Density,
    until: int,
    digests: Mapping[str, str],
    *,
    walkers: int | None,
    steps: int,
    ensembles: int,
    starts: int,
    seed: int,
    progress: Callable[[int], None] | None,
) -> Calibration:
    """Find the most probable point of a density and sample it, as `calibrate` does.

    Parameters
    ----------
    density : Density
    until : int
        The last year of the density's evidence.
    digests : mapping of str to str
        Digests of the density's inputs.
    walkers, steps, ensembles, starts, seed, progress
        As for `calibrate`.

    Raises
    ------
    InputError
        If a number is not valid, or an optional package is not installed.
    """
    begun = time.perf_counter()
    count = len(density.unknowns)
    walkers = max(WALKERS, 2 * count) if walkers is None else walkers
    _check(walkers=walkers, steps=steps, ensembles=ensembles, starts=starts)
    if walkers < 2 * count:
        raise InputError(
            f"{walkers} walkers are too few for {count} unknowns",
            hint=f"use at least {2 * count}",
        )
    generator = np.random.default_rng(seed)
    costs, best = search(density, starts, generator)
    sample = explore(
        density.log_density,
        Student(best, expected_spread(density, best)),
        walkers=walkers,
        steps=steps,
        ensembles=ensembles,
        generator=generator,
        progress=progress,
    )
    flat = sample.chains.reshape(-1, count)
    chosen = generator.permutation(len(flat))[:KEPT]
    return Calibration(
        density,
        density.values(np.stack([best, best]))[0],
        costs,
        density.values(flat[chosen]),
        sample.acceptance,
        sample.r_hat,
        sample.sample_size,
        time.perf_counter() - begun,
        until,
        digests,
    )


def plan_of(study: FittedStudy) -> CalibrationPlan:
    """Return the calibration plan of a study.

    Raises
    ------
    InputError
        If the study has none.
    """
    plan = study.files.calibration
    if plan is None:
        raise InputError(
            "the study has no calibration plan",
            file=study.files.folder / "model" / "calibration.yaml",
            hint="write this file; docs/file-formats.md describes it",
        )
    return plan


def density_of(study: FittedStudy, runs: int) -> Density:
    """Return the density of a study's calibration.

    Parameters
    ----------
    study : Study
    runs : int
        Expected number of evaluations.

    Raises
    ------
    InputError
        If the study has no calibration plan.
    """
    plan = plan_of(study)
    return density_until(study, plan, plan.until, plan.parameters, plan.beliefs, runs)


def density_until(
    study: FittedStudy,
    plan: CalibrationPlan,
    until: int,
    references: Sequence[Reference],
    beliefs: Sequence[Belief],
    runs: int,
    *,
    free_levels: bool = False,
) -> Density:
    """Return the density of parameters given the observations up to a year.

    Parameters
    ----------
    study : Study
    plan : CalibrationPlan
    until : int
        The last year that is used.
    references : sequence of Reference
        The parameters to estimate.
    beliefs : sequence of Belief
        Priors that replace those of the parameters; the last one about an element counts.
    runs : int
        Expected number of evaluations.
    free_levels : bool
        Whether only growth is compared, see `Density`.
    """
    unknowns = unknowns_of(references, beliefs, study.parameters)
    unknowns += [
        Unknown(f"offset of {offset.series}", None, number, offset.prior)
        for number, offset in enumerate(plan.offsets)
    ]
    evidence = gather(study.model, plan, study.files.observations, until, free_levels=free_levels)
    held = plan.held_values(study.parameters)
    return Density(study.model, tuple(unknowns), evidence, held, runs, free_levels)


def _check(**numbers: int) -> None:
    for name, number in numbers.items():
        if isinstance(number, bool) or not isinstance(number, int) or number < 1:
            raise InputError(f"{name} must be a whole number from 1, not {number!r}")


def search(
    density: Density, starts: int, generator: np.random.Generator
) -> tuple[tuple[float, ...], Array]:
    """Find the most probable point from several starts; return all costs and the best point."""
    from scipy.optimize import least_squares

    def residuals(point: Array) -> Array:
        return np.concatenate([_misfit(density, np.stack([point, point]))[0], point])

    def slopes(point: Array) -> Array:
        return np.concatenate([_slopes(density, point), np.eye(count)])

    count = len(density.unknowns)
    found = []
    for number in range(starts):
        start = generator.standard_normal(count) if number else np.zeros(count)
        answer = least_squares(residuals, start, jac=slopes, method="trf", xtol=1e-10, ftol=1e-10)
        found.append((float(answer.cost), answer.x))
    found.sort(key=lambda pair: pair[0])
    return tuple(cost for cost, _ in found), found[0][1]


def _misfit(density: Density, points: Array) -> Array:
    """Return the residuals at points; large ones where a run is not finite."""
    return np.nan_to_num(density.residuals(points), nan=FAR, posinf=FAR, neginf=-FAR)


def _slopes(density: Density, point: Array) -> Array:
    """Return the derivatives of the residuals, shape (observations, unknowns)."""
    count = len(point)
    moved = np.concatenate([point + STEP * np.eye(count), point - STEP * np.eye(count)])
    misfit = _misfit(density, moved)
    return np.asarray((misfit[:count] - misfit[count:]).T / (2 * STEP))


def expected_spread(density: Density, best: Array) -> Array:
    """Return a square root of the covariance implied by the curvature at the best point."""
    slopes = _slopes(density, best)
    covariance = np.linalg.inv(slopes.T @ slopes + np.eye(len(best)))
    return np.asarray(np.linalg.cholesky((covariance + covariance.T) / 2), dtype=np.float64)
