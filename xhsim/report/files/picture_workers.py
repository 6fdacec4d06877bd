"""Worker processes that draw pictures while the caller computes."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from xhsim.study.targets import Target

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from xhsim.study.names import Reference

__all__ = [
    "Painter",
    "paint_base_chart",
    "paint_fan_page",
    "paint_heatmap",
    "paint_zone_map",
]

FEW = 2  # starting a process takes as long as drawing so many pages
# The caller computes meanwhile, on one core or more. Two workers finish before it does, and each
# takes seconds to import matplotlib.
MOST_WORKERS = 2


class Painter:
    """Draws pictures: of a few pages in this process, of many in worker processes.

    Parameters
    ----------
    pages : int
        Number of pages of fan charts that will be requested; other pictures take little time.
    """

    def __init__(self, pages: int) -> None:
        self._pool: ProcessPoolExecutor | None = None
        self._asked: dict[Future[None], Callable[[], None] | None] = {}
        if pages > FEW:
            self._pool = ProcessPoolExecutor(
                max_workers=max(1, min(MOST_WORKERS, (os.cpu_count() or 1) - 1)),
                # A forked copy of a process with threads may hang. A new process cannot.
                mp_context=multiprocessing.get_context("spawn"),
                initializer=_begin,
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

    @property
    def waiting(self) -> int:
        """Number of pictures that worker processes draw or have drawn."""
        return len(self._asked)

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
            future = self._pool.submit(paint, *arguments)
            self._asked[future] = partial(paint, *arguments)
            future.add_done_callback(self._forget)

    def _forget(self, future: Future[None]) -> None:
        """Release the arguments of a picture, which may be large."""
        self._asked[future] = None

    def finish(self, progress: Callable[[], None]) -> None:
        """Wait for all pictures. This process draws those that no worker has begun, too.

        Parameters
        ----------
        progress : callable
            Called after each picture.
        """
        # From the last one backwards, because workers take them in order.
        for future, paint in reversed(self._asked.items()):
            if paint is not None and future.cancel():
                paint()
                progress()
        for future in as_completed(self._asked):
            if not future.cancelled():
                future.result()
                progress()


def _begin() -> None:
    """Prepare a worker while the caller computes the first pictures' numbers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # interrupts are the caller's business
    from xhsim.plots.charts import fan_page
    from xhsim.plots.places import zone_map

    assert fan_page is not zone_map  # they are only imported
    # What is imported stays. Each page leaves thousands of objects to the garbage collector, which
    # would look at all those of the packages again.
    gc.collect()
    gc.freeze()


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


def paint_zone_map(
    ensemble: xr.Dataset, variables: Sequence[Reference], year: float, path: Path
) -> None:
    """Write the map of zones of one scenario.

    Parameters
    ----------
    ensemble, variables, year
        As for `xhsim.plots.zone_map`.
    path : Path
        The file.
    """
    from xhsim import plots

    plots.save(plots.zone_map(ensemble, variables, year), path)


def paint_base_chart(table: pd.DataFrame, path: Path) -> None:
    """Write the chart of a probability by its unpublished base.

    Parameters
    ----------
    table : DataFrame
        As for `xhsim.plots.probability_by_base`.
    path : Path
        The file.
    """
    from xhsim import plots

    plots.save(plots.probability_by_base(table), path)


def paint_heatmap(comparison: pd.DataFrame, labels: Mapping[str, str], path: Path) -> None:
    """Write the heatmap of all scenarios.

    Parameters
    ----------
    comparison : DataFrame
        As for `xhsim.plots.attainment_heatmap`.
    labels : mapping of str to str
        The scenarios' labels by name.
    path : Path
        The file.
    """
    from xhsim import plots

    plots.save(plots.attainment_heatmap(comparison, scenario_labels=labels), path)
