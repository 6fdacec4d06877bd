"""A thread that answers only the newest question. Older unanswered questions are dropped."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

__all__ = ["Newest"]

Question = TypeVar("Question")


class Newest(Generic[Question]):
    """Answer questions one at a time, always the newest.

    Parameters
    ----------
    work : callable
        Takes a question and computes its answer. Returns a function without arguments that shows
        the answer.

    Examples
    --------
    >>> shown = []
    >>> newest = Newest(lambda question: lambda: shown.append(question))
    >>> newest.ask("first")
    >>> newest.settle()
    >>> newest.stop()
    >>> shown
    ['first']
    """

    def __init__(self, work: Callable[[Question], Callable[[], None]]) -> None:
        self._work = work
        self._changed = threading.Condition()
        self._question: tuple[Question] | None = None
        self._asked = self._answered = 0
        self._is_ended = False
        self._failure: BaseException | None = None
        self._thread: threading.Thread | None = None

    def ask(self, question: Question) -> None:
        """Ask a question. An older question that is not answered yet is dropped."""
        with self._changed:
            if self._thread is None:
                self._thread = threading.Thread(target=self._answer, daemon=True)
                self._thread.start()
            self._question = (question,)
            self._asked += 1
            self._changed.notify_all()

    def settle(self, timeout: float = 60.0) -> None:
        """Wait until the newest question has been answered.

        Raises
        ------
        TimeoutError
            If that takes longer than `timeout` seconds.
        """
        with self._changed:
            done = self._changed.wait_for(
                lambda: self._answered == self._asked or self._failure is not None, timeout
            )
            if self._failure is not None:
                failure, self._failure = self._failure, None
                raise failure
            if not done:
                raise TimeoutError(f"no answer within {timeout:g} seconds")

    def stop(self) -> None:
        """End the thread. The answer it is working on is not shown."""
        with self._changed:
            self._is_ended = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join()

    def _answer(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._question is not None or self._is_ended)
                if self._is_ended:
                    return
                assert self._question is not None
                (question,), number = self._question, self._asked
                self._question = None
            try:
                show = self._work(question)
                if not self._is_ended:
                    show()
            except BaseException as failure:
                with self._changed:
                    self._failure, self._thread = (
                        failure,
                        None,
                    )  # the next question starts a new thread
                    self._changed.notify_all()
                raise
            with self._changed:
                self._answered = number
                self._changed.notify_all()
