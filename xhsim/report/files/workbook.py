"""Tables as an Excel workbook that can be read as it is: formats, widths, meanings."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xhsim.report.files.columns import TableColumn, describe
from xhsim.wording.label import LANGUAGES
from xhsim.wording.units import display_unit

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["write_workbook"]

ABOUT = "about"
FORMATS = {"share": "0.0%", "count": "#,##0", "year": "0"}
# The first number of which the largest value of a row is not smaller decides the row's digits.
DIGITS = ((1000, "#,##0"), (100, "#,##0.0"), (1, "#,##0.00"), (0, "0.0000"))
NARROWEST, WIDEST = 7, 60  # of a column, in letters
SAMPLE = 200  # rows that decide the width
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")  # letters that a workbook cannot hold


def write_workbook(
    tables: Mapping[str, pd.DataFrame], file: Path, facts: Mapping[str, object]
) -> None:
    """Write a sheet for each table, and one that says what they are.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        By the name of the sheet. Indexes are not written.
    file : Path
        An ``.xlsx`` file.
    facts : mapping of str to object
        What the reader must know of all tables, such as the number of draws.
    """
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    _write_about(book.create_sheet(ABOUT), tables, facts)
    for title, table in tables.items():
        _write_table(book.create_sheet(title), table)
    book.save(file)


def _write_table(sheet: Any, table: pd.DataFrame) -> None:
    from openpyxl.styles import Alignment

    columns = [describe(name) for name in table.columns]
    _write_heads(sheet, list(table.columns))
    values = [place for place, column in enumerate(columns) if column.kind == "value"]
    for number, column in enumerate(columns, start=1):
        if column.kind != "text":
            sheet.cell(1, number).alignment = Alignment(horizontal="right")
    plain = table.astype(object).where(table.notna(), None)
    look = None
    for at, row in enumerate(plain.itertuples(index=False, name=None), start=2):
        digits = _digits(row[place] for place in values)
        formats = (FORMATS.get(column.kind, digits) for column in columns)
        look = _write_row(sheet, row, formats, at=at, look=look)
    sheet.freeze_panes = sheet.cell(2, 1 + _names(columns))
    sheet.auto_filter.ref = sheet.dimensions
    sheet.print_title_rows = "1:1"
    _set_pages(sheet)


def _names(columns: Sequence[TableColumn]) -> int:
    """Count the first columns that name the row; they stay in sight, with the heads."""
    first = ("scenario", "target_id")
    return next((n for n, one in enumerate(columns) if one.name not in first), len(columns))


def _write_about(
    sheet: Any, tables: Mapping[str, pd.DataFrame], facts: Mapping[str, object]
) -> None:
    _write_heads(sheet, ("results", ""))
    for name, fact in facts.items():
        _write_row(sheet, (name, str(fact)))
    _write_heads(sheet, ("column", "in sheets", "meaning", "含义"), at=sheet.max_row + 2)
    found: dict[TableColumn, list[str]] = {}
    for title, table in tables.items():
        for column in dict.fromkeys(one.pattern for one in map(describe, table.columns)):
            found.setdefault(column, []).append(title)
    for column, titles in found.items():
        meanings = map(column.meaning.in_, LANGUAGES)
        _write_row(sheet, (column.name, ", ".join(titles), *meanings))
    units = {unit for table in tables.values() if "unit" in table for unit in table["unit"]}
    _write_heads(sheet, ("unit", "", "in words", "文字说明"), at=sheet.max_row + 2)
    for unit in sorted(filter(None, map(str, units))):
        _write_row(sheet, (unit, "", *(display_unit(unit, lang) for lang in LANGUAGES)))
    _set_pages(sheet)


def _write_heads(sheet: Any, heads: Sequence[object], at: int = 1) -> None:
    from openpyxl.styles import Alignment, Border, Font, Side

    for number, head in enumerate(heads, start=1):
        cell = sheet.cell(at, number)
        _put(cell, head)
        cell.font = Font(bold=True)
        cell.alignment = Alignment(horizontal="left", indent=1)
        cell.border = Border(bottom=Side(style="thin"))


def _write_row(
    sheet: Any, row: Iterable[object], formats: Iterable[str] = (), *, at: int = 0, look: Any = None
) -> Any:
    """Write a row at the end, or at `at`; return the look of its texts for the next row.

    A copy of a look takes a tenth of the time in which openpyxl finds that two are the same.
    """
    from openpyxl.styles import Alignment

    at = at or sheet.max_row + 1
    cells = zip(row, chain(formats, repeat("General")), strict=False)
    for number, (value, how) in enumerate(cells, start=1):
        if value is None:
            continue
        cell = sheet.cell(at, number)
        _put(cell, value)
        if cell.data_type == "n":
            cell.number_format = how
        elif look is None:
            cell.alignment = Alignment(horizontal="left", indent=1)  # from the number on its left
            look = cell._style
        else:
            cell._style = look
    return look


def _put(cell: Any, value: Any) -> None:
    """Set the value of a cell. A text that begins with "=" stays a text: Excel would run it."""
    if isinstance(value, str):
        cell.value = ILLEGAL.sub("", value)
        cell.data_type = "s"
    elif value is not None and math.isfinite(value):
        cell.value = value


def _digits(values: Iterable[Any]) -> str:
    sizes = [abs(value) for value in values if value is not None and math.isfinite(value)]
    largest = max(sizes, default=0.0)
    return next(digits for least, digits in DIGITS if largest >= least)


def _set_pages(sheet: Any) -> None:
    """Set the widths of columns, and print a sheet as wide as a page."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0  # as many pages as it needs
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    for column in sheet.iter_cols(max_row=SAMPLE):
        longest = max((_width(cell.value) for cell in column if cell.value is not None), default=0)
        width = min(WIDEST, max(NARROWEST, longest + 3))
        sheet.column_dimensions[column[0].column_letter].width = width


def _width(value: object) -> int:
    """Return the width of a text in Latin letters; Chinese ones are twice as wide."""
    if isinstance(value, float):
        return 9
    return sum(2 if letter > "\u2e7f" else 1 for letter in str(value))
