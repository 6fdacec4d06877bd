"""releases.csv: what its rows mean, and every mistake with its line and its mend."""

from __future__ import annotations

import calendar
import contextlib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.places import ROOT
from xhsim.errors import InputError, InputErrors
from xhsim.study.history.comparison import bounds, quantity
from xhsim.study.history.releases import (
    Release,
    parse_date,
    parse_terms,
    read_releases,
    same_meaning,
)
from xhsim.study.names import Reference

HEADER = "series,period,value,high,unit,variable,measure,kind,error,grade,status,published,source"
GOOD = "gdp,2022,90,,CNY,GDP,,,,press,,2023-01,report"


def read(folder: Path, *lines: str, header: str = HEADER) -> tuple[Release, ...]:
    path = folder / "releases.csv"
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return read_releases(path)


def test_what_rows_mean(tmp_path: Path) -> None:
    level, half, total, shown = read(
        tmp_path,
        GOOD,
        "gdp growth,2022H1,-1.5,-0.5,%,GDP,growth,interval,0.7,,provisional,2022-07-20,office",
        "heads,2022,157,,offices,in[Foreign]+ centres[A] ,,floor,,,,2023,press",
        "jobs,2022,3,,persons,,,,,,,2023-02,press",
    )
    assert (level.period, level.year, level.part) == ("2022", 2022, 1.0)
    assert (level.published, level.dated) == (date(2023, 1, 31), "2023-01")
    assert (level.terms, level.error, level.figure.grade) == ((Reference("GDP"),), None, "press")
    assert level.where.line == 2
    assert (half.period, half.part, half.error) == ("2022H1", 0.5, 0.7)
    assert (half.figure.status, half.published) == ("provisional", date(2022, 7, 20))
    assert total.terms == (Reference("in", ("Foreign",)), Reference("centres", ("A",)))
    assert total.published == date(2023, 12, 31)
    assert not shown.can_be_compared
    # The functions of comparison take the figures as they are.
    assert bounds(half.figure) == (-1.5, -0.5)
    assert float(quantity(half.figure, 100.0, 99.0)) == pytest.approx(-1.0)
    assert float(quantity(total.figure, 0.0, 150.0)) == 150.0


@pytest.mark.parametrize(("name", "part"), [("Q1", 0.25), ("Q2", 0.5), ("H1", 0.5), ("Q3", 0.75)])
def test_parts_of_a_year(tmp_path: Path, name: str, part: float) -> None:
    (row,) = read(tmp_path, f"g,2022{name},2,,%,GDP,growth,,,,,2022-10,office")
    assert (row.part, row.year) == (part, 2022)
    assert row.period == ("2022H1" if name == "Q2" else f"2022{name}")


MISTAKES = [
    ("gdp,2022,90,,CNY,GDP,,,,press,,2023-13,report", '"2023-13" is not a date', "2023-01-17"),
    ("gdp,2022,90,,CNY,GDP,,,,press,,2023-02-30,report", "is not a date", "2023-02 has 28 days"),
    ("gdp,2022,90,,CNY,GDP,,,,press,,January,report", "is not a date", "only the month"),
    ("gdp,2022,90,,CNY,GDP,,,,press,,2022-11,report", "before its period ended", '"estimate"'),
    ("gdp,2022,90,,CNY,GDP,,,,,estimate,2021-11,report", "is a forecast", "correct one"),
    ("gdp,2022Q4,90,,CNY,GDP,,,,press,,2023-01,report", "is not a year", 'write "2022"'),
    ("gdp,2022h1,2,,%,GDP,growth,,,press,,2023-01,report", "is not a year", 'write "2022H1"'),
    ("gdp,2021-2022,2,,%,GDP,growth,,,,,2023-01,report", "is not a year", "2022Q1"),
    ("gdp,2022H1,90,,CNY,GDP,,,,,,2022-07,report", "a part of the year", "over the same months"),
    ("gdp,2022H1,9,,%,GDP,change,,,,,2022-07,report", "a part of the year", "growth"),
    ("gdp,2022H1,9,,%,GDP,growth,,,,estimate,2022-05,report", "before its period", "correct"),
    ("gdp,2022,0,,CNY,GDP,,,,press,,2023-01,report", "is not positive", "relative"),
    ("gdp,2022,90,80,CNY,GDP,,interval,,,,2023-01,report", "is not above 90", "swap"),
    ("gdp,2022,90,,CNY,GDP,,interval,,,,2023-01,report", '"high" is empty', "interval"),
    ("gdp,2022,90,,CNY,GDP,growht,,,,,2023-01,report", "unknown measure", "growth"),
    ("gdp,2022,90,,CNY,GDP,,flor,,,,2023-01,report", "unknown kind", "floor"),
    ("gdp,2022,9,,CNY,GDP,growth,,,,,2023-01,report", "unit of a growth is percent", "convert"),
    ("gdp,2022,90,,CNY,GDP,,,2,,,2023-01,report", "not a standard deviation", "0.02 for 2 %"),
    ("gdp,2022,9,,%,GDP,growth,,0,,,2023-01,report", "error 0 is not", "percentage points"),
    ("gdp,2022,90,,CNY,GDP,,,x,,,2023-01,report", 'error "x" is not a number', "digits"),
    ("gdp,2022,90,,CNY,GDP,,,,,provisonal,2023-01,report", "unknown status", "provisional"),
    ("gdp,2022,90,,CNY,GDP +,,,,,,2023-01,report", 'lacks a name beside "+"', "name[Element]"),
    ("gdp,2022,90,,CNY,a[X] + A[x],,,,,,2023-01,report", 'names "A[x]" twice', "once"),
    ("gdp,2022,90,,CNY,a[X,,,,,,2023-01,report", "is not a name", "name[element]"),
    ("gdp,2022,90,,CNY,GDP,,,,,,2023-01,", '"source" is empty', "write"),
    ("gdp,2022,1_0,,CNY,GDP,,,,,,2023-01,report", "not a finite number", "plain"),
    ("gdp,0000,90,,CNY,GDP,,,,,,2023-01,report", "no year 0000", "2022"),
]


