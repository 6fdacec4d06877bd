"""Loops that amplify or dampen, and loops that do not."""

from __future__ import annotations

from pathlib import Path

from tests.analysis.validation.firms import (
    CHECKS,
    CONSTANTS,
    FIXED,
    MODEL,
    PARAMETERS,
    changed,
    failures,
    firms_study,
)
from xhsim.analysis.validation.loops import check_loops
from xhsim.analysis.validation.measured import LoopResponse


def test_a_loop_that_does_the_opposite(tmp_path: Path) -> None:
    checks = changed(CHECKS, "does: dampens", "does: amplifies")
    found = check_loops(firms_study(tmp_path / "study", checks=checks))
    assert failures(found) == ["crowding: it does not amplify the response of pool"]


def test_the_response_is_compared_in_several_years(tmp_path: Path) -> None:
    checks = changed(CHECKS, "  horizon: 2030\n  loops:", "  years: [2022, 2030]\n  loops:")
    checks = changed(checks, "does: amplifies", "does: amplifies\n      at: 2022")
    found = check_loops(firms_study(tmp_path / "a", checks=checks))
    alone = check_loops(firms_study(tmp_path / "b"))
    crowding, attraction = found
    assert crowding.figure.startswith("pool 2022: +")
    # The last year is what a comparison in one year shows.
    last = crowding.figure.partition("2030: ")[2]
    assert alone[0].figure == f"pool {last}"
    figures = [figure for figure in crowding.measured if isinstance(figure, LoopResponse)]
    assert [(one.year, one.is_asked) for one in figures] == [(2022, False), (2030, True)]
    assert figures[1].closed < figures[1].cut
    asked = [one.is_asked for one in attraction.measured if isinstance(one, LoopResponse)]
    assert asked == [True, False]


def test_the_check_is_about_the_year_that_is_asked(tmp_path: Path) -> None:
    """Certified firms attract others only after years, so in the first they do nothing."""
    checks = changed(CHECKS, "  horizon: 2030\n  loops:", "  years: [2020, 2030]\n  loops:")
    at_once = changed(checks, "does: amplifies", "does: amplifies\n      at: 2020")
    assert failures(check_loops(firms_study(tmp_path / "a", checks=checks))) == []
    assert failures(check_loops(firms_study(tmp_path / "b", checks=at_once))) == [
        "attraction: it does not amplify the response of pool"
    ]


def test_a_loop_that_is_not_closed_does_nothing(tmp_path: Path) -> None:
    model = changed(MODEL, "attraction = 1 + pull*certified", "attraction = 1 + 0*pull*certified")
    found = check_loops(firms_study(tmp_path / "study", model=model))
    assert failures(found) == ["attraction: it does not amplify the response of pool"]


def test_a_loop_cut_by_a_setting_is_the_loop_cut_by_holding(tmp_path: Path) -> None:
    """Without crowding the room is 1 for ever; held at 1 it is the same."""
    parameters = PARAMETERS.replace(
        FIXED.format(name=CONSTANTS[0][0], unit=CONSTANTS[0][1], value=CONSTANTS[0][2]),
        FIXED.format(name="crowding", unit="1/unit", value=0),
    )
    model = changed(MODEL, "crowding = 0.02", "crowding = 0")
    study = firms_study(tmp_path / "study", model=model, parameters=parameters)
    figure = check_loops(study)[0].figure
    with_loop, without = (part.split()[-2] for part in figure.split(" with")[:2])
    assert check_loops(study)[0].passed is False
    assert figure.count(with_loop) == 2, (figure, without)
