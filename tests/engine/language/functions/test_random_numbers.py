"""Random numbers: the quantiles that the forms give for uniform noise, against SciPy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import special, stats

from tests.engine.language.functions.forms import by_numpy
from xhsim.engine.language.functions import FUNCTIONS

NOISE = np.array([0.0, 0.1, 0.5, 0.9, 1.0])
SEED = 7.0
FORMS = {
    "random_0_1": ((), stats.uniform()),
    "random_uniform": ((2.0, 5.0, SEED), stats.uniform(2, 3)),
    "random_normal": ((-1.0, 4.0, 1.0, 2.0, SEED), stats.truncnorm(-1, 1.5, loc=1, scale=2)),
    "random_exponential": ((0.5, 6.0, 1.0, 2.0, SEED), stats.truncexpon(2.5, loc=1, scale=2)),
}
# Arguments between the bounds and the seed; shifted by 1 and stretched by 2.
STRETCHED: dict[str, Any] = {
    "random_beta": ((2.0, 3.0, 1.0, 2.0), stats.beta(2, 3, loc=1, scale=2), (1.5, 2.5)),
    "random_gamma": ((2.5, 1.0, 2.0), stats.gamma(2.5, loc=1, scale=2), (1.2, 9.0)),
    "random_weibull": (
        (2.0, 1.0, 2.0),
        stats.weibull_min(2, loc=1, scale=2 / special.gamma(1.5)),  # with the mean 1
        (1.2, 9.0),
    ),
    "random_triangular": ((1.0, 2.0, 4.0), stats.triang(1 / 3, loc=1, scale=3), (1.2, 3.5)),
}
COUNTED: dict[str, Any] = {
    "random_poisson": ((3.0, 0.0, 1.0), stats.poisson(3), (1, 6)),
    "random_binomial": ((0.4, 10.2, 0.0, 1.0), stats.binom(10, 0.4), (1, 7)),
    "random_negative_binomial": ((0.5, 3.0, 0.0, 1.0), stats.nbinom(3, 0.5, loc=3), (4, 12)),
}


@pytest.mark.parametrize("function", FORMS)
def test_quantiles(function: str) -> None:
    arguments, distribution = FORMS[function]
    given = by_numpy(function, *arguments, noise=NOISE)
    np.testing.assert_allclose(given, distribution.ppf(NOISE), rtol=1e-12)


@pytest.mark.parametrize("function", STRETCHED)
def test_quantiles_of_stretched_distributions(function: str) -> None:
    shape, distribution, (low, high) = STRETCHED[function]
    below, above = distribution.cdf([low, high])
    given = by_numpy(function, low, high, *shape, SEED, noise=NOISE)
    expected = distribution.ppf(below + NOISE * (above - below))
    np.testing.assert_allclose(given, expected, rtol=1e-9)
    assert by_numpy(function, 2.0, 2.0, *shape, SEED, noise=NOISE).tolist() == [2.0] * NOISE.size


@pytest.mark.parametrize("function", COUNTED)
def test_quantiles_of_counts(function: str) -> None:
    shape, distribution, (low, high) = COUNTED[function]
    below, above = distribution.cdf([low - 1, high])
    noise = np.linspace(0.001, 0.999, 50)
    given = by_numpy(function, float(low), float(high), *shape, SEED, noise=noise)
    assert given.tolist() == distribution.ppf(below + noise * (above - below)).tolist()


def test_the_seed_of_a_function_has_no_effect() -> None:
    one, other = (by_numpy("random_uniform", 2.0, 5.0, seed, noise=NOISE) for seed in (1.0, 2.0))
    assert one.tolist() == other.tolist()


def test_machine_code_has_no_random_numbers() -> None:
    rows = [row for row in FUNCTIONS.values() if row.kind == "random"]
    assert len(rows) == len({*FORMS, *STRETCHED, *COUNTED})
    assert all(row.scalar == row.numpy and row.machine is None for row in rows)
