"""What a backend is: one way to solve a block of draws of a planned run.

A backend is one class in a module of its own and one entry of `BACKENDS` in
`xhsim.engine.running.ensemble`.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xhsim.engine.compiling.plan import Plan
from xhsim.engine.equations import Equations
from xhsim.engine.running.planned import PlannedRun

__all__ = ["Backend", "Declined", "NeedsOrders", "Outcome", "Solved", "block_size"]

Array = NDArray[np.float64]
WIDEST_ARRAY = 256 * 1024  # bytes of a temporary array that the system need not clear each time
SMALLEST_BLOCK, LARGEST_BLOCK = 256, 4096  # draws


@dataclass(frozen=True)
class Solved:
    """The outputs of all draws of the block are in the results."""


@dataclass(frozen=True)
class Declined:
    """The backend cannot solve the block after all; the next one that accepts the run has to."""


@dataclass(frozen=True)
class NeedsOrders:
    """Some delays are too short for their order, or long enough for a higher one than they have.

    Attributes
    ----------
    orders : mapping of int to int
        By the number of the delay: the order that fits.
    """

    orders: Mapping[int, int]


Outcome = Solved | Declined | NeedsOrders


class Backend(ABC):
    """One way to solve a block of draws.

    All backends give the same numbers, within rounding. A backend that does not know something
    does not accept the run: the last of them, NumPy, accepts every run.
    """

    @abstractmethod
    def accepts(self, run: PlannedRun) -> bool:
        """Tell whether the backend can solve a run, and is worth its price for it.

        It may compile the plan in order to know; `Compiled.form` keeps what it has made. It is
        asked once a run, in the caller's thread.
        """

    @abstractmethod
    def solve(self, run: PlannedRun, part: slice, results: list[Array]) -> Outcome:
        """Solve a block of a run that was accepted, and fill in its part of the results.

        Several threads call it at once, each with another block.

        Parameters
        ----------
        run : PlannedRun
        part : slice
            The draws of the block.
        results : list of ndarray, each of shape ``(times, *elements, draws)``
            The outputs in the order of the plan. What a backend has written before it declines
            is written over.

        Returns
        -------
        Solved or Declined or NeedsOrders
            The orders of the delays come first: `fitting_orders` finds those that do not fit.
        """

    def block_size(self, run: PlannedRun) -> int:
        """Return how many draws to solve at a time where the caller does not say."""
        return block_size(run.equations, run.plan)


def block_size(equations: Equations, plan: Plan) -> int:
    """Return how many draws to compute at a time: a power of two, by the widest variable.

    Enough that threads, which hold Python's lock between operations, do not wait for each other;
    few enough that a temporary array is taken from memory at hand: the system clears the pages of
    larger ones each time anew.
    """
    keys = (*plan.stocks, *plan.step, *plan.report)
    widest = max((math.prod(equations.variables[key].shape) for key in keys), default=1)
    fitting = WIDEST_ARRAY // (8 * widest)
    return max(SMALLEST_BLOCK, min(LARGEST_BLOCK, 1 << max(fitting, 1).bit_length() - 1))
