"""Observations: the rows of history.csv as records and as a table."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.places import DATA
from xhsim.errors import InputError
from xhsim.study.folder import read_study
from xhsim.study.history.observations import Observation, history_frame, read_history

GOOD = DATA / "study" / "good"


def test_history_is_a_table() -> None:
    frame = read_study(GOOD).history
    assert frame.shape == (4, 15)
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


def read(folder: Path, *lines: str) -> list[Observation]:
    path = folder / "history.csv"
    header = "series,year,value,unit,source,variable,measure,kind,high"
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return list(read_history(path))


def test_measures_and_kinds(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "gdp,2020,90,CNY,plan,GDP,,,",
        "gdp,2016-2020,90,CNY,plan,GDP,level,point,",
        "gdp growth,2016-2020,6,%/year,plan,GDP,growth,floor,",
        "gdp change,2016-2020,-20,percent,plan,,change,interval,-18",
    )
    assert [(row.measure, row.kind, row.high) for row in found] == [
        ("level", "point", None),
        ("level", "point", None),
        ("growth", "floor", None),
        ("change", "interval", -18.0),
    ]
    # A level of several years has no counterpart in a run, and neither has a row without variable.
    assert [row.can_be_compared for row in found] == [True, False, True, False]
    assert [row.is_figure for row in found] == [True, False, False, False]
    frame = history_frame(found)
    assert frame["measure"].tolist() == ["level", "level", "growth", "change"]
    assert frame["high"].isna().tolist() == [True, True, True, False]


@pytest.mark.parametrize(
    ("row", "words", "hint"),
    [
        ("g,2020,6,percent,plan,GDP,growht,,", 'unknown measure "growht"', "growth"),
        ("g,2020,6,percent,plan,GDP,growth,flor,", 'unknown kind "flor"', "floor"),
        ("g,2020,6,percent,plan,GDP,growth,interval,", '"high" is empty', "interval"),
        ("g,2020,6,percent,plan,GDP,growth,,7", '"high" is given for a point', "interval"),
        ("g,2020,6,percent,plan,GDP,growth,interval,6", "6 is not above 6", "swap"),
        ("g,2020,6,percent,plan,GDP,growth,interval,x", 'high "x" is not a number', "digits"),
        ("g,2020,6,CNY,plan,GDP,growth,,", 'the unit of a growth is percent, not "CNY"', "conv"),
        ("g,2020,-100,percent,plan,GDP,change,,", "nothing falls by 100 percent", "-100"),
    ],
)
def test_a_wrong_measure_or_kind(tmp_path: Path, row: str, words: str, hint: str) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, "gdp,2020,90,CNY,plan,GDP,,,", row)
    assert words in str(caught.value)
    assert hint in str(caught.value.hint)
    assert caught.value.line == 3
