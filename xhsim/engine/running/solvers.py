"""Integrate the flows over time. Every solve uses SciPy's `solve_ivp`.

There are two kinds of method. ``"euler"``, ``"rk2"`` and ``"rk4"`` take fixed steps. Each is a
tableau (`xhsim.engine.tableaux`) in one SciPy `OdeSolver` (`xhsim.engine.running.steps`). Euler's
method is the arithmetic of Vensim and PySD. Vensim's automatic methods, ``"rk2-auto"`` and
``"rk4-auto"``, cut a step into shorter ones where its error is too large. The adaptive methods are
SciPy's own.

Flows of a model may jump (STEP, PULSE, a path with a jump). A fixed step evaluates such functions
at the start of the step for all its stages. For the adaptive methods the integration is split at
the jumps, and within a piece such functions use the branch at its middle. The time that selects
the branch is called the clock.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import BDF, DOP853, LSODA, RK23, RK45, OdeSolver, Radau, solve_ivp

from xhsim.engine import limits
from xhsim.engine.running.grid import NEAR, Grid
from xhsim.engine.running.steps import (
    Clock,
    FixedStep,
    Leaps,
    Releasable,
    SolverInUse,
    Tolerance,
)
from xhsim.engine.tableaux import EULER, RK2, RK4, TABLEAUX, Tableau
from xhsim.errors import InputError, did_you_mean

__all__ = [
    "METHODS",
    "Method",
    "Problem",
    "find_method",
    "fixed_step_method",
    "solve",
    "solve_fixed",
]

Array = NDArray[np.float64]
RELATIVE_TOLERANCE = 1e-7
ABSOLUTE_TOLERANCE = 1e-9
PER_STEP = 100  # evaluations of the flows by an adaptive method in a time step of the model
FEW_ROWS = 10


class _TooManyEvaluations(InputError):
    """An adaptive method hardly proceeds."""


def _solve_ivp(*args: Any, **options: Any) -> tuple[Any, float, Array]:
    """Call SciPy, and release its solver afterwards.

    Return the solution, and the time and the state that the solver has reached.
    """
    in_use = SolverInUse()
    try:
        solution = solve_ivp(*args, in_use=in_use, **options)
        assert in_use.solver is not None
        return solution, float(in_use.solver.t), np.array(in_use.solver.y)
    finally:
        in_use.release()


class _WorstDraw(Releasable):
    """An explicit SciPy method that accepts a step only if every draw is accurate enough."""

    y: Array

    def __init__(self, *args: Any, draws: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self._draws = draws

    def _estimate_error_norm(self, stages: Array, length: float, scale: Array) -> float:
        """Return the largest error norm of the draws. Draws that have overflowed are ignored."""
        error = (self._error_of(stages, length) / scale).reshape(-1, self._draws)
        norms = np.sqrt(np.mean(error * error, axis=0))
        alive = np.isfinite(self.y.reshape(-1, self._draws)).all(axis=0)
        # A draw that overflows only in this step may need just a shorter step.
        norms = np.where(np.isfinite(norms), norms, np.inf)[alive]
        return float(norms.max()) if norms.size else 0.0

    def _error_of(self, stages: Array, length: float) -> Array:
        return np.asarray(super()._estimate_error(stages, length))  # type: ignore[misc]


class _RK45(_WorstDraw, RK45):
    pass


class _RK23(_WorstDraw, RK23):
    pass


class _DOP853(_WorstDraw, DOP853):
    pass


class _StopsAtOverflow(Releasable):
    """A stiff SciPy method that reports an overflow, where SciPy's own would fail or loop."""

    t: float
    y: Array

    def _step_impl(self) -> tuple[bool, str | None]:
        before, state = self.t, np.array(self.y)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # LSODA warns although it also reports the failure
                done, message = super()._step_impl()  # type: ignore[misc]
        except _TooManyEvaluations:
            raise
        except (ValueError, np.linalg.LinAlgError):
            done = False  # linear algebra refuses matrices that contain numbers that are not finite
        if done and self.t != before and np.isfinite(self.y).all():
            return True, message
        self.t, self.y = before, state
        return False, "the solution overflows"


class _LSODA(_StopsAtOverflow, LSODA):
    pass


class _Radau(_StopsAtOverflow, Radau):
    pass


