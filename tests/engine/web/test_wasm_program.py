"""A model in WebAssembly, run in Node: the same numbers as in NumPy."""

from __future__ import annotations

import json
import math
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

from tests.engine.backends import only_numpy
from tests.engine.models import model_of
from xhsim.engine.inputs import read_inputs
from xhsim.engine.model import Model
from xhsim.engine.paths import Path as Curve
from xhsim.engine.resolving.decisions import Action, Comparison, Decision, Profile, input_name
from xhsim.errors import InputError

RUNNER = Path(__file__).with_name("run_model.mjs")
DRAWS = 150  # more than a block of the solver, and not a multiple of a vector
node = pytest.mark.skipif(shutil.which("node") is None, reason="needs Node.js")


def in_node(
    folder: Path, model: Model, params: dict[str, Any], outputs: list[str] | None = None
) -> dict[str, np.ndarray]:
    """Compile a model, run it in Node with the same inputs, and return its numbers by variable."""
    program = model.to_wasm(outputs, params)
    program.write(folder)
    given = read_inputs(model.names, params)
    called = {key: model.equations.variables[key].canonical for key in model.equations.variables}
    used = {record["key"] for record in program.manifest["inputs"]}
    numbers = {
        called[key]: array.ravel().tolist()
        for key, array in given.numbers.items()
        if called[key] in used
    }
    paths = {
        called[key]: {
            name: getattr(path, name).ravel().tolist() for name in ("times", "values", "slopes")
        }
        for key, path in given.paths.items()
    }
    inputs = folder / "inputs.json"
    inputs.write_text(
        json.dumps({"numbers": numbers, "paths": paths, "draws": given.draws or 1}),
        encoding="utf-8",
    )
    done = subprocess.run(
        ["node", str(RUNNER), str(folder), str(inputs)], capture_output=True, text=True, check=True
    )
    return {key: np.array(v, dtype=float) for key, v in json.loads(done.stdout)["numbers"].items()}


@node
def test_missing_values_are_no_numbers(tmp_path: Path) -> None:
    model = model_of(tmp_path, "x = IF THEN ELSE(Time > 1, :NA:, k)\nk = 2", end=3)
    found = in_node(tmp_path, model, {"k": np.array([1.0, 2.0])}, ["x"])["x"]
    np.testing.assert_array_equal(found, [1, 2, 1, 2, *[np.nan] * 4])


def flat(run: xr.Dataset, name: str) -> np.ndarray:
    """Return a variable as times x elements x draws."""
    data = run[name]
    inner = [dim for dim in data.dims if dim not in ("time", "draw")]
    last = ["draw"] if "draw" in data.dims else []
    return np.asarray(data.transpose("time", *inner, *last)).ravel()


def agree(found: dict[str, np.ndarray], run: xr.Dataset) -> None:
    """Check that all variables of a run are the same but for the last digits."""
    assert set(found) == set(run.data_vars)
    for name, numbers in found.items():
        np.testing.assert_allclose(numbers, flat(run, str(name)), rtol=1e-12, atol=1e-12)


GROWTH = """
rate = 0.1
limit = 100
push = 0
rise = rate*size*(1-size/limit)+push
size = INTEG(rise, 10)
late = DELAY3(size, 3)
odd = IF THEN ELSE(size>20 :AND: Time<8, LN(size), EXP(-size/9)^1.5)
bent((0,1),(20,4),(90,2))
curved = bent(size)
both[Area] = 1, 2
level[Area] = INTEG(both[Area]*rise, both[Area])
"""


@pytest.fixture(scope="module")
def growth(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return model_of(tmp_path_factory.mktemp("growth"), GROWTH, ranges="Area: north, south")


@node
def test_draws_paths_delays_and_functions(growth: Model, tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    params = {
        "rate": rng.uniform(-0.1, 0.4, DRAWS),
        "push": Curve([2.0, 2.0, 6.0], np.stack([np.zeros(DRAWS), *rng.uniform(0, 5, (2, DRAWS))])),
    }
    with only_numpy():
        expected = growth.run(params)
    agree(in_node(tmp_path, growth, params), expected)


@node
def test_a_draw_that_overflows_leaves_the_others(growth: Model, tmp_path: Path) -> None:
    params = {"limit": np.array([100.0, -1e-300, 50.0])}
    with only_numpy():
        expected = growth.run(params, outputs=["size"])
    assert not np.isfinite(flat(expected, "size")).all()
    agree(in_node(tmp_path, growth, params, ["size"]), expected)


@node
def test_decisions_are_made_in_each_draw(growth: Model, tmp_path: Path) -> None:
    """Levels, a ramp, a limit, checks between steps, and a condition that holds no longer."""
    large = Comparison("size", is_below=False, dates=(1.5, 4.3, 7.0), has_release=True)
    slow = Comparison("size", is_below=True, dates=(3.0, 5.0), measure="growth", is_rounded=True)
    decisions = [
        Decision("brake", (2.0, 4.4, 8.0), (large,), True, (Action("push"),), is_delivered=True),
        Decision(
            "help",
            (3.3, 6.0),
            (slow,),
            False,
            (Action("limit", Profile("ramp", 0.5, 2)),),
            stays=True,
        ),
    ]
    rng = np.random.default_rng(5)
    numbers = {
        ("enabled", 0): (1.0, 1.0),
        ("limit", 0): (2.0, 1e9),
        ("threshold", 0): (rng.uniform(10, 20, DRAWS), 8.0),
        ("release", 0): (11.0, 0.0),
        ("unit", 0): (0.0, 0.1),
        ("then", 0): (rng.uniform(-2, 0, DRAWS), 150.0),
        ("share", 0): (rng.uniform(0.5, 1, DRAWS), 0.0),
        ("delay", 0): (rng.uniform(0, 1, DRAWS), 0.0),
    }
    model = growth.with_decisions(decisions)
    given = {
        input_name(place, role, item): values[place]
        for (role, item), values in numbers.items()
        for place in range(2)
        if input_name(place, role, item) in model.equations.variables
    }
    params = {"rate": rng.uniform(-0.1, 0.4, DRAWS), **given}
    states = [model.equations.variables[f"decision {n} state"].canonical for n in range(2)]
    names = ["size", "rise", *states]
    with only_numpy():
        expected = model.run(params, outputs=names)
    assert all(0.05 < flat(expected, state).mean() < 0.95 for state in states)
    agree(in_node(tmp_path, model, params, names), expected)


def test_what_a_browser_cannot_do_is_named(tmp_path: Path) -> None:
    model = model_of(tmp_path, "tide = SIN(Time)\nlevel = 2")
    with pytest.raises(InputError, match='because of the function "sin" in "tide"'):
        model.to_wasm()
    assert model.to_wasm(["level"]).manifest["outputs"][0]["key"] == "level"
    with pytest.raises(InputError, match='method "RK45" does not run in a browser'):
        model.to_wasm(["level"], method="RK45")
    with pytest.raises(InputError, match="whole steps"):
        model.to_wasm(["level"], times=[0.3])


def test_the_manifest_says_where_inputs_go(growth: Model) -> None:
    program = growth.to_wasm(["size"], {"rate": np.array([0.1, 0.2])})
    about = {record["key"]: record for record in program.manifest["inputs"]}
    assert about["rate"]["varies"]
    assert not about["limit"]["varies"]
    assert about["limit"]["values"] == [100.0]
    assert program.module[:4] == b"\0asm"
    assert all(math.isfinite(time) for time in program.manifest["times"])
