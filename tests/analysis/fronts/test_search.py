"""The genetic search: it finds a known front, keeps limits, and depends on its state alone."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tests.analysis.fronts.quadratic import Quadratic
from xhsim.analysis.fronts import search
from xhsim.analysis.fronts.candidates import hypervolume
from xhsim.analysis.fronts.search import SearchState, advance, begin
from xhsim.analysis.fronts.starts import scout


def _searched(problem: Quadratic, generations: int, size: int = 40, seed: int = 1) -> SearchState:
    scouting = scout(problem)
    state = begin(problem, scouting, seed, size)
    for _ in range(generations):
        state = advance(problem, scouting, state)
    return state


@pytest.mark.parametrize("limit", [np.inf, 2.6])
def test_a_known_front_is_found_within_one_percent(limit: float) -> None:
    problem = Quadratic(limit=limit)
    state = _searched(problem, 80)
    exact, worst = problem.front(), scout(problem).worst
    assert state.hypervolumes[-1] == pytest.approx(hypervolume(exact, worst), rel=0.01)
    # Each package lies beside the front: within 1 % of the range of each objective.
    width = np.ptp(exact, axis=0)
    apart = np.abs(exact[:, np.newaxis] - state.best.costs) / width
    assert apart.max(axis=-1).min(axis=0).max() < 0.01
    assert (state.best.points.sum(axis=1) <= limit).all()


def test_the_hypervolume_never_falls() -> None:
    state = _searched(Quadratic(), 8, size=12)
    assert (np.diff(state.hypervolumes) >= 0).all()
    assert state.generation == 8
    assert 8 * 12 < state.tried <= 9 * 12


def test_the_same_state_gives_the_same_next_state() -> None:
    problem = Quadratic(limit=2.0)
    scouting = scout(problem)
    state = begin(problem, scouting, 5, 12)
    one, other = advance(problem, scouting, state), advance(problem, scouting, state)
    assert one.random == other.random
    assert np.array_equal(one.population.points, other.population.points)
    different = begin(problem, scouting, 6, 12)
    assert not np.array_equal(different.population.points, state.population.points)


def test_where_nothing_is_allowed_the_front_is_empty() -> None:
    state = _searched(Quadratic(limit=-1.0), 3, size=8)
    assert len(state.best) == 0
    assert state.hypervolumes.tolist() == [0, 0, 0, 0]
    # It still looks where limits are broken least.
    assert (state.population.points.sum(axis=1) < 0.5).all()


def test_a_search_goes_on_where_every_child_is_a_parent(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = Quadratic()
    scouting = scout(problem)
    state = begin(problem, scouting, 1, 4)
    whole = search._nsga2

    def childless(size: int, random: np.random.Generator) -> Any:
        made = whole(size, random)
        made.mating = SimpleNamespace(do=lambda *_, **__: [])
        return made

    monkeypatch.setattr(search, "_nsga2", childless)
    after = advance(problem, scouting, state)
    assert (after.generation, after.tried) == (1, state.tried)
    assert np.array_equal(after.best.points, state.best.points)


def test_each_third_generation_moves_levers_alone() -> None:
    problem = Quadratic()
    scouting = scout(problem)
    state = begin(problem, scouting, 1, 24)
    for generation in range(4):
        before, seen = state, len(problem.seen)
        state = advance(problem, scouting, state)
        tried = np.concatenate(problem.seen[seen:])
        assert state.tried - before.tried == len(tried) <= 24
        alone = [(tried != base).sum(axis=1) for base in before.best.points]
        most = max(int((moved == 1).sum()) for moved in alone)
        assert (most >= 12) == (generation == 2)
