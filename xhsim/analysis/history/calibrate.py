"""Asking history: the most probable parameters, and how far others are still possible."""

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
STEP = 1e-4  # of a coordinate, for differences
SPREAD = 1.2  # how much wider than expected walkers start
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

    The most probable point is found by least squares from several starts; from there ensembles of
    walkers (Goodman and Weare 2010; moves by differential evolution, ter Braak 2006) explore how
    far other values are still possible. The first half of each is thrown away.

    Parameters
    ----------
    study : Study
        With a ``calibration.yaml``.
    walkers : int
        In each ensemble; at least twice as many as there are unknowns.
    steps : int
        Of each walker.
    ensembles : int
        How many independent ensembles.
    starts : int
        How many searches for the most probable point; the first starts at the priors' medians.
    seed : int
        The same seed gives the same result on the same machine.
    progress : callable, optional
        Called with the number of steps that have just been finished.

    Returns
    -------
    Calibration

    Raises
    ------
    InputError
        If the study has no plan for a calibration, an optional package is absent, or a number
        does not fit.

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
    """Find the most probable point of a density and draw from it, as `calibrate` does.

    Parameters
    ----------
    density : Density
    until : int
        The last year of its evidence.
    digests : mapping of str to str
        Of what it depends on.
    walkers, steps, ensembles, starts, seed, progress
        As for `calibrate`.

    Raises
    ------
    InputError
        If a number does not fit, or an optional package is absent.
    """
    begun = time.perf_counter()
    _check(walkers=walkers, steps=steps, ensembles=ensembles, starts=starts)
    count = len(density.unknowns)
    if walkers < 2 * count:
        raise InputError(
            f"{walkers} walkers are too few for {count} unknowns", hint=f"use {2 * count} or more"
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
    """Return what a study says about its calibration.

    Raises
    ------
    InputError
        If it says nothing.
    """
    plan = study.files.calibration
    if plan is None:
        raise InputError(
            "the study does not say what to calibrate",
            file=study.files.folder / "model" / "calibration.yaml",
            hint="docs/file-formats.md describes the file",
        )
    return plan


def density_of(study: FittedStudy, runs: int) -> Density:
    """Return the density that a study's calibration asks about.

    Parameters
    ----------
    study : Study
    runs : int
        How often it will be evaluated.

    Raises
    ------
    InputError
        If the study has no plan for a calibration.
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
        What is asked about.
    beliefs : sequence of Belief
        What is believed without the observations; the last one wins.
    runs : int
        How often it will be evaluated.
    free_levels : bool
        Whether only growth is compared, see `Density`.
    """
    unknowns = unknowns_of(references, beliefs, study.parameters)
    unknowns += [
        Unknown(f"offset of {offset.series}", None, number, offset.prior)
        for number, offset in enumerate(plan.offsets)
    ]
    evidence = gather(study.model, plan, study.files.observations, until)
    return Density(study.model, tuple(unknowns), evidence, {}, runs, free_levels)


def _check(**numbers: int) -> None:
    for name, number in numbers.items():
        if isinstance(number, bool) or not isinstance(number, int) or number < 1:
            raise InputError(f"{name} must be a whole number from 1, not {number!r}")


def _search(
    density: Density, starts: int, generator: np.random.Generator
) -> tuple[tuple[float, ...], Array]:
    """Find the most probable point from several starts; the best of them is returned."""
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
    """Return the walkers' coordinates, shape (walkers of all ensembles, steps, unknowns)."""
    emcee = _optional("emcee")
    count = len(best)
    spread = _expected_spread(density, best)
    chains, accepted = [], []
    for _ in range(ensembles):
        sampler = emcee.EnsembleSampler(
            walkers, count, density.log_density, moves=_moves(emcee), vectorize=True
        )
        # What chance moves the walkers by is emcee's own, of NumPy's older kind.
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
    """Return emcee's moves by differences of walkers, each to a point of a fine grid.

    Machines differ in the last digits of what they add up, and walkers that differ by them part by
    and by. On a grid of a millionth of a prior's standard deviation they walk alike everywhere.
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
    """Return a square root of the covariance that the curvature at the best point suggests."""
    count = len(best)
    moved = np.concatenate([best + STEP * np.eye(count), best - STEP * np.eye(count)])
    misfit = density.residuals(moved)
    slopes = (misfit[:count] - misfit[count:]).T / (2 * STEP)
    covariance = np.linalg.inv(slopes.T @ slopes + np.eye(count))
    return np.asarray(np.linalg.cholesky((covariance + covariance.T) / 2), dtype=np.float64)


def _diagnose(chains: Array) -> tuple[Array, Array]:
    """Return R-hat and the effective number of draws of each unknown."""
    statistics = _optional("arviz_stats.base").array_stats
    r_hat = statistics.rhat(chains, chain_axis=0, draw_axis=1)
    size = statistics.ess(chains, chain_axis=0, draw_axis=1)
    return np.asarray(r_hat, dtype=np.float64), np.asarray(size, dtype=np.float64)


def _optional(name: str) -> Any:
    """Import a package that only calibrations need."""
    from importlib import import_module

    try:
        return import_module(name)
    except ImportError:
        raise InputError(f"calibrating needs the package {name}", hint=OPTIONAL) from None
