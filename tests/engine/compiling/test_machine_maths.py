"""Elementary functions and the table of functions in machine code, against NumPy."""

from __future__ import annotations

import ctypes
import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from llvmlite import ir

from xhsim.engine.compiling import numpy_runtime as runtime
from xhsim.engine.compiling.machine_code import engine_of
from xhsim.engine.compiling.machine_instructions import CountedLoop
from xhsim.engine.compiling.machine_maths import F64, I64, Maths
from xhsim.engine.compiling.machine_platform import THIS_PROCESSOR, PlatformModule
from xhsim.engine.compiling.numpy_program import functions_of
from xhsim.engine.language.functions import FUNCTIONS
from xhsim.engine.language.machine_forms import as_number

NUMBERS = (-2.5, -1.0, -1e-7, 0.0, 0.3, 1.0, 1.5, 2.0, 4.0, np.nan)

TIME_STEP = 0.5

SPECIAL = np.array(
    [0, -0.0, 1, -1, 2, -2, 3, -3, 0.5, -0.5, np.inf, -np.inf, np.nan, 1e308, 5e-324, 1e-310]
)


def calculator(write: Callable[..., Any], arguments: int) -> Callable[..., np.ndarray]:
    """Compile what `write` writes with `Maths`, for arrays."""
    module = PlatformModule(THIS_PROCESSOR)
    pointer = F64.as_pointer()
    kind = ir.FunctionType(ir.VoidType(), [I64, *[pointer] * (arguments + 1)])
    function = ir.Function(module, kind, "all")
    entry = ir.IRBuilder(function.append_basic_block("entry"))
    with CountedLoop(entry, function.args[0], 8) as loop:
        group = ir.VectorType(F64, 8).as_pointer()
        places = [loop.at.bitcast(loop.at.gep(a, [loop.index]), group) for a in function.args[1:]]
        values = [loop.at.load(place) for place in places[:-1]]
        for loaded in values:
            loaded.align = 8
        found = write(Maths(module, loop.at, 8, ir.Constant(F64, TIME_STEP)), *values)
        loop.at.store(found, places[-1]).align = 8
    entry.ret_void()
    engine = engine_of(THIS_PROCESSOR.object_file(module, optimised=True))
    kinds = [ctypes.c_int64, *[ctypes.c_void_p] * (arguments + 1)]
    call = ctypes.CFUNCTYPE(None, *kinds)(engine.get_function_address("all"))

    def calculate(*given: np.ndarray) -> np.ndarray:
        assert engine is not None
        missing = -given[0].size % 8
        padded = [np.concatenate([array, np.ones(missing)]) for array in given]
        out = np.empty(padded[0].size)
        call(out.size, *(array.ctypes.data for array in padded), out.ctypes.data)
        return out[: given[0].size]

    return calculate


@pytest.mark.parametrize(
    ("name", "low", "high"), [("exp", -700, 700), ("log", 1e-300, 1e300), ("log", 0.5, 2)]
)
def test_exp_and_log(name: str, low: float, high: float) -> None:
    rng = np.random.default_rng(0)
    calculate = calculator(getattr(Maths, name), 1)
    x = rng.uniform(low, high, 20_000)
    ufunc = getattr(np, name)
    np.testing.assert_allclose(calculate(x), ufunc(x), rtol=5e-16, atol=0)
    edges = np.concatenate([SPECIAL, [709.7, 709.9, -745, -746, -710, 800]])
    with np.errstate(all="ignore"):
        np.testing.assert_allclose(calculate(edges), ufunc(edges), rtol=1e-15)


def test_power() -> None:
    rng = np.random.default_rng(0)
    calculate = calculator(Maths.power, 2)
    x, exponent = np.exp(rng.uniform(-5, 5, 20_000)), rng.uniform(-5, 5, 20_000)
    np.testing.assert_allclose(calculate(x, exponent), x**exponent, rtol=2e-14)
    bases, exponents = (grid.ravel() for grid in np.meshgrid(SPECIAL, SPECIAL))
    with np.errstate(all="ignore"):
        expected = bases**exponents
    np.testing.assert_allclose(calculate(bases, exponents), expected, rtol=1e-12)


@pytest.mark.parametrize("now", [0.0, 1.5, 3.0])
@pytest.mark.parametrize(
    "name", sorted(name for name, row in FUNCTIONS.items() if row.machine is not None)
)
def test_each_function_is_that_of_the_table(name: str, now: float) -> None:
    row = FUNCTIONS[name]
    if now and not row.now:
        return
    names = [f"a{place}" for place in range(len(row.arguments))]

    def write(maths: Maths, *values: Any) -> Any:
        given = [
            maths.at.fcmp_ordered(">", value, maths.number(0.0)) if at in row.conditions else value
            for at, value in enumerate(values[: len(names)])
        ]
        assert row.machine is not None
        found = row.machine(maths, *given, *([maths.number(now)] if row.now else []))
        return as_number(maths, found) if row.result == "condition" else found

    grid = np.array(list(itertools.product(NUMBERS, repeat=max(len(names), 1)))).T.copy()
    found = calculator(write, len(grid))(*grid)
    known = ", ".join([*names, "time", "clock", "time_step"])
    code = row.template.format(*names)
    theirs = functions_of(f"def of({known}): return {code}", runtime.NAMESPACE)["of"]
    given = [
        array > 0 if at in row.conditions else array for at, array in enumerate(grid[: len(names)])
    ]
    with np.errstate(all="ignore"):
        expected = np.broadcast_to(theirs(*given, now, now, TIME_STEP) * 1.0, found.shape)
    np.testing.assert_allclose(found, expected, rtol=2e-14)
