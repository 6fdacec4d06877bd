"""Structures of draws: spread by weight, common to scenarios, and without effect on other draws."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

import xhsim
from tests.analysis.studies import STRUCTURES, copy_of_study
from xhsim.analysis.study import Study
from xhsim.analysis.worlds.design import SCHEMES, STRUCTURE, make_design
from xhsim.analysis.worlds.world import side_by_side
from xhsim.errors import InputError

SPREAD = 5 / stats.norm.ppf(0.95)  # of size in 2025, where growth is uncertain


def of(study: Study, scenario: str = "baseline", draws: int = 512, **options: Any) -> Any:
    return study.ensemble(scenario, draws, **options)


def study_with(folder: Path, **files: str | None) -> Study:
    return xhsim.open_study(copy_of_study(STRUCTURES, folder, **files))


@pytest.mark.parametrize("scheme", SCHEMES)
def test_each_structure_has_its_share_of_the_draws(structured: Study, scheme: str) -> None:
    names = of(structured, draws=1024, scheme=scheme)["structure"].values
    slack = {"sobol": 1, "latin_hypercube": 1, "independent": 60}[scheme]
    for name, share in (("steady", 0.5), ("boosted", 0.25), ("exact", 0.25)):
        assert abs((names == name).sum() - 1024 * share) <= slack


def test_size_in_each_structure_is_known(structured: Study) -> None:
    found = of(structured, draws=2048)
    size, names = found["size"].sel(time=2025), found["structure"].values
    assert float(size[names == "steady"].mean()) == pytest.approx(115, abs=0.1)
    assert float(size[names == "boosted"].mean()) == pytest.approx(125, abs=0.1)
    assert float(size[names == "boosted"].std()) == pytest.approx(SPREAD, rel=0.05)
    assert (size[names == "exact"] == 115).all()
    south = found["zone_size"].sel(zone="South", time=2025).values
    assert (south[names == "boosted"] == 22.5).all()
    assert np.ptp(south[names == "steady"]) > 1
    north = found["zone_size"].sel(zone="North", time=2025).values
    assert np.ptp(north[names == "boosted"]) > 1  # the other element keeps its draws


def test_a_draw_has_one_structure_in_every_scenario(structured: Study) -> None:
    one, other = (of(structured, name)["structure"].values for name in ("baseline", "programme"))
    assert (one == other).all()
    few, many = (of(structured, draws=draws)["structure"].values for draws in (100, 512))
    assert (few == many[:100]).all()


def test_structures_change_no_other_draw(structured: Study, tmp_path: Path) -> None:
    """The study without the file draws the same numbers, and gives the main structure's results."""
    plain = study_with(tmp_path / "plain", **{"model/structures.yaml": None})
    without, with_them = (make_design(study.files, 300, 3) for study in (plain, structured))
    assert np.array_equal(without.points, with_them.points[:-1])
    assert STRUCTURE not in without.columns
    assert {k: v for k, v in with_them.columns.items() if k != STRUCTURE} == without.columns
    before, steady = of(plain, "programme"), of(structured, "programme", structure="steady")
    for name in before.data_vars:
        assert np.array_equal(before[name].values, steady[name].values)
    assert "structure" not in before.coords
    assert plain.world(draws=4).structures is None
    assert plain.world(draws=4).structure_names == ()
    drawn = of(structured, "programme")
    here = drawn["structure"].values == "steady"
    assert np.array_equal(drawn["size"].values[here], before["size"].values[here])
    assert np.array_equal(drawn["yield"].values, before["yield"].values)


def test_the_dimension_of_structures_goes_with_no_other(structured: Study) -> None:
    points = make_design(structured.files, 1024, 0).points
    together = np.array([np.corrcoef(points[-1], other)[0, 1] for other in points[:-1]])
    assert np.abs(together).max() < 0.1


def test_choice_of_structures(structured: Study) -> None:
    assert set(of(structured, structure="boosted")["structure"].values) == {"boosted"}
    equal = of(structured, draws=300, structure="equal")["structure"].values
    assert abs((equal == "exact").sum() - 100) <= 2
    some = of(structured, structure={"exact": 1, "boosted": 3})["structure"].values
    assert set(some) == {"exact", "boosted"}
    assert abs((some == "boosted").sum() - 384) <= 2
    with pytest.raises(InputError, match=r'unknown structure "bosted".*did you mean "boosted"'):
        of(structured, structure="bosted")


