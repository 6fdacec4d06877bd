"""Functions of the NumPy runtime, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from xhsim.engine.compiling import numpy_runtime as runtime

NA = -(2.0**109)  # Vensim's number for a missing value
TIMES = (0.0, 0.5, 1.0, 2.5, 3.0, 3.5)
TABLE = (np.array([0.0, 1.0, 3.0]), np.array([2.0, 4.0, 0.0]))


def test_functions_of_time() -> None:
    steps = [float(runtime.step(3.0, 2.0, time, 1.0)) for time in (1.0, 1.5, 1.6, 2.0)]
    assert steps == [0, 0, 3, 3]  # half a step early
    assert [float(runtime.pulse(1.0, 2.0, time, 0.5)) for time in TIMES] == [0, 0, 1, 1, 0, 0]
    assert [float(runtime.pulse(1.0, 0.0, time, 0.5)) for time in TIMES] == [0, 0, 1, 0, 0, 0]
    ramp = [float(runtime.ramp(2.0, 1.0, 3.0, time, 1.0)) for time in range(6)]
    assert ramp == [0, 0, 2, 4, 4, 4]
    ramp = [float(runtime.ramp(2.0, 1.25, 3.0, time, 1.0)) for time in range(6)]
    assert ramp == [0, -0.5, 1.5, 3.5, 3.5, 3.5]  # half a step early
    train = [float(runtime.pulse_train(0.0, 2.0, 1.0, 4.0, time, 1.0)) for time in range(7)]
    assert train == [1, 0, 1, 0, 1, 0, 0]
    assert float(runtime.pulse_of(1.0, 6.0, 1.0, 0.5)) == 12
    assert float(runtime.pulse_train_of(1.0, 2.0, 6.0, 3.0, 0.5)) == 12


def test_division_and_rounding() -> None:
    assert runtime.divide_or(6.0, np.array([2.0, 0.0, 1e-7]), -1.0).tolist() == [3, -1, -1]
    assert runtime.quantum(np.array([7.9, -7.9]), 2.0).tolist() == [6, -6]
    assert float(runtime.quantum(7.9, 0.0)) == 7.9


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("interpolate", [2, 2, 3, 4, 2, 0, 0]),
        ("extrapolate", [0, 2, 3, 4, 2, 0, -2]),
        ("hold_backward", [2, 2, 2, 4, 4, 0, 0]),
        ("look_forward", [2, 2, 4, 4, 0, 0, 0]),
        ("raw", [NA, 2, NA, 4, NA, 0, NA]),
    ],
)
def test_lookups(name: str, expected: list[float]) -> None:
    at = np.array([-1.0, 0.0, 0.5, 1.0, 2.0, 3.0, 4.0])
    np.testing.assert_array_equal(getattr(runtime, name)(at, TABLE), expected)


def test_each_element_has_its_own_table() -> None:
    other = (np.array([0.0, 1.0]), np.array([0.0, 10.0]))
    found = runtime.each(runtime.interpolate, np.array([[0.5, 1.0], [0.5, 1.0]]), (TABLE, other))
    assert found.tolist() == [[3, 4], [5, 10]]


@pytest.mark.parametrize("draws", [1, 2, 300])
@pytest.mark.parametrize("shape", [(200,), (3, 40), (2, 3, 17)])
def test_sums_go_in_one_order_whatever_the_draws(shape: tuple[int, ...], draws: int) -> None:
    """Otherwise numbers would depend on the size of blocks, and differ from machine code."""
    rng = np.random.default_rng(len(shape))
    array = rng.normal(size=(*shape, 300)) * 10.0 ** rng.integers(-9, 9, (*shape, 300))
    for given in (array, np.broadcast_to(array[..., :1], array.shape), array[::-1]):
        total = np.zeros((*shape[:-1], 300))
        for position in range(shape[-1]):
            total = total + given[..., position, :]
        found = runtime.sum_over(given[..., :draws], 1)
        assert np.array_equal(found, total[..., :draws])


def test_folds_keep_the_draws() -> None:
    array = np.array([[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 0.5]]])
    assert runtime.sum_over(array, 1).tolist() == [[4, 6], [12, 6.5]]
    assert runtime.sum_over(array, 2).tolist() == [16, 12.5]
    assert runtime.product_over(array, 2).tolist() == [105, 24]
    assert runtime.minimum_over(array, 2).tolist() == [1, 0.5]
    assert runtime.maximum_over(array, 2).tolist() == [7, 6]


def test_parts_are_broadcast_and_joined() -> None:
    assert runtime.spread(3.0, (2,)).tolist() == [[3], [3]]
    joined = runtime.join((3,), ((0,), 1.0), ((slice(1, 3),), np.array([[2.0, 3.0], [4.0, 5.0]])))
    assert joined.tolist() == [[1, 1], [2, 3], [4, 5]]
