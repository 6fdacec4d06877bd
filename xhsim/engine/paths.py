"""Paths: quantities given over time, linear between knots, with jumps where needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Path"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Path:
    """Piecewise-linear values over time, constant before the first knot and after the last.

    Two knots at the same time make a jump. The first has the value just before that time, the
    second the value from that time on (right-continuous).

    Parameters
    ----------
    times : array_like, shape (knots,)
        Knot times in model time, never decreasing.
    values : array_like, shape (knots, ...)
        Values at the knots. The trailing axes are the elements of the parameter and then the
        draws: ``(knots,)``, ``(knots, N)``, ``(knots, elements)``, ``(knots, elements, N)``.
    slopes : array_like, shape (knots, ...), optional
        Change per unit of time after each knot; by default the slope to the next knot. `splice`
        and `stack` give it, because they cut pieces and must not change a bit of the rest, and
        `steps`, whose slopes are zero.

    Raises
    ------
    ValueError
        If there is no knot, shapes disagree, times decrease, or a number is not finite.

    Examples
    --------
    >>> ramp = Path([2021, 2023], [1.0, 2.0])
    >>> float(ramp.at(2020)), float(ramp.at(2022)), float(ramp.at(2030))
    (1.0, 1.5, 2.0)
    >>> step = Path([2022, 2022], [1.0, 4.0])
    >>> step.at([2021.99, 2022.0]).tolist()
    [1.0, 4.0]
    """

    times: Floats
    values: Floats
    slopes: Floats = field(repr=False)

    def __init__(
        self, times: ArrayLike, values: ArrayLike, slopes: ArrayLike | None = None
    ) -> None:
        knots = np.array(times, dtype=np.float64)
        levels = np.array(values, dtype=np.float64)
        if knots.ndim != 1 or knots.size == 0:
            raise ValueError("a path needs at least one knot")
        if levels.shape[:1] != knots.shape:
            raise ValueError(f"{knots.size} knot times but values of shape {levels.shape}")
        if not (np.isfinite(knots).all() and np.isfinite(levels).all()):
            raise ValueError("knot times and values must be finite numbers")
        gaps = np.diff(knots)
        if (gaps < 0).any():
            raise ValueError("knot times must not decrease")
        steepness = _slopes(gaps, levels) if slopes is None else np.array(slopes, dtype=np.float64)
        if steepness.shape != levels.shape:
            raise ValueError("slopes must have the shape of values")
        for name, array in (("times", knots), ("values", levels), ("slopes", steepness)):
            array.setflags(write=False)
            object.__setattr__(self, name, array)

    @classmethod
    def constant(cls, value: ArrayLike) -> Path:
        """Return the path with the same value at all times.

        Parameters
        ----------
        value : float or array_like, shape (...)
            Trailing axes as those of `Path`.

        Returns
        -------
        Path

        Examples
        --------
        >>> float(Path.constant(3.0).at(1e4))
        3.0
        """
        return cls([0.0], np.asarray(value, dtype=np.float64)[np.newaxis])

    @classmethod
    def steps(cls, times: ArrayLike, values: ArrayLike) -> Path:
        """Return the path that holds each value from its time to the next time.

        Parameters
        ----------
        times, values : array_like
            As those of `Path`. The first value also holds before its time.

        Returns
        -------
        Path

        Examples
        --------
        >>> Path.steps([2021, 2022], [1.0, 4.0]).at([2020, 2021.75, 2022, 2030]).tolist()
        [1.0, 1.0, 4.0, 4.0]
        """
        levels = np.array(values, dtype=np.float64)
        return cls(times, levels, np.zeros_like(levels))

    def at(self, time: ArrayLike) -> Floats:
        """Return the value at one time or at several times.

        Parameters
        ----------
        time : float or array_like, shape (T,)
            Model time.

        Returns
        -------
        ndarray
            Shape ``values.shape[1:]`` for one time, ``(T, *values.shape[1:])`` for several.

        Examples
        --------
        >>> Path([2021, 2023], [1.0, 2.0]).at([2020, 2021.5, 2030]).tolist()
        [1.0, 1.25, 2.0]
        """
        now = np.asarray(time, dtype=np.float64)
        piece = np.searchsorted(self.times, now, side="right") - 1
        after = np.where(piece >= 0, now - self.times[piece], 0.0)
        piece = np.maximum(piece, 0)
        after = after.reshape(after.shape + (1,) * (self.values.ndim - 1))
        return np.asarray(self.values[piece] + self.slopes[piece] * after)

    @property
    def breakpoints(self) -> tuple[float, ...]:
        """Times at which the value jumps or its slope changes, sorted and unique."""
        moving = self.times if self.slopes[0].any() else self.times[1:]
        return tuple(float(time) for time in np.unique(moving))

    def splice(self, later: Path, since: float) -> Path:
        """Return a path that follows this one before a date and another from that date on.

        Before `since` the result has this path's values bit for bit.

        Parameters
        ----------
        later : Path
            The path to follow from `since` on.
        since : float
            The date of the change.

        Returns
        -------
        Path

        Examples
        --------
        >>> grown = Path([2020, 2030], [1.0, 2.0]).splice(Path.constant(5.0), 2025)
        >>> grown.at([2022.5, 2025.0, 2030.0]).tolist()
        [1.25, 5.0, 5.0]
        """
        shape = _common_shape([self, later])
        before = self.times < since
        after = later.times > since
        level, slope = later.at(since), later._slope_at(since)
        first_value, first_slope = self.values[before], self.slopes[before]
        times: list[Floats] = [self.times[before], np.array([since]), later.times[after]]
        if not before.any():  # otherwise the level before the first knot would be lost
            times[0], first_value = np.array([since]), self.values[:1]
            first_slope = np.zeros_like(first_value)

        def join(*parts: Floats) -> Floats:
            return np.concatenate([_widen(part, shape) for part in parts])

        return Path(
            np.concatenate(times),
            join(first_value, level[np.newaxis], later.values[after]),
            join(first_slope, slope[np.newaxis], later.slopes[after]),
        )

    @classmethod
    def stack(cls, paths: Sequence[Path]) -> Path:
        """Combine the paths of a parameter's elements into one path.

        Parameters
        ----------
        paths : sequence of Path
            One for each element, in the order of the dimension, all with the same trailing shape.

        Returns
        -------
        Path
            With an element axis right after the knots.

        Examples
        --------
        >>> Path.stack([Path.constant(1.0), Path([2022, 2022], [0.0, 3.0])]).at(2023).tolist()
        [1.0, 3.0]
        """
        # A knot without a jump or a bend, such as the only knot of a constant, is not needed.
        every = np.unique([time for path in paths for time in path.breakpoints])
        if every.size == 0:
            every = paths[0].times[:1]
        # The knot in front has each element's level before the first date.
        times = np.concatenate([every[:1], every])
        shape = _common_shape(paths)
        levels = [np.concatenate([path.values[:1], path.at(every)]) for path in paths]
        rises = [path._slope_at(every) for path in paths]
        rises = [np.concatenate([np.zeros_like(rise[:1]), rise]) for rise in rises]
        return cls(
            times,
            np.stack([_widen(level, shape) for level in levels], axis=1),
            np.stack([_widen(rise, shape) for rise in rises], axis=1),
        )

    def _slope_at(self, time: ArrayLike) -> Floats:
        piece = np.searchsorted(self.times, np.asarray(time), side="right") - 1
        slope = self.slopes[np.maximum(piece, 0)]
        started = (piece >= 0).reshape(piece.shape + (1,) * (self.values.ndim - 1))
        return np.asarray(np.where(started, slope, 0.0))

    def __eq__(self, other: object) -> bool:
        """Compare times, values and slopes."""
        if not isinstance(other, Path):
            return NotImplemented
        return all(
            np.array_equal(getattr(self, name), getattr(other, name))
            for name in ("times", "values", "slopes")
        )

    __hash__ = None  # type: ignore[assignment]


def _slopes(gaps: Floats, levels: Floats) -> Floats:
    """Return the slope after each knot: zero after the last knot and across a jump."""
    wide = gaps.reshape(gaps.shape + (1,) * (levels.ndim - 1))
    rise = np.zeros_like(levels)
    np.divide(np.diff(levels, axis=0), wide, out=rise[:-1], where=wide > 0)
    return rise


def _common_shape(paths: Sequence[Path]) -> tuple[int, ...]:
    """Return the common shape after the knots. A missing last axis is that of the draws."""
    shapes = [path.values.shape[1:] for path in paths]
    most = max(len(shape) for shape in shapes)
    return np.broadcast_shapes(*(shape + (1,) * (most - len(shape)) for shape in shapes))


def _widen(part: Floats, shape: tuple[int, ...]) -> Floats:
    """Broadcast the axes after the knots to a common shape."""
    aligned = part.reshape(part.shape + (1,) * (1 + len(shape) - part.ndim))
    return np.broadcast_to(aligned, part.shape[:1] + shape)