class _BDF(_StopsAtOverflow, BDF):
    pass


@dataclass(frozen=True)
class Method:
    """A method: its solver and how to use it.

    Attributes
    ----------
    name : str
    solver : type
        The `OdeSolver` class.
    tableau : Tableau, optional
        The tableau of a method that takes steps of the model's time step.
    is_automatic : bool
        Whether a step of such a method is cut into shorter ones where its error is too large.
    reports_late : bool
        Whether auxiliaries are reported one step late, see `xhsim.engine.running.difference`.
    one_by_one : bool
        Whether draws must be solved separately, because the solver controls their mean error.
    uses_jacobian : bool
        Whether it computes the Jacobian of the flows, and is faster if it knows the zeros.
    """

    name: str
    solver: type[OdeSolver]
    tableau: Tableau | None = None
    is_automatic: bool = False
    reports_late: bool = False
    one_by_one: bool = False
    uses_jacobian: bool = False

    @property
    def is_fixed(self) -> bool:
        """Whether it takes steps of the model's time step."""
        return self.tableau is not None

    @property
    def steps(self) -> Tableau | None:
        """The tableau of a method whose steps all have the model's time step; None for others.

        Backends other than NumPy solve only with such a method.
        """
        return None if self.is_automatic else self.tableau


def fixed_step_method(tableau: Tableau) -> Method:
    """Return the method that a tableau describes.

    Examples
    --------
    >>> from xhsim.engine.tableaux import RK4
    >>> fixed_step_method(RK4).is_fixed
    True
    """
    return Method(tableau.name, FixedStep, tableau)


METHODS: dict[str, Method] = {
    method.name: method
    for method in (
        *map(fixed_step_method, TABLEAUX),
        Method("rk2-auto", FixedStep, RK2, is_automatic=True),
        Method("rk4-auto", FixedStep, RK4, is_automatic=True),
        Method("difference", FixedStep, EULER, reports_late=True),
        Method("RK23", _RK23),
        Method("RK45", _RK45),
        Method("DOP853", _DOP853),
        Method("LSODA", _LSODA, one_by_one=True),
        Method("Radau", _Radau, one_by_one=True, uses_jacobian=True),
        Method("BDF", _BDF, one_by_one=True, uses_jacobian=True),
    )
}


def find_method(name: str) -> Method:
    """Return a method by name. Upper and lower case are the same.

    Raises
    ------
    InputError
        If the method does not exist.

    Examples
    --------
    >>> find_method("RK4").is_fixed
    True
    """
    for known, method in METHODS.items():
        if known.lower() == str(name).lower():
            return method
    raise InputError(
        f'there is no method "{name}"',
        hint=did_you_mean(str(name), METHODS) or f"choose one of {', '.join(METHODS)}",
    )


@dataclass(frozen=True)
class Problem:
    """An initial-value problem over a block of draws.

    Attributes
    ----------
    change : callable
        ``change(time, clock, state) -> flows``, both of shape ``(rows, draws)``.
    state : ndarray, shape (rows, draws)
        The state at the start.
    grid : Grid
        The start and the steps of the run.
    times : ndarray
        The times of the wanted states; increasing, not before the start.
    breakpoints : ndarray
        Times at which flows jump or bend.
    settle : callable, optional
        ``settle(time, before, after) -> after`` with states of shape ``(rows, draws)``: the
        changes between steps. A model with such changes needs a fixed step.
    advance : callable, optional
        As for `Leaps`, with states of shape ``(rows * draws,)``. It replaces `change` in a
        fixed-step method. All saved times must then be whole steps.
    jump : callable, optional
        ``jump(time, state)`` returns the state after the changes at a date, for an adaptive
        method. The date is one of `breakpoints`.
    sparsity : ndarray of bool, optional
        Where the Jacobian of the flows may differ from zero, for a method that computes one.
    done : int
        Number of fixed steps that have led to `state`. The times of the wanted states are later.
    tolerance : Tolerance, optional
        The error that a step may have, for a method that cuts its steps.
    """

    change: Callable[[float, float, Array], Array]
    state: Array
    grid: Grid
    times: Array
    breakpoints: Array
    settle: Callable[[float, Array, Array], Array] | None = None
    advance: Callable[[int, int, Array], Array] | None = None
    jump: Callable[[float, Array], Array] | None = None
    sparsity: NDArray[np.bool_] | None = None
    done: int = 0
    tolerance: Tolerance | None = None


