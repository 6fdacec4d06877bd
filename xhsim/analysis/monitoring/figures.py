"""Published figures as bounds with errors, and the likelihood of what a run has in their place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import log_ndtr

__all__ = ["FigureBounds", "log_likelihood", "predictive_share"]

Array = NDArray[np.float64]
HALF_LOG_TAU = 0.5 * float(np.log(2 * np.pi))


@dataclass(frozen=True)
class FigureBounds:
    """Bounds and errors of figures.

    Attributes
    ----------
    low, high : ndarray, shape (figures,)
        On the scale of ``xhsim.study.history.comparison``; equal for a point, and infinite where
        there is no bound.
    errors : ndarray, shape (figures,)
        Standard deviations on that scale.
    """

    low: Array
    high: Array
    errors: Array

    @classmethod
    def points(cls, values: ArrayLike, errors: ArrayLike) -> FigureBounds:
        """Make figures that are points.

        Parameters
        ----------
        values, errors : array_like, shape (figures,)

        Returns
        -------
        FigureBounds

        Examples
        --------
        >>> len(FigureBounds.points([1.0, 2.0], [0.1, 0.1]))
        2
        """
        found = np.asarray(values, dtype=np.float64)
        return cls(found, found, np.asarray(errors, dtype=np.float64))

    def __len__(self) -> int:
        return len(self.errors)

    @property
    def is_point(self) -> NDArray[np.bool_]:
        """Whether each figure is a point."""
        return np.asarray(self.low == self.high)

    def joined(self, other: FigureBounds) -> FigureBounds:
        """Return these figures and then others.

        Parameters
        ----------
        other : FigureBounds

        Returns
        -------
        FigureBounds

        Examples
        --------
        >>> one = FigureBounds.points([1.0], [0.1])
        >>> one.joined(one).low.tolist()
        [1.0, 1.0]
        """
        return FigureBounds(
            np.concatenate([self.low, other.low]),
            np.concatenate([self.high, other.high]),
            np.concatenate([self.errors, other.errors]),
        )

    def taken(self, which: Sequence[int] | slice | NDArray[np.bool_]) -> FigureBounds:
        """Return some of the figures.

        Parameters
        ----------
        which : sequence of int, slice or ndarray of bool

        Returns
        -------
        FigureBounds

        Examples
        --------
        >>> FigureBounds.points([1.0, 2.0], [0.1, 0.1]).taken([1]).low.tolist()
        [2.0]
        """
        return FigureBounds(self.low[which], self.high[which], self.errors[which])


def log_likelihood(seen: Array, figures: FigureBounds) -> Array:
    """Return the logarithm of the likelihood of each figure in each draw.

    What is published is the counterpart and a normal error. The likelihood is the normal density
    at a point, and the normal probability of the values between two bounds.

    Parameters
    ----------
    seen : ndarray, shape (draws, figures)
        The counterparts.
    figures : FigureBounds

    Returns
    -------
    ndarray, shape (draws, figures)
        Minus infinity where a counterpart is not finite.

    Examples
    --------
    >>> log_likelihood(np.array([[1.0], [3.0]]), FigureBounds.points([1.0], [0.5])).round(
    ...     3
    ... ).tolist()
    [[-0.226], [-8.226]]
    >>> floor = FigureBounds(np.array([2.0]), np.array([np.inf]), np.array([1.0]))
    >>> float(np.exp(log_likelihood(np.array([[2.0]]), floor))[0, 0].round(9))
    0.5
    """
    found = np.full(seen.shape, -np.inf)
    good = np.isfinite(seen)
    at = figures.is_point
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        below = (figures.low - seen) / figures.errors
        above = (figures.high - seen) / figures.errors
        density = -0.5 * below**2 - np.log(figures.errors) - HALF_LOG_TAU
        # On the side on which both tails are small: differences of numbers near 1 are inexact.
        flip = below > 0
        upper = np.where(flip, -below, above)
        lower = np.where(flip, -above, below)
        large, small = log_ndtr(upper), log_ndtr(lower)
        between = large + np.log1p(-np.exp(small - large))
    values = np.where(at, density, between)
    found[good] = values[good]
    return found


def predictive_share(seen: Array, figures: FigureBounds) -> Array:
    """Return where figures lie in the forecast of draws, errors of figures included.

    Parameters
    ----------
    seen : ndarray, shape (draws, figures)
    figures : FigureBounds

    Returns
    -------
    ndarray, shape (figures,)
        For a point the share of the forecast below it (the probability integral transform). For
        bounds the probability that a figure lies between them.

    Examples
    --------
    >>> seen = np.random.default_rng(0).standard_normal((4000, 1))
    >>> share = predictive_share(seen, FigureBounds.points([0.0], [0.1]))
    >>> abs(float(share[0]) - 0.5) < 0.02
    True
    """
    from scipy.special import ndtr

    good = seen[np.isfinite(seen).all(axis=1)]
    below = ndtr((figures.low - good) / figures.errors).mean(axis=0)
    above = ndtr((figures.high - good) / figures.errors).mean(axis=0)
    return np.asarray(np.where(figures.is_point, below, above - below))
