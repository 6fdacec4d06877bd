"""The times of a run: its start, its end, its saved times and its steps."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xhsim.engine import limits
from xhsim.engine.equations import Equations
from xhsim.engine.inputs import Inputs
from xhsim.engine.running.ensemble import solve_run
from xhsim.engine.running.grid import Grid
from xhsim.engine.running.numpy_solving import ArrayBlock, begin, inputs_of
from xhsim.engine.running.planned import Compiled, PlannedRun, Times
from xhsim.engine.running.solvers import find_method
from xhsim.errors import InputError

__all__ = ["find_times"]

Array = NDArray[np.float64]
MOST_STEPS = 10_000_000  # of a run; more steps mean a mistake in the time step
MOST_WALKED = 1_000_000  # of a trial run that finds the times
SOME_STEPS = 500  # of a trial run before FINAL TIME is looked for
CONTROLS = ("initial_time", "final_time", "time_step", "saveper")
NEAR = 1e-5  # of a step, as in PySD


def find_times(
    compile_outputs: Callable[[tuple[str, ...]], Compiled],
    compiled: Compiled,
    given: Inputs,
    times: Sequence[float] | Array | None,
) -> Times:
    """Compute the times of a run from the model's control variables.

    Parameters
    ----------
    compile_outputs : callable
        Compiles the model for other outputs, with the same inputs.
    compiled : Compiled
    given : Inputs
    times : sequence of float or None
        The saved times; None: from INITIAL TIME to FINAL TIME in steps of SAVEPER.

    Returns
    -------
    Times

    Raises
    ------
    InputError
        If a control variable or a time is invalid, or there would be too many steps.
    """
    equations = compiled.equations
    controls = tuple(dict.fromkeys(_key(equations, name) for name in CONTROLS))
    known = _constant_controls(compile_outputs(controls), given)
    start = known.get("initial_time")
    if start is None:
        raise InputError("INITIAL TIME must not change during a run")
    wanted = None if times is None else _chosen(times, start)
    needed = CONTROLS[1:] if wanted is None else ("time_step",)
    moving = tuple(name for name in needed if name not in known)
    if "time_step" in known:
        _refuse_odd("TIME STEP", known["time_step"])
    if moving:
        keys = tuple(_key(equations, name) for name in moving)
        return _TrialRun(compile_outputs(keys), given, moving, known, start).until(wanted)
    step = known["time_step"]
    if wanted is not None:
        _refuse_endless(wanted[-1] - start, step, wanted.size)
        return Times(Grid(start, step), wanted)
    saved = _saved_times(start, known["final_time"], step, known["saveper"])
    return Times(Grid(start, step), saved)


def _saved_times(start: float, end: float, step: float, every: float) -> Array:
    _refuse_odd("SAVEPER", every)
    count = float(np.floor((end - start) / every + NEAR))
    if count < 0:
        raise InputError(f"FINAL TIME {end:g} is before INITIAL TIME {start:g}")
    _refuse_endless(count * every, step, count)
    return start + every * np.arange(int(count) + 1, dtype=np.float64)


def _chosen(times: Sequence[float] | Array, start: float) -> Array:
    try:
        saved: Array = np.unique(np.asarray(times, dtype=np.float64))
    except (TypeError, ValueError):
        raise InputError("times must be a list of numbers") from None
    if saved.size == 0 or not np.isfinite(saved).all():
        raise InputError("times must be a list of one or more finite numbers")
    if saved[0] < start:
        raise InputError(f"time {saved[0]:g} is before INITIAL TIME {start:g}")
    return saved


@dataclass(frozen=True)
class _TrialRun:
    """A trial run, which finds the times of a model that changes its control variables.

    Attributes
    ----------
    watched : Compiled
        Its outputs are the control variables that change.
    given : Inputs
    moving : tuple of str
        The names of the control variables that change.
    known : mapping of str to float
        The values of the other control variables.
    start : float
    """

    watched: Compiled
    given: Inputs
    moving: tuple[str, ...]
    known: Mapping[str, float]
    start: float

    def until(self, wanted: Array | None) -> Times:
        """Run until the last wanted time, or until FINAL TIME."""
        steps = _Steps(self.start, self._first_step(), uneven="time_step" in self.moving)
        saved: list[float] = []
        for time, now in self._controls(steps.grid):
            step = now["time_step"]
            _refuse_odd("TIME STEP", step)
            steps.begin(time, step)
            end = now["final_time"] if wanted is None else float(wanted[-1])
            if steps.count > limits.most(MOST_WALKED):
                raise InputError(
                    f"FINAL TIME is not reached in {limits.most(MOST_WALKED):,} time steps",
                    hint=limits.advice("use a longer time step", steps.count, MOST_WALKED),
                )
            if wanted is None and _is_saved(time - self.start, now["saveper"], step):
                saved.append(time)
            if time + NEAR * step >= end:
                break
            steps.end()
        if wanted is not None:
            return Times(steps.grid, wanted)
        if steps.grid.is_even and "saveper" in self.known:
            every = self.known["saveper"]
            return Times(steps.grid, _saved_times(self.start, time, steps.grid.step, every))
        return Times(steps.grid, np.array(saved))

    def _first_step(self) -> float:
        if "time_step" in self.known:
            return self.known["time_step"]
        # At the start TIME STEP hardly depends on the length of the first step, so any will do.
        block = self._block(Grid(self.start, 1.0))
        with np.errstate(all="ignore"):
            values = block.report(self.start, block.state)
        first = _one("TIME STEP", values[self.moving.index("time_step")])
        _refuse_odd("TIME STEP", first)
        return first

    def _block(self, grid: Grid) -> ArrayBlock:
        """Return all draws at the start of a run with Euler's method."""
        times = Times(grid, np.array([self.start]))
        run = PlannedRun(self.watched, self.given, times, find_method("euler"))
        return begin(run, run.draws)

    def _values(self, grid: Grid) -> Iterator[tuple[float, Sequence[Any]]]:
        """Yield time and the values that change, step by step: numbers or arrays."""
        if not grid.is_even or self.given.draws is not None:
            yield from self._block(grid).walk()
        first, count = 0, int(self._steps_at_first(grid))
        while True:
            times = np.asarray(grid.start + np.arange(count + 1) * grid.step, dtype=np.float64)
            euler = find_method("euler")
            run = PlannedRun(self.watched, self.given, Times(grid, times), euler)
            results = [result.ravel().tolist() for result in solve_run(run)]
            for number in range(first, count + 1):
                yield float(times[number]), [result[number] for result in results]
            first, count = count + 1, 2 * count + 1

    def _steps_at_first(self, grid: Grid) -> float:
        """Return how many steps to take at once before looking whether FINAL TIME is reached."""
        if "final_time" not in self.known:
            return SOME_STEPS
        steps = (self.known["final_time"] - self.start) / grid.step
        return float(np.clip(np.ceil(steps), 1, limits.most(MOST_WALKED)))

    def _controls(self, grid: Grid) -> Iterator[tuple[float, dict[str, float]]]:
        """Yield time and control variables. The grid must already have each step."""
        for time, values in self._values(grid):
            raw = dict(zip(self.moving, values, strict=True))
            ends = raw.pop("final_time", None)
            now = {**self.known, **{name: _one(_shown(name), raw[name]) for name in raw}}
            if ends is not None:
                now["final_time"] = _first_of(ends, time + NEAR * now["time_step"])
            yield time, now


