"""What nobody knows exactly: priors written as range and mass, and yearly shocks."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xhsim.engine.paths import Path as TimePath

# SciPy takes longer to import than a whole study to read, so it is imported when a distribution
# is first evaluated.

__all__ = ["FAMILIES", "Prior", "Shock", "all_digits"]

FAMILIES = ("normal", "lognormal", "uniform", "triangular")
BELLS = ("normal", "lognormal")


@dataclass(frozen=True)
class Prior:
    """A distribution given by an interval and the probability that it holds.

    The interval is the central one: as much probability lies below it as above. It carries
    `mass` *before* truncation to `bounds`; truncating moves what lies outside the bounds into
    them in proportion, so the interval then carries a little more. For the uniform and the
    triangular family too the interval is the central one, so their support is wider than the
    interval (and then truncated). Lognormal is central, and symmetric, on the log scale.

    Parameters
    ----------
    mass : float
        Probability inside the interval before truncation, between 0 and 1.
    low, high : float
        Ends of the interval, in the parameter's unit.
    family : {"normal", "lognormal", "uniform", "triangular"}
        Shape of the distribution.
    bounds : tuple of float
        Hard bounds; nothing is drawn outside them.

    Examples
    --------
    >>> prior = Prior(0.9, 2.0, 4.0)
    >>> prior.quantile([0.05, 0.5, 0.95]).round(6).tolist()
    [2.0, 3.0, 4.0]
    >>> str(prior)
    '90% in [2, 4]'
    """

    mass: float
    low: float
    high: float
    family: str = "normal"
    bounds: tuple[float, float] = (-math.inf, math.inf)

    def __str__(self) -> str:
        """Give the text that `parse_prior` reads."""
        family = "" if self.family == "normal" else f" {self.family}"
        low, high = all_digits(self.low), all_digits(self.high)
        return f"{100 * self.mass:.12g}% in [{low}, {high}]{family}"

    def within(self, bounds: tuple[float, float]) -> Prior:
        """Give the same prior truncated to other bounds.

        Parameters
        ----------
        bounds : tuple of float
            Lowest and highest value.

        Returns
        -------
        Prior

        Examples
        --------
        >>> cut = parse_prior("90% in [0, 1]").within((0.5, 2.0))
        >>> bool(cut.quantile(0.001) > 0.5)
        True
        """
        return replace(self, bounds=bounds)

    def quantile(self, u: ArrayLike) -> NDArray[np.float64]:
        """Give the values below which a draw falls with the probabilities `u`.

        Parameters
        ----------
        u : array_like
            Probabilities strictly between 0 and 1, any shape.

        Returns
        -------
        ndarray
            Values of the shape of `u`, in the parameter's unit, never outside the bounds.

        Raises
        ------
        ValueError
            If a probability is not strictly between 0 and 1.

        Examples
        --------
        >>> Prior(0.5, 1.0, 2.0, "uniform", (0.75, 9.0)).quantile([0.25, 0.75]).tolist()
        [1.1875, 2.0625]
        """
        probability = np.asarray(u, dtype=np.float64)
        if not ((probability > 0) & (probability < 1)).all():
            raise ValueError("probabilities must lie strictly between 0 and 1")
        below, upto = self._cut
        cut = below + probability * (upto - below)
        values = self._value_at(cut)
        return np.asarray(np.clip(values, *self.bounds), dtype=np.float64)

    def median(self) -> float:
        """Give the median after truncation.

        Returns
        -------
        float
            After truncation.

        Examples
        --------
        >>> parse_prior("90% in [1, 4] lognormal").median()
        2.0
        """
        return float(self.quantile(0.5))

    def mean(self) -> float:
        """Give the mean after truncation, by numerical integration of the quantiles.

        Returns
        -------
        float
            After truncation.

        Examples
        --------
        >>> round(Prior(0.9, 2.0, 4.0, "triangular").mean(), 6)
        3.0
        """
        from scipy.integrate import quad

        def value(u: float) -> float:
            # The ends are integrable but infinite for unbounded families.
            return float(self.quantile(min(max(u, 1e-15), 1 - 1e-15)))

        return float(quad(value, 0.0, 0.5)[0] + quad(value, 0.5, 1.0)[0])

    def interval(self, mass: float = 0.9) -> tuple[float, float]:
        """Give the central interval that holds a probability after truncation.

        Parameters
        ----------
        mass : float
            Its probability, between 0 and 1.

        Returns
        -------
        tuple of float
            Lower and upper end.

        Examples
        --------
        >>> low, high = Prior(0.9, 2.0, 4.0).interval(0.9)
        >>> round(low, 6), round(high, 6)
        (2.0, 4.0)
        """
        low, high = self.quantile([(1 - mass) / 2, (1 + mass) / 2])
        return float(low), float(high)

    @cached_property
    def _bell(self) -> tuple[float, float]:
        """Mean and standard deviation before truncation; of a lognormal's logarithm."""
        from scipy.special import ndtri

        low, high = self.low, self.high
        if self.family == "lognormal":
            low, high = math.log(low), math.log(high)
        return (low + high) / 2, (high - low) / 2 / float(ndtri((1 + self.mass) / 2))

    @cached_property
    def _law(self) -> Any:
        """The distribution before truncation, from scipy.stats, if it is no bell."""
        from scipy import stats

        middle, half = (self.low + self.high) / 2, (self.high - self.low) / 2
        if self.family == "uniform":
            reach = half / self.mass
            return stats.uniform(middle - reach, 2 * reach)
        # Within d of the mode lies 1 - (1 - d/reach)^2 of the probability.
        reach = half / (1 - math.sqrt(1 - self.mass))
        return stats.triang(0.5, middle - reach, 2 * reach)

    def _value_at(self, probability: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return quantiles before truncation."""
        if self.family not in BELLS:
            return np.asarray(self._law.ppf(probability))
        from scipy.special import ndtri  # many times quicker than scipy.stats

        middle, deviation = self._bell
        values = middle + deviation * ndtri(probability)
        return np.asarray(np.exp(values) if self.family == "lognormal" else values)

    def _probability_of(self, value: float) -> float:
        """Return the probability below a value before truncation."""
        if self.family not in BELLS:
            return float(self._law.cdf(value))
        from scipy.special import ndtr

        middle, deviation = self._bell
        if self.family == "lognormal":
            value = math.log(value) if value > 0 else -math.inf
        return float(ndtr((value - middle) / deviation))

    @cached_property
    def _cut(self) -> tuple[float, float]:
        """Probability below each bound before truncation."""
        return self._probability_of(self.bounds[0]), self._probability_of(self.bounds[1])


def all_digits(value: float) -> str:
    """Write a number with as many digits as it takes to read it back.

    Examples
    --------
    >>> all_digits(2.0), all_digits(0.1 + 0.2)
    ('2', '0.30000000000000004')
    """
    short = f"{value:.12g}"
    return short if float(short) == value else repr(float(value))


@dataclass(frozen=True)
class Shock:
    """Yearly deviations of a constant that remember the year before.

    A stationary first-order autoregression. With standard normal draws ``z`` and persistence
    ``p``, ``g[0] = z[0]`` and ``g[t] = p g[t-1] + sqrt(1 - p^2) z[t]``, so that every year is
    standard normal by itself and the correlation between years k apart is ``p^k``. The deviation
    is the quantile of `spread` at the probability of ``g[t]``: each year by itself is distributed
    as `spread` says.

    Parameters
    ----------
    first_year : int
        The first year with a deviation.
    spread : Prior
        Distribution of one year's deviation, in the parameter's unit; the interval holds 0.
    persistence : float
        Correlation of neighbouring years, 0 up to but not including 1.

    Examples
    --------
    >>> shock = Shock(2022, Prior(0.9, -0.02, 0.02), 0.5)
    >>> z = np.array([[1.0], [0.0]])
    >>> (shock.paths(z) / shock.paths(z)[0]).round(9).tolist()
    [[1.0], [0.5]]
    """

    first_year: int
    spread: Prior
    persistence: float

    def paths(self, z: ArrayLike) -> NDArray[np.float64]:
        """Turn standard normal draws into deviations.

        Parameters
        ----------
        z : array_like, shape (years, ...)
            Independent standard normal numbers; the first year is `first_year`. Axes after the
            first are elements and draws, each a series of its own.

        Returns
        -------
        ndarray
            Deviations of the shape of `z`, in the parameter's unit.
        """
        normal = np.asarray(z, dtype=np.float64)
        steady = np.empty_like(normal)
        fresh = math.sqrt(1 - self.persistence**2)
        for year, draw in enumerate(normal):
            steady[year] = self.persistence * steady[year - 1] + fresh * draw if year else draw
        if self.spread.family == "normal" and self.spread.bounds == (-math.inf, math.inf):
            middle, deviation = self.spread._bell  # exact, and cheaper than through probabilities
            return np.asarray(middle + deviation * steady)
        from scipy.special import ndtr

        # Beyond 8 standard deviations ndtr is 0 or 1, where quantiles are infinite.
        return self.spread.quantile(ndtr(np.clip(steady, -8.0, 8.0)))

    def path_around(
        self, value: ArrayLike, z: ArrayLike, bounds: tuple[float, float] | None = None
    ) -> TimePath:
        """Give the constant as a path: `value` up to the year before, then value + deviation.

        Parameters
        ----------
        value : array_like
            The undisturbed level; a scalar, or of the shape of one year of `z`.
        z : array_like, shape (years, ...)
            As for `paths`.
        bounds : tuple of float, optional
            The parameter's range; the path is clipped to it.

        Returns
        -------
        Path
            Knots at ``first_year - 1`` and at each year of `z`, straight in between.

        Examples
        --------
        >>> shock = Shock(2022, Prior(0.9, -0.02, 0.02), 0.5)
        >>> path = shock.path_around(0.06, np.zeros((2, 3)))
        >>> path.times.tolist(), path.at(2023).tolist()
        ([2021.0, 2022.0, 2023.0], [0.06, 0.06, 0.06])
        """
        deviations = self.paths(z)
        still = np.zeros_like(deviations[:1])
        levels = np.asarray(value) + np.concatenate([still, deviations])
        if bounds is not None:
            levels = np.clip(levels, *bounds)
        times = self.first_year - 1 + np.arange(len(levels), dtype=np.float64)
        return TimePath(times, levels)
