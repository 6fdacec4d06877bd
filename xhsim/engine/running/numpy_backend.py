"""The NumPy backend: solves every run, since its code covers the whole model language."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from xhsim.engine.running.backend import Backend, Outcome, Solved
from xhsim.engine.running.jacobian import sparsity
from xhsim.engine.running.numpy_solving import begin
from xhsim.engine.running.planned import PlannedRun

__all__ = ["NumPyBackend"]

Array = NDArray[np.float64]
MANY_ROWS = 50  # of the state; with more, sparse linear algebra is faster


class NumPyBackend(Backend):
    """Solves every run: all methods, all functions, all changes between steps."""

    def accepts(self, run: PlannedRun) -> bool:
        """Accept every run."""
        return True

    def solve(self, run: PlannedRun, part: slice, results: list[Array]) -> Outcome:
        """Solve a block. If one draw stops the method, solve each draw alone."""
        block = begin(run, part)
        zeros = _zeros_of_jacobian(run)
        if not block.solve(results, zeros):
            # A draw has stopped the method. Solved alone, only that draw is lost.
            for draw in range(part.start, part.stop):
                begin(run, slice(draw, draw + 1)).solve(results, zeros)
        return Solved()


def _zeros_of_jacobian(run: PlannedRun) -> NDArray[np.bool_] | None:
    """Return where the Jacobian may differ from zero, if that makes the method faster."""
    rows = run.compiled.rows
    if not run.method.uses_jacobian or sum(r.stop - r.start for r in rows.values()) < MANY_ROWS:
        return None
    return run.compiled.form("sparsity", lambda: sparsity(run.equations, run.plan, rows))
