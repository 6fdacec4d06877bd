"""Tables made from tables: areas, slopes, sums and distributions."""

from __future__ import annotations

import numpy as np

from xhsim.engine.equations import Lookup
from xhsim.engine.resolving.calls import table_shapes

TABLE = Lookup((((0.0, 2.0, 2.0, 4.0), (0.0, 4.0, 6.0, 6.0)),))  # with a jump at 2


def test_areas_and_slopes() -> None:
    assert table_shapes.places(TABLE).tables == (((0, 2, 2, 4), (0, 2, 2, 4)),)
    assert table_shapes.areas(TABLE).tables[0][1] == (0, 4, 4, 16)
    x, slopes = table_shapes.slopes(TABLE).tables[0]
    assert x[0] < 0
    assert x[1] == 0
    assert slopes == (0, 2, 0, 0, 0)


def test_running_sums() -> None:
    assert table_shapes.running(TABLE, True, 0).tables[0][1] == (0, 0, 4, 10, 16)
    x, counts = table_shapes.running(TABLE, False, 1).tables[0]
    assert (np.array(x[1:]) > TABLE.tables[0][0]).all()
    assert counts == (0, 1, 2, 3, 4)


def test_a_distribution_grows_from_0_to_1() -> None:
    x, share = table_shapes.cumulative((0.0, 1.0, 2.0, 3.0), (0.0, 2.0, 0.0, 0.0))
    assert (share[0], share[-1]) == (0, 1)
    assert (np.diff(share) > 0).all()
    np.testing.assert_allclose(np.interp([0.5, 1, 1.5], x, share), [0.125, 0.5, 0.875], rtol=1e-9)
