"""The command `export`: the file it writes, and wrong names."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from xhsim import cli


def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "out" / "two.csv"
    line = ["export", "baseline", "plan", "--to", str(file), "--draws", "4"]
    assert cli.main([*line, "--variables", "GDP"]) == 0
    assert "Written to" in capsys.readouterr().out
    assert len(pd.read_csv(file)) == 2 * 4 * 11
    assert cli.main(["export", "plan", "--to", str(tmp_path / "a.doc")]) == 2
    assert cli.main(["export", "pan", "--to", str(tmp_path / "a.csv")]) == 2
    assert cli.main([*line, "--variables", "GPD"]) == 2
    assert 'did you mean "GDP"?' in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
