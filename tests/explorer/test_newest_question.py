"""Only the newest of the questions waiting is answered, and failures are not lost."""

from __future__ import annotations

import queue
import threading

import pytest

from xhsim.explorer.newest_question import Newest


def test_what_was_asked_meanwhile_is_dropped() -> None:
    gate, begun, worked, shown = threading.Event(), threading.Event(), [], []

    def work(question: int) -> object:
        worked.append(question)
        begun.set()
        gate.wait(10)
        return lambda: shown.append(question)

    newest: Newest[int] = Newest(work)  # type: ignore[arg-type]
    newest.ask(0)
    assert begun.wait(10)
    for question in range(1, 50):
        newest.ask(question)
    gate.set()
    newest.settle(10)
    newest.stop()
    assert worked == shown == [0, 49]


def test_settling_waits_no_longer_than_told() -> None:
    gate = threading.Event()

    def work(question: int) -> object:
        gate.wait(10)
        return lambda: None

    newest: Newest[int] = Newest(work)  # type: ignore[arg-type]
    newest.ask(0)
    with pytest.raises(TimeoutError, match=r"no answer within 0\.05 seconds"):
        newest.settle(0.05)
    gate.set()
    newest.settle(10)
    newest.stop()


def test_a_failure_is_raised_where_one_waits_and_the_next_question_is_answered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown: list[int] = []
    told: queue.Queue[threading.ExceptHookArgs] = queue.Queue()
    monkeypatch.setattr(threading, "excepthook", told.put)

    def work(question: int) -> object:
        if question < 0:
            raise ZeroDivisionError("as asked for")
        return lambda: shown.append(question)

    newest: Newest[int] = Newest(work)  # type: ignore[arg-type]
    newest.ask(-1)
    with pytest.raises(ZeroDivisionError, match="as asked for"):
        newest.settle(10)
    assert told.get(timeout=10).exc_type is ZeroDivisionError, "on the console, too"
    newest.ask(1)
    newest.settle(10)
    newest.stop()
    assert shown == [1]