@pytest.mark.parametrize(("row", "words", "hint"), MISTAKES)
def test_a_wrong_row_is_one_message(tmp_path: Path, row: str, words: str, hint: str) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, GOOD.replace("gdp", "other").replace("GDP", "jobs"), row)
    assert not isinstance(caught.value, InputErrors)
    assert words in str(caught.value)
    assert hint in str(caught.value.hint)
    assert caught.value.line == 3


def test_all_mistakes_at_once(tmp_path: Path) -> None:
    with pytest.raises(InputErrors) as caught:
        read(
            tmp_path,
            "gdp,20222,90,,CNY,GDP +,,flor,,,wrong,2023-99,report",
            "jobs,2022,-1,,persons,jobs,,,,,,2023-01,report",
        )
    lines = [error.line for error in caught.value.errors]
    assert lines == [2] * 5 + [3]


def test_an_unknown_column(tmp_path: Path) -> None:
    header = HEADER.replace("published", "publishd")
    with pytest.raises(InputError, match='did you mean "published"'):
        read(tmp_path, GOOD, header=header)


def test_vintages_of_one_date_must_agree(tmp_path: Path) -> None:
    other = GOOD.replace("report", "press of the day")
    first, second = read(tmp_path, GOOD, other)
    assert same_meaning(first, second)
    with pytest.raises(InputError, match="differs from the row of the same date on line 2") as one:
        read(tmp_path, GOOD, other.replace("90", "91"))
    assert one.value.line == 3
    # Neither under another name for the same variable ...
    with pytest.raises(InputError, match="same date on line 2"):
        read(tmp_path, GOOD, GOOD.replace("gdp", "product").replace("90", "91"))
    # ... nor may one series be compared with two variables.
    with pytest.raises(InputError, match='on line 2 with "GDP"'):
        read(tmp_path, GOOD, GOOD.replace("GDP", "jobs").replace("2023-01", "2023-05"))
    # Other dates, other years and other measures do not contradict.
    read(
        tmp_path,
        GOOD,
        GOOD.replace("90", "91").replace("2023-01", "2023-02"),
        GOOD.replace(",2022,90", ",2021,80"),
        "gdp,2022,3,,%,real GDP,growth,,,,,2023-01,report",
    )


@given(day=st.dates())
def test_dates_are_read_as_they_are(day: date) -> None:
    assert parse_date(day.isoformat()) == day
    month = parse_date(day.isoformat()[:7])
    assert (month.year, month.month) == (day.year, day.month)
    assert month.day == calendar.monthrange(day.year, day.month)[1]
    assert parse_date(day.isoformat()[:4]) == date(day.year, 12, 31)


@given(text=st.text(alphabet="0123456789-/２ \n", max_size=12))
def test_any_other_text_is_not_a_date(text: str) -> None:
    with contextlib.suppress(InputError):
        assert parse_date(text).isoformat().startswith(text)


@given(
    names=st.lists(
        st.tuples(st.sampled_from(["a", "b c", "d"]), st.sampled_from(["", "X", "X, Y"])),
        unique=True,
        max_size=4,
    )
)
def test_sums_are_read_back(names: list[tuple[str, str]]) -> None:
    texts = [f"{name}[{elements}]" if elements else name for name, elements in names]
    assert [str(term) for term in parse_terms(" + ".join(texts))] == texts


SHIPPED = (ROOT / "model" / "releases.csv").read_text(encoding="utf-8")


@settings(max_examples=150)
@given(
    start=st.integers(0, len(SHIPPED)),
    length=st.integers(0, 40),
    put=st.text(alphabet='0aQ,."\n-+[]% \x00é', max_size=6),
)
def test_a_damaged_file_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, start: int, length: int, put: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "releases.csv"
    path.write_text(SHIPPED[:start] + put + SHIPPED[start + length :], encoding="utf-8")
    found: list[InputError] = []
    try:
        read_releases(path)
    except InputErrors as several:
        found.extend(several.errors)
    except InputError as one:
        found.append(one)
    assert all(error.file == str(path) and error.hint for error in found)


def test_the_shipped_figures(tmp_path: Path) -> None:
    rows = read_releases(ROOT / "model" / "releases.csv")
    assert len(rows) == 8
    assert all(row.figure.source.startswith("public: ") for row in rows)
    assert {row.year for row in rows} == {2022, 2023}
    (count,) = [row for row in rows if row.series == "hq_and_rd_centres"]
    assert len(count.terms) == 2
