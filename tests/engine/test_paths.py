"""Paths: values between and beyond knots, jumps, splices, stacks, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xhsim.engine.paths import Path

KNOTS = st.lists(st.integers(2015, 2030), min_size=1, max_size=6).map(sorted)


@given(KNOTS, st.data())
def test_without_jumps_it_is_linear_interpolation(times: list[int], data: st.DataObject) -> None:
    times = sorted(set(times))
    values = data.draw(st.lists(st.floats(-9, 9), min_size=len(times), max_size=len(times)))
    at = np.linspace(2014, 2031, 69)
    np.testing.assert_allclose(Path(times, values).at(at), np.interp(at, times, values), atol=1e-12)


def test_a_jump_has_its_second_value_from_its_time_on() -> None:
    path = Path([2020, 2022, 2022], [0.0, 2.0, 5.0])
    assert path.at([2019, 2021, 2021.5, 2022, 2030]).tolist() == [0, 1, 1.5, 5, 5]
    assert path.breakpoints == (2020.0, 2022.0)
    assert Path.constant(3.0).breakpoints == ()


def test_a_splice_keeps_every_bit_before_the_date() -> None:
    first, later = Path([2015, 2024], [0.1, 0.7]), Path([2020, 2026], [[1.0, 2.0], [3.0, 5.0]])
    both = first.splice(later, 2021.3)
    before, after = np.linspace(2014, 2021.29, 50), np.linspace(2021.3, 2028, 50)
    np.testing.assert_array_equal(both.at(before), np.repeat(first.at(before)[:, None], 2, axis=1))
    np.testing.assert_allclose(both.at(after), later.at(after), rtol=1e-14)


def test_a_splice_before_the_first_knot_keeps_its_level() -> None:
    both = Path([2025, 2026], [1.0, 2.0]).splice(Path.constant(9.0), 2020)
    assert both.at([2019.9, 2020.0, 2026]).tolist() == [1, 9, 9]


def test_stacked_paths_keep_their_own_values() -> None:
    paths = [Path([2020, 2022], [0.0, 4.0]), Path([2021, 2021], [1.0, 3.0]), Path.constant(7.0)]
    stacked = Path.stack(paths)
    for time in (2019.0, 2020.5, 2021.0, 2021.7, 2023.0):
        expected = [float(path.at(time)) for path in paths]
        np.testing.assert_allclose(stacked.at(time), expected, rtol=1e-14)


def test_equal_paths_have_equal_knots() -> None:
    assert Path([1, 2], [3, 4]) == Path([1.0, 2.0], [3.0, 4.0])
    assert Path([1, 2], [3, 4]) != Path([1, 2], [3, 5])
    assert Path([1], [3]) != 3


@pytest.mark.parametrize(
    ("times", "values", "words"),
    [
        ([], [], "at least one knot"),
        ([1, 2], [1.0], r"2 knot times but values of shape \(1,\)"),
        ([2, 1], [1.0, 2.0], "must not decrease"),
        ([1, 2], [1.0, float("nan")], "finite numbers"),
        ([float("inf")], [1.0], "finite numbers"),
    ],
)
def test_what_is_not_a_path_is_refused(times: list[float], values: list[float], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Path(times, values)
    with pytest.raises(ValueError, match="slopes must have the shape"):
        Path([1, 2], [1.0, 2.0], [0.0])
