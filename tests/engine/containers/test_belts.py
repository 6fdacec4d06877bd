"""Belts: documented numbers, what stays on them, and draws that do not disturb each other."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from xhsim.engine.containers.belts import MovingBelt
from xhsim.engine.containers.descriptions import Belt, Leak
from xhsim.errors import InputError

Array = NDArray[np.float64]


def numbers(belt: Belt, **at: object) -> Array:
    """What a belt takes, by place (``_0``); all else is 0. An array has a number for each draw."""
    draws = max((np.size(value) for value in at.values()), default=1)  # type: ignore[arg-type]
    taken = np.zeros((1, belt.size, draws))
    for place, value in at.items():
        taken[0, int(place[1:])] = np.asarray(value, dtype=float)
    return taken


def start(belt: Belt, transit: object, content: object, *shares: object) -> Array:
    rest = {f"_{belt.FIRST_SHARE + number}": share for number, share in enumerate(shares)}
    return numbers(belt, **{f"_{belt.TRANSIT}": transit, f"_{belt.CONTENT}": content, **rest})


def step(belt: Belt, moving: MovingBelt, transit: object, enters: object, *shares: float) -> Array:
    """Take a step; return what has left: at the end and by each leak."""
    now = moving.given()[0]
    leaks = [share * now[belt.leaking(k)] for k, share in enumerate(shares)]
    end = now[0] - sum(s * now[belt.leaking(k) + 1] for k, s in enumerate(shares))
    at = {f"_{belt.first_share + number}": share for number, share in enumerate(shares)}
    at |= {f"_{belt.TRANSIT}": transit, f"_{belt.ENTERS}": enters}  # type: ignore[dict-item]
    taken = numbers(belt, **{**at, f"_{belt.LEAVES}": end + sum(leaks)})
    moving.leave(taken)
    moving.enter(taken, {})
    return np.array([end, *leaks])


def test_material_leaves_after_the_transit_time() -> None:
    # The example of the help page: two units of time are eight steps of a quarter.
    belt = Belt(name="b")
    moving = MovingBelt(belt, start(belt, 2.0, 0.0), 0.25)
    out = [step(belt, moving, 2.0, 5.0 if number == 0 else 0.0)[0, 0] for number in range(11)]
    assert out == [0.0] * 8 + [5.0, 0.0, 0.0]


@pytest.mark.parametrize("is_exponential", [False, True])
def test_documented_equilibrium(is_exponential: bool) -> None:
    """A belt that starts with the documented content of a constant inflow does not change."""
    inflow, transit, leak, dt = 100.0, 2.0, 0.3, 0.25
    content = inflow * transit * (1 - leak * (transit - dt) / transit / 2)
    share = leak
    if is_exponential:
        content = inflow * (1 - (1 - leak * dt) ** (transit / dt)) / leak
        share = leak * dt
    belt = Belt(name="b", leaks=(Leak(),), is_exponential=is_exponential)
    moving = MovingBelt(belt, start(belt, transit, content, share), dt)
    rates = [step(belt, moving, transit, inflow * dt, share)[:, 0] / dt for _ in range(12)]
    np.testing.assert_allclose(rates, [rates[0]] * 12, rtol=1e-12)
    assert rates[0].sum() == pytest.approx(inflow)
    left = (1 - leak * dt) ** (transit / dt) if is_exponential else 1 - leak
    assert rates[0][0] == pytest.approx(inflow * left)


@settings(max_examples=40, deadline=None)
@given(
    transits=st.lists(st.floats(0.1, 6), min_size=1, max_size=4),
    zones=st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), max_size=3),
    shares=st.lists(st.floats(0, 0.3), min_size=3, max_size=3),
    is_exponential=st.booleans(),
    is_packed=st.booleans(),
    dt=st.sampled_from([1.0, 0.5, 0.125]),
)
def test_all_that_enters_leaves(
    transits: list[float],
    zones: list[tuple[float, float]],
    shares: list[float],
    is_exponential: bool,
    is_packed: bool,
    dt: float,
) -> None:
    leaks = tuple(Leak(min(zone), max(zone)) for zone in zones)
    belt = Belt(name="b", leaks=leaks, is_exponential=is_exponential, is_packed=is_packed)
    shares = shares[: len(leaks)]
    moving = MovingBelt(belt, start(belt, transits[0], 7.0, *shares), dt)
    entered, left, lowest = 7.0, 0.0, 0.0
    for number in range(100):
        enters = 3.0 if number < 40 else 0.0
        entered += enters
        gone = step(belt, moving, transits[number % len(transits)], enters, *shares)
        left += float(gone.sum())
        lowest = min(lowest, float(gone.min()))
    assert lowest > -1e-9
    assert left == pytest.approx(entered, rel=1e-9)


def test_draws_do_not_disturb_each_other() -> None:
    belt = Belt(name="b", leaks=(Leak(0.0, 0.5),))
    transits, contents = [1.0, 2.6, math.nan, 4.0], [1.0, 2.0, 3.0, math.nan]
    together = MovingBelt(belt, start(belt, transits, contents, 0.2), 0.25)
    alone = [
        MovingBelt(belt, start(belt, transit, content, 0.2), 0.25)
        for transit, content in zip(transits, contents, strict=True)
    ]
    for number in range(20):
        found = step(belt, together, transits, float(number), 0.2)
        for draw, moving in enumerate(alone):
            expected = step(belt, moving, transits[draw], float(number), 0.2)[:, 0]
            np.testing.assert_array_equal(found[:, draw], expected)
            assert np.isfinite(expected).all() == (draw < 2) or draw == 3
    assert np.isnan(found[:, 2]).all()


def test_a_belt_without_end_is_refused() -> None:
    belt = Belt(name="pipeline")
    with pytest.raises(InputError, match='"pipeline" needs 1,000,000,000 places'):
        MovingBelt(belt, start(belt, math.inf, 1.0), 0.25)
