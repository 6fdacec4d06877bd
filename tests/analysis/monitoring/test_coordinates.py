"""Random numbers as coordinates, and back."""

import numpy as np
import pytest

from xhsim.analysis.monitoring.coordinates import HISTORY, Coordinates
from xhsim.analysis.worlds.design import DELAY, SHARE, STRUCTURE, Design


def test_there_and_back_gives_the_same_random_numbers(xuhui):
    design = xuhui.world("baseline", draws=64).design
    coordinates = Coordinates(design)
    points = coordinates.points_of(design, np.random.default_rng(0))
    assert points.shape == (64, coordinates.width)
    again = coordinates.design_at(points)
    assert again.points == pytest.approx(design.points, abs=1e-12)
    assert (again.rows == design.rows).all()


def test_every_coordinate_has_one_name(xuhui):
    coordinates = Coordinates(xuhui.world("baseline", draws=2).design)
    taken = np.zeros(coordinates.width, dtype=int)
    for block in coordinates.blocks.values():
        taken[block] += 1
    # The random numbers of the posterior's row stand in the design, too, where nothing uses them.
    assert taken.max() == 1
    assert (taken == 0).sum() <= 1
    assert {HISTORY, STRUCTURE} <= set(coordinates.blocks)


def test_a_block_ends_where_the_next_begins():
    """Slices of a design may be open at the end; each of these has one coordinate."""
    columns = {
        "x": slice(0, 2),
        SHARE: slice(2, None),
        DELAY: slice(3, None),
        STRUCTURE: slice(4, None),
    }
    design = Design(np.full((5, 3), 0.5), columns, None, np.zeros(0, dtype=np.int64), 0)
    sizes = {name: b.stop - b.start for name, b in Coordinates(design).blocks.items()}
    assert sizes == {"x": 2, SHARE: 1, DELAY: 1, STRUCTURE: 1}
