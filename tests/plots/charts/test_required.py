"""The required path against the projection, with the gap at the deadline."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from matplotlib.axes import Axes

from tests.plots.examples import targets
from xhsim.analysis.judging.required import required_path
from xhsim.errors import InputError
from xhsim.plots import required_path_chart

AI = next(target for target in targets() if target.id == "ai_growth")  # 15 % a year from 2020
YEARS = np.arange(2020, 2026)


def _path(growth: float) -> pd.DataFrame:
    """Give the required path of two equal draws that grow by this from 100."""
    values = np.tile(100 * (1 + growth) ** (YEARS - 2020), (2, 1, 1))
    data = {"cluster_output": (("draw", "cluster", "time"), values, {"units": "CNY100M"})}
    coords = {"cluster": ["AI"], "time": YEARS}
    return required_path(xr.Dataset(data, coords, {"scenario": "plan"}), AI)


def _line(ax: Axes, gid: str) -> list[list[float]]:
    (line,) = [line for line in ax.lines if line.get_gid() == gid]
    return [[float(end) for end in point] for point in np.asarray(line.get_xydata())]


def test_the_path_grows_as_required_and_the_gap_is_at_the_deadline() -> None:
    ax = required_path_chart(_path(0.10), AI)
    assert _line(ax, "required path")[0] == pytest.approx([2020, 100])
    assert _line(ax, "required path")[-1] == pytest.approx([2025, 100 * 1.15**5])
    heights = [point[1] for point in _line(ax, "gap")]
    assert heights == pytest.approx([100 * 1.10**5, 100 * 1.15**5])


def test_the_sentence_says_gap_and_growth_from_a_year_on() -> None:
    """2021: 110. Needed to 201.14 in four years: 16.3 % a year. Projected: 10 %."""
    written = [text.get_text() for text in required_path_chart(_path(0.10), AI).texts]
    (sentence,) = [text for text in written if "short of" in text]
    assert "40.1 short of" in sentence
    assert "from 2021 on 16.3 %" in sentence
    assert "10 %" in sentence


def test_a_projection_beyond_the_path_is_said_to_be_so() -> None:
    written = [text.get_text() for text in required_path_chart(_path(0.20), AI, year=2023).texts]
    assert any("beyond" in text and "from 2023" in text for text in written)


def test_no_gap_is_drawn_where_there_is_none() -> None:
    ax = required_path_chart(_path(0.15), AI)
    assert not [line for line in ax.lines if line.get_gid() == "gap"]


def test_what_does_not_fit_is_refused() -> None:
    path = _path(0.10)
    other = next(target for target in targets() if target.id == "culture_growth")
    with pytest.raises(InputError, match='target "ai_growth", not of "culture_growth"'):
        required_path_chart(path, other)
    with pytest.raises(InputError, match=r"no year 2030.*2020 to 2025"):
        required_path_chart(path, AI, year=2030)
    with pytest.raises(InputError, match=r"study.required"):
        required_path_chart(path.drop(columns="required"), AI)
