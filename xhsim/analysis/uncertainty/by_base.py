"""The probability of a target as a function of its unpublished base."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.judging.attainment import failed_draws, target_values
from xhsim.analysis.judging.failures import refuse_failed_worlds
from xhsim.analysis.judging.probability import chance
from xhsim.analysis.worlds.world import World, side_by_side
from xhsim.arguments import checked
from xhsim.engine.insight.reach import has_chance, reached
from xhsim.engine.language.syntax import canonical
from xhsim.engine.paths import Path
from xhsim.errors import InputError
from xhsim.study.names import Reference, element_name
from xhsim.study.targets import Target, base_of

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from xhsim.analysis.fitted import FittedStudy
    from xhsim.study.parameters.parameter import Parameter
    from xhsim.study.scenarios.resolve import ResolvedScenario
    from xhsim.study.scenarios.structures import StructureChoice

__all__ = ["BASE_DRAWS", "QUANTILES", "by_base", "by_bases", "hanging_on", "with_known_bases"]

Array = NDArray[np.float64]
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
BASE_DRAWS = 256  # for each value of the base, where many tables are made at once
COLUMNS = ("base", "probability", "ci_low", "ci_high", "word", "draws", "failed")


@checked
def by_base(
    study: FittedStudy,
    target: Target,
    scenario: str = "baseline",
    draws: int | None = None,
    seed: int | None = None,
    *,
    quantiles: Sequence[float] = QUANTILES,
    structure: StructureChoice = None,
    progress: Callable[[int], None] | None = None,
) -> pd.DataFrame:
    """Estimate the probability of a target for fixed values of its unpublished base.

    The scenario is run once for each value, on the same draws of everything else. The rows
    therefore differ by the base alone, and each interval counts all draws of its row.

    Parameters
    ----------
    study : Study
    target : Target
        A target that hangs on an unpublished base (``hangs_on`` in targets.yaml).
    scenario : str
    draws, seed : int, optional
        As for `Study.ensemble`; the number of draws is that of each row.
    quantiles : sequence of float
        The values of the base, as quantiles of its distribution in the scenario: the prior, or
        the posterior if the base is calibrated.
    structure : str or mapping of str to float, optional
        As for `Study.ensemble`.
    progress : callable, optional
        Called with the number of draws finished since the last call.

    Returns
    -------
    DataFrame
        Indexed by ``quantile``: ``base`` (in its unit), ``probability``, ``ci_low``, ``ci_high``,
        ``word``, ``draws`` and ``failed``. Its attributes contain ``target``, ``target_label``,
        ``parameter``, ``label`` and ``unit`` of the base, and ``density``: pairs of a value of the
        base and its probability density.

    Raises
    ------
    InputError
        If the target hangs on no unpublished base, the scenario sets the base, or a quantile is
        not between 0 and 1.

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> table = by_base(study, study.targets["pct_filings"], "plan", draws=32)
    >>> [float(quantile) for quantile in table.index]
    [0.05, 0.25, 0.5, 0.75, 0.95]
    """
    return by_bases(
        study,
        [target],
        scenario,
        draws,
        seed,
        quantiles=quantiles,
        structure=structure,
        progress=progress,
    )[target.id]


@checked
def by_bases(
    study: FittedStudy,
    targets: Iterable[Target],
    scenario: str = "baseline",
    draws: int | None = None,
    seed: int | None = None,
    *,
    quantiles: Sequence[float] = QUANTILES,
    structure: StructureChoice = None,
    progress: Callable[[int], None] | None = None,
) -> dict[str, pd.DataFrame]:
    """Estimate the probability of each of several targets for fixed values of its own base.

    One run computes all of them, which takes less time than a run for each.

    Parameters
    ----------
    study : Study
    targets : iterable of Target
        Targets that hang on unpublished bases.
    scenario, draws, seed, quantiles, structure, progress
        As for `by_base`.

    Returns
    -------
    dict of str to DataFrame
        By id of the target: the result of `by_base`.

    Raises
    ------
    InputError
        As for `by_base`.

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> list(by_bases(study, hanging_on(study, "plan").values(), "plan", draws=8))
    ['pct_filings', 'overseas_talent', 'allowance_experts']
    """
    shares = np.asarray(quantiles, dtype=float)
    bases = {target.id: _base_of(study, scenario, target) for target in targets}
    if shares.size == 0 or not ((shares > 0) & (shares < 1)).all():
        raise InputError("quantiles lie between 0 and 1", hint="write [0.25, 0.5, 0.75]")
    if not bases:
        return {}
    world = study.world(scenario, draws, seed, structure=structure)
    groups = _apart(bases, world)
    fixed = [one for group in groups for one in _fixed_together(group.values(), world, shares)]
    outputs = dict.fromkeys(base.variable for base in bases.values())
    several = None if progress is None else _for_each(progress, len(bases), len(groups))
    together = side_by_side(fixed).run(outputs, progress=several)
    refuse_failed_worlds(fixed, together)
    about = {
        "scenario": scenario,
        "scenario_label_zh": study.scenarios[scenario].label.zh,
        "draws": world.draws,
        "seed": world.seed,
    }
    tables = {}
    width = shares.size * world.draws
    places = {name: number for number, group in enumerate(groups) for name in group}
    for name, base in bases.items():
        begin = places[name] * width
        own = together[[base.variable]].isel(draw=slice(begin, begin + width))
        tables[name] = base.table(own, shares)
        tables[name].attrs = about | base.words(study)
    return tables


def _apart(bases: Mapping[str, _Base], world: World) -> list[dict[str, _Base]]:
    """Group bases that do not act on each other's targets, so that one run fixes all of a group.

    Where policy reacts to what happens, or a draw has chance of its own, each is a group.
    """
    equations = world.model.equations
    if world.rules is not None or world.scenario.meets or has_chance(equations):
        return [{name: base} for name, base in bases.items()]
    find = world.model.names.find
    reach = {
        name: reached(equations, find(base.parameter.name).key, from_start=True)
        for name, base in bases.items()
    }
    groups: list[dict[str, _Base]] = []
    for name, base in bases.items():
        for group in groups:
            if not any(
                find(one.variable).key in reach[other]
                for own, one in {**group, name: base}.items()
                for other in (*group, name)
                if own != other
            ):
                group[name] = base
                break
        else:
            groups.append({name: base})
    return groups


def _fixed_together(bases: Iterable[_Base], world: World, shares: Array) -> list[World]:
    """Return a world with all bases fixed at each of their quantiles."""
    worlds = [world] * shares.size
    for base in bases:
        worlds = base.fixed_in(worlds, shares)
    return worlds


def _for_each(progress: Callable[[int], None], bases: int, groups: int) -> Callable[[int], None]:
    """Count a finished draw once for each base that it is about."""
    return lambda count: progress(count * bases // groups)


@dataclass(frozen=True)
class _Base:
    """The unpublished base of a target, in a scenario that does not set it.

    Attributes
    ----------
    target : Target
    parameter : Parameter
    element : str
        The element of the parameter; empty if it has none.
    quantile_of : callable
        The quantiles of the base in the scenario.
    """

    target: Target
    parameter: Parameter
    element: str
    quantile_of: Callable[[Array], Array]

    @property
    def variable(self) -> str:
        """The variable of the target, as results name it."""
        return canonical(self.target.variable.name)

    def fixed_in(self, worlds: Sequence[World], shares: Array) -> list[World]:
        """Return worlds with the base fixed at one of its quantiles in each."""
        name, elements = self.parameter.name, self.parameter.elements
        place = elements.index(self.element) if elements else None
        return [
            world.with_values({name: _with_base(world.value(name), place, base)})
            for world, base in zip(worlds, self.quantile_of(shares), strict=True)
        ]

    def table(self, ensemble: xr.Dataset, shares: Array) -> pd.DataFrame:
        """Return the probability at each quantile, from the draws of all of them in order."""
        import pandas as pd

        measured = target_values(ensemble, self.target).reshape(shares.size, -1)
        sound = ~failed_draws(ensemble).reshape(measured.shape) & np.isfinite(measured)
        rows = []
        for base, values, good in zip(self.quantile_of(shares), measured, sound, strict=True):
            met = int(self.target.is_met_by(values[good]).sum())
            rows.append(
                {
                    "base": float(base),
                    **chance(met, int(good.sum()))._asdict(),
                    "draws": good.size,
                    "failed": int((~good).sum()),
                }
            )
        return pd.DataFrame(rows, index=pd.Index(shares, name="quantile"), columns=list(COLUMNS))

    def words(self, study: FittedStudy) -> dict[Any, Any]:
        """Return the attributes of a table that describe the base and its target."""
        name, element = self.parameter.name, self.element
        label = study.labels.reference(Reference(name, (element,) if element else ()))
        about = {
            "target": self.target.id,
            "parameter": element_name(name, element),
            "unit": self.parameter.unit,
            "density": _density(self.quantile_of),
        }
        return about | self.target.label.columns("target_label") | label.columns()


def _base_of(study: FittedStudy, scenario: str, target: Target) -> _Base:
    found = base_of(target, study.parameters)
    if found is None:
        raise InputError(
            f'target "{target.id}" hangs on no unpublished base',
            file=target.where.file,
            line=target.where.line,
            hint='a base is named by "hangs_on:" in targets.yaml',
        )
    name, element = found
    quantile_of = _distribution(study, study.files.resolve(scenario), name, element)
    if quantile_of is None:
        raise InputError(
            f'scenario "{scenario}" sets "{element_name(name, element)}", on which target '
            f'"{target.id}" hangs',
            hint="the base is then known: see the probability in the table of the scenario",
        )
    return _Base(target, study.parameters[name], element, quantile_of)


def hanging_on(
    study: FittedStudy, scenario: str, targets: Mapping[str, Target] | None = None
) -> dict[str, Target]:
    """Return the targets that hang on a base which a scenario does not set.

    Parameters
    ----------
    study : Study
    scenario : str
    targets : mapping of str to Target, optional
        By default all of the study.

    Returns
    -------
    dict of str to Target

    Examples
    --------
    >>> import xhsim
    >>> isinstance(hanging_on(xhsim.open_study(), "plan"), dict)
    True
    """
    resolved = study.files.resolve(scenario)
    found = {}
    for name, target in (study.targets if targets is None else targets).items():
        base = base_of(target, study.parameters)
        if base is not None and _distribution(study, resolved, *base) is not None:
            found[name] = target
    return found


def with_known_bases(
    study: FittedStudy, scenario: str, targets: Mapping[str, Target]
) -> Mapping[str, Target]:
    """Return targets that hang only on bases which a scenario does not set.

    Parameters
    ----------
    study : Study
    scenario : str
        A scenario that the study does not have sets no base.
    targets : mapping of str to Target

    Returns
    -------
    mapping of str to Target
        The same, without ``hangs_on`` where the scenario sets the base.

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> with_known_bases(study, "plan", study.indicators) == study.indicators
    True
    """
    unknown = {name for name, target in targets.items() if target.hangs_on is not None}
    if not unknown or scenario not in study.scenarios:
        return targets
    unknown -= set(hanging_on(study, scenario, targets))
    return {
        name: _without_base(target) if name in unknown else target
        for name, target in targets.items()
    }


def _without_base(target: Target) -> Target:
    readings = tuple(replace(reading, hangs_on=None) for reading in target.readings)
    return replace(target, hangs_on=None, readings=readings)


def _distribution(
    study: FittedStudy, resolved: ResolvedScenario, name: str, element: str
) -> Callable[[Array], Array] | None:
    """Return the quantiles of a base in a scenario; None if the scenario sets its value."""
    setting, posterior = resolved.settings[name], study.files.posterior
    if setting.changes[element]:
        return None
    own = not setting.overrides_prior(element)
    if own and posterior is not None and posterior.has(name, element):
        column = posterior.column(name, element)
        return lambda shares: np.quantile(column, shares)
    prior = setting.prior_of(element)
    return None if prior is None else prior.quantile


def _with_base(whole: Any, place: int | None, base: float) -> Any:
    """Return a parameter's value with one number fixed; other elements keep their draws."""
    if place is None:
        return float(base)
    if isinstance(whole, Path):
        values, slopes = whole.values.copy(), whole.slopes.copy()
        values[:, place], slopes[:, place] = base, 0.0
        return Path(whole.times, values, slopes)
    changed = np.array(whole, dtype=np.float64)
    changed[place] = base
    return changed


def _density(quantile_of: Callable[[Array], Array]) -> list[tuple[float, float]]:
    """Return the probability density as the slope of the probability over the quantiles.

    The steps are wide enough to smooth the quantiles of a sample.
    """
    shares = np.linspace(0.005, 0.995, 67)
    values = quantile_of(shares)
    wide = np.diff(values)
    kept = wide > 0
    heights = np.diff(shares)[kept] / wide[kept]
    middles = (values[1:] + values[:-1])[kept] / 2
    return [(float(x), float(y)) for x, y in zip(middles, heights, strict=True)]
