"""Shapes of a change over time, applied to the value in the parent scenario.

Each shape takes the parent's value (a number or a `Path`, possibly with an axis of draws) and
returns the child's value. Before `first_change` the child's values equal the parent's bit for bit.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from xhsim.engine.paths import Path

__all__ = [
    "Constant",
    "Knots",
    "Pulse",
    "Quantity",
    "Ramp",
    "SCurve",
    "Shape",
    "Step",
    "lay_over",
    "shape_text",
]

PIECES = 64  # linear pieces of an s-curve

Quantity: TypeAlias = float | NDArray[np.float64] | Path


@dataclass(frozen=True)
class Constant:
    """One number for the whole run; the parent's value is ignored."""

    to: float
    first_change = -math.inf
    replaces = True

    @property
    def levels(self) -> tuple[float, ...]:
        """Levels that the shape itself sets."""
        return (self.to,)

    def over(self, parent: Quantity) -> Quantity:
        """Return the number."""
        return self.to


@dataclass(frozen=True)
class Step:
    """The parent's value before `year`, and `to` from `year` on.

    Examples
    --------
    >>> Step(2022, 1.5).over(1.0).at([2021.9, 2022.0]).tolist()
    [1.0, 1.5]
    """

    year: float
    to: float
    replaces = False

    @property
    def first_change(self) -> float:
        """Date before which nothing differs from the parent."""
        return self.year

    @property
    def levels(self) -> tuple[float, ...]:
        """Levels that the shape itself sets."""
        return (self.to,)

    def over(self, parent: Quantity) -> Quantity:
        """Lay the shape over the parent's value."""
        return as_path(parent).splice(Path.constant(self.to), self.year)


@dataclass(frozen=True)
class _Between:
    """A shape with a start and an end date."""

    start: float
    until: float
    to: float
    replaces = False

    @property
    def first_change(self) -> float:
        """Date before which nothing differs from the parent."""
        return self.start

    @property
    def levels(self) -> tuple[float, ...]:
        """Levels that the shape itself sets."""
        return (self.to,)


@dataclass(frozen=True)
class Ramp(_Between):
    """The parent's value before `start`, a linear change to `to` at `until`, then `to`.

    Examples
    --------
    >>> Ramp(2021, 2023, 2.0).over(1.0).at([2020, 2022, 2024]).tolist()
    [1.0, 1.5, 2.0]
    """

    def over(self, parent: Quantity) -> Quantity:
        """Lay the shape over the parent's value."""
        before = as_path(parent)
        foot = before.at(self.start)
        rise = Path([self.start, self.until], np.stack([foot, np.full_like(foot, self.to)]))
        return before.splice(rise, self.start)


@dataclass(frozen=True)
class Pulse(_Between):
    """`to` from `start` until just before `until`; the parent's value before and after.

    Examples
    --------
    >>> Pulse(2022, 2023, 1.4).over(1.0).at([2021, 2022.5, 2023]).tolist()
    [1.0, 1.4, 1.0]
    """

    def over(self, parent: Quantity) -> Quantity:
        """Lay the shape over the parent's value."""
        before = as_path(parent)
        raised = before.splice(Path.constant(self.to), self.start)
        return raised.splice(before, self.until)


@dataclass(frozen=True)
class SCurve(_Between):
    """The parent's value before `start`, a smooth change to `to` at `until`, then `to`.

    After the share x of the time the change has completed 3 x^2 - 2 x^3 of the distance, so it is
    slow at both ends and half complete at half time. It consists of 64 linear pieces.

    Examples
    --------
    >>> SCurve(2021, 2025, 3.0).over(1.0).at([2021, 2022, 2023, 2025]).tolist()
    [1.0, 1.3125, 2.0, 3.0]
    """

    def over(self, parent: Quantity) -> Quantity:
        """Lay the shape over the parent's value."""
        before = as_path(parent)
        foot = before.at(self.start)
        passed = np.linspace(0.0, 1.0, PIECES + 1)
        share = passed**2 * (3 - 2 * passed)
        share = share.reshape(-1, *[1] * foot.ndim)
        times = self.start + passed * (self.until - self.start)
        rise = Path(times, foot + share * (self.to - foot))
        return before.splice(rise, self.start)


@dataclass(frozen=True)
class Knots:
    """Linear between knots and constant outside them; the parent's value is ignored.

    Examples
    --------
    >>> Knots((2021.0, 2022.0), (0.0, 0.6)).over(5.0).at([2000, 2021.5, 2030]).tolist()
    [0.0, 0.3, 0.6]
    """

    years: tuple[float, ...]
    levels: tuple[float, ...]
    first_change = -math.inf
    replaces = True

    def over(self, parent: Quantity) -> Quantity:
        """Return the path."""
        return Path(self.years, self.levels)


Shape: TypeAlias = Constant | Step | Ramp | Pulse | SCurve | Knots


def as_path(quantity: Quantity) -> Path:
    """Convert a number to a constant path; a path is returned unchanged.

    Examples
    --------
    >>> as_path(2.0).at([0.0, 1e3]).tolist()
    [2.0, 2.0]
    """
    return quantity if isinstance(quantity, Path) else Path.constant(quantity)


def lay_over(parent: Quantity, shapes: Sequence[Shape]) -> Quantity:
    """Apply shapes to a value, the first ancestor's first.

    Examples
    --------
    >>> lay_over(1.0, [])
    1.0
    >>> lay_over(1.0, [Step(2022, 2.0), Constant(3.0)])
    3.0
    """
    for shape in shapes:
        parent = shape.over(parent)
    return parent


def shape_text(shape: Shape, before: str = "as computed") -> str:
    """Write a shape in words.

    Parameters
    ----------
    shape : Shape
    before : str
        What holds until the first change.

    Returns
    -------
    str

    Examples
    --------
    >>> shape_text(Ramp(2021, 2023, 4.0)), shape_text(Pulse(2022, 2023.5, 0.5))
    ('as computed until 2021, then linear to 4 in 2023', '0.5 from 2022 until 2023.5')
    >>> shape_text(Knots((2021, 2023), (5.0, 4.0))), shape_text(Step(2022, 1.0))
    ('5 in 2021, 4 in 2023', 'as computed until 2022, then 1')
    """
    match shape:
        case Constant():
            return f"{shape.to:g}"
        case Knots():
            pairs = zip(shape.years, shape.levels, strict=True)
            return ", ".join(f"{level:g} in {year:g}" for year, level in pairs)
        case Step():
            return f"{before} until {shape.year:g}, then {shape.to:g}"
        case Pulse():
            return f"{shape.to:g} from {shape.start:g} until {shape.until:g}"
        case _:
            kind = "linear" if isinstance(shape, Ramp) else "smooth"
            change = f"{kind} to {shape.to:g} in {shape.until:g}"
            return f"{before} until {shape.start:g}, then {change}"
