"""The command `run`: one trajectory as a table and as JSON."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.analysis.studies import LINEAR, copy_of_linear
from tests.commands.running import Output


def test_run_prints_trajectories(xhsim_command: Output) -> None:
    status, out, _ = xhsim_command("run", "programme")
    assert status == 0
    assert out.splitlines()[0].split() == [
        *("variable", "2020", "2021", "2022", "2023", "2024", "2025")
    ]
    assert re.search(r"^size, unit +100 +103 +106 +109 +113 +117", out, re.MULTILINE)
    assert re.search(r"^zone size\[South\], unit +10 +12 +14 +16 +18 +20", out, re.MULTILINE)


def test_run_json_variables_and_methods(xhsim_command: Output) -> None:
    words = ("run", "doubt", "--json", "--variable", "echo", "--variable", "Zone growth")
    status, out, _ = xhsim_command(*words, "--method", "euler")
    assert status == 0
    rows = json.loads(out)
    assert [row["variable"] for row in rows] == [
        *("echo", "zone growth[North]", "zone growth[South]")
    ]
    assert rows[0]["2025"] == pytest.approx(3)
    assert rows[2]["unit"] == "unit/year"


def test_run_json_has_null_where_numbers_overflow(xhsim_command: Output, tmp_path: Path) -> None:
    model = (LINEAR / "model" / "linear.mdl").read_text(encoding="utf-8")
    broken = model.replace("yield = weather ~", "yield = LN(Time - 2023) ~")
    study = copy_of_linear(tmp_path / "s", **{"model/linear.mdl": broken})
    status, out, _ = xhsim_command("run", "baseline", "--json", study=study)
    row = next(row for row in json.loads(out) if row["variable"] == "yield")
    assert (status, row["2020"], row["2024"]) == (0, None, 0.0)
    _, out, err = xhsim_command("run", "baseline", study=study)
    assert " - " in out
    assert err == 'Warning: values that are not finite, first in "yield" at 2020.\n'
