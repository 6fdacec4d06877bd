"""Several searches of one problem, each with its own seed, and the front that they find together.

A genetic search depends on chance. If all seeds end with nearly the same hypervolume, and the
curves are flat at the end, more generations would add little.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from xhsim.analysis.fronts.archive import FrontArchive
from xhsim.analysis.fronts.candidates import (
    Array,
    Candidates,
    FrontProblem,
    hypervolume,
    on_front,
)
from xhsim.analysis.fronts.search import SearchState, advance, begin
from xhsim.analysis.fronts.starts import Scouting, scout
from xhsim.errors import InputError

__all__ = ["Effort", "Searched", "search"]

SEEDS, GENERATIONS, POPULATION = 3, 20, 100


@dataclass(frozen=True)
class Effort:
    """How much is searched.

    Parameters
    ----------
    seeds : int
        Number of searches; their seeds are 1, 2, 3 and so on.
    generations : int
        Generations of each search after the first.
    population : int
        Packages in a generation.

    Examples
    --------
    >>> Effort(seeds=0)
    Traceback (most recent call last):
    xhsim.errors.InputError: the number of seeds must be from 1 to 100, not 0
    """

    seeds: int = SEEDS
    generations: int = GENERATIONS
    population: int = POPULATION

    def __post_init__(self) -> None:
        """Check the numbers.

        Raises
        ------
        InputError
            If one is not possible.
        """
        for what, number, least, most in (
            ("seeds", self.seeds, 1, 100),
            ("generations", self.generations, 0, 100_000),
            ("packages in a generation", self.population, 4, 10_000),
        ):
            if not least <= number <= most:
                raise InputError(
                    f"the number of {what} must be from {least} to {most:,}, not {number}"
                )


@dataclass(frozen=True)
class Searched:
    """What several searches of one problem found.

    Parameters
    ----------
    scouting : Scouting
    states : tuple of SearchState
        Each seed's, after its last generation.
    """

    scouting: Scouting
    states: tuple[SearchState, ...]

    @cached_property
    def best(self) -> Candidates:
        """The front of everything that any seed evaluated, in the order of the first objective."""
        first, *others = [state.best for state in self.states]
        found = on_front(first.joined(*others))
        return found.take(np.lexsort(found.costs.T[::-1]))

    @property
    def tried(self) -> int:
        """Number of packages evaluated."""
        return len(self.scouting.found) + sum(state.tried for state in self.states)

    @property
    def shares(self) -> Array:
        """Each seed's hypervolume after each generation, as a share of that of `best`.

        Shape ``(seeds, generations + 1)``.
        """
        whole = hypervolume(self.best.costs, self.scouting.worst)
        volumes = np.stack([state.hypervolumes for state in self.states])
        return np.asarray(volumes / whole if whole > 0 else np.zeros_like(volumes))


def search(
    problem: FrontProblem,
    effort: Effort,
    *,
    added: Array | None = None,
    archive: FrontArchive | None = None,
    progress: Callable[[int], None] | None = None,
) -> Searched:
    """Search for a front with several seeds, or continue where a search was stopped.

    Parameters
    ----------
    problem : FrontProblem
    effort : Effort
    added : ndarray, optional
        Points that are judged before the search, such as those of existing scenarios.
    archive : FrontArchive, optional
        Where each generation is kept. By default nothing is kept.
    progress : callable, optional
        Called with a number of packages when that many more are evaluated.

    Returns
    -------
    Searched

    Raises
    ------
    InputError
        If pymoo is missing, a file of the archive is damaged, or it has more generations already.
    """
    scouting = archive.scouting() if archive else None
    if scouting is None:
        scouting = scout(problem, added)
        if archive:
            archive.store_scouting(scouting)
    count = progress or (lambda number: None)
    count(len(scouting.found))
    states = []
    for seed in range(1, effort.seeds + 1):
        state = archive.state(seed) if archive else None
        if state is None:
            state = begin(problem, scouting, seed, effort.population)
            if archive:
                archive.store(state)
        count(state.tried)
        if state.generation > effort.generations:
            raise InputError(
                f"the search has {state.generation} generations already",
                hint=f"ask for {state.generation} or more, or name another folder",
            )
        while state.generation < effort.generations:
            before, state = state, advance(problem, scouting, state)
            if archive:
                archive.store(state)
            count(state.tried - before.tried)
        states.append(state)
    return Searched(scouting, tuple(states))
