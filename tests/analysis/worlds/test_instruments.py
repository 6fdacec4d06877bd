"""Instruments as paths: one value for each year, and the parameter's own before and after."""

from __future__ import annotations

import numpy as np
import pytest

import xhsim
from tests.analysis.studies import LINEAR
from xhsim.analysis.study import Study
from xhsim.analysis.worlds.instruments import Instrument, instrument_paths, instruments_of
from xhsim.engine.paths import Path
from xhsim.study.scenarios.scenario import make_scenario


@pytest.fixture(scope="module")
def study() -> Study:
    return xhsim.open_study(LINEAR)


def one(study: Study, values: dict[str, object] | None = None, **meet: object) -> Instrument:
    meets = make_scenario("x", meet=meet).meets
    return instruments_of(meets, study.model, study.parameters, values or {}, 2025.0)[0]


def test_values_hold_during_the_year_before_the_date(study: Study) -> None:
    growth = one(study, size={"growth": "4 %", "by": "growth", "from": 2022, "until": 2023})
    assert (growth.name, growth.at_once, growth.earliest) == ("growth", False, 2021)
    assert growth.width == pytest.approx(0.2)
    assert growth.guess(2022, 2).tolist() == [3.0, 3.0]
    growth.found = {2022: np.array([7.0, 8.0]), 2023: np.array([9.0, 9.5])}
    assert growth.guess(2024, 2).tolist() == [9.0, 9.5]
    path = instrument_paths([growth], has_draws=True)["growth"]
    assert path.at([2020.9, 2021.0, 2022.0, 2023.0])[:, 1].tolist() == [3.0, 8.0, 9.5, 3.0]


def test_an_element_leaves_the_others_as_they_are(study: Study) -> None:
    own = Path([2020, 2024], [[1.0, 2.0], [5.0, 2.0]])
    asked = {"path": 20, "by": "zone growth[South]", "from": 2022, "until": 2022}
    south = one(study, {"zone growth": own}, **{"zone size[South]": asked})
    assert (south.element, south.place) == ("South", 1)
    assert instrument_paths([south], has_draws=False) == {}
    south.found = {2022: np.array([8.0])}
    path = instrument_paths([south], has_draws=False)["zone growth"]
    assert path.at([2021.0, 2021.5, 2022.0]).tolist() == [[2.0, 8.0], [2.5, 8.0], [3.0, 2.0]]


def test_one_that_acts_at_once_has_its_value_from_the_date_on(study: Study) -> None:
    weather = one(study, **{"yield": {"path": 12, "by": "weather", "from": 2022, "until": 2022}})
    assert weather.at_once
    weather.found = {2022: np.array([12.0])}
    path = instrument_paths([weather], has_draws=False)["weather"]
    assert path.at([2021.5, 2022.0, 2022.9, 2023.0]).tolist() == [10.0, 12.0, 12.0, 10.0]


def test_targets_after_the_end_are_left_out(study: Study) -> None:
    meets = make_scenario("x", meet={"size": {"path": 1, "by": "growth", "from": 2026}}).meets
    assert instruments_of(meets, study.model, study.parameters, {}, 2025.0) == []
