"""The command line as a process: its streams, its signals, and its remarks."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

__all__ = ["Terminated", "as_process", "give_up_output"]


SELDOM = 50_000  # new objects between two searches for circular garbage


class Terminated(KeyboardInterrupt):
    """SIGTERM: what is in work is given up as after Ctrl-C, so that nothing half remains."""


@contextmanager
def as_process() -> Iterator[None]:
    """Prepare the process for a command, and restore what was.

    Closed output is replaced by the null device, SIGTERM ends the work in the same way as Ctrl-C,
    and remarks are told on a line of their own. Python looks less often for circular garbage: most
    commands end before there is much of it, and would spend a twentieth of their time on that.
    """
    told, handled, often = warnings.formatwarning, None, gc.get_threshold()
    gc.set_threshold(SELDOM, *often[1:])
    warnings.formatwarning = _as_remark
    if threading.current_thread() is threading.main_thread():
        handled = signal.signal(signal.SIGTERM, _terminate)
    try:
        with _open_streams():
            yield
    finally:
        warnings.formatwarning = told
        gc.set_threshold(*often)
        if handled is not None:
            signal.signal(signal.SIGTERM, handled)


def give_up_output() -> None:
    """Let the rest of the output go to the null device: its reader has left, or its disk is full.

    Otherwise Python would complain at its end.
    """
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextmanager
def _open_streams() -> Iterator[None]:
    """Replace streams that were closed before the start, which Python does not open."""
    closed = [name for name in ("stdout", "stderr") if getattr(sys, name) is None]
    if not closed:
        yield
        return
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        for name in closed:
            setattr(sys, name, nowhere)
        try:
            yield
        finally:
            for name in closed:
                setattr(sys, name, None)


def _terminate(number: int, frame: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # cleaning up is under way
    raise Terminated


def _as_remark(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    line: str | None = None,
) -> str:
    if category is UserWarning:
        return f"xhsim: {message}\n"
    text = f"{filename}:{lineno}: {category.__name__}: {message}\n"
    return f"{text}  {line}\n" if line else text
