"""How much of an instrument a wanted probability needs: the level, the latest year, or the delay.

The question is answered on a grid first, in one run, so that all crossings are seen and a response
that turns is noticed. Then the crossing that answers it is narrowed down on the same draws.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.judging.attainment import failed_draws
from xhsim.analysis.judging.failures import refuse_failed_world
from xhsim.analysis.judging.probability import Chance, worth_of
from xhsim.analysis.naming import naming_what_is_meant
from xhsim.analysis.policies.lever_moves import Levers, PolicyMove, move_of
from xhsim.analysis.policies.needed_answer import ALREADY, FOUND, UNREACHABLE, Needed
from xhsim.analysis.policies.objective_text import read_objective
from xhsim.analysis.policies.objectives import Margins, Objective, margins_in
from xhsim.analysis.policies.response_curve import ResponseCurve
from xhsim.analysis.worlds.world import World, side_by_side
from xhsim.arguments import checked
from xhsim.engine.language.syntax import canonical
from xhsim.engine.running.shared_start import Beginning
from xhsim.errors import InputError

if TYPE_CHECKING:
    from xhsim.analysis.fitted import FittedStudy

__all__ = ["needed"]

Array = NDArray[np.float64]
POINTS = 12  # of each run: first a grid with the scenario as it is, then finer grids
ROUNDS = 2  # finer grids for the answer and the ends of its interval
RUNS = 4  # expected runs


@checked
def needed(
    study: FittedStudy,
    lever: Levers,
    target: str,
    probability: float,
    scenario: str | None = None,
    *,
    ask: str = "level",
    since: float | str | None = None,
    over: float = 0.0,
    bounds: tuple[float, float] | None = None,
    draws: int | None = None,
    seed: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Needed:
    """Search for the level of a lever, or the date of its change, that a probability needs.

    Parameters
    ----------
    study : Study
    lever : str, sequence of str, or mapping of str to float
        A lever, such as ``"RD support"`` or ``"cluster support[Digital]"``. Several are a package:
        they move together, each by the same share of the way from its level in the scenario to its
        last level. The last level is that of the mapping, or else the upper bound of the lever's
        range. The name of a scenario means the package of everything that it changes.
    target : str
        A target's id; or ``at least 14``, ``all of clusters``, ``weakest``: any objective that is a
        probability, see `xhsim.analysis.policies.objective_text.read_objective`.
    probability : float
        The wanted probability, between 0 and 1.
    scenario : str, optional
        The scenario in which the lever changes; by default ``baseline``.
    ask : {"level", "year", "delay"}
        ``level``: the level that is nearest to the scenario's own and reaches the probability; for
        a package, the share of the way. ``year``: the latest date at which the change can begin;
        the mapping says to which level. ``delay``: by how many years the scenario's own changes of
        these levers can be late.
    since : float or "always", optional
        The date from which a level applies; ``"always"`` for the whole run. For a year, the
        earliest one. By default the year after the target's base year.
    over : float
        The years that the change takes, in a straight line; by default it is a step.
    bounds : tuple of float, optional
        The levels between which a single lever may move; by default its range.
    draws, seed : int, optional
        As for `Study.ensemble`.
    progress : callable, optional
        Called with the number of points after each run.

    Returns
    -------
    Needed
        All points are computed on the same draws. The answer is the point where the share of draws
        that meet the target crosses the wanted probability, found on a grid and then narrowed to
        the digits that a policy could set; dates and delays are whole time steps. Its interval
        inverts the 95 % band of the response: it holds the points at which the interval of the
        probability (see `xhsim.analysis.judging.probability.chance`, which counts what draws are
        worth) holds the wanted one. If the response crosses it several times, the answer is the
        crossing nearest to the scenario's own level, or the latest date, and `Needed.crossings` has
        all.

    Raises
    ------
    InputError
        If a name is unknown or named twice, a parameter is fixed, a level is outside its range, the
        probability is not between 0 and 1, the year has no level to change to, or the scenario does
        not change what should be late.

    Examples
    --------
    >>> import xhsim
    >>> needed(xhsim.open_study(), "HQ schem", "new_foreign_hq", 0.8)
    Traceback (most recent call last):
    xhsim.study.names.UnknownName: unknown lever "HQ schem". did you mean "HQ scheme"?
    """
    if not isinstance(probability, float | int) or not 0 < probability < 1:
        raise InputError(
            f"the wanted probability must be between 0 and 1, not {probability}",
            hint="write 0.66 for 66 %",
        )
    goal = _objective(study, target)
    targets = [study.targets[name] for name in goal.targets]
    with naming_what_is_meant(lambda: study.names):
        move = move_of(
            study,
            lever,
            scenario=scenario,
            ask=ask,
            since=since,
            over=over,
            bounds=bounds,
            base_year=min(each.base_year for each in targets),
            deadline=max(each.deadline for each in targets),
        )
    answers = _Answers(study, move, goal, draws, seed, progress)
    curve, without = answers.first()
    if not move.is_dated:
        left = ROUNDS
        while len(finer := _finer(curve, probability, move, ends=left > 0)):
            curve = curve.joined(answers.at(finer))
            left -= 1
    return _answer(move, goal, probability, curve, without, answers.world)


@dataclass
class _Answers:
    """Computes points of a response, many in one run and all on the same draws."""

    study: FittedStudy
    move: PolicyMove
    goal: Objective
    draws: int | None
    seed: int | None
    progress: Callable[[int], None] | None

    def __post_init__(self) -> None:
        self.world = self.study.world(self.move.scenario, self.draws, self.seed)
        names = {change.reference.name for change in self.move.scenario_at(self.move.last).changes}
        self._paths = (*self.study.movable, *names - set(self.study.movable))
        self._targets = [self.study.targets[name] for name in self.goal.targets]
        # A change of policy leaves the run before it as it was.
        self._beginning = Beginning(min(target.base_year for target in self._targets))

    def first(self) -> tuple[ResponseCurve, Chance]:
        """Return the response on a grid, and the probability without the change."""
        move = self.move
        if move.is_dated:
            steps = self.world.steps
            points = steps[steps >= move.first] if move.kind == "year" else steps - steps[0]
            points = points[points <= move.last]
        else:
            even = _rounded(np.linspace(move.first, move.last, POINTS - 1), move)
            inside = move.first < move.without < move.last
            points = np.unique([*even, *([move.without] if inside else [])])
        curve = self._run([*points, None])
        refuse_failed_world(self.world, ~curve.counted[-1])
        bare = ResponseCurve(np.zeros(1), curve.met[-1:], curve.counted[-1:], curve.worth)
        rest = ResponseCurve(points, curve.met[:-1], curve.counted[:-1], curve.worth)
        return rest, bare.chances[0]

    def at(self, points: Array) -> ResponseCurve:
        """Return the response at points in increasing order."""
        return self._run(list(points))

    def _run(self, points: Sequence[float | None]) -> ResponseCurve:
        worlds = [self._world(point).with_paths(self._paths) for point in points]
        outputs = dict.fromkeys(canonical(each.variable.name) for each in self._targets)
        run = side_by_side(worlds).run(outputs, runs=RUNS, beginning=self._beginning)
        if self.progress:
            self.progress(len(points))
        values = margins_in(run, self._targets, self.world.draws)
        sound = ~failed_draws(run).reshape(values.shape[1:])
        margins = Margins(values[np.newaxis], self.goal.targets, np.ones(len(values)), np.zeros(1))
        good = sound & np.isfinite(values).all(axis=0)
        places = np.array([math.nan if point is None else point for point in points])
        return ResponseCurve(
            places,
            self.goal.by_draw(margins)[0] > 0,
            good,
            worth_of(run),
        )

    def _world(self, point: float | None) -> World:
        move = self.move
        scenario = move.scenario_without() if point is None else move.scenario_at(float(point))
        if scenario is None:
            return self.world
        files = self.study.with_scenario(scenario, replace=True).files
        return self.world.changed_to(files.resolve(scenario.name))


def _finer(curve: ResponseCurve, wanted: float, move: PolicyMove, *, ends: bool) -> Array:
    """Return new points between the neighbours that hold the answer, or an end of its interval."""
    brackets = curve.brackets(wanted, move.without)
    if not brackets:
        return np.empty(0)
    answer, *others = brackets if ends else brackets[:1]
    half = POINTS if not others else POINTS // 2
    parts = [_inside(answer, half, move)]
    parts += [_inside(each, (POINTS - half) // len(others), move) for each in others]
    points = np.unique(np.concatenate(parts))
    return points[~np.isin(points, curve.points)]


def _inside(bracket: tuple[float, float], many: int, move: PolicyMove) -> Array:
    return _rounded(np.linspace(*bracket, many + 2)[1:-1], move)


def _rounded(points: Array, move: PolicyMove) -> Array:
    """Round points to levels that a policy could set; the ends of the range stay as they are."""
    rounded = np.round(points, move.decimals)
    inside = rounded[(rounded > move.first) & (rounded < move.last)]
    ends = [end for end in (move.first, move.last) if end in points]
    return np.unique([*ends, *inside])


def _answer(
    move: PolicyMove,
    goal: Objective,
    wanted: float,
    curve: ResponseCurve,
    without: Chance,
    world: World,
) -> Needed:
    best = curve.chances[curve.best]
    status, answer, low, high, shown = UNREACHABLE, math.nan, math.nan, math.nan, best
    crossings = curve.crossings(wanted)
    if without.probability >= wanted:
        status, shown = ALREADY, without
    elif best.probability >= wanted:
        status = FOUND
        reached = np.flatnonzero(curve.probabilities >= wanted)
        place = int(reached[np.argmin(np.abs(curve.points[reached] - move.without))])
        if math.isinf(move.without):
            place = int(reached[-1])
        answer, shown = float(curve.points[place]), curve.chances[place]
        at = [crossing for crossing in crossings if crossing.at == answer]
        low, high = (at[0].low, at[0].high) if at else (-math.inf, math.inf)
        if move.is_dated:  # whole time steps, as the answer: the nearest ones outside
            low = float(np.max(curve.points[curve.points <= low + 1e-9], initial=-math.inf))
            high = float(np.min(curve.points[curve.points >= high - 1e-9], initial=math.inf))
    return Needed(
        move,
        goal,
        wanted,
        status,
        answer,
        low,
        high,
        shown,
        without,
        float(curve.points[curve.best]),
        tuple(crossings),
        tuple(curve.turns()),
        curve,
        world.draws,
        world.seed,
    )


def _objective(study: FittedStudy, target: str) -> Objective:
    goal = read_objective(target, study)
    if not goal.is_probability:
        raise InputError(
            f'"{target}" is not a probability',
            hint="write a target, at least 14, all of a group, or weakest",
        )
    return goal
