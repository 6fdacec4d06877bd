"""Write a model as one readable Python file that needs NumPy but not xhsim."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from xhsim.engine.compiling import numpy_runtime as runtime
from xhsim.engine.compiling import random_numbers as chance
from xhsim.engine.compiling import vector_functions as vectors
from xhsim.engine.compiling.plan import Plan
from xhsim.engine.equations import Equations
from xhsim.errors import InputError

__all__ = ["write_python"]

HEAD = '''\
"""A stock-and-flow model as NumPy code. `run` solves it with Euler's method."""

from __future__ import annotations

from typing import Any

import numpy as np

Value = Any
SMALL = 1e-6  # Vensim's limit for zero in a denominator, and its slack in time
'''

TAIL = '''\
def run(end, time_step, begin, every, **given):
    """Solve from `begin` to `end`; return times and outputs, saved in steps of `every`."""
    values = {{**INPUTS, **{{name: np.atleast_1d(value) for name, value in given.items()}}}}
    fixed = constants([values[name] for name in INPUTS])
    draws = max((np.shape(v)[-1] for v in values.values() if np.ndim(v)), default=1)
    first, held, _ = start(np.float64(begin), begin, time_step, fixed, (), None)
    state = np.empty(({rows}, draws))
    for (low, high), value in zip(ROWS, first, strict=True):
        state[low:high] = np.reshape(value, (high - low, -1))
    saved, outputs = [], []
    for step in range(round((end - begin) / time_step) + 1):
        time = np.float64(begin + step * time_step)
        if abs((time - begin) / every - round((time - begin) / every)) < 1e-6:
            saved.append(float(time))
            now = report(time, time, time_step, state, fixed, held, (), None)
            outputs.append(dict(zip(OUTPUTS, now, strict=True)))
        state = state + time_step * change(time, time, time_step, state, fixed, held, (), None)
    return saved, outputs
'''


def write_python(
    equations: Equations,
    plan: Plan,
    source: str,
    bound: Mapping[str, Any],
    rows: Mapping[str, slice],
    inputs: Mapping[str, Any],
) -> str:
    """Write a model as a stand-alone Python file.

    Parameters
    ----------
    equations : Equations
    plan : Plan
    source : str
        The generated functions.
    bound : mapping of str to object
        The tables and arrays that they use.
    rows : mapping of str to slice
        The rows of each stock in the state.
    inputs : mapping of str to value
        The model's constants by key.

    Returns
    -------
    str
        Python source.

    Raises
    ------
    InputError
        If the model has discrete variables, functions of vectors or random numbers.
    """
    needs_more = {function.__name__ for function in (*vectors.FUNCTIONS, *chance.FUNCTIONS)}
    called = set(re.findall(r"\b[a-z_0-9]+(?=\()", source))
    if plan.discrete or plan.dated or called & (needs_more | {"noise"}):
        raise InputError(
            "a model with discrete delays, sampled values, functions of vectors or random numbers "
            "cannot be written as a stand-alone file",
            hint="model.source shows its equations",
        )
    names = {key: equations.variables[key].identifier for key in (*plan.inputs, *plan.outputs)}
    state_rows = [(rows[key].start, rows[key].stop) for key in plan.stocks]
    lines = ["INPUTS = {"]
    lines += [f'    "{names[key]}": {_literal(inputs[key])},' for key in plan.inputs]
    lines += ["}", f"OUTPUTS = {[names[key] for key in plan.outputs]!r}", f"ROWS = {state_rows!r}"]
    lines += [f"{name} = {_literal(value)}" for name, value in bound.items()]
    parts = [
        HEAD,
        *_helpers(called),
        "\n".join(lines),
        source.strip(),
        TAIL.format(rows=max((stop for _, stop in state_rows), default=0)),
    ]
    return "\n\n\n".join(part.strip() for part in parts) + "\n"


def _helpers(called: set[str]) -> list[str]:
    """Return the source of the functions that the code calls, directly or indirectly."""
    known = {
        name: function
        for name, function in vars(runtime).items()
        if inspect.isfunction(function) and function.__module__ == runtime.__name__
    }
    wanted: dict[str, str] = {}
    open_ends = sorted(called & known.keys())
    while open_ends:
        name = open_ends.pop()
        if name not in wanted:
            wanted[name] = inspect.getsource(known[name])
            open_ends += sorted(set(re.findall(r"\b[a-z_]+\b", wanted[name])) & known.keys())
    text = "\n".join(wanted.values())
    used = set(re.findall(r"\b[A-Z_]+\b", text)) - {"SMALL"}  # which every file has
    constants = [
        f"{name} = {_literal(value)}"
        for name, value in vars(runtime).items()
        if name in used and isinstance(value, int | float)
    ]
    return [*(["\n".join(constants)] if constants else []), *wanted.values()]


def _literal(value: Any) -> str:
    """Return a literal of which Python reads back exactly the same value."""
    if isinstance(value, tuple):
        return f"({''.join(_literal(item) + ', ' for item in value)})"
    if isinstance(value, slice):
        return f"slice({value.start}, {value.stop})"
    if isinstance(value, np.ndarray):
        return f"np.array({value.tolist()!r})".replace("nan", "np.nan").replace("inf", "np.inf")
    if isinstance(value, int):
        return repr(value)
    number = repr(float(value))
    return f"np.float64({number})" if np.isfinite(value) else f"np.float64('{number}')"
