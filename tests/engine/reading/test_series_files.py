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
    assert all(len(one.times) == len(one.values) > 0 for one in found)