def test_an_undrawn_layer_is_the_main_structure(structured: Study) -> None:
    still = of(structured, draws=16, layers=())
    assert set(still["structure"].values) == {"steady"}
    assert (still["size"].sel(time=2025) == 115).all()
    alone = of(structured, layers=("structure",))
    for name, size in (("steady", 115), ("boosted", 125), ("exact", 115)):
        here = alone["structure"].values == name
        assert (alone["size"].sel(time=2025).values[here] == size).all()
    chosen = of(structured, draws=16, layers=(), structure="boosted")
    assert (chosen["size"].sel(time=2025) == 125).all()


def test_single_runs(structured: Study) -> None:
    last = {"time": 2025}
    assert float(structured.run()["size"].sel(last)) == 115
    assert float(structured.run(structure="boosted")["size"].sel(last)) == 125
    assert "structure" not in structured.run().coords


def test_a_scenario_goes_before_a_structure(tmp_path: Path) -> None:
    head = "label: {en: S, zh: 丙}\ndescription: S.\nextends: baseline\n"
    study = study_with(
        tmp_path / "s",
        **{
            "scenarios/own.yaml": head + "set: {boost switch: 0}\n",
            "scenarios/later.yaml": head + "set: {boost switch: {step: {year: 2024, to: 0}}}\n",
            "scenarios/doubt.yaml": head + "uncertain: {growth: '90% in [2, 4]'}\n",
            "scenarios/fixed.yaml": head + "run: {structure: boosted}\n",
        },
    )
    own = of(study, "own")
    assert float(own["size"].sel(time=2025)[own["structure"] == "boosted"].mean()) < 116
    later = of(study, "later", layers=("structure",))["size"].sel(time=2025)
    assert (later[later["structure"] == "boosted"] == 123).all()
    doubt = of(study, "doubt")["size"].sel(time=2025)
    assert float(doubt[doubt["structure"] == "exact"].std()) == pytest.approx(SPREAD, rel=0.1)
    fixed = of(study, "fixed", draws=32)
    assert set(fixed["structure"].values) == {"boosted"}
    assert float(study.run("fixed")["size"].sel(time=2025)) == 125
    assert set(of(study, "fixed", draws=8, structure="exact")["structure"].values) == {"exact"}
    child = study.with_scenario("child", extends="fixed")
    assert set(of(child, "child", draws=8)["structure"].values) == {"boosted"}
    with pytest.raises(InputError, match='unknown structure "none"'):
        study.with_scenario("wrong", run={"structure": "none"})


def test_a_structure_may_hold_a_yearly_shock(tmp_path: Path) -> None:
    text = (STRUCTURES / "model" / "structures.yaml").read_text(encoding="utf-8")
    calm = text.replace("{growth: 3}", "{growth: 3, weather: 11}")
    study = study_with(tmp_path / "s", **{"model/structures.yaml": calm})
    found = of(study)
    is_exact = found["structure"].values == "exact"
    assert (found["yield"].values[is_exact] == 11).all()
    assert np.ptp(found["yield"].sel(time=2025).values[~is_exact]) > 1
    still = of(study, layers=("structure",))
    assert (still["yield"].values[is_exact] == 11).all()
    assert (still["yield"].values[~is_exact] == 10).all()


def test_worlds_side_by_side_keep_their_structures(structured: Study) -> None:
    worlds = [structured.world(name, draws=8) for name in ("baseline", "programme")]
    both = side_by_side(worlds)
    assert both.structures is not None
    assert both.structures.tolist() == [*worlds[0].structures] * 2  # type: ignore[misc]
    assert both.run(["size"])["structure"].sizes["draw"] == 16
    assert worlds[0].with_values({}, width=3).structures is None
    assert structured.central_world().structures is None


def test_the_coordinate_says_where_weights_come_from(structured: Study) -> None:
    about = of(structured, draws=4)["structure"].attrs
    assert about["names"] == ["steady", "boosted", "exact"]
    assert about["weights"] == [0.5, 0.25, 0.25]
    assert about["labels_zh"] == ["平稳", "推动", "确定"]
    assert (about["origin"], about["stale"]) == ("file", [])
