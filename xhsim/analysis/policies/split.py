"""The effect of each policy of a scenario: alone, added last, and by Shapley's value.

Policies interact: they share one budget and change the same stocks. So the effect of a policy
depends on the other policies; see ``xhsim.analysis.judging.contributions``.

A probability is divided draw by draw, on the draws of its ensemble. Both ends use all of them. So
do the groups of policies in the draws that all policies together flip. Of the draws that some of
them may flip, and of those that are too far from the target, random parts stand for the others. A
median has no parts by draw: its groups of policies run on all draws, in a few random orders. So do
those of a scenario that decides computed variables, for which a draw cannot have its own group.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.judging.by_draw import contributions_by_draw, first_groups
from xhsim.analysis.judging.contributions import Group, contributions, groups_of
from xhsim.analysis.judging.failures import refuse_failed_world
from xhsim.analysis.judging.policy_groups import PolicyGroups
from xhsim.arguments import checked
from xhsim.errors import InputError
from xhsim.study.names import find_name, parse_reference
from xhsim.wording.label import LANGUAGES, Label

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from xhsim.analysis.fitted import FittedStudy
    from xhsim.analysis.worlds.world import World
    from xhsim.study.scenarios.changes import Change
    from xhsim.study.scenarios.meet import Meet
    from xhsim.study.scenarios.scenario import Scenario
    from xhsim.study.scenarios.structures import StructureChoice
    from xhsim.study.targets import Target

__all__ = ["OTHERS", "Split", "split_effect", "split_effects"]

Array = NDArray[np.float64]
FEWEST = 128  # draws, up to which every draw is used; of more, at least so many are looked at
PART = 8  # at first, one in so many draws is looked at
REACH = 0.95  # of the draws looked at, policies move no more than this share of them further
SLACK = 0.1  # of the way that policies lead, further to both sides
AFFORDED = 32  # runs of a group for each draw, on average
LEAST_NEAR = 32  # draws that policies may flip, used in any case
LOST, FLIPS, NEAR, FAR = range(4)  # failed; flipped by all policies; maybe by some; by none
ORDERS = 8  # random orders for a median
FEW_GROUPS = 64  # if there are no more, a median is divided exactly
PARTS = 10  # of the draws, from whose medians the error is computed
RULES = "rules"  # the policy that is all rules together
RULES_LABEL = Label("rules", "政策规则")
DECIDED = Label("{} (given)", "{}（给定）")
OTHERS = "other assumptions"  # all that a scenario changes and that is no policy
OTHERS_LABEL = Label("other assumptions of the scenario", "情景的其他假设")


@dataclass(frozen=True)
class Split:
    """The effect of a scenario on a target, divided among its policies.

    Attributes
    ----------
    table : DataFrame
        Indexed by policy, with the largest effect first: ``label``, ``label_zh``, ``alone``,
        ``last``, ``shapley``, and ``error``, the standard error of ``shapley`` from the draws and
        the random orders. Priors, shocks and structures that the scenario changes are one row,
        ``other assumptions``.
    before, after : float
        The measure without any policy and with all of them, from all draws.
    interaction : float
        The effect of all policies minus the sum of ``alone``: positive if policies help each other.
    measure : str
        ``probability`` or ``median``.
    scenario : Scenario
        The scenario with the policies.
    target : Target
        The target that they affect.
    orders : int
        Number of random orders; 0 if all groups of policies were run.
    draws, seed : int
        The draws from which both ends are.
    used : int
        The number of draws on which groups of policies were run.
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
    used: int

    @property
    def holds(self) -> bool:
        """Whether the scenario also holds variables on paths, which are not policies."""
        return bool(self.scenario.paths or self.scenario.meets)


