"""Ensembles: each draw is the run that it would be alone, whatever else is computed."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import xhsim
from tests.engine.models import model_of, value
from xhsim.engine.model import Model
from xhsim.errors import NotFiniteWarning

DRAWS = 257


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    """Everything whose last bit might depend on how numbers lie in memory."""
    return model_of(
        tmp_path_factory.mktemp("ensembles"),
        """
        power of stock = 2
        root = 0.5
        x = 3
        weights[Area] = 1, 2, 3
        curve((0,0),(1,2),(3,1),(9,0.5))
        simple = x^power of stock+x^root
        functions = EXP(-x)*LN(1+x)*SIN(x)+TANH(x)-ARCTAN(x)*COS(x)+LOG(x+1, 10)
        level = INTEG(0.01*level^power of stock-0.1*level^root*EXP(-level)+curve(level)*LN(1+x), x)
        parts[Area] = INTEG(weights[Area]^power of stock*0.01*parts[Area]^root
                      +SUM(parts[Area!])*0.001, weights[Area])
        total = SUM(parts[Area!]^root)/PROD(weights[Area!])
        share[Area] = parts[Area]^power of stock/total
        late = DELAY3(level, 5)*SMOOTH(total, x+1)
        table[Area, Kind] = parts[Area]^factor[Kind]+x
        factor[Kind] = 2, 0.5
        turned[Kind, Area] = table[Area, Kind]*share[Area]
        """.replace("\n                      +", "+"),
        ranges="Area: north, south, east\nKind: low, high",
        end=8,
    )


@pytest.fixture(scope="module")
def params() -> dict[str, np.ndarray]:
    """Exponents are often exactly 2 or 0.5: NumPy has short cuts for these."""
    rng = np.random.default_rng(0)
    return {
        "power of stock": np.where(rng.random(DRAWS) < 0.5, 2.0, rng.uniform(1, 2, DRAWS)),
        "root": np.where(rng.random(DRAWS) < 0.5, 0.5, rng.uniform(0, 1, DRAWS)),
        "x": rng.uniform(0.1, 5, DRAWS),
        "weights": rng.uniform(0.5, 1.5, (3, DRAWS)),
    }


@pytest.fixture(scope="module", params=["euler", "rk4"])
def whole(
    request: pytest.FixtureRequest, model: Model, params: dict[str, np.ndarray]
) -> tuple[str, xr.Dataset]:
    """All draws in one block."""
    return request.param, model.run(params, method=request.param, block=10**6)


def same_bits(one: xr.Dataset, other: xr.Dataset) -> None:
    assert list(one) == list(other)
    for name in one:
        np.testing.assert_array_equal(one[name].values, other[name].values, err_msg=str(name))


@pytest.mark.parametrize("block", [1, 2, 3, 7, 64, 128, 256, 512])
def test_block_size_changes_no_bit(
    model: Model, params: dict[str, np.ndarray], whole: tuple[str, xr.Dataset], block: int
) -> None:
    method, expected = whole
    same_bits(expected, model.run(params, method=method, block=block))


def test_order_of_draws_changes_no_bit(
    model: Model, params: dict[str, np.ndarray], whole: tuple[str, xr.Dataset]
) -> None:
    method, expected = whole
    order = np.random.default_rng(1).permutation(DRAWS)
    mixed = model.run({k: v[..., order] for k, v in params.items()}, method=method, block=50)
    same_bits(expected.isel(draw=order), mixed.assign_coords(draw=order))


def test_fewer_draws_change_no_bit(
    model: Model, params: dict[str, np.ndarray], whole: tuple[str, xr.Dataset]
) -> None:
    method, expected = whole
    few = model.run({k: v[..., :10] for k, v in params.items()}, method=method)
    same_bits(expected.isel(draw=slice(10)), few)


def test_each_draw_equals_its_single_run(
    model: Model, params: dict[str, np.ndarray], whole: tuple[str, xr.Dataset]
) -> None:
    method, expected = whole
    for draw in (0, 1, 100, DRAWS - 1):
        alone = model.run({k: v[..., draw] for k, v in params.items()}, method=method)
        for name in alone:
            np.testing.assert_allclose(
                expected[name].values[draw], alone[name].values, rtol=1e-11, err_msg=str(name)
            )


@pytest.mark.parametrize("name", ["total", "late", "turned", "level", "x", "factor", "simple"])
def test_fewer_outputs_change_no_bit(
    model: Model, params: dict[str, np.ndarray], whole: tuple[str, xr.Dataset], name: str
) -> None:
    method, expected = whole
    only = model.run(params, method=method, outputs=[name])
    assert list(only) == [name]
    whole_values, values = np.broadcast_arrays(expected[name].values, only[name].values)
    np.testing.assert_array_equal(whole_values, values)


def test_a_run_leaves_nothing_behind(model: Model, params: dict[str, np.ndarray]) -> None:
    before = model.run()
    model.run(params)
    model.run({"level": 5.0, "x": xhsim.Path([0, 5], [1, 2])}, dt=0.5)
    same_bits(before, model.run())


# --- ways to give a parameter ------------------------------------------------------------


@pytest.mark.parametrize("name", ["power of stock", "power_of_stock", "Power  Of_Stock"])
def test_parameter_by_any_spelling(model: Model, name: str) -> None:
    assert value(model.run({name: 1.5}, outputs=[name]), "power_of_stock")[0] == 1.5


def test_parameter_by_element(model: Model) -> None:
    run = model.run({"weights[south]": 7.0}, outputs=["weights"])
    assert run["weights"].dims == ("time", "area")
    assert run["weights"].values[0].tolist() == [1, 7, 3]
    several = model.run(
        {"weights[south]": [7.0, 8.0], "Weights [ EAST ]": 9.0}, outputs=["weights"]
    )
    assert several["weights"].dims == ("draw", "time", "area")
    assert several["weights"].values[:, 0].tolist() == [[1, 7, 9], [1, 8, 9]]


def test_elements_replace_parts_of_a_whole_given_before(model: Model) -> None:
    run = model.run({"weights": [4, 5, 6], "weights[north]": 1.5}, outputs=["weights"])
    assert run["weights"].values[0].tolist() == [1.5, 5, 6]


def test_one_number_for_all_elements(model: Model) -> None:
    assert model.run({"weights": 2}, outputs=["weights"])["weights"].values[0].tolist() == [2] * 3


def test_draw_axis_is_there_if_a_parameter_has_it(model: Model) -> None:
    assert model.run({"x": 2.0}, outputs=["level"])["level"].dims == ("time",)
    assert model.run({"x": [2.0]}, outputs=["level"])["level"].dims == ("draw", "time")
    assert model.run({"x": [2.0]}, outputs=["total"]).sizes == {"draw": 1, "time": 9}
    mixed = model.run({"x": [2.0], "root": [0.5, 0.6]}, outputs=["simple"])
    np.testing.assert_allclose(value(mixed, "simple")[:, 0], [4 + 2**0.5, 4 + 2**0.6])


def test_draws_of_a_path(model: Model) -> None:
    path = xhsim.Path([2, 2], [[1.0, 2.0], [3.0, 4.0]])
    run = model.run({"x": path}, method="euler", outputs=["x", "functions"])
    assert value(run, "x")[:, [0, 1, 2, 8]].tolist() == [[1, 1, 3, 3], [2, 2, 4, 4]]
    alone = model.run({"x": 4.0}, method="euler", outputs=["functions"])
    np.testing.assert_allclose(value(run, "functions")[1, 2:], value(alone, "functions")[2:])


def test_path_of_elements(model: Model) -> None:
    path = xhsim.Path([1, 3], [[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]])
    run = model.run({"weights": path}, outputs=["weights"])
    assert run["weights"].values[[0, 2, 4]].tolist() == [[1, 2, 3], [2, 2, 2], [3, 2, 1]]
    every = model.run({"weights": xhsim.Path([0, 8], [1.0, 9.0])}, outputs=["weights"])
    assert every["weights"].values[4].tolist() == [5, 5, 5]
    drawn = xhsim.Path([1], np.arange(6.0).reshape(1, 3, 2))
    both = model.run({"weights": drawn, "x": [1.0, 2.0]}, outputs=["weights", "simple"])
    assert both["weights"].values[:, 0].tolist() == [[0, 2, 4], [1, 3, 5]]


def test_path_replaces_an_equation(model: Model) -> None:
    run = model.run({"total": xhsim.Path([0, 8], [1.0, 9.0])}, outputs=["share", "total", "parts"])
    time = run["time"].values
    np.testing.assert_array_equal(value(run, "total"), 1 + time)
    np.testing.assert_allclose(
        value(run, "share"), value(run, "parts") ** 2 / (1 + time)[:, np.newaxis], rtol=1e-14
    )


def test_number_replaces_an_equation_and_a_stock(model: Model) -> None:
    run = model.run({"total": 4.0, "level": [1.0, 2.0]}, outputs=["level", "share", "late"])
    assert value(run, "level").tolist() == [[1.0] * 9, [2.0] * 9]
    np.testing.assert_allclose(run["late"].values[:, 3], [4.0, 8.0])


def test_circle_that_a_given_variable_breaks_is_no_circle(tmp_path: Path) -> None:
    model = model_of(tmp_path, "a = INTEG(b, 1)\nb = c*2\nc = a+1")
    assert value(model.run({"c": 3.0}, method="euler"), "a")[-1] == 1 + 6 * 10


# --- draws that fail -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "method", ["euler", "rk4", "RK45", "RK23", "DOP853", "LSODA", "BDF", "Radau"]
)
def test_failing_draw_leaves_its_neighbours_alone(tmp_path: Path, method: str) -> None:
    """x' = a x^2 ends in infinity at 1/a; the third draw only reaches it after the end."""
    model = model_of(tmp_path, "a = 0.1\nx = INTEG(a*x^2, 1)", end=4, step=0.0625)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", NotFiniteWarning)
        run = model.run({"a": [0.1, 50.0, 0.2, 1e300]}, method=method, times=[0, 2, 4])
    x = value(run, "x")
    assert not np.isfinite(x[[1, 3], 2]).any()
    tolerance = 0.2 if method == "euler" else 1e-4
    np.testing.assert_allclose(x[0], [1, 1 / 0.8, 1 / 0.6], rtol=tolerance)
    np.testing.assert_allclose(x[2], [1, 1 / 0.6, 1 / 0.2], rtol=tolerance)


