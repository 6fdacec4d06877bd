"""Single runs in plain Python: the same numbers as emitted NumPy, or NumPy itself."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

import xhsim
from tests.engine.backends import noted
from tests.engine.models import DATA, model_of, value
from tests.places import ROOT
from xhsim.engine.compiling import scalar_program as emit_scalar
from xhsim.engine.compiling import scalar_runtime
from xhsim.engine.compiling.plan import make_plan
from xhsim.engine.compiling.unroll import unroll
from xhsim.engine.model import Model
from xhsim.engine.running import ensemble
from xhsim.engine.running.numpy_backend import NumPyBackend
from xhsim.engine.running.scalar_backend import ScalarBackend

FILES = sorted([*DATA.glob("functions/*.mdl"), *DATA.glob("subscripts/*.mdl")])
STUDIES = [ROOT / "model" / "xuhui.mdl", ROOT / "benchmarks" / "models" / "clusters.mdl"]


@pytest.fixture
def in_numpy(monkeypatch: pytest.MonkeyPatch):
    """Return a function that runs a model without its scalar form."""

    def run(model: Model, *args: object, **options: object) -> xr.Dataset:
        with monkeypatch.context() as patch:
            patch.setattr(ensemble, "BACKENDS", (NumPyBackend(),))
            return model.run(*args, **options)  # type: ignore[arg-type]

    return run


@pytest.fixture
def used(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Note for each single run whether the scalar form gave its results."""
    found: list[bool] = []
    backends = noted(ensemble.BACKENDS, ScalarBackend, found)
    monkeypatch.setattr(ensemble, "BACKENDS", backends)
    return found


def assert_same(one: xr.Dataset, other: xr.Dataset) -> None:
    """Compare within 1e-12 of the size of each variable; a difference of equals is rounding."""
    assert list(one) == list(other)
    for name in one:
        assert one[name].shape == other[name].shape
        size = np.nanmax(np.abs(other[name].values), initial=0.01)
        np.testing.assert_allclose(
            one[name].values, other[name].values, rtol=0, atol=1e-12 * size, err_msg=str(name)
        )


def form_of(model: Model) -> emit_scalar.ScalarProgram | None:
    outputs = model._default_outputs()
    return emit_scalar.emit_scalar(model.equations, make_plan(model.equations, outputs, (), ()))


@pytest.mark.parametrize("method", ["euler", "rk2", "rk4"])
@pytest.mark.parametrize(
    "path", [*FILES, *STUDIES], ids=lambda path: f"{path.parent.name}-{path.stem}"
)
def test_file_gives_the_numbers_of_numpy(path: Path, method: str, in_numpy) -> None:
    model = xhsim.load_model(path)
    assert_same(model.run(method=method), in_numpy(model, method=method))


# --- what has no scalar form ---------------------------------------------------------------


@pytest.mark.parametrize(
    "equation",
    [
        "x = RANDOM 0 1() + RANDOM UNIFORM(-1, Time, 3)",
        "x = RANDOM NORMAL(-2, 2, 0.5, MAX(0, Time-2), 3) - RANDOM EXPONENTIAL(0, 5, 1, 2, 3)",
        "some[Area] = RANDOM UNIFORM(0, 1, 3)\nx = some[north]-some[south]",
        "x = DELAY FIXED(Time, 2, 0)",
        "x = DELAY FIXED(level, 1e12, level)",
        "wait[Area] = 0, 1.6\nlate[Area] = DELAY FIXED(supply[Area], wait[Area], 3)"
        "\nx = SUM(late[Area!])",
        "x = SAMPLE IF TRUE(Time > 2, Time, 0)",
        "kept[Area] = SAMPLE IF TRUE(MODULO(Time, 2) < 1, supply[Area], -1)"
        "\nx = kept[north]*kept[south]",
    ],
)
@pytest.mark.parametrize("method", ["euler", "rk4"])
def test_chance_and_what_happens_between_steps_is_as_in_numpy(
    tmp_path: Path, equation: str, method: str, used: list[bool], in_numpy
) -> None:
    model = model_of(
        tmp_path,
        f"{equation}\nsupply[north] = Time\nsupply[south] = 9-Time\nlevel = INTEG(x, 1)",
        ranges="Area: north, south",
        step=0.25,
        end=8,
    )
    assert_same(model.run(method=method, seed=5), in_numpy(model, method=method, seed=5))
    assert used == [True]


