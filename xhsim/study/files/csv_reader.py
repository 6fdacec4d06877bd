"""Rows of a CSV file, with their lines: columns are checked, and no row is given twice."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from xhsim.errors import InputError, did_you_mean
from xhsim.study.files.mistakes import Mistakes, Place
from xhsim.study.files.text import read_text

__all__ = ["read_csv"]


def read_csv(
    path: Path, columns: Sequence[str], needed: Sequence[str], mistakes: Mistakes
) -> Iterator[tuple[dict[str, str], Place]]:
    """Read the rows of a CSV file.

    Parameters
    ----------
    path : Path
        The file.
    columns : sequence of str
        All columns that the file may have.
    needed : sequence of str
        Those that it must have.
    mistakes : Mistakes
        Receives rows of another length and rows that are given twice; the caller raises them.

    Yields
    ------
    tuple of dict and Place
        The cells of a row by column, without spaces around them, and the row's place. Blank rows
        are left out.

    Raises
    ------
    InputError
        If the file cannot be read, or its first line does not name its columns.
    """
    rows = _rows(path)
    line, header = next(rows, (1, []))
    header = [name.strip() for name in header]
    _check_header(header, columns, needed, path, line, mistakes)
    seen: dict[tuple[str, ...], int] = {}
    for line, cells in rows:
        if len(cells) != len(header):
            mistakes.add(
                f"the row has {len(cells)} cells, the header {len(header)}",
                file=path,
                line=line,
                hint="put cells that contain a comma in double quotes",
            )
            continue
        cells = [cell.strip() for cell in cells]
        if tuple(cells) in seen:
            mistakes.add(
                "the row is given twice",
                file=path,
                line=line,
                hint=f"it is already on line {seen[tuple(cells)]}; remove one of them",
            )
            continue
        seen[tuple(cells)] = line
        yield dict(zip(header, cells, strict=True)), Place(str(path), line)


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are not blank, each with the line on which it begins."""
    reader = csv.reader(io.StringIO(read_text(path), newline=""), strict=True)
    start = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield start, cells
            start = reader.line_num + 1
    except csv.Error as error:
        raise InputError(
            f"this is not valid CSV: {error}",
            file=path,
            line=start,
            hint="close every double quote, and write it twice inside a cell",
        ) from None


def _check_header(
    header: list[str],
    columns: Sequence[str],
    needed: Sequence[str],
    path: Path,
    line: int,
    mistakes: Mistakes,
) -> None:
    """Add what is wrong with the header; raise it at once if rows cannot be read without it."""
    if len(set(header) & set(columns)) < 2:
        raise InputError(
            "the first line does not name the columns",
            file=path,
            line=line,
            hint=f"begin with {','.join(columns)}",
        )
    wrong = 0
    for index, name in enumerate(header):
        if name in header[:index]:
            message, hint = f'column "{name}" is given twice', "remove one of them"
        elif name not in columns:
            message = f'unknown column "{name}"'
            hint = did_you_mean(name, columns) or f"columns are {', '.join(columns)}"
        else:
            continue
        wrong += 1
        mistakes.add(message, file=path, line=line, hint=hint)
    missing = [name for name in needed if name not in header]
    if missing and not wrong:
        mistakes.add(
            f"column {', '.join(missing)} is missing",
            file=path,
            line=line,
            hint=f"the first line is {','.join(columns)}",
        )
    if missing or len(set(header)) < len(header):
        mistakes.check()
