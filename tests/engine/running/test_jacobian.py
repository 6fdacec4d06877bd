"""The pattern of the Jacobian against differences of the flows themselves."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import xhsim
from tests.places import ROOT
from xhsim.engine.inputs import Inputs
from xhsim.engine.model import Model
from xhsim.engine.running.jacobian import sparsity
from xhsim.engine.running.numpy_solving import inputs_of

FILES = [
    ROOT / "model" / "xuhui.mdl",
    *sorted((ROOT / "tests/data/engine/subscripts").glob("*.mdl")),
    ROOT / "tests/data/engine/functions/memory.mdl",
]


def flows(model: Model) -> tuple[np.ndarray, np.ndarray]:
    """Return the pattern claimed, and where flows do change when one stock is moved."""
    compiled = model._compile(Inputs({}, {}, None), model._default_outputs())
    plan, program = compiled.plan, compiled.program
    claimed = sparsity(model.equations, plan, program.rows)
    size = claimed.shape[0]
    rng = np.random.default_rng(3)
    base = rng.uniform(0.5, 2.0, (size, 1))
    moved = np.broadcast_to(base, (size, size + 1)).copy()
    for column in range(size):
        moved[column, column] *= 1.001
    step, time = np.float64(0.25), np.float64(3.0)
    with np.errstate(all="ignore"):
        constants = program.constants(
            inputs_of(model.equations, plan, Inputs({}, {}, None), slice(None))
        )
        started = program.start(time, time, step, constants, [], None)
        change = program.change(time, time, step, moved, constants, started[1], [], None)
    return claimed, change[:, :size] != change[:, size:]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_dependence_is_left_out(path: Path) -> None:
    model = xhsim.load_model(path)
    claimed, seen = flows(model)
    assert not (seen & ~claimed).any()


def test_the_pattern_is_sparse_where_the_model_is() -> None:
    claimed, seen = flows(xhsim.load_model(FILES[0]))
    assert seen.sum() <= claimed.sum() < 0.6 * claimed.size
