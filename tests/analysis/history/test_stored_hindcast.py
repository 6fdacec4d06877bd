"""Hindcasts read back from the study's folder, and what they depend on."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import xhsim
from tests.analysis.history.test_hindcast import STRUCTURES, study_of
from xhsim.analysis.history.hindcast import TOGETHER, HindcastResult, hindcast
from xhsim.analysis.history.stored_hindcast import (
    check_stored,
    fitting_hindcast,
    stored_hindcast,
)
from xhsim.analysis.study import Study
from xhsim.errors import InputError
from xhsim.report.terminal.hindcast import hindcast_study


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> tuple[Study, HindcastResult]:
    study = study_of(tmp_path_factory.mktemp("stored"), structures=STRUCTURES)
    report = hindcast_study(
        study,
        origins=None,
        structures=None,
        draws=256,
        seed=1,
        out=None,
        store=True,
        command=["xhsim", "hindcast", "--store"],
        quiet=True,
    )
    return xhsim.open_study(study.files.folder), report.result


def test_what_is_stored_is_what_was_made(stored: tuple[Study, HindcastResult]) -> None:
    study, made = stored
    found = fitting_hindcast(study)
    assert found is not None
    pd.testing.assert_frame_equal(
        found.table[list(made.table)], made.table, rtol=1e-5, check_dtype=False
    )
    assert found.weights == pytest.approx(dict(made.weights))
    assert found.headline == TOGETHER
    assert (found.draws, found.seed, found.apart) == (256, 1, ("size",))
    assert found.fans.empty
    again = made.by_series().astype(float)
    pd.testing.assert_frame_equal(found.by_series().astype(float), again, rtol=1e-5)


def test_one_origin_and_structure_can_be_checked_alone(
    stored: tuple[Study, HindcastResult],
) -> None:
    study, _ = stored
    found = stored_hindcast(study)
    assert found is not None
    alone = hindcast(study, origins=[2024], structures=["flat"], draws=256, seed=1).table
    rows = found.table[(found.table["origin"] == 2024) & (found.table["structure"] == "flat")]
    pd.testing.assert_frame_equal(
        rows[list(alone)].reset_index(drop=True), alone, rtol=1e-5, check_dtype=False
    )


def test_the_weights_of_structures_are_those_of_the_study(
    stored: tuple[Study, HindcastResult],
) -> None:
    study, made = stored
    assert study.structures is not None
    assert study.structures.origin == "hindcast"
    assert study.structures.stale == ()
    weights = dict(zip(study.structures.names, study.structures.weights, strict=True))
    assert weights == pytest.approx(dict(made.weights))


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("history.csv", "2022,95.5", "2022,95.6", "the observations"),
        ("calibration.yaml", "until: [2024, 2022]", "until: 2022", "the origins"),
        ("calibration.yaml", "2024: 1}", "2024: 2}", "what hindcasts remove"),
        ("linear.mdl", "TIME STEP = 0.5", "TIME STEP = 0.25", "equations"),
        ("structures.yaml", "growth: 0", "growth: 1", "structures"),
        ("parameters.yaml", "persistence: 0.6", "persistence: 0.5", "values or priors"),
    ],
)
def test_a_study_that_has_changed(
    stored: tuple[Study, HindcastResult],
    tmp_path: Path,
    file: str,
    old: str,
    new: str,
    words: str,
) -> None:
    import shutil

    study, _ = stored
    folder = tmp_path / "study"
    shutil.copytree(study.files.folder, folder)
    path = folder / "model" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    changed = xhsim.open_study(folder)
    assert any(words in each for each in check_stored(changed))
    assert fitting_hindcast(changed) is None
    assert stored_hindcast(changed) is not None


def test_nothing_stored(tmp_path: Path) -> None:
    study = study_of(tmp_path)
    assert stored_hindcast(study) is None
    assert fitting_hindcast(study) is None
    with pytest.raises(InputError, match="no stored hindcasts"):
        check_stored(study)
