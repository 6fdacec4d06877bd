"""When targets are first met: parts of a bar of 100 %."""

from __future__ import annotations

import pandas as pd
import pytest
from matplotlib.patches import Rectangle

from xhsim.errors import InputError
from xhsim.plots import crossing_chart

TABLE = pd.DataFrame(
    {
        "label": ["Sales", "Firms"],
        2024: [0.5, 0.0],
        2025: [0.2, 0.25],
        "never": [0.3, 0.75],
        "lost": [0.04, 0.004],
    },
    index=["sales", "firms"],
)


def test_the_parts_of_a_bar_follow_each_other() -> None:
    bars = [bar for bar in crossing_chart(TABLE).patches if isinstance(bar, Rectangle)]
    sales = [(bar.get_x(), bar.get_width()) for bar in bars if abs(bar.get_y() + 0.36) < 1e-9]
    assert sales == [pytest.approx(pair) for pair in ((0, 50), (50, 20), (70, 30))]
    hatched = [bar.get_width() for bar in bars if bar.get_hatch()]
    assert hatched == pytest.approx([30, 75])


def test_parts_are_named_where_they_are_wide_enough() -> None:
    written = [text.get_text() for text in crossing_chart(TABLE).texts]
    assert "2024 50 %" in written
    assert "never 75 %" in written
    assert "2025 25 %" in written
    assert not any(text.startswith("2024 0") for text in written)


def test_what_is_lost_again_is_told_from_1_percent_on() -> None:
    written = [text.get_text() for text in crossing_chart(TABLE).texts]
    assert [text for text in written if "lost" in text] == ["4 % met it, then lost it"]


def test_other_tables_are_refused() -> None:
    with pytest.raises(InputError, match=r"nothing to draw.*study.crossing"):
        crossing_chart(TABLE.drop(columns="never"))
