"""The signs of levers' effects on targets."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.analysis.validation.firms import CHECKS, changed, failures, firms_study
from xhsim.analysis.validation.levers import check_levers, lever_effects
from xhsim.engine.paths import Path as TimePath


def test_effects_of_levers_are_those_of_two_runs(tmp_path: Path) -> None:
    study = firms_study(tmp_path / "study")
    expected = study.checks.levers
    assert expected is not None
    effects = lever_effects(study, expected)
    step = TimePath([2021.0, 2021.0], [1.0, 2.0])
    once, twice = (
        float(study.model.run({"help": value}, outputs=["certified"])["certified"].values[-1])
        for value in (1.0, step)
    )
    ratio = twice / once - 1
    assert effects.loc["help", "certified"] == pytest.approx(ratio, rel=1e-9)
    assert list(effects.loc["waste"]) == [0.0, 0.0]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("raises: [certified, size]", "raises: [certified]\n      leaves: [size]", "expected 0"),
        ("raises: [certified, size]", "raises: [certified]\n      lowers: [size]", "expected -"),
        ("      differs: {certified: it is waste}\n", "", "certified 0 %, expected +"),
        (
            "raises: [certified, size]",
            "raises: [certified, size]\n      differs: {size: why}",
            "size no longer differs",
        ),
    ],
)
def test_wrong_signs_of_levers(tmp_path: Path, old: str, new: str, words: str) -> None:
    found = check_levers(firms_study(tmp_path / "study", checks=changed(CHECKS, old, new)))
    assert len(failures(found)) == 1
    assert words in failures(found)[0]


def test_a_lever_that_nobody_has_thought_of(tmp_path: Path) -> None:
    start = CHECKS.index("    waste:")
    checks = CHECKS[:start] + CHECKS[CHECKS.index("loops:\n  horizon") :]
    found = check_levers(firms_study(tmp_path / "study", checks=checks))
    assert failures(found) == ["the lever waste is not declared"]