@checked
def split_effect(
    study: FittedStudy,
    scenario: str,
    target: str,
    *,
    measure: str = "probability",
    draws: int | None = None,
    seed: int | None = None,
    orders: int = ORDERS,
    structure: StructureChoice = None,
    ensemble: xr.Dataset | None = None,
    parent: xr.Dataset | None = None,
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
        As for `Study.ensemble`: both ends are the results of `Study.ensemble` and
        `Study.attainment` on these draws.
    orders : int
        Number of random orders for the median, each taken forwards and backwards. For a
        probability each draw has an order of its own, unless the scenario decides computed
        variables.
    structure : str or mapping of str to float, optional
        As for `Study.ensemble`.
    ensemble, parent : Dataset, optional
        The ensembles of the scenario and of its parent on these draws, which then need not be run.
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
    >>> found = split_effect(study, "rd-push", "rd_intensity", draws=32)
    >>> list(found.table.columns)
    ['label', 'label_zh', 'alone', 'last', 'shapley', 'error']
    >>> table = study.attainment(study.ensemble("rd-push", 32))
    >>> bool(found.after == table.loc["rd_intensity", "probability"])
    True
    """
    return split_effects(
        study,
        scenario,
        [target],
        measure=measure,
        draws=draws,
        seed=seed,
        orders=orders,
        structure=structure,
        ensemble=ensemble,
        parent=parent,
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
    orders: int = ORDERS,
    structure: StructureChoice = None,
    ensemble: xr.Dataset | None = None,
    parent: xr.Dataset | None = None,
    progress: Callable[[int], None] | None = None,
) -> list[Split]:
    """Divide a scenario's effects on several targets, in little more time than for one.

    Parameters
    ----------
    study, scenario, measure, draws, seed, orders, structure, ensemble, parent, progress
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
    >>> found = split_effects(xhsim.open_study(), "rd-push", some, draws=32)
    >>> [split.target.id for split in found]
    ['rd_intensity', 'pct_filings']
    """
    if measure not in ("probability", "median"):
        raise InputError(
            f'"{measure}" cannot be divided among policies', hint="measures: probability, median"
        )
    wanted = [find_name(target, study.targets, "target", None) for target in targets]
    game = _game(study, scenario, wanted, draws, seed, structure)
    before = game.measured(game.without.run(game.outputs) if parent is None else parent)
    after = game.measured(game.with_all.run(game.outputs) if ensemble is None else ensemble)
    for world, values in ((game.without, before), (game.with_all, after)):
        refuse_failed_world(world, np.asarray(np.isnan(values).all(axis=0)))
    if measure == "median":
        parts = _common_parts(game, before, after, _median, orders, progress)
    elif game.decided:
        parts = _common_parts(game, before, after, _share_met, orders, progress)
    else:
        parts = _probability_parts(game, before, after, progress)
    return [_result(study, game, number, measure, parts) for number in range(len(wanted))]


def _game(
    study: FittedStudy,
    scenario: str,
    targets: Sequence[Target],
    draws: int | None,
    seed: int | None,
    structure: StructureChoice,
) -> PolicyGroups:
    """Return the groups of a scenario's policies."""
    parent = study.scenarios[scenario].extends if scenario in study.scenarios else None
    resolved = study.files.resolve(scenario)  # first, so that an unknown name is reported
    if parent is None:
        raise InputError(
            f'scenario "{scenario}" extends no other scenario',
            hint="name a scenario that extends another",
        )
    whole = study.world(scenario, draws, seed, structure=structure)
    # All groups run together, with the method and horizon of the scenario.
    without = study.world(
        parent,
        whole.draws,
        whole.seed,
        method=whole.method,
        until=whole.until,
        structure=structure,
    )
    base = without.scenario.settings
    policies = [
        name
        for name, setting in resolved.settings.items()
        if setting.is_changed and setting.changes != base[name].changes
    ]
    causes = {name: [name] for name in policies}
    decided = _decided(without, whole)
    causes |= {name: [] for name in decided}
    if whole.scenario.rules != without.scenario.rules:
        causes[RULES] = []
    if not causes:
        raise InputError(
            f'scenario "{scenario}" changes nothing in "{parent}"',
            hint="name a scenario with changes",
        )
    others = _otherwise_different(without, whole, policies)
    if others:
        causes[OTHERS] = others
    rules = next((name for name in (RULES, OTHERS) if name in causes), None)
    return PolicyGroups(
        without, whole, causes, study.movable, study.reported, targets, rules, decided
    )


def _decided(without: World, whole: World) -> dict[str, list[Change | Meet]]:
    """Return what a scenario decides of computed variables and its parent does not."""
    theirs = (*without.scenario.paths, *without.scenario.meets)
    found: dict[str, list[Change | Meet]] = {}
    mine: tuple[Change | Meet, ...] = (*whole.scenario.paths, *whole.scenario.meets)
    for one in mine:
        if one not in theirs:
            found.setdefault(str(one.reference), []).append(one)
    return found


def _otherwise_different(without: World, whole: World, policies: Sequence[str]) -> list[str]:
    """Return the parameters that differ for another reason than a policy: priors, shocks, ..."""
    names = dict.fromkeys([*without.values, *whole.values])
    return [
        name
        for name in names
        if name not in policies and not _same(without.value(name), whole.value(name))
    ]


def _same(one: object, other: object) -> bool:
    from xhsim.engine.paths import Path

    if isinstance(one, Path) and isinstance(other, Path):
        return one == other
    if isinstance(one, Path) or isinstance(other, Path):
        return False
    return np.array_equal(np.asarray(one), np.asarray(other), equal_nan=True)


@dataclass(frozen=True)
class _Parts:
    """Contributions of policies, shape (policies, targets), and how they were computed."""

    before: Array
    after: Array
    alone: Array
    last: Array
    shapley: Array
    error: Array
    orders: int
    used: int


def _probability_parts(
    game: PolicyGroups, before: Array, after: Array, progress: Callable[[int], None] | None
) -> _Parts:
    """Divide probabilities draw by draw."""
    count, draws = len(game.causes), before.shape[1]
    groups = first_groups(count)
    generator = np.random.default_rng((game.without.seed, count))
    places = generator.random((draws, count))
    good = np.isfinite(before).all(axis=0) & np.isfinite(after).all(axis=0)
    looked = np.zeros(draws, dtype=bool)
    looked[generator.permutation(draws)[: max(FEWEST, draws // PART)]] = True
    looked &= good
    rows = np.flatnonzero(looked)
    first = np.full((len(groups), *before.shape), np.nan)
    first[:, :, rows] = game.values(rows, groups, progress)
    strata = np.where(good, FLIPS, LOST)
    if groups:
        strata[good] = _strata(game, before, after, first, rows)[good]
    used = looked | _chosen(strata, looked, len(groups) + 2 * max(count - 3, 0), generator)
    rows = np.flatnonzero(used & ~looked)
    first[:, :, rows] = game.values(rows, groups, progress)
    rows = np.flatnonzero(used)

    def met(values: Array) -> Array:
        found = [
            np.where(np.isnan(row), np.nan, target.is_met_by(row))
            for target, row in zip(game.targets, values, strict=True)
        ]
        return np.array(found, dtype=np.float64)

    def further(wanted: Sequence[NDArray[np.bool_]]) -> list[Array]:
        return [met(values) for values in game.values(rows, wanted, progress)]

    ends = met(before), met(after)
    found = contributions_by_draw(
        ends[0][:, rows],
        ends[1][:, rows],
        [met(each[:, rows]) for each in first],
        further,
        count,
        places[rows],
    )
    # A draw in which a group of policies fails is left out, as are those that fail with all.
    sound = np.asarray(np.isfinite(found.shapley).all(axis=(0, 1)))
    strata_used = strata[rows][sound]
    weights = _weights(strata, strata_used)

    def mean(parts: Array) -> Array:
        return np.asarray(parts[..., sound] @ weights / weights.sum())

    return _Parts(
        ends[0][:, good].mean(axis=1) if good.any() else np.full(len(before), np.nan),
        ends[1][:, good].mean(axis=1) if good.any() else np.full(len(before), np.nan),
        mean(found.alone),
        mean(found.last),
        mean(found.shapley),
        _error(found.shapley[..., sound], weights, strata_used),
        0 if len(groups) == 2**count - 2 else 2 * rows.size,
        rows.size,
    )


def _strata(
    game: PolicyGroups,
    before: Array,
    after: Array,
    first: Array,
    rows: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return where each draw stands, shape (draws,).

    All policies together change whether a target is met (`FLIPS`), or some of them may (`NEAR`), or
    they do not lead so far (`FAR`). How far they lead is the sum of what single policies change in
    the draws looked at.
    """
    flips = np.zeros(before.shape[1], dtype=bool)
    found = np.zeros(before.shape[1], dtype=bool)
    count = len(game.causes)
    groups = first_groups(count)
    for number, target in enumerate(game.targets):
        start, end = before[number], after[number]
        moves = np.zeros((2, count, rows.size))  # alone, and added last
        for group, values in zip(groups, first[:, number][:, rows], strict=True):
            if group.sum() == 1:
                moves[0, np.argmax(group)] = values - start[rows]
            if group.sum() == count - 1:
                moves[1, np.argmin(group)] = end[rows] - values
        with np.errstate(invalid="ignore"):
            moves = np.nan_to_num(moves)
            up, down = np.maximum(moves, 0).max(axis=0), np.minimum(moves, 0).min(axis=0)
            rise = np.quantile(up.sum(axis=0), REACH) if rows.size else 0.0
            fall = np.quantile(down.sum(axis=0), 1 - REACH) if rows.size else 0.0
            slack = SLACK * (rise - fall)  # for what several policies do together
            low = np.minimum(start + fall, end) - slack
            high = np.maximum(start + rise, end) + slack
            found |= (low <= target.value) & (target.value <= high)
            flips |= target.is_met_by(start) != target.is_met_by(end)
    return np.where(flips, FLIPS, np.where(found, NEAR, FAR))


def _chosen(
    strata: NDArray[np.int64],
    looked: NDArray[np.bool_],
    groups: int,
    generator: np.random.Generator,
) -> NDArray[np.bool_]:
    """Choose draws besides those looked at: all that flip, and near ones as far as time allows."""
    chosen = np.asarray(strata == FLIPS)
    others = generator.permutation(np.flatnonzero((strata == NEAR) & ~looked))
    most = int(AFFORDED * strata.size / max(groups, 1)) - int((chosen | looked).sum())
    chosen[others[: max(most, LEAST_NEAR)]] = True
    return chosen


def _weights(strata: NDArray[np.int64], used: NDArray[np.int64]) -> Array:
    """Return how many draws each used draw stands for: an equal part of those like it."""
    weights = np.zeros(used.size)
    for stratum in (FLIPS, NEAR, FAR):
        own = used == stratum
        weights[own] = (strata == stratum).sum() / max(int(own.sum()), 1)
    return weights


def _error(parts: Array, weights: Array, strata: NDArray[np.int64]) -> Array:
    """Return standard errors of means over draws, shape (policies, targets).

    They come from the draws, each with an order of its own, and from the choice of draws in each
    stratum.
    """
    draws = weights.sum()
    if draws < 2:
        return np.full(parts.shape[:2], np.nan)
    mean = parts @ weights / draws
    square = ((parts - mean[..., np.newaxis]) ** 2 @ weights) / draws**2
    for stratum in (NEAR, FAR):
        own = strata == stratum
        used, whole = int(own.sum()), float(weights[own].sum())
        if 1 < used < whole:
            spread = parts[..., own].var(axis=-1, ddof=1)
            square = square + (whole / draws) ** 2 * spread * (1 / used - 1 / whole)
    return np.asarray(np.sqrt(square))


def _common_parts(
    game: PolicyGroups,
    before: Array,
    after: Array,
    summary: Callable[[Target, Array], float],
    orders: int,
    progress: Callable[[int], None] | None,
) -> _Parts:
    """Divide summaries of the draws: all groups of policies, or those of a few orders, on all."""
    count, draws = len(game.causes), before.shape[1]
    seed = (game.without.seed, count)
    # All groups, if they are not more than those of the orders.
    fewer = 2**count <= max(FEW_GROUPS, len(groups_of(count, orders=orders, seed=seed)))
    part_of = np.arange(draws) % PARTS

    def summaries(values: Array) -> list[float]:
        """Return the summaries of the targets, then those of each part of the draws."""
        found = []
        for part in (None, *range(PARTS)):
            chosen = values if part is None else values[:, part_of == part]
            finite = [row[np.isfinite(row)] for row in chosen]
            found += [
                summary(target, row) if row.size else float("nan")
                for target, row in zip(game.targets, finite, strict=True)
            ]
        return found

    def worth(groups: Sequence[Group]) -> Array:
        ends = {0: before, count: after}
        inside = [group[:, np.newaxis] for group in groups if 0 < group.sum() < count]
        values = iter(game.values(np.arange(draws), inside, progress))
        every = [
            ends[int(group.sum())] if group.sum() in ends else next(values) for group in groups
        ]
        return np.array([summaries(each) for each in every])

    found = contributions(count, worth, orders=None if fewer else orders, seed=seed)
    targets = len(before)

    def whole(array: Array) -> Array:
        return array[..., :targets]

    with np.errstate(invalid="ignore"):
        parts = found.shapley[:, targets:].reshape(count, PARTS, targets)
        from_draws = parts.std(axis=1, ddof=1) / np.sqrt(PARTS)
        error = np.hypot(from_draws, whole(found.error))
    return _Parts(
        whole(found.before),
        whole(found.after),
        whole(found.alone),
        whole(found.last),
        whole(found.shapley),
        error,
        0 if fewer else 2 * orders,
        draws,
    )


def _median(target: Target, values: Array) -> float:
    return float(np.median(values))


def _share_met(target: Target, values: Array) -> float:
    return float(target.is_met_by(values).mean())


def _result(
    study: FittedStudy, game: PolicyGroups, number: int, measure: str, parts: _Parts
) -> Split:
    import pandas as pd

    policies = list(game.causes)
    labels = [_label(study, game, name) for name in policies]
    table = pd.DataFrame(
        {
            "label": [label.en for label in labels],
            "label_zh": [label.zh for label in labels],
            "alone": parts.alone[:, number],
            "last": parts.last[:, number],
            "shapley": parts.shapley[:, number],
            "error": parts.error[:, number],
        },
        index=pd.Index(policies, name="policy"),
    )
    table = table.iloc[np.argsort(-np.abs(table["shapley"].to_numpy()), kind="stable")]
    before, after = float(parts.before[number]), float(parts.after[number])
    return Split(
        table,
        before,
        after,
        after - before - float(parts.alone[:, number].sum()),
        measure,
        study.scenarios[game.with_all.scenario.name],
        game.targets[number],
        parts.orders,
        game.without.draws,
        game.without.seed,
        parts.used,
    )


def _label(study: FittedStudy, game: PolicyGroups, name: str) -> Label:
    """Return the label of a policy, or of a variable that the scenario decides."""
    own = {OTHERS: OTHERS_LABEL, RULES: RULES_LABEL}
    if name in own:
        return own[name]
    if name not in game.decided:
        return study.labels.variable(name)
    label = study.labels.reference(parse_reference(name))
    return Label(*(DECIDED.in_(lang).format(label.in_(lang)) for lang in LANGUAGES))
