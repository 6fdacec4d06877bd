"""The NumPy backend solves what no other backend does."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.engine.models import model_of, value
from xhsim.engine.running import ensemble
from xhsim.engine.running.numpy_backend import NumPyBackend


@pytest.fixture(autouse=True)
def only_numpy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ensemble, "BACKENDS", (NumPyBackend(),))


@pytest.mark.parametrize(
    ("method", "end"), [("euler", 1.1**10), ("rk4", np.exp(1)), ("DOP853", np.exp(1))]
)
def test_growth_by_every_kind_of_method(tmp_path: Path, method: str, end: float) -> None:
    model = model_of(tmp_path, "x = INTEG(0.1*x, 1)")
    assert value(model.run(method=method), "x")[-1] == pytest.approx(end, rel=1e-5)


@pytest.mark.parametrize("method", ["Radau", "BDF"])
def test_stiff_methods_use_the_zeros_of_a_large_jacobian(tmp_path: Path, method: str) -> None:
    """With 60 stocks the pattern is used; each element decays at its own rate."""
    elements = ", ".join(f"e{number}" for number in range(60))
    rates = np.linspace(0.1, 50, 60)
    model = model_of(
        tmp_path, "k[Here] = 1\nx[Here] = INTEG(-k[Here]*x[Here], 1)", ranges=f"Here: {elements}"
    )
    run = model.run({"k": rates}, method=method, outputs=["x"], times=[1])
    np.testing.assert_allclose(value(run, "x")[0], np.exp(-rates), atol=1e-5)


def test_a_draw_that_stops_the_method_is_lost_alone(tmp_path: Path) -> None:
    model = model_of(tmp_path, "a = 1\nx = INTEG(a*x^2, 1)", end=2)
    run = model.run({"a": [0.25, 5.0]}, method="RK45", times=[2])
    assert value(run, "x")[0, 0] == pytest.approx(2, rel=1e-5)
    assert not np.isfinite(value(run, "x")[1, 0])
