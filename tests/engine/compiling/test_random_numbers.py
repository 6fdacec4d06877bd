"""Random numbers of a model: the same in any block, and of the right distribution."""

from __future__ import annotations

import numpy as np
from scipy import stats

from xhsim.engine.compiling.random_numbers import (
    make_noise,
    make_noise_of_one,
    random_exponential,
    random_normal,
    random_uniform,
)

NUMBERS = (np.arange(20_000) + 0.5) / 20_000


def number_at(clock: float) -> int:
    return round(clock)


def test_a_draw_has_its_numbers_in_any_block() -> None:
    whole = make_noise(7, number_at, slice(0, 50))(3, (2,), 4.0)
    assert whole.shape == (2, 50)
    for part in (slice(0, 1), slice(5, 6), slice(3, 22), slice(48, 50)):
        some = make_noise(7, number_at, part)(3, (2,), 4.0)
        np.testing.assert_array_equal(some, whole[:, part])


def test_seed_stream_step_and_element_have_numbers_of_their_own() -> None:
    noise = make_noise(7, number_at, slice(0, 8))
    first = noise(3, (2,), 4.0)
    others = [
        make_noise(8, number_at, slice(0, 8))(3, (2,), 4.0),
        noise(4, (2,), 4.0),
        noise(3, (2,), 5.0),
        first[::-1],
    ]
    assert not any(np.isin(other, first).all() for other in others[:3])
    assert not np.isin(others[3][0], first[0]).any()
    np.testing.assert_array_equal(first, noise(3, (2,), 4.2))  # the same step


def test_a_run_without_draws_has_the_numbers_of_the_first_draw() -> None:
    which = [(3, 1), (0, 0), (3, 0)]
    one = make_noise_of_one(2**40 + 7, number_at, which, 5_000)
    several = make_noise(2**40 + 7, number_at, slice(0, 1))
    for step in (0, 1, 1364, 1365, 1366, 5_000, 2):
        expected = [several(stream, (2,), step)[element, 0] for stream, element in which]
        assert one(float(step)) == expected


def test_numbers_are_uniform_and_inside() -> None:
    numbers = make_noise(1, number_at, slice(0, 20_000))(0, (), 0.0)
    assert 0 < numbers.min() < numbers.max() < 1
    assert stats.kstest(numbers, "uniform").pvalue > 1e-3


def test_distributions_by_their_quantiles() -> None:
    assert random_uniform(0.25, 2.0, 6.0) == 3
    bounds = (1.0 - 2) / 0.5, (4.0 - 2) / 0.5
    normal = stats.truncnorm.ppf(NUMBERS, *bounds, loc=2, scale=0.5)
    np.testing.assert_allclose(random_normal(NUMBERS, 1.0, 4.0, 2.0, 0.5), normal, rtol=1e-9)
    exponential = 1 + stats.truncexpon.ppf(NUMBERS, 2.0 / 0.5, scale=0.5)
    found = random_exponential(NUMBERS, 0.0, 3.0, 1.0, 0.5)
    np.testing.assert_allclose(found, exponential, rtol=1e-9)
