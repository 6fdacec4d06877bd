"""Runs of many packages of levers on the same draws, in one scenario or several.

A package is a point of the unit cube: the position of each free lever between its bounds. Every
package runs on the same draws, so that differences between packages come from policy alone. Several
packages run side by side, one block of draws each. Packages differ only after the date at which the
levers begin to move: the years before are computed once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.judging.failures import refuse_failed_world
from xhsim.analysis.policies.levers import Lever, money_lines
from xhsim.analysis.policies.objectives import Margins, Objective, margins_in, spreads_of
from xhsim.analysis.worlds.delivery import deliver
from xhsim.analysis.worlds.draws import delivered_in
from xhsim.analysis.worlds.side_by_side import beside, tiled
from xhsim.analysis.worlds.world import World, side_by_side
from xhsim.arguments import checked
from xhsim.engine.paths import Path
from xhsim.engine.running.shared_start import Beginning, Known, RememberedBlock
from xhsim.errors import InputError
from xhsim.study.names import find_name
from xhsim.study.scenarios.checks import selected
from xhsim.study.scenarios.shapes import as_path
from xhsim.study.targets import Target

if TYPE_CHECKING:
    from xhsim.analysis.fitted import FittedStudy

__all__ = ["YEARS", "PackageRuns", "package_runs"]

Array = NDArray[np.float64]
YEARS = (2021.0, 2022.0)  # between these dates levers move to their levels
RUNS = 1_000_000  # expected runs: enough to make optimised machine code worthwhile
TOGETHER = 8192  # about how many draws of all packages run at once
BLOCK = 1024  # the most draws in a block: more do not stay in the cache


class _SameStart(Beginning):
    """The shared start of packages: every block of one size has the same draws."""

    def of_block(self, part: slice, known: Known, steps: int) -> RememberedBlock | None:
        return super().of_block(slice(0, part.stop - part.start), known, steps)


@dataclass(frozen=True, eq=False)
class PackageRuns:
    """Runs packages of levers and compares their draws with targets.

    `xhsim.analysis.policies.package_runs.package_runs` makes one. Its methods take packages as
    points: ``values(points, objectives)`` returns the objectives of thousands of packages,
    ``margins(points)`` the draws of a few, ``levels(points)`` the levels of the levers.

    Attributes
    ----------
    levers : tuple of Lever
        All levers; the free ones, in this order, are the columns of points.
    targets : tuple of Target
    worlds : mapping of str to World
        The scenarios under which packages run, by name, on common draws.
    held : mapping of str to frozenset of str
        By scenario, the levers that it sets itself: a package does not change them there.
    years : tuple of float
        Between these dates, levers move in a straight line to their levels.
    spreads : ndarray, shape (targets,)
        See `xhsim.analysis.policies.objectives.spreads_of`.
    """

    levers: tuple[Lever, ...]
    targets: tuple[Target, ...]
    worlds: Mapping[str, World]
    held: Mapping[str, frozenset[str]]
    years: tuple[float, float]
    spreads: Array
    _tiled: dict[tuple[str, int], World] = field(default_factory=dict)

    @property
    def draws(self) -> int:
        """Number of draws of each package in each scenario."""
        return next(iter(self.worlds.values())).draws

    @property
    def seed(self) -> int:
        """The seed of the draws."""
        return next(iter(self.worlds.values())).seed

    @cached_property
    def free(self) -> tuple[Lever, ...]:
        """The levers that a package may set, one for each column of points."""
        return tuple(lever for lever in self.levers if lever.is_free)

    @property
    def start(self) -> Array:
        """The point of the scenario that the search starts from, moved inside the bounds."""
        return np.asarray(self.points(np.array([[lever.start for lever in self.levers]]))[0])

    def levels(self, points: Array) -> Array:
        """Turn points into levels of all levers.

        Parameters
        ----------
        points : ndarray, shape (packages, free levers)
            Between 0, the lower bound of a lever, and 1, its upper bound.

        Returns
        -------
        ndarray, shape (packages, levers)
        """
        low = np.array([lever.low for lever in self.levers])
        levels = np.tile(low, (len(points), 1))
        levels[:, self._free_columns] += np.asarray(points) * self.widths
        return levels

    def points(self, levels: Array) -> Array:
        """Turn levels of all levers into points, inside the bounds.

        Parameters
        ----------
        levels : ndarray, shape (packages, levers)

        Returns
        -------
        ndarray, shape (packages, free levers)
        """
        low = np.array([lever.low for lever in self.free])
        places = (np.asarray(levels)[:, self._free_columns] - low) / self.widths
        return np.asarray(np.clip(places, 0.0, 1.0))

    @cached_property
    def widths(self) -> Array:
        """The distance between the bounds of each free lever."""
        return np.array([lever.high - lever.low for lever in self.free])

    @cached_property
    def _free_columns(self) -> NDArray[np.intp]:
        return np.flatnonzero([lever.is_free for lever in self.levers])

    def money(self, points: Array) -> Array:
        """Return the yearly spending of packages, once levers have reached their levels.

        Parameters
        ----------
        points : ndarray, shape (packages, free levers)

        Returns
        -------
        ndarray, shape (packages,)
        """
        return np.asarray(self.levels(points) @ money_lines(self.levers))

    def margins(self, points: Array, progress: Callable[[int], None] | None = None) -> Margins:
        """Run packages, and return by how much their draws exceed the targets.

        Parameters
        ----------
        points : ndarray, shape (packages, free levers)
        progress : callable, optional
            Called with the number of packages that have just been run.

        Returns
        -------
        Margins
            For thousands of packages, the method ``values`` needs less memory.
        """
        parts = list(self.each(points, progress))
        values = np.concatenate([part.values for part in parts], axis=2)
        return replace(parts[0], values=values, money=self.money(points))

    def values(
        self,
        points: Array,
        objectives: Sequence[Objective],
        *,
        smooth: bool = False,
        progress: Callable[[int], None] | None = None,
    ) -> Array:
        """Return the values of objectives for many packages.

        The memory needed does not grow with the number of packages.

        Parameters
        ----------
        points : ndarray, shape (packages, free levers)
        objectives : sequence of Objective
        smooth : bool
            As for `xhsim.analysis.policies.objectives.Objective.value`.
        progress : callable, optional
            As for ``margins``.

        Returns
        -------
        ndarray, shape (objectives, scenarios, packages)
        """
        return np.concatenate(
            [
                np.stack([objective.value(part, smooth=smooth) for objective in objectives])
                for part in self.each(points, progress)
            ],
            axis=-1,
        )

    def each(
        self, points: Array, progress: Callable[[int], None] | None = None
    ) -> Iterator[Margins]:
        """Run packages a few at a time, and yield the margins of each few.

        Parameters
        ----------
        points, progress
            As for ``margins``.
        """
        few = max(1, TOGETHER // self.draws)
        for first in range(0, len(points), few):
            some = np.asarray(points[first : first + few], dtype=np.float64)
            yield self.at_levels(self.levels(some))
            if progress:
                progress(len(some))

    def at_levels(self, levels: Array) -> Margins:
        """Run packages given by the levels of all levers, which may lie outside their bounds.

        Parameters
        ----------
        levels : ndarray, shape (packages, levers)

        Returns
        -------
        Margins
        """
        rows = np.stack([self._margins(name, levels) for name in self.worlds])
        ids = tuple(target.id for target in self.targets)
        return Margins(rows, ids, self.spreads, levels @ money_lines(self.levers))

    def _sound_margins(self, scenario: str, levels: Array) -> Array:
        """Return the margins of a package of which some draws are finite; refuse another."""
        margins = self._margins(scenario, levels)
        if not np.isfinite(margins).any():
            world = self.worlds[scenario].with_values(self._paths(scenario, levels))
            refuse_failed_world(world, np.ones(self.draws, dtype=bool))
        return margins

    def _margins(self, scenario: str, levels: Array) -> Array:
        """Run packages in one scenario; return shape (targets, packages, draws)."""
        count = len(levels)
        if (scenario, count) not in self._tiled:
            self._tiled[scenario, count] = side_by_side([self.worlds[scenario]] * count)
        world = self._tiled[scenario, count].with_values(self._paths(scenario, levels))
        run = world.run(
            self._outputs,
            times=self._times,
            runs=RUNS,
            block=-(-self.draws // -(-self.draws // BLOCK)),
            beginning=self._beginnings[scenario],
        )
        return margins_in(run, self.targets, self.draws)

    @cached_property
    def _outputs(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(target.variable.name for target in self.targets))

    @cached_property
    def _times(self) -> list[float]:
        """The years that targets need, and the last step before the levers move."""
        return sorted({float(year) for target in self.targets for year in target.years} | self._eve)

    @cached_property
    def _eve(self) -> set[float]:
        steps = next(iter(self.worlds.values())).steps
        return {float(time) for time in steps[steps < self.years[0]][-1:]}

    @cached_property
    def _beginnings(self) -> Mapping[str, Beginning]:
        eve = max(self._eve, default=-np.inf)
        return {name: _SameStart(eve) for name in self.worlds}

    def _paths(self, scenario: str, levels: Array) -> dict[str, Path]:
        """Return the inputs of a run for levers that ramp to their levels."""
        columns: dict[str, list[int]] = {}
        for column, lever in enumerate(self.levers):
            if str(lever) not in self.held[scenario]:
                columns.setdefault(lever.name, []).append(column)
        return {name: self._path(scenario, levels, chosen) for name, chosen in columns.items()}

    def _path(self, scenario: str, levels: Array, columns: list[int]) -> Path:
        """Return the path of one parameter, with the draws of all packages as last axis."""
        world, name = self.worlds[scenario], self.levers[columns[0]].name
        setting = world.scenario.settings[name]
        elements = setting.parameter.elements
        delivery = delivered_in(world.scenario, world.design) if world.design else None
        # With delivery, a part of the change is delivered: it is laid over the full change first.
        alone = as_path(world.value(name) if delivery is None else setting.value)
        own = as_path(tiled(alone, len(levels), elements=bool(elements)))
        if not elements:
            after = self._ramp(own, levels[:, columns[0]])
        else:
            moved = {self.levers[column].element: column for column in columns}
            parts = [
                Path(own.times, own.values[:, i], own.slopes[:, i]) for i in range(len(elements))
            ]
            after = Path.stack(
                [
                    self._ramp(part, levels[:, moved[element]]) if element in moved else part
                    for element, part in zip(elements, parts, strict=True)
                ]
            )
        if delivery is None:
            return after
        before = as_path(setting.parameter.array)
        late = [
            deliver(before, Path(after.times, one, slope), *delivery)
            for one, slope in zip(
                np.moveaxis(after.values, -1, 0)[:: self.draws],
                np.moveaxis(after.slopes, -1, 0)[:: self.draws],
                strict=True,
            )
        ]
        return as_path(beside(late, self.draws, elements=bool(elements)))

    def _ramp(self, own: Path, levels: Array) -> Path:
        """Let a path rise or fall to the level of each package."""
        wide = np.repeat(levels, self.draws)
        foot = np.broadcast_to(own.at(self.years[0]), wide.shape)
        return own.splice(Path(self.years, np.stack([foot, wide])), self.years[0])


@checked
def package_runs(
    study: FittedStudy,
    levers: Sequence[Lever],
    targets: Sequence[Target],
    *,
    parent: str = "baseline",
    under: Sequence[str] = (),
    draws: int,
    seed: int,
    years: tuple[float, float] = YEARS,
    spreads: Array | None = None,
) -> PackageRuns:
    """Make packages of levers ready to run.

    Parameters
    ----------
    study : FittedStudy
    levers : sequence of Lever
        From `xhsim.analysis.policies.levers.levers_of`.
    targets : sequence of Target
        Those that the margins are computed of.
    parent : str
        The scenario that packages extend.
    under : sequence of str
        The scenarios under which packages run; by default only `parent`. A lever that one of
        them sets itself stays as it is there.
    draws, seed : int
        The same draws are used for all packages in all scenarios.
    years : tuple of float
        Between these dates, levers move in a straight line to their levels.
    spreads : ndarray, optional
        Those of other runs, so that gaps have the same unit; by default those of `parent` on
        these draws.

    Returns
    -------
    PackageRuns

    Raises
    ------
    InputError
        If there is no such scenario, one of them sets a spending lever itself, there is no target,
        or every draw fails while no lever moves.

    Examples
    --------
    >>> import xhsim
    >>> from xhsim.analysis.policies.levers import levers_of
    >>> study = xhsim.open_study()
    >>> levers, target = levers_of(study, "baseline"), study.targets["new_foreign_hq"]
    >>> runs = package_runs(study, levers, [target], draws=16, seed=1, spreads=np.ones(1))
    >>> least, most = np.zeros(len(runs.free)), np.ones(len(runs.free))
    >>> runs.money(np.stack([least, most])).round(1).tolist()  # now, and with every lever up
    [15.9, 145.0]
    """
    if not targets:
        raise InputError("a package needs at least one target", hint="name a target")
    names = list(dict.fromkeys(find_name(n, study.scenarios, "scenario", None).name for n in under))
    names = names or [find_name(parent, study.scenarios, "scenario", None).name]
    held = {name: _held(study, name, levers) if name != parent else frozenset() for name in names}
    movable = dict.fromkeys([*study.movable, *(lever.name for lever in levers)])
    worlds = {name: study.world(name, draws, seed).with_paths(movable) for name in (*names, parent)}
    chosen = {name: worlds[name] for name in names}
    runs = PackageRuns(tuple(levers), tuple(targets), chosen, held, years, np.ones(len(targets)))
    if spreads is None:
        alone = replace(runs, worlds={parent: worlds[parent]}, held={parent: frozenset()})
        unmoved = np.array([[lever.start for lever in levers]])
        spreads = spreads_of(alone._sound_margins(parent, unmoved)[:, 0], targets)
        for name in names:
            if name != parent:
                runs._sound_margins(name, unmoved)
    return replace(runs, spreads=spreads, _tiled={})


def _held(study: FittedStudy, name: str, levers: Sequence[Lever]) -> frozenset[str]:
    """Return the levers that a scenario sets itself, and not through its parent."""
    own = {
        pair
        for change in study.scenarios[name].changes
        for pair in selected(change.reference, change.where, study.parameters)
    }
    found = [lever for lever in levers if (lever.name, lever.element) in own]
    money = [lever for lever in found if lever.is_money]
    if money:
        raise InputError(
            f'scenario "{name}" sets spending itself ("{money[0]}"): packages cannot run under it',
            hint="name scenarios that change circumstances, such as pandemic-years",
        )
    return frozenset(map(str, found))
