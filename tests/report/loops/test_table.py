"""The table of loops as text and as JSON."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from rich.console import Console

from tests.plots.looped import looped
from xhsim.errors import InputError
from xhsim.report.loops.table import LoopReport


def shown(report: LoopReport, *, quiet: bool = False) -> str:
    console = Console(width=160, record=True, file=None, quiet=False)
    with console.capture() as captured:
        for part in report.parts(quiet=quiet):
            console.print(part, highlight=False)
    return captured.get()


def test_parts() -> None:
    text = shown(LoopReport.of(looped(), 2021, top=2))
    assert "occupied floor, scenario plan" in text
    (row,) = [line for line in text.splitlines() if line.startswith("R1 Density")]
    assert row.split()[2:] == ["+", "30", "30", "to", "30", ">67", "%", "(67–100)"]
    assert "all other loops" in text
    assert "R1: jobs → let floor" in text
    assert "left 2 %" in text
    assert "8 draws, seed 0" in text
    assert "seed 0" not in shown(LoopReport.of(looped()), quiet=True)


def test_record() -> None:
    found = looped()
    empty = replace(found, outside=np.where(found.outside > 2, 0, np.nan))
    for one in (found, empty):
        record = json.loads(json.dumps(LoopReport.of(one).as_record(), allow_nan=False))
        assert record["paths"]["L1"] == [["let floor", "rent", "market starts"]]
        assert len(record["shares"]) == 5 * (4 + 3)


def test_mistakes() -> None:
    with pytest.raises(InputError, match="choose from 2021 to 2025"):
        LoopReport.of(looped(), 2030)
    with pytest.raises(InputError, match="at least 1"):
        LoopReport.of(looped(), top=0)
