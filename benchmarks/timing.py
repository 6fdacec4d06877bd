"""Timing in pairs: what is compared runs turn by turn, so that a busy machine slows all alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["Comparison", "paired", "seconds"]


def seconds(work: Callable[[], object]) -> float:
    """Return how long `work` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


@dataclass(frozen=True)
class Comparison:
    """Times of several pieces of work, one for each round."""

    times: dict[str, list[float]]

    def median(self, name: str) -> float:
        """Return the median time, in seconds."""
        return statistics.median(self.times[name])

    def ratio(self, slow: str, fast: str) -> str:
        """Return how many times longer `slow` took than `fast`: median and range over rounds."""
        every = [a / b for a, b in zip(self.times[slow], self.times[fast], strict=True)]
        return f"{statistics.median(every):,.3g} ({min(every):,.3g} to {max(every):,.3g})"


def paired(rounds: int, work: dict[str, Callable[[], object]]) -> Comparison:
    """Time each piece of work once a round, in turns, after one untimed round.

    Parameters
    ----------
    rounds : int
    work : dict of str to callable
        Every other round goes through it backwards.

    Returns
    -------
    Comparison

    Examples
    --------
    >>> both = paired(3, {"one": lambda: sum(range(10)), "other": lambda: sum(range(10))})
    >>> len(both.times["one"])
    3
    """
    for warm_up in work.values():
        warm_up()
    times: dict[str, list[float]] = {name: [] for name in work}
    for number in range(rounds):
        for name in list(work) if number % 2 == 0 else list(work)[::-1]:
            times[name].append(seconds(work[name]))
    return Comparison(times)
