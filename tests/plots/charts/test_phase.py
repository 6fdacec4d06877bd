"""Two variables against each other: medians by year, draws of the last year, targets."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from tests.plots.examples import targets
from xhsim.errors import InputError
from xhsim.plots import phase_plot

TARGETS = {target.id: target for target in targets()}
RUNS = xr.Dataset(
    {
        "a": (("draw", "time"), [[1.0, 2.0], [1.0, 4.0], [1.0, 3.0]], {"units": "firms"}),
        "b": (("draw", "time"), [[5.0, 7.0], [5.0, 8.0], [5.0, 9.0]], {"units": "percent"}),
    },
    coords={"time": [2020, 2021]},
    attrs={"scenario": "plan", "draws": 3, "seed": 0},
)


def test_the_line_joins_the_medians_and_dots_are_draws() -> None:
    ax = phase_plot(RUNS, "a", "b")
    assert np.asarray(ax.lines[0].get_xydata()).tolist() == [[1, 5], [3, 8]]
    (draws,) = [line for line in ax.lines if line.get_gid() == "draws"]
    assert np.asarray(draws.get_xydata()).tolist() == [[2, 7], [4, 8], [3, 9]]
    written = [text.get_text() for text in ax.texts]
    assert {"2020", "2021"} <= set(written)
    assert any("scenario plan, 3 draws, seed 0" in text for text in written)


def test_targets_for_levels_are_lines() -> None:
    ax = phase_plot(
        RUNS, "a", "b", x_target=TARGETS["retail_sales"], y_target=TARGETS["rd_intensity"]
    )
    across, upwards = [line for line in ax.lines if line.get_gid() == "target"]
    assert np.asarray(across.get_xdata()).tolist() == [1500, 1500]
    assert np.asarray(upwards.get_ydata()).tolist() == [9, 9]


def test_a_target_for_growth_is_refused() -> None:
    with pytest.raises(InputError, match=r'target "ai_growth" is for .*, not for a level'):
        phase_plot(RUNS, "a", "b", y_target=TARGETS["ai_growth"])


def test_an_unknown_variable_is_refused() -> None:
    with pytest.raises(InputError, match="ensemble lacks"):
        phase_plot(RUNS, "a", "c")
