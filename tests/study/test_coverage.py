"""coverage.csv: rows, what is refused, the check against the study, counts, and the table."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import xhsim
from tests.analysis.studies import LINEAR, copy_of_linear
from xhsim.errors import InputError, InputErrors
from xhsim.study.coverage import (
    HOLDERS,
    CoverageRow,
    Holder,
    coverage_counts,
    coverage_frame,
    read_coverage,
)
from xhsim.study.files.mistakes import Place
from xhsim.wording.label import Label

HEAD = "place,kind,item,zh,value,unit,holds,reason,why\n"
ROWS = (
    "chapter 1,number,size,规模,100,unit,history: size; variable: size,,\n"
    "chapter 1,number,aim,目标,117,unit,target: size,,a stretch\n"
    "chapter 2,heading,programme,政策,,,lever: policy,,\n"
    "chapter 2,number,north,北部,1,unit/year,parameter: zone growth[North],,\n"
    "chapter 3,heading,culture,文化,,,left out,no figure,The plan has no figure.\n"
)


def study(folder: Path, rows: str) -> xhsim.Study:
    files = {"model/coverage.csv": HEAD + rows}
    return xhsim.open_study(copy_of_linear(folder / "s", **files))


def test_rows_and_the_table(tmp_path: Path) -> None:
    opened = study(tmp_path, ROWS)
    first, *_, last = opened.files.coverage
    assert first.holders == (Holder("history", "size"), Holder("variable", "size"))
    assert (first.item, first.value, first.left_out) == (Label("size", "规模"), "100", False)
    assert (last.left_out, last.reason, last.where.line) == (True, "no figure", 6)
    frame = opened.coverage
    assert frame["holds"].tolist() == [
        "history: size; variable: size",
        *("target: size", "lever: policy", "parameter: zone growth[North]", "left out"),
    ]
    assert frame.columns.tolist() == HEAD.strip().split(",")


def test_counts(tmp_path: Path) -> None:
    counts = coverage_counts(study(tmp_path, ROWS).files.coverage)
    assert counts == {
        "rows": 5,
        "numbers": 3,
        "headings": 2,
        "held": 4,
        "variable": 1,
        "target": 1,
        "lever": 1,
        "history": 1,
        "parameter": 1,
        "left out": 1,
        "left out, no figure": 1,
    }


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (",number,a,甲,1,,left out,x,y\n", '"place" is empty'),
        ("c,nmber,a,甲,1,,left out,x,y\n", 'kind "nmber".*did you mean "number"'),
        ("c,number,a,甲,,,left out,x,y\n", '"value" is empty'),
        ("c,number,a,甲,1,,,x,y\n", '"holds" is empty'),
        ("c,number,a,甲,1,,left out,,y\n", '"reason" is empty'),
        ("c,number,a,甲,1,,left out,x,\n", '"why" is empty'),
        ("c,number,a,甲,1,,lever: policy,x,\n", "but the row is held"),
        ("c,number,a,甲,1,,policy,,\n", "does not say what holds it"),
        ("c,number,a,甲,1,,lver: policy,,\n", 'nothing is called "lver".*did you mean "lever"'),
    ],
)
def test_mistakes_of_a_row(tmp_path: Path, row: str, words: str) -> None:
    path = tmp_path / "coverage.csv"
    path.write_text(HEAD + row, encoding="utf-8")
    with pytest.raises(InputError, match=words) as caught:
        read_coverage(path)
    assert caught.value.line == 2


def test_what_rows_name_must_exist(tmp_path: Path) -> None:
    rows = (
        "c,number,a,甲,1,,variable: siz,,\n"
        "c,number,a,甲,2,,target: sise,,\n"
        "c,number,a,甲,3,,history: south; lever: growth,,\n"
        "c,number,a,甲,4,,parameter: zone growth[East],,\n"
        "c,number,a,甲,5,,variable: zone size[East],,\n"
        "c,number,a,甲,6,,variable: zone size[North],,\n"
    )
    with pytest.raises(InputErrors) as caught:
        _ = study(tmp_path, rows).coverage
    assert [error.line for error in caught.value.errors] == [2, 3, 4, 5, 6]
    assert 'unknown target "sise". did you mean "size"?' in str(caught.value)


def test_a_study_without_the_file() -> None:
    assert xhsim.open_study(LINEAR).coverage.empty


KINDS = st.lists(st.sampled_from(sorted(HOLDERS)), max_size=3)


@given(rows=st.lists(st.tuples(KINDS, st.sampled_from(["date", "name"]))))
def test_counts_add_up(rows: list[tuple[list[str], str]]) -> None:
    made = [
        CoverageRow(
            *("c", "number", Label("a", "甲"), "1", ""),
            tuple(Holder(kind, "x") for kind in kinds),
            *("" if kinds else reason, "", Place("c.csv", 1)),
        )
        for kinds, reason in rows
    ]
    counts = coverage_counts(made)
    assert counts["rows"] == len(made) == counts["held"] + counts["left out"]
    by_reason = [count for name, count in counts.items() if name.startswith("left out, ")]
    assert sum(by_reason) == counts["left out"] == len(coverage_frame(made).query("reason != ''"))
    assert all(counts[kind] <= counts["held"] for kind in HOLDERS)
