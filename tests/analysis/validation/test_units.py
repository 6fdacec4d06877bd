"""Units checked by the engine and by pysimlin."""

from __future__ import annotations

from pathlib import Path

from tests.analysis.validation.firms import MODEL, changed, firms_study
from xhsim.analysis.validation.units import check_both_units


def test_a_mismatch_of_units_is_named_by_both_checkers(tmp_path: Path) -> None:
    model = changed(MODEL, "exits = certified/life", "exits = certified*life")
    own, other = check_both_units(firms_study(tmp_path / "study", model=model))
    assert own.passed is False
    assert "exits" in own.details[0]
    if other.passed is not None:
        assert other.passed is False
        assert "exits" in " ".join(other.details)
