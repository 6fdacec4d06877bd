"""Distributions of uncertain parameters: priors given by an interval, and yearly shocks."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xhsim.engine.paths import Path as TimePath
from xhsim.study.parameters.laws import LAWS, Located

# SciPy is imported when a distribution is first evaluated, because importing it takes longer than
# reading a whole study.

__all__ = ["FAMILIES", "Prior", "Shock", "all_digits"]

FAMILIES = ("normal", "lognormal", "uniform", "triangular")
BELLS = ("normal", "lognormal")


@dataclass(frozen=True)
class Prior:
    """A distribution given by a central interval and its probability.

    The interval is central: the probability below it equals that above it. Its probability is
    `mass` *before* truncation to `bounds`. Truncation distributes the probability outside the
    bounds in proportion over the inside, so the interval then has slightly more. The interval is
    also central for the uniform and triangular families, so their support is wider than the
    interval (and then truncated). The lognormal is central and symmetric on the log scale.

    Parameters
    ----------
    mass : float
        Probability of the interval before truncation, between 0 and 1.
    low, high : float
        Ends of the interval, in the parameter's unit.
    family : {"normal", "lognormal", "uniform", "triangular"}
        Shape of the distribution.
    bounds : tuple of float
        Hard bounds; no draw is outside them.

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
        """Return the text that `parse_prior` reads."""
        family = "" if self.family == "normal" else f" {self.family}"
        low, high = all_digits(self.low), all_digits(self.high)
        return f"{100 * self.mass:.12g}% in [{low}, {high}]{family}"

    def within(self, bounds: tuple[float, float]) -> Prior:
        """Return the same prior truncated to other bounds.

        Parameters
        ----------
        bounds : tuple of float
            Lowest and highest value.

        Returns
        -------
        Prior

        Examples
        --------
        >>> cut = Prior(0.9, 0.0, 1.0).within((0.5, 2.0))
        >>> bool(cut.quantile(0.001) > 0.5)
        True
        """
        return replace(self, bounds=bounds)

    def quantile(self, u: ArrayLike) -> NDArray[np.float64]:
        """Return the quantiles at the probabilities `u`, after truncation.

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

    def at_normal(self, z: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the quantiles at the probabilities of standard normal numbers.

        Parameters
        ----------
        z : ndarray
            From -8 to 8, any shape.

        Returns
        -------
        ndarray
            Values of the shape of `z`, in the parameter's unit.

        Examples
        --------
        >>> Prior(0.9, 2.0, 4.0).at_normal(np.array([0.0])).tolist()
        [3.0]
        """
        from scipy.special import ndtr

        return self.quantile(ndtr(z))

    def median(self) -> float:
        """Return the median after truncation.

        Returns
        -------
        float
            In the parameter's unit.

        Examples
        --------
        >>> Prior(0.9, 1.0, 4.0, "lognormal").median()
        2.0
        """
        return float(self.quantile(0.5))

    def mean(self) -> float:
        """Return the mean after truncation, by numerical integration of the quantiles.

        Returns
        -------
        float
            In the parameter's unit.

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
        """Return the central interval with a given probability after truncation.

        Parameters
        ----------
        mass : float
            Probability of the interval, between 0 and 1.

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
        """The uniform or triangular distribution before truncation."""
        middle, half = (self.low + self.high) / 2, (self.high - self.low) / 2
        if self.family == "uniform":
            reach = half / self.mass
            return Located(LAWS["uniform"], {"loc": middle - reach, "scale": 2 * reach})
        # Within d of the mode lies 1 - (1 - d/reach)^2 of the probability.
        reach = half / (1 - math.sqrt(1 - self.mass))
        return Located(LAWS["triang"], {"c": 0.5, "loc": middle - reach, "scale": 2 * reach})

    def _value_at(self, probability: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return quantiles before truncation."""
        if self.family not in BELLS:
            return np.asarray(self._law.ppf(probability))
        from scipy.special import ndtri  # much faster than scipy.stats

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
    """Write a number with enough digits to read back the same number.

    Examples
    --------
    >>> all_digits(2.0), all_digits(0.1 + 0.2)
    ('2', '0.30000000000000004')
    """
    short = f"{value:.12g}"
    return short if float(short) == value else repr(float(value))


@dataclass(frozen=True)
class Shock:
    """Yearly deviations of a constant, correlated with the year before.

    The deviations follow a stationary first-order autoregression. With standard normal draws ``z``
    and persistence ``p``, ``g[0] = z[0]`` and ``g[t] = p g[t-1] + sqrt(1 - p^2) z[t]``. So each
    year is standard normal, and years k apart have correlation ``p^k``. The deviation is the
    quantile of `spread` at the probability of ``g[t]``, so each year has the distribution `spread`.

    Parameters
    ----------
    first_year : int
        The first year with a deviation.
    spread : Prior
        Distribution of one year's deviation, in the parameter's unit; the interval contains 0.
    persistence : float
        Correlation of neighbouring years, at least 0 and less than 1.
    over_year : bool
        Whether the deviation of a year holds from the end of the year before to the end of the
        year. Otherwise it is reached at the end of the year, and the path is linear in between.

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
    over_year: bool = False

    def paths(self, z: ArrayLike) -> NDArray[np.float64]:
        """Convert standard normal draws to deviations.

        Parameters
        ----------
        z : array_like, shape (years, ...)
            Independent standard normal numbers; the first year is `first_year`. Axes after the
            first are elements and draws; each combination is a separate series.

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
            middle, deviation = self.spread._bell  # exact, and faster than through probabilities
            return np.asarray(middle + deviation * steady)
        # Beyond 8 standard deviations probabilities are 0 or 1, where quantiles are infinite.
        return self.spread.at_normal(np.clip(steady, -8.0, 8.0))

    def path_around(
        self, value: ArrayLike, z: ArrayLike, bounds: tuple[float, float] | None = None
    ) -> TimePath:
        """Return the constant as a path: `value` up to the year before, then value + deviation.

        Parameters
        ----------
        value : array_like
            The undisturbed level: a scalar, or the shape of one year of `z`.
        z : array_like, shape (years, ...)
            As for `paths`.
        bounds : tuple of float, optional
            The parameter's range; the path is clipped to it.

        Returns
        -------
        Path
            Linear between a knot at ``first_year - 1`` and one at each year of `z`. With
            `over_year`, steps: the deviation of a year holds from the year before to this year.

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
        years = self.years_of(len(levels))
        if not self.over_year:
            return TimePath(years, levels)
        # A path has its new value from the knot on, so the value of a year stands at its beginning.
        # The first knot only gives the level before.
        return TimePath.steps(np.concatenate([years[:1], years[:-1]]), levels)

    def years_of(self, knots: int) -> NDArray[np.float64]:
        """Return the year to which each knot of a path from `path_around` belongs.

        Parameters
        ----------
        knots : int
            Their number.

        Returns
        -------
        ndarray
            From the year before `first_year` on.

        Examples
        --------
        >>> Shock(2022, Prior(0.9, -0.02, 0.02), 0.5).years_of(3).tolist()
        [2021.0, 2022.0, 2023.0]
        """
        return self.first_year - 1 + np.arange(knots, dtype=np.float64)
