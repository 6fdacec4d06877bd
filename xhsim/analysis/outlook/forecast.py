"""Forecast growth with the fitted model: a Student t for the mean over some years."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.outlook.fit import FittedOutlook
from xhsim.analysis.outlook.growth import cells_of
from xhsim.analysis.outlook.level import mean_growth_of, prior_of_levels
from xhsim.analysis.outlook.process import (
    DEFINITION,
    FREEDOM,
    Tails,
    effects_between,
    pairing,
)
from xhsim.analysis.outlook.student import StudentT, matching_mixture

__all__ = ["Forecast", "forecast_growth"]

Array = NDArray[np.float64]
MIXED = 128  # draws of the tails; evenly spread
SEED = 1
LASTING = ("plan", "place")


@dataclass(frozen=True)
class Forecast:
    """Growth of a quantity in a place over some years.

    Attributes
    ----------
    mean : StudentT
        Of the mean over the years, in percent a year.
    by_year : tuple of float
        The centre of each year.
    lasting : float
        Standard deviation of what lasts over the years: the level, the decline, the plan and the
        place, without what happens in single years.
    """

    mean: StudentT
    by_year: tuple[float, ...]
    lasting: float


def forecast_growth(
    fit: FittedOutlook, place: str, quantity: int, years: Sequence[int]
) -> Forecast:
    """Forecast the growth of a quantity in a place.

    Parameters
    ----------
    fit : FittedOutlook
    place : str
        It need not have figures of its own.
    quantity : int
        Position among the quantities that have figures.
    years : sequence of int
        They may have figures already.

    Returns
    -------
    Forecast

    Examples
    --------
    >>> import xhsim
    >>> from xhsim.analysis.outlook.fit import fit_outlook
    >>> from xhsim.analysis.outlook.growth import growth_figures, known_until
    >>> plan = xhsim.open_study().files.outlook_plan
    >>> fit = fit_outlook(known_until(growth_figures(plan), 2012), plan, 2012)
    >>> near, far = (forecast_growth(fit, "Putuo", 0, [year]) for year in (2013, 2017))
    >>> near.mean.centre > far.mean.centre  # growth declines
    True
    """
    cells, shape = cells_of([(place, quantity, year) for year in years], fit.plan), fit.shape
    seen = {key: n for n, key in enumerate(fit.cells.keys)}
    known_years = {int(year): n for n, year in enumerate(fit.cells.year)}
    rows = [seen.get(key) for key in cells.keys]
    at_years = [known_years.get(int(year)) for year in cells.year]
    tails = Tails(
        np.array([1.0 if n is None else fit.tails.year[n] for n in at_years]),
        np.array([1.0 if n is None else fit.tails.deviation[n] for n in rows]),
    )
    centre, prior = prior_of_levels(len(shape.scale))
    mean, slope = mean_growth_of(cells, fit.levels, fit.today)
    _, slope_seen = mean_growth_of(fit.cells, fit.levels, fit.today)
    across = effects_between(pairing(cells, fit.cells, fit.correlations), shape, tails, fit.tails)
    own = effects_between(pairing(cells, cells, fit.correlations), shape, tails, tails)
    used = [item for item in fit.plan.quantities if item.series][quantity]
    noise = (DEFINITION[used.several] * float(shape.scale[quantity])) ** 2

    level_across = slope @ prior @ slope_seen.T
    level_own = slope @ prior @ slope.T
    lasting_across = (level_across + across["plan"] + across["place"]) @ fit.matrix.T
    lasting_own = level_own + own["plan"] + own["place"]
    groups_across = (
        lasting_across + across["city"] @ fit.matrix.T,
        across["year"] @ fit.matrix.T,
        across["deviation"] @ fit.matrix.T,
    )
    # A figure that is already printed carries its noise of definition with it.
    fresh = np.diag([noise if n is None else 0.0 for n in rows])
    groups_own = (lasting_own + own["city"] + fresh, own["year"], own["deviation"])
    by_year = mean + slope @ (centre - fit.levels) + sum(groups_across) @ fit.pull
    share = np.full(len(years), 1 / len(years))
    lasting = lasting_own - lasting_across @ fit.precision @ lasting_across.T
    variances = _variances(
        groups_own,
        [[a @ fit.precision @ b.T for b in groups_across] for a in groups_across],
        share,
        np.array([n is None for n in at_years]),
        np.array([n is None for n in rows]),
    )
    return Forecast(
        matching_mixture(float(share @ by_year), np.sqrt(np.maximum(variances, 1e-6))),
        tuple(by_year.tolist()),
        float(np.sqrt(max(share @ lasting @ share, 0.0))),
    )


def _variances(
    own: Sequence[Array],
    explained: Sequence[Sequence[Array]],
    share: Array,
    new_years: NDArray[np.bool_],
    new_cells: NDArray[np.bool_],
) -> Array:
    """Return the variance of the mean over the years for each draw of the tails to come.

    The three groups are what has normal tails, the year effect and the deviation.
    """
    years = share * np.where(new_years, _tails("year", len(share)), 1.0)
    cells = share * np.where(new_cells, _tails("deviation", len(share)), 1.0)
    factors = (np.broadcast_to(share, years.shape), years, cells)
    total = np.zeros(MIXED)
    for a, one in enumerate(factors):
        total += np.einsum("ki,ij,kj->k", one, own[a], one)
        for b, other in enumerate(factors):
            total -= np.einsum("ki,ij,kj->k", one, explained[a][b], other)
    return total


@cache
def _tails(effect: str, years: int) -> Array:
    """Return factors of a standard deviation that make a normal variate a Student t.

    Shape (draws, years). They are evenly spread draws with a fixed seed.
    """
    from scipy.special import chdtri
    from scipy.stats import qmc

    # A dimension for each year, other ones for each effect.
    start = list(FREEDOM).index(effect)
    points = qmc.Sobol(len(FREEDOM) * years, rng=SEED).random(MIXED)
    freedom = FREEDOM[effect]
    chosen = np.clip(points[:, start :: len(FREEDOM)], 0.0005, 0.9995)
    return np.asarray(np.sqrt(freedom / chdtri(freedom, chosen)))
