"""The command `twins`: makes and stores twins, shows stored ones, and refuses what is not there."""

from __future__ import annotations

import json
from pathlib import Path

from tests.analysis.monitoring.conftest import SIZE, study_with
from tests.commands.running import Output


def test_twins_are_made_stored_and_shown(xhsim_command: Output, tmp_path: Path) -> None:
    folder = study_with(tmp_path / "study", SIZE).files.folder
    status, _, err = xhsim_command("twins", "--stored", study=folder)
    assert status == 2
    assert "make them with xhsim twins --store" in err
    made = xhsim_command("twins", "--twins", "2", "--draws", "32", "--store", study=folder)
    assert made[0] == 0
    assert (folder / "model" / "monitoring_twins.csv").exists()
    status, out, err = xhsim_command("twins", "--stored", "--json", study=folder)
    assert (status, err) == (0, "")
    assert json.loads(out)["twins"] == 2
