"""The command `residuals`, and what `attain` and `show` say of scenarios that meet targets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.analysis.studies import copy_of_linear
from tests.commands.running import Output

HELD = """label: {en: Held, zh: 给定}
description: Growth of the size.
extends: baseline
meet:
  size: {growth: 150 %, by: growth, from: 2023}
"""


@pytest.fixture
def study(tmp_path: Path) -> Path:
    files = {"scenarios/held.yaml": HELD}
    return copy_of_linear(tmp_path / "study", **files)


def test_residuals_by_year(xhsim_command: Output, study: Path) -> None:
    status, out, _ = xhsim_command("residuals", "held", "--draws", "8", study=study)
    assert status == 0
    warning, _, head = out.splitlines()[:3]
    assert warning.startswith('"growth" leaves its range [-100, 100] unit/year in 8 of 8 draws')
    assert head.split()[:4] == ["instrument", "year", "variable", "unit"]
    assert out.count("leaves its range") == 1
    status, out, _ = xhsim_command("residuals", "held", "--draws", "8", "--json", study=study)
    rows = json.loads(out)
    assert [(row["instrument"], row["year"], row["outside"]) for row in rows] == [
        ("growth", year, 1.0) for year in (2023, 2024, 2025)
    ]


def test_attain_warns_of_instruments_that_go_far(xhsim_command: Output, study: Path) -> None:
    _, out, _ = xhsim_command("attain", "held", "--draws", "8", study=study)
    assert out.startswith('held: "growth" leaves its range')
    assert out.count("leaves its range") == 1
    assert "held: given by the scenario, not forecast: Size; " in out


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("size: {growth", "sise: {growth", 'held.yaml:5: unknown variable "sise"'),
        ("by: growth", "by: idle", 'held.yaml:5: meet: the instrument "idle" does not act'),
        ("150 %", "1.5", 'held.yaml:5:3: scenario: "meet.size": a growth is in percent'),
        ("meet:", "set: {growth: 3}\nmeet:", 'the instrument "growth" is also set'),
        ("meet:", "paths: {size: 3}\nmeet:", 'held.yaml:6: "size" is given twice'),
    ],
)
def test_mistakes_name_file_and_line(
    xhsim_command: Output, study: Path, old: str, new: str, words: str
) -> None:
    (study / "scenarios" / "held.yaml").write_text(HELD.replace(old, new), encoding="utf-8")
    status, _, errors = xhsim_command("residuals", "held", study=study)
    assert status == 2
    assert words in errors


def test_a_scenario_without_targets(xhsim_command: Output, study: Path) -> None:
    status, _, errors = xhsim_command("residuals", "baseline", study=study)
    assert status == 2
    assert 'scenario "baseline" holds no variable by an instrument (no meet:)' in errors
