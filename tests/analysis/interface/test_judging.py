"""Probabilities of a study against closed forms."""

from __future__ import annotations

import pandas as pd
import pytest
from scipy import stats

from tests.analysis.studies import SLOPE
from xhsim.analysis.study import Study
from xhsim.errors import InputError


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
    with pytest.raises(InputError, match=r'is a list of texts.*write \["baseline"\]'):
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
