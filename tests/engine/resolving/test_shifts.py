"""SHIFT IF TRUE: what it refuses. Its values are in `tests/engine/test_vensim_files.py`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.engine.models import model_of, value
from xhsim.errors import ModelError

RANGES = "age: (a1-a4)\nsex: f, m\nold: a3, a4"
STOCK = "n[age] = INTEG(0, 5)\nx[age] = 1\nk = 2\n"
REFUSED = {
    "SHIFT IF TRUE(x[a1], 1, 4, 0, 0)": '"x", which is not a stock',
    "SHIFT IF TRUE(n[a1], 1, 5, 0, 0)": "moves 5 elements, more than there are",
    "SHIFT IF TRUE(n[a1], 1, k, 0, 0)": "takes the first element of a stock",
    "SHIFT IF TRUE(k, 1, 1, 0, 0)": "takes the first element of a stock",
}


@pytest.mark.parametrize("call", REFUSED)
def test_refused(tmp_path: Path, call: str) -> None:
    with pytest.raises(ModelError, match=REFUSED[call]) as error:
        model_of(tmp_path, f"{STOCK}z = {call}", ranges=RANGES)
    assert error.value.line == 8


def test_a_shift_of_one_of_two_groups(tmp_path: Path) -> None:
    equations = "n[sex, age] = INTEG(0, 5)\nz = SHIFT IF TRUE(n[f, a2], Time = 0, 2, 0, 9)"
    with pytest.raises(ModelError, match=r'only some of the elements of "n"'):
        model_of(tmp_path, equations, ranges=RANGES)
    apart = equations.replace("n[sex, age]", "n[f, age]") + "\nn[m, age] = INTEG(1, 5)"
    run = model_of(tmp_path, apart, ranges=RANGES, end=1).run(method="euler")
    np.testing.assert_array_equal(value(run, "n")[1], [[5, 9, 5, 5], [6, 6, 6, 6]])
    assert value(run, "z").tolist() == [5, 0]
