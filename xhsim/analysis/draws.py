"""Drawing what is not known: parameters from the posterior or their priors, shocks year by year.

One scrambled Sobol sequence serves a whole study. Each uncertain parameter (each element of it)
and each year of each shock has a dimension of its own in it, the same one in every scenario, so
that scenarios are compared on common random numbers: draw 17 is the same world under each policy.
One more dimension picks a row of the stored posterior, which holds what history says of several
parameters together.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.correlations import correlated
from xhsim.analysis.delivery import deliver
from xhsim.engine.syntax import canonical
from xhsim.errors import InputError
from xhsim.study.shapes import as_path

if TYPE_CHECKING:
    from xhsim.study.folder import StudyFiles
    from xhsim.study.parameters import Parameter
    from xhsim.study.posterior import Posterior
    from xhsim.study.priors import Shock
    from xhsim.study.resolve import ResolvedScenario, Setting

__all__ = [
    "LAYERS",
    "MOST_DRAWS",
    "Design",
    "check_draws",
    "horizon",
    "make_design",
    "sample",
]

Array = NDArray[np.float64]
MOST_DRAWS = 10_000_000
SHOCK_YEARS = 14  # years of shocks drawn, whatever the horizon: a longer run keeps its draws
ROW = "row of the posterior"
# What is uncertain: constants that nobody knows, yearly shocks, how much of a policy comes about.
LAYERS = ("parameters", "environment", "delivery")
SHARE, DELAY = "delivered share", "delivery delay"
EDGE = 2.0**-40  # quantiles are not asked for at 0 or 1


@dataclass(frozen=True)
class Design:
    """Points of the unit cube, and which of their coordinates belong to which parameter.

    Attributes
    ----------
    points : ndarray, shape (dimensions, draws)
        Scrambled Sobol points.
    columns : dict of str to slice
        By parameter name, and by what delivery calls for.
    posterior : Posterior or None
        Draws of some parameters given history, in place of their priors.
    rows : ndarray of int, shape (draws,)
        The row of the posterior that each draw has.
    """

    points: Array
    columns: dict[str, slice]
    posterior: Posterior | None
    rows: NDArray[np.int64]

    @property
    def draws(self) -> int:
        """How many draws there are."""
        return int(self.points.shape[1])


def make_design(files: StudyFiles, draws: int, seed: int) -> Design:
    """Lay out the random numbers of a study.

    Parameters
    ----------
    files : StudyFiles
        The study; which parameters are uncertain in any of its scenarios decides the dimensions.
    draws : int
        How many draws.
    seed : int
        The same seed gives the same draws, and more draws begin with the same ones.

    Returns
    -------
    Design

    Raises
    ------
    InputError
        If `draws` is not from 1 to `MOST_DRAWS`, or `seed` is negative or not whole.
    """
    check_draws(draws, seed)
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
    points = _sobol(own, int(draws), (int(seed),))
    # Coordinates that the first sequence does not use, since the same would go in step.
    more = _sobol(int(ends[-1]), int(draws), (int(seed), 1))[own:]
    points = np.concatenate([points, more])
    if any(scenario.delivery for scenario in files.scenarios.values()):
        late = _sobol(len(points) + 2, int(draws), (int(seed), 2))[-2:]
        columns |= {SHARE: slice(len(points), None), DELAY: slice(len(points) + 1, None)}
        points = np.concatenate([points, late])
    posterior = files.posterior
    row = points[columns.pop(ROW)][0]
    rows = np.zeros(0, dtype=np.int64) if posterior is None else posterior.rows(row)
    return Design(points, columns, posterior, rows)


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


def _sobol(width: int, draws: int, seed: tuple[int, ...]) -> Array:
    if width == 0:
        return np.empty((0, draws))
    from scipy.stats import qmc  # takes half a second to import

    # A power of two is what Sobol points are balanced for; the first `draws` of them are used.
    sampler = qmc.Sobol(width, scramble=True, rng=np.random.default_rng(seed))
    points = sampler.random_base2(max(0, math.ceil(math.log2(draws))))[:draws]
    return np.ascontiguousarray(np.clip(points, EDGE, 1 - EDGE).T)


def sample(
    resolved: ResolvedScenario, design: Design, layers: Collection[str] = LAYERS
) -> dict[str, Any]:
    """Give every parameter that is uncertain or changed its values in a scenario.

    Parameters
    ----------
    resolved : ResolvedScenario
    design : Design
        Of the same study.
    layers : collection of str
        Which of `LAYERS` are drawn; what belongs to the others stands at its centre, and policies
        are delivered as they are meant.

    Returns
    -------
    dict of str to float, ndarray or Path
        What `xhsim.engine.model.Model.run` takes: by parameter name, draws last.

    Raises
    ------
    InputError
        If there is no such layer.
    """
    unknown = [layer for layer in layers if layer not in LAYERS]
    if isinstance(layers, str) or unknown:
        raise InputError(f"{layers!r} are no layers", hint=f"layers: {', '.join(LAYERS)}")
    design = correlated(resolved, design) if resolved.correlations else design
    delivered = _delivered(resolved, design) if "delivery" in layers else None
    values: dict[str, Any] = {}
    for name, setting in resolved.settings.items():
        is_drawn = ("parameters" if setting.parameter.shock is None else "environment") in layers
        drawn = _drawn(setting, design) if is_drawn else None
        if not setting.is_changed:
            if drawn is not None:
                values[name] = drawn
            elif not is_drawn:
                values[name] = setting.value
            continue
        base = setting.parameter.array if drawn is None else drawn
        if delivered is None or setting.parameter.role != "lever":
            values[name] = setting.value if drawn is None else setting.over(drawn)
        else:
            values[name] = deliver(as_path(base), as_path(setting.over(base)), *delivered)
    return values


def horizon(resolved: ResolvedScenario) -> dict[str, Any]:
    """Return what a run is given to end where a scenario says."""
    until = resolved.run.until
    return {} if until is None else {"FINAL TIME": float(until)}


def _delivered(resolved: ResolvedScenario, design: Design) -> tuple[Array, Array] | None:
    """Return how much of its policy each draw gets, and how many years late."""
    said = resolved.delivery
    if said is None:
        return None
    share, delay = np.ones(design.draws), np.zeros(design.draws)
    if said.share is not None:
        share = said.share.quantile(design.points[design.columns[SHARE]][0])
    if said.delay is not None:
        delay = said.delay.quantile(design.points[design.columns[DELAY]][0])
    return share, delay


def _drawn(setting: Setting, design: Design) -> Any:
    """Return the draws of a parameter before the scenario's changes, or None if it is known."""
    parameter = setting.parameter
    if parameter.shock is not None:
        points = design.points[design.columns[parameter.name]]
        return None if setting.shock is None else _shocked(parameter, setting.shock, points)
    parts = [
        _number_drawn(setting, number, design) for number in range(max(1, len(parameter.elements)))
    ]
    if all(part is None for part in parts):
        return None
    if not isinstance(parameter.value, Mapping):
        return parts[0]
    # Some elements of a parameter may be known.
    known = [np.full(design.draws, value) for value in parameter.value.values()]
    return np.stack([k if part is None else part for part, k in zip(parts, known, strict=True)])


def _number_drawn(setting: Setting, number: int, design: Design) -> Array | None:
    """Return the draws of one element: what a scenario believes, history says, or the prior."""
    parameter = setting.parameter
    element = parameter.elements[number] if parameter.elements else ""
    posterior = design.posterior
    if posterior and posterior.has(parameter.name, element) and not setting.is_doubted(element):
        return posterior.column(parameter.name, element)[design.rows]
    prior = setting.prior_of(element)
    if prior is None:
        return None
    return prior.quantile(design.points[design.columns[parameter.name]][number])


def _shocked(parameter: Parameter, shock: Shock, points: Array) -> Any:
    from scipy.special import ndtri

    elements = parameter.elements
    shape = (SHOCK_YEARS, len(elements), -1) if elements else (SHOCK_YEARS, -1)
    normal = ndtri(points).reshape(shape)
    value = np.asarray(parameter.array)
    return shock.path_around(value[:, np.newaxis] if elements else value, normal, parameter.range)
