"""Processes that are killed at a chosen step of their work, by a signal that nothing can catch."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from pathlib import Path
from typing import Any, NamedTuple

from tests.report.sweeps.jobs import run
from xhsim.report.sweeps.run import Job

__all__ = ["CLEANING", "MOMENTS", "Moment", "killed_at"]


class Moment(NamedTuple):
    """A call of the operating system that concerns a file of the results."""

    does: str
    of: str  # part of the file's path
    time: int = 1  # how many such calls there have been, with this one
    blocks: int = 6  # how many blocks there are then


# Each continues what the one before has left: the record, each block, the arrays and tables in
# the draft, and their moves, of which the manifest's is the last.
MOMENTS = [
    Moment("open", "/.writing-", blocks=0),
    Moment("os.rename", "/sweep.json", blocks=0),
    Moment("os.rename", "/blocks/000000.npz", blocks=0),
    Moment("os.rename", "/blocks/000001.npz", blocks=1),
    Moment("open", "/blocks/.writing-", 2, blocks=2),
    Moment("os.rename", "/blocks/000004.npz", blocks=4),
    Moment("open", "/blocks/.writing-", 2, blocks=5),
    Moment("os.mkdir", "/.draft"),
    Moment("open", "/.draft/results.zarr", 5),
    Moment("open", "/.draft/results.zarr", 40),
    Moment("open", "/.draft/.writing-"),
    Moment("os.rename", "/joint.parquet"),
    Moment("os.rename", "/results.zarr"),
    Moment("os.rename", "/manifest.json"),
]
# When the manifest is in place, all is.
CLEANING = [Moment("os.remove", "/blocks/000002.npz"), Moment("os.remove", "/sweep.json")]


def killed_at(moment: Moment, job: Job, out: Path) -> bool:
    """Run a sweep in another process; return whether it got as far as the moment of its death."""
    # Processes that branch off one in which everything is imported: most of them would spend more
    # time on that than on the sweep.
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["pandas", "xarray", "zarr", "xhsim.report.sweeps.run"])
    process = processes.Process(target=_run_until, args=(moment, job, out))
    process.start()
    process.join()
    assert process.exitcode in (0, -signal.SIGKILL)
    return process.exitcode != 0


def _run_until(moment: Moment, job: Job, out: Path) -> None:
    left = moment.time

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal left
        if event == moment.does and any(_is(place, moment.of, out) for place in arguments[:2]):
            left -= 1
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)
    run(job, out)


def _is(place: object, of: str, out: Path) -> bool:
    """Return whether a call concerns a file; what removes a folder names files within it alone."""
    if not isinstance(place, str | os.PathLike):
        return False
    path = os.fspath(place)
    return (of in path and path.startswith(str(out))) or path == Path(of).name
