"""Packages as a problem: objectives, limits, and the scenarios that are packages."""

from __future__ import annotations

import numpy as np
import pytest

from xhsim.analysis.fronts.packages import (
    PackageProblem,
    last_levels,
    policy_scenarios,
    read_limits,
    read_objectives,
)
from xhsim.analysis.fronts.question import front_question
from xhsim.analysis.policies.levers import levers_of
from xhsim.analysis.study import Study
from xhsim.errors import InputError


def test_costs_are_small_where_values_are_good(returns: Study) -> None:
    asked = front_question(returns, ["far", "money"], limits={"far": 0.5}, money=3.0, draws=32)
    problem = PackageProblem(asked.runs(32, 1), asked.objectives, asked.limits)
    costs, excess = problem.judge(np.array([[0.0, 0.0], [0.4, 0.2], [1.0, 1.0]]))
    assert (np.diff(costs[:, 0]) < 0).all()
    assert costs[:, 1].tolist() == pytest.approx([0, 3, 10])
    assert excess[:, 0] == pytest.approx(0.5 + costs[:, 0])
    assert excess[:, 1] == pytest.approx([-3, 0, 7])


def test_the_worst_scenario_counts(returns: Study) -> None:
    study = returns.with_scenario("dry", {"growth": {"step": {"year": 2023, "to": 1.0}}})
    points = np.array([[0.3, 0.3]])
    values = {}
    for names in (["baseline"], ["dry"], ["baseline", "dry"]):
        asked = front_question(study, ["far", "shortfall"], under=names, draws=32)
        problem = PackageProblem(asked.runs(32, 1), asked.objectives)
        values[len(names), names[-1]] = problem.judge(points)[0]
    assert (values[2, "dry"] == np.maximum(values[1, "baseline"], values[1, "dry"])).all()
    assert values[2, "dry"][0, 0] > values[1, "baseline"][0, 0]


def test_scenarios_that_move_levers_alone_are_packages(returns: Study) -> None:
    study = returns.with_scenario("both", {"second policy": 2.0}, extends="programme")
    levers = levers_of(study, "baseline")
    names = policy_scenarios(study, levers, "baseline")
    assert names == ("baseline", "nothing", "programme", "both")
    assert last_levels(study, levers, names) == {
        "baseline": {"policy": 0, "second policy": 0},
        "nothing": {"policy": 0, "second policy": 0},
        "programme": {"policy": 1, "second policy": 0},
        "both": {"policy": 1, "second policy": 2},
    }
    assert policy_scenarios(study, levers, "programme") == ("programme", "both")


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (["far"], "two or three objectives, not 1"),
        (["far", "far"], "different objectives"),
        (["mean", "money", "far", "shortfall"], "two or three objectives, not 4"),
        (["mean", "fur"], 'did you mean "far"'),
    ],
)
def test_objectives_that_make_no_front_are_refused(
    returns: Study, texts: list[str], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        read_objectives(texts, returns)


def test_money_is_a_limit_like_others(returns: Study) -> None:
    limits = read_limits({"far": 0.5}, 3.0, returns)
    assert {str(limit.objective): limit.value for limit in limits} == {"far": 0.5, "money": 3.0}
    with pytest.raises(InputError, match="fur"):
        read_limits({"fur": 0.5}, None, returns)
