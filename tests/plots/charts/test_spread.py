"""Shares of the spread, stacked."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from xhsim.errors import InputError
from xhsim.plots import spread_page

SHARES = xr.Dataset(
    {
        "size": (
            ("layer", "time"),
            [[np.nan, 1.0, 0.25], [np.nan, 0.0, 0.75]],
            {"deviation": [0, 1, 2.5]},
        ),
        "still": (("layer", "time"), np.full((2, 3), np.nan), {"deviation": [0.0, 0.0, 0.0]}),
    },
    {"layer": ["parameters", "environment"], "time": [2020.0, 2021.0, 2022.0]},
    {"scenario": "plan", "draws": 64, "seed": 0},
)


def test_shares_are_stacked_where_there_is_spread() -> None:
    page = spread_page(SHARES)
    assert len(page) == 2
    upper = np.asarray(page[0].collections[1].get_paths()[0].vertices)
    assert upper[:, 0].min() == 2021
    assert {(2022.0, 25.0), (2022.0, 100.0)} <= {tuple(map(float, point)) for point in upper}
    words = [text.get_text() for text in page[0].texts]
    assert "Size" in words
    assert "± 2.5" in words
    assert page.figure.texts[1].get_text().endswith("±: standard deviation in 2022")
    assert "plan" in page.figure.texts[0].get_text()


def test_chinese(chinese_font: None) -> None:
    assert "不确定性的来源" in spread_page(SHARES, lang="zh").figure.texts[0].get_text()


def test_nothing_to_draw() -> None:
    with pytest.raises(InputError, match="nothing to draw"):
        spread_page(xr.Dataset())


def test_each_layer_has_its_colour_and_its_name() -> None:
    layers = ["structure", "parameters", "environment", "delivery"]
    values = np.full((4, 2), 0.25)
    shares = xr.Dataset(
        {"size": (("layer", "time"), values, {"deviation": [1.0, 1.0]})},
        {"layer": layers, "time": [2021.0, 2022.0]},
        {"scenario": "plan", "draws": 64, "seed": 0},
    )
    page = spread_page(shares)
    colours = {tuple(map(tuple, np.asarray(a.get_facecolor()))) for a in page[0].collections}
    assert len(colours) == 4
    words = {text.get_text() for legend in page.figure.legends for text in legend.get_texts()}
    assert words == {
        "structure of the model",
        "uncertain parameters",
        "yearly shocks",
        "delivery of policies",
    }
