"""Unknowns: each uncertain number by itself, and nothing that is known."""

from __future__ import annotations

import numpy as np
import pytest

from xhsim.analysis.study import Study
from xhsim.analysis.uncertainty.unknowns import UnknownFactor, unknowns_of
from xhsim.wording.label import Label


def found_in(study: Study, scenario: str, last: int = 2025) -> dict[str, UnknownFactor]:
    return {each.id: each for each in unknowns_of(study, study.world(scenario, draws=64), last)}


def test_constants_by_element_and_shocks_by_year(linear: Study) -> None:
    found = found_in(linear, "programme", 2024)
    assert list(found) == [
        *("growth", "zone growth[North]", "zone growth[South]"),  # as the model orders elements
        *("weather 2022", "weather 2023", "weather 2024"),
    ]
    kinds = {name: each.kind for name, each in found.items()}
    assert set(kinds.values()) == {"constant", "shock"}
    assert found["weather 2023"].label == Label("Weather, 2023", "2023年天气")
    assert found["weather 2023"].year == 2023
    assert found["zone growth[South]"].label.en == "Growth of zones (South)"
    weather = linear.world("programme", draws=64).value("weather")
    assert (found["weather 2023"].values == weather.at(2023)).all()


def test_what_a_scenario_fixes_is_known_there(linear: Study) -> None:
    found = found_in(linear, "doubt")
    assert "idle" in found  # doubted only there
    assert "weather 2024" not in found  # set from then on
    assert "weather 2023" in found


def test_the_deviation_of_a_year_is_that_over_the_year(xuhui: Study) -> None:
    world = xuhui.world("plan", draws=16)
    found = {each.id: each for each in unknowns_of(xuhui, world, 2023)}
    shock = world.value("city growth shock")
    assert (found["city growth shock 2022"].values == shock.at(2021.5)).all()
    assert "city growth shock 2024" not in found
    structure = found["structure"]
    assert structure.kind == "structure"
    assert not structure.is_number
    assert len(structure.names) == len(world.structure_names)
    assert "feedback switch" not in found  # set by structures alone
    assert not any(each.startswith("RD support") for each in found)


def test_delivery_is_unknown_where_a_scenario_says_so(linear: Study) -> None:
    late = {"share": "90% in [0.5, 0.9]", "delay": "90% in [0.2, 2]"}
    study = linear.with_scenario(
        "late", {"policy": {"step": {"year": 2023, "to": 1}}}, delivery=late
    )
    found = found_in(study, "late")
    assert [found[name].kind for name in ("delivered share", "delivery delay")] == ["delivery"] * 2
    assert 0 <= found["delivered share"].values.min() <= found["delivered share"].values.max() <= 1
    assert "delivered share" not in found_in(study, "programme")


def test_a_measurement_adds_its_error() -> None:
    rng = np.random.default_rng(0)
    values, noise = rng.standard_normal((2, 5000))
    rate = UnknownFactor("rate", "constant", Label("Rate"), "", values)
    assert rate.measured(0.0, noise) is values
    assert np.corrcoef(rate.measured(1.0, noise), values)[0, 1] == pytest.approx(0.5**0.5, abs=0.02)
    names = (Label("a"), Label("b"))
    structure = UnknownFactor("structure", "structure", Label("s"), "", values, names=names)
    assert structure.measured(1.0, noise) is values
