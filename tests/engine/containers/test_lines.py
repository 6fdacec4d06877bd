"""Queues: what leaves is what came first."""

from __future__ import annotations

from collections import deque

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xhsim.engine.containers.descriptions import Line
from xhsim.engine.containers.lines import WaitingLine

Steps = st.lists(
    st.tuples(st.sampled_from([0.0, 1.0, 2.5]), st.sampled_from([0.0, 0.5, 4.0])), max_size=60
)


@settings(max_examples=40, deadline=None)
@given(steps=st.lists(Steps, min_size=3, max_size=3))
def test_against_one_queue_after_the_other(steps: list[list[tuple[float, float]]]) -> None:
    count = max(map(len, steps))
    array = np.zeros((count, 2, 3))
    for draw, each in enumerate(steps):
        array[: len(each), :, draw] = np.reshape(each, (-1, 2))
    line = Line(name="q", inflows=1)
    queue = WaitingLine(line, np.full((1, 2, 3), 2.0))
    plain = [deque([2.0]) for _ in range(3)]
    for now in array:
        given_now = queue.step(now[np.newaxis])[0, 0]
        for draw, batches in enumerate(plain):
            comes, left = now[:, draw]
            if comes:
                batches.append(comes)
            while left > 0 and batches:
                taken = min(left, batches[0])
                left -= taken
                batches[0] -= taken
                if batches[0] == 0:
                    batches.popleft()
            assert given_now[draw] == pytest.approx(batches[0] if batches else 0.0)


def test_what_is_unknown_stays_in_its_draw() -> None:
    queue = WaitingLine(Line(name="q", inflows=1), np.ones((1, 2, 2)))
    found = queue.step(np.array([[[1.0, np.nan], [0.0, 0.0]]]))
    assert found[0, 0].tolist()[0] == 1.0
    assert np.isnan(found[0, 0, 1])


def test_what_rounding_leaves_is_no_batch() -> None:
    queue = WaitingLine(Line(name="q", inflows=1), np.array([[[0.3], [0.0]]]))
    assert queue.step(np.array([[[2.0], [0.1 * 3 * (1 - 1e-15)]]]))[0, 0, 0] == 2.0
