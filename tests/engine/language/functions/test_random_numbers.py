"""Random numbers: the quantiles that the forms give for uniform noise, against SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

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


@pytest.mark.parametrize("function", FORMS)
def test_quantiles(function: str) -> None:
    arguments, distribution = FORMS[function]
    given = by_numpy(function, *arguments, noise=NOISE)
    np.testing.assert_allclose(given, distribution.ppf(NOISE), rtol=1e-12)


def test_the_seed_of_a_function_has_no_effect() -> None:
    one, other = (by_numpy("random_uniform", 2.0, 5.0, seed, noise=NOISE) for seed in (1.0, 2.0))
    assert one.tolist() == other.tolist()


def test_machine_code_has_no_random_numbers() -> None:
    rows = [row for row in FUNCTIONS.values() if row.kind == "random"]
    assert len(rows) == len(FORMS)
    assert all(row.scalar == row.numpy and row.machine is None for row in rows)
