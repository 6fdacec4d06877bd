"""What causes what, explanations in words, and a model as a file of its own."""

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

EQUATIONS = """
rate = 0.5
first = 8
goal = 3 + STEP(2, 2)
gap = goal - SMOOTH(level, 2)
level = INTEG(rate*gap, first)
curve( (0,0),(10,20) )
seen = curve(level) + MAX(gap, 0)
"""


def test_graph_has_each_cause_and_no_other(tmp_path: Path) -> None:
    graph = model_of(tmp_path, EQUATIONS).graph()
    controls = {"initial_time", "final_time", "time_step", "saveper"}
    edges = {
        (cause, effect): acts
        for cause, effect, acts in graph.edges(data="acts")
        if effect not in controls
    }
    assert edges == {
        ("time", "goal"): "always",
        ("goal", "gap"): "always",
        ("level", "gap"): "both",  # through the smooth, which starts from it and follows it
        ("rate", "level"): "always",
        ("gap", "level"): "always",
        ("first", "level"): "start",
        ("level", "seen"): "always",
        ("gap", "seen"): "always",
    }
    assert graph.nodes["level"] == {"name": "level", "kind": "stock", "unit": ""}


def test_explanation_quotes_values_of_the_run(tmp_path: Path) -> None:
    model = model_of(tmp_path, EQUATIONS)
    said = model.explain("level", time=0)
    assert said.splitlines() == [
        "level (stock, no unit): 8 at time 0.",
        "  level = INTEG(rate*gap, first)",
        "It follows from:",
        "  rate = 0.5",
        "  gap = -5",
        "It starts from:",
        "  first = 8",
        "It feeds: gap, seen.",
    ]
    with pytest.raises(InputError, match="lookup"):
        model.explain("curve")
    with pytest.raises(InputError, match="no variable"):
        model.explain("nothing")


def alone(folder: Path, source: str) -> Callable[..., tuple[list[float], list[dict[str, Any]]]]:
    """Return the function `run` of a file of its own."""
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
        np.testing.assert_allclose(np.array(values), wanted, rtol=1e-12, err_msg=key)


def test_stand_alone_file_takes_other_constants(tmp_path: Path) -> None:
    model = model_of(tmp_path, EQUATIONS)
    rates = np.array([0.1, 0.9])
    _, outputs = alone(tmp_path, model.to_python(["level"]))(10, 1, 0, 1, rate=rates)
    expected = model.run({"rate": rates}, outputs=["level"], method="euler")["level"]
    np.testing.assert_allclose(np.array([o["level"] for o in outputs]).T, expected, rtol=1e-12)


def test_what_needs_more_than_numpy_cannot_stand_alone(tmp_path: Path) -> None:
    model = model_of(tmp_path, "x = DELAY FIXED(Time, 2, 0)")
    with pytest.raises(InputError, match="as a stand-alone file"):
        model.to_python()
