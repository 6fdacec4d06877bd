"""Digests of a calibration's inputs: what changes them, and a posterior that no longer fits."""

from __future__ import annotations

import json
from copy import copy
from dataclasses import replace
from pathlib import Path

import pytest

from tests.analysis.inference.observed import PLAN, ROWS, study_of
from tests.analysis.studies import STRUCTURES, copy_of_study
from xhsim.analysis.inference.fingerprint import (
    check_posterior,
    fingerprint,
    hindcast_fingerprint,
    stale_weights,
    weights_fingerprint,
)
from xhsim.analysis.opening import open_study
from xhsim.analysis.study import Study
from xhsim.errors import InputError


def digests(study: Study) -> dict[str, str]:
    plan = study.files.calibration
    assert plan is not None
    return fingerprint(study.files, plan)


@pytest.mark.parametrize(
    ("rows", "plan", "changed"),
    [
        (ROWS, PLAN, set()),
        (ROWS.replace("1.3", "1.4"), PLAN, {"observations"}),
        (ROWS.replace("made up", "other source"), PLAN, set()),
        (ROWS.replace(",\n", ",,,floor\n"), PLAN, {"observations"}),
        (ROWS.replace(",\n", ",,level,\n"), PLAN, set()),
        (ROWS, PLAN.replace("good: 0.1", "good: 0.3"), {"observations"}),
        (ROWS, PLAN.replace("[0.5, 2]", "[0.5, 3]"), {"unknowns"}),
        (ROWS, PLAN.replace("[-0.3, 0.3]", "[-0.4, 0.4]"), {"unknowns"}),
        (ROWS, PLAN.replace("until: 2025", "until: 2023"), {"observations"}),
    ],
)
def test_what_changes_a_digest(tmp_path: Path, rows: str, plan: str, changed: set[str]) -> None:
    (tmp_path / "other").mkdir()
    before = digests(study_of(tmp_path))
    more = ",measure,kind" if rows.endswith((",floor\n", ",level,\n")) else ""
    after = digests(study_of(tmp_path / "other", rows=rows, plan=plan, columns=more))
    assert {part for part in before if before[part] != after[part]} == changed


def test_only_the_equations_of_a_model_count(tmp_path: Path) -> None:
    study = study_of(tmp_path)
    before, path = digests(study), study.files.model_path
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("Grows along a straight line.", "Grows."), encoding="utf-8")
    assert digests(study) == before
    path.write_text(text.replace("growth + policy, 100", "growth + policy, 99"), encoding="utf-8")
    assert digests(study)["model"] != before["model"]


def test_a_posterior_of_other_inputs_is_refused(xuhui: Study) -> None:
    posterior = xuhui.files.posterior
    assert posterior is not None
    check_posterior(posterior, xuhui.files)
    other = replace(posterior, fingerprint={**posterior.fingerprint, "model": "0"})
    with pytest.raises(InputError, match="does not fit the study: the model's equations changed"):
        check_posterior(other, xuhui.files)


def test_what_is_stored_fits_a_model_that_runs_to_another_year(
    xuhui: Study, tmp_path: Path
) -> None:
    posterior, text = xuhui.files.posterior, xuhui.files.model_path.read_bytes()
    assert posterior is not None

    def changed(*pairs: tuple[bytes, bytes]) -> Study:
        new = text
        for old, other_text in pairs:
            assert old in new
            new = new.replace(old, other_text, 1)
        path = tmp_path / "xuhui.mdl"
        path.write_bytes(new)
        other = copy(xuhui)
        other.files = replace(xuhui.files_read, model_path=path)
        return other

    later = b"\nFINAL TIME = 2025", b"\nFINAL TIME = 2031"
    for study in (changed(later), changed((later[0], b"\nFINAL TIME = 2024"))):
        check_posterior(posterior, study.files)
        assert stale_weights(study.files) == ()
    first = b"\nINITIAL TIME = 2015", b"\nINITIAL TIME = 2016"
    used = b"\nTIME STEP", b"\nleft = FINAL TIME - Time ~ year ~ Years left. |\nTIME STEP"
    for study in (changed(first), changed(first, later), changed(used), changed(used, later)):
        with pytest.raises(InputError, match="the model's equations changed"):
            check_posterior(posterior, study.files)


def test_a_hindcast_depends_on_what_it_replaces_in_the_model(xuhui: Study) -> None:
    plan = xuhui.files.calibration
    assert plan is not None
    assert plan.hindcast is not None
    one = hindcast_fingerprint(xuhui.files, plan, plan.hindcast)
    other = hindcast_fingerprint(xuhui.files, plan, replace(plan.hindcast, unknown={}))
    assert {part for part in one if one[part] != other[part]} == {"unknown"}


@pytest.mark.parametrize(
    ("file", "old", "new", "stale"),
    [
        ("structures.yaml", "boost switch: 1", "boost switch: 0.5", "the settings of structures"),
        ("structures.yaml", "weight: 2", "weight: 3", ""),
        ("parameters.yaml", "90% in [2, 4]", "90% in [1, 4]", "values or priors of parameters"),
        ("parameters.yaml", "South: 2, North", "North: 1, South: 2, North", None),
        ("history.csv", "2019,97", "2019,96", "the observations or their errors"),
        ("switched.mdl", "yield = weather", "yield = 1 * weather", "the model's equations"),
    ],
)
def test_weights_of_other_inputs_are_stale(
    tmp_path: Path, file: str, old: str, new: str, stale: str | None
) -> None:
    if stale is None:  # elements in another order
        old, new = "{South: 2, North: 1}", "{North: 1, South: 2}"
    study = copy_of_study(STRUCTURES, tmp_path / "s")
    record = {
        "weights": {"steady": 1, "boosted": 2, "exact": 1},
        "fingerprint": weights_fingerprint(open_study(study).files),
    }
    (study / "model" / "structures.json").write_text(json.dumps(record))
    path = study / "model" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    found = open_study(study).structures
    assert found is not None
    assert (found.origin, found.weights) == ("hindcast", (0.25, 0.5, 0.25))
    assert found.stale == ((stale,) if stale else ())
