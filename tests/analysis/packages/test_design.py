"""Designs whose answers are known: a line, and two levers with decreasing returns."""

from __future__ import annotations

import math
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest

import xhsim
from tests.analysis.packages.designs import returns as make_returns
from tests.analysis.packages.designs import straight as make_straight
from xhsim.analysis.packages.design import PackageDesign, _settable
from xhsim.analysis.packages.limits import money_a_year
from xhsim.analysis.packages.worth import JUDGES
from xhsim.analysis.policies.levers import Lever
from xhsim.analysis.study import Study
from xhsim.errors import InputError


@pytest.fixture(scope="module")
def straight(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return make_straight(tmp_path_factory.mktemp("design"))


@pytest.fixture(scope="module")
def returns(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return make_returns(tmp_path_factory.mktemp("design"))


def cell(table: pd.DataFrame, row: str, column: str) -> float:
    return float(cast(Any, table).loc[row, column])


def split(design: PackageDesign) -> float:
    """Return the share of the first lever."""
    return design.levels["policy"] / design.money


def test_the_least_money_for_an_even_chance(straight: Study) -> None:
    """Growth adds 15 at the median, and the lever 3.5 for each unit."""
    design = straight.design("money", at_least={"far": 0.5})
    assert design.is_allowed
    assert design.money == pytest.approx((20 - 15) / 3.5, rel=0.01)
    assert cell(design.targets, "far", "after") == pytest.approx(0.5, abs=0.01)
    (row,) = design.limits.to_dict(orient="records")
    assert (row["kind"], row["limit"]) == ("least", 0.5)
    assert row["reached"] == cell(design.targets, "far", "after")


def test_a_goal_beyond_reach_is_not_taken_for_reached(straight: Study) -> None:
    design = straight.design("money", at_least={"far": 0.5}, bounds={"policy": (0, 1)}, draws=64)
    assert not design.is_allowed
    reached = cell(design.targets, "far", "after")
    assert design.message == (
        "no package was found that reaches the goal. Probability of Far: "
        f"{100 * reached:.1f} % at best, asked for at least 50 %"
    )
    assert design.levels["policy"] == 1  # the nearest
    assert design.at_bounds == {"policy": "highest"}


@pytest.mark.parametrize("objective", ["far", "mean", "shortfall", "2 * mean + weakest"])
def test_money_goes_where_it_does_most(returns: Study, objective: str) -> None:
    design = returns.design(objective, money=1.0, draws=128)
    assert 0.99 < design.money <= 1.0 + 1e-9  # less by what rounding leaves
    assert split(design) == pytest.approx(0.8, abs=0.06)
    best = 2 * math.sqrt(0.8) + math.sqrt(0.2)
    reached = 2 * math.sqrt(design.levels["policy"]) + math.sqrt(design.levels["second policy"])
    assert reached == pytest.approx(best, rel=0.01)


@pytest.mark.parametrize(
    ("limits", "levels"),
    [
        # Nothing in 2021, then four years at the level: 2 in all are 0.5 a year.
        ({"money_in_total": 2.0}, (0.4, 0.1)),
        # Half way in 2022 if levers move from 2021 to 2023.
        ({"money": {2022: 0.25}, "years": (2021.0, 2023.0)}, (0.4, 0.1)),
        ({"money": 1.0, "shares": {"policy": 0.5}}, (0.5, 0.5)),
        ({"money": 1.0, "most_change": {"policy": 0.25}}, (0.25, 0.75)),
        ({"money": 1.0, "bounds": {"second policy": (0.5, 0.5)}}, (0.5, 0.5)),
        ({"money": 1.0, "shares": {"policy": 0.6}, "bounds": {"policy": (0, 0.3)}}, (0.3, 0.7)),
    ],
)
def test_limits_are_kept(
    returns: Study, limits: dict[str, Any], levels: tuple[float, float]
) -> None:
    design = returns.design("mean", draws=64, **limits)
    found = [design.levels[name] for name in ("policy", "second policy")]
    assert found == pytest.approx(levels, abs=0.03)
    rows = design.limits
    assert (rows["reached"] <= rows["limit"] + 1e-9).all()


@pytest.mark.parametrize(("rule", "share"), [("worst", 0.5), ("regret", 0.5)])
def test_two_scenarios_that_pull_apart_are_met_in_the_middle(
    returns: Study, rule: Any, share: float
) -> None:
    """One wants four to one, the other one to four."""
    design = returns.design(
        "far", money=1.0, under=["baseline", "turned"], rule=rule, draws=128, against=["nothing"]
    )
    assert design.under == ("baseline", "turned")
    assert split(design) == pytest.approx(share, abs=0.05)
    one, other = (cell(design.worth, "designed", name) for name in design.under)
    assert one == pytest.approx(other, abs=0.03)
    counted = design.value
    if rule == "worst":
        assert counted == min(one, other)
        assert cell(design.targets, "far", "after") == min(one, other)
    else:
        alone = returns.design("far", money=1.0, draws=128)
        assert counted == pytest.approx(alone.value - min(one, other), abs=0.01)
    assert list(design.differences.index) == ["baseline", "nothing"]


def test_a_weighted_sum_has_its_parts(returns: Study) -> None:
    design = returns.design("2 * mean - 0.1 * money", draws=64)
    assert list(design.parts.columns) == ["mean", "money"]
    total = 2 * design.parts["mean"] - 0.1 * design.parts["money"]
    assert total.tolist() == pytest.approx(design.worth["value"].tolist())


def test_a_target_that_loses_is_named(returns: Study) -> None:
    """Less of both programmes makes size smaller."""
    spent = returns.with_scenario("spent", {"policy": 2.0, "second policy": 1.0})
    design = spent.design("far", scenario="spent", money=1.0, keep=False, draws=64)
    assert design.less_likely == ("far",)


def test_a_scenario_of_its_own_is_designed_for_alone(returns: Study) -> None:
    design = returns.design("far", money=1.0, under=["turned"], draws=128)
    assert split(design) == pytest.approx(0.2, abs=0.06)


def test_it_is_judged_as_the_scenario_that_it_becomes(returns: Study) -> None:
    """On draws of the next seed, paired with the parent and with another scenario."""
    push = {"policy": {"ramp": {"from": 2021, "until": 2022, "to": 1}}}
    study = returns.with_scenario("push", push)
    design = study.design("far", money=1.0, against=["push"], draws=64, seed=3, name="mine")
    assert repr(design).splitlines()[0] == 'PackageDesign "mine" from "baseline"'
    assert f"far: {100 * design.value:.1f} % (95 %: " in repr(design)
    assert repr(design).endswith(", before 0; 2 of 2 levers moved")
    found = study.with_scenario(design.scenario)
    for name in ("baseline", "mine", "push"):
        judged = found.attainment(found.ensemble(name, JUDGES, 4))
        for ours, theirs in (("value", "probability"), ("low", "ci_low"), ("high", "ci_high")):
            assert cell(design.worth, name, ours) == pytest.approx(cell(judged, "far", theirs))
    assert design.worth["money"].tolist() == [0.0, design.money, 1.0]
    difference = found.difference("mine", against="push", draws=JUDGES, seed=4)
    for key in ("difference", "low", "high"):
        added = cell(design.differences, "push", key)
        assert added == pytest.approx(cell(difference, "far", key), abs=1e-9)
    gain = found.difference("mine", against="baseline", draws=JUDGES, seed=4)
    for ours, theirs in (("gain", "difference"), ("gain_low", "low"), ("gain_high", "high")):
        assert cell(design.targets, "far", ours) == pytest.approx(cell(gain, "far", theirs))
    assert cell(design.differences, "push", "low") > 0  # four to one is better than all for one
    assert design.scenario.description == (
        "Found by a search. Objective: Probability of Far. Spending: 1.0 a year."
    )


@pytest.mark.parametrize(
    ("objective", "options", "words"),
    [
        ("fra", {}, 'did you mean "far"'),
        ("far", {"at_least": {"fra": 0.5}}, 'did you mean "far"'),
        ("far", {"at_least": {"far": 1.0}}, "must be between 0 and 1"),
        ("far", {"at_least": {"mean": 0.5}}, '"mean" is no probability'),
        ("far", {"money": -1.0}, "Money a year: -1 is less than 0"),
        ("far", {"money": math.nan}, "is no amount"),
        ("far", {"money": {2023: -1.0}}, "Money in 2023"),
        (
            "far",
            {"money": {2035: 25}},
            "the money of 2035: runs end in 2025. give a year from 2021",
        ),
        ("far", {"money": {2019: 25}}, "levers move from 2021 on"),
        ("far", {"bounds": {"polisy": (0, 1)}}, 'did you mean "policy"'),
        ("far", {"shares": {"polisy": 0.5}}, 'did you mean "policy"'),
        ("far", {"scenario": "programme"}, "changes .policy. over time"),
        ("far", {"under": ["programme"]}, "sets spending itself"),
        ("far", {"against": ["baselin"]}, 'did you mean "baseline"'),
        ("far", {"rule": "wrost"}, 'did you mean "worst"'),
        ("money", {}, "spends as little as possible"),
        ("far", {"money": 1.0, "bounds": {"policy": (2, 3)}}, "1 is less than 2"),
    ],
)
def test_what_a_design_may_not_ask(
    straight: Study, objective: str, options: dict[str, Any], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        straight.design(objective, **options)


def test_limits_that_contradict_each_other_are_told(returns: Study) -> None:
    with pytest.raises(InputError, match="no package keeps to all limits together"):
        returns.design(
            "far",
            money=1.0,
            shares={"policy": 0.2},
            bounds={"policy": (0.5, 5), "second policy": (0, 5)},
        )


def test_rounding_never_breaks_a_limit() -> None:
    levers = [Lever(name, "", 0, 5, 0, is_money=True) for name in "abc"]
    limits = [money_a_year(levers, 2.0)]
    found = _settable(levers, limits, np.full(3, 2 / 3))
    assert sorted(found.tolist()) == [0.66, 0.67, 0.67]


def test_a_lever_that_was_put_back_is_not_rounded() -> None:
    levers = [Lever("a", "", 0, 5, 0.12345, is_money=True), Lever("b", "", 0, 5, 0, is_money=True)]
    found = _settable(levers, [money_a_year(levers, 1.0)], np.array([0.12345, 0.87655]))
    assert found.tolist() == [0.12345, 0.87]


def test_the_shipped_study_has_what_a_design_needs() -> None:
    study = xhsim.open_study()
    with pytest.raises(InputError, match=r"Money a year: 12 is less than 15.9"):
        study.design("at least 14", money=12)
