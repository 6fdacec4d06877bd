"""A workbook shows percent, thousands and years as a reader expects, and runs nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook

from xhsim.report.files.workbook import write_workbook

TABLE = pd.DataFrame(
    {
        "scenario": ["plan", "plan", "plan"],
        "year": [2021, 2022, 2023],
        "label": ["Firms", "=1+1", "bell \x07"],
        "label_zh": ["高新技术企业数量", "", None],
        "probability": [0.625, np.nan, 1.0],
        "median": [12345.678, 0.01234, np.inf],
        "rank": pd.array([1, None, 3], dtype="Int64"),
        "unit": ["firms", "percent", ""],
        2025: [1.5, 250.0, 3.0],
    }
)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Any:
    file = tmp_path_factory.mktemp("books") / "b.xlsx"
    write_workbook({"first": TABLE}, file, {"draws": 1000})
    return load_workbook(file)


def test_numbers_have_the_format_of_their_kind(book: Any) -> None:
    sheet = book["first"]
    heads = [cell.value for cell in sheet[1]]
    assert heads == ["scenario", "year", *TABLE.columns[2:]]
    formats = {
        (row, head): sheet.cell(row, column).number_format
        for row in (2, 3)
        for column, head in enumerate(heads, start=1)
    }
    assert formats[2, "year"] == "0"
    assert formats[2, "probability"] == "0.0%"
    assert formats[2, "rank"] == "#,##0"
    assert formats[2, "median"] == formats[2, 2025] == "#,##0"
    assert formats[3, 2025] == "#,##0.0"
    assert sheet["F2"].value == 12345.678  # only the format rounds


def test_what_is_missing_is_empty(book: Any) -> None:
    sheet = book["first"]
    assert sheet["E3"].value is sheet["F4"].value is sheet["G3"].value is sheet["D4"].value is None


def test_texts_stay_texts(book: Any) -> None:
    sheet = book["first"]
    assert (sheet["C3"].value, sheet["C3"].data_type) == ("=1+1", "s")
    assert sheet["C4"].value == "bell "


def test_heads_stay_in_sight_and_columns_are_wide_enough(book: Any) -> None:
    sheet = book["first"]
    assert sheet.freeze_panes == "B2"
    assert sheet.column_dimensions["D"].width > 16  # eight Chinese letters
    assert sheet.print_title_rows == "$1:$1"


def test_a_sheet_says_what_columns_and_units_mean(book: Any) -> None:
    assert book.sheetnames == ["about", "first"]
    rows = [tuple(cell.value for cell in row) for row in book["about"].iter_rows()]
    assert ("draws", "1000", None, None) in rows
    assert (
        "YEAR",
        "first",
        "value in YEAR, in the row's unit",
        "YEAR年的数值（单位见本行）",
    ) in rows
    assert ("firms", None, "firms", "家企业") in rows


def test_a_table_without_rows(tmp_path: Path) -> None:
    write_workbook({"none": TABLE.head(0)}, tmp_path / "n.xlsx", {})
    assert load_workbook(tmp_path / "n.xlsx")["none"].max_row == 1
