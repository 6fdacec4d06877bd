"""Changes between steps: updates of discrete variables, and stocks that stop at zero."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["BetweenSteps"]

Array = NDArray[np.float64]
SMALL = 1e-6  # added so that half a step is rounded up


class BetweenSteps:
    """Change the state of a block of draws at the end of each step of one solve.

    Parameters
    ----------
    update : callable
        ``update(time, state)`` returns the new input of each discrete variable.
    discrete : sequence of slice
        The rows of the discrete variables in the state.
    delays : sequence of ndarray or None
        The delay between input and value for each of them; None: until the end of the step.
    state : ndarray, shape (rows, draws)
        The state at the start.
    time_step : float
    at_least_zero : sequence of slice
        The rows of stocks that cannot be negative.
    """

    def __init__(
        self,
        update: Callable[[float, Array], tuple[Array, ...]],
        discrete: Sequence[slice],
        delays: Sequence[Array | None],
        state: Array,
        time_step: float,
        at_least_zero: Sequence[slice],
    ) -> None:
        self._update = update
        self._discrete = discrete
        self._at_least_zero = at_least_zero
        self._pipes = [
            None if delay is None else _Pipe(_rows_of(delay, state[rows]), state[rows], time_step)
            for rows, delay in zip(discrete, delays, strict=True)
        ]

    def settle(self, time: float, before: Array, after: Array) -> Array:
        """Return the state at the start of the next step.

        Parameters
        ----------
        time : float
            The start of the step that ends.
        before, after : ndarray, shape (rows, draws)
            The state at the start and at the end of this step. `after` is changed in place.
        """
        taken_in = self._update(time, before)
        for rows, pipe, value in zip(self._discrete, self._pipes, taken_in, strict=True):
            flat = _rows_of(value, after[rows])
            after[rows] = flat if pipe is None else pipe.push(flat)
        for rows in self._at_least_zero:
            np.maximum(after[rows], 0.0, out=after[rows])
        return after


def _rows_of(value: Array, like: Array) -> Array:
    return np.broadcast_to(np.reshape(value, (like.shape[0], -1)), like.shape)


class _Pipe:
    """A pipeline delay of whole steps. Its length may differ between draws."""

    def __init__(self, delay: Array, initial: Array, time_step: float) -> None:
        steps = np.round(np.maximum(delay / time_step, 1.0) + SMALL)
        self._steps = np.where(np.isfinite(steps), steps, 1.0).astype(int)
        self._initial = initial.copy()
        self._inside: deque[Array] = deque(maxlen=int(self._steps.max()))

    def push(self, value: Array) -> Array:
        """Add a value, and return the value that leaves the delay for the next step."""
        self._inside.append(value.copy())
        out = self._initial.copy()
        for steps in np.unique(self._steps):
            if len(self._inside) >= steps:
                here = self._steps == steps
                out[here] = self._inside[-int(steps)][here]
        return out
