"""The study that ships as an object: what must never differ."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from tests.analysis.studies import identical_before
from xhsim.analysis.study import Study
from xhsim.analysis.worlds.design import make_design
from xhsim.analysis.worlds.draws import sample


def test_xuhui_has_the_plans_indicators_and_scenarios(xuhui: Study) -> None:
    ranks = [target.rank for target in xuhui.indicators.values()]
    assert ranks == list(range(1, 19))
    assert len(xuhui.scenarios) >= 9
    assert list(xuhui.scenarios)[:2] == ["baseline", "plan"]
    assert f"{len(xuhui.targets)} targets" in repr(xuhui)


@pytest.fixture(scope="module")
def ensembles(xuhui: Study) -> dict[str, xr.Dataset]:
    return {name: xuhui.ensemble(name, 64, seed=1) for name in xuhui.scenarios}


def test_xuhui_probabilities_are_probabilities(
    xuhui: Study, ensembles: dict[str, xr.Dataset]
) -> None:
    for name, made in ensembles.items():
        table = xuhui.attainment(made, xuhui.indicators)
        assert len(table) == 18
        assert made.attrs["failed"] == 0, name
        assert table["probability"].between(0, 1).all()
        assert (table["ci_low"] <= table["probability"]).all()
        assert (table["probability"] <= table["ci_high"]).all()
        assert (table["p05"] <= table["median"]).all()
        assert (table["median"] <= table["p95"]).all()
        joint = xuhui.joint(made)
        assert joint.loc["joint", "probability"] <= table["probability"].min()
        assert joint.loc["joint", "expected"] == pytest.approx(table["probability"].sum())


def test_xuhui_scenarios_equal_their_parents_before_they_change(
    xuhui: Study, ensembles: dict[str, xr.Dataset]
) -> None:
    compared = 0
    for name, scenario in xuhui.scenarios.items():
        date = xuhui.files.resolve(name).first_change
        if scenario.extends and date > 2015:
            compared += 1
            assert identical_before(ensembles[scenario.extends], ensembles[name], date), name
    assert compared >= 5


def test_xuhui_block_size_changes_no_bit(xuhui: Study, ensembles: dict[str, xr.Dataset]) -> None:
    values = sample(xuhui.files.resolve("plan"), make_design(xuhui.files, 64, 1))
    blocks = xuhui.model.run(values, outputs=xuhui.reported, block=5)
    assert all(np.array_equal(ensembles["plan"][name], blocks[name]) for name in blocks.data_vars)


def test_xuhui_labels_its_variables_in_both_languages(ensembles: dict[str, xr.Dataset]) -> None:
    made = ensembles["baseline"]
    assert made["retail_sales"].attrs["label_zh"] == "社会消费品零售总额"
    assert all(data.attrs["long_name"] and data.attrs["units"] for data in made.values())


def test_a_study_shows_what_it_contains(linear: Study) -> None:
    html = linear._repr_html_()
    for name in (*linear.scenarios, *linear.targets, linear.files.model_path.name):
        assert name in html, name
    assert f"{len(linear.scenarios)} scenarios" in html
    assert "≥ 117 unit" in html
    assert repr(linear).startswith("<Study of linear.mdl")
    assert "None" not in html