@pytest.mark.parametrize("method", ["euler", "rk4"])
def test_failing_draw_changes_no_bit_of_others(tmp_path: Path, method: str) -> None:
    model = model_of(tmp_path, "a = 0.1\nx = INTEG(a*EXP(x), 1)\ny = LN(x)^a", end=10)
    good = model.run({"a": [1e-3, -0.2, 1e-4]}, method=method)
    mixed = model.run({"a": [1e-3, -0.2, 1e-4, 1e3, 1e308]}, method=method)
    same_bits(good, mixed.isel(draw=slice(3)))
    assert not np.isfinite(value(mixed, "x")[3:, -1]).any()


def test_progress_counts_every_draw_once(model: Model, params: dict[str, np.ndarray]) -> None:
    for block in (1, 50, 128, 512):
        counts: list[int] = []
        model.run(params, method="euler", outputs=["x"], block=block, progress=counts.append)
        assert sum(counts) == DRAWS


@pytest.mark.parametrize("method", ["euler", "rk4", "RK45", "LSODA"])
def test_draw_that_starts_beyond_all_numbers_is_lost_alone(tmp_path: Path, method: str) -> None:
    model = model_of(tmp_path, "a = 1\nx = INTEG(-x*0.1+STEP(1, 2), 1/a)\ny = x*2", end=4)
    run = model.run({"a": [1.0, 0.0, 0.5]}, method=method)
    alone = model.run({"a": [1.0, 0.5]}, method=method)
    assert np.isnan(value(run, "x")[1, 1:]).all()
    assert not np.isfinite(value(run, "y")[1]).any()
    np.testing.assert_allclose(value(run, "y")[[0, 2]], value(alone, "y"), rtol=1e-5)
    assert not np.isfinite(value(model.run({"a": 0.0}, method=method), "x")).any()


@pytest.mark.parametrize("method", ["RK45", "DOP853"])
def test_draw_lost_before_a_jump_does_not_stop_the_others(tmp_path: Path, method: str) -> None:
    model = model_of(tmp_path, "a = 1\nx = INTEG(a*x^2+STEP(1, 3), 1)", end=4, step=0.25)
    run = model.run({"a": [0.0, 2.0, 0.0]}, method=method)
    np.testing.assert_allclose(value(run, "x")[[0, 2], -1], [2, 2], atol=1e-9)
    assert np.isnan(value(run, "x")[1, -1])
