"""Solve all draws of a planned run: choose a backend, and run blocks of draws on threads."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from xhsim.engine.running.backend import Backend, Outcome, Solved
from xhsim.engine.running.machine_backend import MachineBackend
from xhsim.engine.running.numpy_backend import NumPyBackend
from xhsim.engine.running.planned import PlannedRun
from xhsim.engine.running.scalar_backend import ScalarBackend

__all__ = ["BACKENDS", "solve_run"]

Array = NDArray[np.float64]

# In order of preference. The first that accepts a run solves it. The last accepts every run.
BACKENDS: tuple[Backend, ...] = (MachineBackend(), ScalarBackend(), NumPyBackend())


def solve_run(
    run: PlannedRun,
    *,
    block: int | None = None,
    threads: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> list[Array]:
    """Solve all draws of a run.

    Parameters
    ----------
    run : PlannedRun
    block, threads, progress
        As for `xhsim.engine.model.Model.run`.

    Returns
    -------
    list of ndarray, each of shape ``(times, *elements, draws)``
        The outputs.
    """
    results = run.empty_results()
    for backend in BACKENDS:
        if not backend.accepts(run):
            continue
        outcome = _solve_with(backend, run, results, block, threads, progress)
        if isinstance(outcome, Solved):
            return results
    raise AssertionError("the last backend solves every run")


def _solve_with(
    backend: Backend,
    run: PlannedRun,
    results: list[Array],
    block: int | None,
    threads: int | None,
    progress: Callable[[int], None] | None,
) -> Outcome:
    """Solve the blocks until all are solved or one cannot be solved."""
    draws, one_by_one = run.draws.stop, run.method.one_by_one
    if one_by_one:
        parts = [slice(draw, draw + 1) for draw in range(draws)]
    else:
        parts = _blocks(draws, backend.block_size(run) if block is None else block)

    def solve(part: slice) -> Outcome:
        return backend.solve(run, part, results)

    # Solvers that take draws one by one spend their time in Python, and some of them are not
    # safe for use in several threads.
    workers = 1 if one_by_one else threads or os.cpu_count() or 1
    pool = ThreadPoolExecutor(max_workers=workers)  # it starts threads only when it is used
    try:
        outcomes = map(solve, parts) if len(parts) == 1 else pool.map(solve, parts)
        for part, outcome in zip(parts, outcomes, strict=True):
            if not isinstance(outcome, Solved):
                return outcome
            if progress:
                progress(part.stop - part.start)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
    return Solved()


def _blocks(draws: int, size: int) -> list[slice]:
    """Cut the draws into blocks. Of several draws, no block has only one.

    For an array of one number NumPy computes powers differently in the last bit.

    Examples
    --------
    >>> _blocks(5, 2)
    [slice(0, 2, None), slice(2, 5, None)]
    """
    size = max(size, 2)
    edges = [*range(0, draws, size), draws]
    if len(edges) > 2 and edges[-1] - edges[-2] == 1:
        del edges[-2]
    return [slice(left, right) for left, right in pairwise(edges)]
