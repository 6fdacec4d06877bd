"""CSV files: columns, lines, and rows that are wrong or given twice."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xhsim.errors import InputError
from xhsim.study.files.csv_reader import read_csv
from xhsim.study.files.mistakes import Mistakes

COLUMNS = ("name", "value", "note")
NEEDED = ("name", "value")


def read(path: Path, text: str) -> list[tuple[dict[str, str], int]]:
    path.write_text(text, encoding="utf-8", newline="")
    mistakes = Mistakes()
    rows = [(cells, where.line) for cells, where in read_csv(path, COLUMNS, NEEDED, mistakes)]
    mistakes.check()
    return rows


def test_rows_with_their_lines(tmp_path: Path) -> None:
    rows = read(tmp_path / "t.csv", 'value,name\n\n 1 , a\n2,"b\nc"\n3,d\n')
    assert rows == [
        ({"value": "1", "name": "a"}, 3),
        ({"value": "2", "name": "b\nc"}, 4),
        ({"value": "3", "name": "d"}, 6),
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a,b\n1,2\n", "does not name the columns"),
        ("name\n1\n", "does not name the columns"),
        ("name,value,nte\n", 'unknown column "nte".* did you mean "note"'),
        ("name,value,name\n", 'column "name" is given twice'),
        ("name,note\n", "column value is missing"),
        ("name,value\n1,2,3\n", "the row has 3 cells, the header 2"),
        ("name,value\n1,2\n1,2\n", "the row is given twice.* already on line 2"),
        ('name,value\n"1,2\n', "not valid CSV"),
        (",,\n", "does not name the columns"),
    ],
)
def test_mistakes(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read(tmp_path / "t.csv", text)


CELLS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]))


@given(rows=st.lists(st.tuples(CELLS, CELLS), unique_by=lambda row: tuple(map(str.strip, row))))
def test_what_the_standard_library_writes_is_read(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]
) -> None:
    path = tmp_path_factory.mktemp("csv") / "t.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([NEEDED, *rows])
    text = path.read_text(encoding="utf-8")
    expected = [(one.strip(), two.strip()) for one, two in rows if one.strip() or two.strip()]
    assert [tuple(cells.values()) for cells, _ in read(path, text)] == expected
