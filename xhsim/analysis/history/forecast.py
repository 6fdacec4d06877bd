"""One forecast of a hindcast: from one year, with one structure of the model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.history.approximation import approximate
from xhsim.analysis.history.calibrate import density_until
from xhsim.analysis.history.held_out import HeldOutFigure, held_out_figures
from xhsim.analysis.inference.density import Density, unknowns_of
from xhsim.analysis.inference.observations import gather
from xhsim.analysis.worlds.design import make_design
from xhsim.analysis.worlds.world import World
from xhsim.engine.paths import Path
from xhsim.study.folder import StudyFiles
from xhsim.study.names import Reference, find_elements, find_name
from xhsim.study.scenarios.scenario import Correlation, Scenario
from xhsim.wording.label import Label

if TYPE_CHECKING:
    from xhsim.analysis.fitted import FittedStudy
    from xhsim.study.history.calibration import CalibrationPlan, Hindcast
    from xhsim.study.parameters.parameter import Parameter
    from xhsim.study.parameters.posterior import Posterior
    from xhsim.study.parameters.priors import Shock

__all__ = ["PastForecast", "Settings", "forecast"]

Array = NDArray[np.float64]
Settings: TypeAlias = Mapping[tuple[str, str], float]  # by parameter and element, "" for a scalar
NAME, BASELINE = "hindcast", "baseline"
EVALUATIONS = 4096  # about as many as a calibration needs


@dataclass(frozen=True)
class PastForecast:
    """The figures after an origin, as forecast by one structure of the model.

    Attributes
    ----------
    origin : int
    figures : tuple of HeldOutFigure
    logs : ndarray, shape (draws, figures)
        Logarithms of the forecasts, without the errors of the published figures; as in
        `HeldOutFigure.observed`.
    fans : dict of str to (ndarray of int, ndarray)
        By series of levels the years after the last known figure, and the logarithms in each, of
        shape (draws, years).
    parameters, known : int
        How many numbers were calibrated, and with how many figures.
    k_hat, sample_size : float
        Whether the draws of the calibration can be trusted, and what they are worth; see
        `xhsim.analysis.history.approximation.Approximation`. NaN if nothing was calibrated.
    failed : int
        Number of failed draws, which are not finite and do not count.
    """

    origin: int
    figures: tuple[HeldOutFigure, ...]
    logs: Array
    fans: Mapping[str, tuple[NDArray[np.int64], Array]]
    parameters: int
    known: int
    k_hat: float
    sample_size: float
    failed: int


def forecast(
    study: FittedStudy,
    plan: CalibrationPlan,
    past: Hindcast,
    origin: int,
    settings: Settings,
    *,
    draws: int,
    seed: int,
) -> PastForecast:
    """Calibrate a study on the figures up to a year, and forecast the later ones.

    Parameters
    ----------
    study : Study
        Without its stored posterior, which knows later figures.
    plan : CalibrationPlan
    past : Hindcast
    origin : int
        The last year of which figures are known.
    settings : mapping of (str, str) to float
        What the structure sets, by parameter and element (empty for a scalar).
    draws, seed : int

    Returns
    -------
    PastForecast

    Raises
    ------
    InputError
        If there is nothing to calibrate with or nothing to forecast.
    """
    figures = held_out_figures(plan, study.files.observations, origin)
    beliefs = (*plan.beliefs, *past.beliefs)
    density = density_until(
        study, plan, origin, past.parameters, beliefs, runs=EVALUATIONS, free_levels=True
    )
    others = {name: _set(study.parameters[name], settings).array for name, _ in settings}
    density = replace(_given(density, settings), others={**density.others, **others})
    # A structure may set everything that is calibrated.
    found = approximate(density, seed=seed) if density.unknowns else None
    posterior = None if found is None else found.posterior(origin, past.where)
    files = _as_it_was(study.files, plan, past, origin, posterior)
    world = World.drawn(study.model, files.resolve(NAME), make_design(files, draws, seed))
    forgotten = {
        name: _shifted(world.values[name], shock, past.removed(name, origin))
        for name in past.unknown
        if (shock := files.parameters[name].shock) is not None
    }
    world = world.with_values(forgotten)
    held = {
        name: _held(world.value(name), files.parameters[name], settings) for name, _ in settings
    }
    held = plan.held_values(study.parameters) | held
    years, logs = _logs(world.with_values(held), plan, figures)
    good = np.isfinite(logs).all(axis=(1, 2))
    ahead = _from_the_last_known(years, logs[good], figures)
    at = [int(np.searchsorted(years, figure.year)) for figure in figures]
    fans: dict[str, tuple[NDArray[np.int64], Array]] = {}
    for number, figure in enumerate(figures):
        if figure.row.measure == "level":
            later = years > figure.start
            fans.setdefault(figure.row.series, (years[later].astype(int), ahead[:, number, later]))
    return PastForecast(
        origin,
        tuple(figures),
        ahead[:, np.arange(len(figures)), at],
        fans,
        len(density.unknowns),
        len(density.evidence.rows),
        np.nan if found is None else found.k_hat,
        np.nan if found is None else found.sample_size,
        int((~good).sum()),
    )


def _given(density: Density, settings: Settings) -> Density:
    """Return the density of the other parameters, given what a structure sets."""
    unknowns = []
    for unknown in density.unknowns:
        parameter = unknown.parameter
        if parameter is None:
            unknowns.append(unknown)
            continue
        element = parameter.elements[unknown.element] if parameter.elements else ""
        if (parameter.name, element) not in settings:
            unknowns.append(replace(unknown, parameter=_set(parameter, settings)))
    return replace(density, unknowns=tuple(unknowns))


def _set(parameter: Parameter, settings: Settings) -> Parameter:
    """Return a parameter with the values that a structure sets."""
    value = parameter.value
    if isinstance(value, Mapping):
        levels = {e: settings.get((parameter.name, e), level) for e, level in value.items()}
        return replace(parameter, value=levels)
    return replace(parameter, value=settings.get((parameter.name, ""), value))


def _held(value: Any, parameter: Parameter, settings: Settings) -> Any:
    """Overwrite draws or a path of a parameter with the values that a structure sets."""
    is_path = isinstance(value, Path)
    levels = np.array(value.values if is_path else value, dtype=np.float64)
    for place, element in enumerate(parameter.elements or ("",)):
        if (parameter.name, element) not in settings:
            continue
        level = settings[parameter.name, element]
        if not parameter.elements:
            levels[...] = level
        elif is_path:
            levels[:, place] = level
        else:
            levels[place] = level
    if not is_path:
        return levels if levels.ndim else float(levels)
    steps = parameter.shock is not None and parameter.shock.over_year
    return Path.steps(value.times, levels) if steps else Path(value.times, levels)


def _as_it_was(
    files: StudyFiles,
    plan: CalibrationPlan,
    past: Hindcast,
    origin: int,
    posterior: Posterior | None,
) -> StudyFiles:
    """Return the study as of an origin: shocks begin after it, and priors are those of the time."""
    parameters = {
        name: replace(p, shock=replace(p.shock, first_year=origin + 1)) if p.shock else p
        for name, p in files.parameters.items()
    }
    beliefs = (*plan.beliefs, *past.beliefs)
    for doubt in unknowns_of([belief.reference for belief in beliefs], beliefs, parameters):
        assert doubt.parameter is not None  # only offsets have none
        parameter = parameters[doubt.parameter.name]
        elements = parameter.elements
        element = elements[doubt.element] if elements else ""
        if posterior is not None and posterior.has(parameter.name, element):
            continue
        own = parameter.prior if isinstance(parameter.prior, Mapping) else {}
        prior = {**own, element: doubt.prior} if elements else doubt.prior
        parameters[parameter.name] = replace(parameter, prior=prior)
    pairs = _correlations(files, parameters, posterior)
    scenario = Scenario(
        NAME, Label(NAME, NAME), "", None, (), (), None, past.where, correlations=pairs
    )
    return replace(
        files,
        parameters=MappingProxyType(parameters),
        scenarios=MappingProxyType({NAME: scenario}),
        posterior=posterior,
        structures=None,  # the settings of one are laid over the draws
    )


def _correlations(
    files: StudyFiles, parameters: Mapping[str, Parameter], posterior: Posterior | None
) -> tuple[Correlation, ...]:
    """Return the correlations of the baseline between numbers that are drawn from their priors."""

    def is_drawn(reference: Reference) -> bool:
        parameter = find_name(reference.name, parameters, "parameter", None)
        (element,) = find_elements(reference, parameter.elements, None) or ("",)
        if posterior is not None and posterior.has(parameter.name, element):
            return False
        own = parameter.prior
        return own.get(element) is not None if isinstance(own, Mapping) else own is not None

    baseline = files.scenarios.get(BASELINE)
    pairs = () if baseline is None else baseline.correlations
    return tuple(pair for pair in pairs if is_drawn(pair.one) and is_drawn(pair.other))


def _shifted(path: Path, shock: Shock, deviation: Mapping[int, float]) -> Path:
    """Add to the yearly shocks of a parameter what was not known at the time."""
    at_knots = shock.years_of(len(path.times))
    shift = np.interp(at_knots, list(deviation), list(deviation.values()))
    values = path.values + shift.reshape(-1, *[1] * (path.values.ndim - 1))
    return Path.steps(path.times, values) if shock.over_year else Path(path.times, values)


def _logs(
    world: World, plan: CalibrationPlan, figures: Sequence[HeldOutFigure]
) -> tuple[Array, Array]:
    """Run the model; return the years, and logarithms of shape (draws, figures, years)."""
    rows = [figure.row for figure in figures]
    first = min(figure.start for figure in figures)
    last = max(figure.year for figure in figures)
    years = np.arange(first, last + 1.0)
    evidence = gather(world.model, plan, rows, last)
    run = world.run(evidence.outputs, times=years)
    with np.errstate(all="ignore"):
        series = [
            np.log(run[name].values.reshape(*run[name].shape[:2], -1)[:, :, element])
            for name, _, element in evidence.places
        ]
    return years, np.stack(series, axis=1)


def _from_the_last_known(years: Array, logs: Array, figures: Sequence[HeldOutFigure]) -> Array:
    """Move each path so that it passes through the last figure known; growth begins at 0."""
    places = np.searchsorted(years, [figure.start for figure in figures])
    levels = np.array([figure.base for figure in figures])
    starts = logs[:, np.arange(len(figures)), places]
    return np.asarray(logs + (levels - starts)[:, :, np.newaxis])
