"""The command `loops`: what it prints and draws, and its mistakes."""

from __future__ import annotations

import json
from pathlib import Path

from tests.analysis.studies import STRUCTURES
from tests.commands.running import Output


def test_command(xhsim_command: Output, tmp_path: Path) -> None:
    picture = tmp_path / "loops.png"
    line = ("loops", "yield", "--scenario", "programme", "--draws", "4", "--structure", "exact")
    status, shown, _ = xhsim_command(*line, "--out", picture, study=STRUCTURES)
    assert (status, picture.exists()) == (0, True)
    assert "yield, scenario programme: which loops its change comes from" in shown
    assert "from outside" in shown
    status, out, _ = xhsim_command(*line, "--json", study=STRUCTURES)
    record = json.loads(out)
    assert (status, record["draws"], record["paths"]) == (0, 4, {})


def test_a_picture_that_cannot_be_written_is_refused_first(
    xhsim_command: Output, tmp_path: Path
) -> None:
    """Before the variable is looked for."""
    status, out, err = xhsim_command("loops", "yeeld", "--out", tmp_path / "x.txt")
    assert (status, out, "end the file's name in .png" in err) == (2, "", True)
    (tmp_path / "file").touch()
    status, out, err = xhsim_command("loops", "yeeld", "--out", tmp_path / "file" / "x.png")
    assert (status, out, "is a file" in err) == (2, "", True)


def test_mistakes(xhsim_command: Output) -> None:
    status, _, err = xhsim_command("loops", "yeeld", "--draws", "2")
    assert (status, "did you mean" in err) == (2, True)
    status, _, err = xhsim_command("loops", "yield", "--draws", "2", "--year", "1999")
    assert (status, "year 1999 has no shares" in err) == (2, True)
