"""Axes of expressions in order, and positions of regions against NumPy's own indexing."""

from __future__ import annotations

import numpy as np

from xhsim.engine.axes import axes_of, positions_of, whole
from xhsim.engine.equations import Along, Axis, Fixed, VariableReference

AREA, KIND = Axis("area", ("north", "south", "east")), Axis("kind", ("low", "high"))


def test_axes_keep_the_order_of_those_available() -> None:
    by_kind = VariableReference("x", (Along("kind", (0, 1)),))
    by_area = VariableReference("y", (Along("area", (0, 1, 2)),))
    available = {"area": AREA, "kind": KIND}
    assert axes_of([by_kind, by_area], available) == (AREA, KIND)
    assert axes_of([by_kind], available) == (KIND,)
    assert axes_of([VariableReference("z")], available) == ()


def test_positions_are_those_of_a_flat_array() -> None:
    array = np.arange(24).reshape(3, 2, 4)
    region = (Along("area", (2, 0)), Fixed(1), Along("kind", (3, 1)))
    expected = array[np.ix_([2, 0], [1], [3, 1])].ravel().tolist()
    assert positions_of(region, array.shape) == expected


def test_the_whole_region_is_every_position() -> None:
    assert positions_of(whole((AREA, KIND)), (3, 2)) == list(range(6))
    assert positions_of((), ()) == [0]
