"""Which variables of a run are not finite, from when on, and in how many draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from xhsim.engine.equations import (
    ConstantNumber,
    Dated,
    Definition,
    Discrete,
    Equations,
    Fixed,
    Part,
    Rule,
    Stock,
)

__all__ = ["NotFinite", "find_not_finite", "told"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class NotFinite:
    """A variable that is not finite.

    Attributes
    ----------
    key, name : str
    time : float
        The first saved time at which it is not.
    draws : int
        In how many draws it is not, at any time.
    lacking : str
        An element without an equation of a variable that it uses, such as ``"x[a]"``.
    """

    key: str
    name: str
    time: float
    draws: int
    lacking: str = ""


def find_not_finite(
    equations: Equations, outputs: Sequence[str], results: Sequence[Array], saved: Array
) -> tuple[NotFinite, ...]:
    """Find the outputs that are not finite.

    Parameters
    ----------
    equations : Equations
    outputs : sequence of str
        The keys of the outputs.
    results : sequence of ndarray, each of shape ``(times, *elements, draws)``
    saved : ndarray
        The saved times.

    Returns
    -------
    tuple of NotFinite
        By time, and causes before what depends on them.
    """
    found = []
    with np.errstate(all="ignore"):
        doubtful = [not np.isfinite(result.sum()) for result in results]
    for key, result, is_doubtful in zip(outputs, results, doubtful, strict=True):
        if not is_doubtful:
            continue
        wrong = ~np.isfinite(result).reshape(saved.size, -1, result.shape[-1])
        wrong &= _has_equation(equations, key).reshape(-1, 1)
        if not wrong.any():
            continue
        begin = int(np.argmax(wrong.any(axis=(1, 2))))
        draws = int(wrong.any(axis=(0, 1)).sum())
        name = equations.variables[key].name
        found.append(NotFinite(key, name, float(saved[begin]), draws))
    ordered: list[NotFinite] = []
    for time in sorted({each.time for each in found}):
        at_start = time == saved[0]
        ordered += _causes_first(equations, [f for f in found if f.time == time], at_start)
    if ordered:
        first = ordered[0]
        lacking = _lacking(equations, first.key, first.time == saved[0])
        ordered[0] = replace(first, lacking=lacking)
    return tuple(ordered)


def _lacking(equations: Equations, key: str, at_start: bool) -> str:
    """Return the first element without an equation of what a variable uses, or ''."""
    for name in sorted(_uses(equations, key, at_start) & equations.variables.keys()):
        variable = equations.variables[name]
        without = np.argwhere(~_has_equation(equations, name))
        if len(without) and variable.dimensions and not variable.hidden:
            elements = [
                equations.dimensions[dimension].elements[place]
                for dimension, place in zip(variable.dimensions, without[0], strict=True)
            ]
            return f"{variable.name}[{', '.join(elements)}]"
    return ""


def _has_equation(equations: Equations, key: str) -> NDArray[np.bool_]:
    """Return which elements of a variable have an equation. The others are NaN on purpose."""
    shape = equations.variables[key].shape
    parts = _parts(equations.definitions[key])
    found = np.full(shape, not parts)
    for part in parts:
        if isinstance(part.expression, ConstantNumber) and np.isnan(part.expression.value):
            continue
        places = (
            [index.position] if isinstance(index, Fixed) else list(index.positions)
            for index in part.region
        )
        found[np.ix_(*places)] = True
    return found


def _parts(definition: Definition) -> tuple[Part, ...]:
    if isinstance(definition, Rule):
        return definition.parts
    return definition.initial if isinstance(definition, Stock | Discrete | Dated) else ()


def _causes_first(equations: Equations, found: list[NotFinite], at_start: bool) -> list[NotFinite]:
    left = {each.key: each for each in found}
    ordered: list[NotFinite] = []
    while left:
        roots = [key for key in left if not _uses(equations, key, at_start) & (left.keys() - {key})]
        roots = roots or list(left)[:1]  # in a circle there is no first one
        ordered += [left.pop(key) for key in roots]
    return ordered


def _uses(equations: Equations, key: str, at_start: bool) -> set[str]:
    """Return what the value of a variable at a time depends on at the same time."""
    definition = equations.definitions[key]
    parts: tuple[Part, ...] = ()
    if isinstance(definition, Stock | Discrete | Dated):
        parts = definition.initial if at_start else ()
    elif isinstance(definition, Rule):
        parts = (definition.initial if at_start else ()) or definition.parts
    used = {name for part in parts for name in part.uses}
    # A hidden variable, such as the stock of a delay, stands for what it depends on.
    for name in [name for name in used if _is_hidden(equations, name)]:
        used |= _uses(equations, name, at_start)
    return used


def _is_hidden(equations: Equations, key: str) -> bool:
    return key in equations.variables and equations.variables[key].hidden


def told(found: Sequence[NotFinite], draws: int | None) -> str:
    """Say it in a sentence without a full stop.

    Parameters
    ----------
    found : sequence of NotFinite
        At least one.
    draws : int, optional
        How many draws the run has.

    Examples
    --------
    >>> told([NotFinite("q", "q", 2.0, 3), NotFinite("r", "r", 2.0, 3)], 10)
    '"q" is not finite from time 2 on in 3 of 10 draws, and "r" later or because of it'
    >>> told([NotFinite("y", "y", 0.0, 1, "x[a]")], None)
    '"y" is not finite from time 0 on (it uses a variable of which "x[a]" has no equation)'
    """
    first, *others = found
    where = "" if draws is None else f" in {first.draws:,} of {draws:,} draws"
    text = f'"{first.name}" is not finite from time {first.time:g} on{where}'
    if first.lacking:
        text += f' (it uses a variable of which "{first.lacking}" has no equation)'
    if not others:
        return text
    shown = ", ".join(f'"{each.name}"' for each in others[:3])
    more = f" and {len(others) - 3} more" if len(others) > 3 else ""
    return f"{text}, and {shown}{more} later or because of it"
