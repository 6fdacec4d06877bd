"""Search for packages of levers: the best for a given budget, the cheapest for given goals.

Every candidate runs on the same draws, so that differences between candidates come from policy
alone. A draw either meets a target or does not. In the search, a draw that nearly meets it counts
in part: this makes probabilities smooth, so that the optimiser can follow their slopes. Whether a
package reaches its goals is checked without smoothing, on draws that the search has not used.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.judging.attainment import target_values
from xhsim.analysis.policies.levers import Lever, levers_of
from xhsim.analysis.worlds.world import World, side_by_side
from xhsim.engine.paths import Path
from xhsim.errors import InputError
from xhsim.study.names import find_name
from xhsim.study.scenarios.shapes import as_path
from xhsim.study.targets import Target

if TYPE_CHECKING:
    from xhsim.analysis.fitted import FittedStudy

__all__ = ["Package", "best_package", "cheapest_package"]

Array = NDArray[np.float64]
SMOOTHING = 0.25  # share of a measure's standard deviation within which a draw counts in part
TOLERANCE = 1e-3  # by how much a probability may miss its goal
STEP = 0.01  # share of a lever's range, for slopes
DRAWS, SEED = 512, 1  # where neither the caller nor the scenario sets a number
RUNS = 200  # about the number of runs of a search
COUNTED = 4096  # draws on which the goals are checked
ROUNDS = 4  # searches, each with goals raised by what the check found missing


@dataclass(frozen=True)
class Package:
    """The result of a search.

    Parameters
    ----------
    levels : mapping of str to float
        Lever to level.
    spending : float
        Sum over the levers that are spending.
    chances : mapping of str to float
        Target id to its probability in the search, smoothed.
    converged : bool
        Whether the search ended at an optimum.
    message : str
        The message of the optimiser.
    evaluations : int
        Number of packages tried.
    """

    levels: Mapping[str, float]
    spending: float
    chances: Mapping[str, float]
    converged: bool
    message: str
    evaluations: int


@dataclass
class _Candidates:
    """Computes the probabilities of packages, many packages in one run.

    A package is a point of the unit cube: the position of each lever in its range.
    """

    study: FittedStudy
    levers: Sequence[Lever]
    targets: Sequence[Target]
    world: World
    years: tuple[float, float]
    progress: Callable[[int], None] | None
    evaluations: int = 0
    _seen: dict[bytes, tuple[Array, Array]] = field(default_factory=dict)
    _checker: _Candidates | None = None

    def __post_init__(self) -> None:
        self._widths = np.ones(len(self.targets))
        margins = self._margins(self.start[np.newaxis])
        self._widths = SMOOTHING * np.maximum(margins.std(axis=-1)[:, 0], 1e-9)

    @property
    def start(self) -> Array:
        """The point of the scenario."""
        return np.array([(lever.start - lever.low) / self._width(lever) for lever in self.levers])

    @staticmethod
    def _width(lever: Lever) -> float:
        return lever.high - lever.low

    def levels(self, point: Array) -> Array:
        """Turn a point into levels of the levers."""
        return np.array(
            [
                lever.low + self._width(lever) * x
                for lever, x in zip(self.levers, point, strict=True)
            ]
        )

    @property
    def costs(self) -> Array:
        """The cost of moving each lever over its whole range."""
        return np.array([self._width(lever) if lever.is_money else 0.0 for lever in self.levers])

    @property
    def floor(self) -> float:
        """The spending with every lever at its lower bound."""
        return sum(lever.low for lever in self.levers if lever.is_money)

    def chances(self, point: Array) -> Array:
        """Return the smoothed probability of each target."""
        return self._evaluated(point)[0]

    def slopes(self, point: Array) -> Array:
        """Return the slopes of the smoothed probabilities, shape (targets, levers)."""
        return self._evaluated(point)[1]

    def _evaluated(self, point: Array) -> tuple[Array, Array]:
        key = point.tobytes()
        if key not in self._seen:
            # Steps lead towards the middle of the range, so that no lever leaves its range.
            steps = np.where(point < 0.5, STEP, -STEP)
            points = np.concatenate([point[np.newaxis], point + np.diag(steps)])
            found = self._smoothed(points)
            self._seen[key] = found[:, 0], (found[:, 1:] - found[:, :1]) / steps
            self.evaluations += 1
            if self.progress:
                self.progress(1)
        return self._seen[key]

    def _smoothed(self, points: Array) -> Array:
        from scipy.special import ndtr

        margins = self._margins(points) / self._widths[:, np.newaxis, np.newaxis]
        return np.asarray(np.nan_to_num(ndtr(margins)).mean(axis=-1))

    def _margins(self, points: Array) -> Array:
        """Return how far draws exceed targets, shape (targets, points, draws)."""
        worlds = [self.world.with_values(self._paths(self.levels(point))) for point in points]
        outputs = [target.variable.name for target in self.targets]
        run = side_by_side(worlds).run(outputs, runs=RUNS)
        rows = [
            (target_values(run, target) - target.value) * (-1 if target.direction == "<=" else 1)
            for target in self.targets
        ]
        return np.stack(rows).reshape(len(rows), len(points), self.world.draws)

    def counted(self, point: Array) -> Array:
        """Return each target's unsmoothed probability on draws that the search does not use."""
        if self._checker is None:
            own = self.world
            world = self.study.world(
                own.scenario.name, COUNTED, own.seed + 1000, method=own.method, until=own.until
            )
            self._checker = replace(self, world=world, progress=None, _seen={}, _checker=None)
        return np.asarray((self._checker._margins(point[np.newaxis]) >= 0).mean(axis=-1)[:, 0])

    def _paths(self, levels: Array) -> dict[str, Path]:
        """Return the inputs of a run for levers that ramp to their levels."""
        parts: dict[str, list[Path]] = {}
        for lever, level in zip(self.levers, levels, strict=True):
            before = as_path(lever.start)
            rise = Path(list(self.years), [lever.start, level])
            parts.setdefault(lever.name, []).append(before.splice(rise, self.years[0]))
        elements = self.study.parameters
        return {
            name: Path.stack(paths) if elements[name].elements else paths[0]
            for name, paths in parts.items()
        }


