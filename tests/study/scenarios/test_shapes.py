"""Shapes over a parent's value: values by hand, draws, and equality before the first change."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xhsim.study.scenarios.shapes import (
    Constant,
    Knots,
    Pulse,
    Ramp,
    SCurve,
    Shape,
    Step,
    as_path,
    lay_over,
)

YEARS = st.floats(2015, 2030, allow_nan=False)
LEVELS = st.floats(0, 12, allow_nan=False)


@st.composite
def shapes(draw: st.DrawFn) -> Shape:
    """Any shape."""
    to, start, length = draw(LEVELS), draw(YEARS), draw(st.floats(0.01, 5))
    knots = sorted(set(draw(st.lists(YEARS, min_size=1, max_size=4))))
    every: list[Shape] = [
        Constant(to),
        Step(start, to),
        Ramp(start, start + length, to),
        Pulse(start, start + length, to),
        Knots(tuple(knots), tuple(draw(LEVELS) for _ in knots)),
    ]
    return draw(st.sampled_from(every))


@given(st.lists(shapes(), max_size=4), shapes(), LEVELS, st.lists(YEARS, min_size=1, max_size=9))
def test_before_its_first_change_a_child_equals_its_parent_bit_for_bit(
    ancestors: list[Shape], own: Shape, base: float, times: list[float]
) -> None:
    parent = lay_over(base, ancestors)
    child = as_path(own.over(parent))
    for time in [*times, np.nextafter(max(own.first_change, 0.0), 0.0)]:
        if time < own.first_change:
            assert child.at(time) == as_path(parent).at(time)


@given(shapes(), st.lists(LEVELS, min_size=1, max_size=4), YEARS)
def test_many_draws_are_the_single_draws(shape: Shape, draws: list[float], time: float) -> None:
    together = as_path(shape.over(np.array(draws))).at(time)
    apart = [float(as_path(shape.over(draw)).at(time)) for draw in draws]
    assert np.broadcast_to(together, len(draws)).tolist() == apart


def test_ramp_and_pulse_over_a_parents_ramp() -> None:
    parent = Ramp(2020, 2024, 4.0).over(0.0)
    ramp = as_path(Ramp(2022, 2023, 10.0).over(parent))
    assert ramp.at([2021, 2022, 2022.5, 2023, 2030]).tolist() == [1, 2, 6, 10, 10]
    pulse = as_path(Pulse(2021, 2022, 9.0).over(parent))
    assert pulse.at([2020.5, 2021, 2021.9, 2022, 2023, 2030]).tolist() == [0.5, 9, 9, 2, 3, 4]


def test_an_s_curve_goes_half_way_in_half_the_time() -> None:
    path = SCurve(2020, 2024, 9.0).over(1.0)
    assert path.at([2019, 2020, 2022, 2024, 2030]).tolist() == [1, 1, 5, 9, 9]  # type: ignore[union-attr]
    times = np.linspace(2020, 2024, 200)
    x = (times - 2020) / 4
    exact = 1 + 8 * (3 * x**2 - 2 * x**3)
    assert path.at(times) == pytest.approx(exact, abs=8 * 1.5 / 64**2)  # type: ignore[union-attr]
    straight = Ramp(2020, 2024, 9.0).over(1.0)
    assert float(path.at(2021)) < float(straight.at(2021))  # type: ignore[union-attr]
