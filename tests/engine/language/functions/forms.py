"""The values of the forms of functions, for the tests of the rows."""

from __future__ import annotations

from typing import Any

import numpy as np

from xhsim.engine.compiling import numpy_runtime, scalar_runtime
from xhsim.engine.language.functions import FUNCTIONS


def by_numpy(function: str, *arguments: Any, **words: Any) -> Any:
    """Return the value of a function's NumPy code; `words` are the time, the clock and the like."""
    names = [f"argument_{number}" for number in range(len(arguments))]
    placed = {key: words.pop(key) for key in ("n", "axis") if key in words}
    code = FUNCTIONS[function].template.format(*names, noise="noise", **placed)
    known = {
        **numpy_runtime.NAMESPACE,
        "np": np,
        **words,
        **dict(zip(names, arguments, strict=True)),
    }
    return eval(code, known)  # noqa: S307


def by_python(function: str, *arguments: float, now: float = 0.0, time_step: float = 1.0) -> Any:
    """Return the value of a function's Python code for single numbers."""
    names = [f"argument_{number}" for number in range(len(arguments))]
    code = FUNCTIONS[function].scalar
    assert code is not None
    known = {**scalar_runtime.NAMESPACE, "time_step": time_step, "moment": now}
    known |= dict(zip(names, arguments, strict=True))
    return eval(code.format(*names, now="moment"), known)  # noqa: S307


def of_both(function: str, *arguments: float) -> float:
    """Return the value of an elementwise function, and see that both forms agree."""
    value = float(by_numpy(function, *arguments))
    np.testing.assert_allclose(by_python(function, *arguments), value, rtol=1e-14)
    return value
