"""The random numbers of a study: points of the unit cube, and the use of each coordinate.

One sequence of points serves a whole study. Each uncertain parameter (each element of it) and each
year of each shock has its own dimension, the same in every scenario. So scenarios are compared on
common random numbers: draw 17 has the same parameters and shocks under each policy. One more
dimension picks a row of the stored posterior, which contains the joint distribution of parameters
given history.

A sampling scheme spreads the points; each is a row of `SCHEMES`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.worlds.sobol import sobol_points
from xhsim.engine.language.syntax import canonical
from xhsim.errors import InputError, did_you_mean

if TYPE_CHECKING:
    from xhsim.study.folder import StudyFiles
    from xhsim.study.parameters.parameter import Parameter
    from xhsim.study.parameters.posterior import Posterior

__all__ = [
    "DELAY",
    "MOST_DRAWS",
    "SCHEMES",
    "SHARE",
    "SHOCK_YEARS",
    "STRUCTURE",
    "Design",
    "Scheme",
    "check_draws",
    "make_design",
]

Array = NDArray[np.float64]
MOST_DRAWS = 10_000_000
# Years of shocks that are drawn, whatever the horizon: a longer run keeps the draws of a shorter.
SHOCK_YEARS = 14
ROW = "row of the posterior"
SHARE, DELAY = "delivered share", "delivery delay"
STRUCTURE = "structure"
EDGE = 2.0**-40  # distance of points from 0 and 1, where quantiles may be infinite

# Takes the number of dimensions, of draws, and a seed; returns points of shape (dimensions, draws).
Scheme: TypeAlias = Callable[[int, int, tuple[int, ...]], Array]


def _sobol(width: int, draws: int, seed: tuple[int, ...]) -> Array:
    """Spread points evenly: a scrambled Sobol sequence. More draws begin with the same ones."""
    # Sobol points are balanced in powers of two; the first `draws` of them are used.
    return sobol_points(width, max(0, math.ceil(math.log2(draws))), seed)[:, :draws]


def _latin_hypercube(width: int, draws: int, seed: tuple[int, ...]) -> Array:
    """Cut each dimension into as many slices as there are draws, and use each slice once."""
    from scipy.stats import qmc  # takes half a second to import

    return np.asarray(qmc.LatinHypercube(width, rng=np.random.default_rng(seed)).random(draws).T)


def _independent(width: int, draws: int, seed: tuple[int, ...]) -> Array:
    """Draw every number independently (plain Monte Carlo). More draws begin with the same ones."""
    return np.random.default_rng(seed).random((draws, width)).T


SCHEMES: Mapping[str, Scheme] = {
    "sobol": _sobol,
    "latin_hypercube": _latin_hypercube,
    "independent": _independent,
}


@dataclass(frozen=True)
class Design:
    """Points of the unit cube, and which of their coordinates belong to which parameter.

    Attributes
    ----------
    points : ndarray, shape (dimensions, draws)
        Between 0 and 1, excluding both.
    columns : dict of str to slice
        The rows of `points` by parameter name, and by `SHARE` and `DELAY` for delivery, and by
        `STRUCTURE`.
    posterior : Posterior or None
        Draws of some parameters given history, which replace their priors.
    rows : ndarray of int, shape (draws,)
        The row of the posterior that each draw uses.
    seed : int
        The seed of the points.
    """

    points: Array
    columns: dict[str, slice]
    posterior: Posterior | None
    rows: NDArray[np.int64]
    seed: int

    @property
    def draws(self) -> int:
        """Number of draws."""
        return int(self.points.shape[1])


def make_design(files: StudyFiles, draws: int, seed: int, scheme: str = "sobol") -> Design:
    """Draw the random numbers of a study.

    Parameters
    ----------
    files : StudyFiles
        The study. The parameters that are uncertain in any of its scenarios set the dimensions.
    draws : int
        Number of draws.
    seed : int
        The same seed gives the same draws, and more draws begin with the same ones (except with a
        Latin hypercube, whose slices depend on the number of draws).
    scheme : str
        The sampling scheme, a key of `SCHEMES`.

    Returns
    -------
    Design

    Raises
    ------
    InputError
        If `draws` is not from 1 to `MOST_DRAWS`, `seed` is negative or not whole, or there is no
        such scheme.
    """
    check_draws(draws, seed)
    spread = _find_scheme(scheme)
    sizes = {name: _dimensions(parameter) for name, parameter in files.parameters.items()}
    own = sum(sizes.values())
    # Optional dimensions come last, so that a stored posterior, or a new scenario with its own
    # priors, leaves the other draws unchanged.
    sizes[ROW] = 1
    doubted = _doubted(files)
    for name in doubted:
        del sizes[name]
        sizes[name] = max(1, len(files.parameters[name].elements))
    ends = np.cumsum(list(sizes.values()), dtype=int)
    columns = {
        name: slice(int(end) - size, int(end))
        for (name, size), end in zip(sizes.items(), ends, strict=True)
        if size
    }
    points = _points(spread, own, draws, int(seed))
    # The optional dimensions have another seed, and are taken from columns that the first sequence
    # does not use: the same columns would be correlated with it.
    more = _points(spread, int(ends[-1]), draws, int(seed), 1)[own:]
    points = np.concatenate([points, more])
    if any(scenario.delivery for scenario in files.scenarios.values()):
        late = _points(spread, len(points) + 2, draws, int(seed), 2)[-2:]
        columns |= {SHARE: slice(len(points), None), DELAY: slice(len(points) + 1, None)}
        points = np.concatenate([points, late])
    if files.structures is not None:
        # Again the last dimension of points of another seed, so that no other draw changes.
        last = _points(spread, len(points) + 1, draws, int(seed), 3)[-1:]
        columns |= {STRUCTURE: slice(len(points), None)}
        points = np.concatenate([points, last])
    posterior = files.posterior
    row = points[columns.pop(ROW)][0]
    rows = np.zeros(0, dtype=np.int64) if posterior is None else posterior.rows(row)
    return Design(points, columns, posterior, rows, int(seed))


def _find_scheme(name: str) -> Scheme:
    if name not in SCHEMES:
        hint = did_you_mean(name, SCHEMES) or f"schemes: {', '.join(SCHEMES)}"
        raise InputError(f'unknown sampling scheme "{name}"', hint=hint)
    return SCHEMES[name]


def _points(scheme: Scheme, width: int, draws: int, *seed: int) -> Array:
    if width == 0:
        return np.empty((0, draws))
    return np.ascontiguousarray(np.clip(scheme(width, int(draws), seed), EDGE, 1 - EDGE))


def check_draws(draws: int, seed: int) -> None:
    """Check the number of draws and the seed.

    Raises
    ------
    InputError
        If `draws` is not from 1 to `MOST_DRAWS`, or `seed` is negative or not whole.
    """
    if isinstance(draws, bool) or not isinstance(draws, int | np.integer) or draws < 1:
        raise InputError(f"the number of draws must be a whole number from 1, not {draws!r}")
    if draws > MOST_DRAWS:
        raise InputError(f"{draws:,} draws are more than the {MOST_DRAWS:,} allowed")
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
        raise InputError(f"the seed must be a whole number from 0, not {seed!r}")


def _dimensions(parameter: Parameter) -> int:
    elements = max(1, len(parameter.elements))
    if parameter.shock is not None:
        return elements * SHOCK_YEARS
    return elements if parameter.prior is not None else 0


def _doubted(files: StudyFiles) -> list[str]:
    """Name the parameters that are certain in the study but uncertain in a scenario."""
    known = {name: p for name, p in files.parameters.items() if not _dimensions(p)}
    doubted = {
        canonical(belief.reference.name)
        for scenario in files.scenarios.values()
        for belief in scenario.beliefs
    }
    return [name for name in known if canonical(name) in doubted]
