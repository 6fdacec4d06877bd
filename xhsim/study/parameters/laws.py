"""The distributions that studies use most, with SciPy's numbers, without importing ``scipy.stats``.

Importing ``scipy.stats`` takes longer than reading a study and drawing from it. Each distribution
here is a row of `LAWS`. A prior that names any other one needs ``scipy.stats``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["LAWS", "Law", "Located"]

Array = NDArray[np.float64]
Standard: TypeAlias = Callable[..., Array]  # of numbers and shape parameters, all one array each


@dataclass(frozen=True)
class Law:
    """A family of distributions in its standard position.

    Attributes
    ----------
    shapes : tuple of str
        Names of the shape parameters.
    ends : tuple of float
        Between which all values lie.
    quantile, probability : callable
        Of numbers, for given shape parameters.
    fits : callable
        Whether shape parameters define a distribution.
    """

    shapes: tuple[str, ...]
    ends: tuple[float, float]
    quantile: Standard
    probability: Standard
    fits: Callable[..., bool]


@dataclass(frozen=True)
class Located:
    """A distribution that was moved and stretched: `Law` with its numbers.

    Attributes
    ----------
    law : Law
    arguments : mapping of str to float
        Shape parameters, ``loc`` and ``scale``.

    Examples
    --------
    >>> Located(LAWS["uniform"], {"loc": 1.0, "scale": 4.0}).ppf([0.25, 1.0]).tolist()
    [2.0, 5.0]
    """

    law: Law
    arguments: Mapping[str, float]

    def ppf(self, probability: ArrayLike) -> Array:
        """Return quantiles; NaN where a probability or the distribution is none.

        Parameters
        ----------
        probability : array_like

        Returns
        -------
        ndarray
        """
        given = np.asarray(probability, dtype=np.float64)
        shapes, loc, scale = self._numbers()
        found = np.full(given.shape, np.nan)
        if self._is_sound():
            inside = (given > 0) & (given < 1)
            found[inside] = self.law.quantile(given[inside], *shapes) * scale + loc
            for level, end in zip((0, 1), self.law.ends, strict=True):
                found[given == level] = end * scale + loc
        return found

    def cdf(self, values: ArrayLike) -> Array:
        """Return the probabilities below values; NaN where the distribution is none.

        Parameters
        ----------
        values : array_like

        Returns
        -------
        ndarray
        """
        shapes, loc, scale = self._numbers()
        given = (np.asarray(values, dtype=np.float64) - loc) / scale
        found = np.full(given.shape, np.nan)
        if self._is_sound():
            low, high = self.law.ends
            inside = (given > low) & (given < high)
            found[inside] = self.law.probability(given[inside], *shapes)
            found[given <= low] = 0.0
            found[given >= high] = 1.0
        return found

    def _numbers(self) -> tuple[list[float], float, float]:
        shapes = [self.arguments[name] for name in self.law.shapes]
        return shapes, self.arguments.get("loc", 0.0), self.arguments.get("scale", 1.0)

    def _is_sound(self) -> bool:
        shapes, loc, scale = self._numbers()
        return scale > 0 and loc == loc and self.law.fits(*shapes)


def _student_quantile(probability: Array, freedom: float) -> Array:
    from scipy.special import stdtrit

    return np.asarray(stdtrit(freedom, probability))


def _student_probability(value: Array, freedom: float) -> Array:
    from scipy.special import stdtr

    return np.asarray(stdtr(freedom, value))


def _triangle_quantile(probability: Array, mode: float) -> Array:
    rising = np.sqrt(mode * probability)
    falling = 1 - np.sqrt((1 - mode) * (1 - probability))
    return np.where(probability < mode, rising, falling)


def _triangle_probability(value: Array, mode: float) -> Array:
    squared = value * value
    if mode == 0:
        return 2 * value - squared
    if mode == 1:
        return squared
    falling = (squared - 2 * value + mode) / (mode - 1)
    return np.where(value < mode, squared / mode, falling)


INFINITE = (-np.inf, np.inf)
LAWS: Mapping[str, Law] = {
    "t": Law(("df",), INFINITE, _student_quantile, _student_probability, lambda df: df > 0),
    "triang": Law(
        ("c",), (0.0, 1.0), _triangle_quantile, _triangle_probability, lambda c: 0 <= c <= 1
    ),
    "uniform": Law((), (0.0, 1.0), lambda p: p, lambda x: x, lambda: True),
}
