"""Plain belts of a single draw, in plain Python.

A belt without leaks, whose inflows enter at the beginning, needs three sums in each step. Arrays
would cost a hundred times as much. The numbers are those of `MovingBelt`, to the bit.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from xhsim.engine.containers.belts import ENDLESS, ROUNDING, MovingBelt
from xhsim.engine.containers.descriptions import Belt, Container
from xhsim.engine.containers.lanes import refuse_places

__all__ = ["PlainBelt", "is_plain"]


def is_plain(container: Container) -> bool:
    """Tell whether a container is a belt without leaks, spread inflows and counted limits.

    Examples
    --------
    >>> is_plain(Belt(name="students")), is_plain(Belt(name="students", is_counted=True))
    (True, False)
    """
    return isinstance(container, Belt) and not (
        container.leaks or container.entries or container.is_counted
    )


class PlainBelt:
    """One lane of a plain belt. The places are a ring.

    Parameters
    ----------
    belt : Belt
    moving : MovingBelt
        The belt at the start.
    lane : int
        The number of the lane.
    time_step : float

    Examples
    --------
    >>> import numpy as np
    >>> belt = Belt(name="students")
    >>> start = np.array([1.0, 8.0, 0, 0, 0])[np.newaxis, :, np.newaxis]  # one year, 8 units
    >>> plain = PlainBelt(belt, MovingBelt(belt, start, 0.5), 0, 0.5)
    >>> [plain.step([1.0, 0, 0, leaves, 5.0], 0) for leaves in (4.0, 4.0, 5.0)]
    [4.0, 5.0, 5.0]
    """

    def __init__(self, belt: Belt, moving: MovingBelt, lane: int, time_step: float) -> None:
        self._name = belt.name
        self._step = time_step
        self._places, self._transit, self._is_unknown = moving.lane(lane)
        self._first = 0
        self._depth = self._depth_of(self._transit)

    def _depth_of(self, transit: float) -> int:
        steps = transit / self._step + (0.5 + ROUNDING)
        return max(math.floor(min(steps, ENDLESS)), 1) if steps >= 1.0 else 1

    def _lengthen(self, length: int) -> None:
        refuse_places("conveyor", self._name, length, 1)
        rest = [0.0] * (length - len(self._places))
        self._places = self._places[self._first :] + self._places[: self._first] + rest
        self._first = 0

    def step(self, taken_in: Sequence[float], at: int) -> float:
        """Let the last place leave, move the rest on, and put what enters on the belt.

        Parameters
        ----------
        taken_in : sequence of float
        at : int
            Where the numbers begin that the belt takes in.

        Returns
        -------
        float
            What is on the last place now.
        """
        places = self._places
        transit, stands = taken_in[at], taken_in[at + 1] != 0
        gone = 0.0
        if not stands:
            first = self._first
            last, places[first] = places[first], 0.0
            self._first = first = (first + 1) % len(places)
            if taken_in[at + 2] != 0:  # its end stands still
                places[first] += last
            else:
                gone = last
        # What the flows say has left counts, see `MovingBelt.leave`.
        rest = gone - taken_in[at + 3]
        if abs(rest) > ROUNDING * (1.0 + abs(gone)):
            places[self._first] += rest
        if transit != self._transit and not stands:
            self._is_unknown |= transit != transit  # not a number
            self._transit, self._depth = transit, self._depth_of(transit)
        if self._depth > len(places):
            self._lengthen(self._depth)
            places = self._places
        if self._is_unknown:
            return math.nan
        places[(self._first + self._depth - 1) % len(places)] += taken_in[at + 4]
        return places[self._first]
