"""Queues during a run.

What an inflow brings in one step is a batch, and batches leave in the order in which they came. The
rules are those that isee systems documents ("Queue Computation" in Stella's help).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from xhsim.engine.containers.descriptions import Line
from xhsim.engine.containers.lanes import lane_values, refuse_places

__all__ = ["WaitingLine"]

Array = NDArray[np.float64]
ROUNDING = 1e-12  # of a batch: what is left of it by rounding is no batch


class WaitingLine:
    """The queues of one variable: one for each element and draw. Together they are its lanes.

    Parameters
    ----------
    line : Line
    start : ndarray, shape (elements, line.size, draws)
        The first batches.

    Examples
    --------
    >>> start = np.array([3.0, 2.0])[np.newaxis, :, np.newaxis]
    >>> queue = WaitingLine(Line(name="waiting", inflows=1, listed=2), start)
    >>> step = np.array([1.0, 4.0])[np.newaxis, :, np.newaxis]  # one comes and four leave
    >>> queue.given()[0, 0].tolist(), queue.step(step)[0, 0].tolist()
    ([3.0], [1.0])
    """

    def __init__(self, line: Line, start: Array) -> None:
        self._line = line
        self._shape = (start.shape[0], start.shape[2])
        lanes = self._shape[0] * self._shape[1]
        self._lanes = np.arange(lanes)
        self._batches = np.zeros((line.listed + line.inflows + 8, lanes))
        self._begin = np.zeros(lanes, dtype=np.int64)
        self._end = np.zeros(lanes, dtype=np.int64)
        self._unknown = np.zeros(lanes, dtype=bool)
        for number in range(line.listed):
            self._add(lane_values(start, number))

    def _add(self, volume: Array) -> None:
        self._unknown |= np.isnan(volume)
        if self._end.max(initial=0) + 1 >= self._batches.shape[0]:
            self._make_room()
        comes = volume > 0
        self._batches[self._end[comes], self._lanes[comes]] = volume[comes]
        self._end += comes

    def _make_room(self) -> None:
        """Move the batches to the front, and double the room if they need more than half of it."""
        size = self._batches.shape[0]
        places = np.arange(size)[:, np.newaxis] + self._begin
        inside = places < self._end
        moved = np.where(inside, np.take_along_axis(self._batches, places % size, axis=0), 0.0)
        self._end -= self._begin
        self._begin[:] = 0
        if 2 * self._end.max(initial=0) >= size:
            refuse_places("queue", self._line.name, 2 * size, self._lanes.size)
            moved = np.concatenate([moved, np.zeros_like(moved)])
        self._batches = moved

    def _take(self, volume: Array) -> None:
        """Take a volume from the batches at the front; the last of them may be split."""
        self._unknown |= np.isnan(volume)
        left = np.where(np.isnan(volume), 0.0, np.maximum(volume, 0.0))
        while True:
            has = (left > 0) & (self._begin < self._end)
            if not has.any():
                return
            lanes = self._lanes[has]
            first = self._begin[has]
            batch = self._batches[first, lanes]
            is_all = left[has] >= batch * (1.0 - ROUNDING)
            self._batches[first, lanes] = np.where(is_all, 0.0, batch - left[has])
            rest = np.where(is_all, left[has] - batch, 0.0)
            left[lanes] = np.where(rest > batch * ROUNDING, rest, 0.0)
            self._begin[lanes] += is_all

    def step(self, taken_in: Array) -> Array:
        """Let batches come and then leave.

        Parameters
        ----------
        taken_in : ndarray, shape (elements, line.size, draws)
            What each inflow brings, and what leaves.

        Returns
        -------
        ndarray, shape (elements, line.size, draws)
            What the queue gives for the next step.
        """
        for number in range(self._line.inflows):
            self._add(lane_values(taken_in, number))
        self._take(lane_values(taken_in, self._line.inflows))
        return self.given()

    def given(self) -> Array:
        """Return what the queue gives: the size of its first batch; 0 if it is empty."""
        result = np.zeros((self._shape[0], self._line.size, self._shape[1]))
        place = np.minimum(self._begin, self._batches.shape[0] - 1)
        first = np.where(self._begin < self._end, self._batches[place, self._lanes], 0.0)
        result[:, 0] = np.where(self._unknown, np.nan, first).reshape(self._shape)
        return result
