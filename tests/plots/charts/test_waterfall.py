"""Waterfalls: steps from the measure before to the one after, policies beyond the top in one."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from tests.plots.examples import targets
from xhsim.analysis.policies.split import Split
from xhsim.analysis.study import Study
from xhsim.errors import InputError
from xhsim.plots import split_waterfall
from xhsim.plots.canvas.steps import GAIN, LOSS

RD = next(target for target in targets() if target.id == "rd_intensity")


@pytest.fixture
def split(xuhui: Study) -> Split:
    table = pd.DataFrame(
        {
            "label": ["Grants", "Promotion", "Housing", "Help"],
            "shapley": [0.3, -0.1, 0.06, 0.04],
            "error": [0.01, 0.01, 0.03, 0.04],
        },
        index=list("abcd"),
    )
    about = (xuhui.scenarios["plan"], RD, 16, 128, 0, 128)
    return Split(table, 0.2, 0.5, 0.0, "probability", *about)


def _steps(ax: Axes) -> list[Rectangle]:
    return [bar for bar in ax.patches if isinstance(bar, Rectangle) and bar.get_gid() == "policy"]


def test_each_step_starts_where_the_one_before_ends(split: Split) -> None:
    bars = _steps(split_waterfall(split))
    assert [bar.get_x() for bar in bars] == pytest.approx([20, 50, 40, 46])
    assert [bar.get_width() for bar in bars] == pytest.approx([30, -10, 6, 4])
    assert [to_hex(bar.get_facecolor()) for bar in bars] == [GAIN, LOSS, GAIN, GAIN]


def test_the_rest_share_a_bar_and_their_errors_add_as_squares(split: Split) -> None:
    ax = split_waterfall(split, top=2)
    assert _steps(ax)[-1].get_width() == pytest.approx(10)
    assert "2 others" in [text.get_text() for text in ax.texts]
    lines = [np.asarray(path.vertices) for c in ax.collections for path in c.get_paths()]
    whiskers = [line[:, 0] for line in lines if line[0, 1] == line[1, 1]]
    # Twice the root of 0.03 and 0.04 squared is 0.1, both ways from 50.
    assert whiskers[-1] == pytest.approx([40, 60])


def test_a_median_is_drawn_in_its_own_unit(split: Split) -> None:
    whole = dataclasses.replace(split, before=8.2, after=8.5, measure="median")
    ax = split_waterfall(whole)
    assert [bar.get_width() for bar in _steps(ax)] == pytest.approx([0.3, -0.1, 0.06, 0.04])
    assert ax.get_xlim()[0] > 7.5  # not from zero: what policies add would not be seen


def test_no_policies_are_refused(split: Split) -> None:
    with pytest.raises(InputError, match=r"0 policies cannot be shown.*1 or more"):
        split_waterfall(split, top=0)
