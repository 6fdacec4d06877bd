"""Targets that a scenario meets, and paths of computed variables, on models in closed form."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import xhsim
from tests.analysis.studies import LINEAR, copy_of_linear
from tests.engine.backends import only_numpy
from xhsim.analysis.study import Study
from xhsim.analysis.worlds.world import side_by_side
from xhsim.engine.paths import Path
from xhsim.errors import InputError
from xhsim.study.scenarios.scenario import make_scenario

MORE = """
double = 2*weather*factor ~ unit/year ~ Follows weather at once. |
factor = 1 ~ Dmnl ~ A plain number. |
pace = growth + policy ~ unit/year ~ What size gains. |
shrinking = MIN(size, 200) ~ unit ~ Cannot exceed 200. |
nominal = size*prices ~ unit ~ In current prices. |
prices = EXP(0.02*(Time - INITIAL TIME)/one year) ~ Dmnl ~ Price level. |
one year = 1 ~ year ~ Unit. |
zone pace[Zone] = zone growth[Zone]*factor ~ unit/year ~ Of zones. |
INITIAL TIME"""
FACTOR = """
factor:
  unit: Dmnl
  value: 1
  role: uncertain
  range: [0.5, 1.5]
  prior: 90% in [0.8, 1.2]
  source: "assumption: a plain number"
  label: {en: Factor, zh: 系数}
one year:
  unit: year
  value: 1
  role: fixed
  source: "a unit"
  label: {en: One year, zh: 一年}
