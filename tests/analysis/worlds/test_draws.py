"""Draws: the same numbers in every scenario, distributed as the priors and shocks say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path as FilePath
from typing import Any

import numpy as np
import pytest
from scipy import stats

from tests.analysis.studies import copy_of_linear
from xhsim.analysis.opening import open_study
from xhsim.analysis.study import Study
from xhsim.analysis.worlds.design import SHOCK_YEARS, make_design
from xhsim.analysis.worlds.draws import sample
from xhsim.engine.paths import Path
from xhsim.errors import InputError


def _values(study: Study, scenario: str, draws: int, seed: int = 0) -> dict[str, Any]:
    return sample(study.files.resolve(scenario), make_design(study.files, draws, seed))


def _same(one: object, other: object) -> bool:
    if isinstance(one, Path):
        return one == other
    return np.array_equal(np.asarray(one), np.asarray(other))


def test_same_seed_same_numbers_and_another_seed_others(linear: Study) -> None:
    one, same = (_values(linear, "doubt", 100, 3) for _ in range(2))
    assert all(_same(one[name], same[name]) for name in one)
    other = _values(linear, "doubt", 100, 4)
    assert not np.isin(one["growth"], other["growth"]).any()


@pytest.mark.parametrize("few", [1, 2, 3, 63, 64, 65, 300])
def test_draw_i_is_the_same_for_any_number_of_draws(linear: Study, few: int) -> None:
    part, whole = (make_design(linear.files, draws, 5).points for draws in (few, 1000))
    assert part.shape == (whole.shape[0], few)
    assert np.array_equal(part, whole[:, :few])


def test_every_scenario_sees_the_same_worlds(linear: Study) -> None:
    base, policy, doubt = (_values(linear, n, 200) for n in ("baseline", "programme", "doubt"))
    for name in ("growth", "zone growth", "weather"):
        assert _same(base[name], policy[name])
    assert _same(base["zone growth"], doubt["zone growth"])
    # The same quantile of another prior of the same width: every draw moves by the same.
    assert np.asarray(base["growth"]) - np.asarray(doubt["growth"]) == pytest.approx(1.0)
    # A path laid over the shocks leaves the years before it alone.
    before, after = base["weather"], doubt["weather"]
    assert isinstance(before, Path)
    assert isinstance(after, Path)
    years = [2020, 2021.5, 2022, 2023, 2023.9]
    assert np.array_equal(before.at(years), after.at(years))
    assert (after.at(2024) == 12).all()
    assert "idle" not in base  # known, except where a scenario doubts it
    assert np.ptp(np.asarray(doubt["idle"])) > 1.5


def test_a_scenario_that_is_not_asked_changes_no_draw_of_the_others(
    linear: Study, tmp_path: FilePath
) -> None:
    folder = copy_of_linear(
        tmp_path / "study",
        **{
            "scenarios/nothing.yaml": None,
            "scenarios/programme.yaml": None,
            "scenarios/doubt.yaml": None,
        },
    )
    alone = open_study(folder)
    assert _same(
        _values(alone, "baseline", 50)["growth"], _values(linear, "baseline", 50)["growth"]
    )


def test_draws_follow_their_priors(linear: Study) -> None:
    values = _values(linear, "baseline", 1024)
    growth = np.asarray(values["growth"])
    north, south = np.asarray(values["zone growth"])
    normal = stats.norm(3, 1 / 1.6448536269514722)
    assert stats.kstest(growth, normal.cdf).statistic < 0.004  # Sobol: far nearer than chance
    assert stats.kstest(south, stats.uniform(2 - 0.5 / 0.9, 1 / 0.9).cdf).statistic < 0.004
    assert stats.kstest(north, stats.norm(1, 0.5 / 1.6448536269514722).cdf).statistic < 0.03
    assert abs(np.corrcoef(growth, south)[0, 1]) < 0.02
    assert abs(np.corrcoef(north, south)[0, 1]) < 0.02


def test_elements_are_in_the_order_of_the_model_not_of_the_file(linear: Study) -> None:
    # The file has South (about 2) before North (about 1); the model has North first.
    north, south = np.asarray(_values(linear, "baseline", 256)["zone growth"])
    assert (np.median(north), np.median(south)) == pytest.approx((1.0, 2.0), abs=0.01)
    assert linear.parameters["zone growth"].elements == ("North", "South")
    sizes = linear.ensemble("baseline", 256)["zone_size"].sel(time=2025).median("draw")
    assert sizes.sel(zone="South") == pytest.approx(20, abs=0.05)


def test_every_quantile_stays_inside_the_range(linear: Study, xuhui: Study) -> None:
    for study in (linear, xuhui):
        for name, values in _values(study, "baseline", 512).items():
            low, high = study.parameters[name].range or (-np.inf, np.inf)
            numbers = values.values if isinstance(values, Path) else np.asarray(values)
            assert (numbers >= low).all(), name
            assert (numbers <= high).all(), name
            assert np.isfinite(numbers).all(), name


def test_shocks_are_stationary_and_remember_as_declared(linear: Study) -> None:
    path = _values(linear, "baseline", 4096)["weather"]
    assert isinstance(path, Path)
    assert (path.at([2015, 2020, 2021]) == 10).all()  # flat up to the year before the first
    spread = 2 / 1.6448536269514722
    shocks = path.at(np.arange(2022, 2022 + SHOCK_YEARS)) - 10
    assert shocks.shape == (SHOCK_YEARS, 4096)
    assert shocks.mean(axis=1) == pytest.approx(0, abs=0.02)
    assert shocks.std(axis=1) == pytest.approx(spread, rel=0.03)  # the first year as the last
    by_lag = [np.corrcoef(shocks[4], shocks[4 + lag])[0, 1] for lag in (1, 2, 3)]
    assert by_lag == pytest.approx([0.6, 0.36, 0.216], abs=0.04)
    inside = (np.abs(shocks) <= 2).mean()
    assert inside == pytest.approx(0.9, abs=0.01)
    assert path.at(2022.5) == pytest.approx((path.at(2022) + path.at(2023)) / 2)


def test_a_scenario_may_doubt_one_element_of_a_known_parameter(tmp_path: FilePath) -> None:
    parameters = (copy_of_linear(tmp_path / "a") / "model" / "parameters.yaml").read_text()
    known = parameters.replace(
        """  role: uncertain
  range: [0, 9]
  prior:
    South: 90% in [1.5, 2.5] uniform
    North: 90% in [0.5, 1.5]
