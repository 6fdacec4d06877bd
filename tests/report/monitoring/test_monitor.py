"""What is computed for a report, and for whom."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from tests.analysis.monitoring.conftest import HEADER, SIZE
from tests.analysis.studies import STRUCTURES, copy_of_study
from tests.report.monitoring.reports import monitored
from tests.report.terminal.printing import printed
from xhsim.analysis.opening import open_study
from xhsim.report.monitoring.monitor import monitor_study


def test_before_the_first_release_nothing_has_moved(tmp_path: Path) -> None:
    early = monitored(tmp_path, as_of=date(2022, 6, 30))
    shown = printed(*early.parts(quiet=False), width=200)
    assert "No figure counts as of 2022-06-30. The first one of the file is of 2023-01-31." in shown
    assert "What moved" not in shown
    assert "What was learnt" not in shown
    assert "published later (2024-01)" in shown
    record = early.as_record()
    assert (record["figures"], record["revision_by_release"]) == ([], None)
    assert len(pd.read_csv(tmp_path / "out" / "revisions.csv")) == 0


def test_without_channels(tmp_path: Path) -> None:
    found = monitored(tmp_path, as_of=date(2023, 6, 30), channels=False)
    assert found.by_channel is None
    assert "by channel" not in printed(*found.parts(quiet=True), width=200)


def test_structures_have_their_shares_before_and_now(tmp_path: Path) -> None:
    fast = SIZE.replace("2022,108", "2022,111")
    files = {"model/releases.csv": HEADER + fast}
    found = monitor_study(
        open_study(copy_of_study(STRUCTURES, tmp_path / "study", **files)),
        "baseline",
        as_of=None,
        releases=None,
        draws=64,
        seed=0,
        channels=False,
        out=None,
        command=[],
        quiet=True,
    )
    shares = found.structures
    assert sum(one["before"] for one in shares.values()) == pytest.approx(1)
    assert sum(one["now"] for one in shares.values()) == pytest.approx(1)
    assert max(abs(one["now"] - one["before"]) for one in shares.values()) > 0.1
    assert "Structures, before the figures → now:" in printed(*found.parts(quiet=True))
