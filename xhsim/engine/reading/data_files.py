"""Data files that a Vensim model names: tables and numbers in spreadsheets and text files.

PySD's classes read the cells, so that rows, columns, named ranges and missing values mean the same
as in PySD. This module decides which files may be opened and how large they may be.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

import numpy as np

from xhsim.engine.language import syntax
from xhsim.engine.reading.excerpts import shorten
from xhsim.errors import ModelError

__all__ = ["DataFiles", "in_any_case", "unreadable_errors"]

LARGEST_FILE = 50_000_000  # bytes
LARGEST_UNPACKED = 500_000_000  # bytes, of a spreadsheet's parts
MOST_CELLS = 20_000_000
WORKBOOKS = {".xlsx", ".xlsm"}
SPREADSHEETS = {*WORKBOOKS, ".xls", ".xlsb", ".odf", ".ods", ".odt"}
# PySD reads every other kind as text. Other kinds are refused: a compressed file may unpack to any
# size.
TEXTS = {".csv", ".tsv", ".tab", ".txt", ".dat", ".prn", ""}

# Texts that stand for a missing value.
GAPS = {"", "-", ".", "..", "...", "na", "n/a", "n.a.", "#n/a", "nan", ":na:", "null", "none"}

# Malformed files make the readers of spreadsheets fail with many kinds of errors.
UNREADABLE: tuple[type[Exception], ...] = (
    *(ValueError, TypeError, LookupError, AttributeError, AssertionError, OSError),
    *(ArithmeticError, StopIteration, SyntaxError, RuntimeError, EOFError, MemoryError),
    *(zipfile.BadZipFile, zlib.error, struct.error),
)

Sizes = tuple[int | None, ...]


class DataFiles:
    """The data files of one model.

    Parameters
    ----------
    path : Path
        The model file. Names of data files are relative to its folder.
    allow_outside : bool
        Whether files outside this folder may be read.
    tags : mapping of str to str
        The files that names such as ``?data`` stand for, from the settings of the model.

    Attributes
    ----------
    used : dict of str to str
        The files read so far, relative to the model's folder, with the SHA-256 of their bytes.
    remarks : tuple of str
        Cells of data that are left out because they hold a text.
    """

    def __init__(
        self, path: Path, *, allow_outside: bool, tags: Mapping[str, str] | None = None
    ) -> None:
        self._path = path
        self._root = path.parent.resolve()
        self._allow_outside = allow_outside
        self._tags = dict(tags or {})
        self._sheets: dict[Path, list[str]] = {}
        self.used: dict[str, str] = {}
        self.remarks: tuple[str, ...] = ()
        self._checked: set[Path] = set()

    def subscripts(self, owner: str, line: int, texts: tuple[str, ...]) -> tuple[str, ...]:
        """Read the elements of a range: ``file, tab, first cell, last cell, prefix``."""
        if len(texts) not in (4, 5):
            raise self._error(
                owner, line, texts, "give file, tab, first cell, last cell and prefix"
            )
        from pysd.py_backend.external import ExtSubscript

        file, tab, first, last, prefix = (*texts, "")[:5]
        name = self._open(owner, line, texts, file)
        sheet = self._sheet(owner, line, texts, name, tab)
        found = self._read(
            owner,
            line,
            texts,
            lambda: ExtSubscript(name, sheet, first, last, prefix, self._root),
        )
        elements = tuple(str(element).strip() for element in found.subscript)
        if not elements or not all(elements):
            raise self._error(owner, line, texts, "these cells contain no element")
        return elements

    def constants(
        self, owner: str, line: int, texts: tuple[str, ...], sizes: Sizes
    ) -> syntax.Number | syntax.NumberArray:
        """Read numbers: ``file, tab, cell``. A size of None means one element."""
        from pysd.py_backend.external import ExtConstant

        file, tab, cell = texts
        name = self._open(owner, line, texts, file)
        tab = self._sheet(owner, line, texts, name, tab)
        coords = _coordinates(sizes)
        self._read(owner, line, texts, lambda: _prepare_text(name, tab))
        external = self._read(
            owner,
            line,
            texts,
            lambda: ExtConstant(name, tab, cell, coords, self._root, coords, owner),
        )
        self._read(owner, line, texts, external.initialize)
        values = np.asarray(external.data, dtype=float)
        if np.isnan(values).all():
            raise self._error(owner, line, texts, "there is no number in these cells")
        shape = tuple(size for size in sizes if size is not None)
        if np.isnan(values).any():
            written = self._read(owner, line, texts, lambda: _texts_in(name, tab, cell, shape))
            if written:
                raise self._error(owner, line, texts, f'"{shorten(written)}" is not a number')
            values = np.nan_to_num(values, nan=0.0)  # as Vensim reads empty cells of constants
        if not shape:
            return syntax.Number(float(values.ravel()[0]))
        return syntax.NumberArray(tuple(values.ravel().tolist()), shape)

    def tables(
        self,
        owner: str,
        line: int,
        texts: tuple[str, ...],
        sizes: Sizes,
        keyword: syntax.Keyword | None,
    ) -> syntax.Tables:
        """Read series: ``file, tab, row or column of x, cell``. `keyword` is None for a lookup."""
        from pysd.py_backend.external import ExtData, ExtLookup

        file, tab, across, cell = texts
        if across.strip().lstrip("+-").isdecimal() and int(across) < 1:
            raise self._error(owner, line, texts, "the first row is 1")
        name = self._open(owner, line, texts, file)
        tab = self._sheet(owner, line, texts, name, tab)
        coords = _coordinates(sizes)
        place = (coords, self._root, coords, owner)
        kind: syntax.Between = keyword or "interpolate"

        def series() -> Any:
            _prepare_text(name, tab)
            found = (
                ExtLookup(name, tab, across, cell, *place)
                if keyword is None
                else ExtData(name, tab, across, cell, kind, *place)
            )
            # PySD would fill gaps and refuse a time that occurs twice. Vensim skips the gaps.
            found.missing = "keep"
            # Its own `initialize` looks times up by their value, so each must be there once.
            found.file, found.tab, found.cell = name, tab, cell
            found.x_row_or_col, found.coords = across, coords
            return found._initialize_data("lookup" if keyword is None else "data")

        data = self._read(owner, line, texts, series)
        x = np.asarray(data.coords[data.dims[0]].values, dtype=float)
        values = np.asarray(data.values, dtype=float)
        if np.isnan(values).any():
            count = int(np.prod([size for size in sizes if size is not None], dtype=int))
            left_out = self._read(
                owner, line, texts, lambda: _texts_of_points(name, tab, across, cell, count)
            )
            if left_out:
                shown = ", ".join(f'{place} ("{shorten(t)}")' for place, t in left_out[:5])
                more = f" and {len(left_out) - 5} more" if len(left_out) > 5 else ""
                self.remarks += (
                    f'{self._path.name}:{line}: data of "{owner}" in {Path(name).name} that are no '
                    f"numbers are left out, as in Vensim: {shown}{more}; write numbers such as "
                    "1234.5, or leave the cells empty",
                )
        known = np.isfinite(x) & np.isfinite(values.reshape(x.size, -1)).any(axis=1)
        x, values = x[known], values[known]
        if not x.size or np.isnan(values).all():
            raise self._error(owner, line, texts, "there is no number in these cells")
        shape = (x.size, *(size for size in sizes if size is not None))
        return syntax.Tables(tuple(x.tolist()), tuple(values.ravel().tolist()), shape, kind)

    def close(self) -> None:
        """Clear the spreadsheets that PySD keeps in memory between readings."""
        if self._checked:
            from pysd.py_backend.external import Excels

            Excels.clean()

    # --- opening -------------------------------------------------------------------------

    def _open(self, owner: str, line: int, texts: tuple[str, ...], file: str) -> str:
        """Return the path of a data file if it may be read, and store its hash."""
        written = file.strip()
        if written.startswith("?"):
            written = self._tagged(owner, line, texts, written)
        if not written or "\0" in written:
            raise self._error(owner, line, texts, "write the name of a file in the model's folder")
        plain = written.replace("\\", "/")
        absolute = PurePosixPath(plain).is_absolute() or PureWindowsPath(written).drive
        try:
            found = in_any_case(self._root, plain).resolve()
            inside = found.is_relative_to(self._root) and not absolute
            if not inside and not self._allow_outside:
                raise self._error(
                    owner,
                    line,
                    texts,
                    "move the file into the model's folder, or allow it: "
                    "load_model(path, allow_outside=True)",
                )
            if not found.is_file():
                raise self._error(owner, line, texts, f'there is no file "{written}"')
            if found not in self._checked:
                self._check(owner, line, texts, found)
        except (OSError, RuntimeError, ValueError) as error:
            if isinstance(error, ModelError):
                raise
            raise self._error(owner, line, texts, "the file cannot be read") from None
        return str(found)

    def _tagged(self, owner: str, line: int, texts: tuple[str, ...], tag: str) -> str:
        """Return the file that a tag stands for: by the settings, or the file of that name."""
        known = {name.lower(): file for name, file in self._tags.items()}
        if tag.lower() in known:
            return known[tag.lower()]
        for suffix in (".xlsx", ".xlsm", ".xls", ".csv", ".tab", ".txt"):
            found = in_any_case(self._root, tag[1:] + suffix)
            if found.is_file():
                return found.name
        raise self._error(
            owner,
            line,
            texts,
            f'the settings of the model do not say which file "{tag}" is; set it in Vensim under '
            f"Model > Settings > XLS Files, or put {tag[1:]}.xlsx beside the model",
        )

    def _sheet(self, owner: str, line: int, texts: tuple[str, ...], name: str, tab: str) -> str:
        """Return the name of a sheet as its workbook spells it. Vensim ignores case."""
        path = Path(name)
        if path.suffix.lower() not in WORKBOOKS:
            return _separator(tab, name)
        if path not in self._sheets:
            self._sheets[path] = self._read(owner, line, texts, lambda: _sheets_of(path))
        known = {sheet.strip().lower(): sheet for sheet in self._sheets[path]}
        if tab.strip().lower() not in known:
            sheets = ", ".join(f'"{sheet}"' for sheet in self._sheets[path][:10])
            raise self._error(
                owner, line, texts, f'{path.name} has no sheet "{tab}"; its sheets are {sheets}'
            )
        return known[tab.strip().lower()]

    def _check(self, owner: str, line: int, texts: tuple[str, ...], found: Path) -> None:
        """Refuse a file of an unsupported kind or size. Each file is checked once."""
        suffix = found.suffix.lower()
        if suffix not in SPREADSHEETS | TEXTS:
            raise self._error(owner, line, texts, f'files of kind "{suffix}" cannot be read')
        if found.stat().st_size > LARGEST_FILE:
            raise self._error(owner, line, texts, f"the file is larger than {LARGEST_FILE:,} bytes")
        if zipfile.is_zipfile(found):
            with zipfile.ZipFile(found) as archive:
                unpacked = sum(part.file_size for part in archive.infolist())
            if unpacked > LARGEST_UNPACKED:
                raise self._error(
                    owner,
                    line,
                    texts,
                    f"the spreadsheet unpacks to more than {LARGEST_UNPACKED:,} bytes",
                )
        if suffix in WORKBOOKS and self._read(
            owner, line, texts, lambda: _has_too_many_cells(found)
        ):
            raise self._error(owner, line, texts, f"a sheet has more than {MOST_CELLS:,} cells")
        name = Path(os.path.relpath(found, self._root)).as_posix()
        self.used[name] = hashlib.sha256(found.read_bytes()).hexdigest()
        self._checked.add(found)

    def _read(
        self, owner: str, line: int, texts: tuple[str, ...], action: Callable[[], Any]
    ) -> Any:
        """Run one step of reading, and report its failure as a mistake of the model."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # PySD warns about missing values; they are kept
                return action()
        except ModelError:
            raise
        except ImportError as error:
            package = error.name or "another package"
            raise self._error(
                owner, line, texts, f"install {package}, which reads this kind of file"
            ) from None
        except unreadable_errors() as error:
            raise self._error(owner, line, texts, _reason(error, self._root)) from None

    def _error(self, owner: str, line: int, texts: tuple[str, ...], hint: str) -> ModelError:
        shown = ", ".join(f"'{text}'" for text in texts)
        return ModelError(
            f'the values of "{owner}" cannot be read from ({shown})',
            file=self._path,
            line=line or None,
            hint=hint,
        )


