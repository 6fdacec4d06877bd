"""The command `calibrate`: what it prints and writes."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from xhsim import cli


def test_calibrate_prints_and_writes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    few = ["--walkers", "64", "--steps", "4", "--quiet", "--out", str(out)]
    assert cli.main(["calibrate", *few]) == 1  # so few steps cannot have converged
    printed = capsys.readouterr().out
    assert "certification rate" in printed
    assert "modern_services_revenue" in printed
    assert sorted(path.name for path in out.iterdir()) == [
        "calibration.json",
        "manifest.json",
        "posterior.csv",
        "posterior.png",
    ]
    draws = pd.read_csv(out / "posterior.csv")
    assert "history growth[Digital]" in draws.columns
    record = json.loads((out / "calibration.json").read_text(encoding="utf-8"))
    assert record["converged"] is False
    assert len(record["observations"]) > 30


def test_calibrate_needs_enough_walkers(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["calibrate", "--walkers", "8"]) == 2
    assert "8 walkers are too few for" in capsys.readouterr().err
