"""Functions of vectors and matrices, worked out by hand for several draws."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from xhsim.engine.compiling.vector_functions import (
    allocate_available,
    allocate_by_priority,
    element_of_rank,
    invert_matrix,
    vector_rank,
    vector_reorder,
    vector_select,
    vector_sort_order,
)
from xhsim.errors import InputError

UP, DOWN = np.array([1.0]), np.array([-1.0])
VALUES = np.array([[30.0, 1.0], [10.0, 3.0], [20.0, 2.0]])  # three elements, two draws


def column(*numbers: float) -> np.ndarray:
    return np.array(numbers, dtype=float)[:, np.newaxis]


def test_order_rank_and_reorder_of_each_draw() -> None:
    order = vector_sort_order(VALUES, UP, -2)
    assert order.tolist() == [[1, 0], [2, 2], [0, 1]]
    assert vector_sort_order(VALUES, DOWN, -2).tolist() == [[0, 1], [2, 2], [1, 0]]
    assert vector_rank(VALUES, UP, -2).tolist() == [[3, 1], [1, 3], [2, 2]]
    assert vector_reorder(VALUES, order, -2).tolist() == [[10, 1], [20, 2], [30, 3]]


def test_the_element_of_a_rank() -> None:
    # The example of Stella's help: of 6, 2, 8, 5 the fourth is the second smallest.
    helped = column(6, 2, 8, 5)
    assert element_of_rank(helped, helped, 2.0, 1).tolist() == [4]
    assert element_of_rank(VALUES, VALUES, np.array([1.0, 3.0]), 1).tolist() == [2, 2]
    equal = column(5, 5, 4)
    assert element_of_rank(equal, column(9, 8, 7), 2.0, 1).tolist() == [2]
    assert element_of_rank(equal, equal, 2.9, 1).tolist() == [1]
    for rank in (0.9, 4.0, np.nan):
        assert np.isnan(element_of_rank(equal, equal, rank, 1)).all()
    assert np.isnan(element_of_rank(equal, column(1, np.nan, 1), 1.0, 1)).all()
    # Each row of a table has its own order: two rows, three columns, one draw.
    table = np.array([[1.0, 3.0, 2.0], [9.0, 8.0, 7.0]])[..., np.newaxis]
    assert element_of_rank(table, table, 1.0, 1).tolist() == [[1], [3]]
    assert element_of_rank(table, table, 6.0, 2).tolist() == [4]


@pytest.mark.parametrize(
    ("action", "expected"), [(0, 40), (1, 300), (2, 10), (3, 30), (4, 20)], ids=str
)
def test_selected_elements_are_folded(action: int, expected: float) -> None:
    chosen, missing, no_error = column(1, 1, 0), -7.0, np.array(0.0)
    value = column(30, 10, 20)
    assert vector_select(chosen, value, missing, action, no_error, 1).tolist() == [expected]
    assert vector_select(column(0, 0, 0), value, missing, action, no_error, 1).tolist() == [-7]


@pytest.mark.parametrize(
    ("chosen", "action", "error", "words"),
    [
        (column(1, 0), 11, 0, "VECTOR SELECT has the actions 0 to 10, not 11"),
        (column(0, 0), 0, 1, "selects no element, or more than one"),
        (column(1, 1), 0, 2, "selects no element, or more than one"),
    ],
)
def test_a_wrong_selection_is_refused(
    chosen: np.ndarray, action: int, error: int, words: str
) -> None:
    with pytest.raises(InputError, match=words):
        vector_select(chosen, column(1, 2), 0.0, action, error, 1)


def test_a_matrix_without_an_inverse_is_lost_alone() -> None:
    matrices = np.array([[[2.0, 1.0], [0.0, 1.0]], [[0.0, 1.0], [4.0, 1.0]]])  # draws last
    inverse = invert_matrix(matrices, -3, -2)
    np.testing.assert_allclose(inverse[..., 0], [[0.5, 0], [0, 0.25]])
    assert np.isnan(inverse[..., 1]).all()


def test_supply_goes_to_high_priority_first() -> None:
    request, priority = column(3, 3, 3), column(1, 9, 5)
    found = allocate_by_priority(request, priority, column(1, 1, 1), column(4, 4, 4), -2)
    np.testing.assert_allclose(found[:, 0], [0, 3, 1], atol=1e-6)
    lost = allocate_by_priority(column(-1, 3, 3), priority, column(1, 1, 1), column(4, 4, 4), -2)
    assert np.isnan(lost).all()


def test_a_priority_profile_is_one_of_four() -> None:
    ones = column(1, 1)
    found = allocate_available(ones, ones, column(2, 1), ones, ones, ones, -2)
    assert found.sum() == pytest.approx(1, abs=1e-6)
    with pytest.raises(InputError, match="does not support the priority profile 7"):
        allocate_available(ones, column(1, 7), ones, ones, ones, ones, -2)


def test_what_is_allocated_adds_up_and_follows_one_price() -> None:
    rng = np.random.default_rng(3)
    request, priority, width = rng.uniform(1, 5, (3, 8, 50))
    kind = np.full((8, 50), 3.0)
    supply = np.linspace(0.1, 0.9, 50) * request.sum(axis=0)
    nothing = np.zeros((8, 50))
    found = allocate_available(request, kind, priority, width, nothing, supply[np.newaxis], -2)
    np.testing.assert_allclose(found.sum(axis=0), supply, rtol=1e-13)
    prices = priority + width * norm.isf(found / request)
    np.testing.assert_allclose(prices, np.broadcast_to(prices[0], prices.shape), rtol=1e-9)
    for draw in range(5):
        arrays = (request, kind, priority, width, nothing, supply[np.newaxis])
        r, k, p, w, x, s = (array[..., draw : draw + 1] for array in arrays)
        one = allocate_available(r, k, p, w, x, s, -2)
        assert np.array_equal(one[:, 0], found[:, draw])


def test_allocations_at_the_limits() -> None:
    request, ones = column(2, 0, 4), column(1, 1, 1)
    normal, priority = 3 * ones, column(9, 5, 1)
    for supply, expected in ((7, [2, 0, 4]), (6, [2, 0, 4]), (0, [0, 0, 0]), (-1, [0, 0, 0])):
        found = allocate_available(request, normal, priority, ones, ones, ones * supply, -2)
        assert found[:, 0].tolist() == expected
    # A fixed quantity comes first; what does not ask needs no width.
    kinds, widths = column(3, 3, 0), column(1, 0, 0)
    found = allocate_available(request, kinds, priority, column(1, 0, 1), ones, ones * 5, -2)
    assert found[:, 0].tolist() == pytest.approx([1, 0, 4])
    lost = allocate_available(request, ones, priority, widths, ones, ones * 5, -2)
    assert np.isnan(lost).all()
    lost = allocate_available(column(2, -1, 4), normal, priority, ones, ones, ones, -2)
    assert np.isnan(lost).all()
