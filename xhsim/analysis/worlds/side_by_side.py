"""The values of a parameter in several worlds, joined along the draw axis for one run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from xhsim.engine.overrides import Override
from xhsim.engine.paths import Path
from xhsim.study.scenarios.shapes import Quantity, as_path

if TYPE_CHECKING:
    from xhsim.engine.model import Model
    from xhsim.study.parameters.parameter import Parameter

__all__ = ["beside", "inputs_beside", "picked", "tiled", "wide"]

Array = NDArray[np.float64]


def beside(values: Sequence[Quantity], draws: int, *, elements: int) -> Quantity:
    """Concatenate a parameter's values in several worlds along the draw axis.

    Parameters
    ----------
    values : sequence of float, ndarray or Path
        One for each world, with draws as last axis. A value without draws applies to all draws of
        its world. If several worlds share a value, pass the same object: it is then processed once.
    draws : int
        Number of draws of each world.
    elements : bool or int
        Whether the parameter has elements; or the number of dimensions.

    Returns
    -------
    float, ndarray or Path
        With ``len(values) * draws`` draws, or without draws if all worlds share one value without
        draws.

    Examples
    --------
    >>> beside([np.array([1.0, 2.0]), 3.0], 2, elements=False).tolist()
    [1.0, 2.0, 3.0, 3.0]
    >>> step = Path([2022, 2022], [1.0, 5.0])
    >>> beside([1.0, step, step], 1, elements=False).at([2021, 2022]).tolist()
    [[1.0, 1.0, 1.0], [1.0, 5.0, 5.0]]
    """
    places: dict[int, int] = {}
    distinct: list[Quantity] = []
    for value in values:
        if id(value) not in places:
            places[id(value)] = len(distinct)
            distinct.append(value)
    if len(distinct) == 1:
        return tiled(distinct[0], len(values), elements=elements)
    chosen = [places[id(value)] for value in values]
    if any(isinstance(value, Path) for value in distinct):
        return _paths_beside([wide(as_path(v), draws, elements=elements) for v in distinct], chosen)
    arrays = [_wide_array(value, draws, elements=elements) for value in distinct]
    return np.concatenate([arrays[place] for place in chosen], axis=-1)


def inputs_beside(
    several: Sequence[Mapping[str, Any]],
    draws: int,
    model: Model,
    parameters: Mapping[str, Parameter],
) -> dict[str, Any]:
    """Concatenate all inputs of several worlds along the draw axis.

    Parameters
    ----------
    several : sequence of mapping
        The inputs of each world by name: of a parameter, or of a variable whose equation a value
        replaces. Where a world lacks one, the parameter's own value or the equation applies.
    draws : int
        Number of draws of each world.
    model : Model
    parameters : mapping of str to Parameter
        All of the study.

    Returns
    -------
    dict of str to float, ndarray, Path or Override
    """
    joined: dict[str, Any] = {}
    for name in dict.fromkeys(name for inputs in several for name in inputs):
        if name in parameters:
            own = parameters[name].array
            parts = [inputs.get(name, own) for inputs in several]
            joined[name] = beside(parts, draws, elements=bool(parameters[name].elements))
        else:
            shape = model.names.find(name).shape
            overrides = [_override(inputs.get(name), shape) for inputs in several]
            level, active = (
                beside([getattr(one, part) for one in overrides], draws, elements=len(shape))
                for part in ("level", "active")
            )
            always = np.all(as_path(active).values == 1.0)
            joined[name] = level if always else Override(as_path(level), as_path(active))
    return joined


def _override(value: Any, shape: tuple[int, ...]) -> Override:
    """Return a value that replaces an equation as one that does so while it is active."""
    if isinstance(value, Override):
        return Override(_full(value.level, shape), _full(value.active, shape))
    if value is None:
        return Override(*(Path.constant(np.zeros(shape)) for _ in range(2)))
    return Override(_full(as_path(value), shape), Path.constant(np.ones(shape)))


def _full(path: Path, shape: tuple[int, ...]) -> Path:
    """Give each element the path that is written once for all."""
    if path.values.ndim > 1 or not shape:
        return path
    values, slopes = (
        np.broadcast_to(a.reshape(-1, *[1] * len(shape)), (len(a), *shape))
        for a in (path.values, path.slopes)
    )
    return Path(path.times, values, slopes)


def tiled(value: Quantity, count: int, *, elements: int) -> Quantity:
    """Repeat the draws of a parameter, its last axis, once for each world.

    Parameters
    ----------
    value : float, ndarray or Path
        A value without a draw axis is returned unchanged.
    count : int
        Number of worlds.
    elements : bool or int
        Whether the parameter has elements; or the number of dimensions.

    Examples
    --------
    >>> tiled(np.array([1.0, 2.0]), 2, elements=False).tolist(), tiled(3.0, 2, elements=False)
    ([1.0, 2.0, 1.0, 2.0], 3.0)
    """
    if isinstance(value, Path):
        if value.values.ndim == 1 + elements:
            return value
        repeats = (*[1] * (value.values.ndim - 1), count)
        return Path(value.times, np.tile(value.values, repeats), np.tile(value.slopes, repeats))
    array = np.asarray(value, dtype=np.float64)
    if array.ndim == int(elements):
        return value
    return np.tile(array, (*[1] * (array.ndim - 1), count))


def picked(value: Quantity, rows: NDArray[np.int64], *, elements: int) -> Quantity:
    """Return some draws of a parameter.

    Parameters
    ----------
    value : float, ndarray or Path
        A value without a draw axis is returned unchanged.
    rows : ndarray of int
        The numbers of the draws, in the order wanted.
    elements : bool or int
        Whether the parameter has elements; or the number of dimensions.

    Examples
    --------
    >>> picked(np.array([1.0, 2.0, 3.0]), np.array([2, 0]), elements=False).tolist()
    [3.0, 1.0]
    """
    if isinstance(value, Path):
        if value.values.ndim == 1 + elements:
            return value
        return Path(value.times, value.values[..., rows], value.slopes[..., rows])
    array = np.asarray(value, dtype=np.float64)
    return value if array.ndim == elements else array[..., rows]


def wide(path: Path, draws: int, *, elements: int) -> Path:
    """Add a draw axis to a path that has none.

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


def _wide_array(value: Any, draws: int, *, elements: int) -> Array:
    """Add a draw axis to a number, or to one for each element, that has none."""
    array = np.asarray(value, dtype=np.float64)
    if array.ndim == 1 + elements:
        return array
    return np.broadcast_to(array[..., np.newaxis], (*array.shape, draws))


def _paths_beside(paths: Sequence[Path], chosen: Sequence[int]) -> Path:
    """Concatenate paths along the draw axis; `chosen` contains their numbers in order."""
    both = Path.stack(list(paths))  # shape (knots, paths, elements..., draws)
    picked, slopes = (
        np.moveaxis(array[:, list(chosen)], 1, -2).reshape(*array.shape[:1], *array.shape[2:-1], -1)
        for array in (both.values, both.slopes)
    )
    return Path(both.times, picked, slopes)
