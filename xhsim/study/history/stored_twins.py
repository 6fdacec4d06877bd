"""Stored twin experiments: how often lights were right, kept in the model's folder.

``monitoring_twins.csv`` has one row for each twin and target, and for each twin and number whose
rank was taken. ``monitoring_twins.json`` says how they were made, and has digests of their inputs.
"""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xhsim.arguments import checked
from xhsim.atomic import write_json, write_text, writing
from xhsim.errors import InputError
from xhsim.study.files.text import read_text

__all__ = [
    "FIRST_COLUMNS",
    "TWINS_FILE",
    "TWINS_RECORD",
    "StoredTwins",
    "TwinRow",
    "read_twins",
    "write_twins",
]

TWINS_FILE, TWINS_RECORD = "monitoring_twins.csv", "monitoring_twins.json"
AGAIN = "run xhsim twins --store again"
FIRST_COLUMNS = ("twin", "name", "met", "rank", "share")  # then a column for each year


@dataclass(frozen=True)
class TwinRow:
    """A target of a twin, or another number of it.

    Parameters
    ----------
    twin : int
        Counted from 0.
    name : str
        The id of a target, or the name of a number.
    met : bool or None
        Whether the twin meets the target; None for another number.
    rank : int
        How many of the compared draws lie below the truth, as of the last year.
    share : float
        The share of all draws that lies below the truth, as of the last year.
    probabilities : tuple of float
        That the target is met, as of each year; none for another number.
    """

    twin: int
    name: str
    met: bool | None
    rank: int
    share: float
    probabilities: tuple[float, ...]


@dataclass(frozen=True)
class StoredTwins:
    """The two files of stored twin experiments.

    Parameters
    ----------
    rows : tuple of TwinRow
    years : tuple of int
        The years whose figures were released, one after the other.
    series : tuple of str
        The released series.
    scenario : str
    draws, seed, compared : int
        Draws of each twin, the seed, and the number of draws that ranks were taken among.
    worth : tuple of float
        Of a draw as of each year, on average over the twins.
    fingerprint : mapping of str to str
        Digests of the inputs.
    """

    rows: tuple[TwinRow, ...]
    years: tuple[int, ...]
    series: tuple[str, ...]
    scenario: str
    draws: int
    seed: int
    compared: int
    worth: tuple[float, ...]
    fingerprint: Mapping[str, str]

    @property
    def twins(self) -> int:
        """Number of twins."""
        return len({row.twin for row in self.rows})


@checked
def read_twins(model: Path) -> StoredTwins | None:
    """Read the twin experiments stored in a model's folder.

    Parameters
    ----------
    model : Path
        The folder.

    Returns
    -------
    StoredTwins or None
        None if the folder has none.

    Raises
    ------
    InputError
        If one of the two files is missing or damaged.

    Examples
    --------
    >>> from xhsim.study.bundled import bundled_folder
    >>> found = read_twins(bundled_folder() / "model")
    >>> found is None or found.years
    (2022, 2023, 2024)
    """
    table, record = model / TWINS_FILE, model / TWINS_RECORD
    if not table.exists() and not record.exists():
        return None
    for file, other in ((table, record), (record, table)):
        if not file.exists():
            raise InputError(
                f'there is a "{other.name}" but no "{file.name}"',
                file=other,
                hint=f"{AGAIN}, or remove it",
            )
    about = _read_record(record)
    return StoredTwins(_read_rows(table, about["years"], about["compared"]), **about)


def write_twins(model: Path, twins: StoredTwins, made: Mapping[str, Any]) -> None:
    """Store twin experiments in a model's folder, both files or none.

    Parameters
    ----------
    model : Path
        The folder.
    twins : StoredTwins
    made : mapping
        How they were made, for people: see `xhsim.report.files.manifest.manifest`.

    Raises
    ------
    WriteError
        If the disk refuses.
    """
    lines = [",".join([*FIRST_COLUMNS, *map(str, twins.years)])]
    for row in twins.rows:
        met = "" if row.met is None else str(int(row.met))
        share, *shares = (f"{round(each, 3):g}" for each in (row.share, *row.probabilities))
        cells = [str(row.twin), row.name, met, str(row.rank), share]
        cells += shares or [""] * len(twins.years)
        lines.append(",".join(cells))
    about = {
        "years": list(twins.years),
        "series": list(twins.series),
        "scenario": twins.scenario,
        "twins": twins.twins,
        "draws": twins.draws,
        "seed": twins.seed,
        "compared": twins.compared,
        "worth": list(twins.worth),
        "fingerprint": dict(twins.fingerprint),
        "made": dict(made),
    }
    with writing(model) as draft:
        write_text(draft / TWINS_FILE, "\n".join(lines) + "\n")
        write_json(draft / TWINS_RECORD, about)


def _read_rows(path: Path, years: tuple[int, ...], compared: int) -> tuple[TwinRow, ...]:
    lines = csv.reader(read_text(path).splitlines())
    columns = (*FIRST_COLUMNS, *map(str, years))
    if tuple(next(lines, [])) != columns:
        raise InputError(f"the columns are not {', '.join(columns)}", file=path, line=1, hint=AGAIN)
    found = []
    for line, cells in enumerate(lines, start=2):
        try:
            found.append(_row(cells, len(years), compared))
        except ValueError:
            raise InputError(
                "the row is not a target or a number of a twin", file=path, line=line, hint=AGAIN
            ) from None
    if not found:
        raise InputError("the file has no twin", file=path, line=1, hint=AGAIN)
    return tuple(found)


def _row(cells: list[str], years: int, compared: int) -> TwinRow:
    if len(cells) != len(FIRST_COLUMNS) + years:
        raise ValueError(cells)
    twin, name, met, rank, share, *rest = cells
    is_target = bool(met)
    if met not in ("", "0", "1") or any(bool(cell) != is_target for cell in rest):
        raise ValueError(cells)
    numbers = [float(cell) for cell in (share, *rest) if cell]
    if not share or not name or not all(0 <= number <= 1 for number in numbers):
        raise ValueError(cells)
    if int(twin) < 0 or not 0 <= int(rank) <= compared:
        raise ValueError(cells)
    return TwinRow(
        int(twin),
        name,
        met == "1" if is_target else None,
        int(rank),
        numbers[0],
        tuple(numbers[1:]),
    )


def _read_record(path: Path) -> dict[str, Any]:
    from pydantic import BaseModel, PositiveInt, ValidationError

    class TwinsRecord(BaseModel):
        """The keys that are read from ``monitoring_twins.json``; the others are for people."""

        years: tuple[int, ...]
        series: tuple[str, ...]
        scenario: str
        draws: PositiveInt
        seed: int
        compared: PositiveInt
        worth: tuple[float, ...]
        fingerprint: dict[str, str]

    try:
        found = TwinsRecord.model_validate_json(read_text(path)).model_dump()
    except (json.JSONDecodeError, RecursionError, ValidationError) as error:
        raise InputError("this is not the record of twins", file=path, hint=AGAIN) from error
    if not found["years"] or any(not math.isfinite(worth) for worth in found["worth"]):
        raise InputError("this is not the record of twins", file=path, hint=AGAIN)
    return found
