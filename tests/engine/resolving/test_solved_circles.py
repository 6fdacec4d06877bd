"""SIMULTANEOUS: circles that are solved, and those that are not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.engine.models import model_of, value
from xhsim.errors import ModelError


def test_each_draw_has_its_own_solution(tmp_path: Path) -> None:
    model = model_of(tmp_path, "x = SIMULTANEOUS(SQRT(x)+c, 1)\nc = 2\ny = x*2", end=1)
    draws = np.array([2.0, 0.75, 6.0])
    run = model.run({"c": draws})
    # The square root is (1 + sqrt(1 + 4c)) / 2.
    expected = ((1 + np.sqrt(1 + 4 * draws)) / 2) ** 2
    np.testing.assert_allclose(value(run, "x")[:, -1], expected, rtol=1e-12)
    np.testing.assert_allclose(value(run, "y")[:, -1], 2 * expected, rtol=1e-12)


def test_two_marks_in_one_circle(tmp_path: Path) -> None:
    """By hand: x = 1 + y/4 and y = 2 + x/2 give x = 12/7 and y = 20/7."""
    equations = "x = SIMULTANEOUS(1+y/4, 0)\ny = SIMULTANEOUS(2+x/2, 0)"
    run = model_of(tmp_path, equations, end=1).run()
    np.testing.assert_allclose(value(run, "x"), 12 / 7, rtol=1e-6)
    np.testing.assert_allclose(value(run, "y"), 20 / 7, rtol=1e-6)


def test_without_a_circle_it_is_its_value(tmp_path: Path) -> None:
    assert value(model_of(tmp_path, "x = SIMULTANEOUS(Time, 5)").run(), "x")[3] == 3


def test_other_circles_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="circle"):
        model_of(tmp_path, "x = SIMULTANEOUS(y/2, 1)\ny = x+z\nz = y/3")
    with pytest.raises(ModelError, match="must be the whole equation"):
        model_of(tmp_path, "x = 1+SIMULTANEOUS(x/2, 1)")


def test_zeros_of_each_draw(tmp_path: Path) -> None:
    """By hand: the cube root of c, for each element on its own."""
    ranges = "which: one, two"
    call = "FIND ZERO(start[which], gap[which], start[which], start[which], 2, 0, 1e-6, 99, 0)"
    others = "start[which] = 1, 2\nc[which] = 2, 9"
    equations = f"x[which] = {call}\ngap[which] = x[which]^3-c[which]\n{others}"
    model = model_of(tmp_path, equations, ranges=ranges, end=1)
    draws = np.array([[2.0, 3.0], [9.0, 20.0]])
    found = value(model.run({"c": draws}), "x")[:, 0]
    np.testing.assert_allclose(found, np.cbrt(draws).T, rtol=1e-9)
    with pytest.raises(ModelError, match='takes a variable that depends on "x"'):
        model_of(tmp_path, equations.replace("= x[which]^3", "= start[which]^3"), ranges=ranges)
    with pytest.raises(ModelError, match="must be the whole equation of a variable with one"):
        model_of(tmp_path, "x = FIND ZERO(1, y, 1, 1, 1, 0, 0, 9, 0)\ny = x", ranges=ranges)
