"""Values that replace an equation during a part of the run, in every backend."""

from __future__ import annotations

from pathlib import Path as FilePath
from typing import Any
from unittest import mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.backends import eager
from tests.engine.models import model_of
from xhsim.engine.model import Model
from xhsim.engine.overrides import Override, overridable
from xhsim.engine.paths import Path
from xhsim.engine.running import ensemble
from xhsim.engine.running.machine_backend import is_installed
from xhsim.engine.running.numpy_backend import NumPyBackend
from xhsim.errors import InputError

EQUATIONS = """
rate = 0.1
growth = level*rate
level = INTEG(growth + SUM(flow[Area!]), 100)
flow[Area] = share[Area]*level
share[Area] = 0.01, 0.02
kept = INITIAL(growth)
delayed = DELAY1(growth, 2)
"""


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    folder: FilePath = tmp_path_factory.mktemp("overrides")
    return model_of(folder, EQUATIONS, ranges="Area: north, south", step=0.25, end=8)


def switched(*edges: float) -> Path:
    """Return 1 between the first two dates, and so on."""
    marks = [float(n % 2) for n in range(len(edges))]
    return Path.steps([edges[0], *edges], [0.0, *(1.0 - mark for mark in marks)])


def run_by(model: Model, backend: object, params: dict[str, Any], **options: Any) -> dict[str, Any]:
    with mock.patch.object(ensemble, "BACKENDS", (backend, NumPyBackend())):
        run = model.run(params, **options)
    return {str(name): run[name].values for name in run.data_vars}


def test_before_the_date_the_run_is_the_same_bit_for_bit(model: Model) -> None:
    own = model.run()
    held = model.run({"growth": Override(Path.constant(5.0), switched(4.0))})
    for name in own.data_vars:
        before = own[name].sel(time=slice(0, 3.75)).values
        assert np.array_equal(held[name].sel(time=slice(0, 3.75)).values, before), name
    assert own["level"].sel(time=4.0) == held["level"].sel(time=4.0)
    assert (held["growth"].sel(time=slice(4, 8)) == 5.0).all()


def test_the_closed_form_with_a_flow_held_between_two_dates(model: Model) -> None:
    """dL/dt = 0.13 L, but 5 + 0.03 L from 2 to 5."""
    held = {"growth": Override(Path.constant(5.0), switched(2.0, 5.0))}
    found = model.run(held, method="DOP853")["level"]
    at_two = 100 * np.exp(0.26)
    at_five = (at_two + 5 / 0.03) * np.exp(0.09) - 5 / 0.03
    assert float(found.sel(time=2)) == pytest.approx(at_two, rel=1e-5)
    assert float(found.sel(time=5)) == pytest.approx(at_five, rel=1e-5)
    assert float(found.sel(time=8)) == pytest.approx(at_five * np.exp(0.39), rel=1e-5)


def test_only_some_elements_are_held(model: Model) -> None:
    active = Path.steps([0, 3], [[0.0, 0.0], [0.0, 1.0]])
    run = model.run({"flow": Override(Path.constant([0.0, 7.0]), active)})
    flow, level = run["flow"].sel(time=slice(3, 8)).values, run["level"].sel(time=slice(3, 8))
    assert (flow[:, 1] == 7.0).all()
    assert np.allclose(flow[:, 0], 0.01 * level.values)


@given(
    dates=st.lists(st.integers(0, 32), min_size=2, max_size=6, unique=True),
    levels=st.lists(st.floats(-50, 50), min_size=3, max_size=3),
)
def test_all_backends_follow_each_draw(model: Model, dates: list[int], levels: list[float]) -> None:
    since = np.array([[d / 4 for d in sorted(dates)][:2]]).T
    active = Path.steps([0, *since[:, 0]], np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0]]))
    held = {"growth": Override(Path.constant(levels), active), "rate": np.array([0.1, 0.2, 0.3])}
    options: dict[str, Any] = {"outputs": ["level", "growth", "delayed"]}
    numbers = run_by(model, NumPyBackend(), held, **options)
    if is_installed():
        machine = run_by(model, eager(ensemble.BACKENDS[0]), held, **options)
        for name, values in numbers.items():
            assert np.allclose(machine[name], values, rtol=1e-12), name
    alone = {
        "growth": Override(
            Path.constant(levels[1]), Path(active.times, active.values[:, 1], active.slopes[:, 1])
        ),
        "rate": 0.2,
    }
    scalar = run_by(model, ensemble.BACKENDS[1], alone, **options)
    assert np.allclose(scalar["level"], numbers["level"][1], rtol=1e-12)


@pytest.mark.parametrize(("name", "kind"), [("level", "stock"), ("rate", "constant")])
def test_a_stock_or_a_constant_is_refused(model: Model, name: str, kind: str) -> None:
    with pytest.raises(InputError, match=f'"{name}" is a {kind}'):
        overridable(model.equations, [name])
