"""Targets: which values meet an aim, the level it implies, and mistakes in the file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.analysis.studies import target
from tests.places import DATA
from xhsim.errors import InputError
from xhsim.study.measures import MEASURES
from xhsim.study.targets import read_targets


@pytest.mark.parametrize(
    ("direction", "wanted"),
    [
        (">=", [False, True, True, False, True, False]),
        (">", [False, False, True, False, True, False]),
        ("<=", [True, True, False, False, False, True]),
    ],
)
def test_meets_at_equality_and_without_a_number(direction: str, wanted: list[bool]) -> None:
    values = np.array([4.999, 5.0, 5.001, np.nan, np.inf, -np.inf])
    assert target(direction=direction, value=5.0).is_met_by(values).tolist() == wanted


@pytest.mark.parametrize(
    ("measure", "value", "level"),
    [
        ("average_growth", 10.0, 121.0),  # 100 * 1.1 ** 2
        ("cumulative_increase", 30.0, 130.0),
        ("cumulative_change", -13.5, 86.5),
        ("level", 7.0, 7.0),
        ("average_flow", 7.0, None),
    ],
)
def test_the_level_that_a_target_implies(measure: str, value: float, level: float | None) -> None:
    aim = target(measure=MEASURES[measure], value=value, base_value=100.0)
    implied = aim.implied_level()
    assert implied is None if level is None else implied == pytest.approx(level)
    if measure != "average_flow":
        assert aim.needed(100.0) == pytest.approx(level)


def test_a_level_too_large_for_a_number_is_not_implied() -> None:
    assert (
        target(measure=MEASURES["average_growth"], value=1e200, base_value=1.0).implied_level()
        is None
    )


def test_what_is_measured_in_the_years_of_the_target() -> None:
    growth = target(measure=MEASURES["average_growth"])
    assert growth.years == [2020, 2022]
    years = {2020: np.array([100.0, 0.0]), 2022: np.array([121.0, 5.0])}
    assert growth.measured(years) == pytest.approx([10.0, np.nan], nan_ok=True)


def test_two_targets_cannot_have_the_same_rank(tmp_path: Path) -> None:
    text = (DATA / "study" / "good" / "model" / "targets.yaml").read_text(encoding="utf-8")
    path = tmp_path / "targets.yaml"
    path.write_text(text.replace("rank: 2", "rank: 8").replace('unit: "%/year"', "unit: '%'"))
    with pytest.raises(InputError) as caught:
        read_targets(path)
    assert 'rank 8 is already used by "ai_growth"' in str(caught.value)
    assert 'the unit of average_growth is "%/year", not "%"' in str(caught.value)
