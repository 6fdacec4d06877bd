"""The order of a delay: as many stages as there are time steps in its delay time."""

from __future__ import annotations

import numpy as np
import pytest

from xhsim.engine.equations import DelayCheck, Equations
from xhsim.engine.running.delay_orders import fitting_orders
from xhsim.errors import InputError


def equations(order: int) -> Equations:
    delays = (DelayCheck("late", order, wanted=3, delay_time="d"),)
    return Equations("m.mdl", {}, {}, {}, delays, frozenset())


@pytest.mark.parametrize(
    ("order", "time", "expected"),
    [(3, 3.0, {}), (3, 2.9, {0: 2}), (3, 1.0, {0: 1}), (2, 2.0, {}), (2, 9.0, {0: 3})],
)
def test_the_order_fits_the_number_of_steps(
    order: int, time: float, expected: dict[int, int]
) -> None:
    assert fitting_orders(equations(order), {0: np.array([time])}, 1.0) == expected


def test_rounding_costs_no_stage() -> None:
    assert fitting_orders(equations(3), {0: np.array([0.3])}, 0.1) == {}


def test_the_shortest_element_counts_and_lost_draws_do_not() -> None:
    times = np.array([[9.0, np.nan], [2.0, 1.0]])
    assert fitting_orders(equations(3), {0: times}, 1.0) == {0: 2}


@pytest.mark.parametrize("times", [[0.5], [2.0, 8.0]], ids=["no step", "orders differ"])
def test_delays_without_one_order_are_refused(times: list[float]) -> None:
    shortest = min(times)
    words = f'the delay in "late" takes {shortest:g}, which is less than 3 time steps of 1'
    with pytest.raises(InputError, match=words) as caught:
        fitting_orders(equations(3), {0: np.array(times)}, 1.0)
    assert f"dt={shortest / 3:g} or less" in str(caught.value)
