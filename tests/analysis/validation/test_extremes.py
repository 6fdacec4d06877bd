"""Extreme conditions: wrong signs, known differences, and explosions."""

from __future__ import annotations

from pathlib import Path

from tests.analysis.validation.firms import CHECKS, MODEL, changed, failures, firms_study
from xhsim.analysis.validation.extremes import check_extremes


def test_a_wrong_sign_under_an_extreme_condition(tmp_path: Path) -> None:
    checks = changed(CHECKS, "room: up", "room: down")
    found = check_extremes(firms_study(tmp_path / "study", checks=checks))
    assert len(failures(found)) == 1
    assert "nobody enters: room goes up" in failures(found)[0]


def test_a_known_difference_that_is_none_has_to_go(tmp_path: Path) -> None:
    checks = changed(
        CHECKS, "certification time: same}", "certification time: same}\n      differs: {pool: why}"
    )
    found = check_extremes(firms_study(tmp_path / "study", checks=checks))
    assert failures(found) == ["nobody enters: pool no longer differs; take it out of checks.yaml"]


def test_an_explosion_is_seen(tmp_path: Path) -> None:
    model = changed(MODEL, "entry = (normal entry + help)*attraction*room", "entry = pool/life*9")
    found = check_extremes(firms_study(tmp_path / "study", model=model))
    assert any("grows by" in line for line in failures(found))
