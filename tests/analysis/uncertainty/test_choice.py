"""What knowing a number is worth to a choice, against closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import norm

from xhsim.analysis.uncertainty.choice import gains, gains_of_noise
from xhsim.errors import InputError

Array = NDArray[np.float64]
DRAWS = 1000


def loss_of_normal(mean: float, slope: float) -> float:
    """Return E max(0, d) - max(0, E d) for a normal d: the unit normal loss, Raiffa 1961."""
    far = abs(mean / slope)
    return float(abs(slope) * (norm.pdf(far) - far * norm.sf(far)))


def two_options(mean: float, slope: float, noise: float, seed: int) -> tuple[Array, Array]:
    """Return a number, and an option with a normal benefit beside one that brings nothing."""
    known, own = np.random.default_rng(seed).standard_normal((2, DRAWS))
    return known, np.stack([np.zeros(DRAWS), mean + slope * known + noise * own])


@pytest.mark.parametrize(
    ("mean", "slope", "noise"), [(0.1, 0.3, 1.0), (0.3, 0.3, 1.0), (-0.3, -0.3, 0.5), (0.5, 1, 0.0)]
)
def test_a_normal_benefit_has_a_closed_form(mean: float, slope: float, noise: float) -> None:
    """Two options whose difference is linear in the number, with normal noise of its own."""
    truth = loss_of_normal(mean, slope)
    values, errors = [], []
    for seed in range(30):
        known, benefits = two_options(mean, slope, noise, seed)
        found = gains([known], benefits)
        values.append(found.value[0])
        errors.append(found.error[0])
    # The mean of 30 shows a bias; the standard errors are those of single estimates.
    assert np.mean(values) == pytest.approx(truth, abs=2 * np.mean(errors) / np.sqrt(30))
    inside = np.abs(np.array(values) - truth) < 1.96 * np.array(errors)
    assert inside.mean() >= 0.85


@pytest.mark.parametrize("mean", [0.03, 0.3])
def test_an_irrelevant_number_is_worth_nothing(mean: float) -> None:
    misses, values = 0, []
    for seed in range(60):
        known, benefits = two_options(mean, 0.0, 1.0, seed)
        found = gains([known], benefits)
        values.append(found.value[0])
        misses += found.value[0] - 1.96 * found.error[0] > 0
    assert misses <= 4
    assert np.mean(values) == pytest.approx(0, abs=0.005)


def test_noise_scatters_as_irrelevant_numbers_do() -> None:
    _, benefits = two_options(0.03, 0.0, 1.0, 7)
    noise = gains_of_noise(benefits, 100, seed=1)
    known = np.random.default_rng(2).standard_normal((100, DRAWS))
    others = gains(known, benefits).value
    assert noise.mean() == pytest.approx(others.mean(), abs=3 * others.std() / 10)
    assert noise.std() == pytest.approx(others.std(), rel=0.4)
    _, far = two_options(5.0, 0.0, 1.0, 7)
    assert not gains_of_noise(far, 20).any()


def test_a_category_tells_which_option_is_best_in_it() -> None:
    """Four structures, each with its best option: their means are all that can be known."""
    rng = np.random.default_rng(4)
    which = rng.integers(0, 4, 4000)
    means = np.array([[0.0, 1.0, 0.2, 0.0], [0.3, 0.0, 0.0, 0.5]])
    benefits = means[:, which] + 0.5 * rng.standard_normal((2, 4000))
    found = gains([which], benefits)
    truth = means.max(axis=0).mean() - means.mean(axis=1).max()
    assert found.value[0] == pytest.approx(truth, abs=3 * found.error[0])
    assert found.error[0] < 0.02
    assert found.changed[0] == pytest.approx(0.5, abs=0.03)


def test_it_agrees_with_brute_force_for_three_options_and_counts() -> None:
    """Whole numbers of targets met, whose chances bend with the number."""
    rng = np.random.default_rng(6)
    known = rng.standard_normal(20_000)
    chances = norm.cdf(np.stack([known - 0.4, -known - 0.3, 0.3 * known**2 - 0.5]))
    found = gains([known], rng.binomial(3, chances))
    grid = norm.ppf((np.arange(200_000) + 0.5) / 200_000)
    mean = 3 * norm.cdf(np.stack([grid - 0.4, -grid - 0.3, 0.3 * grid**2 - 0.5]))
    truth = mean.max(axis=0).mean() - mean.mean(axis=1).max()
    assert found.value[0] == pytest.approx(truth, abs=3 * found.error[0])
    assert found.error[0] < 0.02


def test_repeated_draws_count_once() -> None:
    known, benefits = two_options(0.3, 0.3, 1.0, 3)
    once = gains([known], benefits)
    often = gains([np.repeat(known, 4)], np.repeat(benefits, 4, axis=1), worth=DRAWS)
    assert often.value[0] == pytest.approx(once.value[0], abs=0.3 * once.error[0])
    assert often.error[0] == pytest.approx(once.error[0], rel=0.2)


def test_one_option_is_not_a_choice() -> None:
    with pytest.raises(InputError, match="at least two options"):
        gains([np.arange(10.0)], [np.arange(10.0)])


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 5), st.integers(20, 300), st.floats(0.1, 10))
def test_scale_and_order_act_as_they_must(
    seed: int, options: int, draws: int, scale: float
) -> None:
    rng = np.random.default_rng(seed)
    known, luck = rng.standard_normal((2, draws))
    benefits = rng.standard_normal((options, 1)) * known + rng.standard_normal((options, draws))
    found = gains([known, np.exp(known)], benefits)
    assert (found.error >= 0).all()
    assert ((found.changed >= 0) & (found.changed <= 1)).all()
    assert found.value[1] == pytest.approx(found.value[0])  # only the order of a number matters
    # What all options have in common does not matter, and the unit is that of the benefits.
    moved = gains([known], scale * (benefits[::-1] + luck))
    assert moved.value[0] == pytest.approx(scale * found.value[0], abs=1e-9)
