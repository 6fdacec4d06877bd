"""Solving a block of draws with the emitted NumPy code, which knows the whole language."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from xhsim.engine.running.backend import Backend, NeedsOrders, Outcome, Solved
from xhsim.engine.running.delay_orders import fitting_orders
from xhsim.engine.running.jacobian import sparsity
from xhsim.engine.running.numpy_solving import begin
from xhsim.engine.running.planned import PlannedRun

__all__ = ["NumPyBackend"]

Array = NDArray[np.float64]
MANY_ROWS = 50  # of the state, from which on sparse linear algebra is the quicker


class NumPyBackend(Backend):
    """Solves any run: all methods, all functions, whatever happens between steps."""

    def accepts(self, run: PlannedRun) -> bool:
        """Accept every run."""
        return True

    def solve(self, run: PlannedRun, part: slice, results: list[Array]) -> Outcome:
        """Solve a block; where a draw stops the others, each of its draws alone."""
        block = begin(run, part)
        orders = fitting_orders(run.equations, block.delay_times, run.grid.step)
        if orders:
            return NeedsOrders(orders)
        zeros = _zeros_of_jacobian(run)
        if not block.solve(results, zeros):
            # Some draw has stopped the others; alone, only that one is lost.
            for draw in range(part.start, part.stop):
                begin(run, slice(draw, draw + 1)).solve(results, zeros)
        return Solved()


def _zeros_of_jacobian(run: PlannedRun) -> NDArray[np.bool_] | None:
    """Return where the Jacobian may differ from zero, if the method is quicker for knowing it."""
    rows = run.program.rows
    if not run.method.uses_jacobian or sum(r.stop - r.start for r in rows.values()) < MANY_ROWS:
        return None
    return run.compiled.form("sparsity", lambda: sparsity(run.equations, run.plan, rows))
