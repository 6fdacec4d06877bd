"""Covariances of the effects, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from tests.analysis.outlook.classes import made_plan
from xhsim.analysis.outlook.growth import cells_of
from xhsim.analysis.outlook.process import EFFECTS, Shape, Tails, effects_between, pairing

SHAPE = Shape(
    {"year": 0.5, "city": 0.3, "plan": 0.4, "place": 0.6, "deviation": 1.0},
    year_memory=-0.5,
    memory=0.5,
    scale=np.array([1.0, 3.0]),
)
CORRELATIONS = np.array([[1.0, 0.8], [0.8, 1.0]])


def covariance(one: tuple[str, int, int], other: tuple[str, int, int]) -> dict[str, float]:
    plan = made_plan()
    pairs = pairing(cells_of([one], plan), cells_of([other], plan), CORRELATIONS)
    tails = Tails(np.ones(1), np.ones(1))
    return {name: float(v[0, 0]) for name, v in effects_between(pairs, SHAPE, tails, tails).items()}


def test_a_cell_has_all_effects() -> None:
    found = covariance(("Here", 1, 2016), ("Here", 1, 2016))
    assert found == pytest.approx({name: 9 * SHAPE.strength[name] ** 2 for name in EFFECTS})


def test_other_places_share_year_city_and_plan() -> None:
    found = covariance(("Here", 0, 2016), ("East", 1, 2016))
    wanted = {"year": 0.25, "city": 0.09, "plan": 0.16, "place": 0, "deviation": 0}
    assert found == pytest.approx({name: 0.8 * 3 * value for name, value in wanted.items()})
    assert covariance(("Here", 0, 2016), ("Abroad", 0, 2016))["city"] == 0


def test_years_apart_remember() -> None:
    found = covariance(("Here", 0, 2016), ("Here", 0, 2019))
    assert found["year"] == pytest.approx(0.25 * -0.125)
    assert found["deviation"] == pytest.approx(0.125)
    assert found["plan"] == pytest.approx(0.16)  # 2016 to 2020 is one plan
    assert covariance(("Here", 0, 2020), ("Here", 0, 2021))["plan"] == 0


def test_tails_enlarge_their_effect_alone() -> None:
    plan = made_plan()
    cells = cells_of([("Here", 0, 2016), ("Here", 0, 2017)], plan)
    pairs = pairing(cells, cells, CORRELATIONS)
    usual = Tails(np.ones(2), np.ones(2))
    far = effects_between(pairs, SHAPE, Tails(np.array([2.0, 1]), np.array([3.0, 1])), usual)
    near = effects_between(pairs, SHAPE, usual, usual)
    assert far["year"][0] == pytest.approx(2 * near["year"][0])
    assert far["deviation"][0] == pytest.approx(3 * near["deviation"][0])
    assert (far["place"] == near["place"]).all()
