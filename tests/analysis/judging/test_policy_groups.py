"""Groups of policies: each draw has the measure of a world with just its own policies."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analysis.studies import LINEAR
from xhsim import open_study
from xhsim.analysis.judging import policy_groups as module
from xhsim.analysis.judging.attainment import target_values
from xhsim.analysis.judging.policy_groups import PolicyGroups
from xhsim.analysis.study import Study
from xhsim.study.scenarios.scenario import make_scenario

DRAWS = 6
CHANGES = {
    "policy": {"step": {"year": 2022, "to": 2.0}},
    "zone growth[South]": {"ramp": {"from": 2023, "until": 2025, "to": 4.0}},
    "weather": 12.0,
}


@pytest.fixture(scope="module")
def study() -> Study:
    made = make_scenario("three", CHANGES, delivery={"share": "90% in [0.4, 1] uniform"})
    return open_study(LINEAR).with_scenario(made)


@pytest.fixture(scope="module")
def game(study: Study) -> PolicyGroups:
    whole = study.world("three", DRAWS)
    without = study.world("baseline", DRAWS)
    causes = {name.partition("[")[0]: [name.partition("[")[0]] for name in CHANGES}
    targets = list(study.indicators.values())
    return PolicyGroups(without, whole, causes, study.movable, study.reported, targets)


@settings(max_examples=20)
@given(
    st.lists(st.lists(st.booleans(), min_size=3 * DRAWS, max_size=3 * DRAWS), min_size=1),
    st.permutations(range(DRAWS)),
    st.integers(1, DRAWS),
)
def test_each_draw_has_its_own_policies(
    game: PolicyGroups, members: list[list[bool]], order: list[int], count: int
) -> None:
    rows = np.array(order[:count])
    wanted = [np.array(each).reshape(3, DRAWS)[:, :count] for each in members]
    found = game.values(rows, wanted)
    assert found.shape == (len(wanted), len(game.targets), count)
    alone = {}
    for group, values in zip(wanted, found, strict=True):
        for column, row in enumerate(rows):
            there = tuple(group[:, column])
            if there not in alone:
                own = {
                    name: game.with_all.value(name)
                    for name, has in zip(game.causes, there, strict=True)
                    if has
                }
                run = game.without.with_values(own).run(game.outputs)
                alone[there] = np.array([target_values(run, t) for t in game.targets])
            assert values[:, column] == pytest.approx(alone[there][:, row], rel=1e-12)


def test_batches_do_not_matter(game: PolicyGroups, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = [np.eye(3, dtype=bool)[:, [number % 3]] for number in range(7)]
    counted: list[int] = []
    whole = game.values(np.arange(DRAWS), wanted, counted.append)
    monkeypatch.setattr(module, "AT_ONCE", 2 * DRAWS)
    parts = game.values(np.arange(DRAWS), wanted, counted.append)
    assert np.array_equal(whole, parts)
    assert counted == [7, 2, 2, 2, 1]
    assert game.values(np.arange(0), wanted).shape == (7, len(game.targets), 0)


def test_rules_are_in_force_where_their_group_is(study: Study) -> None:
    rule = {
        "label": {"en": "Help", "zh": "扶持"},
        "check": 2023,
        "if": {"variable": "size", "below": 105.8},
        "then": {"set": {"policy": 2}},
    }
    changes = {"zone growth[South]": {"ramp": {"from": 2023, "until": 2025, "to": 4.0}}}
    study = study.with_scenario("ruled", changes, rules={"help": rule})
    found = study.split("ruled", "size", draws=200, measure="median")
    assert found.table.index.tolist() == ["rules", "zone growth"]
    chance = study.split("ruled", "size", draws=200)
    ends = [study.attainment(study.ensemble(name, 200)) for name in ("baseline", "ruled")]
    assert [chance.before, chance.after] == [end.loc["size", "probability"] for end in ends]
    assert chance.table.loc["rules", "alone"] == pytest.approx(chance.after - chance.before)
