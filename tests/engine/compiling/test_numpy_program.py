"""Generated NumPy functions: what they return, and that the code reaches nothing else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.engine.models import model_of
from xhsim.engine.compiling.numpy_program import emit, functions_of
from xhsim.engine.compiling.plan import make_plan

NO_NOISE = None


def test_functions_of_a_small_model(tmp_path: Path) -> None:
    text = "rate = 0.5\nlimit = rate*8\nlevel = INTEG(rate*(limit-level), 1)\nshown = level*2"
    equations = model_of(tmp_path, text).equations
    plan = make_plan(equations, ["shown"], (), ())
    program = emit(equations, plan)
    given = [np.float64({"rate": 0.5}.get(key, 1.0)) for key in plan.inputs]
    constants = program.constants(given)
    names = (*plan.inputs, *plan.constants)
    assert dict(zip(names, constants, strict=True))["limit"] == 4
    stocks, held, fixed = program.start(0.0, 0.0, 1.0, constants, (), NO_NOISE)
    assert (stocks, held, fixed) == ((1.0,), (), ())
    state = np.array([[1.0, 2.0]])
    arguments = (0.0, 0.0, 1.0, state, constants, held, (), NO_NOISE)
    assert program.change(*arguments).tolist() == [[1.5, 1.0]]
    assert program.report(*arguments)[0].tolist() == [2, 4]
    assert program.update(*arguments) == ()
    assert program.rows == {"level": slice(0, 1)}


def test_breakpoints_are_the_times_known_before_the_run(tmp_path: Path) -> None:
    text = "when = 3\nx = STEP(1, when)+PULSE(5, 2)\ny = STEP(1, x)"
    equations = model_of(tmp_path, text).equations
    plan = make_plan(equations, ["x", "y"], (), ())
    program = emit(equations, plan)
    given = [np.float64({"when": 3.0}.get(key, 1.0)) for key in plan.inputs]
    times = {float(time) for time in program.breakpoints(program.constants(given))}
    assert times == {3.0, 5.0, 7.0}


def test_code_has_no_builtins() -> None:
    with pytest.raises(NameError):
        functions_of("def leak():\n    return open('secret')", {})["leak"]()
