"""The distributions that studies use most: to the last bit SciPy's."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from xhsim.study.parameters.laws import LAWS, Located

LEVELS = np.concatenate(
    [
        [0.0, 1.0, -0.1, 1.1, np.nan, 0.5, 1e-300, 1e-16, 1 - 1e-16],
        np.random.default_rng(0).random(500),
        10 ** -np.random.default_rng(1).uniform(0, 30, 100),
    ]
)
VALUES = np.concatenate(
    [[0.0, 1.0, -1.0, np.inf, -np.inf, np.nan], 3 * np.random.default_rng(2).normal(size=500)]
)
PLACES = [(0, 1), (0.0253, 0.015), (-3, 7), (1, 0), (1, -1), (np.nan, 1)]
SHAPES: dict[str, list[dict[str, float]]] = {
    "t": [{"df": df} for df in (0.1, 1, 4, 8, 1e3, np.inf, 0, -1, np.nan)],
    "triang": [{"c": c} for c in (0, 0.2, 0.5, 1, -1, 2)],
    "uniform": [{}],
}


@pytest.mark.parametrize("name", LAWS)
def test_quantiles_and_probabilities_are_those_of_scipy(name: str) -> None:
    with np.errstate(all="ignore"):
        for shapes in SHAPES[name]:
            for loc, scale in PLACES:
                arguments = {**shapes, "loc": loc, "scale": scale}
                own, law = Located(LAWS[name], arguments), getattr(stats, name)(**arguments)
                assert np.array_equal(own.ppf(LEVELS), law.ppf(LEVELS), equal_nan=True)
                assert np.array_equal(own.cdf(VALUES), law.cdf(VALUES), equal_nan=True)


@pytest.mark.parametrize("name", LAWS)
def test_shapes_have_the_names_of_scipy(name: str) -> None:
    assert ", ".join(LAWS[name].shapes) == (getattr(stats, name).shapes or "")


def test_a_single_number_gives_a_single_number() -> None:
    law = Located(LAWS["t"], {"df": 4.0})
    assert float(law.ppf(0.5)) == 0.0
    assert float(law.cdf(0.0)) == 0.5
