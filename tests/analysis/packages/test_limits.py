"""Limits on levers, and whether some levels keep to all of them."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import xhsim
from tests.analysis.studies import LINEAR
from xhsim.analysis.packages.limits import (
    LeverLimit,
    check_feasible,
    money_a_year,
    money_in_a_year,
    money_in_all,
    read_goals,
    share_of_the_programme,
)
from xhsim.analysis.policies.levers import Lever
from xhsim.errors import InputError
from xhsim.wording.label import Label

LEVERS = [
    Lever("grants", "", 1, 5, 1, is_money=True),
    Lever("homes", "North", 0, 4, 2, is_money=True),
    Lever("homes", "South", 0, 4, 0, is_money=True),
    Lever("share", "", 0, 1, 0.5, is_money=False),
]
LEVELS = np.array([[3.0, 2.0, 1.0, 0.7]])


def test_money_is_that_of_spending_levers() -> None:
    assert money_a_year(LEVERS, 9).reached(LEVELS).tolist() == [6]
    # Half way from 3 to 6 in 2022.
    between = money_in_a_year(LEVERS, 2022, 9, (2021, 2023))
    assert between.reached(LEVELS).tolist() == [4.5]
    whole = money_in_all(LEVERS, 9, (2021, 2023), 2021, 2025)
    assert whole.reached(LEVELS).tolist() == [3 + 4.5 + 6 + 6 + 6]
    assert whole.label == Label("Money in 2021-2025", "2021—2025年资金合计")


def test_a_share_is_of_the_money_of_the_package() -> None:
    limit = share_of_the_programme(LEVERS, "homes", 0.25)
    assert limit.reached(LEVELS).tolist() == [3 - 0.25 * 6]  # twice what it may be
    one = share_of_the_programme(LEVERS, "homes[north], grants", 1)
    assert one.reached(LEVELS).tolist() == [-1]


@pytest.mark.parametrize(
    ("written", "most", "words"),
    [
        ("hoems", 0.5, 'did you mean "homes"'),
        ("homes[East]", 0.5, 'unknown element of "homes"'),
        ("share", 0.5, '"share" is no spending'),
        ("homes", 1.5, "1.5 is not a share"),
    ],
)
def test_a_share_that_cannot_be(written: str, most: float, words: str) -> None:
    with pytest.raises(InputError, match=re.escape(words)):
        share_of_the_programme(LEVERS, written, most)


def test_the_limit_that_cannot_be_kept_is_named() -> None:
    with pytest.raises(InputError, match=r"Money a year: 0.5 is less than 1, the least"):
        check_feasible(LEVERS, [money_a_year(LEVERS, 0.5)])
    limits = [money_a_year(LEVERS, 3.0), share_of_the_programme(LEVERS, "grants", 0.2)]
    with pytest.raises(InputError, match="no package keeps to all limits together"):
        check_feasible(LEVERS, limits)


@given(
    st.lists(
        st.tuples(st.lists(st.floats(-2, 2), min_size=4, max_size=4), st.floats(-4, 8)), max_size=4
    )
)
def test_levels_found_keep_to_all_limits(rows: list[tuple[list[float], float]]) -> None:
    limits = [LeverLimit(Label("x", "x"), np.array(weights), most) for weights, most in rows]
    corners = np.array(np.meshgrid(*[np.linspace(x.low, x.high, 4) for x in LEVERS]))
    some = corners.reshape(4, -1).T
    kept = np.all([limit.reached(some) <= limit.most for limit in limits], axis=0)
    try:
        levels = check_feasible(LEVERS, limits)
    except InputError:
        assert not np.any(kept)
        return
    assume(limits)
    for limit in limits:
        assert limit.reached(levels[np.newaxis])[0] <= limit.most + 1e-6


def test_goals_are_probabilities() -> None:
    study = xhsim.open_study(LINEAR)
    goals = read_goals(study, {"size": 0.6, "at least 2": 0.5, "weakest of growth": 0.1})
    assert [goal.least for goal in goals] == [0.6, 0.5, 0.1]
    with pytest.raises(InputError, match='did you mean "size"'):
        read_goals(study, {"sise": 0.6})
