"""Paths of variables by element: when they apply, and where they start from."""

from __future__ import annotations

from pathlib import Path as FilePath

import numpy as np
import pytest

from tests.engine.models import model_of
from xhsim.analysis.worlds.overruled import Overruled, overruled
from xhsim.engine.model import Model
from xhsim.engine.overrides import Override
from xhsim.engine.paths import Path
from xhsim.study.scenarios.scenario import make_scenario


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    folder: FilePath = tmp_path_factory.mktemp("overruled")
    equations = "base = 1\nsingle = base*Time\nmany[Area] = single\nwide[Area, Kind] = single"
    return model_of(folder, equations, ranges="Area: north, south\nKind: a, b")


def one(model: Model, **paths: object) -> Overruled:
    given = {name.replace("_", " "): value for name, value in paths.items()}
    return overruled(make_scenario("x", paths=given).paths, model)[0]


def test_a_number_replaces_the_equation_for_the_whole_run(model: Model) -> None:
    assert isinstance(one(model, single=3).value, Path)
    whole = model.run({"wide": one(model, wide=3).value})["wide"]
    assert (whole == 3).all()


def test_a_pulse_gives_the_equation_back(model: Model) -> None:
    value = one(model, single={"pulse": {"from": 2, "until": 4, "to": 9}}).value
    assert isinstance(value, Override)
    run = model.run({"single": value})["single"].values
    assert run.tolist() == [0, 1, 9, 9, 4, 5, 6, 7, 8, 9, 10]


def test_a_ramp_starts_from_its_foot_in_each_draw(model: Model) -> None:
    ramp = one(model, wide={"ramp": {"from": 2, "until": 4, "to": 0}})
    assert ramp.dates == (2.0,)
    assert ramp.known(5.0).value is None
    feet = np.arange(8.0).reshape(2, 2, 2)
    given = Overruled(ramp.name, ramp.elements, ramp.shapes, {2.0: feet}).value
    run = model.run({"wide": given, "base": np.ones(2)})["wide"]
    assert np.array_equal(run.sel(time=3).transpose("area", "kind", "draw"), feet / 2)


def test_later_shapes_lie_over_earlier_ones(model: Model) -> None:
    first = make_scenario("a", paths={"many[north]": {"step": {"year": 2, "to": 5}}}).paths
    second = make_scenario("b", paths={"many": {"ramp": {"from": 4, "until": 6, "to": 7}}}).paths
    both = overruled([*first, *second], model)[0]
    assert both.dates == (4.0,)  # only the south starts from its own value there
    assert both.known(3.0).shapes["south"] == ()
    again = overruled([*first, *make_scenario("c", paths={"many": 1}).paths], model)[0]
    assert isinstance(again.value, Path)
