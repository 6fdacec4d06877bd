"""Stata's rules for names, labels and values."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from xhsim.report.files.stata import LONGEST, RESERVED, stata_names, write_stata

NAMES = st.one_of(
    st.text(max_size=50),
    st.sampled_from([*sorted(RESERVED), "str7"]),
    st.integers(1900, 2100),
    st.text("ab_-", min_size=30, max_size=40),
)


@given(st.lists(NAMES, max_size=12))
def test_names_are_accepted_by_stata(columns: list[str | int]) -> None:
    names = stata_names(columns)
    assert len({*names}) == len(columns)
    for name in names:
        assert re.fullmatch("[A-Za-z][A-Za-z0-9_]*", name), name
        assert len(name) <= LONGEST
        assert name not in RESERVED
        assert not re.fullmatch(r"str\d+", name)


def test_a_file_is_read_back(tmp_path: Path) -> None:
    long = "a name that is much longer than Stata allows, and one more"
    table = pd.DataFrame(
        {
            "scenario": ["plan", "baseline", "plan"],
            "label_zh": ["规划", None, "规划"],
            "rank": pd.array([1, None, 3], dtype="Int64"),
            "met": [True, False, True],
            "value": [1.5, np.inf, np.nan],
            long: [1, 2, 3],
            f"{long}!": [4, 5, 6],
        }
    )
    write_stata(table, tmp_path / "t.dta", labels={long: "x" * 100}, title="t" * 100)
    assert (tmp_path / "t.dta").read_bytes()[:60].count(b"<release>118</release>") == 1
    with pd.read_stata(tmp_path / "t.dta", iterator=True) as file:
        labels, codes, read = (
            file.variable_labels(),
            file.value_labels(),
            pd.read_stata(tmp_path / "t.dta"),
        )
        assert file.data_label == "t" * 80
    read = pd.read_stata(tmp_path / "t.dta")
    assert read["scenario"].tolist() == table["scenario"].tolist()
    assert codes == {"scenario": {0: "plan", 1: "baseline"}}
    assert read["label_zh"].tolist() == ["规划", "", "规划"]
    assert read["rank"].isna().tolist() == [False, True, False]
    assert read["met"].tolist() == [1, 0, 1]
    assert read["value"].isna().tolist() == [False, True, True]
    first, second = read.columns[-2:]
    assert read[second].tolist() == [4, 5, 6]
    assert labels[first] == "x" * 80
    assert labels["value"] == "value, in the row's unit"


def test_a_table_without_rows(tmp_path: Path) -> None:
    write_stata(pd.DataFrame({"scenario": [], "value": []}), tmp_path / "n.dta")
    assert len(pd.read_stata(tmp_path / "n.dta")) == 0
