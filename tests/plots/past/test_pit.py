"""The histogram of probabilities: shares of tenths, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.patches import Rectangle

from xhsim.errors import InputError
from xhsim.plots import pit_histogram


def test_bars_are_shares_of_tenths_and_the_line_is_a_tenth() -> None:
    ax = pit_histogram([0.0, 0.02, 0.31, 1.0])
    bars = [bar for bar in ax.patches if isinstance(bar, Rectangle)]
    assert [bar.get_height() for bar in bars] == [50, 0, 0, 25, 0, 0, 0, 0, 0, 25]
    assert [bar.get_x() for bar in bars] == pytest.approx(np.arange(10) / 10)
    (line,) = ax.lines
    assert np.asarray(line.get_ydata()).tolist() == [10, 10]


def test_the_number_of_forecasts_and_the_source_are_written() -> None:
    written = [text.get_text() for text in pit_histogram([0.5] * 7, source="Shanghai").texts]
    assert "% of 7 forecasts" in written
    assert "Shanghai" in written


@pytest.mark.parametrize("values", [[], [0.5, 1.2], [float("nan")]])
def test_only_probabilities_are_drawn(values: list[float]) -> None:
    with pytest.raises(InputError, match="between 0 and 1"):
        pit_histogram(values)
