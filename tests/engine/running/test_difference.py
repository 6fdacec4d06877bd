"""Vensim's method "Diff": levels of Euler's method, and auxiliaries one step late."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tests.engine.models import model_of, value

TEXT = """
rate = 0.5
level = INTEG(growth, first*2)
first = 2+Time
growth = rate*level
shown = rate*3
"""


def test_auxiliaries_are_those_that_led_to_the_levels(tmp_path: Path) -> None:
    model = model_of(tmp_path, TEXT, end=3)
    run, euler = model.run(method="difference"), model.run(method="euler")
    assert value(run, "level").tolist() == value(euler, "level").tolist() == [4, 6, 9, 13.5]
    np.testing.assert_array_equal(value(run, "growth"), [np.nan, 2, 3, 4.5])
    assert value(run, "shown").tolist() == [1.5] * 4
    assert value(run, "first").tolist() == [2, 2, 3, 4]  # the initial level needs it


def test_saved_times_may_be_rare_and_draws_many(tmp_path: Path) -> None:
    model = model_of(tmp_path, TEXT, end=3)
    run = model.run(
        {"rate": np.array([0.5, 1.0])}, method="difference", times=[2], outputs=["growth"]
    )
    assert value(run, "growth").tolist() == [[3], [8]]
