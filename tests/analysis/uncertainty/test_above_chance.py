"""Numbers above chance: those that matter are found, irrelevant and tied ones are not."""

from __future__ import annotations

import numpy as np
import pytest

from xhsim.analysis.uncertainty.above_chance import above_chance


def test_irrelevant_numbers_are_rarely_accepted() -> None:
    drawn = np.random.default_rng(1)
    found = sum(
        bool(above_chance(drawn.standard_normal((50, 200)), drawn.standard_normal(200), 200))
        for _ in range(200)
    )
    assert 1 <= found <= 22  # 5 % of 200 is 10


def test_a_number_that_the_draws_tie_to_one_that_matters() -> None:
    drawn = np.random.default_rng(2).standard_normal((30, 256))
    drawn[5] = 0.75 * drawn[4] + np.sqrt(1 - 0.75**2) * drawn[5]
    result = drawn[4] + 0.5 * np.random.default_rng(3).standard_normal(256)
    assert abs(np.corrcoef(drawn[5], result)[0, 1]) > 0.5
    assert above_chance(drawn, result, 256) == [4]


def test_draws_that_are_worth_less() -> None:
    drawn = np.random.default_rng(4).standard_normal((30, 1000))
    noise = np.random.default_rng(5).standard_normal(1000)
    result = drawn[2] * 0.3 + drawn[7:9].sum(axis=0) + noise
    assert set(above_chance(drawn, result, 1000)) == {2, 7, 8}
    assert 2 not in above_chance(drawn, result, 60)
    assert above_chance(drawn, result, 8) == []


@pytest.mark.parametrize("shape", [(0, 50), (3, 50)])
def test_nothing_varies(shape: tuple[int, int]) -> None:
    assert above_chance(np.full(shape, np.nan), np.full(50, np.nan), 50) == []
