"""Stored hindcasts: forecasts of past years with their scores, kept in the model's folder.

``hindcasts.csv`` has one row for each forecast figure. ``hindcasts.json`` says how they were made,
and has digests of their inputs.
"""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xhsim.errors import InputError
from xhsim.study.files.text import read_text

__all__ = ["COLUMNS", "HINDCASTS_FILE", "HINDCASTS_RECORD", "StoredHindcasts", "read_hindcasts"]

HINDCASTS_FILE, HINDCASTS_RECORD = "hindcasts.csv", "hindcasts.json"
AGAIN = "run xhsim hindcast --store again"
TEXTS = ("structure", "series", "variable", "measure")
YEARS = ("origin", "year", "known")
COLUMNS = (
    *("structure", "origin", "series", "variable", "measure", "year", "known", "anchor"),
    *("observed", "p05", "p25", "median", "p75", "p95", "pit", "log_score"),
    *("model", "last_growth", "last_growth_spread", "mean_growth"),
)
# Empty for a growth, and if a rival could not forecast the figure.
MAY_BE_EMPTY = ("anchor", *COLUMNS[-3:])
Cell = str | int | float


@dataclass(frozen=True)
class StoredHindcasts:
    """The two files of stored hindcasts.

    Parameters
    ----------
    rows : tuple of mapping of str to str, int or float
        By the names of `COLUMNS`; NaN where a cell is empty.
    runs : tuple of mapping
        The calibrations, one for each structure and origin.
    weights : mapping of str to float
        The weights of structures.
    draws, seed : int
    fingerprint : mapping of str to str
        Digests of the inputs.
    """

    rows: tuple[Mapping[str, Cell], ...]
    runs: tuple[Mapping[str, Any], ...]
    weights: Mapping[str, float]
    draws: int
    seed: int
    fingerprint: Mapping[str, str]


def read_hindcasts(model: Path) -> StoredHindcasts | None:
    """Read the hindcasts stored in a model's folder.

    Parameters
    ----------
    model : Path
        The folder.

    Returns
    -------
    StoredHindcasts or None
        None if the folder has none.

    Raises
    ------
    InputError
        If one of the two files is missing or damaged.
    """
    table, record = model / HINDCASTS_FILE, model / HINDCASTS_RECORD
    if not table.exists() and not record.exists():
        return None
    for file, other in ((table, record), (record, table)):
        if not file.exists():
            raise InputError(
                f'there is a "{other.name}" but no "{file.name}"',
                file=other,
                hint=f"{AGAIN}, or remove it",
            )
    rows = _read_rows(table)
    return StoredHindcasts(rows, **_read_record(record))


def _read_rows(path: Path) -> tuple[Mapping[str, Cell], ...]:
    lines = csv.reader(read_text(path).splitlines())
    if tuple(next(lines, [])) != COLUMNS:
        raise InputError(f"the columns are not {', '.join(COLUMNS)}", file=path, line=1, hint=AGAIN)
    found = []
    for line, cells in enumerate(lines, start=2):
        try:
            named = zip(COLUMNS, cells, strict=True)
            found.append({name: _value(name, cell) for name, cell in named})
        except ValueError:
            raise InputError(
                "the row is not a forecast with its scores", file=path, line=line, hint=AGAIN
            ) from None
    if not found:
        raise InputError("the file has no forecast", file=path, line=1, hint=AGAIN)
    return tuple(found)


def _value(name: str, cell: str) -> Cell:
    if name in TEXTS:
        return cell
    if name in YEARS:
        return int(cell)
    if not cell and name in MAY_BE_EMPTY:
        return math.nan
    number = float(cell)
    if not math.isfinite(number):
        raise ValueError(cell)
    return number


def _read_record(path: Path) -> dict[str, Any]:
    from pydantic import BaseModel, ValidationError

    class HindcastsRecord(BaseModel):
        """The keys that are read from ``hindcasts.json``; the others are for people."""

        runs: tuple[dict[str, str | int | float | None], ...]
        weights: dict[str, float]
        draws: int
        seed: int
        fingerprint: dict[str, str]

    try:
        return HindcastsRecord.model_validate_json(read_text(path)).model_dump()
    except (json.JSONDecodeError, RecursionError, ValidationError) as error:
        raise InputError("this is not the record of hindcasts", file=path, hint=AGAIN) from error
