"""Runs of a study against closed forms, and what must never differ."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import xhsim
from tests.analysis.studies import SLOPE, copy_of_linear, identical_before
from xhsim.analysis.study import Study
from xhsim.analysis.worlds.design import make_design
from xhsim.analysis.worlds.draws import sample
from xhsim.errors import InputError


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
    assert identical_before(parent, child, 2023)
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
