"""Single draws as lines, with the percentiles of all draws."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from xhsim.errors import InputError
from xhsim.plots import spaghetti

# At the end 0, 1, ... 100: percentiles are their numbers.
ENDS = np.arange(101.0)
RUNS = xr.Dataset(
    {"gdp": (("draw", "time"), np.column_stack([np.full(101, 50.0), ENDS]))},
    coords={"time": [2020, 2021]},
    attrs={"scenario": "plan"},
)


def test_the_first_draws_are_lines_and_percentiles_are_of_all() -> None:
    ax = spaghetti(RUNS, "GDP", lines=3)
    draws = [np.asarray(line.get_ydata())[-1] for line in ax.lines if line.get_gid() == "draw"]
    assert draws == [0, 1, 2]
    ends = [np.asarray(line.get_ydata())[-1] for line in ax.lines if line.get_gid() == "percentile"]
    assert ends == pytest.approx([5, 50, 95])
    assert "3 of 101 draws" in [text.get_text() for text in ax.texts]


def test_more_lines_than_draws_are_all_draws() -> None:
    lines = spaghetti(RUNS, "GDP", lines=1000).lines
    assert sum(line.get_gid() == "draw" for line in lines) == 101


@pytest.mark.parametrize("lines", [0, -1])
def test_no_lines_are_refused(lines: int) -> None:
    with pytest.raises(InputError, match=f"{lines} lines cannot be drawn.*1 or more"):
        spaghetti(RUNS, "GDP", lines=lines)