def unreadable_errors() -> tuple[type[Exception], ...]:
    """Return the errors of spreadsheet packages, which have no common base class."""
    from openpyxl.utils.exceptions import InvalidFileException
    from pandas.errors import InvalidIndexError

    own = (*UNREADABLE, InvalidFileException, InvalidIndexError)
    try:
        import xlrd
    except ImportError:
        return own
    return (*own, xlrd.XLRDError)


def in_any_case(folder: Path, name: str) -> Path:
    """Return the path of a file, which may differ in upper and lower case from its name.

    Model files come from systems that ignore case in names of files.

    Examples
    --------
    >>> in_any_case(Path("no such folder"), "Data/A.csv").name
    'A.csv'
    """
    found = folder
    for part in PurePosixPath(name).parts:
        exact = found / part
        if part != ".." and not exact.exists() and found.is_dir():
            same = sorted(p for p in found.iterdir() if p.name.lower() == part.lower())
            exact = same[0] if same else exact
        found = exact
    return found


def _sheets_of(path: Path) -> list[str]:
    from openpyxl import load_workbook

    workbook = load_workbook(path, read_only=True)
    try:
        return list(workbook.sheetnames)
    finally:
        workbook.close()


def _reason(error: Exception, root: Path) -> str:
    """Say what is the matter, in the words of the reader of spreadsheets if it has any."""
    if isinstance(error, IndexError | KeyError):
        return "the cells are outside the part of the sheet that is in use"
    if isinstance(error, zipfile.BadZipFile):
        return "the file is not a workbook of Excel, whatever its name says"
    # PySD's messages begin with the name of the variable, and name the file by its whole path.
    _, _, own = str(error).replace(f"{root}{os.sep}", "").partition("\n")
    words = shorten(own or str(error), 160)
    return f"the reader says: {words}" if words else f"the reader failed ({type(error).__name__})"


