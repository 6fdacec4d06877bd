"""Solve a block of draws with the generated NumPy code."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xhsim.engine.compiling.numpy_program import emit_save
from xhsim.engine.compiling.plan import Plan
from xhsim.engine.compiling.random_numbers import make_noise
from xhsim.engine.equations import Equations, Stock
from xhsim.engine.inputs import Inputs, default_value
from xhsim.engine.paths import Path
from xhsim.engine.running.discrete_changes import BetweenSteps, containers_of
from xhsim.engine.running.planned import PlannedRun
from xhsim.engine.running.shared_start import Known, RememberedBlock
from xhsim.engine.running.solvers import Problem, solve
from xhsim.engine.running.steps import Clock, FixedStep, Tolerance
from xhsim.engine.tableaux import EULER

__all__ = ["ArrayBlock", "begin", "inputs_of", "tolerance_of"]

Array = NDArray[np.float64]
WORTH_WRITING = 50  # saved times; with fewer, one more function is not worth writing


@dataclass(frozen=True)
class ArrayBlock:
    """A block of draws at the start of a run.

    Attributes
    ----------
    run : PlannedRun
    part : slice
        The draws of the block.
    known : tuple
        The last arguments of every function of the program: constants, held values, paths and
        noise.
    state : ndarray, shape (rows, draws)
    settle : callable, optional
        ``settle(time, before, after) -> after``: makes the changes at the end of each step.
    """

    run: PlannedRun
    part: slice
    known: tuple[Any, ...]
    state: Array
    settle: Callable[[float, Array, Array], Array] | None

    def solve(self, results: list[Array], sparsity: NDArray[np.bool_] | None) -> bool:
        """Solve the block and fill in its part of the results.

        Parameters
        ----------
        results : list of ndarray, each of shape ``(times, *elements, draws)``
        sparsity : ndarray of bool, optional
            As for `Problem`.

        Returns
        -------
        bool
            False if the method cannot continue with all draws together.
        """
        begun = self._beginning()
        early: list[Sequence[Any]] = []
        state, done = self.state, 0
        if begun is not None and begun.state is not None:
            early = [begun.reports[count] for count in sorted(begun.reports)]
            state, done = begun.state, begun.steps
        for number, values in enumerate(early):
            self._hand_out(number, values, results)
        # The states at many saved times would fill the memory, so outputs are computed on the way.
        counts, method = self.run.times.counts, self.run.method
        on_the_way = counts is not None and method.is_fixed and state.size > 0 and counts[-1] > done
        saved: dict[int, list[int]] = {}  # the saved times by the number of steps
        for number, count in enumerate(counts or ()):
            if number >= len(early):
                saved.setdefault(count, []).append(number)

        both = _Both.of(self, saved) if on_the_way else None

        def save(number: int, state: Array) -> None:
            now = both.outputs.pop(number, None) if both else None
            if now is None:
                now = self.report(float(self.run.saved[number]), state)
            self._hand_out(number, now, results)
            if begun is not None and not early:
                self._remember(begun, number, state, now)

        def settle(time: float, before: Array, after: Array) -> Array:
            for number in saved.get(self.run.grid.number_at(time), ()):
                save(number, before)
            return after if self.settle is None else self.settle(time, before, after)

        # Draws that overflow are visible in the results, so NumPy need not warn.
        with np.errstate(all="ignore"):
            problem = Problem(
                both.change if both else self.change,
                state,
                self.run.grid,
                self.run.saved[-1:] if on_the_way else self.run.saved[len(early) :],
                self._breakpoints(),
                settle if on_the_way else self.settle,
                jump=self._jump,
                sparsity=sparsity,
                done=done,
                tolerance=tolerance_of(self.run) if method.is_automatic else None,
            )
            states = solve(problem, method)
            if states is None:
                return False
            if on_the_way:
                assert counts is not None
                for number in saved[counts[-1]]:
                    save(number, states[-1])
                return True
            for number in range(len(early), self.run.saved.size):
                save(number, states[number - len(early)])
        return True

    def _hand_out(self, number: int, values: Sequence[Any], results: list[Array]) -> None:
        for result, value in zip(results, values, strict=True):
            result[number][..., self.part] = value

    def _beginning(self) -> RememberedBlock | None:
        """Return the remembered start of this block, or the one to be filled in."""
        run, counts = self.run, self.run.times.counts
        if run.beginning is None or counts is None or self.settle or not run.method.is_fixed:
            return None
        # The last saved time is solved anew, so that there is always something to solve.
        early = [n for n in counts[:-1] if run.grid.time_of(n) <= run.beginning.until]
        if not early or early[-1] == 0 or not self.state.size:
            return None
        inputs = inputs_of(run.equations, run.plan, run.given, self.part)
        steps = np.array([run.grid.start, run.grid.step, run.seed])
        paths = [run.given.paths[key] for key in run.plan.paths]
        known = Known(run.program, (*inputs, steps), paths, run.saved)
        return run.beginning.of_block(self.part, known, early[-1])

    def _remember(
        self, begun: RememberedBlock, number: int, state: Array, values: Sequence[Any]
    ) -> None:
        counts = self.run.times.counts
        assert counts is not None
        if counts[number] > begun.steps:
            return
        if counts[number] == begun.steps:
            begun.state = state.copy()
        begun.reports[counts[number]] = [np.array(value) for value in values]

    def walk(self) -> Iterator[tuple[float, list[Array]]]:
        """Run step by step with Euler's method. Steps may differ in length.

        The grid may grow during the run, but must have each step before it is taken.

        Yields
        ------
        float, list of ndarray
            The time and the outputs, each of shape ``(*elements, draws)``.
        """
        clock = Clock(self.run.grid.start)
        shape = self.state.shape

        def flows(time: float, flat: Array) -> Array:
            return self.change(time, clock.now, flat.reshape(shape)).reshape(-1)

        def settle(time: float, before: Array, after: Array) -> Array:
            if self.settle is None:
                return after
            return self.settle(time, before.reshape(shape), after.reshape(shape)).reshape(-1)

        start = self.state.reshape(-1)
        grid = self.run.grid
        solver = FixedStep(
            flows,
            grid.start,
            np.where(np.isfinite(start), start, 0.0),
            np.inf,
            tableau=EULER,
            grid=grid,
            clock=clock,
            settle=settle,
            begin=start,
        )
        for count in itertools.count():
            time = grid.time_of(count)
            with np.errstate(all="ignore"):
                if count and start.size:  # without a state SciPy cannot take steps
                    solver.step()
                values = self.report(time, solver.y.reshape(shape))
            yield time, [np.asarray(value) for value in values]

    def change(self, time: float, clock: float, state: Array) -> Array:
        """Return the flows."""
        # An adaptive method uses the branch at the middle of a piece, without slack.
        slack = self.run.grid.length_at(clock) if self.run.method.is_fixed else 0.0
        times = (np.float64(time), np.float64(clock), np.float64(slack))
        return self.run.program.change(*times, state, *self.known)

    def _jump(self, time: float, state: Array) -> Array:
        """Return the state after the changes at a date."""
        dated = self.run.dated
        due = dated.at(time, self.run.grid.step)
        return dated.made(due, _jumping(self.run, self.known), time, state)

    def report(self, time: float, state: Array) -> tuple[Any, ...]:
        """Return the outputs at a saved time."""
        now, step = np.float64(time), np.float64(self.run.grid.length_at(time))
        return self.run.program.report(now, now, step, state, *self.known)

    def _breakpoints(self) -> Array:
        if self.run.method.is_fixed:
            return np.empty(0)
        times = [np.ravel(value) for value in self.run.program.breakpoints(self.known[0])]
        times += [np.array(path.breakpoints) for path in self.run.given.paths.values()]
        times += [np.array(self.run.dated.dates), np.array(self.run.dated.bends)]
        return np.unique(np.concatenate(times)) if times else np.empty(0)


@dataclass(frozen=True)
class _Both:
    """Flows and outputs at the start of a step that is saved, computed together.

    Attributes
    ----------
    block : ArrayBlock
    program : callable
        That of `emit_save`.
    numbers : mapping of float to int
        The saved time that is the start of a step, by this time.
    outputs : dict of int to sequence
        The outputs that wait to be saved, by the number of the saved time.
    """

    block: ArrayBlock
    program: Callable[..., tuple[Any, ...]]
    numbers: Mapping[float, int]
    outputs: dict[int, Sequence[Any]]

    @classmethod
    def of(cls, block: ArrayBlock, saved: Mapping[int, Sequence[int]]) -> _Both | None:
        """Return what computes both, or None if too few steps are saved for its writing."""
        run = block.run
        if len(saved) < WORTH_WRITING:
            return None
        numbers = {
            float(run.saved[which[0]]): which[0]
            for count, which in saved.items()
            if len(which) == 1 and run.saved[which[0]] == run.grid.time_of(count)
        }
        program = run.compiled.form("both", lambda: emit_save(run.equations, run.plan))
        return cls(block, program, numbers, {})

    def change(self, time: float, clock: float, state: Array) -> Array:
        """Return the flows, and keep the outputs of a saved time."""
        block = self.block
        number = self.numbers.get(time) if time == clock else None
        if number is None or number in self.outputs:
            return block.change(time, clock, state)
        length = np.float64(block.run.grid.length_at(clock))
        now = np.float64(time)
        flows, self.outputs[number] = self.program(now, now, length, state, *block.known)
        return np.asarray(flows)


def begin(run: PlannedRun, part: slice) -> ArrayBlock:
    """Compute the constants and the state at the start.

    Parameters
    ----------
    run : PlannedRun
    part : slice
        The draws of the block.

    Returns
    -------
    ArrayBlock
    """
    plan, program, grid = run.plan, run.program, run.grid
    first, step = np.float64(grid.start), np.float64(grid.step)
    with np.errstate(all="ignore"):
        constants = program.constants(inputs_of(run.equations, plan, run.given, part))
        paths = [_follow(run.given.paths[key], part) for key in plan.paths]
        noise = make_noise(run.seed, grid.number_at, part)
        values = program.start(first, first, step, constants, paths, noise)
    stocks, held, fixed_delays = values
    state = _state(run, stocks, part.stop - part.start)
    known = (constants, held, paths, noise)
    settle = _settling(run, known, fixed_delays, state)
    block = ArrayBlock(run, part, known, state, settle)
    return replace(block, state=block._jump(grid.start, state)) if plan.dated else block


def _state(run: PlannedRun, stocks: tuple[Any, ...], draws: int) -> Array:
    rows = run.compiled.rows
    state = np.empty((sum(r.stop - r.start for r in rows.values()), draws))
    for key, value in zip(run.plan.stocks, stocks, strict=True):
        state[rows[key]] = np.reshape(value, (rows[key].stop - rows[key].start, -1))
    return state


def _settling(
    run: PlannedRun, known: tuple[Any, ...], delays: tuple[Any, ...], state: Array
) -> Callable[[float, Array, Array], Array] | None:
    """Return the function that makes the changes at the end of each step, or None."""
    plan, rows = run.plan, run.compiled.rows
    discrete = [rows[key] for key in plan.discrete]
    at_least_zero = [
        rows[key]
        for key in plan.stocks
        if isinstance(stock := run.equations.definitions[key], Stock) and stock.non_negative
    ]
    dated = run.dated.settling(_jumping(run, known), run.grid) if plan.dated else None
    if not discrete and not at_least_zero:
        return dated

    def update(time: float, now: Array) -> tuple[Any, ...]:
        begun, step = np.float64(time), np.float64(run.grid.length_at(time))
        return run.program.update(begun, begun, step, now, *known)

    containers = containers_of(run.equations, plan)
    between = BetweenSteps(
        update, discrete, delays, state, run.grid.step, at_least_zero, containers
    ).settle
    if dated is None:
        return between

    def settle(time: float, before: Array, after: Array) -> Array:
        return dated(time, before, between(time, before, after))

    return settle


def _jumping(run: PlannedRun, known: tuple[Any, ...]) -> Callable[[float, Array], tuple[Any, ...]]:
    """Return a function of time and state that computes all changes of dated variables."""

    def jump(time: float, state: Array) -> tuple[Any, ...]:
        now, step = np.float64(time), np.float64(run.grid.length_at(time))
        with np.errstate(all="ignore"):
            return run.program.jump(now, now, step, state, *known)

    return jump


def inputs_of(equations: Equations, plan: Plan, given: Inputs, part: slice) -> tuple[Any, ...]:
    """Return the values of a plan's inputs for a block of draws."""
    values: list[Any] = []
    for key in plan.inputs:
        array = given.numbers.get(key)
        if array is None:
            values.append(_own_value(equations, key))
            continue
        if array.shape[-1] > 1:
            array = array[..., part]
        alone = not equations.variables[key].shape and array.shape[-1] == 1
        values.append(np.float64(array[0]) if alone else np.ascontiguousarray(array))
    return tuple(values)


