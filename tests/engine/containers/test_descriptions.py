"""Descriptions of conveyors and queues: as text and back, and what is refused."""

from __future__ import annotations

import pytest

from xhsim.engine.containers.descriptions import (
    Belt,
    Container,
    Entry,
    Leak,
    Line,
    described,
    description_of,
)

BELT = Belt(
    name='"a" <b>',
    leaks=(Leak(), Leak(0.25, 0.5, is_whole=True)),
    is_exponential=True,
    is_counted=True,
    entries=(Entry("dist", (0.0, 1.0), (2.0, 3.0)), Entry("source", source="x contents", leak=1)),
    listed=3,
)


@pytest.mark.parametrize("container", [BELT, Line(name="waiting", inflows=2, listed=4)])
def test_text_holds_everything(container: Container) -> None:
    assert described(description_of(container)) == container


def test_every_number_has_its_own_place() -> None:
    first = [BELT.TRANSIT, BELT.STANDS, BELT.HELD, BELT.LEAVES, BELT.ENTERS]
    entries = [BELT.ENTERS + 1, BELT.ENTERS + 2]
    shares = range(BELT.first_share, BELT.first_share + 4)
    taken = [*first, *entries, *shares, BELT.counted, BELT.counted + 1]
    assert taken == list(range(len(taken)))
    assert max(taken) < BELT.size
    assert [0, BELT.leaking(0), BELT.leaking(1), BELT.spent] == [0, 1, 5, 9]


@pytest.mark.parametrize(
    "text",
    [
        *("", "{}", "[]", '{"type": "Belt"}', '{"type": "Belt", "name": 1}'),
        '{"type": "Belt", "name": "a", "leaks": [{"start": 2}]}',
        '{"type": "Belt", "name": "a", "leaks": [{"end": -1}]}',
        '{"type": "Belt", "name": "a", "listed": 1000000000}',
        '{"type": "Belt", "name": "a", "entries": [{"method": "import os"}]}',
        '{"type": "Belt", "name": "a", "entries": [{"method": "dist"}]}',
        '{"type": "Line", "name": "a", "inflows": -1}',
        '{"type": "Pipeline", "name": "a", "kind": "os"}',
        '{"type": "Pipeline", "name": "a", "kind": "profile", "x": [0, 1], "y": [0, 0.5]}',
        '{"type": "Pipeline", "name": "a", "kind": "conveyor", "x": [1, 0], "y": [0, 1]}',
    ],
)
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        described(text)