def _has_too_many_cells(path: Path) -> bool:
    """Tell whether a workbook has a sheet that would fill the memory as a table."""
    from openpyxl import load_workbook

    workbook = load_workbook(path, read_only=True, data_only=True)
    try:
        for sheet in workbook.worksheets:
            sheet.reset_dimensions()  # the size that the file states may be wrong
            columns = 0
            for rows, row in enumerate(sheet.iter_rows(values_only=True), 1):
                columns = max(columns, len(row))
                if rows * columns > MOST_CELLS:
                    return True
    finally:
        workbook.close()
    return False


def _texts_in(name: str, tab: str, cell: str, shape: tuple[int, ...]) -> str:
    """Return a text among the cells of constants, which PySD reads like an empty cell."""
    import pandas as pd

    start = _start(cell)
    if start is None:
        return ""  # a named range
    row, column = start
    if Path(name).suffix.lower() in SPREADSHEETS:
        table = pd.read_excel(name, header=None, sheet_name=tab)  # as PySD does
    else:
        table = pd.DataFrame(_lines_of(name, tab))
    down, across = (1, 1, *shape)[-2:]
    if cell.strip().endswith("*"):
        down, across = across, down
    found = table.iloc[row : row + down, column : column + across].to_numpy().ravel()
    texts = [str(each).strip() for each in found if isinstance(each, str)]
    return next((text for text in texts if text and not _is_number(text)), "")


