"""A genetic search over several objectives (NSGA-II of pymoo), one generation at a time.

Each third generation looks closely at one package of the front instead: see
`xhsim.analysis.fronts.one_at_a_time`. With the same number of packages this finds better fronts.

`begin` and `advance` are pure: a state gives the next state, and contains everything that it
depends on, the state of the random numbers as well. So a search that was stopped continues with
the same numbers, to the bit. Deb et al. (2002) describe the method.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.blocks import needed
from xhsim.analysis.fronts.candidates import (
    Array,
    Candidates,
    FrontProblem,
    evaluated,
    hypervolume,
    on_front,
)
from xhsim.analysis.fronts.one_at_a_time import imagined_front, moved_alone
from xhsim.analysis.fronts.starts import Scouting, promising, sparse

__all__ = ["SearchState", "advance", "begin"]

PROMISING = 0.6  # share of the first generation that the scouting suggests; the rest is random
NOWHERE = -1  # rank of a candidate that breaks a constraint
CLOSELY = 3  # each third generation looks closely at one package
ALONE = 0.75  # share of such a generation in which levers move alone
MOVES = 3  # levels to which a lever is then moved
STEPS = (-0.3, -0.1, 0.1, 0.3)  # of its range, beside where it starts and its upper bound
SAME = 1e-3  # a smaller move is none


@dataclass(frozen=True)
class SearchState:
    """A search after a generation.

    Parameters
    ----------
    seed : int
        Of the search's own random numbers.
    tried : int
        Number of packages evaluated, without those of the scouting.
    population : Candidates
        The survivors, from which the next generation comes.
    rank, crowding : ndarray
        Of each survivor: the number of its front, and the distance to its neighbours there.
    best : Candidates
        The front of everything that was evaluated.
    hypervolumes : ndarray
        The hypervolume of `best` after each generation, the first included.
    random : mapping
        The state of the random numbers.
    """

    seed: int
    tried: int
    population: Candidates
    rank: NDArray[np.int64]
    crowding: Array
    best: Candidates
    hypervolumes: Array
    random: Mapping[str, Any]

    @property
    def generation(self) -> int:
        """Number of generations after the first."""
        return len(self.hypervolumes) - 1


def begin(problem: FrontProblem, scouting: Scouting, seed: int, size: int) -> SearchState:
    """Evaluate the first generation of a search.

    Parameters
    ----------
    problem : FrontProblem
    scouting : Scouting
        From `scout`. Its packages count as tried.
    seed : int
    size : int
        Number of packages in a generation.

    Returns
    -------
    SearchState
    """
    random = np.random.Generator(np.random.PCG64(seed))
    ideas = promising(problem, scouting, round(PROMISING * size))
    points = np.concatenate([ideas, sparse(random, size - len(ideas), problem.start)])
    first = evaluated(problem, points)
    return _survived(scouting.found.joined(first), first, None, scouting, seed, size, random)


def advance(problem: FrontProblem, scouting: Scouting, state: SearchState) -> SearchState:
    """Evaluate one more generation.

    Parameters
    ----------
    problem : FrontProblem
    scouting : Scouting
    state : SearchState

    Returns
    -------
    SearchState
    """
    random = np.random.Generator(np.random.PCG64())
    random.bit_generator.state = dict(state.random)
    size = len(state.population)
    closely = state.generation % CLOSELY == CLOSELY - 1
    tried = _nearby(problem, state, random) if closely else None
    tried = _children(problem, state, random) if tried is None else tried
    every = state.population.joined(tried)
    return _survived(every, tried, state, scouting, state.seed, size, random)


def _children(problem: FrontProblem, state: SearchState, random: np.random.Generator) -> Candidates:
    """Evaluate the children of the survivors; none if every child is a copy of a parent."""
    search = _nsga2(len(state.population), random)
    parents = _individuals(state.population)
    parents.set("rank", state.rank)
    parents.set("crowding", state.crowding)
    children = search.mating.do(
        _bounds(state.population),
        parents,
        len(state.population),
        algorithm=search,
        random_state=random,
    )
    if not len(children):
        return state.population.take(slice(0, 0))
    return evaluated(problem, np.asarray(children.get("X"), dtype=np.float64))


def _nearby(
    problem: FrontProblem, state: SearchState, random: np.random.Generator
) -> Candidates | None:
    """Look closely at one package of the front: move levers alone, then many together.

    Returns
    -------
    Candidates or None
        None if there is no such package, or a generation has no room for it.
    """
    size = len(state.population)
    room = int(ALONE * size) // MOVES
    if room < 1 or not len(state.best):
        return None
    base = state.best.take([int(random.integers(len(state.best)))])
    point, start = base.points[0], problem.start
    chosen = random.permutation(len(point))[:room]
    levels: list[list[float]] = [[] for _ in point]
    for lever in chosen:
        here = float(point[lever])
        near = [here + step for step in STEPS]
        known = dict.fromkeys(min(1.0, max(0.0, level)) for level in (*near, start[lever], 1.0))
        others = [float(level) for level in known if abs(level - here) > SAME]
        picked = random.permutation(len(others))[:MOVES]
        levels[lever] = [others[place] for place in sorted(picked)]
    moved = evaluated(problem, moved_alone(point, levels))
    together = imagined_front(base, levels, moved, size - len(moved), random)
    return moved.joined(evaluated(problem, together))


def _survived(
    every: Candidates,
    tried: Candidates,
    before: SearchState | None,
    scouting: Scouting,
    seed: int,
    size: int,
    random: np.random.Generator,
) -> SearchState:
    """Choose the survivors of a generation, and keep the best that was ever tried."""
    search = _nsga2(size, random)
    people = _individuals(every)
    people.set("place", np.arange(len(every)))
    left = search.survival.do(
        _bounds(every), people, n_survive=size, algorithm=search, random_state=random
    )
    places = np.array([one.get("place") for one in left], dtype=np.int64)
    ranks = [one.get("rank") for one in left]
    crowding = [one.get("crowding") for one in left]
    best = on_front(every if before is None else before.best.joined(tried))
    volumes = np.zeros(0) if before is None else before.hypervolumes
    return SearchState(
        seed=seed,
        tried=len(tried) + (before.tried if before else 0),
        population=every.take(places),
        rank=np.array([NOWHERE if rank is None else rank for rank in ranks], dtype=np.int64),
        crowding=np.array([0.0 if gap is None else gap for gap in crowding], dtype=np.float64),
        best=best,
        hypervolumes=np.append(volumes, hypervolume(best.costs, scouting.worst)),
        random=random.bit_generator.state,
    )


def _nsga2(size: int, random: np.random.Generator) -> Any:
    """Return pymoo's NSGA-II, of which only the mating and the survival are used."""
    needed("pymoo.config").Config.warnings["not_compiled"] = False  # it would print
    search = needed("pymoo.algorithms.moo.nsga2").NSGA2(pop_size=size)
    search.random_state = random  # its tournaments ask for it
    return search


def _bounds(candidates: Candidates) -> Any:
    """Return what pymoo's operators ask of a problem: the unit cube, and whether it is limited."""
    levers, limits = candidates.points.shape[1], candidates.excess.shape[1]
    return SimpleNamespace(
        n_var=levers,
        xl=np.zeros(levers),
        xu=np.ones(levers),
        n_constr=limits,
        has_bounds=lambda: True,
        has_constraints=lambda: limits > 0,
        bounds=lambda: (np.zeros(levers), np.ones(levers)),
    )


def _individuals(candidates: Candidates) -> Any:
    population = needed("pymoo.core.population").Population
    return population.new(X=candidates.points, F=candidates.costs, G=candidates.excess)
