"""The stored twin experiments: written, read back, and damaged in every way."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from xhsim.errors import InputError
from xhsim.study.history.stored_twins import (
    TWINS_FILE,
    TWINS_RECORD,
    StoredTwins,
    TwinRow,
    read_twins,
    write_twins,
)

ROWS = (
    TwinRow(0, "jobs", True, 19, 0.984, (0.61, 0.7, 1.0)),
    TwinRow(0, "growth[North]", None, 0, 0.0, ()),
    TwinRow(1, "jobs", False, 3, 0.125, (0.0, 0.125, 0.5)),
)
TWINS = StoredTwins(
    ROWS, (2022, 2023, 2024), ("gdp",), "baseline", 64, 0, 19, (0.9, 0.8, 0.7), {"model": "abc"}
)


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    write_twins(tmp_path, TWINS, {"command": ["xhsim", "twins"]})
    return tmp_path


def test_what_is_written_is_read(stored: Path) -> None:
    found = read_twins(stored)
    assert found == TWINS
    assert found.twins == 2
    record = json.loads((stored / TWINS_RECORD).read_text())
    assert (record["twins"], record["made"]) == (2, {"command": ["xhsim", "twins"]})


def test_a_folder_without_twins_has_none(tmp_path: Path) -> None:
    assert read_twins(tmp_path) is None


@pytest.mark.parametrize("gone", [TWINS_FILE, TWINS_RECORD])
def test_one_file_alone_is_a_mistake(stored: Path, gone: str) -> None:
    (stored / gone).unlink()
    with pytest.raises(InputError, match=f'no "{gone}"'):
        read_twins(stored)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (1, "twin,name,met,rank,share,2022,2023"),
        (2, "0,jobs,1,20,0.98,0.6,0.7,1"),  # 19 draws were compared
        (2, "0,jobs,1,19,0.98,0.6,0.7"),
        (2, "0,jobs,1,19,1.98,0.6,0.7,1"),
        (2, "0,jobs,1,19,nan,0.6,0.7,1"),
        (2, "0,jobs,1,19,0.98,0.6,,1"),
        (2, "0,jobs,yes,19,0.98,0.6,0.7,1"),
        (3, "0,growth,,0,0,0.5,,"),
        (3, "-1,growth,,0,0,,,"),
    ],
)
def test_a_damaged_table_names_its_line(stored: Path, line: int, text: str) -> None:
    path = stored / TWINS_FILE
    lines = path.read_text().splitlines()
    lines[line - 1] = text
    path.write_text("\n".join(lines))
    with pytest.raises(InputError) as caught:
        read_twins(stored)
    assert (caught.value.line, caught.value.hint) == (line, "run xhsim twins --store again")


def test_a_table_without_rows(stored: Path) -> None:
    path = stored / TWINS_FILE
    path.write_text(path.read_text().splitlines()[0])
    with pytest.raises(InputError, match="no twin"):
        read_twins(stored)


@pytest.mark.parametrize("text", ["[1]", '{"years": []}', "[" * 100_000])
def test_a_damaged_record(stored: Path, text: str) -> None:
    (stored / TWINS_RECORD).write_text(text)
    with pytest.raises(InputError, match="not the record of twins"):
        read_twins(stored)
