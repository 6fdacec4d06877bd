"""Steps of waterfalls: where they lie, what is written, and how wide their error is."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle
from matplotlib.text import Annotation

from xhsim.plots.canvas.rows import row_axes
from xhsim.plots.canvas.steps import LOSS, WaterfallStep, draw_end, draw_level, draw_step


def test_a_step_begins_at_its_start_and_shows_twice_its_error() -> None:
    ax = row_axes(["before", "grants", "after"], "en")
    step = WaterfallStep("grants", 30.0, -12.0, 2.0)
    draw_step(ax, 1, step, -12.0, "en", "policy")
    bar = ax.patches[0]
    assert isinstance(bar, Rectangle)
    assert (bar.get_x(), bar.get_width(), step.end) == (30.0, -12.0, 18.0)
    assert to_hex(bar.get_facecolor()) == LOSS
    lines = [np.asarray(path.vertices) for c in ax.collections for path in c.get_paths()]
    assert [line[:, 0].tolist() for line in lines if line[0, 1] == line[1, 1]] == [[14.0, 22.0]]
    assert ax.texts[-1].get_text() == "−12"
    written = ax.texts[-1]
    assert isinstance(written, Annotation)
    assert written.xy == (30.0, 1)  # beyond the bar and its error


@pytest.mark.parametrize("error", [np.nan, 0.0])
def test_an_error_that_is_unknown_is_not_drawn(error: float) -> None:
    ax = row_axes(["before", "grants", "after"], "en")
    draw_step(ax, 1, WaterfallStep("grants", 30.0, 0.0, error), 0.0, "en", "policy")
    assert len(ax.collections) == 2 + (error == 0.0)
    assert ax.texts[-1].get_text() == "±0"


def test_a_level_is_a_bar_from_zero_or_a_mark() -> None:
    ax = row_axes(["before", "after"], "en")
    draw_end(ax, 0, 30.04, "#000000", "en")
    draw_level(ax, 1, 18.0, "#000000", "en")
    bar = ax.patches[0]
    assert isinstance(bar, Rectangle)
    assert bar.get_width() == 30.04
    assert np.asarray(ax.lines[0].get_xydata())[:, 0].tolist() == [18.0, 18.0]
    assert [text.get_text() for text in ax.texts[-2:]] == ["30", "18"]
