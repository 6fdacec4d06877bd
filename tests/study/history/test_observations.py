"""Observations: the rows of history.csv as records and as a table."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.places import DATA
from xhsim.errors import InputError
from xhsim.study.folder import read_study
from xhsim.study.history.observations import read_history

GOOD = DATA / "study" / "good"


def test_history_is_a_table() -> None:
    frame = read_study(GOOD).history
    assert frame.shape == (4, 12)
    assert frame["value"].tolist() == [453.2, 357.4, 620.9, -6.5]
    assert frame["year"].tolist() == ["2020", "2019", "2020", "2016-2020"]
    assert frame[["first_year", "last_year"]].to_numpy().tolist()[3] == [2016, 2020]
    assert frame.loc[1, "note"] == "453.2 / 1.268, by the plan's growth"
    assert frame.loc[3, "variable"] == ""
    assert frame["line"].tolist() == [2, 3, 4, 5]


def rows(folder: Path, text: str) -> list[tuple[str, str, float, int]]:
    """Read rows below a short header: series, year, value and line."""
    path = folder / "history.csv"
    path.write_text(f"series,year,value,unit,source\n{text}", encoding="utf-8")
    return [(row.series, row.year, row.value, row.where.line) for row in read_history(path)]


def test_years_and_periods(tmp_path: Path) -> None:
    text = 'gdp,2020,2.5,CNY,plan\n\ngdp,2016-2020,-1e1,%,"plan,\nchapter 1"\nrent,2021,3,CNY,b\n'
    assert rows(tmp_path, text) == [
        ("gdp", "2020", 2.5, 2),
        ("gdp", "2016-2020", -10.0, 4),
        ("rent", "2021", 3.0, 6),
    ]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("gdp,2020,1_000,CNY,plan", "not a finite number"),
        ("gdp,2020-21,1,CNY,plan", 'year "2020-21" is not a year'),
        ("gdp,2021-2020,1,CNY,plan", "ends before it begins"),
        (",2020,1,CNY,plan", '"series" is empty'),
        ("gdp,2020,1,CNY", "the row has 4 cells, the header 5"),
    ],
)
def test_a_wrong_row_is_named_by_its_line(tmp_path: Path, row: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        rows(tmp_path, f"gdp,2019,1,CNY,plan\n{row}\n")
    assert words in str(caught.value)
    assert caught.value.line == 3
    assert caught.value.hint