"""


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    model = (LINEAR / "model" / "linear.mdl").read_text(encoding="utf-8")
    model = model.replace("INTEG(growth + policy", "INTEG(pace").replace(
        "INITIAL TIME", MORE.strip(), 1
    )
    parameters = (LINEAR / "model" / "parameters.yaml").read_text(encoding="utf-8")
    files = {"model/linear.mdl": model, "model/parameters.yaml": parameters + FACTOR}
    return xhsim.open_study(copy_of_linear(tmp_path_factory.mktemp("meet") / "study", **files))


def met(study: Study, **content: object) -> Study:
    return study.with_scenario("met", **content)  # type: ignore[arg-type]


def test_a_level_in_closed_form(study: Study) -> None:
    """Size is 100 + 3 t at the centre; 110 in 2022 asks for growth of 110 - 103 in that year."""
    asked = {"size": {"path": {"knots": {2022: 110, 2024: 130}}, "by": "growth", "until": 2024}}
    held = met(study, meet=asked)
    run = held.run("met")
    assert run["size"].values.tolist() == pytest.approx([100, 103, 110, 120, 130, 133], abs=1e-7)
    assert run["growth"].values.tolist() == pytest.approx([3, 7, 10, 10, 3, 3], abs=1e-7)
    table = held.residuals(run)
    assert table["median"].tolist() == pytest.approx([7, 10, 10], abs=1e-7)
    assert table.index.tolist() == [("growth", 2022), ("growth", 2023), ("growth", 2024)]


def test_every_draw_meets_it_and_before_the_date_nothing_changes(study: Study) -> None:
    held = met(study, meet={"size": {"growth": "4 %", "by": "growth", "from": 2023}})
    names = ["size", "nominal", "prices", "yield"]
    ensemble, own = (held.ensemble(name, 64, outputs=names) for name in ("met", "baseline"))
    size = ensemble["size"].values
    assert np.abs(100 * (size[:, 3:] / size[:, 2:-1] - 1) - 4).max() < 1e-6
    for name in names:
        same = ensemble[name].sel(time=slice(2020, 2022)), own[name].sel(time=slice(2020, 2022))
        assert np.array_equal(*same)
    assert np.allclose(ensemble["nominal"], ensemble["size"] * ensemble["prices"], rtol=1e-14)
    # The growth of a year is 4 % of the size at its beginning.
    values = ensemble["growth"].sel(time=[2022, 2023, 2024]).values
    assert np.allclose(values, 0.04 * size[:, 2:5], rtol=1e-8)
    assert np.array_equal(held.world("met", 64).settled.residuals[0].values.T, values)


def test_an_instrument_that_acts_at_once_and_one_that_takes_a_year(study: Study) -> None:
    asked = {
        "double": {"path": {"knots": {2022: 30, 2024: 34}}, "by": "factor"},
        "size": {"growth": {"ramp": {"from": 2021, "until": 2023, "to": "5 %"}}, "by": "growth"},
    }
    held = met(study, meet=asked)
    ensemble = held.ensemble("met", 16, outputs=["double", "size", "weather"])
    asked_for = [30.0, 32.0, 34.0, 34.0]
    assert np.abs(ensemble["double"].sel(time=slice(2022, 2025)) - asked_for).max() < 1e-7
    size = ensemble["size"].values
    growth = 100 * (size[:, 1:] / size[:, :-1] - 1)
    half = (growth[:, 0] + 5) / 2
    assert np.abs(growth[:, 1] - half).max() < 1e-6
    assert np.abs(growth[:, 2:] - 5).max() < 1e-6
    factor, weather = (ensemble[name].sel(time=slice(2022, 2025)) for name in ("factor", "weather"))
    assert np.allclose(2 * factor * weather, asked_for, rtol=1e-9)


def test_two_targets_and_two_instruments_are_solved_together(study: Study) -> None:
    asked = {
        "size": {"path": 150, "by": "growth", "from": 2025},
        "spent": {"path": 8, "by": "policy", "from": 2025},
    }
    run = met(study, meet=asked).ensemble("met", 8, outputs=["size", "spent"])
    assert np.abs(run["size"].sel(time=2025) - 150).max() < 1e-7
    assert np.abs(run["spent"].sel(time=2025) - 8).max() < 1e-7
    assert run.attrs["outside"].startswith('"policy" leaves its range [0, 5] unit/year in 8 of 8')


def test_draws_that_cannot_meet_it_fail(study: Study) -> None:
    asked = {"shrinking": {"path": {"knots": {2022: 199, 2023: 200.5}}, "by": "growth"}}
    with pytest.raises(InputError, match="is not met in 2023 in any draw: no value of"):
        met(study, meet=asked).run("met")
    asked = {"double": {"path": {"knots": {2022: 20}}, "by": "factor"}}
    held = met(study, meet=asked)
    world = held.world("met", 8)
    level = np.where(np.arange(8) == 3, 0.0, 10.0)  # no factor makes anything of nothing
    ensemble = world.with_values({"weather": level}).run(["double", "size"])
    assert np.flatnonzero(np.isnan(ensemble["double"].sel(time=2022))).tolist() == [3]
    assert np.isfinite(ensemble["double"].sel(time=2021)).all()
    assert ensemble.attrs["unmet"] == (
        '"double" cannot be met in 1 of 8 draws (numbers 3); they fail, the first in 2022'
    )
    assert held.residuals(ensemble)["failed"].tolist() == [1, 1, 1, 1]
    assert ensemble["double"].dims == ("draw", "time")


def test_an_instrument_without_effect_in_that_year(study: Study) -> None:
    held = met(study, paths={"pace": {"step": {"year": 2022, "to": 1}}})
    held = held.with_scenario(
        "both", extends="met", meet={"size": {"path": 200, "by": "growth", "from": 2023}}
    )
    with pytest.raises(InputError, match=r'"size" is not met in 2023 .* "growth" has no effect'):
        held.run("both")


def test_methods_without_a_fixed_step_are_refused(study: Study) -> None:
    held = met(study, meet={"size": {"path": 200, "by": "growth", "from": 2023}})
    with pytest.raises(InputError, match='cannot be met with method "RK45"'):
        held.run("met", method="RK45")
    assert float(held.run("met", method="euler")["size"].sel(time=2025)) == pytest.approx(200)


SHAPES = {
    "step": {"step": {"year": 2022, "to": 7}},
    "ramp": {"ramp": {"from": 2022, "until": 2024, "to": 7}},
    "pulse": {"pulse": {"from": 2021, "until": 2023, "to": 7}},
    "s-curve": {"s-curve": {"from": 2021, "until": 2023, "to": 7}},
    "knots": {"knots": {2021: 5, 2025: 7}},
    "number": 7,
}
EXPECTED = {
    "step": [3, 3, 7, 7, 7, 7],
    "ramp": [3, 3, 3, 5, 7, 7],
    "pulse": [3, 7, 7, 3, 3, 3],
    "s-curve": [3, 3, 5, 7, 7, 7],
    "knots": [5, 5, 5.5, 6, 6.5, 7],
    "number": [7, 7, 7, 7, 7, 7],
}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_path_of_a_flow(study: Study, shape: str) -> None:
    """A ramp starts from what each draw does by itself."""
    held = met(study, paths={"pace": SHAPES[shape]})
    run = held.run("met")
    assert run["pace"].values.tolist() == pytest.approx(EXPECTED[shape])
    ensemble = held.ensemble("met", 8, outputs=["pace", "size", "growth"])
    expected = np.array(EXPECTED[shape]) + 0 * ensemble["growth"].values
    own = ensemble["growth"].values
    expected = np.where(expected == 3, own, expected)
    if shape in ("ramp", "s-curve"):
        expected = np.where(expected == 5, (own + 7) / 2, expected)
    assert np.allclose(ensemble["pace"], expected)


def test_paths_of_elements_and_of_a_child(study: Study) -> None:
    held = met(study, paths={"zone pace[South]": {"step": {"year": 2022, "to": 9}}})
    held = held.with_scenario(
        "child",
        extends="met",
        paths={"zone pace": {"ramp": {"from": 2023, "until": 2024, "to": 0}}},
    )
    run = held.run("child")["zone_pace"]
    assert run.sel(zone="South").values.tolist() == pytest.approx([2, 2, 9, 9, 0, 0])
    assert run.sel(zone="North").values.tolist() == pytest.approx([1, 1, 1, 1, 0, 0])


def test_a_path_begins_in_a_year_that_is_met(study: Study) -> None:
    ramp = {"ramp": {"from": 2022, "until": 2024, "to": 2.0}}
    asked = {"nominal": {"path": 150, "by": "growth", "from": 2022}}
    run = met(study, meet=asked, paths={"prices": ramp}).run("met")
    assert run["nominal"].sel(time=slice(2022, 2025)).values.tolist() == pytest.approx([150] * 4)
    start = float(np.exp(0.04))
    prices = [start, (start + 2) / 2, 2, 2]
    assert run["prices"].sel(time=slice(2022, 2025)).values.tolist() == pytest.approx(prices)
    ramp = {"ramp": {"from": 2022.5, "until": 2024, "to": 2.0}}
    with pytest.raises(InputError, match=r"a path begins in 2022\.5"):
        met(study, meet=asked, paths={"prices": ramp}).run("met")


def test_worlds_that_decide_different_variables_run_side_by_side(study: Study) -> None:
    held = met(study, paths={"pace": {"step": {"year": 2022, "to": 7}}}).with_scenario(
        "growing", meet={"size": {"growth": "4 %", "by": "growth", "from": 2022}}
    )
    names = ("baseline", "met", "growing")
    worlds = [held.world(name, 8) for name in names]
    together = side_by_side(worlds)
    run = together.run(["size", "pace"])
    for number, world in enumerate(worlds):
        alone = world.run(["size", "pace"])
        part = run.isel(draw=slice(8 * number, 8 * number + 8))
        assert np.allclose(part["size"], alone["size"], rtol=1e-13), names[number]
        assert np.allclose(part["pace"], alone["pace"], rtol=1e-13), names[number]
    with pytest.raises(ValueError, match="change each first"):
        together.with_values({"policy": 1.0})
    alike = side_by_side([worlds[2].with_values({"policy": level}) for level in (0.0, 1.0)])
    assert alike.joined is None
    size = alike.run(["size"])["size"].values
    assert np.abs(100 * (size[:, 2:] / size[:, 1:-1] - 1) - 4).max() < 1e-6


def test_rules_and_targets_in_one_scenario(study: Study) -> None:
    """The rule looks at what the target leads to, and its lever acts beside the instrument."""
    rule = {
        "label": {"en": "Help", "zh": "扶持"},
        "check": 2024,
        "if": {"variable": "size", "below": 108.0},
        "then": {"set": {"policy": 2}},
    }
    asked = {"size": {"growth": "4 %", "by": "growth", "from": 2023}}
    held = met(study, meet=asked, rules={"help": rule}).with_scenario("other", paths={"echo": 2})
    world = held.world("met", 32)
    ensemble = world.run(["size", "policy"])
    size = ensemble["size"].values
    acts = size[:, 3] < 108.0
    assert 0 < acts.sum() < 32
    assert (ensemble["policy"].sel(time=2024).values == 2 * acts).all()
    assert np.abs(100 * (size[:, 3:] / size[:, 2:-1] - 1) - 4).max() < 1e-6
    together = side_by_side([held.world("other", 32), world]).run(["size", "policy", "echo"])
    assert np.allclose(together["size"].values[32:], size, rtol=1e-13)
    assert (together["policy"].sel(time=2024).values == np.r_[0 * acts, 2 * acts]).all()
    assert (together["echo"].values == np.repeat([2, 1], 32)[:, np.newaxis]).all()


def test_growth_of_the_shipped_study_is_held_in_every_draw(xuhui: Study) -> None:
    """Structures, parameters, shocks and delivery are drawn; nominal is real times deflator."""
    late = {"share": "90% in [0.6, 1]", "delay": "90% in [0.2, 2] lognormal"}
    asked = {"real GDP": {"growth": "4 %", "by": "district shock", "from": 2022}}
    held = xuhui.with_scenario("late", extends="plan", delivery=late)
    held = held.with_scenario("held", extends="late", meet=asked)
    names = ["real_gdp", "gdp", "price_level"]
    ensemble, parent = (held.ensemble(name, 32, outputs=names) for name in ("held", "late"))
    assert len({*ensemble["structure"].values}) > 1
    real = ensemble["real_gdp"].sel(time=slice(2021, 2025)).values
    assert np.abs(100 * (real[:, 1:] / real[:, :-1] - 1) - 4).max() < 1e-6
    product = ensemble["real_gdp"] * ensemble["price_level"]
    assert np.allclose(product, ensemble["gdp"], rtol=1e-13)
    assert held.residuals(ensemble)["failed"].sum() == 0
    history = {"time": slice(2015, 2021)}
    assert ensemble["gdp"].sel(history).equals(parent["gdp"].sel(history))


def test_analyses_keep_what_is_met(study: Study) -> None:
    """Packages, splits and live questions go through the same worlds."""
    asked = {"size": {"growth": "4 %", "by": "growth", "from": 2022}}
    held = met(study, changes={"policy": {"step": {"year": 2022, "to": 1}}}, meet=asked)
    split = held.split("met", "size", measure="median", draws=8, orders=1)
    assert set(split.table.index) == {"policy", "size"}
    assert split.table.loc["size", "label"] == "size (given)"
    assert split.table["shapley"].sum() == pytest.approx(split.after - split.before)
    more = make_scenario("more", {"policy": {"step": {"year": 2022, "to": 2}}}, extends="met")
    changed = held.with_scenario(more).files.resolve("more")
    size = held.world("met", draws=16).changed_to(changed).run(["size"])["size"].values
    assert np.abs(100 * (size[:, 2:] / size[:, 1:-1] - 1) - 4).max() < 1e-6


@settings(max_examples=6)  # each example runs some twenty times
@given(
    aims=st.lists(st.floats(60, 300), min_size=3, max_size=3),
    start=st.integers(2021, 2023),
)
def test_any_levels_are_met_and_numpy_agrees(study: Study, aims: list[float], start: int) -> None:
    knots = dict(zip(range(start, start + 3), aims, strict=True))
    held = met(study, meet={"size": {"path": {"knots": knots}, "by": "growth"}})
    found = held.world("met", 4).run(["size"])["size"].sel(time=list(knots))
    assert np.allclose(found, aims, rtol=1e-9)
    with only_numpy():
        again = held.world("met", 4).run(["size"])["size"].sel(time=list(knots))
    assert np.allclose(again, found, rtol=1e-9)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"paths": {"size": 3}}, '"size" is a stock: its flows decide it'),
        ({"paths": {"growth": 3}}, '"growth" is a parameter.*write it under "set"'),
        ({"paths": {"pace": "3 m"}}, "is given in m, but its unit is unit/year"),
        ({"paths": {"pase": 3}}, 'unknown variable "pase".*did you mean "pace"'),
        (
            {"meet": {"size": {"path": 3, "by": "weather", "from": 2022}}},
            '"weather" does not act on "size"',
        ),
        (
            {"meet": {"size": {"growth": 0.04, "by": "growth", "from": 2022}}},
            "a growth is in percent",
        ),
        (
            {"meet": {"size growth": {"growth": "4 %", "by": "growth", "from": 2022}}},
            "write the growth of",
        ),
        (
            {
                "meet": {"size": {"path": 3, "by": "growth", "from": 2022}},
                "changes": {"growth": 3.0},
            },
            'the instrument "growth" is also set',
        ),
        (
            {
                "meet": {"pace": {"path": 3, "by": "growth", "from": 2022}},
                "paths": {"pace": 3},
            },
            '"pace" is given twice',
        ),
        (
            {"meet": {"zone pace": {"path": 3, "by": "zone growth[North]", "from": 2022}}},
            "has elements, but a target is about one number",
        ),
        (
            {"meet": {"zone pace[North]": {"path": 3, "by": "zone growth", "from": 2022}}},
            'instrument "zone growth" has several elements',
        ),
    ],
)
def test_what_is_refused(study: Study, content: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        met(study, **content)


def test_values_given_for_a_variable_side_by_side(study: Study) -> None:
    world = study.central_world("baseline")
    step = Path([2022, 2022], [1.0, 4.0])
    run = side_by_side([world, world.with_values({"pace": step})]).run(["pace"])["pace"]
    assert run.values.tolist() == [[3.0] * 6, [1.0, 1.0, 4.0, 4.0, 4.0, 4.0]]