def solve(problem: Problem, method: Method) -> Array | None:
    """Solve a problem with a method.

    Parameters
    ----------
    problem : Problem
    method : Method

    Returns
    -------
    ndarray, shape (times, rows, draws), or None
        Not finite where a draw's solution overflows. None if an adaptive method cannot continue
        with a block of several draws. Each draw alone can still be solved.
    """
    if method.tableau is not None:
        return solve_fixed(problem, method.tableau)
    return _unchanged(problem) if _is_at_rest(problem) else _solve_pieces(problem, method)


class _Counted:
    """The flows for an adaptive method, which may evaluate them only so often in a run.

    Where flows jump back and forth with the state, such methods take ever shorter steps.
    """

    def __init__(self, problem: Problem, method: Method) -> None:
        self._change, self._method = problem.change, method.name
        # Steps and breakpoints are what the model itself asks for. A method that computes the
        # Jacobian by differences evaluates the flows once for each row.
        span = float(problem.times[-1] - problem.grid.start) / problem.grid.step
        rows = problem.state.shape[0] if method.one_by_one else 1
        asked = (span + 10 * problem.breakpoints.size) * PER_STEP
        self._normal = int(max(limits.EVALUATIONS, asked) * max(1.0, rows / FEW_ROWS))
        self._most = limits.most(self._normal)
        self._count = 0

    def __call__(self, time: float, clock: float, state: Array) -> Array:
        self._count += 1
        if self._count > self._most:
            raise _TooManyEvaluations(
                f"{self._method} has evaluated the flows {self._most:,} times and has only "
                f"reached time {time:.6g}: they may jump back and forth there",
                hint=limits.advice(
                    "use a fixed-step method such as rk4 or rk4-auto", self._count, self._normal
                ),
            )
        return self._change(time, clock, state)


def _is_at_rest(problem: Problem) -> bool:
    """Tell whether there is nothing to solve: no state, or no time after the start."""
    return problem.state.shape[0] == 0 or bool(problem.times[-1] == problem.grid.start)


def _unchanged(problem: Problem) -> Array:
    return np.broadcast_to(problem.state, (problem.times.size, *problem.state.shape))


def solve_fixed(problem: Problem, tableau: Tableau) -> Array:
    """Solve a problem with a fixed step.

    Parameters
    ----------
    problem : Problem
    tableau : Tableau
        The method.

    Returns
    -------
    ndarray, shape (times, rows, draws)
        Not finite where a draw's solution overflows.
    """
    shape, grid = problem.state.shape, problem.grid
    count = grid.count_to(problem.times[-1])
    # With very long steps all times may be the start up to rounding.
    if _is_at_rest(problem) or count <= problem.done:
        return _unchanged(problem)
    end = grid.time_of(count)
    clock = Clock(grid.start)

    def flows(time: float, state: Array) -> Array:
        return problem.change(time, clock.now, state.reshape(shape)).reshape(-1)

    def settle(time: float, before: Array, after: Array) -> Array:
        assert problem.settle is not None
        return problem.settle(time, before.reshape(shape), after.reshape(shape)).reshape(-1)

    # A saved time that equals a step up to rounding gets exactly the state of that step.
    nearest = grid.nearest(problem.times)
    close = np.abs(problem.times - nearest) < NEAR * grid.step
    begin = problem.state.reshape(-1)
    times, places = np.unique(
        np.minimum(np.where(close, nearest, problem.times), end), return_inverse=True
    )
    solution, _, _ = _solve_ivp(
        flows,
        (grid.time_of(problem.done), end),
        np.where(np.isfinite(begin), begin, 0.0),
        method=FixedStep,
        t_eval=times,
        tableau=tableau,
        grid=grid,
        clock=clock,
        settle=settle if problem.settle else None,
        leaps=_leaps(problem),
        done=problem.done,
        tolerance=problem.tolerance,
        draws=shape[1],
        begin=begin,
    )
    return np.asarray(solution.y.T[places].reshape(-1, *shape))


def _leaps(problem: Problem) -> Leaps | None:
    if problem.advance is None:
        return None
    counts = problem.grid.counts_of(problem.times)
    assert counts is not None, "saved times must be whole steps"
    return Leaps(problem.advance, tuple(sorted({*counts} - {0})))


