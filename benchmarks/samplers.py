"""Samplers on the posterior of the Xuhui study: effective draws of the worst unknown per second."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

import xhsim
from xhsim.analysis.history.calibrate import density_of, expected_spread, search
from xhsim.analysis.history.sampling import SMALLEST_SAMPLE, Student, explore, moves_of
from xhsim.analysis.history.sampling import judged as diagnosed

Array = NDArray[np.float64]
WALKERS = 64


class Counted:
    """A density that counts its evaluations."""

    def __init__(self, density: Callable[[Array], Array]) -> None:
        self.density, self.points = density, 0

    def __call__(self, points: Array) -> Array:
        points = np.atleast_2d(points)
        self.points += len(points)
        # The model runs at least two points at once.
        return self.density(points if len(points) > 1 else np.repeat(points, 2, axis=0))[
            : len(points)
        ]


@dataclass(frozen=True)
class Problem:
    """What all samplers get: the posterior, its likelihood alone, and a place to begin."""

    posterior: Callable[[Array], Array]
    likelihood: Callable[[Array], Array]
    start: Student
    budget: float

    def first(self, walkers: int = WALKERS) -> Array:
        steps = np.random.default_rng(0).standard_normal((walkers, len(self.start.centre)))
        return np.asarray(self.start.centre + steps @ self.start.root.T)


@dataclass(frozen=True)
class Result:
    effective: float
    r_hat: float
    remark: str = ""


def emcee_with(moves: Callable[[Any, Problem], list[Any]]) -> Callable[[Problem], Result]:
    def sample(problem: Problem) -> Result:
        emcee = import_module("emcee")
        count = len(problem.start.centre)
        sampler = emcee.EnsembleSampler(
            WALKERS, count, problem.posterior, moves=moves(emcee, problem), vectorize=True
        )
        begun = time.process_time()
        for _ in sampler.sample(problem.first(), iterations=100_000, store=True):
            if time.process_time() - begun > problem.budget:
                break
        return judged(np.swapaxes(sampler.get_chain(), 0, 1))

    return sample


def ours(problem: Problem) -> Result:
    found = explore(
        problem.posterior,
        problem.start,
        walkers=WALKERS,
        steps=8000,
        ensembles=2,
        generator=np.random.default_rng(0),
    )
    return Result(float(found.sample_size.min()), float(found.r_hat.max()), "ends by itself")


def zeus(problem: Problem) -> Result:
    count = len(problem.start.centre)
    sampler = import_module("zeus").EnsembleSampler(
        WALKERS, count, problem.posterior, vectorize=True, verbose=False
    )
    begun = time.process_time()
    for _ in sampler.sample(problem.first(), iterations=100_000, progress=False):
        if time.process_time() - begun > problem.budget:
            break
    chain = sampler.get_chain()
    return judged(np.swapaxes(chain[np.isfinite(chain).all(axis=(1, 2))], 0, 1))


def nautilus(problem: Problem) -> Result:
    sampler = import_module("nautilus").Sampler(
        ndtri,
        problem.likelihood,
        len(problem.start.centre),
        vectorized=True,
        pass_dict=False,
        seed=0,
    )
    done = sampler.run(timeout=problem.budget, discard_exploration=False)
    worth = float(sampler.n_eff) if done else np.nan
    return Result(worth, np.nan, "" if done else "not finished")


def dynesty(problem: Problem) -> Result:
    sampler = import_module("dynesty").NestedSampler(
        lambda point: float(problem.likelihood(point[np.newaxis])[0]),
        ndtri,
        len(problem.start.centre),
        nlive=500,
        sample="rslice",
        rstate=np.random.default_rng(0),
    )
    begun, left = time.process_time(), np.inf
    for step in sampler.sample(dlogz=0.1, add_live=False):
        left = float(step[14] if not hasattr(step, "delta_logz") else step.delta_logz)
        if time.process_time() - begun > problem.budget:
            break
    weights = np.exp(sampler.results.logwt - sampler.results.logwt.max())
    worth = float(weights.sum() ** 2 / (weights**2).sum())
    done = left < 0.1
    return Result(
        worth if done else np.nan, np.nan, "" if done else f"not finished: {left:.0f} left"
    )


def judged(chains: Array) -> Result:
    """Judge the second half of chains, as calibration does."""
    statistics = import_module("arviz_stats.base").array_stats
    found = diagnosed(statistics, chains[:, chains.shape[1] // 2 :], 0.0)
    return Result(float(found.sample_size.min()), float(found.r_hat.max()))


SAMPLERS: dict[str, Callable[[Problem], Result]] = {
    "emcee, stretch": emcee_with(lambda emcee, problem: [(emcee.moves.StretchMove(), 1.0)]),
    "emcee, differential evolution and snooker": emcee_with(
        lambda emcee, problem: [(emcee.moves.DEMove(), 0.8), (emcee.moves.DESnookerMove(), 0.2)]
    ),
    "emcee, jumps by the curvature": emcee_with(
        lambda emcee, problem: [(moves_of(emcee, problem.start)[0][0], 1.0)]
    ),
    "xhsim calibrate": ours,
    "zeus": zeus,
    "nautilus": nautilus,
    "dynesty, rslice": dynesty,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=45, help="processor time of each sampler")
    parser.add_argument("--only", choices=SAMPLERS, help="one sampler")
    options = parser.parse_args()
    study = xhsim.open_study(posterior=False)
    density = density_of(study, runs=100_000)
    start = start_of(density)
    names = [options.only] if options.only else list(SAMPLERS)
    print("| sampler | effective draws | R-hat | points | processor time | per second | 400 in |")
    print("|---|---|---|---|---|---|---|")
    for name in names:
        counted = Counted(density.log_density)

        def likelihood(points: Array, counted: Counted = counted) -> Array:
            return counted(points) + 0.5 * (np.atleast_2d(points) ** 2).sum(axis=1)

        counted(start.centre)  # compiles the model
        counted.points = 0
        begun = time.process_time()
        try:
            found = SAMPLERS[name](Problem(counted, likelihood, start, options.seconds))
        except ImportError as error:
            print(f"| {name} | not installed ({error.name}) |")
            continue
        seconds = time.process_time() - begun
        rate = found.effective / seconds
        print(
            f"| {name} | {found.effective:,.0f} | {found.r_hat:.3f} | {counted.points:,} | "
            f"{seconds:.0f} s | {rate:,.1f} | {SMALLEST_SAMPLE / rate:,.1f} s | {found.remark}",
            flush=True,
        )


def start_of(density: Any) -> Student:
    best = search(density, 1, np.random.default_rng(0))[1]
    return Student(best, expected_spread(density, best))


if __name__ == "__main__":
    main()
