"""The study as an object: its answers against closed forms, and what must never differ."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from scipy import stats

import xhsim
from tests.analysis.studies import copy_of_linear
from xhsim.analysis.study import Study
from xhsim.analysis.worlds.design import make_design
from xhsim.analysis.worlds.draws import sample
from xhsim.errors import InputError

SLOPE = stats.norm(3, 1 / stats.norm.ppf(0.95))  # the prior of growth: 90% in [2, 4]


def _identical_before(one: xr.Dataset, other: xr.Dataset, date: float) -> bool:
    early = [made.where(made["time"] <= date, drop=True) for made in (one, other)]
    return all(
        np.array_equal(early[0][name].to_numpy(), early[1][name].to_numpy())
        for name in one.data_vars
    )


# --- one run ------------------------------------------------------------------------------


def test_run_is_the_straight_line(linear: Study) -> None:
    run = linear.run()
    assert run["size"].to_numpy() == pytest.approx([100, 103, 106, 109, 112, 115])
    assert run["zone_size"].sel(zone="South").to_numpy() == pytest.approx([10, 12, 14, 16, 18, 20])
    assert run.attrs == {
        "scenario": "baseline",
        "scenario_label_zh": "照旧",
        "study": "linear",
        "model": "linear.mdl",
    }
    assert run["size"].attrs["label_zh"] == "规模"
    assert run["size"].attrs["units"] == "unit"


def test_run_takes_changes_and_the_priors_a_scenario_replaces(linear: Study) -> None:
    programme = linear.run("programme", outputs=["size"])["size"].to_numpy()
    assert programme == pytest.approx([100, 103, 106, 109, 113, 117])
    doubt = linear.run("doubt", method="euler")
    # Growth is believed to be about 2 here, the idle constant about 3.
    assert doubt["size"].to_numpy() == pytest.approx([100, 102, 104, 106, 109, 112])
    assert doubt["echo"].to_numpy() == pytest.approx(3.0)
    assert doubt["yield"].to_numpy() == pytest.approx([10, 10, 10, 10, 12, 12])


@pytest.mark.parametrize("ask", ["run", "ensemble"])
def test_unknown_scenario_and_output_name_the_nearest(linear: Study, ask: str) -> None:
    with pytest.raises(InputError, match=r'unknown scenario "basline".*did you mean "baseline"'):
        getattr(linear, ask)("basline")
    with pytest.raises(InputError, match=r'no output "sise".*did you mean "size"'):
        getattr(linear, ask)("baseline", outputs=["sise"])


# --- ensembles ----------------------------------------------------------------------------


def test_ensemble_says_how_it_came_about(linear: Study) -> None:
    made = linear.ensemble("programme", draws=16, seed=2)
    assert made.attrs == {
        "scenario": "programme",
        "scenario_label_zh": "方案",
        "draws": 16,
        "seed": 2,
        "failed": 0,
        "beliefs": "prior",
        "study": "linear",
        "model": "linear.mdl",
    }
    assert tuple(made.data_vars) == linear.reported == ("size", "zone_size", "yield")
    assert made["zone_size"].dims == ("draw", "time", "zone")
    assert made["draw"].to_numpy().tolist() == list(range(16))


def test_ensemble_is_the_closed_form_of_its_draws(linear: Study) -> None:
    made = linear.ensemble("programme", draws=64, outputs=["size", "spent"])
    growth = sample(linear.files.resolve("programme"), make_design(linear.files, 64, 0))["growth"]
    assert made["size"].sel(time=2025).to_numpy() == pytest.approx(100 + 5 * growth + 2, rel=1e-12)
    assert made["spent"].sel(time=2024).to_numpy() == pytest.approx(1.0)


def test_scenario_equals_its_parent_bit_for_bit_before_its_first_change(linear: Study) -> None:
    parent, child = (linear.ensemble(name, 100, seed=1) for name in ("baseline", "programme"))
    assert linear.files.resolve("programme").first_change == 2023
    assert _identical_before(parent, child, 2023)
    assert (child["size"].sel(time=2025) > parent["size"].sel(time=2025)).all()


def test_scenario_that_changes_nothing_is_its_parent(linear: Study) -> None:
    assert linear.ensemble("nothing", 100).equals(linear.ensemble("baseline", 100))


@pytest.mark.parametrize("block", [1, 7, 64, 1000])
@pytest.mark.parametrize("method", ["rk4", "euler"])
def test_block_size_changes_no_bit(linear: Study, block: int, method: str) -> None:
    whole = linear.ensemble("doubt", 150, seed=9, method=method)
    values = sample(linear.files.resolve("doubt"), make_design(linear.files, 150, 9))
    blocks = linear.model.run(values, method=method, outputs=linear.reported, block=block)
    assert all(np.array_equal(whole[name], blocks[name]) for name in whole.data_vars)


def test_more_draws_begin_with_the_same_runs(linear: Study) -> None:
    few, many = linear.ensemble("doubt", 10), linear.ensemble("doubt", 700)
    assert few.equals(many.isel(draw=slice(10)))


def test_progress_counts_every_draw(linear: Study) -> None:
    counts: list[int] = []
    linear.ensemble("baseline", 12_000, progress=counts.append)
    assert sum(counts) == 12_000
    assert len(counts) > 1


@pytest.fixture(scope="module")
def certain(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """The linear study with nothing left uncertain, and nothing targeted."""
    folder = copy_of_linear(tmp_path_factory.mktemp("certain") / "study")
    parameters = (folder / "model" / "parameters.yaml").read_text(encoding="utf-8")
    record = "policy:" + parameters.split("policy:")[1].split("zone growth:")[0]
    (folder / "model" / "parameters.yaml").write_text(record, encoding="utf-8")
    (folder / "scenarios" / "doubt.yaml").unlink()
    return xhsim.open_study(folder)


def test_without_uncertainty_all_draws_are_one(certain: Study) -> None:
    counts: list[int] = []
    made = certain.ensemble("programme", draws=5, progress=counts.append)
    assert made.sizes["draw"] == 5
    assert sum(counts) == 5
    assert made["size"].sel(time=2025).to_numpy().tolist() == [117.0] * 5
    table = certain.attainment(made)
    assert table["probability"].to_dict() == {"size": 1, "modest": 0, "south": 0, "yields": 1}
    assert table.loc["size", "gap"] == 0


def test_a_draw_that_overflows_is_counted_and_shown(linear: Study, tmp_path: Path) -> None:
    model = (linear.files.model_path).read_text(encoding="utf-8")
    broken = model.replace("yield = weather ~", "yield = weather + 0 * LN(growth - 2) ~")
    study = xhsim.open_study(copy_of_linear(tmp_path / "s", **{"model/linear.mdl": broken}))
    made = study.ensemble("baseline", 1000)
    expected = 1000 * SLOPE.cdf(2)
    assert made.attrs["failed"] == pytest.approx(expected, abs=3)
    table = study.attainment(made)
    assert set(table["failed"]) == {made.attrs["failed"]}
    assert table["probability"].to_dict()["yields"] > 0.8


# --- probabilities ------------------------------------------------------------------------


@pytest.mark.parametrize("draws", [250, 1000, 4000])
def test_probability_is_the_closed_form_within_its_interval(linear: Study, draws: int) -> None:
    table = linear.attainment(linear.ensemble("baseline", draws))
    # 100 + 5 growth >= 117, <= 115; the south's growth is uniform around 2; yields are normal.
    wanted = {"size": SLOPE.sf(3.4), "modest": 0.5, "south": 0.5}
    for name, probability in wanted.items():
        row = table.loc[name]
        assert row["ci_low"] <= probability <= row["ci_high"], name
        # Sobol points are far nearer than the interval, which takes draws as independent.
        assert row["probability"] == pytest.approx(probability, abs=3 / draws**0.75), name
    assert table.loc["size", "median"] == pytest.approx(115, abs=0.02)
    assert list(table.loc["size", ["p05", "p95"]]) == pytest.approx([110, 120], abs=0.15)
    assert table.loc["size", "gap"] == pytest.approx(-2, abs=0.02)
    assert table.loc["modest", "gap"] == pytest.approx(0, abs=0.02)


def test_average_of_shocks_is_the_closed_form(linear: Study) -> None:
    # Four of the five years 2021-2025 are shocked, with lag correlations 0.6, 0.36, 0.216.
    spread = 2 / stats.norm.ppf(0.95)
    variance = spread**2 * (4 + 2 * (3 * 0.6 + 2 * 0.36 + 0.216)) / 25
    row = linear.attainment(linear.ensemble("baseline", 4000)).loc["yields"]
    wanted = stats.norm(10, variance**0.5).sf(9)
    assert row["ci_low"] <= wanted <= row["ci_high"]
    assert row["median"] == pytest.approx(10, abs=0.05)


def test_joint_probabilities_are_the_closed_form(linear: Study) -> None:
    joint = linear.joint(linear.ensemble("baseline", 4000))
    assert list(joint.index) == ["joint", "joint:growth", "joint:zones"]
    assert joint.loc["joint:growth", "probability"] == 0  # no size is both >= 117 and <= 115
    assert joint.loc["joint:zones", "probability"] == pytest.approx(0.5, abs=0.01)
    assert joint.loc["joint", "expected"] == pytest.approx(SLOPE.sf(3.4) + 0.5 + 0.5, abs=0.01)
    some = linear.joint(
        linear.ensemble("baseline", 4000), {n: linear.targets[n] for n in ("size", "south")}
    )
    assert some.loc["joint", "probability"] == pytest.approx(SLOPE.sf(3.4) / 2, abs=0.01)


def test_compare_puts_scenarios_under_each_other(linear: Study) -> None:
    table = linear.compare(["programme", "baseline"], draws=200, seed=4)
    assert table.index.names == ["scenario", "target_id"]
    assert list(dict.fromkeys(table.index.get_level_values(0))) == ["programme", "baseline"]
    assert table.attrs == {
        "draws": 200,
        "seed": 4,
        "scenario_labels_zh": {"programme": "方案", "baseline": "照旧"},
    }
    for name in ("programme", "baseline"):
        ensemble = linear.ensemble(name, 200, 4)
        part = table.loc[[name]].droplevel("scenario")
        single, joint = linear.attainment(ensemble), linear.joint(ensemble)
        pd.testing.assert_frame_equal(
            part.loc[list(single.index), list(single.columns)], single, check_dtype=False
        )
        for row in joint.index:
            assert part.loc[row, "probability"] == joint.loc[row, "probability"]
    # On common draws more growth never loses a world.
    attained = table["probability"].xs("size", level="target_id").to_dict()
    assert attained["programme"] > attained["baseline"]


def test_compare_of_all_of_one_twice_and_of_none(linear: Study) -> None:
    every = linear.compare(draws=8)
    assert set(every.index.get_level_values(0)) == set(linear.scenarios)
    assert len(linear.compare(["baseline", "baseline"], draws=8)) == 7
    with pytest.raises(InputError, match=r'takes a list of scenarios.*write \["baseline"\]'):
        linear.compare("baseline")
    with pytest.raises(InputError, match="no scenario to compare"):
        linear.compare([])
    with pytest.raises(InputError, match='did you mean "programme"'):
        linear.compare(["baseline", "program"], draws=8)


def test_a_prepared_ensemble_that_lacks_a_target_is_an_error(linear: Study) -> None:
    made = linear.ensemble("baseline", 8, outputs=["size"])
    assert list(linear.attainment(made, {"size": linear.targets["size"]}).index) == ["size"]
    with pytest.raises(InputError, match='target "south" needs "zone_size"'):
        linear.attainment(made)


# --- the study that ships -----------------------------------------------------------------


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
            assert _identical_before(ensembles[scenario.extends], ensembles[name], date), name
    assert compared >= 5


def test_xuhui_block_size_changes_no_bit(xuhui: Study, ensembles: dict[str, xr.Dataset]) -> None:
    values = sample(xuhui.files.resolve("plan"), make_design(xuhui.files, 64, 1))
    blocks = xuhui.model.run(values, outputs=xuhui.reported, block=5)
    assert all(np.array_equal(ensembles["plan"][name], blocks[name]) for name in blocks.data_vars)


def test_xuhui_labels_its_variables_in_both_languages(ensembles: dict[str, xr.Dataset]) -> None:
    made = ensembles["baseline"]
    assert made["retail_sales"].attrs["label_zh"] == "社会消费品零售总额"
    assert all(data.attrs["long_name"] and data.attrs["units"] for data in made.values())
