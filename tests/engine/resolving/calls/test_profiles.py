"""Profiles of delays: what they refuse, and the delays of a model by each backend."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.engine.backends import by_each_backend
from tests.engine.models import model_of, value
from xhsim.errors import ModelError

LOOKUPS = "flat((0,1),(1,1))\nlate((-1,1),(1,1))\nnone((0,0),(1,0))\nmany[K]((0,1),(1,1))\n"


@pytest.mark.parametrize("profile", ["late", "none", "3", "many[k1]", "x"])
def test_refused(tmp_path: Path, profile: str) -> None:
    call = f"x = DELAY PROFILE({profile}, 10, 2, 0, 0)"
    with pytest.raises(ModelError, match="takes a lookup without subscripts"):
        model_of(tmp_path, LOOKUPS + call, ranges="K: k1, k2")


# Worked out by hand, with steps of 1 and k = 1, 2.
DELAYS: dict[str, list[float]] = {
    "DELAY MATERIAL(k*Time, 2 - STEP(1, 3), 5, -1)": [5, 5, 0, 1, 2 + 3, 4, 5],
    "DELAY MATERIAL(k*Time, 2 + STEP(1, 3), 5, -1)": [5, 5, 0, 1, 2, -1, 3],
    "DELAY INFORMATION(k*Time, 2 + STEP(1, 3), 5)": [5, 5, 0, 1, 2, 2, 3],
    "DELAY CONVEYOR(6*k, 2 + STEP(1, 3), 0.5, flat, 4, 2)": [2, 1, 1.5, 1.5, 1, 0.75, 0.5],
    "DELAY PROFILE(flat, 10*k, 2, 0, 0)": [0, 3.75, 6.25, 8.75, 10, 10, 10],
    "DEPRECIATE STRAIGHTLINE(8*k, 4, 1, 0)": [2, 4, 6, 8, 8, 8, 8],
}


@pytest.mark.parametrize("call", DELAYS)
def test_delays_whose_time_changes(tmp_path: Path, call: str) -> None:
    text = f"flat((0,1),(1,1))\nk = 1\nx = {call}\ny[K] = {call}*1 + 0*K"
    runs = by_each_backend(tmp_path, text, ranges="K: k1, k2", end=6)
    found = [value(run, "x").tolist() for _, run in runs]
    assert len(found) == 2
    np.testing.assert_allclose(found[0], DELAYS[call], rtol=1e-12)
    np.testing.assert_allclose(found[1], found[0], rtol=1e-12)


def test_each_draw_has_its_own_delay(tmp_path: Path) -> None:
    text = "wait = 1\nx = DELAY MATERIAL(Time, LN(wait) + STEP(1, 3), 5, -1)"
    model = model_of(tmp_path, text, end=6)
    waits = np.array([2.718281828459045, 7.38905609893065, -1.0])
    drawn = value(model.run({"wait": waits}, method="euler"), "x")
    assert drawn[0].tolist() == [5, 0, 1, 2, -1, 3, 4]
    assert drawn[1].tolist() == [5, 5, 0, 1, 2, -1, 3]
    assert np.isnan(drawn[2]).all()
