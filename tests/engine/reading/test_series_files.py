"""Files with values over time: tables, workbooks, lists and results of Vensim."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from xhsim.engine.reading.series_files import Series, read_series
from xhsim.errors import InputError

PRICE = Series("Price", "price", (), (0.0, 2.0), (1.0, 3.5))
RAIN = Series("rain fall[North,Low]", "rain_fall", ("north", "low"), (2.0,), (5.0,))
FILES = {
    "down.csv": 'Time,Price,"rain fall[North,Low]",\n0,1,\n2,3.5,5\n',
    "cut.csv": "Time,Price,rain fall[North,Low]\n0,1,\n2,3.5,5\n",
    "across.tab": "year\t0\t2\nPrice\t1\t3.5\nrain fall[North,Low]\t\t5\n",
    "semicolons.csv": "\ufeffTime;Price;rain fall[North,Low]\n0;1;\n2;3.5;5\nnote\n",
    "list.dat": "Price\n0\t1\n2\t3.5\nrain fall[North,Low]\n2\t5\n",
    "long.txt": "Time\tPrice\train fall[North,Low]\n\n0\t1\tn.a.\n2\t3.5\t5\n",
}


@pytest.mark.parametrize("name", FILES)
def test_texts(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(FILES[name], encoding="utf-8")
    assert read_series(path) == [PRICE, RAIN]


def test_every_sheet_of_a_workbook(tmp_path: Path) -> None:
    workbook = Workbook()
    rows: list[list[object]] = [["Time", 0, 2], ["Price", 1, 3.5], ["", None, None]]
    for row in rows:
        workbook.active.append(row)
    other = workbook.create_sheet("other")
    rows = [["t", "rain fall[North,Low]"], [2, 5], [3, None]]
    for row in rows:
        other.append(row)
    workbook.save(tmp_path / "data.xlsx")
    assert read_series(tmp_path / "data.xlsx") == [PRICE, RAIN]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.doc", b"", 'a file of kind ".doc"'),
        ("a.csv", b"", "contains no series"),
        ("b.csv", b"one,two\nthree,four\n", "contains no series"),
        ("a.xlsx", b"no workbook", "is not a workbook of Excel"),
        ("a.vdf", b"no results", "the results cannot be read"),
    ],
)
def test_what_cannot_be_read(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    if name.endswith("vdf"):
        pytest.importorskip("simlin")
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=words):
        read_series(tmp_path / name)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read: No such file"):
        read_series(tmp_path / "none.csv")


def test_results_without_pysimlin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.vdf").write_bytes(b"")
    monkeypatch.setitem(sys.modules, "simlin", None)
    with pytest.raises(InputError, match=r"needs pysimlin. install it: pip install"):
        read_series(tmp_path / "a.vdf")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=80), st.sampled_from([".csv", ".tab", ".dat", ".txt"]))
def test_any_text_is_series_or_a_clear_error(tmp_path: Path, text: str, suffix: str) -> None:
    path = tmp_path / f"data{suffix}"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    found: list[Series] = []
    with contextlib.suppress(InputError):
        found = read_series(path)
    assert all(len(one.times) == len(one.values) for one in found)
    assert all(one.times or one.problem for one in found)


@pytest.mark.parametrize(
    ("cell", "hint"),
    [
        ("abc", "leave the cell empty"),
        ("1.2.3", "write a number"),
        ("#REF!", "write a number"),
        ("inf", "write a number"),
        ("5%", "without %"),
        ('"1,234"', "without separators"),
    ],
)
def test_a_text_among_numbers_is_a_problem_and_a_gap_is_none(
    tmp_path: Path, cell: str, hint: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"# mine\ntime,rain,note\nYear,mm,x\n0,NA,y\n5,{cell},z\n9,4,\n")
    (rain,) = read_series(path)
    assert (rain.times, rain.values) == ((9.0,), (4.0,))
    text = cell.strip('"')
    assert rain.problem == f'"rain" has "{text}" in row 5, which is no number'
    assert hint in rain.hint


def test_a_text_in_a_list_does_not_end_the_series(tmp_path: Path) -> None:
    (tmp_path / "a.dat").write_text("rain\n0\t1\n5\tabc\n9\t2\n")
    (rain,) = read_series(tmp_path / "a.dat")
    assert (rain.times, '"abc" in row 3' in rain.problem) == ((0.0, 9.0), True)


def test_a_formula_without_a_stored_value(tmp_path: Path) -> None:
    workbook = Workbook()
    for row in (["t", "rain", "snow"], [0, 1, 1], [5, "=B2+1", '=IF(B2>0,"",1)'], [9, 4, None]):
        workbook.active.append(row)
    workbook.save(tmp_path / "a.xlsx")
    rain, snow = read_series(tmp_path / "a.xlsx")
    assert 'sheet "Sheet", row 3' in rain.problem
    assert "save it" in rain.hint
    assert not snow.problem


def test_two_columns_of_one_name(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("time,rain,Rain\n0,1,9\n")
    first, second = read_series(tmp_path / "a.csv")
    assert not first.problem
    assert '"rain" and "Rain"' in second.problem


def test_tables_of_vensim_name_the_run(tmp_path: Path) -> None:
    path = tmp_path / "a.tab"
    path.write_bytes(
        "Time (Year)\t0\t5\nrain : Current\t1\t2\np[a,b] : Base 2\t1\t2\n".encode("utf-16")
    )
    found = [(one.variable, one.elements) for one in read_series(path)]
    assert found == [("rain", ()), ("p", ("a", "b"))]


def test_dates_and_folders(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("date,rain\n2020-01-01,1\n")
    with pytest.raises(InputError, match="not as dates"):
        read_series(tmp_path / "a.csv")
    with pytest.raises(InputError, match="this is a folder"):
        read_series(tmp_path)
