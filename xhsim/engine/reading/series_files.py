"""Files with values over time for the data variables of a model.

A table has a time in its first row or in its first column, and one series in each other row or
column. A series has the name of a variable as in the model, ``price`` or ``price[north,low]``.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xhsim.engine.language.syntax import match_key
from xhsim.engine.reading.data_files import LARGEST_FILE, MOST_CELLS, unreadable_errors
from xhsim.errors import InputError

__all__ = ["Series", "read_series"]

SEPARATORS = {".tab": "\t", ".tsv": "\t", ".txt": "\t"}
TABLES = {".csv", *SEPARATORS}
WORKBOOKS = {".xlsx", ".xlsm"}
RESULTS = {".vdf", ".vdfx"}
NAME = re.compile(r'\s*("(?:\\"|[^"])*"|[^\[\]]+?)\s*(?:\[([^\]]*)\])?\s*')
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
    """

    name: str
    variable: str
    elements: tuple[str, ...]
    times: tuple[float, ...]
    values: tuple[float, ...]


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
        found = [series for rows in _sheets(path) for series in _table(rows)]
    elif suffix == ".dat":
        found = list(_blocks(_text(path)))
    else:
        try:
            rows = _rows(_text(path), SEPARATORS.get(suffix))
        except csv.Error as error:
            raise InputError(f"the table cannot be read: {error}", file=path) from None
        found = list(_table(rows))
    if not found:
        raise InputError(
            "the file contains no series",
            file=path,
            hint="write times in the first row or column, and a variable in each other one",
        )
    return found


def _text(path: Path) -> str:
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _rows(text: str, separator: str | None) -> list[list[str]]:
    head = text[: text.find("\n")] if "\n" in text else text
    if separator is None:
        # Where a comma is the decimal sign, a spreadsheet separates cells by semicolons.
        separator = max(",;\t", key=head.count)
    return [_joined(row, separator) for row in csv.reader(io.StringIO(text), delimiter=separator)]


def _joined(row: list[str], separator: str) -> list[str]:
    """Join the pieces of names such as ``x[a,b]`` that a separator has cut."""
    cells: list[str] = []
    for piece in row:
        if cells and cells[-1].count("[") > cells[-1].count("]"):
            cells[-1] += separator + piece
        else:
            cells.append(piece)
    return cells


def _sheets(path: Path) -> Iterator[list[list[Any]]]:
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
            yield rows
    finally:
        workbook.close()


def _table(rows: Sequence[Sequence[Any]]) -> Iterator[Series]:
    """Yield the series of a table whose times are in the first row or in the first column."""
    filled = [row for row in rows if any(_is_filled(cell) for cell in row)]
    if not filled:
        return
    across = [_number(cell) for cell in filled[0][1:] if _is_filled(cell)]
    if across and all(time is not None for time in across):
        columns: Iterable[Sequence[Any]] = filled
    else:
        width = max(len(row) for row in filled)
        wide = [[*row, *[None] * (width - len(row))] for row in filled]
        columns = list(zip(*wide, strict=True))
    times, *series = columns
    for line in series:
        if line and isinstance(line[0], str) and line[0].strip():
            yield from _series(line[0], times[1:], line[1:])


def _series(name: str, times: Iterable[Any], values: Iterable[Any]) -> Iterator[Series]:
    pairs = [(_number(time), _number(value)) for time, value in zip(times, values, strict=False)]
    known = [(time, value) for time, value in pairs if time is not None and value is not None]
    match = NAME.fullmatch(name)
    if known and match:
        elements = tuple(match_key(item[1]) for item in ITEM.finditer(match[2] or ""))
        x, y = zip(*known, strict=True)
        yield Series(name.strip(), match_key(match[1]), elements, x, y)


def _blocks(text: str) -> Iterator[Series]:
    """Yield the series of a list: a line with a name, and a line with time and value for each."""
    name, times, values = "", list[str](), list[str]()
    for line in text.splitlines():
        cells = re.split(r"[\t,;]", line.strip()) if line.strip() else []
        if len(cells) == 2 and all(_number(cell) is not None for cell in cells):
            times.append(cells[0])
            values.append(cells[1])
        elif cells:
            yield from _series(name, times, values)
            name, times, values = line.strip(), [], []
    yield from _series(name, times, values)


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
