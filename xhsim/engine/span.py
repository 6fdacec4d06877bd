"""When a run starts and ends, which times it saves, and how long its steps are."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from xhsim.engine.blocks import Compiled, Ensemble, Times, inputs_of
from xhsim.engine.equations import Equations
from xhsim.engine.inputs import Inputs
from xhsim.engine.solvers import find_method
from xhsim.errors import InputError

__all__ = ["find_times"]

Array = NDArray[np.float64]
MOST_STEPS = 10_000_000  # of a run; more is a mistake in the time step


def find_times(
    equations: Equations,
    compile_outputs: Callable[[tuple[str, ...]], Compiled],
    compiled: Compiled,
    given: Inputs,
    times: Sequence[float] | Array | None,
) -> Times:
    """Work out the times of a run from the model's control variables.

    Parameters
    ----------
    equations : Equations
    compile_outputs : callable
        Compiles the model for other outputs, with the same inputs.
    compiled : Compiled
    given : Inputs
    times : sequence of float or None
        When values are to be saved; None: from INITIAL TIME to FINAL TIME by SAVEPER.

    Returns
    -------
    Times

    Raises
    ------
    InputError
        If a control variable or a time makes no sense, or there would be too many steps.
    """
    start, step, every = (
        _control(equations, compiled, given, name)
        for name in ("initial_time", "time_step", "saveper")
    )
    if step <= 0:
        raise InputError(f"TIME STEP must be positive, not {step:g}")
    if times is not None:
        return Times(start, _chosen(times, start, step), step)
    end = _end(equations, compile_outputs, compiled, given, start, step)
    if every <= 0:
        raise InputError(f"SAVEPER must be positive, not {every:g}")
    count = float(np.floor((end - start) / every + 1e-5))
    if count < 0:
        raise InputError(f"FINAL TIME {end:g} is before INITIAL TIME {start:g}")
    _refuse_endless(count * every, step, count)
    return Times(start, start + every * np.arange(int(count) + 1, dtype=np.float64), step)


def _chosen(times: Sequence[float] | Array, start: float, step: float) -> Array:
    try:
        saved: Array = np.unique(np.asarray(times, dtype=np.float64))
    except (TypeError, ValueError):
        raise InputError("times must be a list of numbers") from None
    if saved.size == 0 or not np.isfinite(saved).all():
        raise InputError("times must be a list of one or more finite numbers")
    if saved[0] < start:
        raise InputError(f"time {saved[0]:g} is before INITIAL TIME {start:g}")
    _refuse_endless(saved[-1] - start, step, saved.size)
    return saved


def _end(
    equations: Equations,
    compile_outputs: Callable[[tuple[str, ...]], Compiled],
    compiled: Compiled,
    given: Inputs,
    start: float,
    step: float,
) -> float:
    """Return FINAL TIME; where it depends on the run, the first step that has reached it."""
    if "final_time" in (*compiled.plan.inputs, *compiled.plan.constants):
        return _control(equations, compiled, given, "final_time")
    watched = compile_outputs(("final_time",))
    steps = 1
    while True:
        _refuse_endless(steps * step, step, steps)
        span = Times(start, start + step * np.arange(steps + 1, dtype=np.float64), step)
        (ends,) = Ensemble(equations, watched, given, span, find_method("euler"), 0).run()
        reached = span.saved[:, np.newaxis] + 1e-5 * step >= ends
        if (reached != reached[:, :1]).any():
            raise InputError("FINAL TIME must be the same for all draws")
        if reached[:, 0].any():
            return float(span.saved[np.argmax(reached[:, 0])])
        # Not yet: go as far as it now seems to be, and at least twice as far.
        further = np.nanmin(np.where(np.isfinite(ends[-1]), ends[-1], start))
        steps = max(2 * steps, min(MOST_STEPS, int(np.ceil((further - start) / step))))


def _control(equations: Equations, compiled: Compiled, given: Inputs, name: str) -> float:
    key = "time_step" if name not in equations.definitions else name
    plan = compiled.plan
    shown = name.replace("_", " ").upper()
    if key not in (*plan.inputs, *plan.constants):
        raise InputError(f"{shown} must not change during a run")
    with np.errstate(all="ignore"):
        values = compiled.program.constants(inputs_of(equations, plan, given, slice(None)))
    value = np.ravel(values[(*plan.inputs, *plan.constants).index(key)])
    if not np.isfinite(value).all():
        raise InputError(f"{shown} must be a finite number")
    if np.ptp(value) > 0:
        raise InputError(f"{shown} must be the same for all draws")
    return float(value[0])


def _refuse_endless(span: float, step: float, saves: float) -> None:
    steps = max(span / step, saves)
    if not steps <= MOST_STEPS:
        raise InputError(
            f"the run would take {steps:.3g} time steps", hint="use a longer time step"
        )