""",
        "  role: fixed\n  range: [0, 9]\n",
    )
    doubt = """label: {en: Doubt, zh: 存疑}
description: Only the south is doubted.
uncertain:
  zone growth[South]: 90% in [1, 5]
"""
    study = open_study(
        copy_of_linear(
            tmp_path / "b", **{"model/parameters.yaml": known, "scenarios/doubt.yaml": doubt}
        )
    )
    north, south = np.asarray(_values(study, "doubt", 64)["zone growth"])
    assert (north == 1).all()
    assert np.median(south) == pytest.approx(3, abs=0.1)
    run = study.run("doubt", outputs=["zone size"]).zone_size.sel(time=2025)
    assert run.to_numpy().tolist() == pytest.approx([15, 25], abs=0.1)  # cut at 0: a bit above 3


def test_a_shocked_parameter_with_elements_has_shocks_of_its_own_for_each(
    tmp_path: FilePath,
) -> None:
    parameters = (copy_of_linear(tmp_path / "a") / "model" / "parameters.yaml").read_text()
    shocked = parameters.replace(
        """  prior:
    South: 90% in [1.5, 2.5] uniform
    North: 90% in [0.5, 1.5]
""",
        '  shock: {first_year: 2021, spread: "90% in [-0.1, 0.1]", persistence: 0}\n',
    )
    study = open_study(copy_of_linear(tmp_path / "b", **{"model/parameters.yaml": shocked}))
    path = _values(study, "baseline", 512)["zone growth"]
    assert isinstance(path, Path)
    assert path.at(2020).T.tolist() == [[1.0, 2.0]] * 512
    north, south = path.at(2023)
    assert (north.mean(), south.mean()) == pytest.approx((1, 2), abs=0.01)
    assert abs(np.corrcoef(north, south)[0, 1]) < 0.05


def test_a_shock_over_a_year_changes_the_growth_of_that_year_by_its_size(
    tmp_path: FilePath,
) -> None:
    parameters = (copy_of_linear(tmp_path / "a") / "model" / "parameters.yaml").read_text()
    whole_years = parameters.replace(
        "  prior: 90% in [2, 4]\n",
        '  shock: {first_year: 2022, spread: "t(df=5, scale=0.5)", persistence: 0.3, over: year}\n',
    ).replace(
        """  prior:
    South: 90% in [1.5, 2.5] uniform
    North: 90% in [0.5, 1.5]
