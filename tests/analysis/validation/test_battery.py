"""The battery passes a sound study, and names what is wrong with an unsound one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.analysis.validation.firms import CHECKS, changed, firms_study
from xhsim import cli
from xhsim.analysis.study import Study
from xhsim.analysis.validation import validate


def test_a_sound_study_passes(tmp_path: Path) -> None:
    result = validate(firms_study(tmp_path / "study"))
    assert result.passed
    assert not result.failed
    assert {finding.part for finding in result.findings} == {
        *("units", "time step and method", "extreme conditions", "conservation"),
        *("nothing negative", "levers", "feedback loops", "fit to history"),
        *("responses to shocks", "spread of the targets"),
    }
    skipped = [f.name for f in result.findings if f.passed is None]
    # The file has neither shocks nor limits of variance; pysimlin is not to be had everywhere.
    assert skipped in (["none"] * 2, ["pysimlin", *["none"] * 2])


def test_without_a_file_of_checks_most_are_skipped(linear: Study) -> None:
    result = validate(linear)
    skipped = {finding.part for finding in result.findings if finding.passed is None}
    assert {"extreme conditions", "conservation", "levers", "feedback loops"} <= skipped


def test_the_command_says_what_failed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    checks = changed(CHECKS, "does: dampens", "does: amplifies")
    firms_study(tmp_path / "study", checks=checks)
    place = str(tmp_path / "study")
    assert cli.main(["check", "--model", "--study", place]) == 1
    shown = capsys.readouterr().out
    assert "FAILED" in shown
    assert "crowding: it does not amplify" in shown
    assert cli.main(["check", "--model", "--study", place, "--json"]) == 1
    record = json.loads(capsys.readouterr().out)
    assert record["passed"] is False
    assert {"part", "name", "passed", "figure", "details", "remarks"} == set(record["findings"][0])


def test_a_mistyped_name_is_found_by_the_plain_check_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    firms_study(tmp_path / "study", checks=changed(CHECKS, "out: [exits]", "out: [exit]"))
    assert cli.main(["check", "--study", str(tmp_path / "study")]) == 2
    message = capsys.readouterr().err
    assert "checks.yaml:18" in message
    assert 'did you mean "exits"?' in message
