"""The command `outlook`: a study without a reference class, and one that is stored."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from tests.analysis.studies import LINEAR
from tests.commands.running import Output
from tests.places import ROOT


def test_a_study_without_a_reference_class_has_no_outlook(xhsim_command: Output) -> None:
    status, out, err = xhsim_command("outlook")
    assert (status, out) == (2, "")
    assert "outlook.yaml: the study has no outlook" in err


def test_the_table_is_stored_in_the_study(xhsim_command: Output, tmp_path: Path) -> None:
    study = tmp_path / "study"
    shutil.copytree(LINEAR, study)
    shutil.copytree(ROOT / "model" / "reference", study / "model" / "reference")
    shutil.copy(ROOT / "model" / "outlook.yaml", study / "model")
    status, out, err = xhsim_command("outlook", "--store", "--json", study=study)
    assert (status, err) == (0, "")
    names = [row["quantity"] for row in json.loads(out)["quantities"]]
    stored = (study / "model" / "outlook.csv").read_text(encoding="utf-8").splitlines()
    assert [line.partition(",")[0] for line in stored[1:]] == names
