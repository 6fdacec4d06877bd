"""One call that designs a package of levers and judges it on draws that the search has not used."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.packages.limits import (
    Goal,
    LeverLimit,
    check_feasible,
    check_years,
    money_a_year,
    money_in_a_year,
    money_in_all,
    read_goals,
    share_of_the_programme,
)
from xhsim.analysis.packages.search import Asked, Rule, search_package
from xhsim.analysis.packages.unmoved import put_back
from xhsim.analysis.packages.worth import JUDGES, Judged, PackageJudge
from xhsim.analysis.policies.levers import Lever, levels_in, levers_of
from xhsim.analysis.policies.objective_text import read_objective
from xhsim.analysis.policies.objectives import Objective
from xhsim.analysis.policies.package_runs import YEARS, PackageRuns, package_runs
from xhsim.analysis.worlds.world import draws_of
from xhsim.arguments import checked
from xhsim.errors import InputError, did_you_mean
from xhsim.study.names import find_name
from xhsim.study.scenarios.scenario import Scenario, make_scenario
from xhsim.wording.label import Label
from xhsim.wording.numbers import number_text

if TYPE_CHECKING:
    import pandas as pd

    from xhsim.analysis.fitted import FittedStudy

__all__ = ["PackageDesign", "design_package"]

Array = NDArray[np.float64]
DRAWS, SEED = 512, 1  # where neither the caller nor the scenario sets a number
CHECKED = 1000  # seed of the check of goals, after that of the search; judging is on the next one
AT_BOUND = 0.002  # of a lever's range: as near as rounding leaves it
RULES: tuple[Rule, ...] = ("worst", "regret")


@dataclass(frozen=True, eq=False)
class PackageDesign:
    """A package of levers that a search found, and what it is worth on fresh draws.

    Attributes
    ----------
    objective : Objective
    parent : str
        The scenario that the package extends.
    under : tuple of str
        The scenarios that count.
    rule : {"worst", "regret"}
        What counts under several scenarios.
    levers : tuple of Lever
        With their bounds and starting levels.
    levels : mapping of str to float
        Lever to level, rounded to what a policy could set.
    money : float
        Their yearly sum, once levers have reached their levels.
    worth : DataFrame
        The objective by scenario: the parent, the package, and those that it was compared with.
        Columns ``value``, ``low``, ``high`` (its 95 % interval) and ``money``; under several
        scenarios also ``in``, the one that counts, and a column for each with the objective there.
        With the rule ``regret``, ``value`` is the regret: less is better.
    parts : DataFrame
        For a weighted sum: the parts without their weights, in the scenario that counts. A row for
        each scenario of `worth`, a column for each part. Otherwise without columns.
    differences : DataFrame
        The package minus each of the others, on the same draws: ``difference``, ``low``, ``high``.
        A difference of regrets is below zero if the package has less of it.
    targets : DataFrame
        By target id: ``label``, ``label_zh``, ``rank``, the probability ``before`` and ``after``
        with its interval, ``low`` and ``high``; under several scenarios the least. The difference,
        draw by draw: ``gain``, ``gain_low``, ``gain_high``.
    limits : DataFrame
        A row for each limit and goal: ``label``, ``label_zh``, ``limit``, ``reached``, ``kind``
        (``most`` or ``least``).
    is_allowed : bool
        Whether the package reaches its goals, on draws that the search has not used.
    message : str
        What went wrong, if anything did.
    tried : int
        How many packages were run.
    draws : int
        On which it was judged.
    scenario : Scenario
        The package as a scenario; ``study.with_scenario(design.scenario)`` has it, and
        `xhsim.study.scenarios.writer.scenario_text` writes it.
    """

    objective: Objective
    parent: str
    under: tuple[str, ...]
    rule: Rule
    levers: tuple[Lever, ...]
    levels: Mapping[str, float]
    money: float
    worth: pd.DataFrame
    parts: pd.DataFrame
    differences: pd.DataFrame
    targets: pd.DataFrame
    limits: pd.DataFrame
    is_allowed: bool
    message: str
    tried: int
    draws: int
    scenario: Scenario

    @property
    def value(self) -> float:
        """The value of the objective on draws that the search has not used."""
        return float(self.worth["value"].loc[self.scenario.name])

    @property
    def less_likely(self) -> tuple[str, ...]:
        """The targets that are clearly less likely than in the parent, the largest loss first."""
        lost = self.targets[self.targets["gain_high"] < 0]
        return tuple(lost["gain"].sort_values(kind="stable").index)

    @property
    def at_bounds(self) -> dict[str, str]:
        """The levers that the search moved to a bound: ``lowest`` or ``highest``."""
        found = {}
        for lever in self.levers:
            level, near = self.levels[str(lever)], AT_BOUND * (lever.high - lever.low)
            if lever.is_free and level != lever.start:
                if lever.high - level <= near:
                    found[str(lever)] = "highest"
                elif level - lever.low <= near:
                    found[str(lever)] = "lowest"
        return found

    def __repr__(self) -> str:
        """Say in three lines what was found."""
        rows = self.worth.to_dict(orient="index")
        row, before = (rows[name] for name in (self.scenario.name, self.parent))
        percent = self.objective.is_probability
        value, low, high, was = (
            f"{100 * x:.1f} %" if percent else number_text(float(x))
            for x in (row["value"], row["low"], row["high"], before["value"])
        )
        is_regret = self.rule == "regret" and len(self.under) > 1
        what = f"{'regret of ' if is_regret else ''}{self.objective}"
        moved = sum(self.levels[str(lever)] != lever.start for lever in self.levers)
        return (
            f'PackageDesign "{self.scenario.name}" from "{self.parent}"'
            f"{'' if self.is_allowed else ': ' + self.message}\n"
            f"{what}: {value} (95 %: {low} to {high}), before {was}\n"
            f"money a year: {self.money:.4g}, before {before['money']:.4g}; {moved} of "
            f"{len(self.levers)} levers moved"
        )


@checked
def design_package(
    study: FittedStudy,
    objective: str | Objective,
    *,
    money: float | Mapping[float, float] | None = None,
    money_in_total: float | None = None,
    at_least: Mapping[str, float] | None = None,
    bounds: Mapping[str, tuple[float, float]] | None = None,
    most_change: Mapping[str, float] | None = None,
    shares: Mapping[str, float] | None = None,
    scenario: str = "baseline",
    keep: bool = True,
    under: Sequence[str] = (),
    rule: Rule = "worst",
    against: Sequence[str] = (),
    years: tuple[float, float] = YEARS,
    draws: int | None = None,
    seed: int | None = None,
    name: str = "designed",
    reference: str = "",
    progress: Callable[[int], None] | None = None,
) -> PackageDesign:
    """Search for the package of levers that an objective likes best, and judge it.

    Parameters
    ----------
    study : FittedStudy
    objective : str or Objective
        For example ``at least 14``, ``all of clusters``, ``rd_intensity``, ``mean``, ``weakest``,
        ``shortfall``, ``money`` or ``2 * mean + weakest``, see
        `xhsim.analysis.policies.objective_text.read_objective`.
    money : float or mapping of float to float, optional
        The most money a year, once levers have reached their levels; or by year.
    money_in_total : float, optional
        The most money in the years from the first move of a lever to the last deadline.
    at_least : mapping of str to float, optional
        Least probabilities, by target or another objective that is a probability.
    bounds : mapping of str to tuple of float, optional
        Lowest and highest level of levers.
    most_change : mapping of str to float, optional
        By how much levers may differ from the scenario.
    shares : mapping of str to float, optional
        The largest share in the money, by lever or by several levers with commas between them.
    scenario : str
        The scenario that the package changes; its levers must be constant.
    keep : bool
        Whether spending may only rise from the scenario's.
    under : sequence of str, optional
        The scenarios in which the package must do well; by default the one that it changes. What
        they set themselves stays, and the package is laid over the rest.
    rule : {"worst", "regret"}
        Whether the worst value in these scenarios counts, or the largest regret: the distance
        from the value of the best package for that scenario alone.
    against : sequence of str, optional
        Scenarios to compare the package with, beside the one that it changes.
    years : tuple of float
        Between these dates, levers move in a straight line to their levels.
    draws, seed : int, optional
        Of the search; by default those of the scenario, or else 512 and 1. The package is judged
        on 4,096 other draws.
    name : str
        Of the new scenario.
    reference : str
        How it was found, for the scenario.
    progress : callable, optional
        Called with the number of packages that have just been run.

    Returns
    -------
    PackageDesign

    Raises
    ------
    InputError
        If there is no such target, lever or scenario, no package keeps to the limits, the
        scenario changes a lever over time, or every draw of a scenario fails.

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> design_package(study, "at least 14", money=10)
    Traceback (most recent call last):
    xhsim.errors.InputError: Money a year: 10 is less than 15.9, the least that ... bounds allow...
    >>> design_package(study, "at least 40", money=31)
    Traceback (most recent call last):
    xhsim.errors.InputError: "at least 40" asks for 40 of 18 targets. write a number from 1 to 18
    """
    if rule not in RULES:
        raise InputError(f'unknown rule "{rule}"', hint=did_you_mean(rule, RULES) or "write worst")
    wanted = read_objective(objective, study) if isinstance(objective, str) else objective
    goals = read_goals(study, at_least or {})
    parent = find_name(scenario, study.scenarios, "scenario", None).name
    others = [find_name(one, study.scenarios, "scenario", None).name for one in against]
    levers = levers_of(study, parent, keep=keep, bounds=bounds, most_change=most_change)
    last = max(target.deadline for target in study.targets.values())
    if isinstance(money, Mapping):
        check_years(money, math.floor(years[0]), float(study.model.default("FINAL TIME")))
    limits = _limits(levers, money, money_in_total, shares or {}, years, last)
    check_feasible(levers, limits)
    _check_purpose(wanted, goals)
    resolved = [study.files.resolve(one) for one in (under or (parent,))]
    many, seeded = draws_of(resolved, draws, seed, default=DRAWS, default_seed=SEED)
    ids = dict.fromkeys([*wanted.targets, *(t for goal in goals for t in goal.objective.targets)])
    searched = [study.targets[one] for one in ids] or list(study.indicators.values())[:1]
    common: dict[str, Any] = {"parent": parent, "under": under, "years": years}
    runs = package_runs(study, levers, searched, draws=many, seed=seeded, **common)
    checker = package_runs(
        study, levers, searched, draws=JUDGES, seed=seeded + CHECKED, spreads=runs.spreads, **common
    )
    judge = PackageJudge(study, runs, parent, tuple(runs.worlds) if under else (), seeded + 1)
    judge.check_sound(others)
    asked = Asked(wanted, tuple(limits), tuple(goals), rule)
    starts = [_even(runs, limits), runs.start]
    starts += [runs.points(levels_in(study, levers, one)[np.newaxis])[0] for one in others]
    rest: dict[str, Any] = {"starts": starts, "seed": seeded, "progress": progress}
    alone: list[Array] = []
    tried = 0
    if rule == "regret" and len(runs.worlds) > 1:
        for one in runs.worlds:
            only = (_only(runs, one), replace(asked, rule="worst"), _only(checker, one))
            found = search_package(*only, **rest)
            alone.append(found.point)
            tried += found.tried
        margins = runs.margins(np.array(alone))
        best = np.diagonal(wanted.value(margins)).copy()
        asked = replace(asked, best=best)
        rest["starts"] = [*starts, *alone]
    found = put_back(runs, asked, checker, search_package(runs, asked, checker, **rest))
    levels = _settable(levers, limits, runs.levels(found.point[np.newaxis])[0])
    by_name = {str(lever): float(x) for lever, x in zip(levers, levels, strict=True)}
    made = _scenario(name, parent, levers, by_name, years, wanted, reference)
    judged = judge.judged(
        made, levels, others, wanted, [runs.levels(point[np.newaxis])[0] for point in alone]
    )
    kept = _limits_table(limits, goals, levels, judged)
    return PackageDesign(
        wanted,
        parent,
        tuple(runs.worlds),
        rule,
        tuple(levers),
        by_name,
        judged.money,
        judged.worth,
        judged.parts,
        judged.differences,
        judged.targets,
        kept,
        found.is_allowed,
        "" if found.is_allowed else _why_not(kept),
        tried + found.tried,
        judged.draws,
        made,
    )


def _limits(
    levers: Sequence[Lever],
    money: float | Mapping[float, float] | None,
    in_total: float | None,
    shares: Mapping[str, float],
    years: tuple[float, float],
    last: int,
) -> list[LeverLimit]:
    limits = []
    if isinstance(money, Mapping):
        limits += [money_in_a_year(levers, year, most, years) for year, most in money.items()]
    elif money is not None:
        limits.append(money_a_year(levers, money))
    if in_total is not None:
        limits.append(money_in_all(levers, in_total, years, math.floor(years[0]), last))
    limits += [share_of_the_programme(levers, name, most) for name, most in shares.items()]
    for limit in limits:
        if not math.isfinite(limit.most):
            raise InputError(f"{limit.label.en}: {limit.most} is no amount", hint="write a number")
    return limits


def _check_purpose(objective: Objective, goals: Sequence[Goal]) -> None:
    """Refuse to make money small without any goal: the answer would be to spend nothing more."""
    if not objective.targets and not goals:
        raise InputError(
            f'with "{objective}" alone, the best package spends as little as possible',
            hint="give least probabilities of targets, such as new_foreign_hq=0.6",
        )


def _only(runs: PackageRuns, scenario: str) -> PackageRuns:
    """Return the runs in one of their scenarios."""
    return replace(
        runs,
        worlds={scenario: runs.worlds[scenario]},
        held={scenario: runs.held[scenario]},
        _tiled={},
    )


def _even(runs: PackageRuns, limits: Sequence[LeverLimit]) -> Array:
    """Spread the money evenly: where nothing is spent, slopes may be zero."""
    is_money = np.array([lever.is_money for lever in runs.free])
    for share in np.linspace(1.0, 0.0, 101):
        point = np.where(is_money, share, runs.start)
        levels = runs.levels(point[np.newaxis])
        if all(limit.reached(levels)[0] <= limit.most for limit in limits):
            break
    return point


def _settable(levers: Sequence[Lever], limits: Sequence[LeverLimit], levels: Array) -> Array:
    """Round levels to what a policy could set, without breaking a limit.

    Money is rounded down, and what is left goes to the levers that lost most.
    """
    start = np.array([lever.start for lever in levers])
    is_back = np.abs(levels - start) < 1e-9
    digits = np.where(np.abs(levels) < 0.5, 3, 2)
    units = 10.0**-digits
    rounded = np.array([round(float(x), int(d)) for x, d in zip(levels, digits, strict=True)])
    rounded = np.where(is_back, start, rounded)
    if _fit(limits, rounded):
        return rounded
    weighs = np.any([limit.weights > 0 for limit in limits], axis=0) & ~is_back
    low = np.array([lever.low for lever in levers])
    down = np.maximum(np.floor(levels / units + 1e-9) * units, low)
    rounded = np.where(weighs, down, rounded)
    for place in np.argsort(rounded - levels, kind="stable"):
        more = rounded.copy()
        more[place] += units[place]
        if weighs[place] and more[place] <= levers[place].high and _fit(limits, more):
            rounded = more
    tidy = np.array([round(float(x), int(d)) for x, d in zip(rounded, digits, strict=True)])
    return np.where(is_back, start, tidy)


def _fit(limits: Sequence[LeverLimit], levels: Array) -> bool:
    return all(limit.reached(levels[np.newaxis])[0] <= limit.most + 1e-9 for limit in limits)


def _scenario(
    name: str,
    parent: str,
    levers: Sequence[Lever],
    levels: Mapping[str, float],
    years: tuple[float, float],
    objective: Objective,
    reference: str,
) -> Scenario:
    """Make a scenario from a package."""
    first, last = (int(year) if float(year).is_integer() else year for year in years)
    total = sum(levels[str(lever)] for lever in levers if lever.is_money)
    label = objective.label.en
    return make_scenario(
        name,
        {
            str(lever): {"ramp": {"from": first, "until": last, "to": levels[str(lever)]}}
            for lever in levers
            if levels[str(lever)] != lever.start
        },
        extends=parent,
        description=f"Found by a search. Objective: {label}. Spending: {total:.1f} a year.",
        reference=reference or f"found by a search for {objective}",
    )


def _why_not(limits: pd.DataFrame) -> str:
    """Say that no package reaches the goals, and what the best one that was found reaches."""
    goals = limits[limits["kind"] == "least"]
    missed = goals[goals["reached"] < goals["limit"]]
    if missed.empty:  # here it is reached by luck, on other draws it was not
        return "no package was found that reaches the goals on all draws that check them"
    told = "; ".join(
        f"{row['label']}: {100 * row['reached']:.1f} % at best, asked for at least "
        f"{_exact_percent(row['limit'])}"
        for _, row in missed.iterrows()
    )
    return f"no package was found that reaches the goal{'s' if len(goals) > 1 else ''}. {told}"


def _exact_percent(share: float) -> str:
    """Write a share that a user asked for, with the digits that it was given with."""
    return f"{100 * share:.10g} %"


def _limits_table(
    limits: Sequence[LeverLimit], goals: Sequence[Goal], levels: Array, judged: Judged
) -> pd.DataFrame:
    """Make a row for each limit and goal, with what the package reaches of it."""
    import pandas as pd

    rows = [
        _row(limit.label, "most", limit.most, float(limit.reached(levels[np.newaxis])[0]))
        for limit in limits
    ]
    rows += [
        _row(goal.objective.label, "least", goal.least, judged.reached(goal.objective))
        for goal in goals
    ]
    return pd.DataFrame(rows, columns=["label", "label_zh", "kind", "limit", "reached"])


def _row(label: Label, kind: str, limit: float, reached: float) -> dict[str, Any]:
    return {**label.columns(), "kind": kind, "limit": limit, "reached": reached}
