"""Small problems whose fronts are known exactly."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass
class Quadratic:
    """Distances to two points, and a limit on the sum of the levers.

    Without the limit the front is the straight line between the points. The limit cuts it off.
    """

    levers: int = 4
    limit: float = np.inf
    calls: int = 0
    stop_at: int | None = None
    seen: list[Array] = field(default_factory=list)

    near, far = 0.2, 0.8

    @property
    def start(self) -> Array:
        return np.zeros(self.levers)

    def judge(self, points: Array) -> tuple[Array, Array]:
        if self.calls == self.stop_at:
            raise KeyboardInterrupt
        self.calls += 1
        self.seen.append(points)
        costs = [((points - place) ** 2).sum(axis=1) for place in (self.near, self.far)]
        return np.stack(costs, axis=1), points.sum(axis=1, keepdims=True) - self.limit

    def front(self, count: int = 2001) -> Array:
        """Return costs along the front."""
        most = min(1.0, (self.limit / self.levers - self.near) / (self.far - self.near))
        way = np.linspace(0, most, count)
        return self.levers * (self.far - self.near) ** 2 * np.stack([way**2, (1 - way) ** 2], 1)