class _Steps:
    """A grid that grows during a run, if its steps differ in length.

    Steps of equal length are counted, so that time does not drift.
    """

    def __init__(self, start: float, first: float, *, uneven: bool) -> None:
        self._begins = [start] if uneven else []
        self._lengths = [first] if uneven else []
        self.grid = Grid(start, first, self._begins, self._lengths)
        self.count = 1
        self._since, self._counted = start, 0

    def begin(self, time: float, length: float) -> None:
        """Begin a step. Its length may differ from that of the step before."""
        if self._lengths and length != self._lengths[-1]:
            self._lengths[-1] = length
            self._since, self._counted = time, 0

    def end(self) -> None:
        """End the step. The next step has the same length, unless `begin` changes it."""
        self.count += 1
        self._counted += 1
        if self._lengths:
            self._begins.append(self._since + self._counted * self._lengths[-1])
            self._lengths.append(self._lengths[-1])


def _first_of(ends: Any, now: float) -> float:
    """Return the earliest FINAL TIME. All draws must have reached it, or no draw."""
    reached = np.ravel(ends) <= now
    if reached.any() != reached.all():
        raise InputError("FINAL TIME must be the same for all draws")
    if not np.isfinite(ends).all():
        raise InputError("FINAL TIME must be a finite number")
    return float(np.min(ends))


def _is_saved(since_start: float, every: float, step: float) -> bool:
    _refuse_odd("SAVEPER", every)
    rest = since_start % every
    return min(rest, every - rest) < NEAR * step


def _constant_controls(compiled: Compiled, given: Inputs) -> dict[str, float]:
    """Return the control variables that do not change during a run."""
    equations, plan = compiled.equations, compiled.plan
    with np.errstate(all="ignore"):
        values = compiled.program.constants(inputs_of(equations, plan, given, slice(None)))
    constants = dict(zip((*plan.inputs, *plan.constants), values, strict=True))
    keys = {name: _key(equations, name) for name in CONTROLS}
    return {
        name: _one(_shown(name), constants[key]) for name, key in keys.items() if key in constants
    }


def _key(equations: Equations, name: str) -> str:
    """Return the key of a control variable. A model without SAVEPER saves every step."""
    return name if name in equations.definitions else "time_step"


def _shown(name: str) -> str:
    return name.replace("_", " ").upper()


def _one(shown: str, values: object) -> float:
    if isinstance(values, float) and math.isfinite(values):
        return float(values)  # NumPy's numbers are slow in Python
    value = np.ravel(np.asarray(values, dtype=np.float64))
    if not np.isfinite(value).all():
        raise InputError(f"{shown} must be a finite number")
    if np.ptp(value) > 0:
        raise InputError(f"{shown} must be the same for all draws")
    return float(value[0])


def _refuse_odd(shown: str, value: float) -> None:
    if value <= 0:
        raise InputError(f"{shown} must be positive, not {value:g}")


def _refuse_endless(span: float, step: float, saves: float) -> None:
    steps, most = max(span / step, saves), limits.most(MOST_STEPS)
    if not steps <= most:
        raise InputError(
            f"the run would take {limits.shown(steps)} time steps, more than {most:,}",
            hint=limits.advice("use a longer time step", steps, MOST_STEPS),
        )
