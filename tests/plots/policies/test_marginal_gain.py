"""What a unit of money buys: bars, intervals, and fronts without money."""

from __future__ import annotations

from dataclasses import replace

import pytest
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from tests.plots.fronts import made_up_front
from xhsim.errors import InputError
from xhsim.plots.policies.marginal_gain import marginal_gain_chart


def _heights(ax: Axes) -> list[float]:
    return [float(bar.get_height()) for bar in ax.patches if isinstance(bar, Rectangle)]


def test_bars_are_percentage_points() -> None:
    ax = marginal_gain_chart(made_up_front())
    assert _heights(ax) == pytest.approx([6.5, 2.7, 1.0])
    texts = {text.get_text() for text in ax.texts}
    assert "What one more 100 million yuan per year buys" in texts
    assert "Probability of at least 12 of 18 targets, percentage points" in texts


def test_other_objectives_have_their_own_unit() -> None:
    front = made_up_front(3)
    gains = {**front.gains, "shortfall": front.gains["at least 12"]}
    ax = marginal_gain_chart(replace(front, gains=gains), "shortfall")
    assert _heights(ax) == pytest.approx([0.065, 0.027, 0.01])


def test_without_money_there_is_nothing_to_draw() -> None:
    front = made_up_front()
    with pytest.raises(InputError, match="money is not an objective of this front"):
        marginal_gain_chart(replace(front, gains={}))
    with pytest.raises(InputError, match="all packages cost the same"):
        marginal_gain_chart(replace(front, gains={"at least 12": ()}))
