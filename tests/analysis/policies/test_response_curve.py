"""Crossings, intervals and turns of curves that are made by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xhsim.analysis.judging.probability import chance
from xhsim.analysis.policies.response_curve import ResponseCurve

GRID = np.linspace(0, 1, 101)
DRAWS = np.arange(1000) / 1000


def curve(height: np.ndarray, points: np.ndarray = GRID, worth: float = 1.0) -> ResponseCurve:
    """Return a curve with these probabilities, of which each draw has its own threshold."""
    met = DRAWS[np.newaxis] < height[:, np.newaxis] - 1e-9
    return ResponseCurve(points, met, np.ones_like(met), worth)


def test_a_rising_curve_crosses_once() -> None:
    (found,) = curve(GRID).crossings(0.6)
    assert (found.at, found.missed) == pytest.approx((0.6, 0.59))


def test_the_interval_holds_the_points_that_the_draws_do_not_contradict() -> None:
    """Of a straight line the interval is that of the probability, turned round."""
    (found,) = curve(GRID).crossings(0.6)
    lows = [chance(round(1000 * x), 1000).ci_low for x in GRID]
    highs = [chance(round(1000 * x), 1000).ci_high for x in GRID]
    assert found.low == pytest.approx(np.interp(0.6, highs, GRID), abs=1e-6)
    assert found.high == pytest.approx(np.interp(0.6, lows, GRID), abs=1e-6)


def test_draws_that_are_worth_less_widen_it() -> None:
    (full,), (half,) = (curve(GRID, worth=worth).crossings(0.6) for worth in (1.0, 0.5))
    assert half.low < full.low < full.high < half.high


def test_an_end_that_the_draws_do_not_bound_is_infinite() -> None:
    (found,) = curve(0.49 + GRID / 50).crossings(0.5)
    assert (found.low, found.high) == (-math.inf, math.inf)
    (steep,) = curve(0.49 + GRID / 5).crossings(0.5)
    assert steep.low == -math.inf
    assert steep.high < 1


def test_a_coarse_grid_brackets_what_a_fine_one_finds() -> None:
    coarse = curve(np.array([0.0, 1.0]), np.array([0.0, 1.0]))
    (found,) = coarse.crossings(0.6)
    assert (found.missed, found.at) == (0.0, 1.0)
    assert 0 < found.low <= found.high < 1
    assert coarse.brackets(0.6, 0.0) == [(0.0, 1.0)]


def test_a_hill_is_crossed_twice_and_turns() -> None:
    hill = curve(1 - np.abs(2 * GRID - 1))
    up, down = hill.crossings(0.5)
    assert up.missed < up.at <= down.at < down.missed
    rise, fall = hill.turns()
    assert (rise.first, rise.last, fall.last) == pytest.approx((0.0, 0.5, 1.0))
    assert (rise.before, rise.after, fall.after) == pytest.approx((0.0, 1.0, 0.0), abs=1e-3)


def test_noise_is_no_turn() -> None:
    wiggly = GRID / 2 + np.where(np.arange(101) % 2, 0.001, 0.0)
    assert curve(wiggly).turns() == []


def test_failed_draws_do_not_count() -> None:
    met = np.array([[True, False, True, True]])
    good = np.array([[True, True, False, True]])
    assert ResponseCurve(np.zeros(1), met, good).probabilities[0] == pytest.approx(2 / 3)


@given(
    st.lists(st.integers(0, 40), min_size=2, max_size=12),
    st.floats(0.01, 0.99),
)
def test_every_crossing_is_between_neighbours(heights: list[int], wanted: float) -> None:
    points = np.arange(len(heights), dtype=float)
    met = np.arange(40)[np.newaxis] < np.array(heights)[:, np.newaxis]
    made = ResponseCurve(points, met, np.ones_like(met))
    reached = made.probabilities >= wanted
    found = made.crossings(wanted)
    assert len(found) == int((reached[1:] != reached[:-1]).sum())
    for each in found:
        assert abs(each.at - each.missed) == 1
        assert reached[int(each.at)]
        assert not reached[int(each.missed)]
        assert each.low <= max(each.at, each.missed)
        assert each.high >= min(each.at, each.missed)
        assert each.low <= each.high


def test_where_every_draw_has_failed_there_is_no_crossing() -> None:
    """The probability rises to 0.8 and is then unknown: the best is the last that is known."""
    points = np.arange(5.0)
    whole = curve(np.array([0.2, 0.5, 0.8, 0.8, 0.8]), points)
    counted = np.repeat(points[:, np.newaxis] < 3, 1000, axis=1)
    found = ResponseCurve(points, whole.met, counted)
    assert found.best == 2
    assert [each.at for each in found.crossings(0.6)] == [2.0]
    assert found.turns() == []
    assert found.crossings(0.79)[0].high == math.inf
