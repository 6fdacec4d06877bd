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


def test_a_loop_that_does_the_opposite(tmp_path: Path) -> None:
    checks = changed(CHECKS, "does: dampens", "does: amplifies")
    found = check_loops(firms_study(tmp_path / "study", checks=checks))
    assert failures(found) == ["crowding: it does not amplify the response of pool"]


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
