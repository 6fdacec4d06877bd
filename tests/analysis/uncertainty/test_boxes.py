"""Boxes are found where they are, and not where nothing is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import chi2_contingency

from xhsim.analysis.uncertainty.boxes import Bounds, _evidence, find_bounds

Array = NDArray[np.float64]


def inside(bounds: list[Bounds], numbers: Array) -> NDArray[np.bool_]:
    held = [bound.hold(numbers[bound.number]) for bound in bounds]
    return np.all(held, axis=0) if held else np.ones(numbers.shape[1], dtype=bool)


def test_a_known_box_is_found() -> None:
    """Of 100 numbers two decide: it happens in 90 % of the draws inside, in 10 % outside."""
    rng = np.random.default_rng(1)
    numbers = rng.random((100, 3000))
    box = (numbers[17] < 0.4) & (numbers[55] > 0.3)
    happens = rng.random(3000) < np.where(box, 0.9, 0.1)
    found = {bound.number: bound for bound in find_bounds(numbers, happens)}
    assert set(found) == {17, 55}
    assert found[17].high == pytest.approx(0.4, abs=0.04)
    assert found[17].low == -np.inf
    assert found[55].low == pytest.approx(0.3, abs=0.04)
    assert found[55].high == np.inf


def test_both_ends_of_one_number() -> None:
    rng = np.random.default_rng(2)
    numbers = rng.random((20, 3000))
    happens = np.abs(numbers[4] - 0.5) < 0.2
    (bound,) = find_bounds(numbers, happens, limits=1)
    assert bound.number == 4
    assert bound.low == pytest.approx(0.3, abs=0.03)
    assert bound.high == pytest.approx(0.7, abs=0.03)


def test_a_category() -> None:
    rng = np.random.default_rng(3)
    numbers = rng.random((10, 2000))
    numbers[0] = rng.integers(0, 4, 2000)
    happens = rng.random(2000) < np.where(np.isin(numbers[0], [1, 3]), 0.8, 0.2)
    (bound,) = find_bounds(numbers, happens, categories=np.arange(10) == 0)
    assert bound.allowed == (1.0, 3.0)
    assert inside([bound], numbers).mean() == pytest.approx(0.5, abs=0.05)


def test_a_density_is_reached_with_less_coverage() -> None:
    rng = np.random.default_rng(4)
    numbers = rng.standard_normal((30, 4000))
    happens = numbers[0] + numbers[1] + 0.5 * rng.standard_normal(4000) > 1
    wide, pure = (find_bounds(numbers, happens, density=each) for each in (None, 0.9))
    rates = [happens[inside(each, numbers)].mean() for each in (wide, pure)]
    sizes = [inside(each, numbers).sum() for each in (wide, pure)]
    assert rates[1] >= 0.9 > rates[0]
    assert sizes[0] > sizes[1]
    assert {bound.number for bound in pure} == {0, 1}


def test_noise_has_no_box() -> None:
    found = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        found += bool(find_bounds(rng.random((100, 500)), rng.random(500) < 0.3))
    assert found <= 4
    assert find_bounds(np.ones((3, 100)), np.arange(100) < 50) == []
    assert find_bounds(np.random.default_rng(0).random((3, 100)), np.ones(100)) == []
    assert find_bounds(np.zeros((0, 100)), np.arange(100) < 50) == []


def test_the_evidence_is_the_likelihood_ratio_of_a_table() -> None:
    y = np.array([1.0] * 40 + [0.0] * 60)
    table = [[30, 20], [10, 40]]  # happens and not, inside and outside
    wanted = chi2_contingency(table, correction=False, lambda_="log-likelihood").statistic
    assert float(_evidence(np.asarray(30.0), np.asarray(50.0), y)) == pytest.approx(wanted)
    assert float(_evidence(np.asarray(10.0), np.asarray(50.0), y)) == 0


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 12), st.integers(30, 300), st.integers(1, 4))
def test_what_every_box_keeps(seed: int, count: int, draws: int, limits: int) -> None:
    rng = np.random.default_rng(seed)
    numbers = rng.integers(0, 12, (count, draws)).astype(float)  # with equal values
    happens = numbers[0] + rng.integers(0, 6, draws) > 10
    found = find_bounds(numbers, happens, limits=limits)
    assert len(found) <= limits
    assert len({bound.number for bound in found}) == len(found)
    if found:
        held = inside(found, numbers)
        assert held.mean() >= 0.05
        assert happens[held].mean() > happens.mean()
        # Only the order of values matters.
        other = find_bounds(np.exp(numbers / 3), happens, limits=limits)
        assert (inside(other, np.exp(numbers / 3)) == held).all()
