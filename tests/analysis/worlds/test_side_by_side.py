"""Values of several worlds joined along the draw axis, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from xhsim.analysis.worlds.side_by_side import beside, tiled, wide
from xhsim.engine.paths import Path

STEP = Path([2022, 2022], [1.0, 5.0])


def test_a_value_that_all_worlds_share_has_no_draws() -> None:
    shared = np.array([1.0, 2.0])  # one for each element
    assert beside([shared, shared, shared], 4, elements=True) is shared
    assert beside([STEP, STEP], 4, elements=False) is STEP


def test_numbers_and_draws() -> None:
    joined = beside([np.array([1.0, 2.0]), 3.0], 2, elements=False)
    assert np.asarray(joined).tolist() == [1, 2, 3, 3]


def test_elements_and_draws() -> None:
    plain, drawn = np.array([1.0, 2.0]), np.array([[3.0, 4.0], [5.0, 6.0]])
    joined = beside([plain, drawn], 2, elements=True)
    assert np.asarray(joined).tolist() == [[1, 1, 3, 4], [2, 2, 5, 6]]


def test_a_path_beside_numbers() -> None:
    joined = beside([np.array([1.0, 2.0]), STEP], 2, elements=False)
    assert isinstance(joined, Path)
    assert joined.at([2021, 2023]).tolist() == [[1, 2, 1, 1], [1, 2, 5, 5]]


def test_paths_of_elements() -> None:
    path = Path([2022, 2022], np.array([[1.0, 2.0], [3.0, 4.0]]))
    joined = beside([path, np.array([[7.0], [8.0]])], 1, elements=True)
    assert isinstance(joined, Path)
    assert joined.at([2021, 2023]).tolist() == [[[1, 7], [2, 8]], [[3, 7], [4, 8]]]


def test_draws_are_repeated_for_each_world() -> None:
    assert np.asarray(tiled(np.array([[1.0, 2.0]]), 2, elements=True)).tolist() == [[1, 2, 1, 2]]
    elements = np.array([1.0, 2.0])
    assert tiled(elements, 3, elements=True) is elements
    drawn = wide(STEP, 2, elements=False)
    repeated = tiled(drawn, 2, elements=False)
    assert isinstance(repeated, Path)
    assert repeated.at([2021, 2023]).tolist() == [[1, 1, 1, 1], [5, 5, 5, 5]]


@pytest.mark.parametrize("elements", [False, True])
def test_a_path_with_draws_stays_the_same_object(elements: bool) -> None:
    values = np.ones((1, 2, 3)) if elements else np.ones((1, 3))
    path = Path([2020], values)
    assert wide(path, 3, elements=elements) is path
