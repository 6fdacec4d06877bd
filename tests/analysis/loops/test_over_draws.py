"""Shares over draws against the closed form, and that draws do not disturb each other."""

from __future__ import annotations

import numpy as np
import pytest

import xhsim.analysis.loops.over_draws as module
from xhsim.analysis.loops.over_draws import loops_over_draws
from xhsim.analysis.study import Study
from xhsim.errors import InputError
from xhsim.study.scenarios.scenario import make_scenario


def test_shares_are_the_closed_form_in_every_draw(crowded: Study) -> None:
    """Growth and limit have shares 1 : (sum of both levels of a step)/limit."""
    found = loops_over_draws(crowded, "crowd[North]", draws=6, apart=True)
    world = crowded.world(draws=6)
    level = world.run(["crowd"], times=world.steps)["crowd"].sel(zone="North").values
    limit = np.broadcast_to(world.value("limit"), 6)[:, None]
    crowding = (level[:, :-2] + level[:, 1:-1]) / limit
    share = crowding / (1 + crowding)
    # A step ends each half year, and the first that is scored at the end of the first year.
    expected = np.stack([share[:, 0], *(share[:, k : k + 2].mean(1) for k in (1, 3, 5, 7))], 0)
    assert found.years == (2021, 2022, 2023, 2024, 2025)
    by_id = {loop.id: number for number, loop in enumerate(found.loops)}
    assert found.balancing[by_id["L1"]] == pytest.approx(expected, abs=1e-6)
    assert found.reinforcing[by_id["R1"]] == pytest.approx(1 - expected, abs=1e-6)
    assert found.balancing[by_id["R1"]] == pytest.approx(np.zeros((5, 6)), abs=1e-6)
    assert found.outside == pytest.approx(np.zeros((5, 6)), abs=1e-6)


def test_loops_have_names_and_labels(crowded: Study) -> None:
    found = loops_over_draws(crowded, "people", draws=4, apart=False)
    labels = {loop.id: (loop.label.en, loop.label.zh) for loop in found.loops}
    assert labels["R1"] == ("Growth", "增长")
    # Every zone has the same two loops, and those of one name are one loop.
    assert len(found.loops) == 3
    assert found.share.sum(axis=0) == pytest.approx(np.ones((5, 4)))


def test_draws_do_not_depend_on_how_many_run_together(
    crowded: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = loops_over_draws(crowded, "people", draws=7)
    monkeypatch.setattr(module, "SCORED_TOGETHER", 2)
    few = loops_over_draws(crowded, "people", draws=7)
    assert np.array_equal(whole.share, few.share)
    counted: list[int] = []
    monkeypatch.setattr(module, "RUN_TOGETHER", 3)
    parts = loops_over_draws(crowded, "people", draws=7, progress=counted.append)
    assert counted == [3, 3, 1]
    order = {loop.id: number for number, loop in enumerate(parts.loops)}
    rows = [order[loop.id] for loop in whole.loops]
    assert parts.share[rows] == pytest.approx(whole.share, abs=1e-6)


def test_structures(structured: Study) -> None:
    found = loops_over_draws(structured, "yield", draws=16)
    assert set(found.structures) == {"steady", "boosted", "exact"}
    assert found.of_structure("exact").draws == found.structures.count("exact")


def test_mistakes(crowded: Study) -> None:
    with pytest.raises(InputError, match="did you mean"):
        loops_over_draws(crowded, "peeple", draws=2)
    with pytest.raises(InputError, match='nothing that changes acts on "size"'):
        loops_over_draws(crowded, "size", draws=2)
    with pytest.raises(InputError, match="scenario"):
        loops_over_draws(crowded, "people", "nowhere", draws=2)


def test_what_a_scenario_decides_comes_from_outside(crowded: Study) -> None:
    """From 2023 on births follow a path, so growth is no loop any more."""
    path = {"born[North]": {"step": {"year": 2023, "to": 3.0}}}
    study = crowded.with_scenario(make_scenario("held", extends="baseline", paths=path))
    found = loops_over_draws(study, "crowd[North]", "held", draws=3, apart=True)
    free = loops_over_draws(crowded, "crowd[North]", draws=3, apart=True)
    names = {loop.id: number for number, loop in enumerate(found.loops)}
    growth, before = (
        found.share[names["R1"]],
        free.share[[loop.id for loop in free.loops].index("R1")],
    )
    assert growth[:2] == pytest.approx(before[:2], abs=1e-6)
    assert growth[-1] == pytest.approx(np.zeros(3))
    assert (found.balancing[names["L1"]][-1] > 0.99).all()


def test_a_rule_is_a_loop_of_policy(crowded: Study) -> None:
    rule = {
        "help": {
            "check": {"from": 2021, "until": 2024},
            "if": {"variable": "people", "above": 15, "published": "a register"},
            "then": {"set": {"policy": {"ramp": {"from": 0, "until": 1, "to": 2.0}}}},
        }
    }
    study = crowded.with_scenario(make_scenario("ruled", extends="baseline", rules=rule))
    found = loops_over_draws(study, "people", "ruled", draws=3)
    assert found.share.sum(axis=0) + found.outside == pytest.approx(np.ones((5, 3)), abs=1e-5)
    spent = loops_over_draws(study, "spent", "ruled", draws=3)
    assert spent.draws == 3
