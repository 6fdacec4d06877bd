"""Growth about its mean: what places, years and plans share, as covariances.

Growth of quantity q in place p and year t, less its mean, is the sum of five effects, all in
proportion to the quantity's scale and correlated between quantities in the same way:

- year: what happens everywhere in a year, with a memory (AR(1)) and heavy tails;
- city: what happens in the places of one city in a year;
- plan: what lasts for the five years of a plan;
- place: what is different about a place;
- deviation: what happens to one place in a year, with a memory and heavy tails. Its variance is
  divided by the relevance of the place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.outlook.growth import Cells
from xhsim.analysis.outlook.level import PLAN_YEARS

__all__ = [
    "DEFINITION",
    "EFFECTS",
    "FREEDOM",
    "Pairing",
    "Shape",
    "Tails",
    "effects_between",
    "pairing",
]

Array = NDArray[np.float64]
EFFECTS = ("year", "city", "plan", "place", "deviation")
FREEDOM = {"year": 3.0, "deviation": 4.0}  # degrees of freedom of the heavy tails; judgement
DEFINITION = {False: 0.2, True: 0.7}  # noise of a figure in scales: one definition, several


@dataclass(frozen=True)
class Tails:
    """Factors of the standard deviations of the effects with heavy tails, for each cell.

    Attributes
    ----------
    year, deviation : ndarray, shape (cells,)
        About 1; large in a year that lies far out.
    """

    year: Array
    deviation: Array


@dataclass(frozen=True)
class Shape:
    """The strengths of the effects.

    Attributes
    ----------
    strength : mapping of str to float
        Of each effect, in scales of a quantity; that of the deviation is 1.
    year_memory, memory : float
        Correlation of the year effect, and of the deviation, with that of the year before.
    scale : ndarray, shape (quantities,)
        Percent a year.
    """

    strength: Mapping[str, float]
    year_memory: float
    memory: float
    scale: Array


@dataclass(frozen=True)
class Pairing:
    """What cells have in common, for every pair of two sets.

    Attributes
    ----------
    apart : ndarray of int
        Years between them.
    place, city, plan : ndarray
        1 where they share the place, the city and year, the plan; else 0.
    relevance : ndarray
        What the relevance of the places makes of the covariance of their deviations.
    common : ndarray
        Correlation of the quantities.
    quantity : pair of ndarray of int
        The quantities of each set.
    """

    apart: NDArray[np.int64]
    place: Array
    city: Array
    plan: Array
    relevance: Array
    common: Array
    quantity: tuple[NDArray[np.int64], NDArray[np.int64]]


def pairing(one: Cells, other: Cells, correlations: Array) -> Pairing:
    """Compare every cell of a set with every cell of another.

    Parameters
    ----------
    one, other : Cells
    correlations : ndarray, shape (quantities, quantities)

    Returns
    -------
    Pairing
        With arrays of shape (cells of one, cells of other).
    """
    apart = np.abs(one.year[:, None] - other.year)
    plans = [(cells.year - 1) // PLAN_YEARS for cells in (one, other)]
    return Pairing(
        apart,
        (one.place[:, None] == other.place).astype(float),
        ((one.city[:, None] == other.city) & (apart == 0)).astype(float),
        (plans[0][:, None] == plans[1]).astype(float),
        1 / np.sqrt(np.outer(one.weight, other.weight)),
        correlations[np.ix_(one.quantity, other.quantity)],
        (one.quantity, other.quantity),
    )


def effects_between(pairs: Pairing, shape: Shape, one: Tails, other: Tails) -> dict[str, Array]:
    """Return the covariance of each effect between two sets of cells.

    Parameters
    ----------
    pairs : Pairing
    shape : Shape
    one, other : Tails
        Of each set.

    Returns
    -------
    dict of str to ndarray, shape (cells of one, cells of other)
    """
    scales = np.outer(shape.scale[pairs.quantity[0]], shape.scale[pairs.quantity[1]])
    common = pairs.common * scales
    own = pairs.place * pairs.relevance * np.outer(one.deviation, other.deviation)
    found = {
        "year": np.outer(one.year, other.year) * _remembered(shape.year_memory, pairs.apart),
        "city": pairs.city,
        "plan": pairs.plan,
        "place": pairs.place,
        "deviation": own * _remembered(shape.memory, pairs.apart),
    }
    return {name: shape.strength[name] ** 2 * common * found[name] for name in EFFECTS}


def _remembered(memory: float, apart: NDArray[np.int64]) -> Array:
    return np.asarray((memory ** np.arange(apart.max() + 1))[apart])