def _start(cell: str) -> tuple[int, int] | None:
    """Return the row and the column of a cell, from 0, or None for a named range."""
    place = re.fullmatch(r"([A-Za-z]{1,3})(\d+)\*?", cell.strip())
    return (int(place[2]) - 1, _column(place[1])) if place else None


def _column(letters: str) -> int:
    column = 0
    for letter in letters.upper():
        column = 26 * column + ord(letter) - ord("A") + 1
    return column - 1


def _texts_of_points(
    name: str, tab: str, across: str, cell: str, count: int
) -> list[tuple[str, str]]:
    """Return the cells of `count` series that hold a text at a time that is a number."""
    import pandas as pd
    from openpyxl.utils import get_column_letter

    start, times = _start(cell), across.strip()
    is_row = times.isdecimal()
    if start is None or not (is_row or re.fullmatch("[A-Za-z]{1,3}", times)):
        return []
    if Path(name).suffix.lower() in SPREADSHEETS:
        table = pd.read_excel(name, header=None, sheet_name=tab, na_filter=False)
        cells = table.to_numpy(dtype=object)
    else:
        cells = np.array(_lines_of(name, tab), dtype=object)
    turned = cells.T if is_row else cells
    first, left = start[::-1] if is_row else start
    x = turned[first:, int(times) - 1 if is_row else _column(times)]
    found = []
    for number, (time, *values) in enumerate(
        zip(x, *turned[first:, left : left + count].T, strict=True), first
    ):
        for other, value in enumerate(values, left):
            text = value.strip() if isinstance(value, str) else ""
            if text.lower() in GAPS or _is_number(text) or not _is_number(str(time)):
                continue
            row, column = (other, number) if is_row else (number, other)
            found.append((f"{get_column_letter(column + 1)}{row + 1}", text))
    return found


