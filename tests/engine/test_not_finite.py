"""A number that is not finite stays in what depends on it, and the first variable is named."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pytest

from tests.engine.backends import by_each_backend
from tests.engine.models import model_of, value
from xhsim.engine.request import Request
from xhsim.errors import NotFiniteWarning

TEXT = """
below = 0-1
q = INTEG(0, LN(below))
follows = INTEG(q, 1)
seen = follows*2
sound = INTEG(-sound*rate, 1)
rate = 0.5
"""
METHODS = ["euler", "rk4", "rk4-auto", "RK45", "LSODA", "BDF"]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("params", [{}, {"rate": np.array([0.5, 1.0])}], ids=["single", "ensemble"])
def test_what_does_not_depend_on_it_is_sound(
    tmp_path: Path, method: str, params: dict[str, np.ndarray]
) -> None:
    model = model_of(tmp_path, TEXT, end=3)
    run = model.run(params, method=method)
    alone = model.run(params, method=method, outputs=["sound"])
    assert np.isfinite(value(run, "sound")).all()
    np.testing.assert_allclose(value(run, "sound"), value(alone, "sound"), rtol=1e-4)
    assert np.isnan(value(run, "q")).all()
    assert (value(run, "follows")[..., 0] == 1).all()
    assert np.isnan(value(run, "follows")[..., 1:]).all()


def test_every_backend_agrees(tmp_path: Path) -> None:
    runs = dict(by_each_backend(tmp_path, TEXT, end=3))
    assert list(runs) == ["NumPyBackend", "ScalarBackend", "MachineBackend"]
    for name in ("q", "follows", "seen", "sound"):
        expected, *others = (value(run, name) for run in runs.values())
        for found in others:
            np.testing.assert_allclose(found, expected, rtol=1e-14)


@pytest.mark.parametrize("method", ["RK45", "Radau", "LSODA", "BDF"])
def test_a_number_that_is_lost_during_the_run(tmp_path: Path, method: str) -> None:
    text = "x = INTEG(IF THEN ELSE(Time > 3, LN(0-Time), 0), 2)\nsound = INTEG(-sound, 1)"
    run = model_of(tmp_path, text, end=6).run(method=method)
    assert value(run, "x")[:3].tolist() == [2, 2, 2]
    assert np.isnan(value(run, "x")[4:]).all()
    np.testing.assert_allclose(value(run, "sound"), np.exp(-np.arange(7.0)), atol=1e-5)


@pytest.mark.parametrize(
    ("outputs", "params", "message"),
    [
        (
            None,
            {},
            '"q" is not finite from time 0 on, and "follows", "seen" later or because of it',
        ),
        (["seen"], {}, '"seen" is not finite from time 1 on'),
        (
            ["seen", "follows"],
            {"below": np.array([1.0, -1.0, 2.0])},
            '"follows" is not finite from time 1 on in 1 of 3 draws, and "seen" later or because',
        ),
    ],
)
def test_the_first_one_is_named(
    tmp_path: Path, outputs: list[str] | None, params: dict[str, np.ndarray], message: str
) -> None:
    with pytest.warns(NotFiniteWarning) as told:
        model_of(tmp_path, TEXT, end=3).run(params, outputs=outputs)
    assert str(told[0].message).startswith(message)


def test_causes_at_the_start_come_first(tmp_path: Path) -> None:
    text = "a = b+1\nlevel = INTEG(0, a)\nb = LN(0-1)\nc = DELAY1(b, 2)"
    solution = model_of(tmp_path, text).solve(Request())
    assert [found.name for found in solution.not_finite()] == ["b", "a", "c", "level"]


def test_missing_values_are_no_failures(tmp_path: Path) -> None:
    model = model_of(tmp_path, "gap = IF THEN ELSE(Time > 1, :NA:, 5)\nx = INTEG(1, 0)", end=3)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        run = model.run()
    np.testing.assert_array_equal(value(run, "gap"), [5, 5, np.nan, np.nan])
    with pytest.warns(NotFiniteWarning, match='"q" is not finite from time 0 on'):
        run = model_of(tmp_path, "q = INTEG(0, :NA:)\nx = INTEG(1, 0)", end=3).run()
    assert value(run, "x").tolist() == [0, 1, 2, 3]
    assert np.isnan(value(run, "q")).all()


def test_elements_without_an_equation_are_not_named(tmp_path: Path) -> None:
    text = "some[a] = 1\nlevel[a] = INTEG(some[a], 0)\nbad[b] = LN(0-Time)"
    model = model_of(tmp_path, text, ranges="r: a, b, c", end=2)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        run = model.run(outputs=["some", "level"])
    assert np.isnan(value(run, "some")[..., 1:]).all()
    with pytest.warns(NotFiniteWarning, match='^"bad" is not finite from time 0 on$'):
        model.run()


def test_an_element_without_an_equation_is_named(tmp_path: Path) -> None:
    text = "x[S] :EXCEPT: [a] = 1\ny = SUM(x[S!])\nz = x[b]"
    model = model_of(tmp_path, text, ranges="S: a, b", end=1)
    with pytest.warns(NotFiniteWarning, match=r'"y" is not finite .*"x\[a\]" has no equation'):
        model.run()
