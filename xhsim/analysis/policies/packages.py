"""Looking for packages of levers: the best for given money, the cheapest for given chances.

Every candidate sees the same draws, so that differences between candidates are the policy's. A
draw meets a target or does not; for the search a draw that misses by little counts in part, which
makes chances smooth enough to be improved step by step. What is reported is counted anew, whole
draws only, on draws that the search has not seen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.judging.attainment import target_values
from xhsim.analysis.worlds.world import World, side_by_side
from xhsim.engine.paths import Path
from xhsim.errors import InputError
from xhsim.study.names import find_name
from xhsim.study.scenarios.shapes import as_path
from xhsim.study.targets import Target

if TYPE_CHECKING:
    from xhsim.analysis.fitted import FittedStudy

__all__ = ["Lever", "Package", "best_package", "cheapest_package"]

Array = NDArray[np.float64]
SMOOTHING = 0.25  # of a target's spread: how far around it a draw counts in part
TOLERANCE = 1e-3  # of a goal
STEP = 0.01  # of a lever's range, for slopes
DRAWS, SEED = 512, 1  # where neither the caller nor the scenario says otherwise
RUNS = 200  # about as many as a search makes
COUNTED = 4096  # draws on which a package that seems to reach its goals is counted
ROUNDS = 4  # how often goals are raised by what the count finds missing


@dataclass(frozen=True)
class Lever:
    """One number that a search may set.

    Parameters
    ----------
    name : str
        As in the model file.
    element : str
        Empty for a scalar.
    low, high : float
        What the search may choose from.
    start : float
        What the scenario has that the search starts from.
    is_money : bool
        Whether it is spending.
    """

    name: str
    element: str
    low: float
    high: float
    start: float
    is_money: bool

    def __str__(self) -> str:
        """Write it as scenarios do."""
        return f"{self.name}[{self.element}]" if self.element else self.name


@dataclass(frozen=True)
class Package:
    """What a search found.

    Parameters
    ----------
    levels : mapping of str to float
        Lever to level.
    spending : float
        Sum of the levers that are spending.
    chances : mapping of str to float
        Target id to its probability as the search saw it, smoothed.
    converged : bool
        Whether the search ended at an optimum.
    message : str
        What the optimiser said.
    evaluations : int
        How many packages were looked at.
    """

    levels: Mapping[str, float]
    spending: float
    chances: Mapping[str, float]
    converged: bool
    message: str
    evaluations: int


def levers_of(study: FittedStudy, scenario: str, *, keep: bool = True) -> list[Lever]:
    """List the levers of a study, each element by itself.

    Parameters
    ----------
    study : Study
    scenario : str
        What the levers start from.
    keep : bool
        Whether spending may only rise from there, so that no programme is closed for another.

    Returns
    -------
    list of Lever
        Spending is what has the unit that most levers have.

    Raises
    ------
    InputError
        If there is no lever, or the scenario moves one over time.
    """
    units = [p.unit for p in study.parameters.values() if p.role == "lever"]
    if not units:
        raise InputError("the study has no lever", hint='give parameters "role: lever"')
    money = max(units, key=units.count)
    settings = study.files.resolve(scenario).settings
    found = []
    for parameter in study.parameters.values():
        if parameter.role != "lever" or parameter.range is None:
            continue
        value = settings[parameter.name].value
        if isinstance(value, Path):
            raise InputError(
                f'scenario "{scenario}" moves "{parameter.name}" over time',
                hint="search from one that leaves levers at rest, such as baseline",
            )
        levels = np.atleast_1d(value)
        for element, level in zip(parameter.elements or ("",), levels, strict=True):
            is_money = parameter.unit == money
            low, high = parameter.range
            low = float(level) if keep and is_money else low
            found.append(Lever(parameter.name, element, low, high, float(level), is_money))
    return [lever for lever in found if lever.low < lever.high]


@dataclass
class _Candidates:
    """Works out what packages do, many in one run.

    A package is a point of the unit cube: where each lever stands in its range.
    """

    study: FittedStudy
    levers: Sequence[Lever]
    targets: Sequence[Target]
    world: World
    years: tuple[float, float]
    progress: Callable[[int], None] | None
    evaluations: int = 0
    _seen: dict[bytes, tuple[Array, Array]] = field(default_factory=dict)
    _jury: _Candidates | None = None

    def __post_init__(self) -> None:
        self._widths = np.ones(len(self.targets))
        margins = self._margins(self.start[np.newaxis])
        self._widths = SMOOTHING * np.maximum(margins.std(axis=-1)[:, 0], 1e-9)

    @property
    def start(self) -> Array:
        """The point the scenario stands at."""
        return np.array([(lever.start - lever.low) / self._width(lever) for lever in self.levers])

    @staticmethod
    def _width(lever: Lever) -> float:
        return lever.high - lever.low

    def levels(self, point: Array) -> Array:
        """Turn a point into levels."""
        return np.array(
            [
                lever.low + self._width(lever) * x
                for lever, x in zip(self.levers, point, strict=True)
            ]
        )

    @property
    def costs(self) -> Array:
        """What moving each lever over its whole range costs."""
        return np.array([self._width(lever) if lever.is_money else 0.0 for lever in self.levers])

    @property
    def floor(self) -> float:
        """What is spent with every lever at the lower end of what may be chosen."""
        return sum(lever.low for lever in self.levers if lever.is_money)

    def chances(self, point: Array) -> Array:
        """Return each target's smoothed probability."""
        return self._evaluated(point)[0]

    def slopes(self, point: Array) -> Array:
        """Return how they change, shape (targets, levers)."""
        return self._evaluated(point)[1]

    def _evaluated(self, point: Array) -> tuple[Array, Array]:
        key = point.tobytes()
        if key not in self._seen:
            # From the middle of the range outwards, so that no lever leaves its range.
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
        """Return how far draws are on the good side of targets, shape (targets, points, draws)."""
        worlds = [self.world.with_values(self._paths(self.levels(point))) for point in points]
        outputs = [target.variable.name for target in self.targets]
        run = side_by_side(worlds).run(outputs, runs=RUNS)
        rows = [
            (target_values(run, target) - target.value) * (-1 if target.direction == "<=" else 1)
            for target in self.targets
        ]
        return np.stack(rows).reshape(len(rows), len(points), self.world.draws)

    def counted(self, point: Array) -> Array:
        """Return each target's probability, counted on other draws."""
        if self._jury is None:
            own = self.world
            world = self.study.world(
                own.scenario.name, COUNTED, own.seed + 1000, method=own.method, until=own.until
            )
            self._jury = replace(self, world=world, progress=None, _seen={}, _jury=None)
        return np.asarray((self._jury._margins(point[np.newaxis]) >= 0).mean(axis=-1)[:, 0])

    def _paths(self, levels: Array) -> dict[str, Path]:
        """Return what a run takes for levers that ramp to their levels."""
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
    """Look for the package that meets most targets on average, for given money.

    Parameters
    ----------
    study : Study
    spending : float
        The most that the levers which are spending may add up to.
    targets : mapping of str to Target, optional
        What counts, each the same; by default all of the study.
    scenario : str
        What the package is laid over; its levers are at rest.
    keep : bool
        Whether spending may only rise from there.
    years : tuple of float
        Levers go straight from where they are to their new level between these dates.
    draws, seed : int, optional
        The draws the search sees; others should judge what it finds. By default what the scenario
        says, or 512 and 1.
    progress : callable, optional
        Called with 1 after each step.

    Returns
    -------
    Package

    Raises
    ------
    InputError
        If a lever moves over time in the scenario, there is none, or they cost more than
        `spending` as they are.

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

    asked = list((study.targets if targets is None else targets).values())
    levers = levers_of(study, scenario, keep=keep)
    world = study.world(scenario, draws, seed, default_draws=DRAWS, default_seed=SEED)
    tried = _Candidates(study, levers, asked, world, years, progress)
    room = spending - tried.floor
    if room < 0:
        raise InputError(
            f"{spending:g} is less than the {tried.floor:g} that is spent already",
            hint="allow more, or let programmes be cut (keep=False)",
        )
    # Begin with the money spread evenly: where nothing is spent, chances may be too far to be felt.
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
    """Look for the least money that gives targets at least the chances asked for.

    Parameters
    ----------
    study : Study
    goals : mapping of str to float
        Target id to probability.
    scenario, keep, years, draws, seed, progress
        As for `best_package`.

    Returns
    -------
    Package
        Not converged where no package reaches the goals.

    Raises
    ------
    InputError
        As for `best_package`, or if there is no such target or probability.

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> package = cheapest_package(study, {"industrial_output": 0.9}, draws=16)
    >>> package.converged, round(package.spending, 1)  # no more than is spent already
    (True, 15.9)
    """
    asked = [find_name(name, study.targets, "target", None) for name in goals]
    least = np.array(list(goals.values()), dtype=np.float64)
    if not asked or not ((least > 0) & (least < 1)).all():
        raise InputError("goals are probabilities between 0 and 1, one target or more")
    levers = levers_of(study, scenario, keep=keep)
    world = study.world(scenario, draws, seed, default_draws=DRAWS, default_seed=SEED)
    tried = _Candidates(study, levers, asked, world, years, progress)
    wanted, point, short = least.copy(), np.full(len(levers), 0.5), least
    for _ in range(ROUNDS):
        answer = _cheapest(tried, wanted, point)
        point = np.clip(answer.x, 0, 1)
        # Smoothed chances on the search's own draws flatter what the search has chosen.
        short = least - tried.counted(point)
        if (short <= TOLERANCE).all():
            break
        wanted = np.minimum(wanted + np.maximum(short, 0), (1 + least) / 2)
    return _package(tried, answer, is_allowed=bool((short <= TOLERANCE).all()))


def _cheapest(tried: _Candidates, wanted: Array, start: Array) -> Any:
    """Look for the least money with which smoothed chances are as wanted."""
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
        str(answer.message) if is_allowed else "no package was found that reaches the goals",
        tried.evaluations,
    )