def _is_number(text: str) -> bool:
    return not np.isnan(_number(text))


def _number(text: str) -> float:
    try:
        return float(text) if "_" not in text else np.nan  # Python would read 1_000 as 1000
    except ValueError:
        return np.nan


def _prepare_text(name: str, tab: str) -> None:
    """Give PySD the cells of a text file. It would drop empty lines, and stop at uneven ones."""
    from pysd.py_backend.external import Excels

    key = Path(name).joinpath(tab)
    if Path(name).suffix.lower() not in SPREADSHEETS and key not in Excels._Excels:
        lines = _lines_of(name, tab)
        Excels._Excels[key] = np.array([[_number(cell) for cell in line] for line in lines])


def _lines_of(name: str, tab: str) -> list[list[str]]:
    """Return the cells of a text file. All lines have the length of the longest one."""
    data = Path(name).read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    default = "," if Path(name).suffix.lower() == ".csv" else "\t"
    separator = default if tab[:1].isalnum() or not tab else tab
    lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    width = max(map(len, lines), default=0)
    if width * len(lines) > MOST_CELLS:
        raise ValueError(f"\nthe file has more than {MOST_CELLS:,} cells")
    return [line + [""] * (width - len(line)) for line in lines]


def _separator(tab: str, name: str) -> str:
    r"""Return the tab. For a text file it is the separator, which must be one character."""
    if Path(name).suffix.lower() in SPREADSHEETS:
        return tab
    tab = {"\\t": "\t"}.get(tab, tab)
    return tab if len(tab) == 1 or tab[:1].isalnum() else tab.strip()[:1]


def _coordinates(sizes: Sizes) -> dict[str, list[int]]:
    """Return coordinates of the right sizes, which is all that PySD needs to find the cells."""
    return {f"axis {number}": list(range(size or 1)) for number, size in enumerate(sizes)}
