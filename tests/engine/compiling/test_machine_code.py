"""Machine code that is loaded can be called, whoever compiled it."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np

from tests.engine.models import model_of
from xhsim.engine.compiling.machine_code import MachineCode, Slot, load_code
from xhsim.engine.compiling.machine_program import emit_llvm
from xhsim.engine.compiling.plan import make_plan
from xhsim.engine.tableaux import EULER


def test_code_says_where_its_numbers_are(tmp_path: Path) -> None:
    model = model_of(tmp_path, "a = 1\nb = 2\nlevel = INTEG(a-b, 4)\nlate = DELAY1(level, a)")
    plan = make_plan(model.equations, ["level", "late"], (), ())
    code = emit_llvm(model.equations, plan, frozenset({"a"}), EULER)
    assert code is not None
    assert code.rows == 2
    assert code.outputs == 2
    assert not code.inputs["a"][0][1].is_shared
    assert code.inputs["b"][0][1].is_shared
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(code), type=MachineCode) == code


def test_loaded_code_computes(tmp_path: Path) -> None:
    """Stock of the form y' = a - b, by hand: a step of 0.5 from 4 with a = 1, b = 2 ends at 3.5."""
    model = model_of(tmp_path, "a = 1\nb = 2\nlevel = INTEG(a-b, 4)")
    plan = make_plan(model.equations, ["level"], (), ())
    code = emit_llvm(model.equations, plan, frozenset({"a"}), EULER)
    assert code is not None
    program = load_code(code)
    shared, apart = np.zeros(code.shared), np.zeros((code.apart, code.width))
    for key, number in {"a": 1.0, "b": 2.0}.items():
        ((_, place),) = code.inputs[key]
        assert place == Slot(key == "b", place.number)
        (shared if place.is_shared else apart)[place.number] = number
    state, scratch = np.empty((1, code.width)), np.empty(code.rooms * code.width)
    paths, places = np.zeros(1), np.zeros(1, dtype=np.int64)
    known = [array.ctypes.data for array in (shared, apart, paths, places)]
    width = code.width
    program.begin(width, 0.0, 0.5, *known, state.ctypes.data, width)
    np.testing.assert_array_equal(state, 4.0)
    stops, saves = np.array([0, 1, 2, 3]), np.array([0, -1, 1, -1])
    times, out = stops * 0.5, np.full((2, 1, width), np.nan)
    leaps = [array.ctypes.data for array in (stops, saves, times)]
    into = [array.ctypes.data for array in (state, scratch, out)]
    program.follow(width, 0, 4, *leaps, 0.0, 0.5, *known, *into, width)
    np.testing.assert_array_equal(state, 2.5)
    np.testing.assert_array_equal(out[:, 0, 0], [4.0, 3.0])
    assert program.jump is None
