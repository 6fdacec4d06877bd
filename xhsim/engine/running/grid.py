"""The time grid of a run. Steps are counted, so that time does not drift."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Grid"]

Array = NDArray[np.float64]
NEAR = 1e-6  # of a step; times that are closer are the same time


@dataclass(frozen=True)
class Grid:
    """The steps of a run.

    Attributes
    ----------
    start : float
    step : float
        The length of the steps; if they differ, of the first step.
    begins : sequence of float
        If steps differ in length: the start of each step, and the end of the last.
    lengths : sequence of float
        TIME STEP at each time of `begins`.

    Examples
    --------
    >>> Grid(2020, 0.25).time_of(3)
    2020.75
    >>> Grid(0, 1, (0, 1, 1.5), (1, 0.5, 0.5)).time_of(2)
    1.5
    """

    start: float
    step: float
    begins: Sequence[float] = ()
    lengths: Sequence[float] = ()

    @property
    def is_even(self) -> bool:
        """Whether all steps have the same length."""
        return not self.begins

    def time_of(self, count: int) -> float:
        """Return the time after `count` steps."""
        return self.start + count * self.step if self.is_even else self.begins[count]

    def number_at(self, time: float) -> int:
        """Return the number of steps up to a time, allowing for rounding."""
        if self.is_even:
            return round((time - self.start) / self.step)
        return bisect_right(self.begins, time + NEAR * self.step) - 1

    def length_at(self, time: float) -> float:
        """Return the length of the step that begins at a time or contains it."""
        return self.step if self.is_even else self.lengths[self.number_at(time)]

    def count_to(self, time: float) -> int:
        """Return the number of steps after which a time is reached."""
        if self.is_even:
            return int(np.ceil((time - self.start) / self.step - NEAR))
        reached = np.asarray(self.begins) >= time - NEAR * self.step
        return int(np.argmax(reached))

    def nearest(self, times: Array) -> Array:
        """Return for each time the nearest end of a step."""
        if self.is_even:
            return self.start + np.round((times - self.start) / self.step) * self.step
        begins = np.asarray(self.begins)
        behind = np.clip(np.searchsorted(begins, times), 1, begins.size - 1)
        before, after = begins[behind - 1], begins[behind]
        return np.where(times - before <= after - times, before, after)

    def counts_of(self, times: Array) -> tuple[int, ...] | None:
        """Return the number of steps up to each time, or None if a time is between two steps.

        Examples
        --------
        >>> Grid(2020, 0.25).counts_of(np.array([2020, 2020.5, 2021]))
        (0, 2, 4)
        """
        if (np.abs(times - self.nearest(times)) >= NEAR * self.step).any():
            return None
        if self.is_even:
            return tuple(np.round((times - self.start) / self.step).astype(int).tolist())
        return tuple(self.number_at(time) for time in times.tolist())
