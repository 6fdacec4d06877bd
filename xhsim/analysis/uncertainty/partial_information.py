"""How much knowing one number narrows others: regression on the draws of one ensemble.

The expected value of partial information needs the mean of an outcome given a number that will be
known. Strong, Oakley and Brennan (2014, doi 10.1177/0272989X13505910) estimate it by a smooth
regression on draws that exist already, so that no draw is run again. Here the regression is a cubic
spline by least squares on the normal scores of the number, which are the same for every number:
one QR factorisation serves all. Each pair of a number and an outcome takes the number of knots that
predicts best when each draw is left out in turn. A number with few different values is a category:
the regression is then the mean of each.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Narrowing", "SmoothFit", "Smoothing", "narrowing"]

Array = NDArray[np.float64]
# Each list of knots contains the one before, so that the smaller splines are within the larger.
KNOTS = (
    (),
    (-1.0, 0.0, 1.0),
    (-2.0, -1.5, -0.5, 0.5, 1.5, 2.0),
    (-1.75, -1.25, -0.75, -0.25, 0.25, 0.75, 1.25, 1.75),
)
DRAWS_A_COLUMN = 10  # a spline has at most one coefficient for so many draws
FEW = 8  # different values of a number that is a category
MOST_LEVERAGE = 0.9


class Narrowing(NamedTuple):
    """What is learnt from numbers about outcomes.

    Attributes
    ----------
    share : ndarray, shape (numbers, outcomes)
        Share of the outcome's variance that is expected to go when the number is known. The bias of
        fitting is removed, so it may be slightly negative where the share is zero. NaN for an
        outcome that does not vary.
    share_error : ndarray
        Its standard error, from the number of draws.
    move : ndarray
        Expected absolute difference that the number makes to the outcome's mean, in the outcome's
        unit.
    move_error : ndarray
        Its standard error.
    """

    share: Array
    share_error: Array
    move: Array
    move_error: Array


def narrowing(numbers: ArrayLike, outcomes: ArrayLike, worth: float | None = None) -> Narrowing:
    """Estimate how much knowing each of several numbers would narrow each of several outcomes.

    Parameters
    ----------
    numbers : array_like, shape (numbers, draws)
        Finite.
    outcomes : array_like, shape (outcomes, draws)
        Finite; of an event, 1 where it happens and 0 elsewhere.
    worth : float, optional
        How many independent draws the draws are worth; by default their number.

    Returns
    -------
    Narrowing

    Notes
    -----
    What a fit leaves is counted as the mean of ``e² / (1 - h)`` with the residuals ``e`` and the
    leverages ``h``: a residual times what it would be if its draw were left out. Draws that are
    repeated, as after resampling, count as one draw each ``draws / worth`` times.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> cause, noise = rng.standard_normal((2, 2000))
    >>> found = narrowing([cause, noise], [3 * cause + 4 * noise])
    >>> found.share.round(1).tolist()  # 9 / 25 and 16 / 25
    [[0.4], [0.6]]
    """
    known, y = np.asarray(numbers, dtype=np.float64), np.asarray(outcomes, dtype=np.float64)
    many = y.shape[1]
    repeated = max(1.0, many / worth) if worth else 1.0
    smoothing = Smoothing.of_draws(many, repeated)
    centred = y - y.mean(axis=1, keepdims=True)
    variance = (centred**2).mean(axis=1) / max(1 - repeated / many, 1 - MOST_LEVERAGE)
    scale = np.where(np.ptp(y, axis=1) > 0, variance, np.nan)
    found = Narrowing(*(np.full((len(known), len(y)), np.nan) for _ in Narrowing._fields))
    for place, row in enumerate(known):
        figures = _learnt(smoothing.fit(row, centred), scale, many / repeated)
        for array, figure in zip(found, figures, strict=True):
            array[place] = figure
    return found


class SmoothFit(NamedTuple):
    """A regression of outcomes on one number.

    Attributes
    ----------
    y : ndarray, shape (outcomes, draws)
        The outcomes, in the order of the number.
    fitted : ndarray, shape (outcomes, draws)
        Their means given the number.
    left : ndarray, shape (outcomes, draws)
        ``1 - h``: how much of a draw's own noise is left in its residual.
    """

    y: Array
    fitted: Array
    left: Array


class _Basis(NamedTuple):
    """Regressions of rising size on one number.

    Attributes
    ----------
    columns : ndarray, shape (draws, columns)
        Orthonormal.
    within : ndarray of bool, shape (regressions, columns)
        The columns that each regression uses.
    left : ndarray, shape (regressions, draws)
        As for `SmoothFit`.
    """

    columns: Array
    within: NDArray[np.bool_]
    left: Array


class Smoothing(NamedTuple):
    """Regressions on numbers of one number of draws.

    Attributes
    ----------
    splines : _Basis
        In the order of a number's values: the same for each number.
    repeated : float
        How many draws are worth one independent draw.
    """

    splines: _Basis
    repeated: float

    @classmethod
    def of_draws(cls, draws: int, repeated: float = 1.0) -> Smoothing:
        """Prepare regressions.

        Parameters
        ----------
        draws : int
        repeated : float
            How many draws are worth one independent draw.
        """
        return cls(_splines(draws, repeated), repeated)

    def fit(self, number: Array, outcomes: Array) -> SmoothFit:
        """Compute the mean of outcomes given a number.

        Parameters
        ----------
        number : ndarray, shape (draws,)
        outcomes : ndarray, shape (outcomes, draws)

        Returns
        -------
        SmoothFit

        Examples
        --------
        >>> number = np.linspace(0, 1, 100)
        >>> fit = Smoothing.of_draws(100).fit(number, np.array([3 * number]))
        >>> bool(np.abs(fit.fitted - fit.y).max() < 0.1)
        True
        """
        values = np.unique(number)
        if len(values) <= min(FEW, number.size / (DRAWS_A_COLUMN * self.repeated)):
            basis, order = _means(number, values, self.repeated), np.arange(number.size)
        else:
            basis, order = self.splines, np.argsort(number, kind="stable")
        return _best(basis, outcomes[:, order])


def _means(number: Array, values: Array, repeated: float) -> _Basis:
    """Return the regression whose fit is the mean of the draws with each value."""
    same = (number[:, np.newaxis] == values).astype(np.float64)
    counts = same.sum(axis=0)
    leverage = repeated * same @ (1 / counts)
    left = 1 - np.minimum(leverage, MOST_LEVERAGE)
    return _Basis(same / np.sqrt(counts), np.ones((1, len(values)), dtype=bool), left[np.newaxis])


def _splines(draws: int, repeated: float) -> _Basis:
    from scipy.special import ndtri

    scores = ndtri((np.arange(draws) + 0.5) / draws)
    columns, ends = [np.ones(draws), scores], [2]
    columns += [scores**2, scores**3]
    for knots in KNOTS:
        columns += [np.maximum(scores - knot, 0.0) ** 3 for knot in knots]
        ends.append(len(columns))
    ends = [end for end in ends if end * DRAWS_A_COLUMN * repeated <= draws] or [min(2, draws)]
    # The size of a column does not matter to its span, but it does to rounding.
    matrix = np.stack(columns[: ends[-1]], axis=1)
    basis = np.linalg.qr(matrix / np.linalg.norm(matrix, axis=0))[0]
    within = np.arange(ends[-1]) < np.array(ends)[:, np.newaxis]
    leverage = repeated * within @ (basis**2).T
    return _Basis(basis, within, 1 - np.minimum(leverage, MOST_LEVERAGE))


def _best(basis: _Basis, y: Array) -> SmoothFit:
    """Fit each outcome by the regression that predicts best when each draw is left out in turn."""
    columns, within, left = basis
    weights = y @ columns
    missed = np.stack(
        [
            ((y - (weights * used) @ columns.T) ** 2) @ (1 / rest**2)
            for used, rest in zip(within, left, strict=True)
        ]
    )
    best = missed.argmin(axis=0)
    return SmoothFit(y, (weights * within[best]) @ columns.T, left[best])


def _learnt(fit: SmoothFit, variance: Array, worth: float) -> tuple[Array, ...]:
    """Return the share, the move and their errors from centred outcomes."""
    y, fitted, left = fit
    kept = (y - fitted) ** 2 / left
    share = 1 - kept.mean(axis=1) / variance
    # How far the share would move if a draw counted more: its spread is that of the share.
    pull = (kept - (1 - share)[:, np.newaxis] * y**2) / variance[:, np.newaxis]
    # Without any effect the share is as uncertain as the choice of the knots.
    share_error = np.sqrt(pull.var(axis=1) / worth + (2 * (1 - share) / worth) ** 2)
    # The size of the fitted moves is that which the share allows; only their shape is fitted.
    raw = np.sqrt((fitted**2).mean(axis=1))
    with np.errstate(invalid="ignore", divide="ignore"):
        shape = np.where(raw > 0, np.abs(fitted).mean(axis=1) / raw, 0.0)
    move = shape * np.sqrt(variance * np.maximum(share, 0.0))
    # The mean of |fitted| is that of the sign of the fit times the outcome.
    sign = np.sign(fitted)
    pull = (sign - sign.mean(axis=1, keepdims=True)) * y
    move_error = np.where(np.isnan(variance), np.nan, pull.std(axis=1) / math.sqrt(worth))
    return share, share_error, move, move_error
