"""Changes between steps: pipelines of whole steps, and stocks that stop at zero."""

from __future__ import annotations

import numpy as np

from xhsim.engine.running.discrete_changes import BetweenSteps


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
