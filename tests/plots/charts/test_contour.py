"""Contours: lines where there is something to see, a ring where one point is best."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from matplotlib.contour import ContourSet

from xhsim import plots

STEPS = (0.0, 0.25, 0.5, 0.75, 1.0)


def table_of(height: Callable[[float, float], float]) -> pd.DataFrame:
    rows = [(a, b, height(a, b)) for a in STEPS for b in STEPS]
    return pd.DataFrame(rows, columns=["a", "b", "probability"])


def lines_of(table: pd.DataFrame) -> list[float]:
    ax = plots.lever_contour(table, "a", "b")
    sets = [artist for artist in ax.get_children() if isinstance(artist, ContourSet)]
    (drawn,) = [contour for contour in sets if not contour.filled]
    return [round(float(level), 4) for level in np.asarray(drawn.levels)]


@pytest.mark.parametrize(
    ("top", "lines"),
    [
        (0.9, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]),
        (0.25, [0.04, 0.08, 0.12, 0.16, 0.2, 0.24]),
        (0.06, [0.02, 0.04, 0.06]),
    ],
)
def test_lines_lie_closer_where_there_is_less_to_see(top: float, lines: list[float]) -> None:
    assert lines_of(table_of(lambda a, b: top * a * b)) == lines


def _texts(table: pd.DataFrame, **given: str) -> list[str]:
    ax = plots.lever_contour(table, "a", "b", **given)  # type: ignore[arg-type]
    return [text.get_text() for text in ax.texts]


def test_levers_are_called_by_label_and_unit() -> None:
    table = table_of(lambda a, b: a * b)
    assert {"A", "B", "Probability of attainment"} <= set(_texts(table))
    table.attrs["levers"] = {
        "a": {"label": "Grants", "label_zh": "补助", "unit": "CNY100M/year"},
        "b": {"label": "promotion", "label_zh": "招商", "unit": "dmnl"},
    }
    table = table.assign(label="Sales", label_zh="销售额")
    expected = {
        "Grants, 100 million yuan per year",
        "Promotion",
        "Sales: probability of attainment",
    }
    assert expected <= set(_texts(table[table["a"] >= 0]))
    together = table.assign(targets=4)
    assert "Probability that all are met: Sales" in _texts(together)
    assert {"mine", "own"} <= set(_texts(table, x_label="own", title="mine"))


def test_levers_are_called_in_chinese(chinese_font: None) -> None:
    table = table_of(lambda a, b: a * b).assign(label="Sales", label_zh="销售额")
    table.attrs["levers"] = {"a": {"label": "Grants", "label_zh": "补助", "unit": "CNY100M/year"}}
    assert {"补助，亿元/年", "销售额：实现概率"} <= set(_texts(table, lang="zh"))


def test_a_ring_marks_the_one_best_point_only() -> None:
    single = plots.lever_contour(table_of(lambda a, b: a * b), "a", "b")
    (ring,) = [line for line in single.lines if line.get_gid() == "highest"]
    assert (ring.get_xdata()[0], ring.get_ydata()[0]) == (1.0, 1.0)  # type: ignore[index]
    several = plots.lever_contour(table_of(lambda a, b: min(a, 0.5)), "a", "b")
    assert not [line for line in several.lines if line.get_gid() == "highest"]


def test_a_flat_surface_is_drawn() -> None:
    assert lines_of(table_of(lambda a, b: 0.5))
    assert lines_of(table_of(lambda a, b: 0.0))
    assert lines_of(table_of(lambda a, b: 1.0))


def test_numbers_beyond_shares_have_lines_of_their_own() -> None:
    lines = lines_of(table_of(lambda a, b: 100 * a + b))
    assert lines[0] >= -10
    assert lines[-1] <= 110
    assert len(lines) >= 3
