"""Checks before a run: missing data, and methods that do not suit the model."""

from __future__ import annotations

from pathlib import Path

import pytest

import xhsim
from tests.engine.models import model_of, value
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
