"""Student's t with a centre and a standard deviation: quantiles, probabilities and the CRPS."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["StudentT", "matching_mixture"]

Array = NDArray[np.float64]
LEAST, MOST = 2.5, 200.0  # degrees of freedom: below, the variance says little; above, it is normal


@dataclass(frozen=True)
class StudentT:
    """A distribution with heavier tails than the normal one.

    Attributes
    ----------
    centre : float
        Its median and mean.
    deviation : float
        Its standard deviation, which is larger than its scale.
    freedom : float
        Degrees of freedom, above 2.

    Examples
    --------
    >>> forecast = StudentT(6.0, 1.4, 5.0)
    >>> [round(forecast.quantile(p), 2) for p in (0.05, 0.5, 0.95)]
    [3.81, 6.0, 8.19]
    """

    centre: float
    deviation: float
    freedom: float

    @property
    def scale(self) -> float:
        """The factor of a standard t variate."""
        return self.deviation * float(np.sqrt((self.freedom - 2) / self.freedom))

    def quantile(self, probability: float) -> float:
        """Return the value that is not exceeded with a probability."""
        from scipy.special import stdtrit

        return self.centre + self.scale * float(stdtrit(self.freedom, probability))

    def probability_below(self, value: float) -> float:
        """Return the probability of a smaller value."""
        from scipy.special import stdtr

        return float(stdtr(self.freedom, (value - self.centre) / self.scale))

    def crps(self, observed: float) -> float:
        """Return the continuous ranked probability score, by its closed form.

        Jordan, Krüger and Lerch 2019, Journal of Statistical Software 90(12), appendix A.
        """
        from scipy.special import betaln, gammaln, stdtr

        v, z = self.freedom, (observed - self.centre) / self.scale
        log_density = (
            gammaln((v + 1) / 2)
            - gammaln(v / 2)
            - np.log(v * np.pi) / 2
            - (v + 1) / 2 * np.log1p(z * z / v)
        )
        apart = 2 * np.sqrt(v) / (v - 1) * np.exp(betaln(0.5, v - 0.5) - 2 * betaln(0.5, v / 2))
        score = z * (2 * stdtr(v, z) - 1) + 2 * np.exp(log_density) * (v + z * z) / (v - 1) - apart
        return self.scale * float(score)


def matching_mixture(centre: float, deviations: ArrayLike) -> StudentT:
    """Return the t whose central 50 % and 90 % are those of a mixture of normal distributions.

    Parameters
    ----------
    centre : float
        Of each of the normal distributions.
    deviations : array_like
        Their standard deviations, equally likely.

    Returns
    -------
    StudentT
        With 2.5 to 200 degrees of freedom.

    Examples
    --------
    >>> round(matching_mixture(1.0, [2.0, 2.0]).deviation, 2)
    2.0
    """
    spread = np.asarray(deviations, dtype=np.float64)
    inner, outer = (_half_width(spread, share) for share in (0.5, 0.9))
    ratios, freedoms = _ratios()
    freedom = float(np.interp(outer / inner, ratios, freedoms))
    from scipy.special import stdtrit

    scale = outer / float(stdtrit(freedom, 0.95))
    return StudentT(centre, scale * float(np.sqrt(freedom / (freedom - 2))), freedom)


@cache
def _ratios() -> tuple[Sequence[float], Sequence[float]]:
    """Return the ratio of the two widths, in increasing order, and the freedom of each."""
    from scipy.special import stdtrit

    freedom = np.exp(np.linspace(np.log(MOST), np.log(LEAST), 120))
    return list(stdtrit(freedom, 0.95) / stdtrit(freedom, 0.75)), list(freedom)


def _half_width(deviations: Array, share: float) -> float:
    from scipy.special import ndtr, ndtri

    z = float(ndtri((1 + share) / 2))
    low, high = z * float(deviations.min()), z * float(deviations.max())
    for _ in range(40):
        middle = (low + high) / 2
        if float((2 * ndtr(middle / deviations) - 1).mean()) < share:
            low = middle
        else:
            high = middle
    return (low + high) / 2
