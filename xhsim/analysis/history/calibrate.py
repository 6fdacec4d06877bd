"""Calibration: estimate parameters from history, with their uncertainty."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.evidence.density import Density, Unknown, unknowns_of
from xhsim.analysis.evidence.fingerprint import fingerprint
from xhsim.analysis.evidence.observations import gather
from xhsim.analysis.history.calibration import Calibration
from xhsim.errors import InputError

if TYPE_CHECKING:
    from xhsim.analysis.fitted import FittedStudy
    from xhsim.study.history.calibration import CalibrationPlan
    from xhsim.study.names import Reference
    from xhsim.study.scenarios.scenario import Belief

__all__ = ["calibrate", "density_of", "density_until", "estimate", "plan_of"]

Array = NDArray[np.float64]
STEP = 1e-4  # step of a coordinate, for differences
SPREAD = 1.2  # initial spread of the walkers, as a multiple of the expected one
KEPT = 1024  # rows of the posterior
OPTIONAL = 'pip install "xhsim[calibrate]"'


def calibrate(
    study: FittedStudy,
    *,
    walkers: int = 64,
    steps: int = 6000,
    ensembles: int = 2,
    starts: int = 4,
    seed: int = 0,
    progress: Callable[[int], None] | None = None,
) -> Calibration:
    """Estimate a study's parameters from its history.

    Least squares from several starts finds the most probable point. From there, ensembles of
    walkers sample the posterior (Goodman and Weare 2010; moves by differential evolution, ter Braak
    2006). The first half of each chain is discarded.

    Parameters
    ----------
    study : Study
        With a ``calibration.yaml``.
    walkers : int
        Number in each ensemble, at least twice the number of unknowns.
    steps : int
        Number of steps of each walker.
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
    >>> found.draws.shape
    (64, 31)
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
    return replace(found, labels=study.labels)


def estimate(
    density: Density,
    until: int,
    digests: Mapping[str, str],
    *,
    walkers: int,
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
    _check(walkers=walkers, steps=steps, ensembles=ensembles, starts=starts)
    count = len(density.unknowns)
    if walkers < 2 * count:
        raise InputError(
            f"{walkers} walkers are too few for {count} unknowns",
            hint=f"use at least {2 * count}",
        )
    generator = np.random.default_rng(seed)
    costs, best = _search(density, starts, generator)
    chains, acceptance = _explore(density, best, walkers, steps, ensembles, generator, progress)
    kept = chains[:, steps // 2 :]
    flat = kept.reshape(-1, count)
    chosen = generator.permutation(len(flat))[:KEPT]
    r_hat, sample_size = _diagnose(kept)
    return Calibration(
        density,
        density.values(np.stack([best, best]))[0],
        costs,
        density.values(flat[chosen]),
        acceptance,
        r_hat,
        sample_size,
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
    return Density(study.model, tuple(unknowns), evidence, {}, runs, free_levels)


def _check(**numbers: int) -> None:
    for name, number in numbers.items():
        if isinstance(number, bool) or not isinstance(number, int) or number < 1:
            raise InputError(f"{name} must be a whole number from 1, not {number!r}")


def _search(
    density: Density, starts: int, generator: np.random.Generator
) -> tuple[tuple[float, ...], Array]:
    """Find the most probable point from several starts; return all costs and the best point."""
    from scipy.optimize import least_squares

    def residuals(point: Array) -> Array:
        misfit = density.residuals(np.stack([point, point]))[0]
        return np.concatenate([np.nan_to_num(misfit, nan=1e6, posinf=1e6, neginf=-1e6), point])

    def slopes(point: Array) -> Array:
        moved = np.concatenate([point + STEP * np.eye(count), point - STEP * np.eye(count)])
        misfit = np.nan_to_num(density.residuals(moved), nan=1e6, posinf=1e6, neginf=-1e6)
        return np.concatenate([(misfit[:count] - misfit[count:]).T / (2 * STEP), np.eye(count)])

    count = len(density.unknowns)
    found = []
    for number in range(starts):
        start = generator.standard_normal(count) if number else np.zeros(count)
        answer = least_squares(residuals, start, jac=slopes, method="trf", xtol=1e-10, ftol=1e-10)
        found.append((float(answer.cost), answer.x))
    found.sort(key=lambda pair: pair[0])
    return tuple(cost for cost, _ in found), found[0][1]


def _explore(
    density: Density,
    best: Array,
    walkers: int,
    steps: int,
    ensembles: int,
    generator: np.random.Generator,
    progress: Callable[[int], None] | None,
) -> tuple[Array, float]:
    """Return the coordinates of the walkers, shape (walkers of all ensembles, steps, unknowns)."""
    emcee = _optional("emcee")
    count = len(best)
    spread = _expected_spread(density, best)
    chains, accepted = [], []
    for _ in range(ensembles):
        sampler = emcee.EnsembleSampler(
            walkers, count, density.log_density, moves=_moves(emcee), vectorize=True
        )
        # emcee uses NumPy's older generator for the walkers' moves.
        state = np.random.RandomState(int(generator.integers(2**31))).get_state()
        first = best + SPREAD * generator.standard_normal((walkers, count)) @ spread.T
        first = np.round(first, 3)  # see _moves
        for _ in sampler.sample(emcee.State(first, random_state=state), iterations=steps):
            if progress:
                progress(1)
        chains.append(np.swapaxes(sampler.get_chain(), 0, 1))
        accepted.append(float(np.mean(sampler.acceptance_fraction)))
    return np.concatenate(chains), float(np.mean(accepted))


def _moves(emcee: Any) -> list[tuple[Any, float]]:
    """Return emcee's moves by differences of walkers, rounded to a fine grid.

    Machines differ in the last digits of sums, and such differences grow from step to step. On a
    grid of a millionth of a prior's standard deviation, the walkers take the same steps everywhere.
    """

    def on_grid(move: Any) -> Any:
        propose = move.get_proposal

        def rounded(*arguments: Any) -> tuple[Array, Array]:
            points, factors = propose(*arguments)
            return np.round(points, 6), factors

        move.get_proposal = rounded
        return move

    return [
        (on_grid(emcee.moves.DEMove()), 0.8),
        (on_grid(emcee.moves.DESnookerMove()), 0.2),
    ]


def _expected_spread(density: Density, best: Array) -> Array:
    """Return a square root of the covariance implied by the curvature at the best point."""
    count = len(best)
    moved = np.concatenate([best + STEP * np.eye(count), best - STEP * np.eye(count)])
    misfit = density.residuals(moved)
    slopes = (misfit[:count] - misfit[count:]).T / (2 * STEP)
    covariance = np.linalg.inv(slopes.T @ slopes + np.eye(count))
    return np.asarray(np.linalg.cholesky((covariance + covariance.T) / 2), dtype=np.float64)


def _diagnose(chains: Array) -> tuple[Array, Array]:
    """Return R-hat and the effective sample size of each unknown."""
    statistics = _optional("arviz_stats.base").array_stats
    r_hat = statistics.rhat(chains, chain_axis=0, draw_axis=1)
    size = statistics.ess(chains, chain_axis=0, draw_axis=1)
    return np.asarray(r_hat, dtype=np.float64), np.asarray(size, dtype=np.float64)


def _optional(name: str) -> Any:
    """Import a package that only calibration needs."""
    from importlib import import_module

    try:
        return import_module(name)
    except ImportError:
        raise InputError(f"calibrating needs the package {name}", hint=OPTIONAL) from None
