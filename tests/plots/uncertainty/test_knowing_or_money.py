"""Bars of what knowing adds beside what money adds."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.plots.worth import bought, known
from xhsim.errors import InputError
from xhsim.plots import knowing_or_money


def test_bars_on_one_scale() -> None:
    ax = knowing_or_money(known(), bought())
    widths = [bar.get_width() for bar in ax.patches]  # type: ignore[attr-defined]
    assert widths == [0.31, 0.02, 0.004, 0.195, -0.003]
    said = {text.get_text() for text in ax.texts}
    assert {"All unknowns together", "Tax spread", "Investment promotion", "0.31"} <= said
    assert "Choice among plan, balanced" in said
    assert "more targets met on average" in said
    legend = ax.get_legend()
    assert legend is not None
    assert legend.get_texts()[1].get_text().startswith("100 million yuan per year more")
    assert ax.get_xlim()[0] < -0.003


def test_one_target_without_money() -> None:
    table = known()
    table.attrs["target"] = "rd_intensity"
    ax = knowing_or_money(table, top=1)
    assert len(ax.patches) == 2
    assert "more probability of meeting the target" in {text.get_text() for text in ax.texts}
    table.attrs["scenarios"] = dict.fromkeys("abcdefgh", 1.0)
    said = {text.get_text() for text in knowing_or_money(table).texts}
    assert "Choice among 8 scenarios" in said


def test_other_tables_are_refused() -> None:
    with pytest.raises(InputError, match=r"nothing to draw.*value_of_information"):
        knowing_or_money(pd.DataFrame())
    table = known()
    table.attrs["target"] = "rd_intensity"
    with pytest.raises(InputError, match="different targets"):
        knowing_or_money(table, bought())
