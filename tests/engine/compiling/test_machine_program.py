"""Ensembles in machine code: the same numbers as emitted NumPy, or NumPy itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import xhsim
from tests.engine.backends import eager, noted, only_numpy
from tests.engine.models import DATA, model_of, value
from tests.places import ROOT
from xhsim.engine.model import Model
from xhsim.engine.running import ensemble, machine_backend
from xhsim.engine.running.machine_backend import MachineBackend

FILES = sorted([*DATA.glob("functions/*.mdl"), *DATA.glob("subscripts/*.mdl")])
STUDIES = [ROOT / "model" / "xuhui.mdl", ROOT / "benchmarks" / "models" / "clusters.mdl"]
CONTROLS = {"initial_time", "final_time", "time_step", "saveper", "order"}
Run = Callable[..., xr.Dataset]


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that runs a model in machine code wherever it has a form for that."""

    def run(model: Model, *args: object, **options: object) -> xr.Dataset:
        with monkeypatch.context() as patch:
            patch.setattr(ensemble, "BACKENDS", list(map(eager, ensemble.BACKENDS)))
            return model.run(*args, **options)  # type: ignore[arg-type]

    return run


@pytest.fixture
def used(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Note for each run whether it was in machine code."""
    found: list[bool] = []
    backends = noted(ensemble.BACKENDS, MachineBackend, found)
    monkeypatch.setattr(ensemble, "BACKENDS", backends)
    return found


def in_numpy(model: Model, *args: object, **options: object) -> xr.Dataset:
    """Run a model in NumPy."""
    with only_numpy():
        return model.run(*args, **options)  # type: ignore[arg-type]


def varied(model: Model, draws: int, by: float) -> dict[str, np.ndarray]:
    """Give every constant of a model a value of its own in each draw."""
    rng = np.random.default_rng(11)
    constants = model.variables.query("kind == 'constant'").index
    structural = {model.equations.variables[key].canonical for key in model.equations.structural}
    names = [
        name
        for name in constants.difference(sorted(CONTROLS | structural))
        if np.isfinite(model.default(name)).all()
    ]
    return {
        name: model.default(name)[..., np.newaxis]
        * rng.uniform(1, 1 + by, (*model.default(name).shape, draws))
        for name in names
    }


def assert_same(one: xr.Dataset, other: xr.Dataset) -> None:
    """Compare within 1e-12 of the size of each variable."""
    assert list(one) == list(other)
    for name in one:
        ours, theirs = one[name].values, other[name].values
        assert ours.shape == theirs.shape
        size = np.max(np.abs(theirs[np.isfinite(theirs)]), initial=0.0)
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-12 * size, err_msg=str(name))


@pytest.mark.parametrize("method", ["euler", "rk2", "rk4"])
@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_file_gives_the_numbers_of_numpy(path: Path, method: str, compiled: Run) -> None:
    model = xhsim.load_model(path)
    params = varied(model, 37, 0.3)
    assert_same(compiled(model, params, method=method), in_numpy(model, params, method=method))


@pytest.mark.parametrize("method", ["euler", "rk4"])
@pytest.mark.parametrize("path", STUDIES, ids=lambda path: path.stem)
def test_studies_give_the_numbers_of_numpy(
    path: Path, method: str, compiled: Run, used: list[bool]
) -> None:
    model = xhsim.load_model(path)
    params = varied(model, 70, 0.01)
    run = compiled(model, params, method=method)
    assert used == [True]
    assert_same(run, in_numpy(model, params, method=method))


# --- a model with a bit of everything ------------------------------------------------------


@pytest.fixture
def model(tmp_path: Path) -> Model:
    return model_of(
        tmp_path,
        """
        rate[Area] = 0.1, 0.2
        drive = 2
        power = rate[north]^0.5+EXP(drive)/3+LN(drive+1)+drive^3
        curve((0,0),(1,2),(3,1),(9,0.5))
        late = DELAY3(total, 4)
        level[Area] = INTEG(rate[Area]*level[Area]*curve(drive)-power*0.01, INITIAL(power+Time))
        total = SUM(level[Area!])+STEP(1, 2)+RAMP(1, 3, 5)+PULSE(1, 2)+power*Time
        """,
        ranges="Area: north, south",
        step=0.25,
    )


PARAMS: dict[str, dict[str, object]] = {
    "one constant": {"drive": np.linspace(1, 3, 50)},
    "elements": {"rate": np.linspace(0.1, 0.3, 100).reshape(2, 50)},
    "a variable held": {"total": np.linspace(1, 3, 50)},
    "one shared, one apart": {"drive": 1.5, "power": np.ones(50)},
    "a shared path": {
        "drive": xhsim.Path([0, 2, 2, 5], [1, 2, 3, 1]),
        "rate": np.linspace(0.1, 0.3, 100).reshape(2, 50),
    },
    "a path for each draw": {
        "power": xhsim.Path([1, 3, 3, 8], np.linspace(1, 2, 200).reshape(4, 50))
    },
    "a path for each element and draw": {
        "rate": xhsim.Path([1, 1, 4], np.linspace(0.1, 0.2, 300).reshape(3, 2, 50))
    },
}


@pytest.mark.parametrize("method", ["euler", "rk2", "rk4"])
@pytest.mark.parametrize("params", PARAMS.values(), ids=PARAMS)
def test_parameters(
    model: Model, params: dict[str, object], method: str, compiled: Run, used: list[bool]
) -> None:
    run = compiled(model, params, method=method)
    assert used == [True]
    assert_same(run, in_numpy(model, params, method=method))


@pytest.mark.parametrize(("block", "threads"), [(7, 1), (32, 2), (33, 1), (1000, 1), (None, None)])
def test_blocks_and_threads_change_no_bit(
    model: Model, block: int | None, threads: int | None, compiled: Run
) -> None:
    params = {"drive": np.linspace(1, 3, 211)}
    whole = compiled(model, params, block=211)
    some = compiled(model, params, block=block, threads=threads)
    xr.testing.assert_equal(whole, some)


@pytest.mark.parametrize("params", PARAMS.values(), ids=PARAMS)
def test_optimised_code_gives_the_same_bits(
    model: Model, params: dict[str, object], compiled: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = compiled(model, params)
    monkeypatch.setattr(machine_backend, "WORTH_OPTIMISING", 0)
    xr.testing.assert_equal(compiled(model, params), quick)
    assert len([key for code in model._compiled.values() for key in code._forms]) == 2


def test_a_late_change_changes_no_bit_before(model: Model, compiled: Run) -> None:
    rate = np.linspace(0.1, 0.3, 100).reshape(2, 50)
    plain = compiled(model, {"rate": rate})
    later = compiled(model, {"rate": rate, "drive": xhsim.Path([5, 5], [2, 3])})
    before = slice(0, 4.99)
    for name in ("power", "total", "level", "late"):
        np.testing.assert_array_equal(
            plain[name].sel(time=before), later[name].sel(time=before), err_msg=name
        )


def test_a_draw_that_overflows_leaves_its_neighbours_alone(
    tmp_path: Path, compiled: Run, used: list[bool]
) -> None:
    model = model_of(tmp_path, "a = 1\nx = INTEG(x^a, 2)\ny = 1/(a-1)+LN(x)", end=20)
    params = {"a": np.where(np.arange(40) == 13, 9.0, np.linspace(0.5, 0.9, 40))}
    run, expected = compiled(model, params), in_numpy(model, params)
    assert used == [True]
    assert not np.isfinite(value(run, "x")[13, -1])
    np.testing.assert_array_equal(np.isfinite(value(run, "x")), np.isfinite(value(expected, "x")))
    good = np.arange(40) != 13
    np.testing.assert_allclose(value(run, "y")[good], value(expected, "y")[good], rtol=1e-12)


# --- what stays with NumPy -----------------------------------------------------------------


@pytest.mark.parametrize(
    "equation",
    [
        "x = a+RANDOM UNIFORM(0, 1, 3)",
        "x = DELAY FIXED(a*Time, 2, 0)",
        "x = SIN(a*Time)",
        "x = WITH LOOKUP(a, (" + ",".join(f"({n},{n % 7})" for n in range(60)) + "))",
    ],
)
def test_what_has_no_form_stays_with_numpy(
    tmp_path: Path, equation: str, compiled: Run, used: list[bool]
) -> None:
    model = model_of(tmp_path, f"a = 1\n{equation}")
    compiled(model, {"a": np.linspace(1, 2, 5)}, method="euler")
    assert used == [False]


@pytest.mark.parametrize(
    "options", [{"times": [0.1, 1.0]}, {"method": "RK45"}], ids=["between steps", "adaptive"]
)
def test_other_ways_to_solve_stay_with_numpy(
    model: Model, options: dict[str, object], compiled: Run, used: list[bool]
) -> None:
    compiled(model, {"drive": np.linspace(1, 2, 5)}, **options)
    assert used == [False]
