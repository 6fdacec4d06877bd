"""Sampling of a posterior whose most probable point and curvature there are known.

Walkers jump to places that do not depend on where they are (an independence sampler): draws from a
Student distribution that resembles the posterior. At first it has the curvature at the most
probable point. The walkers move in rounds, each longer than the one before. After each round the
distribution takes the mean and covariance of the draws of that round. Only the last round counts,
so its moves do not change while it lasts. In a tenth of the steps the walkers move by differential
evolution (ter Braak 2006), which needs no distribution and helps where the resemblance is poor.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xhsim.errors import InputError

__all__ = [
    "LARGEST_R_HAT",
    "SMALLEST_SAMPLE",
    "Sample",
    "Student",
    "agree",
    "explore",
    "judged",
    "moves_of",
]

Array = NDArray[np.float64]
LARGEST_R_HAT = 1.01  # of any unknown; Vehtari and others 2021
SMALLEST_SAMPLE = 400  # effective draws of any unknown
MARGIN = 1.5  # rounds end when chains agree this much better than they must
FREEDOM = 20.0  # degrees of freedom: the tails are heavier than those of a normal distribution
JUMPS = 0.9  # share of steps with jumps
HALVINGS = 10
TAILS = (0.05, 0.95)
FIRST = 250  # steps of the first round
SPREAD = 1.2  # initial spread of the walkers, as a multiple of the expected one
OPTIONAL = 'pip install "xhsim[calibrate]"'


@dataclass(frozen=True)
class Student:
    """A Student distribution of several dimensions.

    Attributes
    ----------
    centre : ndarray, shape (unknowns,)
    root : ndarray, shape (unknowns, unknowns)
        A lower triangular matrix; times its transpose it is the scale matrix.
    """

    centre: Array
    root: Array

    @staticmethod
    def like(draws: Array) -> Student:
        """Return the distribution with the mean of draws and their covariance as its scale."""
        covariance = np.cov(draws, rowvar=False, ddof=1)
        return Student(draws.mean(axis=0), np.linalg.cholesky(np.atleast_2d(covariance)))

    def draw(self, count: int, generator: Any) -> Array:
        """Return draws, shape (count, unknowns), with one of NumPy's older generators."""
        steps = generator.standard_normal((count, len(self.centre)))
        stretch = np.sqrt(FREEDOM / generator.chisquare(FREEDOM, (count, 1)))
        return np.asarray(self.centre + stretch * steps @ self.root.T)

    def log_density(self, points: Array) -> Array:
        """Return the logarithm of the density at points, up to a constant."""
        steps = np.linalg.solve(self.root, (points - self.centre).T)
        power = (FREEDOM + len(self.centre)) / 2
        return np.asarray(-power * np.log1p((steps**2).sum(axis=0) / FREEDOM))


@dataclass(frozen=True)
class Sample:
    """Draws of the last round.

    Attributes
    ----------
    chains : ndarray, shape (walkers of all ensembles, steps, unknowns)
    acceptance : float
        Share of the proposed moves that were accepted.
    r_hat, sample_size : ndarray, shape (unknowns,)
        Rank-normalised split R-hat, and the smaller of the effective sample sizes for the centre
        and for the tails (Vehtari and others 2021), over all walkers.
    """

    chains: Array
    acceptance: float
    r_hat: Array
    sample_size: Array


def agree(r_hat: Array, sample_size: Array, margin: float = 1.0) -> NDArray[np.bool_]:
    """Return for which unknowns the chains agree, and are long enough.

    Parameters
    ----------
    r_hat, sample_size : ndarray, shape (unknowns,)
    margin : float
        How many times smaller the excess of R-hat over 1 must be than its limit, and how many times
        larger the effective number of draws.

    Returns
    -------
    ndarray of bool, shape (unknowns,)
        False where R-hat is NaN.
    """
    near = r_hat - 1 <= (LARGEST_R_HAT - 1) / margin
    return np.asarray(near & (sample_size >= SMALLEST_SAMPLE * margin))


