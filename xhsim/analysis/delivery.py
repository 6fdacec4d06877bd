"""Policies that come late or in part: a change of a lever, as each draw gets it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from xhsim.engine.paths import Path

__all__ = ["deliver"]

Array = NDArray[np.float64]
PIECE = 1 / 16  # of a year: how finely a delayed change is followed


def deliver(before: Path, after: Path, share: Array, delay: Array) -> Path:
    """Let each draw have a share of a change, and have it late.

    Parameters
    ----------
    before, after : Path
        A parameter without the change and with it: a number, or one for each element.
    share : ndarray, shape (draws,)
        Of the difference between them.
    delay : ndarray, shape (draws,)
        In years.

    Returns
    -------
    Path
        With the draws as last axis. Until the change begins it is `before` bit for bit. Dates are
        followed to a sixteenth of a year: a delayed jump is that steep.

    Examples
    --------
    >>> step = Path.constant(1.0).splice(Path.constant(3.0), 2022.0)
    >>> late = deliver(Path.constant(1.0), step, np.array([0.5]), np.array([1.0]))
    >>> late.at([2021.0, 2022.5, 2024.0])[:, 0].tolist()
    [1.0, 1.0, 2.0]
    """
    knots = np.union1d(before.times, after.times)
    # The first knot only says what holds before anything changes.
    first, last = float(knots[min(1, len(knots) - 1)]), float(knots[-1] + delay.max(initial=0.0))
    grid = np.arange(first, last + 2 * PIECE, PIECE) if len(knots) > 1 else knots
    times = np.union1d(knots, grid)
    shifted = times[:, np.newaxis] - delay  # (times, draws)
    change = after.at(shifted) - before.at(shifted)  # (times, draws, elements...)
    change = np.moveaxis(change, 1, -1)
    level = before.at(times)
    return Path(times, level[..., np.newaxis] + share * change)
