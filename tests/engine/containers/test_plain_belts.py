"""Plain belts of one draw give the numbers of belts of many draws, to the bit."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xhsim.engine.containers.belts import MovingBelt
from xhsim.engine.containers.descriptions import Belt, Entry, Leak, Line
from xhsim.engine.containers.plain_belts import PlainBelt, is_plain
from xhsim.errors import InputError

BELT = Belt(name="b")
QUARTER = 0.25


def pair(transit: float, content: float) -> tuple[MovingBelt, PlainBelt]:
    taken = np.array([transit, content, 0.0, 0.0, 0.0]).reshape(1, BELT.size, 1)
    return (
        MovingBelt(BELT, taken, QUARTER),
        PlainBelt(BELT, MovingBelt(BELT, taken, QUARTER), 0, QUARTER),
    )


def test_material_leaves_after_the_transit_time() -> None:
    # Two units of time are eight steps of a quarter.
    _, belt = pair(2.0, 0.0)
    last = [belt.step([2.0, 0, 0, 5.0 if k == 8 else 0.0, 0.0 if k else 5.0], 0) for k in range(11)]
    assert last == [0.0] * 7 + [5.0, 0.0, 0.0, 0.0]


def test_what_is_plain() -> None:
    assert is_plain(Belt(name="b", is_packed=True, listed=2))
    assert not is_plain(Belt(name="b", leaks=(Leak(),)))
    assert not is_plain(Belt(name="b", entries=(Entry("even"),)))
    assert not is_plain(Belt(name="b", is_counted=True))
    assert not is_plain(Line(name="q"))


times = st.sampled_from([math.nan, 0.0, -1.0, 0.3, 1.0, 2.5])
amounts = st.sampled_from([0.0, 0.1, 0.7, 3.0, -1.0, 1e300, math.inf, math.nan])
flags = st.sampled_from([0.0, 0.0, 0.0, 1.0])
# Transit time, whether it or its end stands still, what enters, what leaves beside its last place.
steps = st.tuples(times, flags, flags, amounts, st.sampled_from([0.0, 0.0, 0.5]))


@settings(max_examples=150)
@given(times, amounts, st.lists(steps, max_size=25))
def test_the_numbers_are_those_of_a_moving_belt(
    transit: float, content: float, taken: list[tuple[float, float, float, float, float]]
) -> None:
    with np.errstate(all="ignore"):
        moving, plain = pair(transit, content)
        for time, stands, held, enters, more in taken:
            leaves = (0.0 if stands or held else float(moving.given()[0, 0, 0])) + more
            numbers = [time, stands, held, leaves, enters]
            array = np.array(numbers).reshape(1, BELT.size, 1)
            moving.leave(array)
            expected = moving.enter(array, {})
            found = plain.step([9.0, *numbers], 1)
            np.testing.assert_array_equal(found, expected[0, 0, 0])


def test_a_belt_that_is_too_long_is_refused() -> None:
    _, belt = pair(1.0, 0.0)
    with pytest.raises(InputError, match=r'conveyor "b" needs .* places'):
        belt.step([math.inf, 0, 0, 0.0, 1.0], 0)
