"""Draws by their two most telling unknowns, and the box."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.patches import Rectangle

from tests.plots.separated import separated, unknowns
from xhsim.errors import InputError
from xhsim.plots import separation_chart


def test_points_and_the_box() -> None:
    found = separated()
    ax = separation_chart(found)
    assert ax.get_xlabel() == "Growth of research, % a year"
    assert ax.get_ylabel() == "District shock, 2023, % a year"
    (box,) = [patch for patch in ax.patches if isinstance(patch, Rectangle)]
    limits = {limit.unknown.id: limit for limit in found.boxes[0].limits}
    right = box.get_x() + box.get_width()
    assert right == pytest.approx(100 * limits["growth of research"].high)
    assert box.get_x() == pytest.approx(ax.get_xlim()[0])
    points = {each.get_gid(): np.shape(each.get_offsets())[0] for each in ax.collections}
    assert points["met"] + points["missed"] == 1500
    said = {text.get_text() for text in ax.texts}
    assert any(
        "also requires that Structure of the model is Mixed or Trend" in each for each in said
    )
    legend = ax.get_legend()
    assert legend is not None
    assert legend.get_texts()[2].get_text().startswith("inside, missed in ")


def test_without_a_box_and_without_numbers() -> None:
    none = replace(separated(), boxes=())
    ax = separation_chart(none)
    assert not list(ax.patches)
    assert any("Nothing separates" in text.get_text() for text in ax.texts)
    with pytest.raises(InputError, match="two unknown numbers"):
        separation_chart(replace(none, unknowns=tuple(unknowns()[-2:])))
