"""Groups of policies on the same draws: each draw may have a group of its own.

All groups run in one compiled form of the model, many beside each other, and share the years
before the first policy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.judging.attainment import failed_draws, target_values
from xhsim.analysis.worlds.rules import RulesInForce, rules_together
from xhsim.analysis.worlds.side_by_side import picked, tiled, wide
from xhsim.analysis.worlds.world import side_by_side
from xhsim.engine.paths import Path
from xhsim.engine.running.shared_start import Beginning
from xhsim.study.scenarios.changes import Change
from xhsim.study.scenarios.meet import Meet
from xhsim.study.scenarios.shapes import Quantity, as_path

if TYPE_CHECKING:
    import xarray as xr

    from xhsim.analysis.worlds.world import World
    from xhsim.study.targets import Target

__all__ = ["PolicyGroups"]

Array = NDArray[np.float64]
AT_ONCE = 8192  # draws of one run


@dataclass(frozen=True, eq=False)
class PolicyGroups:
    """A scenario without its policies, and what each policy changes.

    Attributes
    ----------
    without, with_all : World
        Without any policy and with all of them, on the same draws.
    causes : mapping of str to sequence of str
        The parameters that each policy sets.
    movable : sequence of str
        The parameters that run as paths, so that one compiled form serves all scenarios.
    outputs : sequence of str
        The variables that every run returns. A draw fails if one of them is not finite.
    targets : sequence of Target
    rules : str or None
        The policy with which the rules of `with_all` come in place of those of `without`. Without
        one they hold in every group.
    decided : mapping of str to sequence of Change or Meet
        The policies that decide computed variables. With them, all draws have the same groups.
    """

    without: World
    with_all: World
    causes: Mapping[str, Sequence[str]]
    movable: Sequence[str]
    outputs: Sequence[str]
    targets: Sequence[Target]
    rules: str | None = None
    decided: Mapping[str, Sequence[Change | Meet]] = field(default_factory=dict)

    def measured(self, run: xr.Dataset) -> Array:
        """Return the measures of a run, shape (targets, draws); NaN in draws that failed."""
        values = np.array([target_values(run, target) for target in self.targets])
        values[:, failed_draws(run)] = np.nan
        return values

    def values(
        self,
        rows: NDArray[np.int64],
        groups: Sequence[NDArray[np.bool_]],
        progress: Callable[[int], None] | None = None,
    ) -> Array:
        """Return the measures of groups in some draws.

        Parameters
        ----------
        rows : ndarray of int
            The numbers of the draws.
        groups : sequence of ndarray of bool, shape (causes, 1) or (causes, draws)
            Which policies are there, for all draws or for each.
        progress : callable, optional
            Called with the number of groups run since the last call.

        Returns
        -------
        ndarray, shape (groups, targets, draws)
        """
        if not len(groups) or not rows.size:
            return np.empty((len(groups), len(self.targets), rows.size))
        most = max(1, AT_ONCE // rows.size)
        batches = -(-len(groups) // most)
        size = -(-len(groups) // batches)
        shared = {} if self.decided else self._shared(rows, size)
        beginning = None if self._moves_from == -np.inf else Beginning(self._moves_from)
        found: list[Array] = []
        for start in range(0, len(groups), size):
            part = groups[start : start + size]
            if self.decided:
                together = side_by_side([self._deciding(group) for group in part])
                measured = self.measured(together.run(self.outputs, runs=batches))
                measured = measured.reshape(len(self.targets), len(part), -1)[..., rows]
                found += [measured[:, number] for number in range(len(part))]
                if progress:
                    progress(len(part))
                continue
            padded = [*part, *[part[-1]] * (size - len(part))]  # all runs have one shape
            masks = [np.broadcast_to(group, (len(self.causes), rows.size)) for group in padded]
            world = self._world(shared, rows, np.array(masks))
            run = world.run(self.outputs, runs=batches, beginning=beginning)
            measured = self.measured(run).reshape(len(self.targets), size, rows.size)
            found += [measured[:, number] for number in range(len(part))]
            if progress:
                progress(len(part))
        return np.array(found)

    @cached_property
    def _ends(self) -> dict[str, tuple[Quantity, Quantity]]:
        """The values of each parameter that a policy sets, without the policy and with it."""
        return {
            name: (self.without.value(name), self.with_all.value(name))
            for names in self.causes.values()
            for name in names
        }

    @cached_property
    def _moves_from(self) -> float:
        """The date up to which all groups are the same; minus infinity if there is none."""
        return min((_differ_from(*pair) for pair in self._ends.values()), default=-np.inf)

    def _deciding(self, group: NDArray[np.bool_]) -> World:
        """Return the world of a group that is the same for all draws."""
        there = [name for name, has in zip(self.causes, group[:, 0], strict=True) if has]
        own = {name: self.with_all.value(name) for key in there for name in self.causes[key]}
        world = self.without.with_values(own)
        theirs = world.scenario
        new = [one for name in there for one in self.decided.get(name, ())]
        met = {str(one.reference) for one in new if isinstance(one, Meet)}
        world = world.deciding(
            [*theirs.paths, *(one for one in new if isinstance(one, Change))],
            [
                *(meet for meet in theirs.meets if str(meet.reference) not in met),
                *(one for one in new if isinstance(one, Meet)),
            ],
        )
        return replace(world, rules=(self.with_all if self.rules in there else world).rules)

    @cached_property
    def _both_rules(self) -> RulesInForce | None:
        """The rules of both ends: of the draws without policies, and then of those with all."""
        both = [self.without.rules, self.with_all.rules]
        return rules_together(both, self.without.draws)

    def _shared(self, rows: NDArray[np.int64], count: int) -> dict[str, Quantity]:
        """Return the values that no policy sets, in `count` worlds beside each other."""
        names = dict.fromkeys([*self.without.values, *self.movable])
        found: dict[str, Quantity] = {}
        for name in names:
            if name in self._ends:
                continue
            elements = self.without.has_elements(name)
            value = picked(self.without.value(name), rows, elements=elements)
            if name in self.movable:
                value = wide(as_path(value), rows.size, elements=elements)
            found[name] = tiled(value, count, elements=elements)
        return found

    def _world(
        self, shared: Mapping[str, Quantity], rows: NDArray[np.int64], masks: NDArray[np.bool_]
    ) -> World:
        """Return the world of groups; `masks` has the shape (groups, causes, draws)."""
        values = dict(shared)
        for number, names in enumerate(self.causes.values()):
            for name in names:
                pair = [
                    picked(value, rows, elements=self.without.has_elements(name))
                    for value in self._ends[name]
                ]
                is_path = name in self.movable or any(isinstance(one, Path) for one in pair)
                values[name] = _chosen(
                    pair,
                    masks[:, number],
                    is_path=is_path,
                    elements=self.without.has_elements(name),
                )
        world = self.without.with_values(values, width=masks.shape[0] * masks.shape[2])
        return replace(world, rules=self._rules(rows, masks))

    def _rules(self, rows: NDArray[np.int64], masks: NDArray[np.bool_]) -> RulesInForce | None:
        """Return the rules of groups, each with the numbers of its draws."""
        both = self._both_rules
        if both is None:
            return None
        there = np.ones((len(masks), rows.size), dtype=bool)
        if self.rules is not None:
            there = masks[:, list(self.causes).index(self.rules)]
        later = rows + self.without.draws
        numbers = tuple(
            {
                key: np.where(there, np.asarray(value)[later], np.asarray(value)[rows]).ravel()
                for key, value in each.items()
            }
            for each in both.numbers
        )
        return replace(both, numbers=numbers)


def _chosen(
    pair: Sequence[Quantity], there: NDArray[np.bool_], *, is_path: bool, elements: bool
) -> Quantity:
    """Return the first value where a policy is absent, else the second.

    `there` has the shape (groups, draws).
    """
    draws = there.shape[1]

    def select(before: Array, after: Array) -> Array:
        both = np.where(there, after[..., np.newaxis, :], before[..., np.newaxis, :])
        return np.asarray(both.reshape(*both.shape[:-2], -1))

    if is_path:
        paths = Path.stack([wide(as_path(one), draws, elements=elements) for one in pair])
        return Path(
            paths.times,
            select(paths.values[:, 0], paths.values[:, 1]),
            select(paths.slopes[:, 0], paths.slopes[:, 1]),
        )
    return select(*(_wide(one, draws, elements=elements) for one in pair))


def _wide(value: Quantity, draws: int, *, elements: bool) -> Array:
    array = np.asarray(value, dtype=np.float64)
    if array.ndim == 1 + elements:
        return array
    return np.broadcast_to(array[..., np.newaxis], (*array.shape, draws))


def _differ_from(one: Quantity, other: Quantity) -> float:
    """Return the last date up to which two values are the same; minus infinity if there is none."""
    paths = [as_path(value) for value in (one, other)]
    most = max(path.values.ndim for path in paths)
    # An axis of draws where only one path has it.
    same = [
        path
        if path.values.ndim == most
        else Path(path.times, path.values[..., np.newaxis], path.slopes[..., np.newaxis])
        for path in paths
    ]
    both = Path.stack(same)
    differ = (both.values[:, 0] != both.values[:, 1]) | (both.slopes[:, 0] != both.slopes[:, 1])
    moved = np.flatnonzero(differ.reshape(len(both.times), -1).any(axis=1))
    if not moved.size:
        return np.inf
    if moved[0] == 0:  # the level in front of the first date
        return -np.inf
    return float(np.nextafter(both.times[moved[0]], -np.inf))
