"""A model as a stand-alone Python file gives the numbers of the engine."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import xhsim
from tests.engine.models import model_of
from tests.places import ROOT
from xhsim.errors import InputError


def alone(folder: Path, source: str) -> Callable[..., tuple[list[float], list[dict[str, Any]]]]:
    """Return the function `run` of a stand-alone file."""
    file = folder / "alone.py"
    file.write_text(source, encoding="utf-8")
    run: Callable[..., Any] = runpy.run_path(str(file))["run"]
    return run


@pytest.mark.parametrize("path", ["model/xuhui.mdl", "tests/data/engine/functions/lookups.mdl"])
def test_stand_alone_file_gives_the_same_numbers(path: str, tmp_path: Path) -> None:
    model = xhsim.load_model(ROOT / path)
    expected = model.run(method="euler")
    source = model.to_python()
    assert "xhsim" not in source
    run = alone(tmp_path, source)
    span = [float(expected[name][0]) for name in ("final_time", "time_step", "initial_time")]
    every = float(expected["saveper"][0])
    times, outputs = run(span[0], span[1], span[2], every)
    np.testing.assert_allclose(times, expected["time"])
    for key, variable in model.equations.variables.items():
        if variable.hidden or variable.kind == "lookup":
            continue
        values = [
            np.ravel(np.broadcast_to(o[variable.identifier], (*variable.shape, 1))) for o in outputs
        ]
        wanted = expected[variable.canonical].to_numpy().reshape(len(times), -1)
        np.testing.assert_allclose(np.array(values), wanted, rtol=1e-12, atol=1e-13, err_msg=key)


def test_stand_alone_file_takes_other_constants(tmp_path: Path) -> None:
    model = model_of(tmp_path, "rate = 0.5\nlevel = INTEG(rate*(3+STEP(2, 2)-SMOOTH(level, 2)), 8)")
    rates = np.array([0.1, 0.9])
    _, outputs = alone(tmp_path, model.to_python(["level"]))(10, 1, 0, 1, rate=rates)
    expected = model.run({"rate": rates}, outputs=["level"], method="euler")["level"]
    np.testing.assert_allclose(np.array([o["level"] for o in outputs]).T, expected, rtol=1e-12)


def test_what_needs_more_than_numpy_cannot_stand_alone(tmp_path: Path) -> None:
    model = model_of(tmp_path, "x = DELAY FIXED(Time, 2, 0)")
    with pytest.raises(InputError, match="as a stand-alone file"):
        model.to_python()
