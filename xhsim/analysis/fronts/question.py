"""What a front is asked about: objectives, limits, levers, scenarios and draws."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from xhsim import __version__
from xhsim.analysis.blocks import needed
from xhsim.analysis.fronts.candidates import Array
from xhsim.analysis.fronts.front import MONEY
from xhsim.analysis.fronts.packages import (
    FrontLimit,
    policy_scenarios,
    read_limits,
    read_objectives,
)
from xhsim.analysis.packages.limits import (
    LeverLimit,
    check_feasible,
    check_years,
    money_in_a_year,
    money_in_all,
    share_of_the_programme,
)
from xhsim.analysis.policies.levers import Lever, levers_of
from xhsim.analysis.policies.objectives import Objective
from xhsim.analysis.policies.package_runs import YEARS, PackageRuns, package_runs
from xhsim.arguments import checked
from xhsim.errors import InputError
from xhsim.study.input_hashes import run_hashes
from xhsim.study.names import find_name
from xhsim.study.scenarios.scenario import ancestry

if TYPE_CHECKING:
    from xhsim.analysis.fitted import FittedStudy

__all__ = ["FrontQuestion", "front_question"]

DRAWS, SEED = 500, 1
# Files of a study that no run of the model reads: words, checks, and what other commands use.
UNREAD = {
    *("calibration.yaml", "checks.yaml", "coverage.csv", "evidence.yaml", "hindcasts.csv"),
    *("hindcasts.json", "inconsistencies.yaml", "labels.yaml", "loops.yaml", "monitoring.yaml"),
    *("outlook.csv", "outlook.yaml", "releases.csv"),
}


@dataclass(frozen=True)
class FrontQuestion:
    """Everything that a front depends on, read and checked.

    Parameters
    ----------
    study : FittedStudy
    objectives : tuple of Objective
    texts : tuple of str
        The objectives as the user wrote them.
    limits : tuple of FrontLimit
    lever_limits : tuple of LeverLimit
        Limits of sums of levels: the money of single years or of all, and shares of the money.
    levers : tuple of Lever
    scenario : str
        The scenario that packages extend.
    under : tuple of str
        The scenarios in which they run.
    starts : tuple of str
        The scenarios that differ from `scenario` in levers alone. The search tries them first, and
        they are judged beside the front.
    draws, seed : int
    """

    study: FittedStudy
    objectives: tuple[Objective, ...]
    texts: tuple[str, ...]
    limits: tuple[FrontLimit, ...]
    lever_limits: tuple[LeverLimit, ...]
    levers: tuple[Lever, ...]
    scenario: str
    under: tuple[str, ...]
    starts: tuple[str, ...]
    draws: int
    seed: int

    def runs(self, draws: int, seed: int, spreads: Array | None = None) -> PackageRuns:
        """Make packages ready to run on some draws."""
        every = [*self.objectives, *(limit.objective for limit in self.limits)]
        names = dict.fromkeys(name for objective in every for name in objective.targets)
        targets = self.study.targets
        return package_runs(
            self.study,
            self.levers,
            [targets[name] for name in names or targets],
            parent=self.scenario,
            under=self.under,
            draws=draws,
            seed=seed,
            spreads=spreads,
        )

    def starting_from(self, names: object) -> FrontQuestion:
        """Return the question as it was when a search began, as far as its scenarios still exist.

        Parameters
        ----------
        names : object
            The scenarios that it started from, as a record says; ignored if it is not a list.

        Returns
        -------
        FrontQuestion
        """
        if not isinstance(names, list):
            return self
        return replace(self, starts=tuple(name for name in names if name in self.study.scenarios))

    def identity(self) -> dict[str, Any]:
        """Return everything that the numbers depend on, as JSON can represent it."""
        packages = ("numpy", "scipy", "pymoo", "moocore")
        return {
            "objectives": [str(objective) for objective in self.objectives],
            "limits": {str(limit.objective): limit.value for limit in self.limits},
            "levers": {str(lever): [lever.low, lever.high, lever.start] for lever in self.levers},
            "scenario": self.scenario,
            "under": list(self.under),
            "starts from": list(self.starts),
            "draws": self.draws,
            "seed": self.seed,
            "beliefs": self.study.beliefs,
            "inputs": self._inputs(),
            **self._limited,
            "versions": {"xhsim": __version__, **{name: version(name) for name in packages}},
        }

    def _inputs(self) -> dict[str, str]:
        """Hash the files that runs read: others may change, and the search is the same."""
        scenarios = self.study.scenarios
        names = [find_name(name, scenarios, "scenario", None).name for name in self.under]
        added = {path.as_posix() for path in self.study.files.added.values()}
        used = {
            f"scenarios/{each.name}"
            for name in (self.scenario, *names, *self.starts)
            for each in ancestry(name, scenarios)
        }
        return {
            file: digest
            for file, digest in run_hashes(self.study.files).items()
            if (file.rpartition(".")[0] in used)
            or file in added
            or (file.startswith("model/") and file.removeprefix("model/") not in UNREAD)
        }

    @property
    def _limited(self) -> dict[str, Any]:
        limits = {limit.label.en: limit.most for limit in self.lever_limits}
        return {"limits of levers": limits} if limits else {}


@checked
def front_question(
    study: FittedStudy,
    objectives: Sequence[str] = ("mean", MONEY),
    *,
    money: float | Mapping[float, float] | None = None,
    money_in_total: float | None = None,
    shares: Mapping[str, float] | None = None,
    limits: Mapping[str, float] | None = None,
    scenario: str = "baseline",
    under: Sequence[str] = (),
    keep: bool = True,
    bounds: Mapping[str, tuple[float, float]] | None = None,
    most_change: Mapping[str, float] | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
) -> FrontQuestion:
    """Read and check what a front is asked about.

    Parameters
    ----------
    study : FittedStudy
    objectives : sequence of str
        Two or three, each as `xhsim.analysis.policies.objective_text.read_objective` reads it.
    money : float or mapping of float to float, optional
        The most that a package may spend a year, or by year.
    money_in_total : float, optional
        The most in all years from the first move of a lever to the last deadline.
    shares : mapping of str to float, optional
        The largest share in the money, by lever or by several levers with commas between them.
    limits : mapping of str to float, optional
        Objectives, and the least value of each; the largest, if less of it is better.
    scenario : str
        The scenario that packages extend. Its levers must be constant.
    under : sequence of str
        Scenarios in which each package runs; objectives and limits are about the worst of them.
        By default only `scenario`.
    keep : bool
        Whether spending may only rise, so that no programme is cut to fund another.
    bounds, most_change : mapping, optional
        As for `xhsim.analysis.policies.levers.levers_of`.
    draws, seed : int
        The draws on which all packages run.

    Returns
    -------
    FrontQuestion

    Raises
    ------
    InputError
        If pymoo is missing, or a name, a limit or a bound is not possible.

    Examples
    --------
    >>> import xhsim
    >>> front_question(xhsim.open_study(), ["at least 12", "money"], money=10)
    Traceback (most recent call last):
    xhsim.errors.InputError: the money 10 is less than the 15.9 already spent. raise it, or ...
    """
    needed("pymoo")
    levers = levers_of(study, scenario, keep=keep, bounds=bounds, most_change=most_change)
    if not any(lever.is_free for lever in levers):
        raise InputError("no lever may move", hint="give the levers wider bounds")
    yearly = None if isinstance(money, Mapping) else money
    by_year = money if isinstance(money, Mapping) else {}
    last = max(target.deadline for target in study.targets.values())
    check_years(by_year, math.floor(YEARS[0]), float(study.model.default("FINAL TIME")))
    lever_limits = [money_in_a_year(levers, year, most, YEARS) for year, most in by_year.items()]
    if money_in_total is not None:
        first = math.floor(YEARS[0])
        lever_limits.append(money_in_all(levers, money_in_total, YEARS, first, last))
    lever_limits += [
        share_of_the_programme(levers, name, most) for name, most in (shares or {}).items()
    ]
    check_feasible(levers, lever_limits)
    asked = FrontQuestion(
        study,
        read_objectives(objectives, study),
        tuple(objectives),
        read_limits(limits, yearly, study),
        tuple(lever_limits),
        tuple(levers),
        scenario,
        tuple(under),
        policy_scenarios(study, levers, scenario),
        int(draws),
        int(seed),
    )
    floor = sum(lever.low for lever in levers if lever.is_money)
    for limit in asked.limits:
        if str(limit.objective) == MONEY and limit.value < floor:
            raise InputError(
                f"the money {limit.value:g} is less than the {floor:g} already spent",
                hint="raise it, or let programmes be cut",
            )
    return asked
