"""A solution as plain arrays and as a dataset with names, units and times."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from tests.engine.models import model_of
from xhsim.engine.model import Model
from xhsim.engine.request import Request


@pytest.fixture
def model(tmp_path: Path) -> Model:
    text = "start[Area] = 1, 2\nrate = 1\nlevel[Area] = INTEG(rate*start[Area], 0)"
    return model_of(tmp_path, text, ranges="Area: north, south", end=2)


def test_arrays_of_a_single_run_have_no_draw_axis(model: Model) -> None:
    solution = model.solve(Request(method="euler", outputs=("level",)))
    assert solution.arrays()["level"].tolist() == [[0, 0], [1, 2], [2, 4]]


def test_draws_are_the_first_axis(model: Model) -> None:
    params = {"rate": np.array([1.0, 3.0])}
    solution = model.solve(Request(params=params, method="euler", outputs=("level", "rate")))
    arrays = solution.arrays()
    assert arrays["level"][:, -1].tolist() == [[2, 4], [6, 12]]
    dataset = solution.dataset()
    assert dataset["level"].dims == ("draw", "time", "area")
    assert dataset["rate"].dims == ("draw", "time")
    for name, values in arrays.items():
        np.testing.assert_array_equal(dataset[name].values, values)


def test_labels_are_those_of_the_file(model: Model) -> None:
    dataset = model.solve(Request(outputs=("level",), times=[0, 2])).dataset()
    assert dataset["time"].values.tolist() == [0, 2]
    assert dataset["area"].values.tolist() == ["north", "south"]
    assert dataset["level"].attrs == {
        "units": "",
        "long_name": "level",
        "equation": "[Area] = INTEG(rate*start[Area], 0)",
    }


def test_a_dataset_is_the_one_of_the_public_constructor(model: Model) -> None:
    params = {"rate": np.array([1.0, 3.0])}
    for given in (None, params):
        found = model.solve(Request(params=given)).dataset()
        parts = {name: found[name].variable for name in found.data_vars}
        labels = {name: found[name].values for name in found.coords}
        expected = xr.Dataset(parts, coords=labels)
        assert found.identical(expected)
        assert found.sizes == expected.sizes
        assert list(found.indexes) == list(expected.indexes)
        assert found.sel(area="south").equals(expected.sel(area="south"))
        assert found.to_dataframe().equals(expected.to_dataframe())
        assert found.assign(more=found["level"] + 1).identical(
            expected.assign(more=expected["level"] + 1)
        )
