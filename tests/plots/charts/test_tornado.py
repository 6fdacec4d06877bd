"""Tornado charts: bars from the middle to the measure at each end of a constant."""

from __future__ import annotations

import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from tests.plots.examples import targets
from xhsim.errors import InputError
from xhsim.plots import tornado_chart
from xhsim.plots.charts.tornado import HIGH, LOW

RD = next(target for target in targets() if target.id == "rd_intensity")  # 9 percent
TABLE = pd.DataFrame(
    {
        "label": ["Grants", "Rent"],
        "low": [1.0, 2.0],
        "high": [3.0, 4.0],
        "unit": ["CNY100M", ""],
        "at_low": [8.0, 8.9],
        "at_high": [8.7, 8.4],
        "swing": [0.7, 0.5],
    },
    index=["grants", "rent"],
)
TABLE.attrs = {"middle": 8.5, "target": "rd_intensity", "scenario": "plan"}


def _bars(ax: Axes, colour: str) -> list[tuple[float, float]]:
    """Give where bars of a colour start and how far they reach."""
    bars = [bar for bar in ax.patches if isinstance(bar, Rectangle)]
    return [(bar.get_x(), bar.get_width()) for bar in bars if to_hex(bar.get_facecolor()) == colour]


def test_bars_lead_from_the_middle_to_the_measure_at_each_end() -> None:
    ax = tornado_chart(TABLE, RD)
    assert _bars(ax, LOW) == [pytest.approx((8.5, -0.5)), pytest.approx((8.5, 0.4))]
    assert _bars(ax, HIGH) == [pytest.approx((8.5, 0.2)), pytest.approx((8.5, -0.1))]
    (line,) = [line for line in ax.lines if line.get_gid() == "target"]
    assert line.get_xdata() == [9, 9]
    low, high = ax.get_xlim()
    assert low < 8.0 < 9.0 < high


def test_only_the_widest_are_shown() -> None:
    ax = tornado_chart(TABLE, RD, top=1)
    written = [text.get_text() for text in ax.texts]
    assert len(ax.patches) == 2
    assert "Grants" in written
    assert "Rent" not in written


@pytest.mark.parametrize("top", [0, -3])
def test_nothing_to_draw_is_refused(top: int) -> None:
    with pytest.raises(InputError, match="nothing to draw"):
        tornado_chart(TABLE, RD, top=top)
    with pytest.raises(InputError, match="nothing to draw"):
        tornado_chart(TABLE.iloc[:0], RD)


def test_the_table_of_another_target_is_refused() -> None:
    other = next(target for target in targets() if target.id == "retail_sales")
    with pytest.raises(InputError, match='of target "rd_intensity", not of "retail_sales"'):
        tornado_chart(TABLE, other)
