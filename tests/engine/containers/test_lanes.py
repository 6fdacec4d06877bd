"""The lanes of a container: which numbers are theirs, and how many places they may have."""

from __future__ import annotations

import numpy as np
import pytest

from xhsim.engine import limits
from xhsim.engine.containers.descriptions import Line
from xhsim.engine.containers.lanes import lane_values, refuse_places
from xhsim.engine.containers.lines import WaitingLine
from xhsim.errors import InputError


def test_lanes_are_elements_and_within_them_draws() -> None:
    taken_in = np.arange(24.0).reshape(2, 3, 4)
    assert lane_values(taken_in, 1).tolist() == [4, 5, 6, 7, 16, 17, 18, 19]


def test_too_many_places_are_refused_with_their_number_and_how_to_raise_the_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(InputError) as caught:
        refuse_places("conveyor", "belt", 10_000_001, 1)
    assert str(caught.value).startswith(
        'the conveyor "belt" needs 10,000,001 places, more than 10,000,000. '
        "choose a shorter transit time or a longer time step; set XHSIM_LIMITS=2"
    )
    with pytest.raises(InputError, match=r"20,000,000 places \(10,000 for each of 2,000 draws"):
        refuse_places("conveyor", "belt", 10_000, 2_000)
    monkeypatch.setenv(limits.VARIABLE, "2")
    refuse_places("conveyor", "belt", 10_000, 2_000)


def test_a_queue_that_only_grows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PLACES", 1_000)
    queue = WaitingLine(Line(name="waiting", inflows=1), np.zeros((1, 2, 10)))
    comes = np.array([1.0, 0.0])[np.newaxis, :, np.newaxis] + np.zeros((1, 2, 10))

    def wait(steps: int) -> None:
        for _ in range(steps):
            queue.step(comes)

    with pytest.raises(InputError, match=r'queue "waiting" needs [\d,]+ places .*larger outflow'):
        wait(200)
