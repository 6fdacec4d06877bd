"""Files with values over time for the data variables of a model.

A table has a time in its first row or in its first column, and one series in each other row or
column. A series has the name of a variable as in the model, ``price`` or ``price[north,low]``.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from xhsim.engine.language.syntax import match_key
from xhsim.engine.reading.data_files import GAPS, LARGEST_FILE, MOST_CELLS, unreadable_errors
from xhsim.engine.reading.excerpts import shorten
from xhsim.engine.reading.files import MARKS
from xhsim.errors import InputError

__all__ = ["Series", "read_series"]

SEPARATORS = {".tab": "\t", ".tsv": "\t", ".txt": "\t"}
TABLES = {".csv", *SEPARATORS}
WORKBOOKS = {".xlsx", ".xlsm"}
RESULTS = {".vdf", ".vdfx"}
NAME = re.compile(r'\s*("(?:\\"|[^"])*"|[^\[\]]+?)\s*(?:\[([^\]]*)\])?\s*')
# Vensim writes the name of the run behind the name of the variable.
RUN = re.compile(r'\s+:\s+[^"\[\]]*$')
ALMOST = re.compile(r"[-+$€£¥]?\d[\d.,' ]*\s*[%$€£¥]?")
DATE = re.compile(r"\s*\d{4}[-/.]\d{1,2}([-/.]\d{1,2}.*)?|\s*\d{1,2}[/.]\d{1,2}[/.]\d{2,4}.*")
ITEM = re.compile(r'\s*("(?:\\"|[^"])*"|[^",]+?)\s*(?:,|$)')


@dataclass(frozen=True)
class Series:
    """Values over time.

    Attributes
    ----------
    name : str
        The name in the file.
    variable : str
        The key of the variable.
    elements : tuple of str
        The keys of its elements.
    times, values : tuple of float
    problem, hint : str
        Why it cannot be used, and how to mend it. A column of remarks matters to nobody, so this is
        an error only for a variable of the model.
    """

    name: str
    variable: str
    elements: tuple[str, ...]
    times: tuple[float, ...]
    values: tuple[float, ...]
    problem: str = ""
    hint: str = ""


def read_series(path: Path) -> list[Series]:
    """Read the series of a file.

    Parameters
    ----------
    path : Path
        A table (``.csv``, ``.tab``, ``.tsv``, ``.txt``), a workbook (``.xlsx``, ``.xlsm``), a list
        of series (``.dat``) or results of Vensim (``.vdf``, ``.vdfx``), which need pysimlin.

    Returns
    -------
    list of Series

    Raises
    ------
    InputError
        If the file cannot be read, is of another kind, or contains no series.
    """
    suffix = path.suffix.lower()
    if path.is_dir():
        raise InputError("this is a folder, not a file with data", file=path)
    if suffix not in TABLES | WORKBOOKS | RESULTS | {".dat"}:
        raise InputError(
            f'data cannot be read from a file of kind "{path.suffix}"',
            file=path,
            hint="give a table (.csv, .tab, .xlsx), a list (.dat) or results of Vensim (.vdf)",
        )
    try:
        size = path.stat().st_size
    except OSError as error:
        raise InputError(f"the file cannot be read: {error.strerror}", file=path) from None
    if size > LARGEST_FILE:
        raise InputError(f"the file is larger than {LARGEST_FILE:,} bytes", file=path)
    if suffix in RESULTS:
        found = list(_results(path))
    elif suffix in WORKBOOKS:
        found = [s for title, rows in _sheets(path) for s in _table(rows, title)]
    elif suffix == ".dat":
        found = list(_blocks(_text(path)))
    else:
        try:
            rows = _rows(_text(path), SEPARATORS.get(suffix))
        except csv.Error as error:
            raise InputError(f"the table cannot be read: {error}", file=path) from None
        found = list(_table(rows))
    if not found:
        hint = "write times in the first row or column, and a variable in each other one"
        if suffix in TABLES and any(DATE.fullmatch(cell) for row in rows for cell in row[:2]):
            hint = "write times as numbers in the time unit of the model, not as dates"
        raise InputError("the file contains no series", file=path, hint=hint)
    return found


def _text(path: Path) -> str:
    data = path.read_bytes()
    marked = next((name for mark, name in MARKS.items() if data.startswith(mark)), "utf-8-sig")
    try:
        text = data.decode(marked)
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _rows(text: str, separator: str | None) -> list[list[str]]:
    lines = text.split("\n")
    head = next((line for line in lines if line.strip() and line[:1] != "#"), "")
    if separator is None:
        # Where a comma is the decimal sign, a spreadsheet separates cells by semicolons.
        separator = max(",;\t", key=head.count)
    rows = csv.reader(io.StringIO(text), delimiter=separator)
    # An empty row keeps the numbers of the lines.
    return [[] if row and row[0].startswith("#") else _joined(row, separator) for row in rows]


def _joined(row: list[str], separator: str) -> list[str]:
    """Join the pieces of names such as ``x[a,b]`` that a separator has cut."""
    cells: list[str] = []
    for piece in row:
        if cells and cells[-1].count("[") > cells[-1].count("]"):
            cells[-1] += separator + piece
        else:
            cells.append(piece)
    return cells


def _sheets(path: Path) -> Iterator[tuple[str, list[list[Any]]]]:
    """Yield the titles and cells of sheets. A formula without a stored value is its text."""
    from openpyxl import load_workbook

    try:
        workbook = load_workbook(path, read_only=True, data_only=True)
    except unreadable_errors() as error:
        raise InputError(
            f"the file is not a workbook of Excel ({type(error).__name__})", file=path
        ) from None
    try:
        for sheet in workbook.worksheets:
            rows: list[list[Any]] = []
            for row in sheet.iter_rows(values_only=True):
                rows.append(list(row))
                if len(rows) * len(row) > MOST_CELLS:
                    raise InputError(f"a sheet has more than {MOST_CELLS:,} cells", file=path)
            if any(cell is None for row in rows for cell in row):
                _fill_in_formulas(path, sheet.title, rows)
            yield sheet.title, rows
    finally:
        workbook.close()


def _fill_in_formulas(path: Path, title: str, rows: list[list[Any]]) -> None:
    from openpyxl import load_workbook

    workbook = load_workbook(path, read_only=True)
    try:
        for row, written in zip(rows, workbook[title].iter_rows(values_only=True), strict=False):
            for column, cell in enumerate(written[: len(row)]):
                # A formula that can give an empty text has a gap as its value.
                if row[column] is None and str(cell).startswith("=") and '""' not in str(cell):
                    row[column] = cell
    finally:
        workbook.close()


def _table(rows: Sequence[Sequence[Any]], title: str = "") -> Iterator[Series]:
    """Yield the series of a table whose times are in the first row or in the first column."""
    numbered = [(n, r) for n, r in enumerate(rows, 1) if any(_is_filled(cell) for cell in r)]
    if not numbered:
        return
    filled = [row for _, row in numbered]
    lines = [number for number, _ in numbered]
    across = [_number(cell) for cell in filled[0][1:] if _is_filled(cell)]
    is_across = bool(across) and all(time is not None for time in across)
    if is_across:
        columns: Iterable[Sequence[Any]] = filled
    else:
        width = max(len(row) for row in filled)
        wide = [[*row, *[None] * (width - len(row))] for row in filled]
        columns = list(zip(*wide, strict=True))
    times, *series = columns
    sheet = f'sheet "{title}", ' if title else ""
    seen: dict[tuple[str, tuple[str, ...]], Series] = {}
    for number, line in enumerate(series, 1):
        if line and isinstance(line[0], str) and line[0].strip():
            where = [lines[number]] * len(line) if is_across else lines
            places = [f"{sheet}row {row}" for row in where[1:]]
            for one in _series(line[0], times[1:], line[1:], places):
                first = seen.setdefault((one.variable, one.elements), one)
                yield one if first is one else _twice(first, one)


def _twice(first: Series, second: Series) -> Series:
    return replace(
        second,
        problem=f'two series are named alike: "{first.name}" and "{second.name}"',
        hint="rename or delete one of them",
    )


def _series(
    name: str, times: Iterable[Any], values: Iterable[Any], places: Iterable[str] = ()
) -> Iterator[Series]:
    cells = [(_number(time), value) for time, value in zip(times, values, strict=False)]
    pairs = [(time, _number(value)) for time, value in cells if time is not None]
    known = [(time, value) for time, value in pairs if value is not None]
    wrong = [
        (place, str(value).strip())
        for (time, value), place in zip(cells, places, strict=False)
        if time is not None and _number(value) is None and not _is_gap(value)
    ]
    match = NAME.fullmatch(RUN.sub("", name))
    # A column without any number is a column of remarks.
    is_numeric = bool(known) or any(ALMOST.fullmatch(text) for _, text in wrong)
    if is_numeric and match:
        elements = tuple(match_key(item[1]) for item in ITEM.finditer(match[2] or ""))
        problem = hint = ""
        if wrong:
            place, text = wrong[0]
            problem = f'"{name.strip()}" has "{shorten(text)}" in {place}, which is no number'
            hint = _mended(text)
        x = tuple(time for time, _ in known)
        y = tuple(value for _, value in known)
        yield Series(name.strip(), match_key(match[1]), elements, x, y, problem, hint)


def _is_gap(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str | float) and str(cell).strip().lower() in GAPS)


def _mended(text: str) -> str:
    if text.startswith("="):
        return "this formula has no stored value: open the workbook in Excel and save it"
    if text.endswith("%") and ALMOST.fullmatch(text):
        return "write a fraction such as 0.05 or a number without %"
    if "," in text and ALMOST.fullmatch(text):
        return 'write the number with a decimal point and without separators: "1234.5"'
    return "write a number, or leave the cell empty for a gap"


def _blocks(text: str) -> Iterator[Series]:
    """Yield the series of a list: a line with a name, and a line with time and value for each."""
    name, times, values, places = "", list[str](), list[str](), list[str]()
    for number, line in enumerate(text.splitlines(), 1):
        cells = re.split(r"[\t,;]", line.strip()) if line.strip() else []
        if len(cells) == 2 and _number(cells[0]) is not None:
            times.append(cells[0])
            values.append(cells[1])
            places.append(f"row {number}")
        elif cells:
            yield from _series(name, times, values, places)
            name, times, values, places = line.strip(), [], [], []
    yield from _series(name, times, values, places)


def _results(path: Path) -> Iterator[Series]:
    try:
        import simlin
    except ImportError:
        raise InputError(
            "reading results of Vensim needs pysimlin",
            file=path,
            hint='install it: pip install "xhsim[check]"',
        ) from None
    try:
        table = simlin.load_vdf(path)
    except simlin.SimlinError as error:
        raise InputError(f"the results cannot be read: {error}", file=path) from None
    times = table.index.tolist()
    for name in table.columns:
        yield from _series(str(name), times, table[name].tolist())


def _is_filled(cell: Any) -> bool:
    return cell is not None and (not isinstance(cell, str) or bool(cell.strip()))


def _number(cell: Any) -> float | None:
    """Return a finite number, or None for another cell."""
    if isinstance(cell, str):
        try:
            cell = float(cell.strip().replace(" ", ""))
        except ValueError:
            return None
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return None
    return float(cell) if abs(cell) < float("inf") else None
