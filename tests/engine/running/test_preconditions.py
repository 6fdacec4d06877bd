"""Checks before a run: missing data, and methods that do not suit the model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import xhsim
from tests.engine.models import DATA, model_of, value
from xhsim.errors import InputError


@pytest.mark.parametrize(
    ("equation", "words"),
    [
        ("x = DELAY FIXED(Time, 2, 0)", "changes only between steps"),
        ("x = SAMPLE IF TRUE(Time > 2, Time, 0)", "changes only between steps"),
        ("x = RANDOM UNIFORM(0, 1, 3)", "is random at each step"),
    ],
)
def test_adaptive_methods_are_refused(tmp_path: Path, equation: str, words: str) -> None:
    model = model_of(tmp_path, f"y = 1\n{equation}\nz = x+0")
    with pytest.raises(InputError, match=f"{words}, so that the method RK45 cannot be used"):
        model.run(method="RK45", outputs=["z"])
    assert model.run(method="euler", outputs=["z"]).sizes == {"time": 11}
    assert value(model.run(method="RK45", outputs=["y"]), "y")[-1] == 1  # it does not need x


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("conveyors.stmx", "the conveyor .* moves once a step.*method rk4 cannot be used"),
        ("queues.stmx", "the queue .* moves once a step"),
    ],
)
def test_what_moves_once_a_step_needs_euler(file: str, words: str) -> None:
    model = xhsim.load_model(DATA / "xmile" / file)
    with pytest.raises(InputError, match=words) as error:
        model.run(method="rk4")
    assert 'method="euler"' in str(error.value.hint)
    assert error.value.line
    with pytest.raises(InputError, match="moves once a step"):
        model.run(method="RK45")
    assert model.run(method="difference").sizes["time"] > 1


def test_a_delay_of_vensim_runs_with_any_fixed_step(tmp_path: Path) -> None:
    model = model_of(tmp_path, "x = DELAY MATERIAL(Time, 2, 0, 0)")
    np.testing.assert_array_equal(
        value(model.run(method="rk4"), "x"), value(model.run(method="euler"), "x")
    )


def test_data_without_values_are_refused_where_they_are_needed(tmp_path: Path) -> None:
    model = model_of(tmp_path, "observed :RAW:\nx = observed*2\ny = 1")
    with pytest.raises(
        InputError, match=r'data variable "observed" has no values.*Path\('
    ) as error:
        model.run(outputs=["x"])
    assert error.value.line == 2
    assert value(model.run(outputs=["y"]), "y")[0] == 1
    given = model.run({"observed": xhsim.Path([0, 10], [0, 10])}, outputs=["x"])
    assert value(given, "x")[5] == 10
