"""The containers of a run: what they give at the start, and how they change between steps."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from xhsim.engine.containers.belts import MovingBelt
from xhsim.engine.containers.descriptions import Belt, Container, Line
from xhsim.engine.containers.lines import WaitingLine
from xhsim.engine.containers.pipelines import Delay, delay_at_start

__all__ = ["Running", "begun", "given_at_start", "stepped"]

Array = NDArray[np.float64]
Running = MovingBelt | WaitingLine | Delay


def begun(container: Container, start: Array, time_step: float) -> Running:
    """Return a container at the start of a run.

    Parameters
    ----------
    container : Container
    start : ndarray, shape (elements, container.size, draws)
        What it takes at the start.
    time_step : float
    """
    if isinstance(container, Belt):
        return MovingBelt(container, start, time_step)
    if isinstance(container, Line):
        return WaitingLine(container, start)
    return delay_at_start(container, start, time_step)


def given_at_start(container: Container, start: Array, time_step: float) -> Array:
    """Return what a container gives at the start of a run.

    Parameters
    ----------
    container : Container
    start : ndarray, shape (*elements, container.size, draws)
        What it takes at the start.
    time_step : float

    Returns
    -------
    ndarray
        Of the same shape.
    """
    lanes = np.reshape(start, (-1, container.size, np.shape(start)[-1]))
    with np.errstate(all="ignore"):
        return begun(container, lanes, time_step).given().reshape(np.shape(start))


def stepped(containers: Mapping[str, Running], taken_in: Mapping[str, Array]) -> dict[str, Array]:
    """Change containers at the end of a step. All leaves before anything enters.

    Parameters
    ----------
    containers : mapping of str to MovingBelt, WaitingLine or Delay
        By their keys.
    taken_in : mapping of str to ndarray, each of shape (elements, size, draws)
        What each of them takes in this step.

    Returns
    -------
    dict of str to ndarray
        What each of them gives for the next step, of the same shape.
    """
    belts = {key: each for key, each in containers.items() if isinstance(each, MovingBelt)}
    for key, belt in belts.items():
        belt.leave(taken_in[key])
    return {
        key: each.enter(taken_in[key], belts)
        if isinstance(each, MovingBelt)
        else each.step(taken_in[key])
        for key, each in containers.items()
    }
