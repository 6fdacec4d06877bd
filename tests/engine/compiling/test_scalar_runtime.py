"""Functions for single numbers give the numbers of the NumPy runtime."""

from __future__ import annotations

import itertools
import math
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xhsim.engine.compiling import numpy_runtime as runtime
from xhsim.engine.compiling import scalar_runtime
from xhsim.engine.compiling import vector_functions as vectors
from xhsim.engine.compiling.numpy_program import functions_of
from xhsim.engine.language.functions import FUNCTIONS

NUMBERS = (-2.5, -1.0, -1e-7, 0.0, 0.3, 1.0, 1.5, 2.0, 4.0)


OF_VECTORS = {"vector", "reduction"}
AT_PRICE = {"demand_at", "supply_at"}


@pytest.mark.parametrize(
    "name",
    sorted(
        name
        for name, row in FUNCTIONS.items()
        if row.scalar is not None and row.kind not in OF_VECTORS and name not in AT_PRICE
    ),
)
def test_each_function_is_that_of_the_table(name: str) -> None:
    function = FUNCTIONS[name]
    assert function.scalar is not None
    names = [f"a{place}" for place in range(len(function.arguments))]
    known = ", ".join([*names, "time", "clock", "time_step"])
    code = function.scalar.format(*names, now=function.now, noise="0.3")
    ours = functions_of(f"def of({known}): return {code}", scalar_runtime.NAMESPACE)["of"]
    code = function.template.format(*names, noise="np.asarray(0.3)")
    theirs = functions_of(f"def of({known}): return {code}", runtime.NAMESPACE)["of"]
    compared = 0
    for values in itertools.product(NUMBERS, repeat=min(len(names), 3)):
        numbers = [*values, 2.0, 7.0, 0.4, 3.0][: len(names)] if len(names) > 3 else list(values)
        if function.conditions:
            numbers = [
                x > 0 if place in function.conditions else x for place, x in enumerate(numbers)
            ]
        for now in (0.0, 1.5, 3.0):
            with np.errstate(all="ignore"):
                expected = theirs(*map(np.asarray, numbers), now, now, 0.5)
            try:
                found = ours(*numbers, now, now, 0.5)
            except (ArithmeticError, ValueError):
                continue
            assert found == pytest.approx(float(expected), rel=1e-14, nan_ok=True), numbers
            compared += 1
    assert compared


# --- vectors ------------------------------------------------------------------------------------

SOME = st.sampled_from([0.0, 1.0, 2.5, 4.0, -1.0, math.nan, math.inf])
SOUND = st.sampled_from([0.0, 1.0, 2.5, 4.0, 7.0])


def column(vector: tuple[float, ...]) -> np.ndarray:
    return np.array(vector)[:, np.newaxis]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(SOME, SOME), min_size=1, max_size=6), SOME, st.integers(0, 10))
def test_vectors_have_the_numbers_of_numpy(
    pairs: list[tuple[float, float]], number: float, action: int
) -> None:
    one, other = zip(*pairs, strict=True)
    same = (number,) * len(one)
    order = scalar_runtime.vector_sort_order(one, same)
    expected = vectors.vector_sort_order(column(one), column(same), -2)
    assert list(order) == expected[:, 0].tolist()
    ranks = vectors.vector_rank(column(one), column(same), -2)
    assert list(scalar_runtime.vector_rank(one, same)) == ranks[:, 0].tolist()
    for rank in (number, 1.0 + action):
        ranked = vectors.element_of_rank(column(one), column(other), rank, 1)[0]
        np.testing.assert_array_equal(scalar_runtime.element_of_rank(one, other, rank), ranked)
    for places in (order, other):
        moved = vectors.vector_reorder(column(one), column(tuple(places)), -2)
        found = scalar_runtime.vector_reorder(one, places)
        np.testing.assert_array_equal(found, moved[:, 0])
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the mean of nothing
        none, code = np.array([number]), np.array([action])
        folded = vectors.vector_select(column(one), column(other), none, code, np.zeros(1), 1)[0]
        chosen = scalar_runtime.vector_select(one, other, number, action, 0)
    np.testing.assert_allclose(chosen, folded, rtol=1e-14)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(SOUND, st.integers(0, 4), SOUND), min_size=1, max_size=6),
    st.floats(0, 20),
    SOME,
)
def test_allocation_gives_what_there_is_and_nobody_too_much(
    wishes: list[tuple[float, int, float]], supply: float, width: float
) -> None:
    request, kind, priority = zip(*wishes, strict=True)
    widths = (width,) * len(request)
    by_profile = scalar_runtime.allocate_available(request, kind, priority, widths, widths, supply)
    in_turn = scalar_runtime.allocate_by_priority(request, priority, width, supply)
    used = [vectors.widened(each, width) for each in kind]  # a normal profile has a least width
    for found, sizes in ((by_profile, used), (in_turn, [width])):
        if not all(0 < size < math.inf for size in sizes):
            assert np.isnan(found).all() or not any(request)
            continue
        assert (np.asarray(found) <= np.asarray(request) * (1 + 1e-12)).all()
        assert sum(found) == pytest.approx(min(supply, sum(request)), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("kind", [0, 1, 2, 3, 4])
def test_demand_and_supply_at_a_price_are_those_of_numpy(kind: int) -> None:
    for price in (-50.0, 1.9, 2.4, 3.0, 3.7, 50.0):
        for name in ("demand_at_price", "supply_at_price"):
            given_ = (4.0, float(kind), 3.0, 2.0, 0.0, price)
            found = getattr(scalar_runtime, name)(*given_)
            assert found == pytest.approx(float(getattr(vectors, name)(*given_)), rel=1e-14)


def test_a_quotient_by_zero_is_that_of_numpy() -> None:
    numbers = (-2.0, -0.0, 0.0, 3.0, math.inf, -math.inf, math.nan)
    for above, below in itertools.product(numbers, repeat=2):
        with np.errstate(all="ignore"):
            expected = np.float64(above) / np.float64(below)
        found = scalar_runtime.quotient(above, below)
        np.testing.assert_array_equal(found, expected)
        assert math.isnan(found) or math.copysign(1, found) == np.copysign(1, expected)
