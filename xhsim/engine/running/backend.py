"""The interface of backends. A backend is one way to solve a block of draws of a planned run.

Each backend is a class in its own module and an entry of `BACKENDS` in
`xhsim.engine.running.ensemble`.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xhsim.engine.compiling.plan import Plan
from xhsim.engine.equations import Equations
from xhsim.engine.running.planned import PlannedRun

__all__ = ["Backend", "Declined", "Outcome", "Solved", "block_size"]

Array = NDArray[np.float64]
COMMON_ARRAY = 128 * 1024  # bytes; larger temporary arrays soon cost more than Python's own work
COMMON = 0.95  # of the variables; the few wider ones take little of the time
SMALLEST_BLOCK, LARGEST_BLOCK = 256, 4096  # draws
MEMORY = 1 << 30  # bytes, of all variables of a block: a step of the code keeps them all
FEWEST = 16  # draws, in whatever memory


@dataclass(frozen=True)
class Solved:
    """The block is solved: its outputs are in the results."""


@dataclass(frozen=True)
class Declined:
    """The backend accepted the run but cannot solve it. The next backend tries."""


Outcome = Solved | Declined


class Backend(ABC):
    """One way to solve a block of draws.

    All backends give the same numbers, within rounding. A backend that lacks a feature of the
    run does not accept it. The last backend, NumPy, accepts every run.
    """

    @abstractmethod
    def accepts(self, run: PlannedRun) -> bool:
        """Tell whether the backend can solve a run and is worth its cost.

        It may compile the plan to find out; `Compiled.form` keeps the code. It is called once
        for each run, in the caller's thread.
        """

    @abstractmethod
    def solve(self, run: PlannedRun, part: slice, results: list[Array]) -> Outcome:
        """Solve a block of an accepted run, and fill in its part of the results.

        Several threads call it at the same time with different blocks.

        Parameters
        ----------
        run : PlannedRun
        part : slice
            The draws of the block.
        results : list of ndarray, each of shape ``(times, *elements, draws)``
            The outputs in the order of the plan. If a backend declines, the next one overwrites
            what it has written.

        Returns
        -------
        Solved or Declined
        """

    def block_size(self, run: PlannedRun) -> int:
        """Return how many draws to solve together if the caller does not say."""
        return block_size(run.equations, run.plan)


def block_size(equations: Equations, plan: Plan) -> int:
    """Return how many draws to compute together: a power of two, by the width of variables.

    A block is large enough that threads, which hold Python's lock between operations, do not wait
    for each other. It is small enough that temporary arrays reuse memory: the system clears the
    pages of larger arrays each time.
    """
    keys = (*plan.stocks, *plan.step, *plan.report)
    widths = sorted(math.prod(equations.variables[key].shape) for key in keys) or [1]
    common = widths[math.ceil(COMMON * len(widths)) - 1]
    fitting = COMMON_ARRAY // (8 * common)
    wanted = max(SMALLEST_BLOCK, min(LARGEST_BLOCK, _power_of_two(fitting)))
    return min(wanted, max(FEWEST, _power_of_two(MEMORY // (8 * sum(widths)))))


def _power_of_two(number: int) -> int:
    """Return the largest power of two that is not larger."""
    return int(1 << max(number, 1).bit_length() - 1)
