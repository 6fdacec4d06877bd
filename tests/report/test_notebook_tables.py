"""Tables as one reads them say what the numbers say."""

from __future__ import annotations

import pandas as pd
import pytest

import xhsim
from tests.analysis.studies import LINEAR
from xhsim.errors import InputError
from xhsim.report.notebook_tables import readable

ROW = {
    "label": "R&D in GDP",
    "label_zh": "研发强度",
    "probability": 0.62,
    "ci_low": 0.589,
    "ci_high": 0.650,
    "word": "likely",
    "median": 9.138,
    "p05": 7.62,
    "p95": 10.59,
    "direction": ">=",
    "target": 9.0,
    "unit": "percent",
    "measure": "level",
}


def table_of(*rows: dict[str, object]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), index=[f"t{n}" for n in range(len(rows))])


def test_a_row_in_words() -> None:
    firms = ROW | {
        "label": "Firms",
        "unit": "firms",
        "measure": "cumulative_increase",
        "target": 30.0,
    }
    shown = readable(table_of(ROW, firms))
    assert shown.iloc[0].to_list() == [*("≥ 9 %", "9.14", "7.62 to 10.6", "62 % (58–65)", "likely")]
    assert shown.loc["Firms", "asks for"] == "≥ +30 firms"
    sales = ROW | {"unit": "CNY100M/year", "target": 1500.0, "direction": ">"}
    asked = readable(table_of(sales)).iloc[0]["asks for"]
    assert asked == "> 1,500 × 100 million yuan per year"
    assert list(shown.columns) == ["asks for", "median", "5–95 %", "probability", "in words"]


def test_in_chinese() -> None:
    shown = readable(table_of(ROW), "zh")
    assert shown.index.tolist() == ["研发强度"]
    assert shown.iloc[0]["概率"] == "62%（58–65）"
    assert shown.iloc[0]["用语"] == "可能（66–100%）"


def test_what_never_happened_is_not_zero() -> None:
    never = ROW | {"probability": 0.0, "ci_low": 0.0, "ci_high": 0.0038}
    assert readable(table_of(never)).iloc[0]["probability"] == "<1 %"


def test_comparisons_and_joint_rows() -> None:
    linear = xhsim.open_study(LINEAR)
    comparison = linear.compare(draws=64)
    shown = readable(comparison)
    assert shown.index.nlevels == 2
    assert len(shown) == len(comparison)
    joint = [label for label in shown.index if "together" in label[1]]
    assert shown.loc[joint, "asks for"].tolist() == [""] * len(joint)
    assert (shown["probability"].str.contains("%")).all()
    alone = readable(linear.joint(linear.ensemble(draws=64)))
    assert list(alone.columns) == ["probability", "in words"]


def test_other_tables_are_refused() -> None:
    with pytest.raises(InputError, match="no probabilities"):
        readable(pd.DataFrame({"a": [1]}))
