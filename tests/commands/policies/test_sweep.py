"""The commands `sweep` and `verify` with their options."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.commands.running import Output

SWEEP = """label: {en: Grid, zh: 格}
description: A grid.
scenario: programme
draws: 8
grid: {policy: [0, 1]}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "grid.yaml"
    path.write_text(SWEEP, encoding="utf-8")
    return path


def test_a_sweep_runs_once(xhsim_command: Output, file: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = json.loads(xhsim_command("sweep", file, "--out", out, "--json")[1])
    assert (first["points"], first["blocks"], first["made"]) == (2, 1, 1)
    status, told, _ = xhsim_command("sweep", file, "--out", out)
    assert status == 0
    assert "(all were computed before)" in told


def test_wrong_options(xhsim_command: Output, file: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    status, _, err = xhsim_command("sweep", tmp_path / "none.yaml", "--out", out)
    assert (status, "there is no such sweep file" in err) == (2, True)
    status, _, err = xhsim_command("sweep", file, "--out", out, "--workers", 0)
    assert (status, "--workers must be 1 or more, not 0" in err) == (2, True)
    assert not out.exists()
