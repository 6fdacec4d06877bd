"""Packages of levers as a problem of a search: objectives and limits of the unit cube's points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from xhsim.analysis.fronts.candidates import Array
from xhsim.analysis.packages.limits import LeverLimit
from xhsim.analysis.policies.objective_text import read_objective
from xhsim.analysis.policies.objectives import Objective
from xhsim.analysis.policies.package_runs import PackageRuns
from xhsim.errors import InputError
from xhsim.study.scenarios.shapes import as_path

if TYPE_CHECKING:
    from xhsim.analysis.fitted import FittedStudy
    from xhsim.analysis.policies.levers import Lever
    from xhsim.study.scenarios.resolve import Setting

__all__ = [
    "FrontLimit",
    "PackageProblem",
    "last_levels",
    "policy_scenarios",
    "read_limits",
    "read_objectives",
    "rounding",
]

STEP = 0.01  # to which levels are rounded
MOST_OBJECTIVES = 3  # more cannot be shown in a picture, and almost every package is on the front


@dataclass(frozen=True)
class FrontLimit:
    """A value that an objective must reach, or must not exceed if less of it is better.

    Parameters
    ----------
    objective : Objective
    value : float
    """

    objective: Objective
    value: float


def read_objectives(texts: Sequence[str], study: FittedStudy) -> tuple[Objective, ...]:
    """Read the objectives of a front.

    Parameters
    ----------
    texts : sequence of str
        Two or three, each as `xhsim.analysis.policies.objective_text.read_objective` reads it.
    study : FittedStudy

    Returns
    -------
    tuple of Objective

    Raises
    ------
    InputError
        If there are fewer or more, two are the same, or one cannot be read.

    Examples
    --------
    >>> import xhsim
    >>> [str(each) for each in read_objectives(["mean", "money"], xhsim.open_study())]
    ['mean', 'money']
    """
    read = [read_objective(text, study) for text in texts]
    found = tuple(dict.fromkeys(read))
    if len(found) < len(read):
        raise InputError("a front needs different objectives", hint="name each objective once")
    if not 2 <= len(found) <= MOST_OBJECTIVES:
        raise InputError(
            f"a front needs two or three objectives, not {len(found)}",
            hint='write for example "mean" and "money"; xhsim design has one objective',
        )
    return found


def read_limits(
    limits: Mapping[str, float] | None, money: float | None, study: FittedStudy
) -> tuple[FrontLimit, ...]:
    """Read the limits of a search.

    Parameters
    ----------
    limits : mapping of str to float, optional
        The text of an objective, and the least value it must have; the largest, if less of it is
        better.
    money : float, optional
        The same as a limit of ``money``.
    study : FittedStudy

    Returns
    -------
    tuple of FrontLimit

    Raises
    ------
    InputError
        If a text cannot be read.
    """
    every = dict(limits or {}) | ({} if money is None else {"money": money})
    return tuple(
        FrontLimit(read_objective(text, study), float(value)) for text, value in every.items()
    )


@dataclass(frozen=True)
class PackageProblem:
    """Packages of levers, all evaluated on the same draws.

    Parameters
    ----------
    runs : PackageRuns
    objectives : tuple of Objective
    limits : tuple of FrontLimit
    lever_limits : tuple of LeverLimit
        If packages run in several scenarios, objectives and limits are about the worst of them.
    """

    runs: PackageRuns
    objectives: tuple[Objective, ...]
    limits: tuple[FrontLimit, ...] = ()
    lever_limits: tuple[LeverLimit, ...] = ()

    @property
    def start(self) -> Array:
        """The point of the scenario that the search starts from."""
        return self.runs.start

    def judge(self, points: Array) -> tuple[Array, Array]:
        """Compute costs and excesses, see `xhsim.analysis.fronts.candidates.FrontProblem`.

        Draws that nearly meet a target count in part: where hardly any draw meets 14 targets, the
        search still sees which package comes nearer.
        """
        every = [*self.objectives, *(limit.objective for limit in self.limits)]
        signs = np.array([objective.sign for objective in every], dtype=np.float64)
        values = self.runs.values(points, every, smooth=True)
        costs = (-signs[:, np.newaxis, np.newaxis] * values).max(axis=1).T
        count = len(self.objectives)
        least = signs[count:] * np.array([limit.value for limit in self.limits])
        excess = [costs[:, count:] + least]
        levels = self.runs.levels(points)
        excess += [
            (limit.reached(levels) - limit.most + rounding(limit))[:, np.newaxis]
            for limit in self.lever_limits
        ]
        return costs[:, :count], np.concatenate(excess, axis=1)


def rounding(limit: LeverLimit) -> float:
    """Return what rounding spending down may add to a limit: to a share, the rest of the money."""
    return float(STEP * np.maximum(-limit.weights, 0.0).sum())


def policy_scenarios(study: FittedStudy, levers: Sequence[Lever], parent: str) -> tuple[str, ...]:
    """Find the scenarios that differ from another in levers alone.

    Parameters
    ----------
    study : FittedStudy
    levers : sequence of Lever
    parent : str
        The scenario that packages extend.

    Returns
    -------
    tuple of str
        Their names, the parent's first.
    """
    names = {lever.name for lever in levers}
    found = []
    for name in dict.fromkeys([parent, *study.scenarios]):
        chain = []
        at: str | None = name
        while at is not None and at != parent:
            chain.append(study.scenarios[at])
            at = chain[-1].extends
        own = all(
            each.only_changes and {change.reference.name for change in each.changes} <= names
            for each in chain
        )
        if at == parent and own:
            found.append(name)
    return tuple(found)


def last_levels(
    study: FittedStudy, levers: Sequence[Lever], names: Sequence[str]
) -> dict[str, dict[str, float]]:
    """Return where scenarios leave levers.

    Parameters
    ----------
    study : FittedStudy
    levers : sequence of Lever
    names : sequence of str
        Of scenarios, as from `policy_scenarios`.

    Returns
    -------
    dict of str to dict
        By scenario, the level of each lever at the end.
    """
    found = {}
    for name in names:
        settings = study.files.resolve(name).settings
        found[name] = {str(lever): _last(settings, lever) for lever in levers}
    return found


def _last(settings: Mapping[str, Setting], lever: Lever) -> float:
    """Return the level of a lever once a scenario no longer moves it."""
    setting = settings[lever.name]
    path = as_path(setting.value)
    levels = np.atleast_1d(path.at(float(path.times[-1])))
    return float(levels[setting.parameter.elements.index(lever.element) if lever.element else 0])
