"""All leaves before anything enters."""

from __future__ import annotations

import numpy as np

from xhsim.engine.containers.descriptions import Belt, Line
from xhsim.engine.containers.run import begun, given_at_start, stepped


def test_given_at_start_has_the_shape_of_what_is_taken() -> None:
    belt = Belt(name="b")
    start = np.zeros((2, 3, belt.size, 4))
    start[..., belt.TRANSIT, :] = 2.0
    start[..., belt.CONTENT, :] = np.arange(4)
    found = given_at_start(belt, start, 0.5)
    np.testing.assert_array_equal(found[1, 2, 0], np.arange(4) / 4)


def test_a_step_of_several() -> None:
    belt, line = Belt(name="b"), Line(name="q", inflows=1)
    start = np.zeros((1, belt.size, 1))
    start[0, [belt.TRANSIT, belt.CONTENT], 0] = 2.0, 8.0
    containers = {
        "b contents": begun(belt, start, 1.0),
        "q contents": begun(line, np.array([[[3.0], [0.0]]]), 1.0),
    }
    taken = np.zeros((1, belt.size, 1))
    taken[0, [belt.TRANSIT, belt.LEAVES, belt.ENTERS], 0] = 2.0, 4.0, 5.0
    found = stepped(containers, {"b contents": taken, "q contents": np.array([[[1.0], [3.5]]])})
    assert found["b contents"][0, 0, 0] == 4.0
    assert found["q contents"][0, 0, 0] == 0.5
