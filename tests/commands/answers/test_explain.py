"""The command `explain`: what it prints, and its JSON."""

from __future__ import annotations

import json

import pytest

from xhsim import cli


def test_command(capsys: pytest.CaptureFixture[str]) -> None:
    line = ["explain", "listing-scheme", "new_listed_firms", "--draws", "128"]
    assert cli.main([*line, "--quiet"]) == 0
    shown = capsys.readouterr().out
    assert "New listed firms, scenario listing-scheme" in shown
    assert "listing window" in shown
    assert "listing scheme" in shown
    assert cli.main([*line, "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert set(record["layers"]) == {"parameters", "environment"}
    assert record["policies"]["listing scheme"]["shapley"] > 0
    assert cli.main(["explain", "plan", "listed"]) == 2
    assert "did you mean" in capsys.readouterr().err
