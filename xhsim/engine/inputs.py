"""The inputs of a run: names are looked up, shapes checked and draws counted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xhsim.engine.equations import ConstantArray, ConstantNumber, Equations, Fixed, Rule, Variable
from xhsim.engine.language.syntax import canonical, match_key
from xhsim.engine.overrides import Override, active_key, level_key
from xhsim.engine.paths import Path
from xhsim.errors import InputError, did_you_mean

__all__ = ["Inputs", "VariableNames", "read_inputs", "with_time_step"]

Array = NDArray[np.float64]
SELECTION = re.compile(r"\s*(.+?)\s*\[([^\[\]]*)\]\s*")


class VariableNames:
    """Find variables by their name in the model file or by their canonical name.

    Parameters
    ----------
    equations : Equations
    """

    def __init__(self, equations: Equations) -> None:
        self.equations = equations

    @cached_property
    def _keys(self) -> dict[str, str]:
        variables = self.equations.variables.values()
        shown = [v for v in variables if not v.hidden]
        keys = {v.canonical: v.key for v in shown} | {v.key: v.key for v in shown}
        # What the engine adds as an input has a blank in its key, unlike the keys of a file.
        return keys | {v.key: v.key for v in variables if v.hidden and v.kind == "constant"}

    def find(self, name: str, what: str = "variable") -> Variable:
        """Return the variable called `name`.

        Raises
        ------
        InputError
            If the model has no such variable.
        """
        spellings = (str(name), match_key(str(name)), canonical(str(name)))
        key = next((self._keys[each] for each in spellings if each in self._keys), None)
        if key is None:
            known = [v.name for v in self.equations.variables.values() if not v.hidden]
            raise InputError(
                f'the model has no {what} "{name}"',
                hint=did_you_mean(str(name), known) or "model.variables lists them all",
            )
        return self.equations.variables[key]

    def select(self, name: str) -> tuple[Variable, tuple[int, ...] | None]:
        """Return the variable and, for ``x[Element]``, the position of the element.

        Raises
        ------
        InputError
            If the model has no such variable or element.
        """
        match = SELECTION.fullmatch(str(name))
        if match is None:
            return self.find(name), None
        variable = self.find(match[1])
        given = [part.strip() for part in match[2].split(",")]
        if len(given) != len(variable.shape):
            raise InputError(
                f'"{name}" names {len(given)} elements; {variable.name} has '
                f"{len(variable.shape)} dimensions"
            )
        return variable, tuple(
            self._position(element, dimension, variable)
            for element, dimension in zip(given, variable.dimensions, strict=True)
        )

    def _position(self, element: str, dimension: str, variable: Variable) -> int:
        elements = self.equations.dimensions[dimension].elements
        keys = [match_key(known) for known in elements]
        if match_key(element) not in keys:
            raise InputError(
                f'{variable.name} has no element "{element}"',
                hint=did_you_mean(element, elements) or f"it has {', '.join(elements)}",
            )
        return keys.index(match_key(element))


@dataclass(frozen=True)
class Inputs:
    """Checked values that replace those of the model.

    Attributes
    ----------
    numbers : dict of str to ndarray
        By variable key; shape ``(*elements, 1 or draws)``, or ``(1 or draws,)``.
    paths : dict of str to Path
    draws : int or None
        The number of draws, or None if nothing has a draw axis.
    """

    numbers: dict[str, Array]
    paths: dict[str, Path]
    draws: int | None


def with_time_step(given: Inputs, dt: float | None) -> Inputs:
    """Replace the model's time step; None keeps it.

    Parameters
    ----------
    given : Inputs
    dt : float or None
        In the model's unit of time.

    Returns
    -------
    Inputs

    Raises
    ------
    InputError
        If it is not a positive number.

    Examples
    --------
    >>> with_time_step(Inputs({}, {}, None), 0.5).numbers["time_step"].tolist()
    [0.5]
    """
    if dt is None:
        return given
    if not isinstance(dt, int | float | np.number) or not np.isfinite(dt) or dt <= 0:
        raise InputError(f"dt must be a positive number, not {dt!r}")
    numbers = given.numbers | {"time_step": np.array([float(dt)])}
    return Inputs(numbers, given.paths, given.draws)


def read_inputs(names: VariableNames, params: Mapping[str, Any] | None) -> Inputs:
    """Check the parameters of a run.

    Parameters
    ----------
    names : VariableNames
    params : mapping of str to number, array or Path
        As for `xhsim.engine.model.Model.run`.

    Returns
    -------
    Inputs

    Raises
    ------
    InputError
        If a name is unknown, a shape does not fit, or a value is not a finite number.
    """
    numbers: dict[str, Array] = {}
    paths: dict[str, Path] = {}
    draws: dict[str, int] = {}  # of the parameters with a draw axis
    if params is not None and not isinstance(params, Mapping):
        raise InputError(f"params must map names to values, not {params!r:.60}")
    for name, value in (params or {}).items():
        variable, position = names.select(name)
        _refuse_unchangeable(names, variable, name)
        if variable.key in paths or (variable.key in numbers and position is None):
            raise InputError(f'"{variable.name}" is given twice', hint="give it once")
        if isinstance(value, Path | Override):
            if position is not None:
                raise InputError(
                    f'"{name}": a path must be given for all elements of {variable.name}',
                    hint="stack the paths of its elements with Path.stack",
                )
            for key, each in _over_time(variable.key, value):
                path = paths[key] = _checked_path(each, variable)
                if each.values.ndim == len(variable.shape) + 2:
                    draws[name] = max(draws.get(name, 1), path.values.shape[-1])
            continue
        array = _as_numbers(value, name)
        if position is None:
            numbers[variable.key] = _shaped(array, variable)
        else:
            base = numbers.get(variable.key)
            whole = default_value(names.equations, variable) if base is None else base
            numbers[variable.key] = _replaced(whole, position, array, name)
        if array.ndim == (1 if position is not None else len(variable.shape) + 1):
            draws[name] = array.shape[-1]
    return Inputs(numbers, paths, _agreed(draws))


def default_value(equations: Equations, variable: Variable) -> Array:
    """Return the value of a constant in the model, of shape ``(*elements, 1)``.

    Raises
    ------
    InputError
        If the variable is not a constant of the model.
    """
    rule = equations.definitions[variable.key]
    if variable.kind != "constant" or not isinstance(rule, Rule):
        raise InputError(
            f'"{variable.name}" is not a constant, so single elements of it cannot be given',
            hint="give all its elements as one array",
        )
    whole = np.empty(variable.shape)
    for part in rule.parts:
        index = np.ix_(
            *(
                [item.position] if isinstance(item, Fixed) else list(item.positions)
                for item in part.region
            )
        )
        expression = part.expression
        if isinstance(expression, ConstantNumber):
            whole[index] = expression.value
        elif isinstance(expression, ConstantArray):
            whole[index] = np.reshape(expression.values, whole[index].shape)
    return whole[..., np.newaxis]


def _over_time(key: str, value: Path | Override) -> list[tuple[str, Path]]:
    """Return the keys and paths of a value over time."""
    if isinstance(value, Path):
        return [(key, value)]
    return [(level_key(key), value.level), (active_key(key), value.active)]


def _refuse_unchangeable(names: VariableNames, variable: Variable, name: str) -> None:
    if variable.kind == "lookup":
        raise InputError(
            f'"{name}" is a lookup and cannot be given as a parameter',
            hint="change its points in the model file",
        )
    if variable.key in names.equations.structural:
        raise InputError(
            f'"{variable.name}" determines the order of a delay or the mode of a function, which '
            "is fixed when the model is loaded",
            hint="change it in the model file",
        )


def _as_numbers(value: Any, name: str) -> Array:
    try:
        array = np.asarray(value)
        if array.dtype.kind not in "fiu":
            raise TypeError
        array = array.astype(np.float64)
    except (TypeError, ValueError):
        raise InputError(
            f'"{name}" needs a number, an array of numbers or a Path, not {value!r:.60}'
        ) from None
    if not np.isfinite(array).all():
        raise InputError(f'"{name}" has a value that is not a finite number')
    return array


def _shaped(array: Array, variable: Variable) -> Array:
    """Add element axes and a draw axis (of length 1 if the value has no draws)."""
    shape = variable.shape
    if array.ndim == 0:
        return np.full((*shape, 1), float(array))
    if array.shape == shape:
        return array[..., np.newaxis]
    if array.ndim == len(shape) + 1 and array.shape[:-1] == shape and array.shape[-1] > 0:
        return array
    wanted = f"{shape} or {(*shape, 'draws')}" if shape else "one number, or one for each draw"
    raise InputError(
        f'"{variable.name}" is given with shape {array.shape}; it takes {wanted}'.replace("'", "")
    )


def _replaced(whole: Array, position: tuple[int, ...], array: Array, name: str) -> Array:
    if array.ndim > 1 or array.size == 0:
        raise InputError(f'"{name}" takes one number, or one for each draw')
    draws = max(whole.shape[-1], array.size)
    if {whole.shape[-1], array.size} - {1, draws}:
        raise InputError(f'"{name}" has {array.size} draws, other elements have {whole.shape[-1]}')
    result = np.broadcast_to(whole, (*whole.shape[:-1], draws)).copy()
    result[position] = array
    return result


def _checked_path(path: Path, variable: Variable) -> Path:
    """Add element axes and a draw axis to the values of a path."""
    shape, inner = variable.shape, path.values.shape[1:]
    if inner == shape:
        return Path(path.times, path.values[..., np.newaxis], path.slopes[..., np.newaxis])
    if inner == () or (inner[:-1] == shape and len(inner) == len(shape) + 1):
        if len(inner) == len(shape) + 1:
            return path
        whole = (len(path.times), *shape, 1)
        spread = [
            np.broadcast_to(array.reshape(-1, *(1,) * (len(shape) + 1)), whole)
            for array in (path.values, path.slopes)
        ]
        return Path(path.times, *spread)
    raise InputError(
        f'the path of "{variable.name}" has values of shape {inner} at each knot; '
        f"it takes {shape} or {(*shape, 'draws')}".replace("'", "")
    )


def _agreed(draws: dict[str, int]) -> int | None:
    """Return the common number of draws of all parameters with a draw axis."""
    several = {name: count for name, count in draws.items() if count > 1}
    if len(set(several.values())) > 1:
        fewest, most = min(several, key=several.__getitem__), max(several, key=several.__getitem__)
        raise InputError(
            f'parameters disagree about the number of draws: "{fewest}" has {several[fewest]}, '
            f'"{most}" has {several[most]}'
        )
    return max(draws.values(), default=None)
