"""Tempered sequential Monte Carlo over coordinates whose prior is standard normal.

Draws move from the distribution before a figure to that after it in small steps (Del Moral, Doucet
and Jasra 2006, doi 10.1111/j.1467-9868.2006.00553.x). In each step the figure's likelihood counts
with a larger exponent, so that at least half of the draws stay in effect; draws are resampled, and
then each is moved by steps that leave the distribution unchanged.

A step is proposed from a normal approximation of the distribution (Rudolf and Sprungk 2018, doi
10.1007/s10208-016-9340-x). The figures' counterparts are regressed on the coordinates. In the few
directions that they depend on, the approximation has the mean and covariance of the draws; in all
others it is the prior. If figures depend on coordinates linearly, nearly all steps are accepted.
Otherwise the acceptance probability corrects for the difference.

After some figures, draws hardly differ any more in what these depend on, and a regression on them
alone loses it. So slopes may be known beforehand, from draws of the prior, and the regression then
only corrects them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.monitoring.figures import FigureBounds, log_likelihood

__all__ = ["Normal", "Stage", "advance", "corrected", "effective_number", "regressed"]

Array = NDArray[np.float64]
IN_EFFECT = 0.5  # share of the draws that stay in effect in each step of the exponent
ALIKE = 0.3  # correlation with the draws before the moves, at which they are forgotten
FEWEST_MOVES, MOST_MOVES = 2, 16
ON_THE_WAY = 1  # moves at exponents below 1, where draws need not be independent yet
ACCEPTED = 0.12  # with a smaller share of moves accepted, moves become shorter
SHORTEST = 0.05
SMALLEST = 1e-6  # variance of draws along a direction, against division by zero
CLEAR = 3.0  # standard errors at which a slope of the regression is kept
KNOWN = 2000.0  # draws that slopes known beforehand count as, when a regression corrects them


@dataclass(frozen=True)
class Stage:
    """How draws changed with the figures of one date.

    Attributes
    ----------
    points : ndarray, shape (draws, coordinates)
        Draws of equal weight. Under the prior, coordinates are independent and standard normal.
    seen : ndarray, shape (draws, figures)
        The counterparts of the figures, on the scale of the figures' errors.
    worth : float
        Of one draw: 1 if draws are independent, and less if they resemble each other.
    log_evidence : float
        Logarithm of the density that the draws before gave to the figures.
    exponents : tuple of float
        The last one is 1.
    acceptance : float
        Share of the last moves that were accepted.
    moves : int
        Number of moves of each draw, at all exponents.
    alike : float
        Correlation between draws before and after the moves at the last exponent: the largest of
        any figure's counterpart, or the share of the draws that never moved.
    """

    points: Array
    seen: Array
    worth: float
    log_evidence: float
    exponents: tuple[float, ...]
    acceptance: float
    moves: int
    alike: float


def effective_number(logs: Array) -> float:
    """Return the effective number of equally weighted draws (Kish 1965) from log weights.

    Parameters
    ----------
    logs : ndarray, shape (draws,)
        Minus infinity for a draw without weight; not for all.

    Returns
    -------
    float

    Examples
    --------
    >>> effective_number(np.log([0.25, 0.25, 0.5]))
    2.6666666666666665
    """
    weights = np.exp(logs - logs.max())
    return float(weights.sum() ** 2 / (weights**2).sum())


def advance(
    forward: Callable[[Array], Array],
    points: Array,
    figures: FigureBounds,
    before: Array,
    after: Array,
    generator: np.random.Generator,
    *,
    worth: float = 1.0,
    slopes: Array | None = None,
    progress: Callable[[int], None] | None = None,
) -> Stage:
    """Move draws from their distribution given some figures to that given others.

    Parameters
    ----------
    forward : callable
        Takes points, shape (draws, coordinates), and returns the counterparts of the figures,
        shape (draws, figures). Not finite where a run fails.
    points : ndarray, shape (draws, coordinates)
        Draws given the figures that count before.
    figures : FigureBounds
        All that count before or after.
    before, after : ndarray, shape (figures,)
        Exponents of their likelihoods: 1 for a figure that counts, and 0 for one that does not.
        A figure that is replaced by a later one counts before only.
    generator : numpy.random.Generator
    worth : float
        Of one of the draws before.
    slopes : ndarray, shape (figures, coordinates), optional
        Of the counterparts, as far as they are known beforehand. They help to propose moves, and
        errors in them do not change the distribution.
    progress : callable, optional
        Called with 1 after each move.

    Returns
    -------
    Stage

    Raises
    ------
    ValueError
        If no draw gives the new figures a positive density.

    Examples
    --------
    >>> generator = np.random.default_rng(0)
    >>> points = generator.standard_normal((1000, 3))
    >>> one = FigureBounds.points([2.0], [0.5])  # the first coordinate is 2, give or take a half
    >>> stage = advance(lambda z: z[:, :1], points, one, np.zeros(1), np.ones(1), generator)
    >>> bool(abs(stage.points[:, 0].mean() - 1.6) < 0.05)  # 2 / (1 + 0.5 ** 2)
    True
    """
    draws = len(points)
    seen = forward(points)
    exponent, log_evidence = 0.0, 0.0
    exponents: list[float] = []
    variance = 1 / (draws * worth)
    lengths, moves, acceptance, alike = np.ones(2), 0, 1.0, 0.0
    changes = after != before
    while exponent < 1:
        gains = (after - before)[changes] * log_likelihood(seen[:, changes], figures.taken(changes))
        logs = np.where(np.isfinite(gains).all(axis=1), gains.sum(axis=1), -np.inf)
        if not np.isfinite(logs).any():
            raise ValueError("no draw gives the figures a positive density")
        step = _step(logs, 1 - exponent)
        weights = np.exp(step * (logs - logs.max()))
        log_evidence += step * float(logs.max()) + float(np.log(weights.mean()))
        effective = effective_number(step * logs)
        exponent = 1.0 if step >= 1 - exponent else exponent + step
        exponents.append(exponent)
        chosen = _systematic(weights, generator)
        powers = before + exponent * (after - before)
        most = MOST_MOVES if exponent == 1 else ON_THE_WAY
        moved = _moved(
            forward,
            points[chosen],
            seen[chosen],
            figures,
            powers,
            slopes,
            lengths,
            most,
            generator,
            progress,
        )
        points, seen, lengths = moved.points, moved.seen, moved.lengths
        moves, acceptance, alike = moves + moved.moves, moved.acceptance, moved.alike
        # Draws forget the error of their resampling as far as they forget where they began.
        variance = 1 / draws + alike**2 * variance * draws / effective
    return Stage(
        points,
        seen,
        min(1.0, 1 / (draws * variance)),
        log_evidence,
        tuple(exponents),
        acceptance,
        moves,
        alike,
    )


def _step(logs: Array, most: float) -> float:
    """Return the longest step of the exponent that leaves enough draws in effect."""
    enough = IN_EFFECT * np.isfinite(logs).sum()
    if effective_number(most * logs) >= enough:
        return most
    low, high = 0.0, most
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if effective_number(middle * logs) >= enough else (low, middle)
    return low if low > 0 else high


def _systematic(weights: Array, generator: np.random.Generator) -> NDArray[np.int64]:
    """Pick draws in proportion to weights, as evenly as whole numbers allow."""
    marks = (generator.random() + np.arange(len(weights))) / len(weights)
    found = np.searchsorted(np.cumsum(weights) / weights.sum(), marks)
    return np.asarray(np.minimum(found, len(weights) - 1))


@dataclass(frozen=True)
class _Moved:
    points: Array
    seen: Array
    lengths: Array
    moves: int
    acceptance: float
    alike: float


def _moved(
    forward: Callable[[Array], Array],
    points: Array,
    seen: Array,
    figures: FigureBounds,
    powers: Array,
    slopes: Array | None,
    lengths: Array,
    most: int,
    generator: np.random.Generator,
    progress: Callable[[int], None] | None,
) -> _Moved:
    """Move draws until they have forgotten where they began, or `most` times.

    The coordinates that figures say something about, and the others, move in turn: the others can
    go far without leaving the figures.
    """
    first, first_seen = points, seen
    normal = Normal.approximating(points, seen, figures, powers, slopes)
    blocks = [part for part in (normal.informed, ~normal.informed) if part.any()]
    has_moved = np.zeros((len(blocks), len(points)), dtype=bool)
    lengths = lengths.copy()
    logs = (powers * log_likelihood(seen, figures)).sum(axis=1) + normal.excess(points)
    rates = np.ones(len(blocks))
    for turn in range(1, most + 1):
        for number, block in enumerate(blocks):
            tried = normal.proposed(points, float(lengths[number]), block, generator)
            tried_seen = forward(tried)
            tried_logs = (powers * log_likelihood(tried_seen, figures)).sum(axis=1)
            sound = np.isfinite(tried_logs)
            tried_logs = np.where(sound, tried_logs + normal.excess(tried), -np.inf)
            better = np.log(generator.random(len(points))) < tried_logs - logs
            points = np.where(better[:, np.newaxis], tried, points)
            seen = np.where(better[:, np.newaxis], tried_seen, seen)
            logs = np.where(better, tried_logs, logs)
            has_moved[number] |= better
            rates[number] = better.mean()
            changed = lengths[number] * np.exp(2 * (rates[number] - ACCEPTED))
            lengths[number] = np.clip(changed, SHORTEST, 1.0)
            if progress:
                progress(1)
        unmoved = 1 - float(has_moved.all(axis=0).mean())
        alike = max(_correlation(first_seen, seen), _correlation(first, points), unmoved)
        if turn >= FEWEST_MOVES and alike < ALIKE:
            break
    return _Moved(points, seen, lengths, turn * len(blocks), float(rates.min()), alike)


def _correlation(one: Array, other: Array) -> float:
    """Return the largest correlation between the same columns of two tables; at least 0."""
    one, other = one - one.mean(axis=0), other - other.mean(axis=0)
    size = np.sqrt((one**2).sum(axis=0) * (other**2).sum(axis=0))
    with np.errstate(invalid="ignore", divide="ignore"):
        found = (one * other).sum(axis=0) / size
    return float(max(0.0, np.nan_to_num(found, nan=0.0).max(initial=0.0)))


@dataclass(frozen=True)
class Normal:
    """A normal distribution that differs from the standard one in a few directions.

    Attributes
    ----------
    mean : ndarray, shape (coordinates,)
    directions : ndarray, shape (directions, coordinates)
        Orthonormal.
    precision : ndarray, shape (directions,)
        In addition to 1, the precision of all other directions.
    """

    mean: Array
    directions: Array
    precision: Array

    @classmethod
    def approximating(
        cls,
        points: Array,
        seen: Array,
        figures: FigureBounds,
        powers: Array,
        known: Array | None = None,
    ) -> Normal:
        """Approximate the distribution of draws in the directions that figures depend on.

        Parameters
        ----------
        points : ndarray, shape (draws, coordinates)
        seen : ndarray, shape (draws, figures)
        figures : FigureBounds
        powers : ndarray, shape (figures,)
            Exponents of their likelihoods; those with 0 do not count.
        known : ndarray, shape (figures, coordinates), optional
            Slopes of the counterparts, as far as they are known beforehand.

        Returns
        -------
        Normal
        """
        if known is None:
            slopes, _ = regressed(points, seen[:, powers > 0])
        else:
            slopes = corrected(known[powers > 0], points, seen[:, powers > 0])
        roots = np.sqrt(powers[powers > 0]) / figures.errors[powers > 0]
        _, sizes, across = np.linalg.svd(roots[:, np.newaxis] * slopes, full_matrices=False)
        across = across[sizes > 1e-9 * sizes.max(initial=1e-300)]
        along = points @ across.T
        mean = along.mean(axis=0)
        variances, axes = np.linalg.eigh(np.cov(along, rowvar=False).reshape(len(across), -1))
        precision = 1 / np.maximum(variances, SMALLEST) - 1
        return cls(mean @ across, axes.T @ across, precision)

    @classmethod
    def given(cls, slopes: Array, constants: Array, figures: FigureBounds) -> Normal:
        """Return the distribution of points given figures that depend on them linearly.

        Parameters
        ----------
        slopes : ndarray, shape (figures, coordinates)
        constants : ndarray, shape (figures,)
        figures : FigureBounds
            Those with a bound alone are left out.

        Returns
        -------
        Normal
        """
        use = figures.is_point
        scaled = slopes[use] / figures.errors[use, np.newaxis]
        _, sizes, directions = np.linalg.svd(scaled, full_matrices=False)
        kept = sizes > 1e-9 * sizes.max(initial=1e-300)
        directions, precision = directions[kept], sizes[kept] ** 2
        gaps = (figures.low[use] - constants[use]) / figures.errors[use]
        pull = directions @ (scaled.T @ gaps)
        return cls((pull / (1 + precision)) @ directions, directions, precision)

    def log_ratio(self, points: Array) -> Array:
        """Return the logarithm of this density over the standard normal one at points."""
        size = 0.5 * (np.log1p(self.precision).sum() - self.mean @ self.mean)
        return np.asarray(size - self.excess(points))

    @property
    def informed(self) -> NDArray[np.bool_]:
        """Whether each coordinate differs from a standard normal one."""
        return np.asarray((self.directions != 0).any(axis=0))

    def proposed(
        self,
        points: Array,
        length: float,
        block: NDArray[np.bool_],
        generator: np.random.Generator,
    ) -> Array:
        """Move the coordinates of a block so that this distribution stays as it is.

        The block is `informed` or its complement, which are independent. `length` 1 forgets where
        the points were.
        """
        noise = np.zeros(points.shape)
        noise[:, block] = generator.standard_normal((len(points), int(block.sum())))
        noise = self._squeezed(noise)
        kept = np.where(block, np.sqrt(1 - length**2), 1.0)
        return np.asarray(self.mean + kept * (points - self.mean) + length * noise)

    def drawn(self, draws: int, generator: np.random.Generator) -> Array:
        """Draw points, shape (draws, coordinates)."""
        noise = generator.standard_normal((draws, len(self.mean)))
        return np.asarray(self.mean + self._squeezed(noise))

    def _squeezed(self, noise: Array) -> Array:
        """Give standard normal noise the covariance of this distribution."""
        along = noise @ self.directions.T
        return np.asarray(noise + (along * (1 / np.sqrt(1 + self.precision) - 1)) @ self.directions)

    def excess(self, points: Array) -> Array:
        """Return the standard normal log density of points less this one, up to a constant."""
        along = (points - self.mean) @ self.directions.T
        return np.asarray(0.5 * (self.precision * along**2).sum(axis=1) - points @ self.mean)


def corrected(known: Array, points: Array, seen: Array) -> Array:
    """Correct slopes that are known beforehand by what draws say.

    Parameters
    ----------
    known : ndarray, shape (figures, coordinates)
    points : ndarray, shape (draws, coordinates)
    seen : ndarray, shape (draws, figures)

    Returns
    -------
    ndarray, shape (figures, coordinates)
        Those of a regression on the draws together with `KNOWN` draws of the prior that have the
        known slopes.
    """
    good = np.isfinite(seen).all(axis=1)
    points, seen = points[good], seen[good]
    away = points - points.mean(axis=0)
    rest = seen - seen.mean(axis=0) - away @ known.T
    count, width = away.shape
    if count < width:  # the same numbers from the smaller matrix
        pull = away.T @ np.linalg.solve(away @ away.T + KNOWN * np.eye(count), rest)
    else:
        pull = np.linalg.solve(away.T @ away + KNOWN * np.eye(width), away.T @ rest)
    return np.asarray(known + pull.T)


def regressed(points: Array, seen: Array) -> tuple[Array, Array]:
    """Regress counterparts on coordinates.

    Parameters
    ----------
    points : ndarray, shape (draws, coordinates)
    seen : ndarray, shape (draws, figures)

    Returns
    -------
    slopes : ndarray, shape (figures, coordinates)
        0 where a slope is not clearly different from 0.
    constants : ndarray, shape (figures,)
    """
    good = np.isfinite(seen).all(axis=1)
    points, seen = points[good], seen[good]
    centre, level = points.mean(axis=0), seen.mean(axis=0)
    away = points - centre
    count, width = away.shape
    matrix = away.T @ away + np.eye(width)  # the ridge keeps few draws of many coordinates apart
    inverse = np.linalg.inv(matrix)
    slopes = inverse @ (away.T @ (seen - level))
    rest = seen - level - away @ slopes
    spread = (rest**2).sum(axis=0) / max(1, count - min(width, count // 2))
    errors = np.sqrt(np.diag(inverse)[:, np.newaxis] * spread)
    slopes = np.where(np.abs(slopes) > CLEAR * errors, slopes, 0.0).T
    return slopes, level - slopes @ centre