def test_a_model_too_large_stays_with_numpy(tmp_path: Path) -> None:
    elements = ", ".join(f"e{number}" for number in range(300))
    model = model_of(
        tmp_path,
        "x[Here] = 1\ny[There] = 2\nz[Here, There] = x[Here]*y[There]+Time",
        ranges=f"Here: {elements}\nThere: {elements.replace('e', 'f')}",
        end=1,
    )
    assert form_of(model) is None
    assert value(model.run(), "z")[1].sum() == pytest.approx(300 * 300 * 3)


# --- ways to give a parameter --------------------------------------------------------------


@pytest.fixture
def model(tmp_path: Path) -> Model:
    return model_of(
        tmp_path,
        """
        rate[Area] = 0.1, 0.2
        drive = 2
        power = rate[north]^0.5+EXP(drive)/3
        curve((0,0),(1,2),(3,1),(9,0.5))
        level[Area] = INTEG(rate[Area]*level[Area]*curve(drive)-power*0.01, INITIAL(power))
        total = SUM(level[Area!])+STEP(1, 2)+RAMP(1, 3, 5)+PULSE(1, 2)
        """,
        ranges="Area: north, south",
        step=0.25,
    )


@pytest.mark.parametrize("method", ["euler", "rk2", "rk4"])
@pytest.mark.parametrize(
    "params",
    [
        {"rate": [0.3, 0.1]},
        {"rate[south]": 0.5},
        {"total": 3.0},
        {"level": [1.0, 2.0]},
        {"power": xhsim.Path([0, 2, 2, 5], [1, 2, 5, 1])},
        {"rate": xhsim.Path([1, 1, 4], np.array([[0, 1], [0.5, 0.2], [0.1, 0.1]]))},
        {"drive": xhsim.Path([1, 3], [0, 4]), "rate": 0.2},
    ],
    ids=str,
)
def test_parameters(
    model: Model, params: dict[str, object], method: str, used: list[bool], in_numpy
) -> None:
    assert_same(model.run(params, method=method), in_numpy(model, params, method=method))
    assert used == [True]


def test_a_path_that_changes_late_changes_no_bit_before(model: Model, used: list[bool]) -> None:
    plain = model.run(outputs=["total", "level"])
    later = model.run({"drive": xhsim.Path([5, 5], [2, 3])}, outputs=["total", "level"])
    for name in plain:
        before = plain[name].sel(time=slice(0, 4.99))
        np.testing.assert_array_equal(before, later[name].sel(time=slice(0, 4.99)))
    assert used == [True, True]


# --- what is computed once ------------------------------------------------------------------


def test_what_holds_for_a_run_does_not_move(tmp_path: Path) -> None:
    model = model_of(tmp_path, "a = 2\nx = INTEG(EXP(a)*x, 1)")
    unrolled = unroll(model.equations, make_plan(model.equations, ["x"], (), ()))
    moves = {node.data: node.moves for node in unrolled.nodes if node.kind == "call"}
    assert moves == {"exp": False, "multiply": True}
    program = form_of(model)
    assert program is not None
    assert program.source.index("exp(") < program.source.index("def walk")


def test_long_sums_and_deep_brackets(tmp_path: Path, used: list[bool]) -> None:
    elements = ", ".join(f"e{number}" for number in range(500))
    nested = "(" * 15 + "Time" + "+1)*0.5" * 15
    model = model_of(
        tmp_path, f"x[Many] = Time\ny = SUM(x[Many!])\nz = {nested}", ranges=f"Many: {elements}"
    )
    run = model.run(method="euler")
    assert value(run, "y")[-1] == 5000
    assert used == [True]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=6, unique=True).map(sorted),
    st.data(),
)
def test_lookup_is_that_of_numpy(x: list[float], data: st.DataObject) -> None:
    y = data.draw(st.lists(st.floats(-1e3, 1e3), min_size=len(x), max_size=len(x)))
    at = data.draw(st.one_of(st.floats(-2e3, 2e3), st.sampled_from(x)))
    points = emit_scalar._with_slopes((tuple(x), tuple(y)))
    expected = float(np.interp(at, x, y))
    assert scalar_runtime.interpolate(at, points) == pytest.approx(expected, rel=1e-12, abs=1e-12)
