"""What is computed for a report, and for whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from tests.analysis.hanging import hanging_study
from tests.analysis.monitoring.conftest import HEADER, SIZE, study_with
from tests.analysis.studies import STRUCTURES, copy_of_study
from tests.report.monitoring.reports import monitored
from tests.report.terminal.printing import printed
from xhsim.analysis.inference.fingerprint import twins_fingerprint
from xhsim.analysis.opening import open_study
from xhsim.analysis.study import Study
from xhsim.report.monitoring.monitor import monitor_study
from xhsim.report.monitoring.report import MonitorReport
from xhsim.study.history.stored_twins import StoredTwins, TwinRow, write_twins


def report_of(study: Study) -> MonitorReport:
    return monitor_study(
        study,
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


def test_lights_say_how_often_such_lights_missed(tmp_path: Path) -> None:
    study = study_with(tmp_path / "study", SIZE)
    rows = [TwinRow(n, "size", n > 0, 0, 0.5, (0.9,)) for n in range(20)]
    about = ((2022,), ("size",), "baseline", 100, 0, 19, (1.0,))
    fitting = twins_fingerprint(study.files_read, "baseline")
    twins = StoredTwins(tuple(rows), *about, fitting)
    write_twins(study.files.folder / "model", twins, {})
    found = report_of(study)
    shown = " ".join(printed(*found.parts(quiet=False), width=200).split())
    assert "green 5 % of 20 (1 to 24)" in shown
    assert "after the figures of 2022, the share that missed it" in shown
    (size, *_) = [row for row in found.as_record()["probabilities"] if row["published"]]
    assert (size["missed"], size["alike"], size["since"]) == (0.05, 20, "2023-01-31")
    changed = replace(twins, fingerprint=fitting | {"model": "another"})
    write_twins(study.files.folder / "model", changed, {})
    again = report_of(open_study(study.files.folder))
    shown = " ".join(printed(*again.parts(quiet=False), width=200).split())
    assert "How often such lights miss was measured before" in shown


def test_a_target_that_cannot_be_assessed_has_no_light(tmp_path: Path) -> None:
    folder = hanging_study(tmp_path / "study").files.folder
    (folder / "model" / "releases.csv").write_text(HEADER + SIZE, encoding="utf-8")
    found = report_of(open_study(folder))
    shown = " ".join(printed(*found.parts(quiet=False), width=200).split())
    assert "Total size †" in shown
    assert "† not assessable without the base; it has no light." in shown
    chances = {(row["target_id"], row["light"]) for row in found.as_record()["probabilities"]}
    assert ("total", None) in chances


def test_without_channels(tmp_path: Path) -> None:
    found = monitored(tmp_path, as_of=date(2023, 6, 30), channels=False)
    assert found.by_channel is None
    assert "by channel" not in printed(*found.parts(quiet=True), width=200)


def test_structures_have_their_shares_before_and_now(tmp_path: Path) -> None:
    fast = SIZE.replace("2022,108", "2022,111")
    files = {"model/releases.csv": HEADER + fast}
    found = report_of(open_study(copy_of_study(STRUCTURES, tmp_path / "study", **files)))
    shares = found.structures
    assert sum(one["before"] for one in shares.values()) == pytest.approx(1)
    assert sum(one["now"] for one in shares.values()) == pytest.approx(1)
    assert max(abs(one["now"] - one["before"]) for one in shares.values()) > 0.1
    assert "Structures, before the figures → now:" in printed(*found.parts(quiet=True))
