"""Reports of a monitoring of the linear study, for tests."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tests.analysis.monitoring.conftest import SIZE, YIELD, study_with
from xhsim.report.monitoring.monitor import monitor_study
from xhsim.report.monitoring.report import MonitorReport

__all__ = ["monitored"]

LATER = "size,2024,115,,unit,size,level,point,0.01,,2025-01,office\n"


def monitored(folder: Path, *, as_of: date, channels: bool = True) -> MonitorReport:
    return monitor_study(
        study_with(folder / "study", SIZE, YIELD, LATER),
        "baseline",
        as_of=as_of,
        releases=None,
        draws=100,
        seed=0,
        channels=channels,
        out=folder / "out",
        command=["xhsim", "monitor"],
        quiet=True,
    )
