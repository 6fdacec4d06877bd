"""Several seeds, and the front that they find together."""

from __future__ import annotations

import numpy as np
import pytest

from tests.analysis.fronts.quadratic import Quadratic
from xhsim.analysis.fronts.seeds import Effort, search
from xhsim.errors import InputError


def test_the_front_of_all_seeds_is_at_least_each_one_s() -> None:
    counted: list[int] = []
    found = search(
        Quadratic(),
        Effort(seeds=3, generations=4, population=8),
        added=np.full((1, 4), 0.5),
        progress=counted.append,
    )
    assert sum(counted) == found.tried
    assert 0.9 <= found.tried / (1 + 4 * 3 + 1 + 3 * 5 * 8) <= 1
    assert found.shares.shape == (3, 5)
    assert (found.shares[:, -1] <= 1).all()
    assert found.shares[:, -1].min() > 0.8
    assert (np.diff(found.best.costs[:, 0]) >= 0).all()
    assert (np.diff(found.best.costs[:, 1]) <= 0).all()


def test_shares_of_an_empty_front_are_zero() -> None:
    found = search(Quadratic(limit=-1.0), Effort(1, 1, 4))
    assert found.shares.tolist() == [[0, 0]]


@pytest.mark.parametrize("numbers", [{"seeds": 0}, {"generations": -1}, {"population": 3}])
def test_impossible_efforts_are_refused(numbers: dict[str, int]) -> None:
    with pytest.raises(InputError, match="must be from"):
        Effort(**numbers)
