"""The command `draw`: the files it writes, and unknown names."""

from __future__ import annotations

import json
from pathlib import Path

from tests.commands.running import Output


def test_the_causes_of_a_variable(xhsim_command: Output, tmp_path: Path) -> None:
    words = ("draw", "--causes", "size", "--format", "svg", "--out", tmp_path / "out")
    status, out, _ = xhsim_command(*words, "--json")
    assert status == 0
    assert json.loads(out) == {"files": [str(tmp_path / "out" / "size.svg")]}
    assert "<svg" in (tmp_path / "out" / "size.svg").read_text(encoding="utf-8")


def test_an_unknown_variable_writes_nothing(xhsim_command: Output, tmp_path: Path) -> None:
    status, _, err = xhsim_command("draw", "--causes", "sizes", "--out", tmp_path / "out")
    assert status == 2
    assert 'did you mean "size"' in err
    assert not (tmp_path / "out").exists()
