"""Sobol points: bit for bit those of SciPy, without its statistics."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import qmc

from xhsim.analysis.worlds import sobol
from xhsim.analysis.worlds.sobol import sobol_points


def _by_scipy(width: int, doublings: int, seed: tuple[int, ...]) -> np.ndarray:
    sampler = qmc.Sobol(width, scramble=True, rng=np.random.default_rng(seed))
    return np.asarray(sampler.random_base2(doublings).T)


@pytest.mark.parametrize(
    ("width", "doublings"), [(1, 0), (1, 1), (2, 3), (40, 10), (381, 5), (1200, 4), (7, 14)]
)
def test_the_points_are_those_of_scipy(width: int, doublings: int) -> None:
    for seed in ((0,), (3, 1)):
        found = sobol_points(width, doublings, seed)
        assert np.array_equal(found, _by_scipy(width, doublings, seed))


def test_more_dimensions_than_are_prepared_together_come_from_scipy() -> None:
    width = sobol.TOGETHER * 41 + 1
    assert np.array_equal(sobol_points(width, 1, (0,)), _by_scipy(width, 1, (0,)))


def test_without_the_table_scipy_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sobol, "TABLE", ("stats", "nothing.npz"))
    sobol._directions.cache_clear()
    try:
        assert np.array_equal(sobol_points(5, 3, (2,)), _by_scipy(5, 3, (2,)))
    finally:
        sobol._directions.cache_clear()
