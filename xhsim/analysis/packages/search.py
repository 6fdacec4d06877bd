"""The search for the package of levers that an objective likes best.

Packages that keep to the limits are sampled and run. From the best of them, sequential quadratic
programming follows the slopes of the smoothed objective. All packages run on the same draws. The
goals are checked without smoothing on draws that the search does not use, and raised by what was
missing: on the draws of the search, probabilities are biased in favour of its choice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.packages.limits import Goal, LeverLimit, check_feasible
from xhsim.analysis.policies.objectives import Margins, Objective
from xhsim.analysis.policies.package_runs import PackageRuns

__all__ = ["Asked", "FoundPackage", "Rule", "search_package"]

Array = NDArray[np.float64]
Rule: TypeAlias = Literal["worst", "regret"]
STEP = 0.01  # share of a lever's range, for slopes
SAMPLED = 96  # packages that are tried before the searches begin
STARTS = 2  # searches, from the best of them
TEMPERATURE = 0.02  # of the value: within this distance of the worst scenario, others count in part
TOLERANCE = 1e-3  # by how much a probability may miss its goal
MOST_SLOPES = 40  # of one search from one start; most need 10 to 25
ROUNDS = 4  # searches, each with goals raised by what the check found missing
OUT_OF_REACH = 0.01  # if a search leaves a probability so far below its goal, no other is made
PENALTY = 10.0  # of a sampled package, for each unit by which it misses its goals


@dataclass(frozen=True, eq=False)
class Asked:
    """What a search is asked for.

    Attributes
    ----------
    objective : Objective
    limits : tuple of LeverLimit
    goals : tuple of Goal
        They hold in every scenario.
    rule : {"worst", "regret"}
        What counts under several scenarios: the worst value, or the largest distance from the
        best value that any package has in the scenario.
    best : ndarray, shape (scenarios,), or None
        The best values, for ``regret``.
    """

    objective: Objective
    limits: tuple[LeverLimit, ...] = ()
    goals: tuple[Goal, ...] = ()
    rule: Rule = "worst"
    best: Array | None = None

    def losses(self, margins: Margins, *, smooth: bool = False) -> Array:
        """Return what the search makes small, shape (packages,)."""
        values = self.objective.sign * self.objective.value(margins, smooth=smooth)
        best = 0.0 if self.best is None else self.objective.sign * self.best[:, np.newaxis]
        return _highest(best - values, smooth=smooth)

    def chances(self, margins: Margins, *, smooth: bool = False) -> Array:
        """Return the probabilities of the goals in their worst scenario, (goals, packages)."""
        found = [
            -_highest(-goal.objective.value(margins, smooth=smooth), smooth=smooth)
            for goal in self.goals
        ]
        return np.array(found).reshape(len(found), margins.values.shape[2])

    @property
    def least(self) -> Array:
        """The probabilities that the goals ask for."""
        return np.array([goal.least for goal in self.goals])


@dataclass(frozen=True, eq=False)
class FoundPackage:
    """What a search found.

    Attributes
    ----------
    point : ndarray, shape (free levers,)
    is_allowed : bool
        Whether it keeps to the limits and reaches the goals, on draws that the search has not
        used.
    tried : int
        How many packages were run.
    """

    point: Array
    is_allowed: bool
    tried: int


def search_package(
    runs: PackageRuns,
    asked: Asked,
    checker: PackageRuns,
    *,
    starts: Sequence[Array] = (),
    seed: int = 0,
    progress: Callable[[int], None] | None = None,
) -> FoundPackage:
    """Search for the package that an objective likes best.

    Parameters
    ----------
    runs : PackageRuns
        On the draws of the search.
    asked : Asked
    checker : PackageRuns
        The same on other draws, for the goals.
    starts : sequence of ndarray
        Points that are tried, too.
    seed : int
        Of the sampled packages.
    progress : callable, optional
        Called with the number of packages that have just been run.

    Returns
    -------
    FoundPackage

    Raises
    ------
    InputError
        If no package keeps to the limits.
    """
    inside = runs.points(check_feasible(runs.levers, asked.limits)[np.newaxis])[0]
    search = _SlopeSearch(runs, asked, progress)
    if not runs.free:
        return FoundPackage(inside, True, 0)
    given = [search.pulled(np.clip(start, 0, 1), inside) for start in starts]
    sampled = search.sampled(np.random.default_rng(seed), inside)
    points = np.array([*given, inside, *sampled])
    order = np.argsort(search.penalised(points), kind="stable")
    answers = [search.improved(points[place]) for place in order[:STARTS]]
    point = _best(search, answers)
    if not asked.goals:
        return FoundPackage(point, True, search.tried)
    return _with_goals(search, point, checker)


def _with_goals(search: _SlopeSearch, point: Array, checker: PackageRuns) -> FoundPackage:
    """Raise the goals until the package reaches them on other draws."""
    least = search.asked.least
    wanted, missed = least.copy(), np.zeros_like(least)
    for number in range(ROUNDS):
        if number:
            point = search.improved(point)
        short = wanted - search.quantities(point[np.newaxis])[1:, 0]
        missed = least - search.asked.chances(checker.margins(point[np.newaxis]))[:, 0]
        if (missed <= TOLERANCE).all():
            return FoundPackage(point, True, search.tried)
        if (short > OUT_OF_REACH).any():
            break
        wanted = np.minimum(wanted + np.maximum(missed, 0), (1 + least) / 2)
        search = search.with_goals(wanted)
    return FoundPackage(point, False, search.tried)


def _best(search: _SlopeSearch, points: list[Array]) -> Array:
    """Return the point with the least loss, counted and not smoothed."""
    if len(points) == 1:
        return points[0]
    losses = search.penalised(np.array(points), smooth=False)
    return points[int(np.argmin(losses))]


class _EnoughError(Exception):
    """Slopes were computed as often as a search may."""


@dataclass
class _SlopeSearch:
    """Runs packages for one question, and remembers values and slopes."""

    runs: PackageRuns
    asked: Asked
    progress: Callable[[int], None] | None
    tried: int = 0
    _seen: dict[bytes, tuple[Array, Array]] = field(default_factory=dict)

    def with_goals(self, least: Array) -> _SlopeSearch:
        """Return the same search with other least probabilities; values stay known."""
        goals = tuple(
            replace(goal, least=float(p)) for goal, p in zip(self.asked.goals, least, strict=True)
        )
        return replace(self, asked=replace(self.asked, goals=goals))

    def quantities(self, points: Array, *, smooth: bool = True) -> Array:
        """Return the loss and the probabilities of the goals, shape (1 + goals, points)."""
        self.tried += len(points)
        found = []
        for margins in self.runs.each(points, self.progress):
            losses = self.asked.losses(margins, smooth=smooth)
            chances = self.asked.chances(margins, smooth=smooth)
            found.append(np.concatenate([losses[np.newaxis], chances]))
        return np.concatenate(found, axis=-1)

    def penalised(self, points: Array, *, smooth: bool = True) -> Array:
        """Return losses, raised by what the goals miss."""
        loss, *chances = self.quantities(points, smooth=smooth)
        if not chances:
            return np.asarray(loss)
        missed = np.maximum(self.asked.least[:, np.newaxis] - np.array(chances), 0.0).sum(axis=0)
        return np.asarray(loss + PENALTY * max(float(np.abs(loss).max()), 1.0) * missed)

    def pulled(self, point: Array, inside: Array) -> Array:
        """Move a point towards one inside the limits until it keeps to them."""
        far, near = self._reached(point), self._reached(inside)
        room = np.array([limit.most for limit in self.asked.limits])
        over = far > room
        if not over.any():
            return point
        share = ((room - near)[over] / (far - near)[over]).min()
        return np.asarray(inside + max(share, 0.0) * (point - inside))

    def _reached(self, point: Array) -> Array:
        levels = self.runs.levels(point[np.newaxis])
        return np.array([limit.reached(levels)[0] for limit in self.asked.limits])

    def sampled(self, rng: np.random.Generator, inside: Array) -> list[Array]:
        """Sample packages that keep to the limits: most money on a few levers, or on all."""
        count = len(self.runs.free)
        found = []
        for concentration in np.repeat((0.2, 0.5, 2.0), SAMPLED // 3):
            shares = rng.dirichlet(np.full(count, concentration))
            spread = shares * self.runs.widths.sum() * rng.uniform(0.3, 1.0) / self.runs.widths
            is_money = np.array([lever.is_money for lever in self.runs.free])
            point = np.where(is_money, np.minimum(spread, 1.0), rng.random(count))
            found.append(self.pulled(point, inside))
        return found

    def improved(self, start: Array) -> Array:
        """Follow the slopes of the smoothed loss from a start."""
        from scipy.optimize import minimize

        limits, goals = self.asked.limits, self.asked.goals
        scale = max(abs(float(self._evaluated(start)[0][0])), 0.01)
        constraints: list[dict[str, Any]] = []
        if limits:
            rows = np.array([limit.weights for limit in limits])
            columns = [self.runs.levers.index(lever) for lever in self.runs.free]
            slopes = -rows[:, columns] * self.runs.widths
            sizes = np.maximum(np.abs(slopes).sum(axis=1), 1e-12)
            most = np.array([limit.most for limit in limits])
            constraints.append(
                {
                    "type": "ineq",
                    "fun": lambda point: (most - self._reached(point)) / sizes,
                    "jac": lambda point: slopes / sizes[:, np.newaxis],
                }
            )
        if goals:
            constraints.append(
                {
                    "type": "ineq",
                    "fun": lambda point: self._evaluated(point)[0][1:] - self.asked.least,
                    "jac": lambda point: self._evaluated(point)[1][1:],
                }
            )
        until = len(self._seen) + MOST_SLOPES
        reached = start

        def loss(point: Array) -> float:
            if len(self._seen) >= until:
                raise _EnoughError
            return float(self._evaluated(point)[0][0]) / scale

        def keep(point: Array) -> None:
            nonlocal reached
            reached = point.copy()

        # It would go on for very long with goals that are out of reach.
        with suppress(_EnoughError):
            answer = minimize(
                loss,
                start,
                jac=lambda point: self._evaluated(point)[1][0] / scale,
                bounds=[(0, 1)] * len(start),
                constraints=constraints,
                method="SLSQP",
                callback=keep,
                options={"maxiter": 100, "ftol": 1e-4},
            )
            reached = answer.x
        return np.asarray(np.clip(reached, 0, 1))

    def _evaluated(self, point: Array) -> tuple[Array, Array]:
        """Return the smoothed quantities at a point, and their slopes, (quantities, levers)."""
        key = point.tobytes()
        if key not in self._seen:
            # Steps lead towards the middle of the range, so that no lever leaves its range.
            steps = np.where(point < 0.5, STEP, -STEP)
            found = self.quantities(np.concatenate([point[np.newaxis], point + np.diag(steps)]))
            self._seen[key] = found[:, 0], (found[:, 1:] - found[:, :1]) / steps
        return self._seen[key]


def _highest(values: Array, *, smooth: bool) -> Array:
    """Return the highest value over the scenarios, shape (packages,)."""
    highest = np.asarray(values.max(axis=0))
    if not smooth or len(values) == 1:
        return highest
    width = TEMPERATURE * np.maximum(np.abs(highest), 1.0)
    return np.asarray(highest + width * np.log(np.exp((values - highest) / width).sum(axis=0)))
