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
    times = np.union1d(knots[knots >= first], np.arange(first, last + 2 * PIECE, PIECE))
    shifted = times[:, np.newaxis] - delay  # (times, draws)
    change = after.at(shifted) - before.at(shifted)  # (times, draws, elements...)
    level = before.at(times)[..., np.newaxis] + share * np.moveaxis(change, 1, -1)
    if len(knots) == 1:  # changed throughout: there is no date that it could be late for
        return Path(knots, level[:1])
    width = (*before.values.shape, len(share))
    own = [np.broadcast_to(a[..., np.newaxis], width) for a in (before.values, before.slopes)]
    return Path(before.times, *own).splice(Path(times, level), first)
