"""The lanes of a container: one for each element and draw, and how many places they may have."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from xhsim.engine import limits
from xhsim.errors import InputError

__all__ = ["lane_values", "refuse_places"]

Array = NDArray[np.float64]
REMEDIES = {
    "conveyor": "a shorter transit time",
    "queue": "a larger outflow",
    "delay": "a shorter delay time",
}


def lane_values(array: Array, position: int) -> Array:
    """Return one of the numbers that a container takes, for each of its lanes.

    Parameters
    ----------
    array : ndarray, shape (elements, numbers, draws)
    position : int

    Examples
    --------
    >>> lane_values(np.arange(8.0).reshape(2, 2, 2), 1).tolist()
    [2.0, 3.0, 6.0, 7.0]
    """
    return array[:, position].reshape(-1)


def refuse_places(kind: str, name: str, places: int, lanes: int, layers: int = 1) -> None:
    """Refuse a container that needs more places than one may have.

    Parameters
    ----------
    kind : {"conveyor", "queue", "delay"}
    name : str
    places : int
        How many a lane needs.
    lanes : int
        One for each element and draw.
    layers : int
        How many numbers each place has.

    Raises
    ------
    InputError
        Names the container.

    Examples
    --------
    >>> refuse_places("conveyor", "students", 100, 1)
    """
    needed, most = places * lanes * layers, limits.most(limits.PLACES)
    if needed > most:
        each = f" ({places:,} for each of {lanes:,} draws or elements)" if lanes > 1 else ""
        remedies = [REMEDIES[kind], "a longer time step", *["fewer draws"] * (lanes > 1)]
        raise InputError(
            f'the {kind} "{name}" needs {needed:,} places{each}, more than {most:,}',
            hint=limits.advice(
                f"choose {', '.join(remedies[:-1])} or {remedies[-1]}", needed, limits.PLACES
            ),
        )
