"""Random numbers of a study: points of the unit cube, and which coordinate belongs to what.

One sequence of points serves a whole study. Each uncertain parameter (each element of it) and each
year of each shock has a dimension of its own in it, the same one in every scenario, so that
scenarios are compared on common random numbers: draw 17 is the same world under each policy. One
more dimension picks a row of the stored posterior, which holds what history says of several
parameters together.

How the points are spread is a row of `SCHEMES`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

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
    "Design",
    "Scheme",
    "check_draws",
    "make_design",
]

Array = NDArray[np.float64]
MOST_DRAWS = 10_000_000
SHOCK_YEARS = 14  # years of shocks drawn, whatever the horizon: a longer run keeps its draws
ROW = "row of the posterior"
SHARE, DELAY = "delivered share", "delivery delay"
EDGE = 2.0**-40  # quantiles are not asked for at 0 or 1

# Takes the number of dimensions, of draws, and a seed; returns points of shape (dimensions, draws).
Scheme: TypeAlias = Callable[[int, int, tuple[int, ...]], Array]


def _sobol(width: int, draws: int, seed: tuple[int, ...]) -> Array:
    """Spread points evenly: a scrambled Sobol sequence. More draws begin with the same ones."""
    from scipy.stats import qmc  # takes half a second to import

    # A power of two is what Sobol points are balanced for; the first `draws` of them are used.
    sampler = qmc.Sobol(width, scramble=True, rng=np.random.default_rng(seed))
    return np.asarray(sampler.random_base2(max(0, math.ceil(math.log2(draws))))[:draws].T)


def _latin_hypercube(width: int, draws: int, seed: tuple[int, ...]) -> Array:
    """Cut each dimension into as many slices as draws and use each slice once."""
    from scipy.stats import qmc

    return np.asarray(qmc.LatinHypercube(width, rng=np.random.default_rng(seed)).random(draws).T)


def _independent(width: int, draws: int, seed: tuple[int, ...]) -> Array:
    """Draw every number by itself, as plain Monte Carlo. More draws begin with the same ones."""
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
        As the scheme spreads them.
    columns : dict of str to slice
        By parameter name, and by what delivery calls for.
    posterior : Posterior or None
        Draws of some parameters given history, in place of their priors.
    rows : ndarray of int, shape (draws,)
        The row of the posterior that each draw has.
    seed : int
        What the points come from.
    """

    points: Array
    columns: dict[str, slice]
    posterior: Posterior | None
    rows: NDArray[np.int64]
    seed: int

    @property
    def draws(self) -> int:
        """How many draws there are."""
        return int(self.points.shape[1])


def make_design(files: StudyFiles, draws: int, seed: int, scheme: str = "sobol") -> Design:
    """Lay out the random numbers of a study.

    Parameters
    ----------
    files : StudyFiles
        The study; which parameters are uncertain in any of its scenarios decides the dimensions.
    draws : int
        How many draws.
    seed : int
        The same seed gives the same draws, and more draws begin with the same ones (not those of
        a Latin hypercube, whose slices depend on how many there are).
    scheme : str
        A row of `SCHEMES`: how the points are spread.

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
    # What the study itself does not always ask for comes after, so that a stored posterior, or a
    # new scenario with doubts of its own, leaves the other draws alone.
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
    # Coordinates that the first sequence does not use, since the same would go in step.
    more = _points(spread, int(ends[-1]), draws, int(seed), 1)[own:]
    points = np.concatenate([points, more])
    if any(scenario.delivery for scenario in files.scenarios.values()):
        late = _points(spread, len(points) + 2, draws, int(seed), 2)[-2:]
        columns |= {SHARE: slice(len(points), None), DELAY: slice(len(points) + 1, None)}
        points = np.concatenate([points, late])
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
    """See that the number of draws and the seed are such numbers.

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
    """Name the parameters that scenarios doubt and the study itself takes as known."""
    known = {name: p for name, p in files.parameters.items() if not _dimensions(p)}
    doubted = {
        canonical(belief.reference.name)
        for scenario in files.scenarios.values()
        for belief in scenario.beliefs
    }
    return [name for name in known if canonical(name) in doubted]
