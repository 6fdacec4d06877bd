"""Prior against posterior: lines as long as the shares of the prior's interval."""

from __future__ import annotations

import pandas as pd
import pytest

from xhsim.analysis.history.calibration import stored_table
from xhsim.analysis.study import Study
from xhsim.errors import InputError
from xhsim.plots import posterior_chart

TABLE = pd.DataFrame(
    {
        "prior_low": [0.0, 10.0],
        "prior_high": [1.0, 30.0],
        "low": [0.1, 15.0],
        "median": [0.4, 17.0],
        "high": [0.9, 20.0],
        "narrowed": [0.2, 0.75],
    },
    index=["wide", "narrow"],
)


def test_lines_and_texts() -> None:
    ax = posterior_chart(TABLE)
    lines = {tuple(line.get_xdata()) for line in ax.lines}  # type: ignore[arg-type]
    assert (0.25, 0.5) in lines
    assert (0.1, 0.9) in lines
    assert (0.35,) in lines
    words = [text.get_text() for text in ax.texts]
    assert "10 to 30" in words
    assert "15 to 20" in words
    places = {text.get_text(): text.xy[1] for text in ax.texts if text.get_text() in TABLE.index}  # type: ignore[attr-defined]
    assert places["wide"] < places["narrow"]  # the parameter narrowed most is at the top


def test_parameters_are_called_by_label_and_unit() -> None:
    named = TABLE.assign(label=["Share", "Rent"], label_zh=["份额", "租金"], unit=["dmnl", "CNY"])
    ax = posterior_chart(named)
    words = [text.get_text() for text in ax.texts]
    assert {"Share", "Rent, yuan"} <= set(words)
    assert not {"wide", "narrow"} & set(words)


def test_nothing_to_draw() -> None:
    with pytest.raises(InputError, match="no parameter"):
        posterior_chart(TABLE.iloc[:0])


def test_chinese(chinese_font: None) -> None:
    ax = posterior_chart(TABLE, lang="zh")
    assert "先验" in [text.get_text() for text in ax.texts]


def test_the_stored_posterior(xuhui: Study, chinese_font: None) -> None:
    table = stored_table(xuhui)
    posterior = xuhui.files.posterior
    assert posterior is not None
    assert len(table) == len(posterior.numbers)
    row = table.loc["revenue rate"]
    assert row["prior_low"] == pytest.approx(0.045)
    assert row["prior_high"] == pytest.approx(0.085)
    assert row["low"] < row["centre"] < row["high"]
    ax = posterior_chart(table, lang="zh")
    assert len(ax.lines) == 3 * len(table)
    label = xuhui.parameters["revenue rate"].label.zh
    assert any(text.get_text().startswith(label) for text in ax.texts)
