"""Random models with odd numbers: NumPy, plain Python, machine code and WebAssembly agree."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import numpy as np
import pytest
import xarray as xr
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import xhsim
from tests.engine.backends import noted
from tests.engine.models import text_of, write
from tests.engine.test_random_equations import GIVEN, OF_AREA, RANGES, SCALARS, SUMS, expressions
from tests.engine.web.test_wasm_program import in_node
from tests.fuzzing import examples
from xhsim.engine.model import Model
from xhsim.engine.running import ensemble
from xhsim.engine.running.backend import Backend
from xhsim.engine.running.machine_backend import MachineBackend
from xhsim.engine.running.numpy_backend import NumPyBackend
from xhsim.engine.running.scalar_backend import ScalarBackend

ODD = [
    *(5e-324, -5e-324, 2.3e-308, 1e-310, 1.7e308, -1.7e308),
    *(0.0, -0.0, 1.0, 1.5, -3.0, 1e-6, 9.9e-7, 1e16, 0.1),
]
# Inputs are finite: what is not comes about in the model.
NOT_FINITE = "low = LN(0*a)\nhigh = -low\nnothing = low+high\n"
LEAVES = [*SCALARS, "low", "high", "nothing", "a", "b"]
numbers = st.sampled_from(ODD) | st.floats(allow_nan=False, allow_infinity=False)
# Machine code and WebAssembly have no form of these.
REPLACED = {"SIN(": "ABS(", "TANH(": "INTEGER(", "SQRT(": "LN("}
models = st.builds(
    lambda scalars, areas, sums: (
        [f"s{i} = {text}" for i, text in enumerate(scalars)]
        + [f"r{i}[Area] = {text}" for i, text in enumerate(areas)]
        + [f"v{i} = SUM({text})" for i, text in enumerate(sums)]
        + [f"st{i} = INTEG({text}, 1)" for i, text in enumerate(scalars[:3])]
    ),
    st.lists(expressions(LEAVES), min_size=6, max_size=6),
    st.lists(OF_AREA, min_size=4, max_size=4),
    st.lists(SUMS, min_size=2, max_size=2),
).map(lambda lines: [known_everywhere(line) for line in lines])


def known_everywhere(line: str) -> str:
    """Return an equation with functions that every backend has."""
    for name, other in REPLACED.items():
        line = line.replace(name, other)
    return line


draws = st.lists(st.tuples(numbers, numbers, numbers), min_size=6, max_size=6)


@contextmanager
def only(*backends: Backend) -> Iterator[None]:
    """Let some backends solve all runs; the last one solves what the others do not."""
    with mock.patch.object(ensemble, "BACKENDS", backends):
        yield


def model_of_lines(folder: Path, lines: list[str]) -> Model:
    return xhsim.load_model(
        write(folder, text_of(GIVEN + NOT_FINITE + "\n".join(lines), ranges=RANGES, end=3))
    )


def assert_same(found: xr.Dataset, expected: xr.Dataset, lines: list[str]) -> None:
    """Check that values are the same, and not finite in the same places."""
    texts = dict(line.split(" = ", 1) for line in lines)
    texts = {name.partition("[")[0]: text for name, text in texts.items()}
    wrong = {}
    for name in expected.data_vars:
        one, other = expected[name].values, found[name].transpose(*expected[name].dims).values
        if not np.allclose(one, other, rtol=1e-9, atol=0, equal_nan=True):
            bad = ~np.isclose(one, other, rtol=1e-9, atol=0, equal_nan=True)
            wrong[name] = texts.get(str(name)), one[bad][:3].tolist(), other[bad][:3].tolist()
    assert wrong == {}


@settings(
    max_examples=examples(4),
    phases=[Phase.generate],  # one example has many equations: the message names those that fail
    suppress_health_check=list(HealthCheck),
)
@given(lines=models, odd=draws)
def test_odd_numbers_give_the_same_everywhere(
    lines: list[str], odd: list[tuple[float, float, float]]
) -> None:
    given_draws = dict(zip("abc", np.array(odd).T, strict=True))
    with tempfile.TemporaryDirectory() as folder:
        model = model_of_lines(Path(folder), lines)
        with only(NumPyBackend()):
            expected = model.run(given_draws, method="euler")
        used: list[bool] = []
        with only(*noted((MachineBackend(least_work=0), NumPyBackend()), MachineBackend, used)):
            found = model.run(given_draws, method="euler")
        assert used == [True]
        assert_same(found, expected, lines)
        for number in range(len(odd)):
            alone = {name: float(values[number]) for name, values in given_draws.items()}
            with only(ScalarBackend(), NumPyBackend()):
                single = model.run(alone, method="euler")
            assert_same(single, expected.isel(draw=number), lines)


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node.js")
@settings(
    max_examples=examples(2),
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(lines=models, odd=draws)
def test_odd_numbers_give_the_same_in_a_browser(
    lines: list[str], odd: list[tuple[float, float, float]]
) -> None:
    given_draws = dict(zip("abc", np.array(odd).T, strict=True))
    with tempfile.TemporaryDirectory() as folder:
        model = model_of_lines(Path(folder), lines)
        with only(NumPyBackend()):
            expected = model.run(given_draws, method="euler")
        found = in_node(Path(folder), model, given_draws)
        shaped = {
            name: (dims, found[str(name)].reshape([expected.sizes[dim] for dim in dims]))
            for name, dims in ((name, _in_memory(expected[name])) for name in expected.data_vars)
        }
        assert_same(xr.Dataset(shaped), expected, lines)


def _in_memory(data: xr.DataArray) -> tuple[str, ...]:
    """Return the dimensions in the order in which a browser has them."""
    inner = [str(dim) for dim in data.dims if dim not in ("time", "draw")]
    return ("time", *inner, *(["draw"] if "draw" in data.dims else []))
