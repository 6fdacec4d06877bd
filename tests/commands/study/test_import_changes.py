"""The command `import`: a Vensim change file becomes a scenario file."""

from __future__ import annotations

from pathlib import Path

import xhsim
from tests.analysis.studies import copy_of_linear
from tests.commands.running import Output


def test_a_change_file_becomes_a_scenario(xhsim_command: Output, tmp_path: Path) -> None:
    study = copy_of_linear(tmp_path / "s")
    changes = tmp_path / "more.cin"
    changes.write_text("policy = 1.5\n", encoding="utf-8")
    file = study / "scenarios" / "more.yaml"
    status, out, _ = xhsim_command("import", changes, "--to", file, study=study)
    assert (status, out) == (0, f"1 changes written to {file}\n")
    made = xhsim.open_study(study)
    assert made.scenarios["more"].extends == "baseline"
    assert made.files.resolve("more").settings["policy"].value == 1.5


def test_an_existing_file_is_not_replaced(xhsim_command: Output, tmp_path: Path) -> None:
    study = copy_of_linear(tmp_path / "s")
    file = study / "scenarios" / "programme.yaml"
    before = file.read_text(encoding="utf-8")
    status, _, err = xhsim_command("import", tmp_path / "none.cin", "--to", file, study=study)
    assert status == 2
    assert "programme.yaml" in err
    assert file.read_text(encoding="utf-8") == before
