"""The printed outlook, its JSON, and the stored table."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.analysis.outlook.classes import made_plan
from tests.report.terminal.printing import printed
from xhsim.analysis.outlook.outlook import Outlook, make_outlook
from xhsim.report.terminal.outlook import OutlookReport, outlook_csv, store_outlook


@pytest.fixture(scope="module")
def outlook() -> Outlook:
    return make_outlook(made_plan(years=range(2012, 2017), until=2016))


def test_tables_and_remarks(outlook: Outlook) -> None:
    text = printed(*OutlookReport(outlook, outlook.backtest).parts(quiet=False))
    assert "Here: mean growth 2017-2021" in text
    assert "5 years ahead" not in text
    assert "1 year ahead" in text
    assert "No figure in the reference class: luck." in text
    quiet = printed(*OutlookReport(outlook).parts(quiet=True))
    assert "Back-test" not in quiet
    assert "No figure" not in quiet


def test_json_has_no_number_that_is_none(outlook: Outlook) -> None:
    record = OutlookReport(outlook, outlook.backtest).as_record()
    text = json.dumps(record, allow_nan=False)
    again = json.loads(text)
    assert again["quantities"][2]["mean"] is None
    assert again["backtest"]["all"]["forecasts"] == sum(again["backtest"]["pit"])
    assert again["correlations"]["size"]["size"] == 1


def test_the_stored_table_has_the_correlations(outlook: Outlook, tmp_path: Path) -> None:
    path = store_outlook(outlook, tmp_path)
    assert path == tmp_path / "model" / "outlook.csv"
    assert path.read_text(encoding="utf-8") == outlook_csv(outlook)
    rows = list(csv.DictReader(io.StringIO(outlook_csv(outlook))))
    assert [row["quantity"] for row in rows] == ["size", "money", "luck"]
    assert float(rows[0]["with size"]) == 1
    assert rows[2]["with size"] == ""
