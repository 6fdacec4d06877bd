"""What new figures change, as printed, as JSON and as a folder."""

from __future__ import annotations

import json
from datetime import date

import pandas as pd
import pytest

from tests.report.monitoring.reports import monitored
from tests.report.terminal.printing import printed
from xhsim.report.monitoring.report import MonitorReport


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> MonitorReport:
    return monitored(tmp_path_factory.mktemp("monitor"), as_of=date(2024, 6, 30))


def test_it_prints_what_changed_and_why(report: MonitorReport) -> None:
    shown = printed(*report.parts(quiet=False), width=200)
    lines = [" ".join(line.split()) for line in shown.splitlines()]
    order = [
        "As of 2024-06-30, scenario baseline",
        "What counts",
        "What does not count",
        "Probability of each target, in percent",
        "What moved the probabilities, by release, in percentage points",
        "What moved the probabilities, by channel, in percentage points",
        "What was learnt",
        "Required path of open targets",
        "Attained, lost, open",
        "What to watch next, by target",
    ]
    assert [line for line in lines if line in order] == order
    assert "100 draws with seed 0, worth" in shown
    (figure,) = (line for line in lines if line.startswith("2023-01-31 size, 2022 108"))
    assert "103." in figure
    assert "2025-01 size, 2024 115 published later (2025-01)" in lines
    size = next(line for line in lines if line.startswith("1 Size") and "likely" in line)
    assert " green - " in size  # the study has no measured rates
    assert any(line.startswith("Growth all years +1.") for line in lines)
    assert any(line.startswith("South > 20 2025 2020 10 20") for line in lines)
    assert lines[-1] == f"Written to {report.out}"


def test_quietly_it_leaves_remarks_out(report: MonitorReport) -> None:
    shown = printed(*report.parts(quiet=True), width=200)
    assert "Log evidence:" not in shown
    assert "What was learnt" in shown


def test_the_record_has_everything(report: MonitorReport) -> None:
    record = json.loads(json.dumps(report.as_record(), allow_nan=False))
    assert record["as_of"] == "2024-06-30"
    assert [one["published"] for one in record["dates"]] == [None, "2023-01-31", "2024-01-31"]
    assert record["dates"][1]["new"] == [{"series": "size", "period": "2022", "measure": "level"}]
    assert [row["series"] for row in record["figures"]] == ["size", "yield"]
    assert record["not_counted"][0]["why"] == "later"
    chances = {(row["published"], row["target_id"]): row for row in record["probabilities"]}
    assert chances["2024-01-31", "size"]["light"] == "green"
    assert chances[None, "size"]["change"] is None
    for name, causes in (("revision_by_release", 2), ("revision_by_channel", 3)):
        (size, *_) = record[name]["targets"]
        assert size["target_id"] == "size"
        assert len(size["causes"]) >= 2, causes
        total = sum(cause["shapley"] for cause in size["causes"])
        assert total == pytest.approx(size["after"] - size["before"])
    assert {*record["attained"], *record["lost"], *record["open"]} == {"size", "modest", "south"}
    assert record["structures"] == {}
    assert record["to_watch"]["targets"]


def test_the_folder_has_tables_and_a_manifest(report: MonitorReport) -> None:
    assert report.out is not None
    assert sorted(path.name for path in report.out.iterdir()) == [
        "figures.csv",
        "learnt.csv",
        "manifest.json",
        "monitor.json",
        "probabilities.csv",
        "required.csv",
        "revisions.csv",
        "watch.csv",
    ]
    chances = pd.read_csv(report.out / "probabilities.csv")
    assert len(chances) == 9
    assert set(pd.read_csv(report.out / "revisions.csv")["by"]) == {"release", "channel"}
    about = json.loads((report.out / "manifest.json").read_text("utf-8"))
    assert (about["as_of"], about["draws"]) == ("2024-06-30", 100)
    assert len(about["inputs"]["model/releases.csv"]) == 64