def best_package(
    study: FittedStudy,
    spending: float,
    *,
    targets: Mapping[str, Target] | None = None,
    scenario: str = "baseline",
    keep: bool = True,
    years: tuple[float, float] = (2021, 2022),
    draws: int | None = None,
    seed: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Package:
    """Search for the package that meets most targets on average within a budget.

    Parameters
    ----------
    study : Study
    spending : float
        The largest allowed sum of the levers that are spending.
    targets : mapping of str to Target, optional
        The targets to meet, with equal weights; by default all of the study.
    scenario : str
        The scenario that the package changes; its levers must be constant.
    keep : bool
        Whether spending may only rise from the scenario's.
    years : tuple of float
        Between these dates, levers move in a straight line to their new levels.
    draws, seed : int, optional
        The draws of the search; check its result on other draws. By default those of the scenario,
        or else 512 and 1.
    progress : callable, optional
        Called with 1 after each step.

    Returns
    -------
    Package

    Raises
    ------
    InputError
        If there is no lever, the scenario changes one over time, or the levers already cost more
        than `spending`.

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> targets = {"new_foreign_hq": study.targets["new_foreign_hq"]}
    >>> package = best_package(study, 18.0, targets=targets, draws=16)
    >>> bool(package.spending <= 18.0 + 1e-6), bool(package.levels["HQ scheme"] > 0.6)
    (True, True)
    """
    from scipy.optimize import minimize

    wanted = list((study.targets if targets is None else targets).values())
    levers = [lever for lever in levers_of(study, scenario, keep=keep) if lever.is_free]
    world = study.world(scenario, draws, seed, default_draws=DRAWS, default_seed=SEED)
    tried = _Candidates(study, levers, wanted, world, years, progress)
    room = spending - tried.floor
    if room < 0:
        raise InputError(
            f"the budget {spending:g} is less than the {tried.floor:g} already spent",
            hint="raise the budget, or allow cuts of programmes (keep=False)",
        )
    # Start with the money spread evenly: where nothing is spent, slopes may be zero.
    even = min(1.0, room / max(float(tried.costs.sum()), 1e-9))
    start = np.where(tried.costs > 0, even, tried.start)
    answer = minimize(
        lambda point: -tried.chances(point).sum(),
        start,
        jac=lambda point: -tried.slopes(point).sum(axis=0),
        bounds=[(0, 1)] * len(levers),
        constraints=[
            {
                "type": "ineq",
                "fun": lambda point: (room - tried.costs @ point) / spending,
                "jac": lambda point: -tried.costs / spending,
            }
        ],
        method="SLSQP",
        options={"maxiter": 100, "ftol": 1e-4},
    )
    return _package(tried, answer, is_allowed=True)


def cheapest_package(
    study: FittedStudy,
    goals: Mapping[str, float],
    *,
    scenario: str = "baseline",
    keep: bool = True,
    years: tuple[float, float] = (2021, 2022),
    draws: int | None = None,
    seed: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Package:
    """Search for the least spending with which targets have at least given probabilities.

    Parameters
    ----------
    study : Study
    goals : mapping of str to float
        Target id to the least probability wanted.
    scenario, keep, years, draws, seed, progress
        As for `best_package`.

    Returns
    -------
    Package
        Not converged if no package reaches the goals.

    Raises
    ------
    InputError
        As for `best_package`, or if a target does not exist or a goal is not a probability.

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> package = cheapest_package(study, {"industrial_output": 0.9}, draws=16)
    >>> package.converged, round(package.spending, 1)  # no more than is spent already
    (True, 15.9)
    """
    targets = [find_name(name, study.targets, "target", None) for name in goals]
    least = np.array(list(goals.values()), dtype=np.float64)
    if not targets or not ((least > 0) & (least < 1)).all():
        raise InputError("goals need at least one target, each with a probability between 0 and 1")
    levers = [lever for lever in levers_of(study, scenario, keep=keep) if lever.is_free]
    world = study.world(scenario, draws, seed, default_draws=DRAWS, default_seed=SEED)
    tried = _Candidates(study, levers, targets, world, years, progress)
    wanted, point, short = least.copy(), np.full(len(levers), 0.5), least
    for _ in range(ROUNDS):
        answer = _cheapest(tried, wanted, point)
        point = np.clip(answer.x, 0, 1)
        # On the draws of the search, smoothed probabilities are biased in favour of its choice.
        short = least - tried.counted(point)
        if (short <= TOLERANCE).all():
            break
        wanted = np.minimum(wanted + np.maximum(short, 0), (1 + least) / 2)
    return _package(tried, answer, is_allowed=bool((short <= TOLERANCE).all()))


def _cheapest(tried: _Candidates, wanted: Array, start: Array) -> Any:
    """Search for the least spending with which smoothed probabilities reach `wanted`."""
    from scipy.optimize import minimize

    most = tried.costs.sum()
    return minimize(
        lambda point: tried.costs @ point / most,
        start,
        jac=lambda point: tried.costs / most,
        bounds=[(0, 1)] * len(tried.levers),
        constraints=[
            {
                "type": "ineq",
                "fun": lambda point: tried.chances(point) - wanted,
                "jac": tried.slopes,
            }
        ],
        method="SLSQP",
        options={"maxiter": 100, "ftol": 1e-5},
    )


def _package(tried: _Candidates, answer: Any, *, is_allowed: bool) -> Package:
    point = np.clip(answer.x, 0, 1)
    levels = tried.levels(point)
    return Package(
        {str(lever): float(level) for lever, level in zip(tried.levers, levels, strict=True)},
        float(tried.floor + tried.costs @ point),
        {
            target.id: float(chance)
            for target, chance in zip(tried.targets, tried.chances(point), strict=True)
        },
        bool(answer.success) and is_allowed,
        str(answer.message) if is_allowed else "no package that reaches the goals was found",
        tried.evaluations,
    )
