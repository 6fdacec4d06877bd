"""The bounds of levers."""

from __future__ import annotations

import pytest

import xhsim
from tests.analysis.studies import LINEAR
from xhsim.analysis.policies.levers import Lever, levers_named, levers_of
from xhsim.errors import InputError

STUDY = xhsim.open_study(LINEAR)


def test_a_lever_has_the_range_of_its_record() -> None:
    (lever,) = levers_of(STUDY, "baseline", keep=False)
    assert lever == Lever("policy", "", 0.0, 5.0, 0.0, is_money=True)
    assert lever.is_free


def test_bounds_and_changes_narrow_it() -> None:
    (lever,) = levers_of(STUDY, "baseline", bounds={"Policy": (2, 4)})
    assert (lever.low, lever.high) == (2, 4)
    (lever,) = levers_of(STUDY, "baseline", most_change={"policy": 3})
    assert (lever.low, lever.high) == (0, 3)
    (lever,) = levers_of(STUDY, "baseline", bounds={"policy": (2, 2)})
    assert not lever.is_free


@pytest.mark.parametrize(
    ("bounds", "most_change", "words"),
    [
        ({"polisy": (0, 1)}, {}, 'unknown lever "polisy". did you mean "policy"'),
        ({}, {"polisy": 1.0}, 'unknown lever "polisy"'),
        ({"policy": (0, 6)}, {}, "choose bounds between 0 and 5"),
        ({"policy": (3, 2)}, {}, "do not fit its range"),
        ({"policy": (4, 5)}, {"policy": 3.0}, "leaves it no level"),
        ({}, {"policy": -1.0}, "leaves it no level"),
        ({"policy[a]": (0, 1)}, {}, "has no elements"),
    ],
)
def test_bounds_that_do_not_fit(
    bounds: dict[str, tuple[float, float]], most_change: dict[str, float], words: str
) -> None:
    with pytest.raises(InputError, match=words.replace("[", r"\[")):
        levers_of(STUDY, "baseline", bounds=bounds, most_change=most_change)


def test_a_scenario_that_moves_a_lever_is_refused() -> None:
    with pytest.raises(InputError, match=r"changes .policy. over time"):
        levers_of(STUDY, "programme")


def test_a_name_without_an_element_means_each() -> None:
    levers = [Lever("support", zone, 0, 1, 0, is_money=True) for zone in ("North", "South")]
    assert levers_named("support", levers) == levers
    assert levers_named("support[north]", levers) == levers[:1]
