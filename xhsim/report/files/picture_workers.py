"""Worker processes that draw pictures while the caller computes."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from xhsim.study.targets import Target

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

__all__ = ["Painter", "paint_fan_page"]

FEW = 2  # starting a process takes as long as drawing so many pages


class Painter:
    """Draws pictures: a few in this process, many in worker processes.

    Parameters
    ----------
    pictures : int
        Number of pictures that will be requested.
    """

    def __init__(self, pictures: int) -> None:
        self._pool: ProcessPoolExecutor | None = None
        self._asked: list[Future[None]] = []
        if pictures > FEW:
            self._pool = ProcessPoolExecutor(
                max_workers=min(pictures, os.cpu_count() or 1),
                # A forked copy of a process with threads may hang. A new process cannot.
                mp_context=multiprocessing.get_context("spawn"),
                initializer=_leave_interrupts_to_the_caller,
            )

    def __enter__(self) -> Self:
        """Return the painter."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Wait for the pictures in work; after an error, start no others."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=error is not None)

    def ask(self, paint: Callable[..., None], *arguments: Any) -> None:
        """Request a picture.

        Parameters
        ----------
        paint : callable
            A module's function that writes the picture.
        *arguments
            Its arguments.
        """
        if self._pool is None:
            paint(*arguments)
        else:
            self._asked.append(self._pool.submit(paint, *arguments))

    def finish(self, progress: Callable[[], None]) -> None:
        """Wait for all pictures.

        Parameters
        ----------
        progress : callable
            Called after each picture.
        """
        for future in as_completed(self._asked):
            future.result()
            progress()


def _leave_interrupts_to_the_caller() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def paint_fan_page(
    ensemble: xr.Dataset,
    targets: Sequence[Target],
    history: pd.DataFrame,
    attainment: pd.DataFrame,
    path: Path,
) -> None:
    """Write the page of fan charts of one scenario.

    Parameters
    ----------
    ensemble, targets, history, attainment
        As for `xhsim.plots.fan_grid`.
    path : Path
        The file.
    """
    from xhsim import plots

    plots.save(plots.fan_grid(ensemble, targets, history, attainment), path)
