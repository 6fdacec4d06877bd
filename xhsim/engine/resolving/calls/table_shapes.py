"""Tables made from other tables: areas, slopes, sums and distributions.

They are read backward: the value of the last point that is reached.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np

from xhsim.engine.equations import Lookup

__all__ = ["areas", "cumulative", "distribution", "places", "running", "slopes"]

Numbers = tuple[float, ...]
FINE = 200  # pieces of each line of a density


def _changed(
    table: Lookup, change: Callable[[Numbers, Numbers], tuple[Numbers, Numbers]]
) -> Lookup:
    return Lookup(tuple(change(*points) for points in table.tables), "hold_backward")


def places(table: Lookup) -> Lookup:
    """Return the x of each point."""
    return _changed(table, lambda x, _: (x, x))


def areas(table: Lookup) -> Lookup:
    """Return the area up to each point."""

    def areas(x: Numbers, y: Numbers) -> tuple[Numbers, Numbers]:
        points = itertools.pairwise(zip(x, y, strict=True))
        parts = [(b[0] - a[0]) * (a[1] + b[1]) / 2 for a, b in points]
        return x, tuple(itertools.accumulate(parts, initial=0.0))

    return _changed(table, areas)


def slopes(table: Lookup) -> Lookup:
    """Return the slope right of each point, and 0 beyond the points."""

    def slopes(x: Numbers, y: Numbers) -> tuple[Numbers, Numbers]:
        points = list(itertools.pairwise(zip(x, y, strict=True)))
        parts = [(b[1] - a[1]) / (b[0] - a[0]) if b[0] > a[0] else 0.0 for a, b in points]
        return (float(np.nextafter(x[0], -np.inf)), *x), (0.0, *parts, 0.0)

    return _changed(table, slopes)


def running(table: Lookup, weigh: bool, behind: int) -> Lookup:
    """Return the sum of the values, or the number of points, up to each point or right behind."""

    def running(x: Numbers, y: Numbers) -> tuple[Numbers, Numbers]:
        start = float(np.nextafter(x[0], -np.inf))
        places = tuple(float(np.nextafter(at, np.inf)) for at in x) if behind else x
        values = y if weigh else (1.0,) * len(x)
        return (start, *places), tuple(itertools.accumulate(values, initial=0.0))

    return _changed(table, running)


def distribution(x: Numbers, y: Numbers) -> tuple[Numbers, Numbers]:
    """Return the share below fine places, of a density that is straight between its points."""
    places, shares = [x[0]], [0.0]
    for a, b in itertools.pairwise(zip(x, y, strict=True)):
        if b[0] > a[0]:  # else it is a jump
            part = np.arange(1, FINE + 1) / FINE
            width, rise = b[0] - a[0], b[1] - a[1]
            places += (a[0] + part * width).tolist()
            shares += (shares[-1] + width * part * (a[1] + part * rise / 2)).tolist()
    total = np.array(shares) / shares[-1]
    return tuple(places), (*np.maximum.accumulate(total[:-1]).tolist(), 1.0)


def cumulative(x: Numbers, y: Numbers) -> tuple[Numbers, Numbers]:
    """Return the same at the places at which the share grows, so that it can be inverted."""
    places, shares = distribution(x, y)
    grows = np.concatenate([[True], np.diff(shares) > 0])
    return tuple(np.array(places)[grows].tolist()), tuple(np.array(shares)[grows].tolist())
