"""Stored hindcasts: read as written, and refused if damaged."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from xhsim.errors import InputError
from xhsim.study.history.stored_hindcasts import COLUMNS, read_hindcasts

ROW = "floor,2018,gdp,GDP,level,2019,2018,100,108,101,104,106,109,113,0.6,1.5,0.7,1,0.9,0.8"
GROWTH = "floor,2018,rate,GDP,growth,2020,2019,,3,1,2,4,5,7,0.3,2.5,0.4,,,"
RECORD = {
    "runs": [{"structure": "floor", "origin": 2018, "k_hat": None, "failed": 0}],
    "weights": {"floor": 1.0},
    "draws": 64,
    "seed": 0,
    "fingerprint": {"model": "ab"},
    "made": {"for": "people"},
}


def write(folder: Path, *rows: str, record: object = RECORD) -> Path:
    text = "\n".join([",".join(COLUMNS), *rows]) + "\n"
    (folder / "hindcasts.csv").write_text(text, encoding="utf-8")
    (folder / "hindcasts.json").write_text(json.dumps(record), encoding="utf-8")
    return folder


def test_rows_have_numbers(tmp_path: Path) -> None:
    found = read_hindcasts(write(tmp_path, ROW, GROWTH))
    assert found is not None
    level, growth = found.rows
    assert (level["series"], level["origin"], level["year"]) == ("gdp", 2018, 2019)
    assert (level["pit"], level["mean_growth"]) == (0.6, 0.8)
    assert math.isnan(float(growth["anchor"]))
    assert math.isnan(float(growth["last_growth"]))
    assert (found.draws, found.weights, found.fingerprint) == (64, {"floor": 1.0}, {"model": "ab"})
    assert found.runs[0]["k_hat"] is None


def test_none_are_stored(tmp_path: Path) -> None:
    assert read_hindcasts(tmp_path) is None


@pytest.mark.parametrize("name", ["hindcasts.csv", "hindcasts.json"])
def test_one_of_the_two_files_is_missing(tmp_path: Path, name: str) -> None:
    write(tmp_path, ROW)
    (tmp_path / name).unlink()
    with pytest.raises(InputError, match=f'no "{name}"'):
        read_hindcasts(tmp_path)


@pytest.mark.parametrize(
    ("row", "words", "line"),
    [
        (ROW.replace("2019", "soon"), "not a forecast", 3),
        (ROW.replace("0.6", "nan"), "not a forecast", 3),
        (ROW.replace("0.6", ""), "not a forecast", 3),
        (ROW + ",1", "not a forecast", 3),
    ],
)
def test_a_damaged_row(tmp_path: Path, row: str, words: str, line: int) -> None:
    with pytest.raises(InputError, match=words) as caught:
        read_hindcasts(write(tmp_path, ROW, row))
    assert caught.value.line == line


def test_no_row_and_other_columns(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no forecast"):
        read_hindcasts(write(tmp_path))
    (tmp_path / "hindcasts.csv").write_text("series,year\n")
    with pytest.raises(InputError, match="the columns are not"):
        read_hindcasts(tmp_path)


@pytest.mark.parametrize("record", [[], {"draws": 3}, {**RECORD, "seed": "none"}])
def test_a_damaged_record(tmp_path: Path, record: object) -> None:
    with pytest.raises(InputError, match="not the record of hindcasts") as caught:
        read_hindcasts(write(tmp_path, ROW, record=record))
    assert "xhsim hindcast --store" in str(caught.value)