def _unknown_levels(
    problem: Problem, time: float, clock: float, state: Array, known: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Tell which levels are not finite from a time on: those, and what depends on them.

    A level whose flow is not finite is not finite either. It may take several rounds to find all.
    """
    unknown = known | ~np.isfinite(state)
    while True:
        flows = problem.change(time, clock, np.where(unknown, np.nan, state))
        more = unknown | ~np.isfinite(flows)
        if (more == unknown).all():
            return np.asarray(unknown)
        unknown = more


def _solve_pieces(problem: Problem, method: Method) -> Array | None:
    """Solve in pieces between breakpoints, so that no step crosses a breakpoint.

    Return None if the method cannot continue with a block of several draws.
    """
    problem = replace(problem, change=_Counted(problem, method))
    shape, start = problem.state.shape, problem.grid.start
    end = float(problem.times[-1])
    inside = problem.breakpoints[(problem.breakpoints > start) & (problem.breakpoints < end)]
    edges = np.unique(np.concatenate([[start], inside, [end]])).tolist()
    state, unknown = problem.state, np.zeros(shape, dtype=bool)
    saved = [state[np.newaxis]] if problem.times[0] == start else []
    left = edges.pop(0)
    while edges:
        right = edges[0]
        middle = 0.5 * (left + right)
        if not np.isfinite(state).all():
            unknown = _unknown_levels(problem, left, middle, state, unknown)
        options: dict[str, Any] = {}
        if not method.one_by_one:
            # SciPy's choice of the first step would be undefined if a draw had already overflowed.
            options = {"draws": shape[1], "first_step": min(problem.grid.step, right - left)}
        elif problem.sparsity is not None and method.uses_jacobian:
            options = {"jac_sparsity": problem.sparsity}
        wanted = problem.times[(problem.times > left) & (problem.times <= right)]
        solution, reached, last = _solve_ivp(
            _known_flows(problem, middle, unknown),
            (left, right),
            np.where(unknown, 0.0, state).reshape(-1),
            method=method.solver,
            t_eval=np.union1d(wanted, [right]),
            rtol=RELATIVE_TOLERANCE,
            atol=ABSOLUTE_TOLERANCE,
            **options,
        )
        if not solution.success and shape[1] > 1:
            return None
        states = np.reshape(np.asarray(solution.y).T, (len(solution.t), *shape))
        states = np.where(unknown, np.nan, states)
        if not solution.success:
            # The solver cannot continue. What is not finite from here on is left out.
            saved.append(states)
            state = np.where(unknown, np.nan, last.reshape(shape))
            more = _unknown_soon(problem, reached, right, middle, state, unknown)
            if (more == unknown).all():  # nothing was found, so that all later values are unknown
                saved.append(np.full((int((problem.times > reached).sum()), *shape), np.nan))
                break
            left, unknown = reached, more
            continue
        if problem.jump is not None:
            states[-1] = problem.jump(right, states[-1])
        state = states[-1]
        saved.append(states[np.isin(solution.t, wanted)])
        left = edges.pop(0)
    return np.concatenate(saved)


def _unknown_soon(
    problem: Problem,
    time: float,
    end: float,
    clock: float,
    state: Array,
    known: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Tell which levels are not finite right after a time at which a solver has stopped."""
    first, last = float(np.spacing(abs(time))), min(end - time, problem.grid.step)
    for ahead in (0.0, *np.geomspace(first, max(last, first), 30).tolist()):
        unknown = _unknown_levels(problem, time + ahead, clock, state, known)
        if (unknown != known).any():
            return unknown
    return known


def _known_flows(
    problem: Problem, clock: float, unknown: NDArray[np.bool_]
) -> Callable[[float, Array], Array]:
    """Return the flows for SciPy, which sees zeros in place of the levels that are not finite."""
    shape = problem.state.shape

    def flows(time: float, flat: Array) -> Array:
        return problem.change(time, clock, flat.reshape(shape)).reshape(-1)

    def without_unknown(time: float, flat: Array) -> Array:
        state = np.where(unknown, np.nan, flat.reshape(shape))
        return np.where(unknown, 0.0, problem.change(time, clock, state)).reshape(-1)

    return without_unknown if unknown.any() else flows
