"""Conditional probabilities: the draws in which something holds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from tests.analysis.studies import ensemble
from xhsim.analysis.judging.conditions import given, parse_condition
from xhsim.analysis.study import Study
from xhsim.errors import InputError

MADE = ensemble(x=[[9, 11, 12], [9, 9, 10], [9, 11, 9], [9, 9, 8]], y=[[1, 2, 3]] * 4)


@pytest.mark.parametrize(
    ("condition", "draws"),
    [
        ("x >= 10 in 2022", [0, 1]),
        ("x > 10 in 2022", [0]),
        ("x < 10 in 2022", [2, 3]),
        ("x <= 9 in 2022", [2, 3]),
        ("x>10 in 2021", [0, 2]),
        ("growth of x >= 0 % from 2020 to 2022", [0, 1, 2]),
        ("growth of x < 0 from 2021 to 2022", [2, 3]),
    ],
)
def test_which_draws(condition: str, draws: list[int]) -> None:
    kept = given(MADE, condition)
    assert kept["draw"].values.tolist() == draws
    assert kept.attrs["condition"] == condition
    assert kept.attrs["of_draws"] == 4
    assert "condition" not in MADE.attrs


def test_two_conditions() -> None:
    kept = given(given(MADE, "x >= 9 in 2022"), "x < 11 in 2021")
    assert kept["draw"].values.tolist() == [1]
    assert kept.attrs["condition"] == "x >= 9 in 2022 and x < 11 in 2021"
    assert kept.attrs["of_draws"] == 4


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x is large", "is not a condition"),
        ("x > 10", "is not a condition"),
        ("growth of x > 10 in 2022", "is not a condition"),
        ("x > 10 from 2020 to 2022", "is not a condition"),
        ("growth of x > 1 from 2022 to 2020", "2020 is not after 2022"),
        ("x > 100 in 2022", "holds in none of 4 draws. the values range from 8 to 12"),
        ("z > 1 in 2022", "which the ensemble lacks"),
        ("x > 1 in 2030", "2030, which the run does not save"),
    ],
)
def test_mistakes(text: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        given(MADE, text)
    assert words in str(caught.value)


@examples(st.floats(-1e6, 1e6), st.sampled_from(["<", "<=", ">", ">="]), st.integers(1990, 2100))
def test_what_is_written_is_read(number: float, way: str, year: int) -> None:
    target, met = parse_condition(f"cluster output[Digital] {way} {number!r} in {year}")
    assert (target.value, target.deadline) == (number, year)
    assert str(target.variable) == "cluster output[Digital]"
    assert met == (way in (">", ">=", "<=") and target.direction == way)


def test_a_condition_and_its_opposite_make_the_whole(xuhui: Study) -> None:
    made = xuhui.ensemble("baseline", draws=512)
    parts = [given(made, f"growth of GDP {way} 7 % from 2020 to 2025") for way in ("<", ">=")]
    sizes = np.array([part.sizes["draw"] for part in parts])
    assert sizes.sum() == 512
    chances = [xuhui.attainment(part)["probability"].to_numpy() for part in parts]
    whole = xuhui.attainment(made)["probability"].to_numpy()
    assert (np.array(chances).T @ sizes / 512) == pytest.approx(whole)
    # Where the economy grows more, modern services do so more often.
    assert chances[1][0] > chances[0][0]
