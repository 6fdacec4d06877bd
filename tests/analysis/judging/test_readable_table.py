"""Tables as one reads them say what the numbers say."""

from __future__ import annotations

import pickle
from pathlib import Path

import pandas as pd
import pytest

import xhsim
from tests.analysis.studies import LINEAR
from xhsim.analysis.judging.readable_table import ProbabilityTable, readable
from xhsim.errors import InputError

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


def html_of(table: pd.DataFrame) -> str:
    html: str = table._repr_html_()  # type: ignore[operator]
    return html


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


def test_a_table_shows_itself_as_text_until_columns_are_chosen(linear: xhsim.Study) -> None:
    table = linear.attainment(linear.ensemble(draws=64))
    for whole in (table, table.sort_values("gap"), pd.concat({"a": table, "b": table})):
        assert "asks for" in repr(whole)
        assert "asks for" in html_of(whole)
    assert "≥ 117 unit" in repr(table)
    assert f"{len(table.columns)} columns" in repr(table)
    for part in (table[["label", "probability"]], table.assign(mine=1), table.reset_index()):
        assert "asks for" not in repr(part)
        assert "asks for" not in html_of(part)
    assert "probability" in repr(linear.joint(linear.ensemble(draws=64)))
    assert "mine" in repr(table.assign(mine=1)[["mine"]])


def test_what_a_label_says_is_text(linear: xhsim.Study) -> None:
    table = linear.attainment(linear.ensemble(draws=64))
    table["label"] = "<script>alert(1)</script>"
    html = html_of(table)
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_a_table_is_a_frame_for_everything_else(linear: xhsim.Study, tmp_path: Path) -> None:
    table = linear.attainment(linear.ensemble(draws=64))
    assert table.loc["size", "target"] == 117
    assert isinstance(table["gap"], pd.Series)
    assert pickle.loads(pickle.dumps(table)).equals(table)
    table.to_csv(tmp_path / "t.csv")
    assert pd.read_csv(tmp_path / "t.csv", index_col=0).index.tolist() == table.index.tolist()
    assert table.attrs["draws"] == table.head(1).attrs["draws"] == 64


def test_the_name_of_no_column_is_answered_with_the_one_meant() -> None:
    """It is a KeyError still, so that pandas and readers can catch it."""
    table = ProbabilityTable(table_of(ROW))
    with pytest.raises(
        InputError, match=r'no column "probabilty". did you mean "probability"'
    ) as one:
        table["probabilty"]
    assert isinstance(one.value, KeyError)
    with pytest.raises(InputError, match=r'no column "zzz". known: label, '):
        table["zzz"]
    assert table.get("zzz", 7) == 7
    assert "zzz" not in table
    with pytest.raises(KeyError, match="zzz"):
        table[["zzz"]]
