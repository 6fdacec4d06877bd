"""A policy that reacts to published figures against a fixed one, at equal expected money.

All runs are on the same draws. The fixed policy is a scenario without rules. It is scaled: all that
it changes goes the same share of its way, so that on average over the draws both policies spend the
same.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.judging.attainment import failed_draws, met_in
from xhsim.analysis.judging.differences import difference_table
from xhsim.analysis.judging.failures import refuse_failed_world
from xhsim.analysis.judging.probability import Z, worth_of
from xhsim.analysis.pathways.money import money_outputs, money_unit, yearly_money
from xhsim.analysis.pathways.pathway_map import PathwayMap, pathway_map
from xhsim.analysis.policies.firings import firings_table
from xhsim.analysis.policies.lever_moves import ScenarioMove, move_of
from xhsim.analysis.worlds.world import World, draws_of, side_by_side
from xhsim.arguments import checked
from xhsim.engine.running.shared_start import Beginning
from xhsim.errors import InputError
from xhsim.study.names import canonical, find_name
from xhsim.study.scenarios.scenario import Scenario
from xhsim.study.targets import Target

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from xhsim.analysis.fitted import FittedStudy

__all__ = ["PolicyPathways", "compare_pathways"]

Array = NDArray[np.float64]
STATIC, EQUAL, ADAPTIVE = "static", "equal", "adaptive"
DRAWS = 1000  # where neither the caller nor a scenario sets a number
SHARES = 5  # of the static package that are tried in one run
ROUNDS = 3
CLOSE = 1e-4  # of the money
MOST = 4.0  # times the static package
RUNS = 4  # expected runs


@dataclass(frozen=True, eq=False)
class PolicyPathways:
    """A policy that reacts to published figures against a fixed one.

    Attributes
    ----------
    static, adaptive : str
        The scenarios.
    share : float
        How much of the static package spends as much as the adaptive policy; NaN if none does.
    why_not : str
        Why there is no such share; empty if there is one.
    policies : DataFrame
        A row for ``static``, ``equal`` (the static package at equal money) and ``adaptive``:
        ``money`` a year with ``money_low`` and ``money_high``, ``met`` (the mean number of targets)
        with ``met_low`` and ``met_high``, and ``gain`` with ``gain_low`` and ``gain_high``: how
        many more the adaptive policy meets than this one, draw by draw.
    differences : DataFrame
        By target, the adaptive policy against the static one at equal money (or as it is written if
        there is none): see `xhsim.analysis.judging.differences.difference_table`.
    firings : DataFrame
        How often each rule acts, see `xhsim.analysis.policies.firings.firings_table`.
    map : PathwayMap
    runs : mapping of str to Dataset
        The ensembles of the policies.
    equal : Scenario or None
        The static package at equal money.
    unit : str
        Of the money.
    draws, seed : int
    """

    static: str
    adaptive: str
    share: float
    why_not: str
    policies: pd.DataFrame
    differences: pd.DataFrame
    firings: pd.DataFrame
    map: PathwayMap
    runs: Mapping[str, xr.Dataset]
    equal: Scenario | None
    unit: str
    draws: int
    seed: int

    def __repr__(self) -> str:
        """Return the comparison in two lines."""
        against = STATIC if math.isnan(self.share) else EQUAL
        row = self.policies.to_dict("index")[against]
        gain, low, high = (row[key] for key in ("gain", "gain_low", "gain_high"))
        money = "as it is written" if against == STATIC else "at equal money"
        return (
            f"<PolicyPathways: {self.adaptive} against {self.static}, {self.draws:,} draws>\n"
            f"{self.adaptive} meets {gain:+.2f} targets more ({low:+.2f} to {high:+.2f}), {money}"
        )


@checked
def compare_pathways(
    study: FittedStudy,
    static: str,
    adaptive: str,
    draws: int | None = None,
    seed: int | None = None,
    targets: Mapping[str, Target] | None = None,
    *,
    progress: Callable[[int], None] | None = None,
) -> PolicyPathways:
    """Compare a policy that reacts to published figures with a fixed one, at equal expected money.

    Parameters
    ----------
    study : FittedStudy
    static : str
        A scenario without rules that changes levers.
    adaptive : str
        A scenario with rules.
    draws, seed : int, optional
        By default those of the scenarios, or else 1,000 and 0.
    targets : mapping of str to Target, optional
        By default the indicators, or all targets in a study without.
    progress : callable, optional
        Called with the number of policies after each run.

    Returns
    -------
    PolicyPathways
        Expected money is the mean over the draws of what is spent between the targets' base year
        and their deadline: what ``paid`` of budget.yaml says, or else the sum of the levers that
        are spending. The static package is scaled until its expected money is that of the adaptive
        policy: each of its levers goes the same share of its way, below or above one, as far as
        the levers' ranges allow. Money is equal on average, not draw by draw.

    Raises
    ------
    InputError
        If a scenario does not exist, the static one has rules or changes nothing, the adaptive one
        has no rules, or they are run in different ways.

    Examples
    --------
    >>> import xhsim
    >>> compare_pathways(xhsim.open_study(), "rd-push", "plan")
    Traceback (most recent call last):
    xhsim.errors.InputError: scenario "plan" has no rules. name one with rules: ...
    """
    fixed, moving = (
        study.files.resolve(find_name(name, study.scenarios, "scenario", None).name)
        for name in (static, adaptive)
    )
    if not moving.rules:
        raise InputError(
            f'scenario "{moving.name}" has no rules',
            hint="name one with rules: (docs/scenario-language.md)",
        )
    if fixed.rules:
        raise InputError(
            f'scenario "{fixed.name}" has rules, so it is not static',
            hint="name one without rules",
        )
    many, which = draws_of([fixed, moving], draws, seed, default=DRAWS)
    chosen = dict((study.indicators or study.targets) if targets is None else targets)
    runner = _PathwayRuns(study, fixed.name, moving.name, chosen, many, which, progress)
    share, why_not = runner.equal_share()
    runs = runner.final(share)
    money = {name: runner.money(run) for name, run in runs.items()}
    met = {name: met_in(run, chosen.values()).sum(axis=1) for name, run in runs.items()}
    sound = ~np.any([failed_draws(run) for run in runs.values()], axis=0)
    worth = worth_of(runs[ADAPTIVE])
    return PolicyPathways(
        static=fixed.name,
        adaptive=moving.name,
        share=share,
        why_not=why_not,
        policies=_policies(money, met, sound, worth),
        differences=difference_table(runs.get(EQUAL, runs[STATIC]), runs[ADAPTIVE], chosen),
        firings=firings_table(runs[ADAPTIVE]),
        map=pathway_map(runs[ADAPTIVE], met[ADAPTIVE]),
        runs=runs,
        equal=None if math.isnan(share) else runner.scenario_at(share),
        unit=money_unit(study),
        draws=many,
        seed=which,
    )


def _policies(
    money: Mapping[str, Array], met: Mapping[str, Array], sound: NDArray[np.bool_], worth: float
) -> pd.DataFrame:
    import pandas as pd

    rows = {}
    for name, number in met.items():
        row = {}
        for key, values in (
            ("money", money[name]),
            ("met", number),
            ("gain", met[ADAPTIVE] - number),
        ):
            row[key], row[f"{key}_low"], row[f"{key}_high"] = _mean(values[sound], worth)
        rows[name] = row
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis(index="policy")


def _mean(values: Array, worth: float) -> tuple[float, float, float]:
    """Return a mean with its 95 % interval by the normal distribution."""
    if values.size < 2:
        return float(values.mean()) if values.size else math.nan, math.nan, math.nan
    mean = float(values.mean())
    reach = Z * float(values.std(ddof=1)) / math.sqrt(values.size * worth)
    return mean, mean - reach, mean + reach


@dataclass
class _PathwayRuns:
    """Runs the static policy at several shares, and the adaptive one, on the same draws."""

    study: FittedStudy
    static: str
    adaptive: str
    targets: Mapping[str, Target]
    draws: int
    seed: int
    progress: Callable[[int], None] | None

    def __post_init__(self) -> None:
        study = self.study
        self._fixed, self._moving = (
            study.world(name, self.draws, self.seed) for name in (self.static, self.adaptive)
        )
        runs = {(world.method, world.until) for world in (self._fixed, self._moving)}
        if len(runs) > 1:
            raise InputError(
                f'"{self.static}" and "{self.adaptive}" set different methods or horizons',
                hint="give both the same under run",
            )
        move = move_of(study, self.static)
        assert isinstance(move, ScenarioMove)
        self._move = move
        self._money = money_outputs(study)
        self._first = min(target.base_year for target in self.targets.values())
        self._last = max(target.deadline for target in self.targets.values())
        # As paths, so that one compiled form serves the policies and every share.
        self._paths = tuple(dict.fromkeys([*study.movable, *(_name(x.name) for x in move.levers)]))
        self._beginning = Beginning(self._first)

    def money(self, run: xr.Dataset) -> Array:
        """Return the money of each draw, on average a year."""
        return yearly_money(run, self._money, self._first, self._last)

    def scenario_at(self, share: float) -> Scenario:
        """Return the static policy at a share of its way, as a scenario of its own."""
        made = self._move.scenario_at(share)
        return replace(made, name=f"{self.static}-at-equal-money")

    def equal_share(self) -> tuple[float, str]:
        """Return the share at which the static policy spends as much; or NaN, and why."""
        last = self._largest_share()
        tried = {1.0: math.nan} | {float(x): math.nan for x in np.linspace(0.0, last, SHARES - 1)}
        worlds = [*(self._at(share) for share in tried), self._moving]
        runs = self._together(worlds, self._money)
        spent = [self._spent(world, run) for world, run in zip(worlds, runs, strict=True)]
        wanted = spent.pop()
        known = dict(zip(tried, spent, strict=True))
        for _ in range(ROUNDS):
            below = [x for x in known if known[x] <= wanted]
            above = [x for x in known if known[x] >= wanted]
            if not below or not above:
                least, most = min(known.values()), max(known.values())
                return math.nan, (
                    f"it spends between {least:.4g} and {most:.4g} a year at any share from 0 to "
                    f"{last:.3g}, and the adaptive policy {wanted:.4g}"
                )
            low, high = max(below, key=known.__getitem__), min(above, key=known.__getitem__)
            gap = known[high] - known[low]
            share = low if gap == 0 else low + (wanted - known[low]) / gap * (high - low)
            if abs(known.get(share, math.inf) - wanted) <= CLOSE * abs(wanted):
                break
            world = self._at(share)
            (run,) = self._together([world], self._money)
            known[share] = self._spent(world, run)
            if abs(known[share] - wanted) <= CLOSE * max(abs(wanted), 1e-9):
                break
        return min(known, key=lambda x: abs(known[x] - wanted)), ""

    def final(self, share: float) -> dict[str, xr.Dataset]:
        """Run the policies for all that is judged."""
        worlds = {STATIC: self._fixed}
        if not math.isnan(share):
            worlds[EQUAL] = self._at(share)
        worlds[ADAPTIVE] = self._moving
        variables = (canonical(each.variable.name) for each in self.targets.values())
        outputs = tuple(dict.fromkeys([*variables, *self._money]))
        runs = self._together(list(worlds.values()), outputs)
        about = {"draws": self.draws, "seed": self.seed, "beliefs": self.study.beliefs}
        found = {}
        for name, run in zip(worlds, runs, strict=True):
            refuse_failed_world(worlds[name], failed_draws(run))
            scenario = self.adaptive if name == ADAPTIVE else self.static
            found[name] = self.study.labelled(run, scenario=scenario, **about)
        return found

    def _spent(self, world: World, run: xr.Dataset) -> float:
        """Return the expected money, over the draws that have not failed."""
        failed = failed_draws(run)
        refuse_failed_world(world, failed)
        return float(self.money(run)[~failed].mean())

    def _at(self, share: float) -> World:
        if share == 1.0:
            return self._fixed
        made = self.scenario_at(share)
        files = self.study.with_scenario(made).files
        return self._fixed.changed_to(files.resolve(made.name))

    def _largest_share(self) -> float:
        """Return the largest share at which every lever is inside its range."""
        largest = MOST
        for change, start in zip(self._move.moved, self._move.starts, strict=True):
            parameter = find_name(change.reference.name, self.study.parameters, "lever", None)
            for level in change.shape.levels:
                if parameter.range is not None and level != start:
                    end = parameter.range[1] if level > start else parameter.range[0]
                    largest = min(largest, (end - start) / (level - start))
        return max(1.0, largest)

    def _together(self, worlds: Sequence[World], outputs: Sequence[str]) -> list[xr.Dataset]:
        """Run worlds side by side, and return the draws of each."""
        joined = side_by_side([world.with_paths(self._paths) for world in worlds])
        steps = joined.steps
        inside = steps[(steps >= self._first) & (steps <= self._last)]
        years = [year for target in self.targets.values() for year in target.years]
        run = joined.run(
            [*outputs, *joined.rule_variables],
            times=np.union1d(inside, years),
            runs=RUNS,
            beginning=self._beginning,
        )
        if self.progress:
            self.progress(len(worlds))
        size = self.draws
        parts = [run.isel(draw=slice(n * size, (n + 1) * size)) for n in range(len(worlds))]
        return [part.assign_coords(draw=np.arange(size)) for part in parts]


def _name(text: str) -> str:
    return text.partition("[")[0]
