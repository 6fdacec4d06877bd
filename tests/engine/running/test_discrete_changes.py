"""Changes between steps: pipelines of whole steps, stocks that stop at zero, and at dates."""

from __future__ import annotations

import numpy as np

from xhsim.engine.running.discrete_changes import BetweenSteps, DatedChanges
from xhsim.engine.running.grid import Grid


def settled(delay: list[float] | None, steps: int, time_step: float = 1.0) -> list[list[float]]:
    """Return the values after each step of a variable that gets the time as its input."""
    state = np.full((1, 1 if delay is None else len(delay)), -1.0)
    delays = [None if delay is None else np.array([delay])]
    changes = BetweenSteps(
        lambda time, now: (np.full_like(now, time),), [slice(0, 1)], delays, state, time_step, []
    )
    return [
        changes.settle(step * time_step, state, state.copy())[0].tolist() for step in range(steps)
    ]


def test_without_a_delay_the_next_value_is_the_input() -> None:
    assert settled(None, 3) == [[0], [1], [2]]


def test_each_draw_has_its_own_delay() -> None:
    assert settled([1.0, 3.0], 4) == [[0, -1], [1, -1], [2, 0], [3, 1]]


def test_delays_are_rounded_to_steps_and_last_one_at_least() -> None:
    # In steps of 0.5: 0 is one step, 1.2 are two, and half a step is rounded up.
    expected = [[0, -1, -1], [0.5, 0, -1], [1, 0.5, 0]]
    assert settled([0.0, 1.2, 1.25], 3, time_step=0.5) == expected


def test_only_stocks_that_cannot_be_negative_stop_at_zero() -> None:
    state = np.zeros((2, 2))
    changes = BetweenSteps(lambda time, now: (), [], [], state, 1.0, [slice(0, 1)])
    after = changes.settle(0.0, state, np.array([[-2.0, 3.0], [-2.0, 3.0]]))
    assert after.tolist() == [[0, 3], [-2, 3]]


CHANGES = DatedChanges(
    (1.0, 1.2, 1.1, 0.0), (slice(0, 1), slice(1, 3), slice(0, 1), slice(0, 1)), ()
)


def test_a_date_between_two_steps_waits_for_the_end_of_the_step() -> None:
    assert CHANGES.by_count(Grid(0, 0.5)) == {0: [[3]], 2: [[0]], 3: [[2], [1]]}
    assert CHANGES.by_count(Grid(1, 0.5)) == {0: [[0]], 1: [[2], [1]]}
    assert CHANGES.at(1.0, 0.5) == [[0]]
    assert CHANGES.within(0.5, 1.0 - 1e-9, 0.5) == [[0]]
    assert CHANGES.within(1.0, 1.5, 0.5) == [[2], [1]]
    assert [list(place) for place in CHANGES.places] == [[0], [1, 2], [3], [4]]


def test_changes_of_one_date_see_what_held_before() -> None:
    swap = DatedChanges((1.0, 1.0, 2.0), (slice(0, 1), slice(1, 2), slice(0, 1)), ())

    def jump(time: float, state: np.ndarray) -> list[np.ndarray]:
        return [state[1], state[0], state[0] + state[1]]

    state = np.array([[1.0, 2.0], [3.0, 4.0]])
    assert swap.made([[0, 1]], jump, 1.0, state).tolist() == [[3, 4], [1, 2]]
    assert swap.made([[0, 1], [2]], jump, 2.0, state).tolist() == [[4, 6], [1, 2]]
    assert state.tolist() == [[1, 2], [3, 4]]


def test_settling_follows_uneven_steps() -> None:
    grid = Grid(0, 0.5, (0.0, 0.5, 1.5), (0.5, 1.0, 1.0))
    settle = DatedChanges((1.2,), (slice(0, 1),), ()).settling(lambda t, s: [np.array(t)], grid)
    state = np.array([[7.0]])
    assert settle(0.0, state, state).tolist() == [[7]]
    assert settle(0.5, state, state).tolist() == [[1.5]]
