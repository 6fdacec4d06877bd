"""Stacked shares of loops: the bars are the shares, and each loop has its line in the key."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from tests.plots.looped import looped
from xhsim import plots


def bars(ax: Axes, year: int) -> list[tuple[float, float]]:
    """Return bottom and height of each bar of a year that is seen."""
    found = [p for p in ax.patches if isinstance(p, Rectangle)]
    return [
        (bar.get_y(), bar.get_height())
        for bar in found
        if abs(bar.get_x() + bar.get_width() / 2 - year) < 0.1 and abs(bar.get_height()) > 1e-9
    ]


def test_bars_are_the_shares() -> None:
    found = looped()
    (ax,) = plots.loop_shares(found)
    shown = bars(ax, 2021)
    line = max(float(np.asarray(place.get_ydata())[0]) for place in ax.lines)
    above = [height for bottom, height in shown if height > 0 and bottom < line]
    below = [height for bottom, height in shown if height < 0]
    # Reinforcing in the order of the loops; apart from them the outside and what is not followed.
    assert above == pytest.approx([30, 5, 2])
    assert [pair for pair in shown if pair[0] >= line] == [
        pytest.approx((line, 45)),
        pytest.approx((line + 45, 2)),
    ]
    assert line > 40
    assert below == pytest.approx([-10, -6])
    for year in found.years:
        assert sum(abs(height) for _, height in bars(ax, year)) == pytest.approx(100)


def test_other_loops_are_one_bar() -> None:
    (ax,) = plots.loop_shares(looped(), top=1)
    assert [h for _, h in bars(ax, 2021) if h > 0] == pytest.approx([30, 7, 45, 2])
    assert [h for _, h in bars(ax, 2021) if h < 0] == pytest.approx([-16])


def test_a_panel_for_each_structure() -> None:
    page = plots.loop_shares(looped(), by_structure=True)
    assert len(page) == 2
    assert page[0].get_ylim() == page[1].get_ylim()
    headings = [[text.get_text() for text in ax.texts] for ax in page]
    assert [each[-1] for each in headings] == ["Market-led", "Trend"]
    without = replace(looped(), structures=())
    assert len(plots.loop_shares(without, by_structure=True)) == 1


def test_the_key_names_every_colour() -> None:
    page = plots.loop_shares(looped(), lang="en")
    key = [text.get_text() for text in page.figure.texts if text.get_gid() == "key"]
    assert key == [
        "R1  Density",
        "L1  let floor → rent → market starts",
        "L2  let floor → market starts → jobs → rent",
        "L3  step a → … → step p",
        "all other loops",
        "from outside, no loop",
        "not followed by the search",
    ]


def test_years_in_which_nothing_changes() -> None:
    found = looped()
    still = [np.where(np.arange(5)[:, None] == 0, np.nan, v) for v in (found.outside,)]
    sides = [np.where(np.arange(5)[None, :, None] == 0, np.nan, v) for v in (found.reinforcing,)]
    empty = replace(
        found,
        outside=still[0],
        reinforcing=sides[0],
        balancing=np.where(np.isnan(sides[0]), np.nan, found.balancing),
        not_followed=np.where(np.isnan(still[0]), np.nan, found.not_followed),
    )
    (ax,) = plots.loop_shares(empty)
    assert bars(ax, 2021) == []
    assert len(bars(ax, 2022)) == 7


def test_a_variable_without_loops() -> None:
    found = looped()
    none = replace(
        found,
        loops=(),
        reinforcing=found.reinforcing[:0],
        balancing=found.balancing[:0],
        outside=np.ones_like(found.outside),
        not_followed=np.zeros_like(found.outside),
    )
    (ax,) = plots.loop_shares(none)
    assert [height for _, height in bars(ax, 2021)] == pytest.approx([100])
