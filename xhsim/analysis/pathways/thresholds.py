"""A search for the thresholds of rules: a grid on common draws, judged on fresh ones.

The best threshold of a grid is partly the one that these draws happen to favour. So it is judged on
draws that the search has not used, beside the thresholds as the scenario writes them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.judging.attainment import failed_draws
from xhsim.analysis.judging.failures import refuse_failed_world
from xhsim.analysis.judging.probability import Z, chance, worth_of
from xhsim.analysis.pathways.money import money_outputs, yearly_money
from xhsim.analysis.policies.firings import actions_of
from xhsim.analysis.policies.objective_text import read_objective
from xhsim.analysis.policies.objectives import Margins, Objective, margins_in, spreads_of
from xhsim.analysis.worlds.world import World, side_by_side
from xhsim.arguments import checked
from xhsim.errors import InputError
from xhsim.study.names import canonical, find_name
from xhsim.study.scenarios.rules import PolicyRule, RuleOff
from xhsim.study.scenarios.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

    from xhsim.analysis.fitted import FittedStudy

__all__ = ["ThresholdSearch", "search_thresholds"]

Array = NDArray[np.float64]
DRAWS, FRESH = 500, 2000  # of the search, and of the judgement
OTHER_SEED = 1000  # added to the seed, for draws that the search has not used
TOGETHER = 20_000  # draws of one run
MOST_POINTS = 2_000
WRITTEN, BEST = "as written", "best"
GAIN = "gain", "gain_low", "gain_high"


@dataclass(frozen=True, eq=False)
class ThresholdSearch:
    """The thresholds that were tried, and how good the best one is on fresh draws.

    Attributes
    ----------
    table : DataFrame
        A row for each combination: a column for each rule, ``value`` of the objective with ``low``
        and ``high``, ``money`` a year, and ``acts``, the share of draws in which any of the rules
        acts. Thresholds that spend too much have ``allowed`` false.
    best : mapping of str to float
        The thresholds with the best value among those that are allowed.
    judged : DataFrame
        The scenario as written and with the best thresholds, on fresh draws: ``value``, ``low``,
        ``high``, ``money`` and ``acts``; and ``gain``, ``gain_low`` and ``gain_high``, the
        difference to the scenario as written, draw by draw.
    gains : DataFrame
        A row for each one of `table`: ``gain``, ``gain_low`` and ``gain_high``, the difference to
        the scenario as written, draw by draw. It is sharper than the difference of two values.
    objective : Objective
    scenario : Scenario
        With the best thresholds.
    draws, fresh, seed : int
    """

    table: pd.DataFrame
    best: Mapping[str, float]
    judged: pd.DataFrame
    gains: pd.DataFrame
    objective: Objective
    scenario: Scenario
    draws: int
    fresh: int
    seed: int


@checked
def search_thresholds(
    study: FittedStudy,
    scenario: str,
    levels: Mapping[str, Sequence[float]],
    objective: str = "mean",
    *,
    most_money: float | None = None,
    draws: int | None = None,
    seed: int | None = None,
    fresh: int = FRESH,
    progress: Callable[[int], None] | None = None,
) -> ThresholdSearch:
    """Search for the thresholds of rules that are best for an objective.

    Parameters
    ----------
    study : FittedStudy
    scenario : str
        A scenario with rules.
    levels : mapping of str to sequence of float
        For each rule the thresholds to try, of its first condition; all combinations are tried. If
        the condition has a second threshold (``until above``), it moves by the same amount.
    objective : str
        What is wanted, see `xhsim.analysis.policies.objective_text.read_objective`. ``money`` is
        what is spent in a year on average.
    most_money : float, optional
        Thresholds that spend more a year, on average over the draws, are not chosen.
    draws, seed : int, optional
        Of the search; by default those of the scenario, or else 500 and 0.
    fresh : int
        Number of other draws on which the best is judged.
    progress : callable, optional
        Called with the number of combinations after each run.

    Returns
    -------
    ThresholdSearch

    Raises
    ------
    InputError
        If the scenario or a rule does not exist, no threshold is given, there are more than 2,000
        combinations, all spend too much, or every draw fails.

    Examples
    --------
    >>> import xhsim
    >>> search_thresholds(xhsim.open_study(), "plan", {"more": [8.5, 9.0]})
    Traceback (most recent call last):
    xhsim.errors.InputError: scenario "plan" has no rules. name one with rules: ...
    """
    import pandas as pd

    wanted = read_objective(objective, study)
    trial = _Trial(study, scenario, wanted, list(levels), draws, seed, progress)
    grids = [np.unique(np.asarray(given, dtype=float)) for given in levels.values()]
    if not grids or not all(grid.size and np.isfinite(grid).all() for grid in grids):
        raise InputError("no threshold is given", hint='write {"name of the rule": [8.5, 9.0]}')
    if math.prod(grid.size for grid in grids) > MOST_POINTS:
        raise InputError(f"there are more than {MOST_POINTS:,} combinations", hint="try fewer")
    points = [tuple(map(float, point)) for point in product(*grids)]
    asked = points if trial.written in points else [*points, trial.written]
    results = dict(zip(asked, trial.tried(asked, trial.world), strict=True))
    base = results[trial.written]
    gains = [_interval(results[point].by_draw - base.by_draw, base.worth) for point in points]
    table = pd.DataFrame([dict(zip(trial.rules, point, strict=True)) for point in points]).assign(
        **{key: [results[point].row[key] for point in points] for key in base.row}
    )
    limit = math.inf if most_money is None else most_money
    table["allowed"] = table["money"] <= limit * (1 + 1e-9)
    if not table["allowed"].any():
        raise InputError(
            f"every threshold spends more than {limit:g} a year",
            hint=f"the least is {table['money'].min():.4g}: allow more money, or try others",
        )
    values = (wanted.sign * table["value"]).where(table["allowed"], -math.inf)
    best = points[int(values.argmax())]
    own = trial.world
    others = study.world(scenario, fresh, own.seed + OTHER_SEED)
    pair = trial.tried([trial.written, best], others)
    rows = {}
    for name, result in zip((WRITTEN, BEST), pair, strict=True):
        gain = _interval(result.by_draw - pair[0].by_draw, result.worth)
        own_gain = dict(zip(GAIN, gain, strict=True))
        rows[name] = {**dict(zip(trial.rules, result.point, strict=True)), **result.row, **own_gain}
    return ThresholdSearch(
        table=table,
        best=dict(zip(trial.rules, best, strict=True)),
        judged=pd.DataFrame.from_dict(rows, orient="index"),
        gains=pd.DataFrame(gains, columns=list(GAIN)),
        objective=wanted,
        scenario=trial.scenario_at(best, f"{scenario}-tuned"),
        draws=own.draws,
        fresh=fresh,
        seed=own.seed,
    )


@dataclass(frozen=True)
class _Result:
    """What one combination of thresholds gives."""

    point: tuple[float, ...]
    by_draw: Array
    row: Mapping[str, float]
    worth: float


class _Trial:
    """Runs a scenario with other thresholds, many side by side."""

    def __init__(
        self,
        study: FittedStudy,
        scenario: str,
        objective: Objective,
        rules: list[str],
        draws: int | None,
        seed: int | None,
        progress: Callable[[int], None] | None,
    ) -> None:
        resolved = study.files.resolve(find_name(scenario, study.scenarios, "scenario", None).name)
        if not resolved.rules:
            raise InputError(
                f'scenario "{resolved.name}" has no rules',
                hint="name one with rules: (docs/scenario-language.md)",
            )
        known = {rule.name: rule for rule in resolved.rules}
        self._rules = [find_name(name, known, "rule", None) for name in rules]
        self.rules = [rule.name for rule in self._rules]
        self.written = tuple(rule.tests[0].level for rule in self._rules)
        self.study, self.objective, self.progress = study, objective, progress
        self.world = study.world(resolved.name, draws, seed, default_draws=DRAWS)
        self._targets = [study.targets[name] for name in objective.targets]
        self._money = money_outputs(study)
        known_targets = self._targets or list(study.targets.values())
        self._first = min(target.base_year for target in known_targets)
        self._last = max(target.deadline for target in known_targets)
        self._spreads: Array | None = None

    def scenario_at(self, point: Sequence[float], name: str) -> Scenario:
        """Return the scenario with other thresholds."""
        own = self.study.scenarios[self.world.scenario.name]
        moved = {
            rule.name: _moved(rule, level) for rule, level in zip(self._rules, point, strict=True)
        }
        kept: list[PolicyRule | RuleOff] = [each for each in own.rules if each.name not in moved]
        return replace(own, name=name, rules=(*kept, *moved.values()))

    def tried(self, points: Sequence[tuple[float, ...]], world: World) -> list[_Result]:
        """Return the result of each combination, all on the draws of a world."""
        at_once = max(1, TOGETHER // world.draws)
        found: list[_Result] = []
        for start in range(0, len(points), at_once):
            part = points[start : start + at_once]
            found += self._run(part, world, len(points) // at_once + 1)
            if self.progress:
                self.progress(len(part))
        return found

    def _run(self, points: Sequence[tuple[float, ...]], world: World, runs: int) -> list[_Result]:
        worlds = []
        for point in points:
            made = self.scenario_at(point, "tried")
            resolved = self.study.with_scenario(made).files.resolve("tried")
            worlds.append(world.changed_to(resolved).with_paths(self.study.movable))
        joined = side_by_side(worlds)
        steps = joined.steps
        inside = steps[(steps >= self._first) & (steps <= self._last)]
        years = [year for target in self._targets for year in target.years]
        variables = (canonical(target.variable.name) for target in self._targets)
        outputs = dict.fromkeys([*variables, *self._money, *joined.rule_variables])
        run = joined.run(outputs, times=np.union1d(inside, years), runs=runs)
        shape = (len(points), world.draws)
        failed = failed_draws(run).reshape(shape)
        for point, lost in zip(points, failed, strict=True):
            if point == self.written:
                refuse_failed_world(world, lost)
        money = yearly_money(run, self._money, self._first, self._last).reshape(shape)
        acts = np.zeros(shape, dtype=bool)
        for rule, (_, acting) in actions_of(run).items():
            if rule in self.rules:
                acts |= acting.any(axis=1).reshape(shape)
        spent = np.array([_mean(own[~lost]) for own, lost in zip(money, failed, strict=True)])
        margins = self._margins(run, spent, world.draws)
        by_draw = np.broadcast_to(self.objective.by_draw(margins)[0], shape)
        worth = worth_of(run)
        return [
            _Result(point, by_draw[place], self._row(by_draw[place], worth)
                    | {"money": float(spent[place]), "acts": float(acts[place].mean())},
                    worth)
            for place, point in enumerate(points)
        ]  # fmt: skip

    def _margins(self, run: object, money: Array, draws: int) -> Margins:
        if not self._targets:
            return Margins(np.zeros((1, 0, len(money), draws)), (), np.ones(0), money)
        values = margins_in(run, self._targets, draws)  # type: ignore[arg-type]
        if self._spreads is None:
            self._spreads = spreads_of(values[:, :1], self._targets)
        return Margins(values[np.newaxis], self.objective.targets, self._spreads, money)

    def _row(self, by_draw: Array, worth: float) -> dict[str, float]:
        if self.objective.is_probability:
            _, low, high, _ = chance(int(by_draw.sum()), by_draw.size, worth)
            return {"value": float(by_draw.mean()), "low": low, "high": high}
        return dict(zip(("value", "low", "high"), _interval(by_draw, worth), strict=True))


def _moved(rule: PolicyRule, level: float) -> PolicyRule:
    """Return a rule with another threshold; the threshold that releases it moves as far."""
    first, *others = rule.tests
    until = None if first.until is None else first.until + level - first.level
    return replace(rule, tests=(replace(first, level=level, until=until), *others))


def _mean(values: Array) -> float:
    """Return a mean; NaN if every draw has failed."""
    return float(values.mean()) if values.size else math.nan


def _interval(values: Array, worth: float) -> tuple[float, float, float]:
    """Return a mean with its 95 % interval by the normal distribution."""
    mean = float(values.mean())
    reach = Z * float(values.std(ddof=1)) / math.sqrt(values.size * worth)
    return mean, mean - reach, mean + reach
