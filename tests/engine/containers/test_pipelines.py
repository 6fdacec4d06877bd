"""Delays whose time changes, and depreciation: against their definitions, and closed forms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xhsim.engine import limits
from xhsim.engine.containers.descriptions import Pipeline, PipelineKind
from xhsim.engine.containers.pipelines import delay_at_start
from xhsim.errors import InputError

FLAT: dict[str, Any] = {"x": (0.0, 1.0), "y": (0.0, 1.0)}


def outputs(
    kind: PipelineKind, steps: Sequence[Sequence[float]], step: float = 1.0, **points: Any
) -> list[float]:
    """Return what a delay gives: at the start, and after each list of numbers that it takes.

    The first list is also what it takes at the start.
    """
    lanes = np.array(steps, dtype=float)[:, np.newaxis, :, np.newaxis]
    pipeline = Pipeline(name="x", kind=kind, **points)
    delay = delay_at_start(pipeline, lanes[0], step)
    return [float(each[0, 0, 0]) for each in (delay.given(), *map(delay.step, lanes))]


times = st.lists(st.integers(1, 6), min_size=1, max_size=25)


@given(times)
@settings(max_examples=60, deadline=None)
def test_material_arrives_when_it_is_due_and_is_added_up(steps: list[int]) -> None:
    count = len(steps)
    expected = [0.0] * (count + 7)
    comes = [False] * (count + 7)
    for start, wait in enumerate(steps):
        expected[start + wait] += start + 1
        comes[start + wait] = True
    first = steps[0]
    expected = [
        100 + amount if at < first else amount if comes[at] else -1
        for at, amount in enumerate(expected)
    ]
    taken = [[at + 1, wait, 100, -1] for at, wait in enumerate(steps)]
    assert outputs("material", taken) == expected[: count + 1]


@given(times)
@settings(max_examples=60, deadline=None)
def test_information_is_the_newest_that_has_arrived(steps: list[int]) -> None:
    expected = [
        max((start for start, wait in enumerate(steps) if start + wait <= at), default=-1)
        for at in range(len(steps) + 1)
    ]
    assert outputs("information", [[at, wait, -1] for at, wait in enumerate(steps)]) == expected


def test_lanes_do_not_mix_and_nan_stays_in_its_own() -> None:
    start = np.zeros((1, 4, 3))
    start[0, 1] = [2.0, np.nan, np.inf]
    start[0, 0], start[0, 2] = 5.0, 1.0
    delay = delay_at_start(Pipeline(name="x", kind="material"), start, 1.0)
    for _ in range(2):
        last = delay.step(start)
    assert last[0, 0, 0] == 5
    assert np.isnan(last[0, 0, 1])
    assert last[0, 0, 2] == 1  # an endless delay lets nothing out


def test_half_a_step_is_rounded_up() -> None:
    assert outputs("information", [[7, 1.25, -1]] * 4, step=0.5) == [-1, -1, -1, 7, 7]


# --- conveyors ------------------------------------------------------------------------------------


def test_a_conveyor_of_constant_speed_is_a_fixed_delay_with_leaks() -> None:
    steps = [[10.0 + at, 2.0, 0.1, 8.0, 2.0] for at in range(12)]
    found = outputs("conveyor", steps, step=0.5, **FLAT)
    kept = 0.95  # of what is on it, after each step
    initial = [4 * kept**at for at in range(4)]  # 8 units in 2 units of time
    assert found == pytest.approx([*initial, *((10 + at) * kept**4 for at in range(9))])


def test_a_faster_conveyor_delivers_what_is_on_it_sooner() -> None:
    """At twice the speed twice as much leaves, and nothing is lost."""
    steps = [[4.0, 4.0 if at < 3 else 2.0, 0, 16.0, 4.0] for at in range(12)]
    assert outputs("conveyor", steps, **FLAT) == [4, 4, 4, 4, 8, 8, *[4] * 7]


@given(st.lists(st.floats(0.5, 8), min_size=30, max_size=30))
@settings(max_examples=40, deadline=None)
def test_a_conveyor_loses_nothing(speeds: list[float]) -> None:
    steps = [[5.0 if at < 10 else 0.0, time, 0, 3.0, 2.0] for at, time in enumerate(speeds)]
    steps += [[0.0, 1.0, 0, 3.0, 2.0]] * 10
    assert sum(outputs("conveyor", steps, **FLAT)) == pytest.approx(53, rel=1e-9)


def test_a_belt_that_stands_still_gives_nothing() -> None:
    steps = [[2.0, np.inf if at == 1 else 1.0, 0, 2.0, 1.0] for at in range(4)]
    assert outputs("conveyor", steps, step=0.5, **FLAT) == [2, 2, 0, 2, 2]


# --- profiles -------------------------------------------------------------------------------------


def test_a_profile_spreads_what_enters_and_starts_in_equilibrium() -> None:
    points: dict[str, Any] = {"x": (0.0, 1.0, 2.0, 3.0), "y": (0.0, 0.0, 1.0, 1.0)}
    pulse = [[4.0 + 6 * (at == 0), 10.0, 4.0, 0.0] for at in range(25)]
    found = np.array(outputs("profile", pulse, **points)) - 4  # between 2/3 and 4/3 of the time
    assert found.sum() == pytest.approx(6, rel=1e-9)
    assert np.average(np.arange(26), weights=found) == pytest.approx(10, rel=1e-9)
    assert found[[6, 10, 14]].tolist() == pytest.approx([0, 0.9, 0], abs=1e-9)


def test_a_growing_input_is_carried_on() -> None:
    """Input that has always grown at a rate comes out grown at that rate."""
    entered = 1.0  # at time 0; out comes 1 / (mean of exp(g * wait))
    rate, time = 0.05, 8.0
    first = outputs("profile", [[entered, time, 1.0, rate]], **FLAT)
    assert first[0] == 1
    later = outputs("profile", [[0.0, time, 1.0, rate]] * 3, **FLAT)
    assert later[1] < first[1]


# --- depreciation ---------------------------------------------------------------------------------


def test_straight_lines_as_vensim_gave_them() -> None:
    """SDEverywhere, models/depreciate: a twentieth a year, in the year itself and 19 more."""
    stream = [1e9 * (at == 2) + 2.5e9 * (at == 6) for at in range(31)]
    rest = outputs("straight", [[each, 20.0, 1.0, 0.0] for each in stream])[:-1]
    found = np.array(rest) + np.array(stream) / 20
    years = [0.0] * 2 + [5e7] * 4 + [1.75e8] * 16 + [1.25e8] * 4 + [0.0] * 5
    np.testing.assert_allclose(found, years, rtol=1e-12)


def test_payments_of_a_fiscal_period_are_one_sum() -> None:
    """Two payments of 3 in the first period of 2 steps: each period of four gets a quarter."""
    stream = [3.0, 3.0, *[0.0] * 8]
    rest = outputs("straight", [[each, 4.0, 1.0, 0.0] for each in stream], step=0.5)[:-1]
    found = np.array(rest) + np.array(stream) / 4
    assert found.tolist() == [0.75] * 8 + [0, 0]


def test_a_constant_stream_is_depreciated_at_its_own_rate() -> None:
    rest = outputs("straight", [[6.0, 3.0, 1.0, 6.0]] * 12, step=0.25)
    assert (np.array(rest) + 2).tolist() == [6.0] * 13


@pytest.mark.parametrize("kind", ["material", "profile"])
def test_a_delay_that_needs_too_much_room_is_refused(
    kind: PipelineKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PLACES", 1000)
    with pytest.raises(InputError, match="choose a shorter delay time"):
        outputs(kind, [[1.0, 5e3, 1.0, 0.0]] * 2, **FLAT)
