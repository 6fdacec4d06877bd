"""The effect of each policy of a scenario: alone, added last, and by Shapley's value.

Policies interact: they share one budget and change the same stocks. So the effect of a policy
depends on the other policies; see ``xhsim.analysis.judging.contributions``. Shapley's value is
estimated from random orders, each taken forwards and backwards.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.judging.attainment import target_values
from xhsim.analysis.judging.contributions import Contributions, Group, contributions
from xhsim.analysis.worlds.world import World, side_by_side
from xhsim.errors import InputError
from xhsim.study.names import find_name, parse_reference
from xhsim.study.scenarios.changes import Change
from xhsim.study.scenarios.meet import Meet
from xhsim.wording.label import LANGUAGES, Label

if TYPE_CHECKING:
    import pandas as pd

    from xhsim.analysis.fitted import FittedStudy
    from xhsim.study.scenarios.scenario import Scenario
    from xhsim.study.targets import Target

__all__ = ["Split", "split_effect", "split_effects"]

Array = NDArray[np.float64]
DRAWS = 256  # where neither the caller nor the scenario sets a number
AT_ONCE = 40_000  # draws of one run
RULES = "rules"  # the policy that is all rules together
RULES_LABEL = Label("rules", "政策规则")
DECIDED = Label("{} (given)", "{}（给定）")
RUNS = 100  # expected runs: enough to make compiling machine code worthwhile


@dataclass(frozen=True)
class Split:
    """The effect of a scenario on a target, divided among its policies.

    Attributes
    ----------
    table : DataFrame
        Indexed by policy, with the largest effect first: ``label``, ``label_zh``, ``alone``,
        ``last``, ``shapley``, and ``error``, the standard error of ``shapley`` from the random
        orders.
    before, after : float
        The measure without any policy and with all of them.
    interaction : float
        The effect of all policies minus the sum of ``alone``: positive if policies help each other.
    measure : str
        ``probability`` or ``median``.
    scenario : Scenario
        The scenario with the policies.
    target : Target
        The target that they affect.
    orders : int
        Number of random orders.
    draws, seed : int
        The draws on which each group of policies was run.
    """

    table: pd.DataFrame
    before: float
    after: float
    interaction: float
    measure: str
    scenario: Scenario
    target: Target
    orders: int
    draws: int
    seed: int


def split_effect(
    study: FittedStudy,
    scenario: str,
    target: str,
    *,
    measure: str = "probability",
    draws: int | None = None,
    seed: int | None = None,
    orders: int = 32,
    progress: Callable[[int], None] | None = None,
) -> Split:
    """Divide a scenario's effect on a target among its policies.

    Parameters
    ----------
    study : Study
    scenario : str
        A scenario that extends another; the effect is measured against that parent.
    target : str
        A target's id.
    measure : {"probability", "median"}
        The quantity to divide: the target's attainment probability, or the median of its measure.
    draws, seed : int, optional
        The draws, the same for every group of policies; by default those of the scenario, or else
        256 and 0.
    orders : int
        Number of random orders for Shapley's value.
    progress : callable, optional
        Called with the number of groups run since the last call.

    Returns
    -------
    Split
        A policy is a parameter that the scenario changes, with all its elements together, or a
        computed variable that the scenario decides. Rules that only one of the two scenarios has
        are one more policy, ``rules``.

    Raises
    ------
    InputError
        If the scenario, the target or the measure does not exist, or the scenario has no parent or
        changes nothing.

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> found = split_effect(study, "rd-push", "rd_intensity", measure="median", draws=32, orders=1)
    >>> list(found.table.columns)
    ['label', 'label_zh', 'alone', 'last', 'shapley', 'error']
    """
    return split_effects(
        study,
        scenario,
        [target],
        measure=measure,
        draws=draws,
        seed=seed,
        orders=orders,
        progress=progress,
    )[0]


def split_effects(
    study: FittedStudy,
    scenario: str,
    targets: Sequence[str],
    *,
    measure: str = "probability",
    draws: int | None = None,
    seed: int | None = None,
    orders: int = 32,
    progress: Callable[[int], None] | None = None,
) -> list[Split]:
    """Divide a scenario's effects on several targets, in little more time than for one.

    Parameters
    ----------
    study, scenario, measure, draws, seed, orders, progress
        As for `split_effect`.
    targets : sequence of str
        Ids of targets.

    Returns
    -------
    list of Split
        The result of `split_effect` for each target.

    Raises
    ------
    InputError
        As for `split_effect`.

    Examples
    --------
    >>> import xhsim
    >>> some = ["rd_intensity", "pct_filings"]
    >>> found = split_effects(xhsim.open_study(), "rd-push", some, draws=32, orders=1)
    >>> [split.target.id for split in found]
    ['rd_intensity', 'pct_filings']
    """
    if measure not in ("probability", "median"):
        raise InputError(
            f'"{measure}" cannot be divided among policies', hint="measures: probability, median"
        )
    wanted = [find_name(target, study.targets, "target", None) for target in targets]
    game = _Game(study, scenario, wanted, measure, draws, seed, progress)
    count = len(game.policies)
    shares = contributions(count, game.worth, orders=orders, seed=(game.without.seed, count))
    return [_result(game, number, shares, orders) for number in range(len(wanted))]


def _result(game: _Game, number: int, shares: Contributions, orders: int) -> Split:
    import pandas as pd

    labels = [game.label(name) for name in game.policies]
    table = pd.DataFrame(
        {
            "label": [label.en for label in labels],
            "label_zh": [label.zh for label in labels],
            "alone": shares.alone[:, number],
            "last": shares.last[:, number],
            "shapley": shares.shapley[:, number],
            "error": shares.error[:, number],
        },
        index=pd.Index(game.policies, name="policy"),
    )
    table = table.iloc[np.argsort(-np.abs(table["shapley"].to_numpy()), kind="stable")]
    return Split(
        table,
        float(shares.before[number]),
        float(shares.after[number]),
        float(shares.interaction[number]),
        game.measure,
        game.study.scenarios[game.scenario],
        game.targets[number],
        orders,
        game.without.draws,
        game.without.seed,
    )


class _Game:
    """Computes the measures of targets for groups of policies, many groups in one run."""

    def __init__(
        self,
        study: FittedStudy,
        scenario: str,
        targets: Sequence[Target],
        measure: str,
        draws: int | None,
        seed: int | None,
        progress: Callable[[int], None] | None,
    ) -> None:
        self.study, self.targets, self.measure = study, targets, measure
        self.scenario, self.progress = scenario, progress
        parent = study.scenarios[scenario].extends if scenario in study.scenarios else None
        resolved = study.files.resolve(scenario)  # first, so that an unknown name is reported
        if parent is None:
            raise InputError(
                f'scenario "{scenario}" extends no other scenario',
                hint="name a scenario that extends another",
            )
        self.with_all = whole = study.world(scenario, draws, seed, default_draws=DRAWS)
        # All groups run together, with the method and horizon of the scenario.
        self.without = study.world(
            parent, whole.draws, whole.seed, method=whole.method, until=whole.until
        )
        base = self.without.scenario.settings
        self.policies = [
            name
            for name, setting in resolved.settings.items()
            if setting.is_changed and setting.changes != base[name].changes
        ]
        theirs = self.without.scenario
        self.decided: dict[str, list[Change | Meet]] = {}
        new: tuple[Change | Meet, ...] = (*resolved.paths, *resolved.meets)
        for one in new:
            if one not in (*theirs.paths, *theirs.meets):
                self.decided.setdefault(str(one.reference), []).append(one)
        self.policies += self.decided
        if self.with_all.scenario.rules != self.without.scenario.rules:
            self.policies.append(RULES)
        if not self.policies:
            raise InputError(
                f'scenario "{scenario}" changes nothing in "{parent}"',
                hint="name a scenario with changes",
            )

    def worth(self, groups: Sequence[Group]) -> Array:
        """Return the measures of the targets for groups of policies, shape (groups, targets)."""
        size = max(1, AT_ONCE // self.without.draws)
        found: list[list[float]] = []
        for start in range(0, len(groups), size):
            part = groups[start : start + size]
            found += np.transpose(self._measured(part)).tolist()
            if self.progress:
                self.progress(len(part))
        return np.array(found).reshape(len(groups), len(self.targets))

    def _measured(self, groups: Sequence[Group]) -> list[list[float]]:
        """Return the measures by target and group."""
        others = {RULES, *self.decided}
        own = {name: self.with_all.value(name) for name in self.policies if name not in others}
        worlds = []
        for group in groups:
            chosen = [name for name, has in zip(self.policies, group, strict=True) if has]
            world = self.without.with_values({name: own[name] for name in chosen if name in own})
            world = self._deciding(world, [name for name in chosen if name in self.decided])
            rules = self.with_all.rules if RULES in chosen else world.rules
            worlds.append(replace(world, rules=rules))
        outputs = list(dict.fromkeys(target.variable.name for target in self.targets))
        run = side_by_side(worlds).run(outputs, runs=RUNS)
        found = []
        for target in self.targets:
            measured = target_values(run, target).reshape(len(groups), -1)
            found.append([self._summary(row[np.isfinite(row)], target) for row in measured])
        return found

    def _deciding(self, world: World, names: Sequence[str]) -> World:
        """Return a world in which the scenario also decides some computed variables."""
        if not names:
            return world
        new = [one for name in names for one in self.decided[name]]
        theirs = world.scenario
        replaced = {str(one.reference) for one in new if isinstance(one, Meet)}
        return world.deciding(
            [*theirs.paths, *(one for one in new if isinstance(one, Change))],
            [
                *(meet for meet in theirs.meets if str(meet.reference) not in replaced),
                *(one for one in new if isinstance(one, Meet)),
            ],
        )

    def label(self, name: str) -> Label:
        """Return the label of a policy, or of a variable that the scenario decides."""
        if name == RULES:
            return RULES_LABEL
        if name not in self.decided:
            return self.study.labels.variable(name)
        label = self.study.labels.reference(parse_reference(name))
        return Label(*(DECIDED.in_(lang).format(label.in_(lang)) for lang in LANGUAGES))

    def _summary(self, values: Array, target: Target) -> float:
        if not values.size:
            return float("nan")
        if self.measure == "median":
            return float(np.median(values))
        return float(target.is_met_by(values).mean())
