"""Waterfalls of revisions: steps that add up, the smallest together, limits that tame noise."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from tests.plots.monitored import revision
from xhsim.errors import InputError
from xhsim.plots import revision_waterfall


def _steps(ax: Axes) -> list[Rectangle]:
    return [bar for bar in ax.patches if isinstance(bar, Rectangle) and bar.get_gid() == "cause"]


def test_steps_lead_from_before_to_now() -> None:
    ax = revision_waterfall(revision(), "rd_intensity")
    bars = _steps(ax)
    assert [bar.get_x() for bar in bars] == pytest.approx([65, 55, 57, 77])
    assert [bar.get_width() for bar in bars] == pytest.approx([-10, 2, 20, -0.04])
    ends = [np.asarray(line.get_xdata())[0] for line in ax.lines if line.get_gid() == "end"]
    assert ends == pytest.approx([65, 76.96])
    assert bars[-1].get_x() + bars[-1].get_width() == pytest.approx(ends[-1])


def test_the_smallest_causes_share_a_step() -> None:
    ax = revision_waterfall(revision(), "rd_intensity", top=2)
    assert [bar.get_width() for bar in _steps(ax)] == pytest.approx([-10, 20, 1.96])
    assert "2 others" in [text.get_text() for text in ax.texts]


def test_one_cause_too_many_has_its_own_step() -> None:
    # A bar for "1 others" would need as much room.
    assert len(_steps(revision_waterfall(revision(), "rd_intensity", top=3))) == 4


def test_the_interaction_is_told() -> None:
    ax = revision_waterfall(revision(), "rd_intensity")
    line = "together +12 points; if each were alone, the sum would be +17"
    assert line in [text.get_text() for text in ax.texts]


def test_small_steps_are_not_blown_up() -> None:
    found = revision("channel")
    table = found.table.assign(shapley=0.001, error=0.001)
    totals = found.totals.assign(after=0.654)
    low, high = revision_waterfall(
        dataclasses.replace(found, table=table, totals=totals), "rd_intensity"
    ).get_xlim()
    assert high - low > 25


def test_what_cannot_be_drawn_is_refused() -> None:
    with pytest.raises(InputError, match=r"no target 'rd_intensty'.*rd_intensity"):
        revision_waterfall(revision(), "rd_intensty")
    with pytest.raises(InputError, match="0 causes cannot be shown"):
        revision_waterfall(revision(), "rd_intensity", top=0)
