"""The time grid: even and uneven steps, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from xhsim.engine.running.grid import Grid

EVEN = Grid(2015.0, 0.1)
UNEVEN = Grid(0.0, 1.0, (0.0, 1.0, 1.5, 2.0, 4.0), (1.0, 0.5, 0.5, 2.0, 2.0))


def test_counted_steps_do_not_drift() -> None:
    added = 2015.0
    for _ in range(1000):
        added += 0.1
    assert EVEN.time_of(1000) == 2115.0 != added


def test_steps_and_times_are_inverse() -> None:
    for grid, counts in ((EVEN, range(0, 200, 7)), (UNEVEN, range(5))):
        for count in counts:
            assert grid.number_at(grid.time_of(count)) == count
            assert grid.count_to(grid.time_of(count)) == count


@pytest.mark.parametrize(("time", "length"), [(0.0, 1), (0.9, 1), (1.0, 0.5), (1.7, 0.5), (3, 2)])
def test_the_length_is_that_of_the_step_around_a_time(time: float, length: float) -> None:
    assert UNEVEN.length_at(time) == length
    assert EVEN.length_at(2015 + time) == 0.1


def test_a_time_inside_a_step_is_reached_at_its_end() -> None:
    assert EVEN.count_to(2015.25) == 3
    assert UNEVEN.count_to(1.6) == 3


def test_nearest_ends_of_steps() -> None:
    assert UNEVEN.nearest(np.array([0.4, 0.6, 1.2, 2.9, 3.1])).tolist() == [0, 1, 1, 2, 4]
    np.testing.assert_allclose(EVEN.nearest(np.array([2015.26])), [2015.3], rtol=1e-15)


def test_counts_exist_only_for_times_on_steps() -> None:
    assert EVEN.counts_of(np.array([2015.0, 2015.3, 2016.0])) == (0, 3, 10)
    assert EVEN.counts_of(np.array([2015.0, 2015.25])) is None
    assert UNEVEN.counts_of(np.array([1.5, 4.0])) == (2, 4)