def explore(
    log_density: Callable[[Array], Array],
    start: Student,
    *,
    walkers: int,
    steps: int,
    ensembles: int,
    generator: np.random.Generator,
    progress: Callable[[int], None] | None = None,
) -> Sample:
    """Sample a density.

    Parameters
    ----------
    log_density : callable
        Of points, shape (points, unknowns); minus infinity where the density is 0.
    start : Student
        A distribution that resembles the density.
    walkers : int
        Number in each ensemble, at least twice the number of unknowns.
    steps : int
        The largest number of steps of each walker, in all rounds together.
    ensembles : int
        Number of independent ensembles.
    generator : numpy.random.Generator
    progress : callable, optional
        Called with the number of steps finished since the last call.

    Returns
    -------
    Sample
        Of the first round in which the chains agree with a margin, or of the last.

    Raises
    ------
    InputError
        If an optional package is not installed.
    """
    emcee, statistics = _optional("emcee"), _optional("arviz_stats.base").array_stats
    count = len(start.centre)
    states = []
    for _ in range(ensembles):
        # emcee uses NumPy's older generator for the walkers' moves.
        state = np.random.RandomState(int(generator.integers(2**31))).get_state()
        first = _first(log_density, start, generator.standard_normal((walkers, count)))
        states.append(emcee.State(first, random_state=state))
    proposal = start
    rounds = _rounds(steps)
    for turn, length in enumerate(rounds):
        chains, accepted = [], []
        for number, state in enumerate(states):
            sampler = emcee.EnsembleSampler(
                walkers, count, log_density, moves=moves_of(emcee, proposal), vectorize=True
            )
            for states[number] in sampler.sample(state, iterations=length):
                if progress:
                    progress(1)
            chains.append(np.swapaxes(sampler.get_chain(), 0, 1))
            accepted.append(float(np.mean(sampler.acceptance_fraction)))
        joined = np.concatenate(chains)
        # In the first round the walkers are still on their way.
        if turn or turn == len(rounds) - 1:
            found = judged(statistics, joined, float(np.mean(accepted)))
            if agree(found.r_hat, found.sample_size, MARGIN).all():
                break
        proposal = _fitted(joined, proposal)
    return found


def _first(log_density: Callable[[Array], Array], start: Student, steps: Array) -> Array:
    """Return where walkers begin; those where the density is 0 move towards the centre."""
    steps = SPREAD * steps @ start.root.T
    for _ in range(HALVINGS):
        points = np.round(start.centre + steps, 3)  # see _on_grid
        lost = ~np.isfinite(log_density(points))
        if not lost.any():
            break
        steps[lost] /= 2
    return points


def _rounds(steps: int) -> list[int]:
    """Return the lengths of the rounds, each at least twice as long as the one before."""
    length = min(FIRST, max(steps // 3, 1))
    found = []
    while steps > 0:
        found.append(length if steps >= 3 * length else steps)
        steps -= found[-1]
        length *= 2
    return found


def _fitted(chains: Array, before: Student) -> Student:
    """Return the proposal for the next round; the old one if the walkers say too little."""
    draws = chains[:, chains.shape[1] // 2 :].reshape(-1, chains.shape[2])
    try:
        return Student.like(draws)
    except np.linalg.LinAlgError:
        return before


def moves_of(emcee: Any, proposal: Student) -> list[tuple[Any, float]]:
    """Return the moves of a round, each with its share of the steps."""
    proposal = Student(np.round(proposal.centre, 6), np.round(proposal.root, 6))

    def jump(points: Array, random: Any) -> tuple[Array, Array]:
        new = np.round(proposal.draw(len(points), random), 6)
        return new, proposal.log_density(points) - proposal.log_density(new)

    return [
        (emcee.moves.MHMove(jump), JUMPS),
        (_on_grid(emcee.moves.DEMove()), 1 - JUMPS),
    ]


def _on_grid(move: Any) -> Any:
    """Return a move of emcee by differences of walkers, rounded to a fine grid.

    Machines differ in the last digits of sums, and such differences grow from step to step. On a
    grid of a millionth of a prior's standard deviation, the walkers take the same steps everywhere.
    """
    propose = move.get_proposal

    def rounded(*arguments: Any) -> tuple[Array, Array]:
        points, factors = propose(*arguments)
        return np.round(points, 6), factors

    move.get_proposal = rounded
    return move


def judged(statistics: Any, chains: Array, acceptance: float) -> Sample:
    """Return chains with R-hat and effective sample size of each unknown."""
    axes = {"chain_axis": 0, "draw_axis": 1}
    sizes = [
        statistics.ess(chains, method="bulk", **axes),
        statistics.ess(chains, method="tail", prob=TAILS, **axes),
    ]
    return Sample(
        chains,
        acceptance,
        np.asarray(statistics.rhat(chains, **axes), dtype=np.float64),
        np.min(sizes, axis=0).astype(np.float64),
    )


def _optional(name: str) -> Any:
    """Import a package that only calibration needs."""
    from importlib import import_module

    try:
        return import_module(name)
    except ImportError:
        raise InputError(f"calibrating needs the package {name}", hint=OPTIONAL) from None