def _own_value(equations: Equations, key: str) -> Any:
    """Return the value that the model gives a constant: a number, or shape ``(*elements, 1)``."""
    known = equations.own_values
    if key not in known:
        variable = equations.variables[key]
        array = default_value(equations, variable)
        array.setflags(write=False)  # all runs share this array
        known[key] = array if variable.shape else np.float64(array[0])
    return known[key]


def tolerance_of(run: PlannedRun) -> Tolerance:
    """Return the error that a step may have: what the model says, or Vensim's default."""
    found = {}
    for field in fields(Tolerance):
        variable = run.equations.variables.get(f"{field.name}_tolerance")
        if variable is not None and variable.kind == "constant" and not variable.shape:
            found[field.name] = float(default_value(run.equations, variable)[0])
    return Tolerance(**found)


def _follow(path: Path, part: slice) -> Callable[[float, float], Any]:
    """Return a path as a function of time and clock for a block of draws.

    At a jump, a step that ends there uses the value before it, and a step that starts there uses
    the value after it. The clock, which is the start of the step, tells which.
    """
    several = path.values.shape[-1] > 1
    values = np.ascontiguousarray(path.values[..., part] if several else path.values)
    slopes = np.ascontiguousarray(path.slopes[..., part] if several else path.slopes)

    def at(time: float, clock: float) -> Any:
        side = "left" if clock < time else "right"
        piece = int(np.searchsorted(path.times, time, side=side)) - 1  # type: ignore[call-overload]
        if piece < 0:
            return values[0]
        return values[piece] + slopes[piece] * (time - path.times[piece])

    return at
