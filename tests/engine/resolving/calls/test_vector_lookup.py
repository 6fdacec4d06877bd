"""VECTOR LOOKUP in all its modes, by each backend, against values worked out by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.engine.backends import by_each_backend
from tests.engine.models import model_of, value

# The values 1, 2 and 4 lie at x = 0, 1 and 2; x (for the inverses y) is -0.5, 0, ... 2.5.
EXPECTED: dict[int, list[float]] = {
    0: [1, 1, 1.5, 2, 3, 4, 4],
    1: [0, 0, 0.625, 1.5, 2.75, 4.5, 4.5],
    2: [1, 1, 1, 2, 2, 4, 4],
    3: [0.5, 1, 1.5, 2, 3, 4, 5],
    4: [1, 1, 2, 2, 4, 4, 4],
    5: [0, 0, 0, 0, 0.5, 1, 1.25],
    6: [0, 1, 1, 2, 2, 0, 0],
    7: [-0.375, 0, 0.625, 1.5, 2.75, 4.5, 6.75],
    8: [-1.5, -1, -0.5, 0, 0.5, 1, 1.25],
    9: [1, 1, 1, 2, 2, 2, 2],
}


@pytest.mark.parametrize("mode", EXPECTED)
def test_mode(tmp_path: Path, mode: int) -> None:
    equations = f"v[K] = 1, 2, 4\nx = VECTOR LOOKUP(v[a], 0.5*Time-0.5, 0, 2, {mode})"
    for _, run in by_each_backend(tmp_path, equations, ranges="K: a, b, c", end=6):
        np.testing.assert_allclose(value(run, "x"), EXPECTED[mode], rtol=1e-14)


def test_values_that_fall_and_change(tmp_path: Path) -> None:
    equations = "v[K] = (10 - K)*(1 + Time)\nx = VECTOR LOOKUP(v[k1], 10, 0, 59, 5)"
    run = model_of(tmp_path, equations, ranges="K: (k1-k60)", end=2).run(method="euler")
    # v is 9, 8, ...: below 10 from the start. Then 18, 16, ... and 27, 24, ...
    np.testing.assert_allclose(value(run, "x"), [0, 4, 17 / 3], rtol=1e-14)
