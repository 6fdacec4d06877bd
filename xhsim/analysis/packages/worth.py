"""What a package is worth: its objective on fresh draws, beside that of other scenarios.

The draws are not those of the search, on which the values of its choice are too good. Each draw
contributes to an objective, so that differences between packages are paired, draw by draw.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.judging.differences import paired_difference
from xhsim.analysis.judging.failures import refuse_failed_world
from xhsim.analysis.judging.probability import Z, chance
from xhsim.analysis.policies.levers import levels_in, money_lines
from xhsim.analysis.policies.objectives import Margins, Objective, margins_in
from xhsim.analysis.policies.package_runs import RUNS, PackageRuns, package_runs
from xhsim.study.scenarios.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

    from xhsim.analysis.fitted import FittedStudy

__all__ = ["JUDGES", "Judged", "PackageJudge"]

Array = NDArray[np.float64]
JUDGES = 4096  # draws on which packages are judged, and goals are checked


@dataclass(frozen=True, eq=False)
class Judged:
    """A package beside others on fresh draws.

    Attributes
    ----------
    margins : Margins
        Of the package.
    worth, parts, differences, targets : DataFrame
        As in `xhsim.analysis.packages.design.PackageDesign`.
    """

    margins: Margins
    worth: pd.DataFrame
    parts: pd.DataFrame
    differences: pd.DataFrame
    targets: pd.DataFrame

    @property
    def draws(self) -> int:
        """Number of fresh draws."""
        return self.margins.draws

    @property
    def money(self) -> float:
        """The yearly money of the package."""
        return float(self.margins.money[0])

    def reached(self, probability: Objective) -> float:
        """Return a probability of the package, in the scenario in which it is least."""
        return float(probability.value(self.margins)[:, 0].min())


@dataclass(frozen=True, eq=False)
class PackageJudge:
    """Judges packages on draws that their search has not used.

    Attributes
    ----------
    study : FittedStudy
    searched : PackageRuns
        The runs of the search: its levers, years and spreads.
    parent : str
        The scenario that packages extend.
    under : tuple of str
        The scenarios in which packages must do well; empty if only `parent` counts.
    seed : int
        Of the fresh draws.
    """

    study: FittedStudy
    searched: PackageRuns
    parent: str
    under: tuple[str, ...]
    seed: int
    _known: dict[str, Margins] = field(default_factory=dict)

    def check_sound(self, others: Sequence[str]) -> None:
        """Refuse scenarios in which every draw fails, before a search that takes minutes.

        Parameters
        ----------
        others : sequence of str
            The scenarios to compare a package with, beside its parent.

        Raises
        ------
        InputError
            If there is such a scenario.
        """
        for name in () if self.under else others:
            self._alone(name)

    def judged(
        self,
        made: Scenario,
        levels: Array,
        others: Sequence[str],
        objective: Objective,
        alone: Sequence[Array] = (),
    ) -> Judged:
        """Run a package, its parent and others, and compare them.

        Parameters
        ----------
        made : Scenario
            The package as a scenario.
        levels : ndarray, shape (levers,)
            Its levels.
        others : sequence of str
            The scenarios to compare it with, beside its parent.
        objective : Objective
        alone : sequence of ndarray
            The levels of the best package for each scenario alone. If given, values are regrets:
            the largest distance from these packages, over the scenarios.

        Returns
        -------
        Judged
        """
        import pandas as pd

        margins = self._margins(made, levels, others)
        best = [self._at(one) for one in alone]
        found = {name: _counting(objective, one, best) for name, one in margins.items()}
        is_share = objective.is_probability and not best
        worth = {
            name: {
                **_estimate(found[name][0], is_share=is_share),
                "money": float(one.money[0]),
                **self._by_scenario(objective, one, found[name][1]),
            }
            for name, one in margins.items()
        }
        parts = {name: _parts(objective, one, found[name][1]) for name, one in margins.items()}
        mine = found[made.name][0]
        differences = {
            name: _difference(mine, draws, is_share=is_share)
            for name, (draws, _) in found.items()
            if name != made.name
        }
        frame = pd.DataFrame.from_dict
        return Judged(
            margins[made.name],
            frame(worth, orient="index").rename_axis(index="scenario"),
            frame(parts, orient="index").rename_axis(index="scenario"),
            frame(differences, orient="index").rename_axis(index="against"),
            self._targets(margins[self.parent], margins[made.name]),
        )

    def _margins(self, made: Scenario, levels: Array, others: Sequence[str]) -> dict[str, Margins]:
        """Return the margins of all targets: the parent first, then the package."""
        first, *rest = dict.fromkeys([self.parent, *others])
        if not self.under:
            package = self._run(self.study.with_scenario(made, replace=True), made.name)
            before = {first: self._alone(first), made.name: package}
            return before | {name: self._alone(name) for name in rest if name != made.name}
        by_name = {name: levels_in(self.study, self.searched.levers, name) for name in rest}
        start = np.array([lever.start for lever in self.searched.levers])
        every = {first: start, made.name: levels, **by_name}
        return {name: self._at(one) for name, one in every.items()}

    def _alone(self, name: str) -> Margins:
        """Run a scenario of the study as it is, and not as a package of levers; once."""
        if name not in self._known:
            self._known[name] = self._run(self.study, name)
        return self._known[name]

    def _run(self, study: FittedStudy, name: str) -> Margins:
        targets = list(study.targets.values())
        world = study.world(name, JUDGES, self.seed).with_paths(self.study.movable)
        outputs = list(dict.fromkeys(target.variable.name for target in targets))
        rows = margins_in(world.run(outputs, runs=RUNS), targets, JUDGES)[np.newaxis]
        refuse_failed_world(world, np.asarray(np.isnan(rows).all(axis=(0, 1, 2))))
        levers = self.searched.levers
        money = levels_in(study, levers, name) @ money_lines(levers)
        return Margins(rows, tuple(study.targets), self._spreads, np.array([money]))

    def _at(self, levels: Array) -> Margins:
        return self._runs.at_levels(levels[np.newaxis])

    @cached_property
    def _runs(self) -> PackageRuns:
        return package_runs(
            self.study,
            self.searched.levers,
            list(self.study.targets.values()),
            parent=self.parent,
            under=self.under,
            draws=JUDGES,
            seed=self.seed,
            years=self.searched.years,
            spreads=self._spreads,
        )

    @property
    def _spreads(self) -> Array:
        """The spreads of the search; targets that it is not about do not need any."""
        ids = (target.id for target in self.searched.targets)
        known = dict(zip(ids, self.searched.spreads, strict=True))
        return np.array([known.get(name, 1.0) for name in self.study.targets])

    def _by_scenario(self, objective: Objective, margins: Margins, place: int) -> dict[str, Any]:
        """Return the scenario that counts, and the value in each; nothing if there is only one."""
        names = tuple(self.searched.worlds)
        if len(names) == 1:
            return {}
        values = objective.value(margins)[:, 0].tolist()
        return {"in": names[place], **dict(zip(names, values, strict=True))}

    def _targets(self, before: Margins, after: Margins) -> pd.DataFrame:
        import pandas as pd

        rows = {}
        for place, target in enumerate(self.study.targets.values()):
            was, now = (_least(one.met[:, place, 0]) for one in (before, after))
            said = chance(int(now.sum()), after.draws)
            gain = _difference(now, was, is_share=True)
            rows[target.id] = {
                **target.label.columns(),
                "rank": target.rank,
                "before": float(was.mean()),
                "after": said.probability,
                "low": said.ci_low,
                "high": said.ci_high,
                "gain": gain["difference"],
                "gain_low": gain["low"],
                "gain_high": gain["high"],
            }
        table = pd.DataFrame.from_dict(rows, orient="index").rename_axis(index="target_id")
        table["rank"] = table["rank"].astype("Int64")
        return table


def _counting(objective: Objective, margins: Margins, best: Sequence[Margins]) -> tuple[Array, int]:
    """Return what each draw contributes to the value that counts, and in which scenario."""
    found = objective.by_draw(margins)[:, 0]
    if best:
        ideal = [objective.by_draw(one)[place, 0] for place, one in enumerate(best)]
        regrets = objective.sign * (np.stack(ideal) - found)
        place = int(regrets.mean(axis=-1).argmax())
        return regrets[place], place
    place = int((objective.sign * found).mean(axis=-1).argmin())
    return found[place], place


def _parts(objective: Objective, margins: Margins, place: int) -> dict[str, float]:
    """Return the parts of a weighted sum in a scenario, without weights; nothing if it is none."""
    if len(objective.parts) == 1:
        return {}
    return {
        part.text: float(part.by_draw(margins, smooth=False)[place, 0].mean())
        for part in objective.parts
    }


def _least(met: Array) -> Array:
    """Return the draws of the scenario in which a target is met least."""
    return np.asarray(met[met.sum(axis=-1).argmin()])


def _estimate(draws: Array, *, is_share: bool) -> dict[str, float]:
    names = ("value", "low", "high")
    if not is_share:
        return _mean(draws, names)
    said = chance(int(draws.sum()), draws.size)
    return dict(zip(names, said[:3], strict=True))


def _difference(mine: Array, other: Array, *, is_share: bool) -> dict[str, float]:
    names = ("difference", "low", "high")
    if not is_share:
        return _mean(mine - other, names)
    gained, lost = int((mine > other).sum()), int((mine < other).sum())
    return dict(zip(names, paired_difference(gained, lost, mine.size), strict=True))


def _mean(draws: Array, names: Sequence[str]) -> dict[str, float]:
    """Return a mean with its 95 % interval for independent draws."""
    middle = float(draws.mean())
    reach = Z * float(draws.std(ddof=1)) / math.sqrt(draws.size)
    return dict(zip(names, (middle, middle - reach, middle + reach), strict=True))
