"""Delivery of policies: the change of a lever in each draw, which may come late or in part."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from xhsim.engine.paths import Path

__all__ = ["deliver"]

Array = NDArray[np.float64]
DATE_STEP = 1 / 16  # of a year: the resolution of a delayed change


def deliver(before: Path, after: Path, share: Array, delay: Array) -> Path:
    """Delay a change of a lever and deliver only a share of it, draw by draw.

    Parameters
    ----------
    before, after : Path
        The parameter without the change and with it: a number, or one for each element.
    share : ndarray, shape (draws,)
        The share of the change that each draw gets.
    delay : ndarray, shape (draws,)
        The delay in years.

    Returns
    -------
    Path
        With the draws as last axis. Until the change begins it equals `before` bit for bit. Dates
        have a resolution of a sixteenth of a year: a delayed jump takes that long.

    Examples
    --------
    >>> step = Path.constant(1.0).splice(Path.constant(3.0), 2022.0)
    >>> late = deliver(Path.constant(1.0), step, np.array([0.5]), np.array([1.0]))
    >>> late.at([2021.0, 2022.5, 2024.0])[:, 0].tolist()
    [1.0, 1.0, 2.0]
    """
    knots = np.union1d(before.times, after.times)
    # The first knot only gives the value before anything changes.
    first, last = float(knots[min(1, len(knots) - 1)]), float(knots[-1] + delay.max(initial=0.0))
    times = np.union1d(knots[knots >= first], np.arange(first, last + 2 * DATE_STEP, DATE_STEP))
    shifted = times[:, np.newaxis] - delay  # (times, draws)
    change = after.at(shifted) - before.at(shifted)  # (times, draws, elements...)
    level = before.at(times)[..., np.newaxis] + share * np.moveaxis(change, 1, -1)
    if len(knots) == 1:  # the change applies to the whole run: it has no date to delay
        return Path(knots, level[:1])
    width = (*before.values.shape, len(share))
    own = [np.broadcast_to(a[..., np.newaxis], width) for a in (before.values, before.slopes)]
    return Path(before.times, *own).splice(Path(times, level), first)
