"""The matrix of responses: signs, sizes, frames, and blanks."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex

from xhsim.errors import InputError
from xhsim.plots import response_matrix
from xhsim.plots.structure.responses import DOWN, SMALL, UP

TABLE = pd.DataFrame(
    {
        "shock": ["floor", "floor", "research", "research"],
        "shock_zh": ["楼宇", "楼宇", "研发", "研发"],
        "variable": ["GDP", "GDP", "GDP", "rate"],
        "year": [2025, 2030, 2025, 2030],
        "change": [-4.25, -16.0, 0.04, 0.3],
        "unit": ["%", "%", "%", "points"],
        "passed": [True, False, True, True],
    }
)


def texts(ax: Axes, kind: str) -> list[str]:
    return [text.get_text() for text in ax.texts if text.get_gid() == kind]


def test_a_cell_has_the_sign_and_the_size_of_its_change() -> None:
    ax = response_matrix(TABLE)
    assert texts(ax, "change") == ["−4.2", "−16", "+0.04", "+0.3"]
    cells = [patch for patch in ax.patches if patch.get_gid() == "cell"]
    colours = [to_hex(patch.get_facecolor()) for patch in cells]
    assert colours == [DOWN[2], DOWN[4], SMALL, UP[0]]
    # The second block begins below the first, and the last cell is in the second column.
    corners = [(patch.get_x(), patch.get_y()) for patch in cells]  # type: ignore[attr-defined]
    assert [x for x, _ in corners] == [0, 0, 0, 1]
    assert np.diff([y for _, y in corners]).tolist() == pytest.approx([3.3, -2.3, 3.3])


def test_a_frame_marks_what_is_outside_its_range() -> None:
    (frame,) = [patch for patch in response_matrix(TABLE).patches if patch.get_gid() == "outside"]
    assert frame.get_bbox().containsy(4.6 + 0.5)  # type: ignore[attr-defined]


def test_headings_name_shocks_variables_and_years() -> None:
    ax = response_matrix(TABLE)
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["floor", "research"] * 2
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["GDP", "rate\n(points)"]
    written = [text.get_text() for text in ax.texts]
    assert {"2025", "2030", "framed: outside the expected range"} <= set(written)


@pytest.mark.usefixtures("chinese_font")
def test_in_chinese() -> None:
    ax = response_matrix(TABLE, lang="zh")
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["楼宇", "研发"] * 2


def test_an_undefined_change_is_a_dash() -> None:
    table = TABLE.assign(change=np.nan)
    assert texts(response_matrix(table), "change") == ["–"] * 4


@pytest.mark.parametrize("table", [TABLE.iloc[:0], TABLE.drop(columns="passed")])
def test_other_tables_are_refused(table: pd.DataFrame) -> None:
    with pytest.raises(InputError, match="nothing to draw"):
        response_matrix(table)
