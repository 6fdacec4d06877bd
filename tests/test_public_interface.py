"""What notebooks and scripts may rely on: names, signatures, columns, dimensions."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import xhsim
from tests.analysis.studies import LINEAR
from tests.places import ROOT


@pytest.fixture(scope="module")
def study() -> xhsim.Study:
    return xhsim.open_study(LINEAR)


def _parameters(function: Callable[..., Any]) -> dict[str, Any]:
    return {
        name: None if parameter.default is inspect.Parameter.empty else parameter.default
        for name, parameter in inspect.signature(function).parameters.items()
        if name != "self"
    }


def test_package_exports() -> None:
    names = {"InputError", "Model", "ModelError", "Path", "Study", "load_model", "open_study"}
    assert names <= set(xhsim.__all__)
    for name in xhsim.__all__:
        assert getattr(xhsim, name).__doc__, name
    assert xhsim.__version__
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = xhsim.nothing
    assert issubclass(xhsim.InputError, ValueError)
    assert issubclass(xhsim.ModelError, xhsim.InputError)


@pytest.mark.parametrize(
    ("function", "wanted"),
    [
        (xhsim.load_model, ["path"]),
        (xhsim.open_study, ["folder"]),
        (xhsim.Model.run, ["params", "method", "dt", "times", "outputs"]),
        (xhsim.Study.run, ["scenario"]),
        (xhsim.Study.ensemble, ["scenario", "draws", "seed"]),
        (xhsim.Study.attainment, ["ensemble"]),
        (xhsim.Study.compare, ["scenarios"]),
    ],
)
def test_signatures_begin_with_what_is_documented(
    function: Callable[..., Any], wanted: list[str]
) -> None:
    assert list(_parameters(function))[: len(wanted)] == wanted


def test_defaults() -> None:
    run = _parameters(xhsim.Model.run)
    assert (run["params"], run["method"]) == (None, None)
    assert (run["dt"], run["times"], run["outputs"]) == (None, None, None)
    ensemble = _parameters(xhsim.Study.ensemble)
    assert (ensemble["draws"], ensemble["seed"]) == (None, None)  # the scenario has a say
    assert _parameters(xhsim.open_study)["folder"] is None
    keywords = inspect.signature(xhsim.Model.run).parameters
    for name in ("method", "dt", "times", "outputs"):
        assert keywords[name].kind is inspect.Parameter.KEYWORD_ONLY


def test_model_alone(study: xhsim.Study) -> None:
    model = xhsim.load_model(LINEAR / "model" / "linear.mdl")
    assert isinstance(model, xhsim.Model)
    variables = model.variables
    assert isinstance(variables, pd.DataFrame)
    assert {"name", "kind", "unit", "doc", "dims", "equation"} <= set(variables.columns)
    row = variables.loc["zone_size"]
    assert (row["name"], row["kind"], row["unit"]) == ("zone size", "stock", "unit")
    assert row["doc"] == "Two straight lines."
    assert tuple(row["dims"]) == ("zone",) or tuple(row["dims"]) == ("Zone",)
    assert "zone growth" in row["equation"]
    assert variables.loc["growth", "kind"] == "constant"
    assert isinstance(model.source, str)
    compile(model.source, "model", "exec")  # it is Python
    assert set(study.model.variables.index) == set(variables.index)


@pytest.mark.parametrize("method", ["euler", "rk4", "RK45", "DOP853", "LSODA", "Radau", "BDF"])
def test_model_run_takes_every_method(study: xhsim.Study, method: str) -> None:
    run = study.model.run({"growth": 4}, method=method, outputs=["size"], times=[2020, 2022.5])
    assert isinstance(run, xr.Dataset)
    assert run["size"].dims == ("time",)
    assert run["size"].to_numpy() == pytest.approx([100, 110], rel=1e-6)


def test_model_run_takes_numbers_arrays_and_paths(study: xhsim.Study) -> None:
    steps = xhsim.Path([2021, 2021], [0.0, 2.0])
    run = study.model.run(
        {"growth": np.array([1.0, 2.0, 3.0]), "policy": steps}, dt=0.25, outputs=["Size", "spent"]
    )
    assert run["size"].dims == ("draw", "time")
    assert run["size"].sel(time=2025).to_numpy() == pytest.approx([113, 118, 123])
    assert {"units", "long_name"} <= set(run["size"].attrs)
    again = study.model.run(outputs=["size"])  # nothing persists into the next run
    assert again["size"].sel(time=2025) == pytest.approx(115)


def test_study(study: xhsim.Study) -> None:
    assert isinstance(study, xhsim.Study)
    assert isinstance(study.model, xhsim.Model)
    for mapping, name in (
        (study.scenarios, "programme"),
        (study.targets, "size"),
        (study.parameters, "growth"),
    ):
        assert isinstance(mapping, Mapping)
        assert name in mapping
    assert study.targets["size"].value == 117
    assert study.parameters["growth"].unit == "unit/year"
    assert study.scenarios["programme"].extends == "baseline"


def test_questions_and_answers(study: xhsim.Study) -> None:
    run = study.run("programme")
    assert run["zone_size"].dims == ("time", "zone")
    ensemble = study.ensemble("programme", draws=32, seed=1)
    assert ensemble["zone_size"].dims == ("draw", "time", "zone")
    table = study.attainment(ensemble)
    assert isinstance(table, pd.DataFrame)
    assert list(table.index) == list(study.targets)
    assert set(table.columns) >= {
        *("probability", "ci_low", "ci_high", "median", "p05", "p95", "target", "gap"),
        *("direction", "unit", "draws", "failed"),
    }
    compared = study.compare(["baseline", "programme"], draws=32, seed=1)
    chances = compared["probability"].to_dict()
    assert chances["programme", "size"] == table["probability"].to_dict()["size"]
    # Index and columns have names of their own, so that the table can be written and read back.
    assert compared.reset_index().columns.is_unique


def test_the_study_that_ships_is_the_default() -> None:
    study = xhsim.open_study()
    assert len([target for target in study.targets.values() if target.rank]) == 18
    assert study.model.equations.path.endswith("xuhui.mdl")


PACKAGES = sorted(
    ".".join(path.parent.relative_to(ROOT).parts)
    for path in (ROOT / "xhsim").rglob("__init__.py")
    if "__all__" in path.read_text(encoding="utf-8")
)


@pytest.mark.parametrize("name", PACKAGES)
def test_the_tab_key_shows_the_interface_and_nothing_else(name: str) -> None:
    package = importlib.import_module(name)
    assert dir(package) == sorted(package.__all__)
    assert all(hasattr(package, each) for each in dir(package))


def test_a_study_shows_only_what_is_explained(study: xhsim.Study) -> None:
    """The Tab key after a study: each name is in the reference, with its docstring."""
    shown = [name for name in dir(study) if not name.startswith("_")]
    attributes = {"files", "files_read", "model"}
    assert {name for name in shown if not hasattr(xhsim.Study, name)} <= attributes
    for name in set(shown) - attributes:
        assert getattr(xhsim.Study, name).__doc__, name
    assert all(f"{name} :" in str(xhsim.Study.__doc__) for name in attributes)


def test_whole_years_are_whole_numbers(study: xhsim.Study) -> None:
    """So that tables and notebooks show 2021, and not 2021.0 or 2.021e+03."""
    run = study.run("programme")
    assert "2021" in repr(run["time"])
    assert run["time"].dtype.kind == "i"
    assert study.ensemble("programme", draws=2)["time"].dtype.kind == "i"
    assert study.model.run(times=[2020, 2020.5])["time"].to_numpy().tolist() == [2020, 2020.5]
    size = run["size"]
    assert (
        float(size.sel(time=2021.0)) == float(size.sel(time=2021)) == float(size.interp(time=2021))
    )
