"""The facts of a report, gathered from the analyses of a study before they become sentences."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xhsim.analysis.judging.attainment import comparison_table
from xhsim.analysis.judging.failures import refuse_failed
from xhsim.analysis.judging.probability import Chance, Z, chance
from xhsim.analysis.policies.split import split_effects
from xhsim.analysis.uncertainty.by_base import BASE_DRAWS, by_bases, hanging_on
from xhsim.engine.language.syntax import canonical
from xhsim.errors import InputError
from xhsim.report.page.grounds import Grounds, gather_grounds
from xhsim.report.terminal.progress import progress_bar

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

    from xhsim.analysis.judging.judgement import Judgement
    from xhsim.analysis.policies.split import Split
    from xhsim.analysis.study import Study
    from xhsim.study.names import Reference
    from xhsim.study.scenarios.scenario import Scenario
    from xhsim.study.scenarios.structures import Structures
    from xhsim.study.targets import Target

__all__ = ["Count", "Facts", "MissingMoney", "ReportWish", "ScenarioFacts", "gather", "others_of"]

SPLITS = 4  # targets whose change is divided among policies: they take most of the time
WORTH_SPLITTING = 0.02  # smallest change of a probability that is divided among policies
NOTHING = 1e-6  # of the largest shortfall; less is a rounding error


@dataclass(frozen=True)
class ReportWish:
    """The settings of a report.

    Attributes
    ----------
    scenarios : tuple of str
    against : str or None
        The scenario that all are compared with. None: the one that each extends, or the baseline.
    draws, seed : int
    structure : str or None
        One structure for all draws, or ``"equal"``, as for `Study.ensemble`.
    """

    scenarios: tuple[str, ...]
    against: str | None
    draws: int
    seed: int
    structure: str | None = None


@dataclass(frozen=True)
class Count:
    """Number of targets met: the mean over draws, its 95 % interval, and the range of the draws."""

    mean: float
    low: float
    high: float
    p05: float = math.nan
    p95: float = math.nan


@dataclass(frozen=True)
class MissingMoney:
    """The shortfall of the budget.

    Attributes
    ----------
    variable : str
        The variable of the shortfall.
    unit : str
    first, last : int
        The years examined.
    ever : Chance
        Probability of a shortfall in at least one of these years.
    worst : int
        The year in which shortfalls are most frequent.
    in_worst : Chance
        Probability of a shortfall in that year.
    missing : float
        Median shortfall in that year, over the draws that have one. NaN if no draw has one.
    """

    variable: str
    unit: str
    first: int
    last: int
    ever: Chance
    worst: int
    in_worst: Chance
    missing: float


@dataclass(frozen=True)
class ScenarioFacts:
    """The facts of one scenario.

    Attributes
    ----------
    scenario : Scenario
    against, parent : Scenario or None
        The scenario it is compared with, and the one it extends.
    judged : Judgement
        What its ensemble says about the targets of the report.
    by_base : tuple of DataFrame
        Results of `Study.by_base`, for the targets that hang on an unpublished base.
    count : Count
        Number of targets met.
    difference : DataFrame or None
        Result of `Study.difference`.
    gain : Count or None
        Difference of `count` between both scenarios, draw by draw.
    drivers : DataFrame
        Result of `Study.importance`.
    layers : DataFrame
        Shares of the variance of each target's variable at its deadline, by layer of uncertainty,
        indexed by target id.
    splits : tuple of Split
        For the targets that the scenario changes most, compared with the one it extends.
    budget : MissingMoney or None
        None if the study names no variable for the shortfall.
    """

    scenario: Scenario
    against: Scenario | None
    parent: Scenario | None
    judged: Judgement
    by_base: tuple[pd.DataFrame, ...]
    count: Count
    difference: pd.DataFrame | None
    gain: Count | None
    drivers: pd.DataFrame
    layers: pd.DataFrame
    splits: tuple[Split, ...]
    budget: MissingMoney | None


@dataclass(frozen=True)
class Facts:
    """All facts of a report.

    Attributes
    ----------
    wish : ReportWish
    targets : mapping of str to Target
        The numbered indicators, or all targets if none has a number.
    others : int
        Number of targets that are left out.
    scenarios : tuple of ScenarioFacts
    comparison : DataFrame
        A table as from `Study.compare`, of the scenarios and those they are compared with.
    grounds : Grounds
        The assumptions.
    mapped : tuple of Reference
        The variables that are shown on maps.
    structures : Structures or None
        The structures of the study.
    """

    wish: ReportWish
    targets: Mapping[str, Target]
    others: int
    scenarios: tuple[ScenarioFacts, ...]
    comparison: pd.DataFrame
    grounds: Grounds
    mapped: tuple[Reference, ...]
    structures: Structures | None = None


def others_of(study: Study, wish: ReportWish) -> dict[str, str | None]:
    """Return the scenario that each scenario is compared with.

    Parameters
    ----------
    study : Study
    wish : ReportWish

    Returns
    -------
    dict of str to str or None
        None for a scenario without comparison: one that extends nothing in a study without a
        baseline, or the one that the others are compared with.

    Raises
    ------
    InputError
        If a scenario does not exist, none is given, or the only one would be compared with itself.

    Examples
    --------
    >>> import xhsim
    >>> others_of(xhsim.open_study(), ReportWish(("baseline", "plan"), None, 1000, 0))
    {'baseline': None, 'plan': 'baseline'}
    """
    if not wish.scenarios:
        raise InputError("there is no scenario to report on", hint="give one or more scenarios")
    for name in (*wish.scenarios, *([] if wish.against is None else [wish.against])):
        study.files.resolve(name)
    if set(wish.scenarios) == {wish.against}:
        raise InputError(
            f'"{wish.against}" cannot be compared with itself',
            hint="give another scenario, or leave out --against",
        )
    found: dict[str, str | None] = {}
    for name in wish.scenarios:
        first = "baseline" if "baseline" in study.scenarios else None
        other = wish.against or study.scenarios[name].extends or first
        found[name] = None if other == name else other
    return found


def gather(study: Study, wish: ReportWish, *, quiet: bool = True) -> Facts:
    """Run a study's analyses and gather the facts of a report.

    Parameters
    ----------
    study : Study
    wish : ReportWish
    quiet : bool
        Whether to hide the progress bar.

    Returns
    -------
    Facts

    Raises
    ------
    InputError
        As `others_of`, or if the study has no targets.

    Examples
    --------
    >>> import xhsim
    >>> facts = gather(xhsim.open_study(), ReportWish(("baseline",), None, 32, 0))
    >>> len(facts.targets), facts.scenarios[0].difference is None
    (18, True)
    """
    others = others_of(study, wish)
    targets = study.indicators or dict(study.targets)
    if not targets:
        raise InputError("the study has no target", file=study.files.folder, hint="add one")
    parents = {name: study.scenarios[name].extends for name in wish.scenarios}
    named = [*others.values(), *wish.scenarios]
    shown = list(dict.fromkeys(name for name in named if name is not None))
    needed = list(dict.fromkeys([*shown, *(name for name in parents.values() if name)]))
    with progress_bar(quiet) as bar:
        task = bar.add_task("draws", total=len(needed) * wish.draws)
        judged = {
            name: study.judge(
                _ensemble(study, name, wish, lambda count: bar.advance(task, count)), targets
            )
            for name in needed
        }
        task = bar.add_task("groups of policies", total=None)
        scenarios = tuple(
            _scenario(study, name, others[name], judged, wish, lambda n: bar.advance(task, n))
            for name in wish.scenarios
        )
    tables = {name: (judged[name].table, judged[name].joint) for name in shown}
    comparison = comparison_table(tables, study.scenarios, draws=wish.draws, seed=wish.seed)
    return Facts(
        wish,
        targets,
        len(study.targets) - len(targets),
        scenarios,
        comparison,
        gather_grounds(study, others, {one.scenario.name: one.drivers for one in scenarios}),
        study.labels.mapped,
        study.structures,
    )


def _ensemble(
    study: Study, name: str, wish: ReportWish, progress: Callable[[int], None]
) -> xr.Dataset:
    missing = study.checks.budget
    budget = [] if missing is None else [canonical(missing)]
    outputs = dict.fromkeys([*study.reported, *study.mapped, *budget])
    ensemble = study.ensemble(
        name,
        wish.draws,
        wish.seed,
        outputs=list(outputs),
        structure=wish.structure,
        progress=progress,
    )
    refuse_failed(study, ensemble, structure=wish.structure)
    return ensemble


def _scenario(
    study: Study,
    name: str,
    other: str | None,
    judged: Mapping[str, Judgement],
    wish: ReportWish,
    progress: Callable[[int], None],
) -> ScenarioFacts:
    own = judged[name]
    targets = own.targets
    parent = study.scenarios[name].extends
    return ScenarioFacts(
        scenario=study.scenarios[name],
        against=None if other is None else study.scenarios[other],
        parent=None if parent is None else study.scenarios[parent],
        judged=own,
        by_base=tuple(
            by_bases(
                study,
                hanging_on(study, name, targets).values(),
                name,
                min(wish.draws, BASE_DRAWS),
                wish.seed,
                structure=wish.structure,
            ).values()
        ),
        count=_count(own.counts),
        difference=None if other is None else own.difference_from(judged[other]),
        gain=None if other is None else _count(own.gain_from(judged[other])),
        drivers=study.importance(
            name,
            wish.draws,
            wish.seed,
            targets,
            structure=wish.structure,
            ensemble=own.ensemble,
        ),
        layers=_layers(study, own, wish),
        splits=() if parent is None else _splits(study, own, judged[parent], wish, progress),
        budget=_budget(study, own),
    )


def _count(numbers: NDArray[np.int64]) -> Count:
    """Average the number of targets met; the interval reflects the number of draws."""
    if numbers.size < 2:
        return Count(float(numbers.mean()) if numbers.size else math.nan, math.nan, math.nan)
    mean = float(numbers.mean())
    reach = Z * float(numbers.std(ddof=1)) / math.sqrt(numbers.size)
    p05, p95 = np.quantile(numbers, [0.05, 0.95], method="nearest")
    return Count(mean, mean - reach, mean + reach, float(p05), float(p95))


def _layers(study: Study, own: Judgement, wish: ReportWish) -> pd.DataFrame:
    targets = own.targets.values()
    shares = study.partition(
        str(own.ensemble.attrs["scenario"]),
        wish.draws,
        wish.seed,
        list(dict.fromkeys(str(target.variable) for target in targets)),
        structure=wish.structure,
        ensemble=own.ensemble,
    )
    rows = {
        target.id: shares[str(target.variable)].sel(time=target.deadline).to_series()
        for target in targets
    }
    return pd.DataFrame(rows).T


def _splits(
    study: Study,
    own: Judgement,
    parent: Judgement,
    wish: ReportWish,
    progress: Callable[[int], None],
) -> tuple[Split, ...]:
    """Divide a scenario's effect among its policies, for the targets that it changes most.

    `own` and `parent` are the scenario and the one that it extends.
    """
    scenario = str(own.ensemble.attrs["scenario"])
    chosen = study.scenarios[scenario]
    if not (chosen.changes or chosen.rules or chosen.paths or chosen.meets):
        return ()
    moved = own.difference_from(parent)
    surely = (moved["low"] > 0) | (moved["high"] < 0)
    moved = moved[surely & (moved["difference"].abs() >= WORTH_SPLITTING)]
    most = moved["difference"].abs().sort_values(ascending=False, kind="stable").head(SPLITS)
    if not len(most):
        return ()
    return tuple(
        split_effects(
            study,
            scenario,
            [str(target) for target in most.index],
            draws=wish.draws,
            seed=wish.seed,
            structure=wish.structure,
            ensemble=own.ensemble,
            parent=parent.ensemble,
            progress=progress,
        )
    )


def _budget(study: Study, judged: Judgement) -> MissingMoney | None:
    name = study.checks.budget
    if name is None:
        return None
    ensemble, targets = judged.ensemble, judged.targets
    data = ensemble[canonical(name)]
    extra = [dimension for dimension in data.dims if dimension not in ("draw", "time")]
    values = data.sum(extra).transpose("time", "draw").to_numpy()[:, ~judged.failed]
    first = min(target.base_year for target in targets.values()) + 1
    last = max(target.deadline for target in targets.values())
    times = ensemble["time"].to_numpy()
    inside = (times >= first) & (times <= last)
    values, years = values[inside], times[inside]
    short = values > NOTHING * max(1.0, float(np.abs(values).max(initial=0.0)))
    worst = int(short.sum(axis=1).argmax())
    missing = values[worst][short[worst]]
    draws = short.shape[1]
    return MissingMoney(
        name,
        str(data.attrs.get("units", "")),
        first,
        last,
        chance(int(short.any(axis=0).sum()), draws),
        int(years[worst]),
        chance(int(short[worst].sum()), draws),
        float(np.median(missing)) if missing.size else math.nan,
    )
