"""Tables of shares, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from xhsim.analysis.loops.shares import DrawnLoop, LoopsOverDraws, sign_of
from xhsim.errors import InputError
from xhsim.wording.label import Label


def made_up() -> LoopsOverDraws:
    """Two loops, two years, four draws; in the last draw nothing changes in the second year."""
    more = np.array([[[0.4, 0.1, 0.3, 0.2], [0.6, 0.5, 0.1, np.nan]], np.zeros((2, 4))])
    less = np.array([np.zeros((2, 4)), [[0.1, 0.2, 0.2, 0.2], [0.1, 0.1, 0.3, 0.0]]])
    more[1, 1, 3] = less[1, 1, 3] = np.nan
    outside = 1 - np.array(more + less).sum(axis=0)
    loops = tuple(
        DrawnLoop(name, Label(name, f"回路{name}"), ((Label("a", "甲"),),), (1.0,))
        for name in ("R1", "L1")
    )
    return LoopsOverDraws(
        variable="x",
        scenario="plan",
        label=Label("x", "变量"),
        scenario_label=Label("The plan", "规划"),
        years=(2024, 2025),
        loops=loops,
        reinforcing=more,
        balancing=less,
        outside=outside,
        not_followed=np.where(np.isnan(outside), np.nan, 0.0),
        structures=("one", "one", "two", "two"),
        structure_labels={"one": Label("One", "甲"), "two": Label("Two", "乙")},
        seed=0,
        most=5000,
        is_cut=False,
    )


def test_table() -> None:
    table = made_up().table()
    first = table.loc[2024]
    assert first.index.tolist() == ["R1", "L1", "other", "outside", "not_followed"]
    assert first["share"].tolist() == pytest.approx([0.25, 0.175, 0, 0.575, 0])
    assert first["sign"].tolist() == ["+", "-", "", "", ""]
    # R1 is larger in draws 1, 3 and, at equal shares, 4; L1 in draw 2.
    assert first["dominates"].tolist()[:2] == [0.75, 0.25]
    assert first["ci_low"].tolist()[0] < 0.75 < first["ci_high"].tolist()[0]
    assert first.loc["outside", "dominates"] == 0.5  # more than half in draws 2 and 4
    assert first.loc["outside", "label_zh"] == "外生因素"
    second = table.loc[2025]
    assert second.loc["R1", "share"] == pytest.approx(0.4)  # of the three draws that change
    assert second.loc["R1", "dominates"] == pytest.approx(2 / 3)


def test_other_loops_are_one_row() -> None:
    table = made_up().table(top=1)
    assert table.loc[(2024, "other"), "share"] == pytest.approx(0.175)


def test_dominant() -> None:
    found = made_up().dominant(2024)
    assert found.index.tolist() == ["R1", "L1"]
    with pytest.raises(InputError, match=r"year 2030 has no shares\. choose from 2024 to 2025"):
        made_up().dominant(2030)


def test_draws_of_a_structure() -> None:
    table = made_up().of_structure("two").table()
    assert table.loc[(2024, "R1"), "share"] == pytest.approx(0.25)
    assert table.loc[(2025, "L1"), "share"] == pytest.approx(0.3)


@pytest.mark.parametrize(
    ("net", "whole", "sign"), [(1, 1, "+"), (-0.9, 1, "-"), (0.5, 1, "±"), (0, 0, "")]
)
def test_signs(net: float, whole: float, sign: str) -> None:
    assert sign_of(net, whole) == sign
