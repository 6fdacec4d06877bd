"""Tables of shares, by hand."""

from __future__ import annotations

from dataclasses import replace

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
    assert first["largest"].tolist()[:2] == [0.75, 0.25]
    assert first["ci_low"].tolist()[0] < 0.75 < first["ci_high"].tolist()[0]
    assert first["largest"].isna().tolist() == [False, False, True, True, True]
    assert first.loc["outside", "label_zh"] == "外生因素"
    second = table.loc[2025]
    assert second.loc["R1", "share"] == pytest.approx(0.4)  # of the three draws that change
    assert second.loc["R1", "largest"] == pytest.approx(2 / 3)


def test_other_loops_are_one_row() -> None:
    table = made_up().table(top=1)
    assert table.loc[(2024, "other"), "share"] == pytest.approx(0.175)


def test_mostly_outside() -> None:
    assert made_up().mostly_outside(2024).probability == 0.5  # draws 2 and 4
    assert made_up().mostly_outside(2025).probability == pytest.approx(
        1 / 3
    )  # of those that change


def test_repr() -> None:
    assert repr(made_up()).splitlines() == [
        "<Loops behind x, scenario plan, 2024 to 2025: 2 loops, 4 draws",
        " mean shares: outside 50 %, R1 33 %, L1 17 %>",
    ]
    assert "0 loops" in repr(
        replace(made_up(), loops=(), reinforcing=np.zeros((0, 2, 4)), balancing=np.zeros((0, 2, 4)))
    )


def test_largest() -> None:
    found = made_up().largest(2024)
    assert found.index.tolist() == ["R1", "L1"]
    with pytest.raises(InputError, match=r"year 2030 has no shares\. choose from 2024 to 2025"):
        made_up().largest(2030)


def test_draws_of_a_structure() -> None:
    table = made_up().of_structure("two").table()
    assert table.loc[(2024, "R1"), "share"] == pytest.approx(0.25)
    assert table.loc[(2025, "L1"), "share"] == pytest.approx(0.3)


@pytest.mark.parametrize(
    ("net", "whole", "sign"), [(1, 1, "+"), (-0.9, 1, "-"), (0.5, 1, "±"), (0, 0, "")]
)
def test_signs(net: float, whole: float, sign: str) -> None:
    assert sign_of(net, whole) == sign