""",
        '  shock: {first_year: 2021, spread: "90% in [-0.1, 0.1]", persistence: 0, over: year}\n',
    )
    late = """label: {en: Late, zh: 晚}
description: The shocks begin a year later.
shocks:
  growth: {first_year: 2023, spread: "t(df=5, scale=0.5)", persistence: 0.3, over: year}
"""
    study = open_study(
        copy_of_linear(
            tmp_path / "b",
            **{
                "model/parameters.yaml": whole_years,
                "scenarios/late.yaml": late,
                "scenarios/doubt.yaml": None,
            },
        )
    )
    values = _values(study, "baseline", 64)
    years = np.arange(2021, 2026)
    for method in ("euler", "rk4", "RK45"):
        run = study.world("baseline", 64, 0, method=method).run(["size", "zone size"])
        grown = np.diff(run["size"].values, axis=1).T
        assert grown == pytest.approx(values["growth"].at(years - 0.5), abs=1e-6)
        assert grown[0] == pytest.approx(3)  # 2021 has no shock
        assert grown[1:].std() > 0.3
        zones = np.diff(run["zone_size"].transpose("time", "zone", "draw").values, axis=0)
        assert zones == pytest.approx(values["zone growth"].at(years - 0.5), abs=1e-6)
    later = np.diff(study.world("late", 64, 0).run(["size"])["size"].values, axis=1).T
    assert later[:2] == pytest.approx(3)
    assert later[2:] == pytest.approx(grown[1:4], abs=1e-6)


def test_layers_are_drawn_or_not(xuhui: Study) -> None:
    outputs = ["GDP", "RD intensity"]
    still = xuhui.ensemble("plan", 16, layers=(), outputs=outputs)
    centre = xuhui.run("plan", outputs=outputs)
    assert still["gdp"].values == pytest.approx(np.tile(centre["gdp"].values, (16, 1)), rel=1e-9)
    steady = ("structure", "parameters")
    calm = xuhui.ensemble("plan", 16, layers=steady, outputs=outputs)["gdp"]
    whole = xuhui.ensemble("plan", 16, outputs=outputs)["gdp"]
    assert np.array_equal(calm.sel(time=2020), whole.sel(time=2020))
    assert not np.array_equal(calm.sel(time=2025), whole.sel(time=2025))
    with pytest.raises(InputError, match="are not layers"):
        xuhui.ensemble("plan", 16, layers=("shocks",))


def test_permuting_draws_permutes_results(xuhui: Study) -> None:
    """Bit for bit, through posterior, priors, shocks and changes of levers."""
    resolved, design = xuhui.files.resolve("plan"), make_design(xuhui.files, 40, 3)
    order = np.random.default_rng(0).permutation(40)
    turned = replace(design, points=design.points[:, order], rows=design.rows[order])
    outputs = ["GDP", "cluster output", "building localisation"]
    one, other = (
        xuhui.model.run(sample(resolved, each), outputs=outputs) for each in (design, turned)
    )
    for name in one.data_vars:
        assert np.array_equal(one[name].values[order], other[name].values)
