"""When no draw is left, every command that judges says which variable was first, and when."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.analysis.studies import copy_of_linear
from tests.commands.running import Output

RELEASES = """series,period,value,unit,variable,measure,published,source
size 2021,2021,103,unit,size,level,2022-01-20,made up
"""
GRID = """label: {en: Grid, zh: 格}
description: A grid.
scenario: baseline
draws: 20
grid: {policy: [0, 1]}
"""
COMMANDS = [
    "attain baseline",
    "report baseline --out page.html",
    "explain baseline size",
    "publish baseline --out page.html",
    "monitor baseline",
    "bulletin baseline --out page.html",
    "seal baseline",
    "worth-knowing baseline",
    "separate baseline size",
    "sweep grid.yaml --out sweep",
    "export baseline --to values.csv",
    "loops size",
    "needed policy size 50%",
    "design made --dry-run",
]
WITHOUT_DRAWS = ("seal", "sweep")


@pytest.fixture(scope="module")
def bursting(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a study in which the size bursts at the first step of every draw."""
    folder = tmp_path_factory.mktemp("bursting") / "study"
    copy_of_linear(folder, **{"model/releases.csv": RELEASES})
    model = folder / "model" / "linear.mdl"
    text = model.read_text(encoding="utf-8")
    model.write_text(text.replace("growth + policy, 100", "size^3*1e100, 100"), encoding="utf-8")
    (folder.parent / "grid.yaml").write_text(GRID, encoding="utf-8")
    return folder


@pytest.mark.parametrize("command", COMMANDS)
def test_it_names_the_variable_the_time_and_the_draws(
    command: str, bursting: Path, xhsim_command: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(bursting.parent)
    words = command.split()
    if words[0] not in WITHOUT_DRAWS:
        words += ["--draws", "20"]
    before = {path.name for path in bursting.parent.iterdir()}
    status, _, told = xhsim_command(*words, study=bursting)
    assert status == 2
    assert "numbers overflow in all" in told
    assert 'draws of scenario "baseline", first in "size" at 2020.5 (' in told
    assert " draws). check what the scenario sets" in told
    assert {path.name for path in bursting.parent.iterdir()} - before <= {"sweep"}
