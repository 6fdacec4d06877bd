"""Several scenarios side by side along the draw axis of one run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xhsim.engine.paths import Path

__all__ = ["side_by_side", "tiled", "wide"]

Array = NDArray[np.float64]


def tiled(value: Any, count: int, draws: int) -> Any:
    """Repeat a parameter's draws, its last axis, for each of several scenarios.

    Parameters
    ----------
    value : float, ndarray or Path
        What has no axis of draws stays as it is.
    count : int
        How many scenarios.
    draws : int
        Draws of each.

    Examples
    --------
    >>> tiled(np.array([1.0, 2.0]), 2, 2).tolist(), tiled(3.0, 2, 2)
    ([1.0, 2.0, 1.0, 2.0], 3.0)
    """
    if isinstance(value, Path):
        if value.values.ndim == 1 or value.values.shape[-1] != draws:
            return value
        repeats = (*[1] * (value.values.ndim - 1), count)
        return Path(value.times, np.tile(value.values, repeats), np.tile(value.slopes, repeats))
    array = np.asarray(value, dtype=np.float64)
    if array.ndim == 0 or array.shape[-1] != draws:
        return value
    return np.tile(array, (*[1] * (array.ndim - 1), count))


def wide(path: Path, draws: int, *, elements: bool) -> Path:
    """Give a path an axis of draws if it has none.

    Parameters
    ----------
    path : Path
    draws : int
    elements : bool
        Whether its parameter has elements.
    """
    if path.values.ndim == 2 + elements:
        return path
    shape = (*path.values.shape, draws)
    values, slopes = (
        np.broadcast_to(array[..., np.newaxis], shape) for array in (path.values, path.slopes)
    )
    return Path(path.times, values, slopes)


def side_by_side(paths: Sequence[Path], chosen: Sequence[int]) -> Path:
    """Put paths with draws one behind the other along that axis.

    Parameters
    ----------
    paths : sequence of Path
        All of one trailing shape, draws last.
    chosen : sequence of int
        Which of them, in order; one may be named several times.

    Returns
    -------
    Path

    Examples
    --------
    >>> one, two = (Path([0.0], [[value, value]]) for value in (1.0, 2.0))
    >>> side_by_side([one, two], [1, 0, 1]).at(5.0).tolist()
    [2.0, 2.0, 1.0, 1.0, 2.0, 2.0]
    """
    both = Path.stack(list(paths))  # shape (knots, paths, elements..., draws)
    picked, slopes = (
        np.moveaxis(array[:, list(chosen)], 1, -2).reshape(*array.shape[:1], *array.shape[2:-1], -1)
        for array in (both.values, both.slopes)
    )
    return Path(both.times, picked, slopes)
