"""Functions of several elements: sums, extremes, ranks, inverses and allocation."""

from __future__ import annotations

import numpy as np
import pytest

from tests.engine.language.functions.forms import by_numpy
from xhsim.engine.language.functions import FUNCTIONS

# Two regions of three firms, for one draw, which is the last axis.
FIRMS = np.array([[3.0, 1.0, 2.0], [6.0, 4.0, 5.0]])[..., np.newaxis]


@pytest.mark.parametrize(
    ("function", "of_regions", "of_all"),
    [
        ("sum", [6, 15], 21),
        ("prod", [6, 120], 720),
        ("vmin", [1, 4], 1),
        ("vmax", [3, 6], 6),
        ("vmin_xmile", [1, 4], 1),
        ("vmax_xmile", [3, 6], 6),
    ],
)
def test_reductions_remove_one_axis_or_two(
    function: str, of_regions: list[float], of_all: float
) -> None:
    assert np.ravel(by_numpy(function, FIRMS, n=1)).tolist() == of_regions
    assert np.ravel(by_numpy(function, FIRMS, n=2)).tolist() == [of_all]


def test_each_reduction_repeats_a_function_of_two_numbers() -> None:
    repeats = {name: row.repeats for name, row in FUNCTIONS.items() if row.repeats}
    assert repeats == {
        "sum": "add",
        "prod": "multiply",
        "vmin": "min",
        "vmin_xmile": "min",
        "vmax": "max",
        "vmax_xmile": "max",
    }


def test_vectors_keep_their_length() -> None:
    up, down = np.array([1.0]), np.array([-1.0])
    ranks = by_numpy("vector_rank", FIRMS[0], up, axis=-2)
    assert np.ravel(ranks).tolist() == [3, 1, 2]
    order = by_numpy("vector_sort_order", FIRMS[0], up, axis=-2)
    assert np.ravel(order).tolist() == [1, 2, 0]
    assert np.ravel(by_numpy("vector_reorder", FIRMS[0], order, axis=-2)).tolist() == [1, 2, 3]
    falling = by_numpy("vector_sort_order", FIRMS[0], down, axis=-2)
    assert np.ravel(falling).tolist() == [0, 2, 1]
