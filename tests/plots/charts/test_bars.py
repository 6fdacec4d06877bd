"""Bars and dots as long as the probabilities, with the intervals over them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.plots.examples import comparison
from xhsim.errors import InputError
from xhsim.plots import attainment_bars


def test_bars_show_every_target_and_no_joint_row() -> None:
    table = comparison(("plan",)).rename(index={"retail_sales": "joint_ventures"}, level=1)
    assert len(attainment_bars(table).patches) == 18


def _table(chances: list[float]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "probability": chances,
            "ci_low": [chance - 0.1 for chance in chances],
            "ci_high": [chance + 0.1 for chance in chances],
        },
        index=["sales", "firms", "energy"],
    )


def test_a_bar_is_as_long_as_the_probability_and_a_line_as_the_interval() -> None:
    ax = attainment_bars(_table([0.2, 0.75, 0.5]))
    assert [bar.get_width() for bar in ax.patches] == pytest.approx([20, 75, 50])  # type: ignore[attr-defined]
    (lines,) = ax.collections
    ends = [np.asarray(path.vertices)[:, 0].tolist() for path in lines.get_paths()]
    assert ends == [pytest.approx(pair) for pair in ([10, 30], [65, 85], [40, 60])]


def test_bars_can_be_sorted() -> None:
    rows = _table([0.2, 0.75, 0.5])
    ax = attainment_bars(rows, sort=True)
    assert [bar.get_width() for bar in ax.patches] == pytest.approx([75, 50, 20])  # type: ignore[attr-defined]
    names = [text.get_text() for text in ax.texts if text.get_text() in rows.index]
    assert names == ["firms", "energy", "sales"]


def test_scenarios_are_dots_side_by_side_in_the_line_of_their_target() -> None:
    both = pd.concat({"plan": _table([0.2, 0.75, 0.5]), "baseline": _table([0.1, 0.3, 0.4])})
    ax = attainment_bars(both)
    dots = {str(line.get_gid()): np.asarray(line.get_xydata()) for line in ax.lines}
    assert dots["scenario plan"][:, 0] == pytest.approx([20, 75, 50])
    assert dots["scenario baseline"][:, 0] == pytest.approx([10, 30, 40])
    assert dots["scenario plan"][:, 1] == pytest.approx(np.arange(3) - 0.15)
    assert dots["scenario baseline"][:, 1] == pytest.approx(np.arange(3) + 0.15)
    assert len(attainment_bars(both, ["plan"]).patches) == 3


@pytest.mark.parametrize(
    ("table", "scenarios", "words"),
    [
        (pd.DataFrame(), None, "no column 'probability'"),
        (_table([0.1] * 3).drop(columns="ci_low"), None, "no column 'ci_low'"),
        (_table([0.1] * 3).iloc[:0], None, "the table is empty"),
        (pd.concat({"plan": _table([0.1] * 3)}), ["plann"], 'no scenario "plann".*it has plan'),
    ],
    ids=["nothing", "column", "empty", "scenario"],
)
def test_tables_that_cannot_be_drawn_are_refused(
    table: pd.DataFrame, scenarios: list[str] | None, words: str
) -> None:
    with pytest.raises(InputError, match=words):
        attainment_bars(table, scenarios)
