"""Ticks of time axes are whole years within the axis."""

from __future__ import annotations

import math
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from xhsim.plots.canvas.pictures import new_axes
from xhsim.plots.canvas.years import mark_years, year_ticks


@given(st.floats(1900, 2100), st.floats(0, 60), st.integers(1, 10))
def test_ticks_are_whole_years_that_end_with_the_last(first: float, span: float, step: int) -> None:
    last = first + span
    ticks = year_ticks(first, last, step)
    assert all(isinstance(year, int) and first <= year <= last for year in ticks)
    assert all(after - before == step for before, after in pairwise(ticks))
    if math.floor(last) >= first:
        assert ticks[-1] == math.floor(last)
        assert ticks[0] - step < first


def test_labels_have_no_separator_and_no_fraction() -> None:
    ax = new_axes()
    ax.set_xlim(2020.6, 2021.4)
    mark_years(ax, 2020.6, 2021.4)
    assert [label.get_text() for label in ax.get_xticklabels()] == ["2021"]
